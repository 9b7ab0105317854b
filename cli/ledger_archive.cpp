#include "cli/ledger_archive.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/commands.h"
#include "cli/ledger_support.h"
#include "cli/ledger_witness.h"
#include "cli/progress.h"
#include "cli/support.h"
#include "ledger/archive/verify.h"
#include "ledger/archive/write.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::cli {

namespace {

bool is_json(const po::variables_map& values) {
  return values["format"].as<std::string>() == "json";
}

json::Value number(std::uint64_t value) {
  return json::Value::exact_int(static_cast<std::int64_t>(value));
}

std::string entries_text(std::uint64_t count) {
  return grouped(count) + (count == 1 ? " entry" : " entries");
}

void print_stream(const ledger::VerifiedArchive& report, std::size_t i,
                  const ledger::WitnessPolicy* policy, bool as_json) {
  const ledger::VerifiedStream& stream = report.streams[i];
  const std::vector<ledger::Cosigned>& by = report.witnessed[i];
  if (as_json) {
    json::Value out = json::Value::object();
    out.set("origin", stream.origin);
    out.set("root", crypto::to_base64(crypto::view(stream.root)));
    out.set("size", number(stream.size));
    out.set("stream", stream.number);
    if (policy != nullptr) {
      json::Value names = json::Value::array();
      for (const auto& one : by) names.push_back(json::Value(policy->witnesses[one.key].key.name));
      out.set("witnesses", std::move(names));
    }
    std::printf("%s\n", json::canonical(out).c_str());
    return;
  }
  std::printf("%s: a signed tree of %s\n", stream.origin.c_str(),
              entries_text(stream.size).c_str());
  if (!by.empty()) std::printf("  witnessed by %s\n", cosigners_text(*policy, by).c_str());
}

int print_archive(const ledger::VerifiedArchive& report, const ledger::WitnessPolicy* policy,
                  bool has_key, bool as_json) {
  for (std::size_t i = 0; i < report.streams.size(); ++i) print_stream(report, i, policy, as_json);
  for (const ledger::LedgerFinding& finding : report.findings) print_finding(finding, as_json);
  if (!as_json) {
    std::printf("%s here as signed, %s\n", entries_text(report.entries).c_str(),
                counted(report.blobs, "blob").c_str());
    if (report.facts.tenant) {
      std::printf("of the tenant `%s` alone; that these are all of his is not shown\n",
                  report.facts.tenant->c_str());
    }
    if (!has_key) {
      std::printf(
          "the key was taken from the archive: whoever could write all of it anew is not "
          "found out; say the one you trust with --verifier\n");
    }
  }
  return report.findings.empty() ? kFine : kFindings;
}

}  // namespace

int archive_ledger(const std::string& folder, const std::string& path,
                   const po::variables_map& values) {
  ledger::ArchiveOptions options;
  if (values.contains("stream")) options.stream = values["stream"].as<std::uint32_t>();
  if (values.contains("from")) options.from = values["from"].as<std::uint64_t>();
  std::optional<std::uint64_t> last;
  if (!read_last_entry(values, &last)) return kUsage;
  options.to = last.value_or(UINT64_MAX);
  if (values.contains("tenant")) options.tenant = values["tenant"].as<std::string>();
  if (options.from > options.to) return failed(kUsage, "", "--from stands behind --to");
  if (values.contains("trust")) {
    const auto list = read_file(values["trust"].as<std::string>());
    if (!list) return failed(list.error());
    options.trust_list = *list;
  }
  const auto files = ledger::posix_file_system();
  const auto bytes = ledger::write_archive(*files, folder, options);
  if (!bytes) return failed_ledger(bytes.error());
  // What is handed out holds; memory and disk are not believed either.
  const auto report = ledger::verify_archive(*bytes, {});
  if (!report) return failed_ledger(report.error());
  if (!report->findings.empty()) {
    for (const ledger::LedgerFinding& finding : report->findings) print_finding(finding, false);
    return failed(kFindings, "PAC6212",
                  "no archive was made: the ledger is not as it was signed; `pac ledger verify` "
                  "says more");
  }
  if (const auto written = ledger::replace_file(*files, path, *bytes); !written) {
    return failed_ledger(written.error());
  }
  std::printf("%s: %s of %s, %s, %s bytes\n", path.c_str(), entries_text(report->entries).c_str(),
              report->facts.origin.c_str(), counted(report->blobs, "blob").c_str(),
              grouped(bytes->size()).c_str());
  return kFine;
}

bool is_archive_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

int verify_archive_file(const std::string& path, const po::variables_map& values) {
  ledger::ArchiveCheck check;
  const auto policy = witness_policy(values);
  if (!policy) return failed_ledger(policy.error());
  if (*policy) check.policy = &**policy;
  const auto files = ledger::posix_file_system();
  const auto bytes = ledger::read_whole(*files, path, ledger::kMaxArchiveBytes);
  if (!bytes) return failed_ledger(bytes.error());
  if (!ledger::is_archive(*bytes)) {
    return failed(kFindings, "PAC6702", path + " is neither the folder of a ledger nor an archive");
  }
  const auto claims = ledger::claims_of(*bytes);
  if (!claims) return failed(kFindings, claims.error().code, path + ": " + claims.error().message);
  const auto who = believed(values, claims->settings, claims->trust_list);
  if (!who) return failed_belief(who.error());
  if (who->is_said) {
    check.key = ledger::NoteKey{ledger::stream_origin(claims->settings.origin, 1), who->key};
  }
  check.trust = who->trust;
  auto also = also_verifier(values);
  if (!also) return failed_belief(also.error());
  check.also = std::move(*also);
  if (values.contains("known")) {
    if (!check.key) {
      return failed(
          kUsage, "",
          "--known needs --verifier or --trust: whose signature counts is for you to say");
    }
    auto known = known_checkpoints(values, claims->settings, *who);
    if (!known) return failed_ledger(known.error());
    check.known = std::move(*known);
  }
  const auto report = ledger::verify_archive(*bytes, check);
  if (!report) return failed(kFindings, report.error().code, path + ": " + report.error().message);
  return print_archive(*report, check.policy, check.key.has_value(), is_json(values));
}

}  // namespace pac::cli
