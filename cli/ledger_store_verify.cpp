#include "cli/ledger_store_verify.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "cli/ledger_bar.h"
#include "cli/ledger_store.h"
#include "cli/ledger_support.h"
#include "cli/ledger_witness.h"
#include "cli/support.h"
#include "ledger/pg/audit.h"
#include "ledger/pg/verify.h"
#include "ledger/record/verify_records.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::cli {

namespace {

namespace pg = ledger::pg;

void print_report(const ledger::VerifiedStore& report, const ledger::VerifiedRecords& records,
                  const std::optional<ledger::WitnessPolicy>& policy, bool as_json) {
  for (const ledger::VerifiedStream& stream : report.streams) {
    if (as_json) {
      json::Value out = json::Value::object();
      out.set("checkpoints", stream.checkpoints);
      out.set("origin", stream.origin);
      out.set("root", crypto::to_base64(crypto::view(stream.root)));
      out.set("size", json::Value::exact_int(static_cast<std::int64_t>(stream.size)));
      out.set("stream", stream.number);
      std::printf("%s\n", json::canonical(out).c_str());
    } else {
      std::printf("%s: %s as signed, %s\n", stream.origin.c_str(),
                  grouped(stream.size, "entry", "entries").c_str(),
                  counted(stream.checkpoints, "signature").c_str());
    }
  }
  if (!as_json && records.activations > 0) {
    std::printf("%s, %s of policies, each policy as it was activated\n",
                grouped(records.decisions, "decision", "decisions").c_str(),
                counted(records.activations, "activation").c_str());
  }
  if (policy) print_cosigned(report.witnessed, *policy, as_json);
  for (const ledger::LedgerFinding& finding : report.findings) print_finding(finding, as_json);
}

// What is asked of a store, and of its wall.
struct Asked {
  std::string ledger;
  bool has_key = false;
  Believed who;
  std::vector<ledger::Checkpoint> known;
  std::optional<ledger::WitnessPolicy> policy;
  std::optional<ledger::EcdsaNoteKey> also;  // whose line must be there too
};

// 0, or the exit code.
int read_asked(const std::string& url, const po::variables_map& values, Asked* out) {
  auto policy = witness_policy(values);
  if (!policy) return failed_ledger(policy.error());
  out->policy = std::move(*policy);
  const auto also = also_verifier(values);
  if (!also) return failed_belief(also.error());
  out->also = *also;
  auto ledger = ledger_in(url, values);
  if (!ledger) return failed_store(ledger.error());
  out->ledger = std::move(*ledger);
  out->has_key = values.contains("verifier") || values.contains("trust");
  if (values.contains("known") && !out->has_key) {
    return failed(kUsage, "", "--known needs --verifier: whose signature counts is for you to say");
  }
  // What the store says of keys is needed only where somebody says whom he believes.
  ledger::StoreSettings start;
  start.origin = out->ledger;
  if (out->has_key) {
    auto said = pg::settings_of(url, out->ledger);
    if (!said) return failed_store(said.error());
    start = std::move(*said);
  }
  auto who = believed(values, start);
  if (!who) return failed_belief(who.error());
  out->who = std::move(*who);
  auto known = known_checkpoints(values, start, out->who);
  if (!known) return failed_ledger(known.error());
  out->known = std::move(*known);
  return kFine;
}

// 0, or the exit code of a failure; what is found stands in the reports.
int verify_one(const std::string& url, const Asked& asked, const po::variables_map& values,
               ledger::VerifiedStore* out, ledger::VerifiedRecords* records) {
  const auto total = pg::entries_of(url);
  if (!total) return failed_store(total.error());
  Bar bar(values, *total, "verified");
  ledger::RecordCheck said;
  pg::VerifySettings settings;
  settings.ledger = asked.ledger;
  if (asked.has_key) settings.key = asked.who.key;
  settings.known = asked.known;
  settings.trust = asked.who.trust;
  settings.policy = asked.policy ? &*asked.policy : nullptr;
  settings.watch = &said;
  settings.progress = [&](std::uint64_t entries) { bar.at(entries); };
  auto report = pg::verify(url, settings);
  bar.clear();
  if (!report) return failed_store(report.error());
  *out = std::move(*report);
  *records = said.found();
  out->findings.insert(out->findings.end(), records->findings.begin(), records->findings.end());
  if (asked.also) add_also_faults(*asked.also, out);
  return kFine;
}

// The wall, before the store: what it has then the store must have, too.
int verify_wall(const std::string& url, const Asked& asked, const po::variables_map& values,
                ledger::VerifiedStore* out) {
  Asked own = asked;
  own.policy.reset();  // cosignatures may be shipped there a little later
  ledger::VerifiedRecords records;
  if (const int exit = verify_one(url, own, values, out, &records); exit != kFine) return exit;
  const auto is_empty = [](const ledger::VerifiedStream& stream) { return stream.size == 0; };
  // Nothing was shipped there yet: it is behind, not wrong.
  if (std::ranges::all_of(out->streams, is_empty) && out->findings.size() == 1 &&
      out->findings[0].stream == 0) {
    out->findings.clear();
  }
  for (ledger::LedgerFinding& finding : out->findings) {
    finding.what = "in the audit wall: " + finding.what;
  }
  return kFine;
}

void print_wall_sizes(const ledger::VerifiedStore& store, const ledger::VerifiedStore& wall,
                      bool as_json) {
  for (const ledger::VerifiedStream& stream : store.streams) {
    const auto there =
        std::ranges::find(wall.streams, stream.origin, &ledger::VerifiedStream::origin);
    const std::uint64_t size = there == wall.streams.end() ? 0 : there->size;
    if (as_json) {
      json::Value out = json::Value::object();
      out.set("audit_size", json::Value::exact_int(static_cast<std::int64_t>(size)));
      out.set("origin", stream.origin);
      std::printf("%s\n", json::canonical(out).c_str());
    } else {
      std::printf("%s: the audit wall has %s of %s\n", stream.origin.c_str(), grouped(size).c_str(),
                  grouped(stream.size, "entry", "entries").c_str());
    }
  }
}

}  // namespace

Result<std::string> ledger_in(const std::string& url, const po::variables_map& values) {
  const std::string verifier = text_option(values, "verifier");
  std::string said;
  if (values.contains("origin")) {
    const auto& origins = values["origin"].as<std::vector<std::string>>();
    if (origins.size() > 1) return fail("PAC6311", "--origin names one ledger");
    said = origins.front();
  }
  if (!verifier.empty()) {
    const auto key = ledger::read_verifier_text(verifier);
    if (!key) return fail("PAC6311", key.error().message);
    const std::string named = key->name.substr(0, key->name.rfind('/'));
    if (!said.empty() && said != named) {
      return fail("PAC6311", "the key is of `" + named + "`, --origin says `" + said + "`");
    }
    return named;
  }
  const auto all = pg::ledgers_of(url);
  if (!all) return std::unexpected(all.error());
  std::string names;
  for (const std::string& one : *all) names += (names.empty() ? "`" : ", `") + one + "`";
  if (!said.empty()) {
    if (std::ranges::find(*all, said) != all->end()) return said;
    return fail("PAC6311", "the store has no ledger `" + said + "`" +
                               (names.empty() ? std::string() : "; it has " + names));
  }
  if (all->size() > 1) {
    return fail("PAC6311", "the store has " + std::to_string(all->size()) + " ledgers, " + names +
                               "; say with --origin which one");
  }
  return all->empty() ? std::string() : all->front();
}

int verify_stored(const std::string& url, const po::variables_map& values) {
  const bool as_json = values["format"].as<std::string>() == "json";
  Asked asked;
  if (const int exit = read_asked(url, values, &asked); exit != kFine) return exit;
  const std::string wall_url = text_option(values, "audit");
  ledger::VerifiedStore wall, store;
  if (!wall_url.empty()) {
    if (const int exit = verify_wall(wall_url, asked, values, &wall); exit != kFine) return exit;
  }
  ledger::VerifiedRecords records;
  if (const int exit = verify_one(url, asked, values, &store, &records); exit != kFine) {
    return exit;
  }
  std::vector<ledger::LedgerFinding> forks;
  if (!wall_url.empty()) {
    auto compared = pg::compare_with_wall(url, store, wall_url, wall);
    if (!compared) return failed_store(compared.error());
    forks = std::move(*compared);
  }
  print_report(store, records, asked.policy, as_json);
  if (!wall_url.empty()) print_wall_sizes(store, wall, as_json);
  for (const ledger::LedgerFinding& finding : wall.findings) print_finding(finding, as_json);
  for (const ledger::LedgerFinding& finding : forks) print_finding(finding, as_json);
  if (!asked.has_key && !as_json) {
    std::printf(
        "the key was taken from the store: whoever could write all of it anew is not found out; "
        "say the one you trust with --verifier\n");
  }
  return store.findings.empty() && wall.findings.empty() && forks.empty() ? kFine : kFindings;
}

}  // namespace pac::cli
