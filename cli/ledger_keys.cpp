#include "cli/ledger_keys.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/ledger_also.h"
#include "cli/ledger_support.h"
#include "cli/ledger_witness.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "compiler/driver/build.h"
#include "ledger/file/entry.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/file/limits.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/store_keys.h"
#include "ledger/file/verify_keys.h"
#include "ledger/log/pinned.h"
#include "ledger/log/tree.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/encoding.h"

namespace pac::cli {

namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;

bool is_json(const po::variables_map& values) {
  return values["format"].as<std::string>() == "json";
}

int missing(const char* option, const char* why) {
  return failed(kUsage, "", std::string("--") + option + " is missing: " + why);
}

json::Value exact(std::uint64_t number) {
  return json::Value::exact_int(static_cast<std::int64_t>(number));
}

Result<std::unique_ptr<ledger::Store>> open_to_write(ledger::FileSystem& files,
                                                     const std::string& folder,
                                                     const po::variables_map& values) {
  const std::string said = text_option(values, "key");
  const auto keys = read_secret_keys(
      said.empty() ? (std::filesystem::path(folder) / "signing.key").string() : said);
  if (!keys) return std::unexpected(keys.error());
  ledger::Surroundings around = ledger::real_surroundings();
  auto also = also_key(files, folder, values);
  if (!also) return std::unexpected(also.error());
  around.also_key = std::move(*also);
  auto store = ledger::Store::open(files, folder, std::span(*keys), std::move(around));
  if (store) tell_new_stream(**store);
  return store;
}

// The pins of a key that is revoked: where all streams stand, or, of the newest one, the checkpoint
// of --pin, up to which the key was good.
Result<std::vector<ledger::KeyPin>> pins_of(const ledger::Store& store,
                                            const po::variables_map& values) {
  auto pins = store.pins_now();
  if (!pins || !values.contains("pin")) return pins;
  Result<std::string> text = read_file(values["pin"].as<std::string>());
  if (!text) return std::unexpected(text.error());
  if (const auto receipt = ledger::decode_receipt(*text)) text = receipt->checkpoint;
  const auto checkpoint =
      ledger::open_checkpoint(*text, ledger::stream_keys(store.settings(), store.stream()));
  if (!checkpoint) return std::unexpected(checkpoint.error());
  pins->back() = {checkpoint->origin, checkpoint->size, checkpoint->root};
  return pins;
}

std::string reason_or(const po::variables_map& values, const char* otherwise) {
  const std::string said = text_option(values, "reason");
  return said.empty() ? otherwise : said;
}

// Only the number of days until the next one.
int schedule(const std::string& folder, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto lock = files->lock(folder + "/lock");
  auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  if (!lock) return failed_ledger(lock.error());
  if (const auto exit = rotate_days(values, &settings->rotate_days)) return *exit;
  if (const auto done = ledger::write_settings(*files, folder, *settings); !done) {
    return failed_ledger(done.error());
  }
  print_rotation(*files, folder, *settings);
  return kFine;
}

int finish(ledger::Store& store, const po::variables_map& values) {
  const auto before = ledger::stream_keys(store.settings(), store.stream()).newest();
  const auto done = store.retire(reason_or(values, "rotation"));
  if (!done) return failed_ledger(done.error());
  std::printf("%s signs no more, and its secret can be destroyed\n",
              ledger::verifier_text(ledger::NoteKey{store.origin(), before.front()}).c_str());
  return kFine;
}

int rotate(const std::string& folder, const po::variables_map& values) {
  const std::string to = text_option(values, "to");
  if (to.empty() && values.contains("also-key") && !values.contains("finish")) {
    return also_sign(folder, values);
  }
  const bool finishes = values.contains("finish"), keeps = values.contains("keep-old");
  const bool revokes = values.contains("revoke");
  if (to.empty() && !finishes && values.contains("rotate-after")) return schedule(folder, values);
  if (to.empty() == !finishes || (keeps && (finishes || revokes))) {
    return failed(kUsage, "",
                  "say what to do: --to KEY names the key that is to sign; --keep-old with it lets "
                  "the one before sign too, until --finish ends that");
  }
  const auto files = ledger::posix_file_system();
  if (const auto is_ledger = ledger::read_settings(*files, folder); !is_ledger) {
    return failed_ledger(is_ledger.error());
  }
  // Before anything is written: whether the new one is there at all.
  std::optional<crypto::SigningKey> next;
  if (!finishes) {
    auto read = read_secret_key(to);
    if (!read) return failed(read.error());
    next = std::move(*read);
  }
  const auto store = open_to_write(*files, folder, values);
  if (!store) return failed_ledger(store.error());
  if (finishes) return finish(**store, values);
  const auto old = ledger::stream_keys((*store)->settings(), (*store)->stream()).newest();
  if (const auto done = (*store)->rotate(*next, reason_or(values, "rotation")); !done) {
    return failed_ledger(done.error());
  }
  std::printf(
      "%s signs from entry %llu of %s on; name it with --key, or put it in the place of "
      "signing.key\n",
      ledger::verifier_text(ledger::NoteKey{(*store)->origin(), next->public_key()}).c_str(),
      static_cast<unsigned long long>((*store)->settings().keys.back().index),
      (*store)->origin().c_str());
  if (keeps) {
    std::printf(
        "the key before signs too, where it is at hand (--key OLD,NEW), until pac ledger "
        "rotate %s --finish\n",
        folder.c_str());
    return kFine;
  }
  if (!revokes) return finish(**store, values);
  // Behind the introduction, so that the pin has it: the new key needs the old one's word for it.
  auto pins = pins_of(**store, values);
  if (!pins) return failed_ledger(pins.error());
  const ledger::KeyPin pin = pins->back();
  const auto done = (*store)->revoke(old.front(), reason_or(values, "the key is in other hands"),
                                     std::move(*pins));
  if (!done) return failed_ledger(done.error());
  std::printf("%s is revoked: what it signed counts up to %s of %s\n",
              ledger::verifier_text(ledger::NoteKey{(*store)->origin(), old.front()}).c_str(),
              counted(pin.size, "record").c_str(), pin.origin.c_str());
  return kFine;
}

int revoke(const std::string& folder, const po::variables_map& values) {
  const std::string said = text_option(values, "verifier");
  if (said.empty()) return missing("verifier", "the key that is to be revoked");
  const std::string reason = text_option(values, "reason");
  if (reason.empty()) return missing("reason", "it stands in the ledger for good");
  const auto key = ledger::read_verifier_text(said);
  if (!key) return failed(kUsage, key.error().code, key.error().message);
  const auto files = ledger::posix_file_system();
  const auto store = open_to_write(*files, folder, values);
  if (!store) return failed_ledger(store.error());
  auto pins = pins_of(**store, values);
  if (!pins) return failed_ledger(pins.error());
  const ledger::KeyPin pin = pins->back();
  const auto done = (*store)->revoke(key->key, reason, std::move(*pins));
  if (!done) return failed_ledger(done.error());
  std::printf("revoked: what the key signed counts up to %s of %s\n",
              counted(pin.size, "record").c_str(), pin.origin.c_str());
  return kFine;
}

std::string fate_of(const ledger::KeyPeriod& period) {
  std::string out;
  if (period.until != UINT64_MAX && period.from <= period.until) {
    out = ", until entry " + std::to_string(period.until);
  }
  if (period.is_revoked) {
    out += ", revoked: it counts up to " +
           (period.pin ? counted(period.pin->size, "record") : std::string("none"));
  }
  return out.empty() && period.from <= period.until ? ", still" : out;
}

void print_key(const ledger::VerifiedKey& key, bool as_json) {
  const ledger::KeyPeriod& period = key.period;
  if (as_json) {
    json::Value out = json::Value::object();
    out.set("checkpoints", exact(key.usage.checkpoints));
    if (key.usage.checkpoints > 0) {
      out.set("first_size", exact(key.usage.first_size));
      out.set("last_size", exact(key.usage.last_size));
    }
    if (period.entry) out.set("introduced_at", exact(*period.entry));
    if (period.pin) out.set("pin", ledger::pins_to_json({*period.pin}).elements().front());
    if (period.until != UINT64_MAX && period.from <= period.until) {
      out.set("retired_at", exact(period.until));
    }
    out.set("revoked", period.is_revoked);
    out.set("role", ledger::kLogRole);
    out.set("signs", period.until == UINT64_MAX);
    if (!period.since.empty()) out.set("since", period.since);
    out.set("stream", key.stream);
    out.set("verifier", key.verifier);
    std::printf("%s\n", json::canonical(out).c_str());
    return;
  }
  std::string used = "no checkpoint";
  if (key.usage.checkpoints > 0) {
    used = counted(key.usage.checkpoints, "checkpoint") + ", of " +
           std::to_string(key.usage.first_size) + " to " + std::to_string(key.usage.last_size) +
           " entries";
  }
  std::printf(
      "%s\n  log, %s%s: %s\n", key.verifier.c_str(),
      period.entry ? ("from entry " + std::to_string(*period.entry)).c_str() : "from the beginning",
      fate_of(period).c_str(), used.c_str());
}

int keys(const std::string& folder, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto who = believed(values, *settings);
  if (!who) return failed_belief(who.error());
  const auto report = ledger::verify_store(*files, folder, who->key, {}, {}, who->trust);
  if (!report) return failed_ledger(report.error());
  for (const ledger::VerifiedKey& key : report->keys) {
    // A key that signed in an earlier stream only says nothing in this one.
    if (key.period.from > key.period.until && key.usage.checkpoints == 0) continue;
    print_key(key, is_json(values));
  }
  print_also_keys(*report, is_json(values));
  for (const ledger::LedgerFinding& finding : report->findings) {
    failed(kFindings, "PAC6212",
           "stream " + std::to_string(finding.stream) + ", entry " + std::to_string(finding.index) +
               ": " + finding.what);
  }
  return report->findings.empty() ? kFine : kFindings;
}

// prove FOLDER --known FILE: that the ledger continues a checkpoint, up to the pin of the key that
// signed it where that was revoked, else up to what is published.
int prove_continued(const std::string& folder, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  Believed who;
  who.key = settings->key;
  const auto known = known_checkpoints(values, *settings, who);
  if (!known) return failed_ledger(known.error());
  if (known->size() != 1) return missing("known", "the one checkpoint or receipt to begin with");
  const ledger::Checkpoint& from = known->front();
  const auto stream =
      static_cast<std::uint32_t>(std::stoul(from.origin.substr(settings->origin.size() + 1)));
  const auto head = published(*files, folder, *settings, stream);
  if (!head) return failed_ledger(head.error());
  std::uint64_t to = head->checkpoint.size;
  // The key may have been revoked in a later stream.
  ledger::StreamKeys stream_keys = ledger::stream_keys(*settings, stream);
  for (const ledger::KeyRecord& record : settings->keys) {
    const auto event = ledger::read_key_entry(record.entry);
    if (!event || !*event || (*event)->kind != ledger::KeyEvent::Kind::revoke) continue;
    const ledger::KeyRevocation revoked{(*event)->key.key, (*event)->pins};
    stream_keys.revoke(std::span(&revoked, 1));
  }
  const auto text = read_file(values["known"].as<std::vector<std::string>>().front());
  if (!text) return failed(text.error());
  const auto receipt = ledger::decode_receipt(*text);
  const auto judged = stream_keys.judge(receipt ? receipt->checkpoint : *text);
  if (!judged) return failed_ledger(judged.error());
  const ledger::KeyPeriod& period = stream_keys.periods()[judged->signers.front()];
  if (period.is_revoked && period.pin) to = std::min(to, period.pin->size);
  if (from.size == 0 || from.size > to) {
    return failed(kFindings, "PAC6107",
                  "the checkpoint has " + counted(from.size, "record") +
                      ", and the proof would go " + "to " + std::to_string(to) + " only");
  }
  const ledger::FolderTiles tiles(*files, ledger::stream_folder(folder, stream));
  ledger::Tree tree(tiles, head->checkpoint.size);
  auto proof = tree.consistency_proof(from.size, to);
  if (!proof) return failed_ledger(proof.error());
  const std::string out = ledger::encode({from.origin, from.size, to, std::move(*proof)});
  const std::string path = text_option(values, "output");
  if (path.empty()) {
    std::printf("%s", out.c_str());
    return kFine;
  }
  if (const auto written = driver::write_file(path, out); !written) return failed(written.error());
  std::printf("%s: a proof from %s to %llu\n", path.c_str(), counted(from.size, "record").c_str(),
              static_cast<unsigned long long>(to));
  return kFine;
}

int verify_receipt(const std::string& path, const po::variables_map& values) {
  const std::string said = text_option(values, "verifier");
  const bool is_ecdsa = ledger::is_ecdsa_verifier_text(said);
  if (said.empty() && !values.contains("trust")) {
    return missing("verifier", "whose signature counts is for you to say");
  }
  if (is_ecdsa && values.contains("trust")) {
    return failed(kUsage, "",
                  "a trust list names Ed25519 keys: say the ECDSA key with --also-verifier");
  }
  const std::string entry_path = text_option(values, "entry");
  if (entry_path.empty()) return missing("entry", "a receipt says nothing without its entry");
  const auto text = read_file(path);
  if (!text) return failed(text.error());
  auto entry = read_file(entry_path);
  if (!entry) return failed(entry.error());
  if (entry->ends_with('\n')) entry->pop_back();  // which `show` adds
  const auto policy = witness_policy(values);
  if (!policy) return failed_ledger(policy.error());
  const auto receipt = ledger::decode_receipt(*text);
  if (!receipt) {
    return failed(kFindings, receipt.error().code, path + ": " + receipt.error().message);
  }
  std::vector<crypto::PublicKey> keys;
  std::vector<ledger::KeyRevocation> revoked;
  std::string origin;
  std::vector<ledger::EcdsaNoteKey> lines;  // of which each must be there
  if (!said.empty() && !is_ecdsa) {
    const auto key = ledger::read_verifier_text(said);
    if (!key) return failed(kUsage, key.error().code, key.error().message);
    keys.push_back(key->key);
    origin = key->name;
  }
  for (const char* const option : {"verifier", "also-verifier"}) {
    if (text_option(values, option).empty() || (option[0] == 'v' && !is_ecdsa)) continue;
    auto key = ledger::read_ecdsa_verifier_text(text_option(values, option));
    if (!key) return failed(kUsage, key.error().code, key.error().message);
    if (origin.empty()) origin = key->name;
    lines.push_back(std::move(*key));
  }
  if (values.contains("trust")) {
    const auto list = trust_list(values);
    if (!list) return failed_belief(list.error());
    const auto of = ledger::origin_of(*receipt);
    if (!of) return failed_ledger(of.error());
    if (origin.empty()) keys = list->log_keys(of->substr(0, of->rfind('/')));
    if (origin.empty()) origin = *of;
    revoked = list->newest().revoked;
  }
  std::optional<ledger::ConsistencyProof> to_pin;
  if (values.contains("proof")) {
    const auto proof_text = read_file(values["proof"].as<std::string>());
    if (!proof_text) return failed(proof_text.error());
    auto proof = ledger::decode_consistency(*proof_text);
    if (!proof) return failed_ledger(proof.error());
    to_pin = std::move(*proof);
  }
  const auto checkpoint = is_ecdsa
                              ? ledger::verify_receipt(*receipt, *entry, lines)
                              : ledger::verify_receipt(*receipt, *entry, keys, revoked, to_pin);
  const auto also = checkpoint && !is_ecdsa && !lines.empty()
                        ? ledger::verify_receipt(*receipt, *entry, lines)
                        : checkpoint;
  if (checkpoint && !also) return failed(kFindings, also.error().code, also.error().message);
  if (!checkpoint) {
    const bool is_other_key = checkpoint.error().code == "PAC6103";
    return failed(kFindings, checkpoint.error().code,
                  checkpoint.error().message +
                      (is_other_key ? "; if the ledger exchanged its key since, `pac ledger keys` "
                                      "shows the one that signs now"
                                    : ""));
  }
  if (checkpoint->origin != origin) {
    return failed(
        kFindings, "PAC6102",
        "the receipt is of the log `" + checkpoint->origin + "`, not of `" + origin + "`");
  }
  std::printf("entry %llu of %s is in the %llu entries that were signed\n",
              static_cast<unsigned long long>(receipt->index), checkpoint->origin.c_str(),
              static_cast<unsigned long long>(checkpoint->size));
  if (!*policy) return kFine;
  const auto note = ledger::decode_note(receipt->checkpoint);
  if (!note) return failed(kFindings, note.error().code, note.error().message);
  const auto by = ledger::verify_cosigned(*note, **policy);
  if (!by) return failed(kFindings, by.error().code, by.error().message);
  std::printf("witnessed by %s\n", cosigners_text(**policy, *by).c_str());
  return kFine;
}

// When the key that signs began to: 0 where that can't be read.
std::int64_t since(ledger::FileSystem& files, const std::string& folder,
                   const ledger::StoreSettings& settings) {
  std::int64_t out = ledger::newest_key(settings).since_us;
  if (out != 0) return out;
  const auto take = [&](std::uint64_t, std::string_view entry) {
    const auto value = json::parse(entry);
    const json::Value* at = value ? value->find("at") : nullptr;
    if (at != nullptr && at->is_string() &&
        parse_datetime(at->as_string(), &out) != TextStatus::ok) {
      out = 0;
    }
    return false;
  };
  (void)ledger::read_entries(files, ledger::stream_folder(folder, 1), 0, 1, take);
  return out;
}

}  // namespace

std::optional<int> rotate_days(const po::variables_map& values, std::uint32_t* days) {
  if (!values.contains("rotate-after")) return std::nullopt;
  const std::int64_t said = values["rotate-after"].as<std::int64_t>();
  if (said < 0 || said > ledger::kMaxRotateDays) {
    return failed(kUsage, "",
                  "--rotate-after takes days, 0 to " + std::to_string(ledger::kMaxRotateDays) +
                      "; 0 is never");
  }
  *days = static_cast<std::uint32_t>(said);
  return std::nullopt;
}

void print_rotation(ledger::FileSystem& files, const std::string& folder,
                    const ledger::StoreSettings& settings) {
  const std::int64_t from = since(files, folder, settings);
  const auto signing =
      ledger::stream_keys(settings, static_cast<std::uint32_t>(ledger::kMaxStreams)).newest();
  if (signing.size() > 1) {
    std::printf("two keys sign; pac ledger rotate %s --finish ends that\n", folder.c_str());
  }
  if (settings.rotate_days == 0 || from == 0) return;
  const std::int64_t due = from + settings.rotate_days * kDayUs;
  const bool is_due = due <= ledger::real_surroundings().now_us();
  std::printf("the key signs since %s; another one is due %s %s%s\n",
              ledger::time_text(from).substr(0, 10).c_str(), is_due ? "since" : "on",
              ledger::time_text(due).substr(0, 10).c_str(),
              is_due ? ": pac ledger rotate FOLDER --to KEY" : "");
}

void add_rotation(ledger::FileSystem& files, const std::string& folder,
                  const ledger::StoreSettings& settings, json::Value* out) {
  if (settings.rotate_days == 0) return;
  const std::int64_t from = since(files, folder, settings);
  if (from == 0) return;
  const std::int64_t due = from + settings.rotate_days * kDayUs;
  out->set("rotation_due", ledger::time_text(due));
  out->set("rotation_is_due", due <= ledger::real_surroundings().now_us());
}

std::optional<int> run_keys(const std::vector<std::string>& words,
                            const po::variables_map& values) {
  if (words.empty()) return std::nullopt;
  const std::string& what = words[0];
  if (what == "rotate" && words.size() == 2) return rotate(words[1], values);
  if (what == "revoke" && words.size() == 2) return revoke(words[1], values);
  if (what == "keys" && words.size() == 2) return keys(words[1], values);
  if (what == "prove" && words.size() == 2 && values.contains("known")) {
    return prove_continued(words[1], values);
  }
  if (what == "receipt" && words.size() == 3 && words[1] == "verify") {
    return verify_receipt(words[2], values);
  }
  return std::nullopt;
}

}  // namespace pac::cli
