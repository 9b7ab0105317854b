#include "cli/ledger_support.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/support.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/file/limits.h"
#include "ledger/file/verify_keys.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "ledger/log/tree.h"
#include "ledger/witness/cosigned.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::cli {

int failed_ledger(const Error& error) {
  const bool is_refused = error.code == "PAC6207" || error.code == "PAC6206";
  const bool is_evidence = (error.code >= "PAC6101" && error.code <= "PAC6110") ||
                           error.code == "PAC6112" || error.code == "PAC6503" ||
                           error.code == "PAC6702" || error.code == "PAC6703";
  const bool is_usage = error.code == "PAC6208" || error.code == "PAC6211" ||
                        error.code == "PAC6111" || error.code == "PAC6218";
  const bool is_person =
      error.code == "PAC6604" || error.code == "PAC6605" || error.code == "PAC6606";
  int exit = kCouldNotRun;
  if (is_refused || is_evidence || is_person) exit = kFindings;
  if (is_usage) exit = kUsage;
  return failed(exit, error.code, error.message);
}

int failed_gaps(std::uint64_t count, const ledger::EntryPlace& first) {
  return failed(kFindings, "PAC6217",
                grouped(count) + (count == 1 ? " entry is" : " entries are") +
                    " damaged or missing, the first is " + std::to_string(first.stream) + "/" +
                    std::to_string(first.index) + "; `pac ledger verify` says more");
}

void tell_new_stream(const ledger::Store& store) {
  if (store.reason().empty()) return;
  std::fprintf(stderr,
               "pac: the stream before is damaged and is left as it is; %u is a new one: %s\n",
               store.stream(), store.reason().c_str());
}

Result<PublishedHead> published(ledger::FileSystem& files, const std::string& folder,
                                const ledger::StoreSettings& settings, std::uint32_t stream) {
  const std::string path = ledger::stream_folder(folder, stream) + "/checkpoint";
  if (!files.exists(path)) {
    return fail("PAC6211", "stream " + std::to_string(stream) + " has published nothing yet");
  }
  Result<std::string> note = ledger::read_whole(files, path, ledger::kMaxNoteBytes);
  if (!note) return std::unexpected(note.error());
  auto checkpoint = ledger::open_checkpoint(*note, ledger::stream_keys(settings, stream));
  if (!checkpoint) return std::unexpected(checkpoint.error());
  return PublishedHead{std::move(*note), std::move(*checkpoint)};
}

std::uint64_t published_entries(ledger::FileSystem& files, const std::string& folder,
                                const ledger::StoreSettings& settings) {
  std::uint64_t out = 0;
  const auto streams = ledger::streams_of(files, folder);
  if (!streams) return out;
  for (const std::uint32_t stream : *streams) {
    if (const auto head = published(files, folder, settings, stream)) out += head->checkpoint.size;
  }
  return out;
}

Result<ProvedEntry> read_entry(ledger::FileSystem& files, const std::string& folder,
                               const std::string& index, const po::variables_map& values) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), number);
  if (error != std::errc() || end != index.data() + index.size()) {
    return fail("PAC6211", "`" + index + "` is no index; the first entry has 0");
  }
  const auto settings = ledger::read_settings(files, folder);
  if (!settings) return std::unexpected(settings.error());
  const auto streams = ledger::streams_of(files, folder);
  if (!streams) return std::unexpected(streams.error());
  if (streams->empty()) return fail("PAC6211", folder + " has no entries yet");
  const std::uint32_t stream =
      values.contains("stream") ? values["stream"].as<std::uint32_t>() : streams->back();
  auto head = published(files, folder, *settings, stream);
  if (!head) return std::unexpected(head.error());
  if (number >= head->checkpoint.size) {
    return fail("PAC6211", "stream " + std::to_string(stream) + " has " +
                               counted(head->checkpoint.size, "record") +
                               ", the first has index 0");
  }
  // What is wrong with the cosigned one is for `verify` to say.
  auto cosigned = ledger::read_cosigned(files, folder, *settings, stream);
  const bool is_cosigned = cosigned && *cosigned && number < (*cosigned)->checkpoint.size &&
                           (*cosigned)->checkpoint.size <= head->checkpoint.size;
  const std::uint64_t published_size = head->checkpoint.size;
  if (is_cosigned) *head = {std::move((*cosigned)->note), std::move((*cosigned)->checkpoint)};
  const std::uint64_t size = head->checkpoint.size;
  const ledger::FolderTiles tiles(files, ledger::stream_folder(folder, stream));
  const std::uint64_t bundle_index = number / ledger::kTileWidth;
  const unsigned width = ledger::tile_width(0, bundle_index, published_size);
  const auto bundle = tiles.bundle({bundle_index, width});
  if (!bundle) return std::unexpected(bundle.error());
  const auto entries = ledger::entries_of(*bundle, width, false);
  if (!entries) return std::unexpected(entries.error());
  ledger::Tree tree(tiles, published_size);
  auto proof = tree.inclusion_proof(number, size);
  if (!proof) return std::unexpected(proof.error());
  ProvedEntry out{std::string((*entries)[number % ledger::kTileWidth]),
                  {"", number, std::move(*proof), std::move(head->note)}};
  // What is shown or handed out is never less than what can be proved.
  const ledger::StreamKeys stream_keys = ledger::stream_keys(*settings, stream);
  std::vector<ledger::NoteKey> keys;
  for (const crypto::PublicKey& key : stream_keys.at(size)) {
    keys.push_back({stream_keys.origin(), key});
  }
  const auto holds = ledger::verify_receipt(out.receipt, out.bytes, stream_keys.origin(), keys);
  if (!holds) return std::unexpected(holds.error());
  return out;
}

Result<ledger::TrustList> trust_list(const po::variables_map& values, const std::string& archived) {
  if (!values.contains("trust-pin")) {
    return fail("", "--trust needs --trust-pin: the fingerprint of a version of the list, " +
                        std::string("which you have by another way than the list"));
  }
  if (!values.contains("trust") && archived.empty()) {
    return fail("", "--trust-pin needs --trust: there is no other trust list");
  }
  const std::string path =
      values.contains("trust") ? values["trust"].as<std::string>() : "the list in the archive";
  const auto text = values.contains("trust") ? read_file(path) : Result<std::string>(archived);
  if (!text) return std::unexpected(text.error());
  auto list = ledger::TrustList::open(*text, values["trust-pin"].as<std::string>(),
                                      ledger::real_surroundings().now_us());
  if (!list) return fail(list.error().code, path + ": " + list.error().message);
  return list;
}

int failed_belief(const Error& error) {
  if (error.code != "PAC6101" && !error.code.empty()) return failed_ledger(error);
  return failed(kUsage, error.code, error.message);
}

Result<Believed> believed(const po::variables_map& values, const ledger::StoreSettings& settings,
                          const std::string& archived) {
  Believed out;
  if (values.contains("trust") || values.contains("trust-pin")) {
    const auto list = trust_list(values, archived);
    if (!list) return std::unexpected(list.error());
    out.is_said = true;
    out.trust = {list->log_keys(settings.origin), list->newest().revoked};
    const std::vector<crypto::PublicKey>& keys = out.trust.keys;
    if (keys.empty()) {
      return fail("PAC6108", "the trust list has no key with the role log of the ledger `" +
                                 settings.origin + "`");
    }
    // The first key of the ledger, where the list has it; else one that was introduced later.
    const auto is_introduced = [&](const crypto::PublicKey& key) {
      return std::ranges::any_of(settings.keys, [&](const ledger::KeyRecord& record) {
        const auto event = ledger::read_key_entry(record.entry);
        return event && *event && (*event)->key.key == key;
      });
    };
    out.key = keys.front();
    if (std::ranges::find(keys, settings.key) != keys.end()) {
      out.key = settings.key;
    } else if (const auto known = std::ranges::find_if(keys, is_introduced); known != keys.end()) {
      out.key = *known;
    }
    return out;
  }
  if (!values.contains("verifier")) {
    out.key = settings.key;
    return out;
  }
  const auto read = ledger::read_verifier_text(values["verifier"].as<std::string>());
  if (!read) return std::unexpected(read.error());
  if (!read->name.starts_with(settings.origin + "/")) {
    return fail("PAC6102",
                "the key is of `" + read->name + "`, the ledger is `" + settings.origin + "`");
  }
  out.is_said = true;
  out.key = read->key;
  return out;
}

Result<std::optional<ledger::EcdsaNoteKey>> also_verifier(const po::variables_map& values) {
  const std::string said = text_option(values, "also-verifier");
  if (said.empty()) return std::nullopt;
  auto key = ledger::read_ecdsa_verifier_text(said);
  if (!key) return std::unexpected(key.error());
  return std::optional(std::move(*key));
}

void add_also_faults(const ledger::EcdsaNoteKey& also, ledger::VerifiedStore* report) {
  for (const ledger::VerifiedStream& stream : report->streams) {
    const auto keys = report->signers.find(stream.number);
    if (keys == report->signers.end()) continue;
    const std::string fault = ledger::also_fault(keys->second, also, stream.size);
    if (!fault.empty()) report->findings.push_back({stream.number, 0, fault});
  }
}

Result<std::vector<ledger::Checkpoint>> known_checkpoints(const po::variables_map& values,
                                                          const ledger::StoreSettings& settings,
                                                          const Believed& believed) {
  std::vector<ledger::Checkpoint> out;
  if (!values.contains("known")) return out;
  const ledger::StoreSettings start = ledger::start_from(settings, believed.key);
  for (const std::string& path : values["known"].as<std::vector<std::string>>()) {
    Result<std::string> text = read_file(path);
    if (!text) return std::unexpected(text.error());
    if (const auto receipt = ledger::decode_receipt(*text)) text = receipt->checkpoint;
    const std::string origin = text->substr(0, text->find('\n'));
    std::uint32_t stream = 0;
    if (origin.starts_with(settings.origin + "/")) {
      const char* const end = origin.data() + origin.size();
      std::from_chars(origin.data() + settings.origin.size() + 1, end, stream);
    }
    if (stream == 0 || stream > ledger::kMaxStreams) {
      return fail("PAC6102", path + " is no checkpoint or receipt of `" + settings.origin + "`");
    }
    ledger::StreamKeys keys = ledger::stream_keys(start, stream);
    keys.revoke(believed.trust.revoked);
    auto judged = keys.judge(*text);
    if (!judged) return fail(judged.error().code, path + ": " + judged.error().message);
    if (!judged->counts) {
      return fail("PAC6107", path + ": only a key that was revoked signed it, above its pin");
    }
    out.push_back(std::move(judged->checkpoint));
  }
  return out;
}

bool read_last_entry(const po::variables_map& values, std::optional<std::uint64_t>* out) {
  if (!values.contains("to")) return true;
  // Other commands have no other use for it.
  if (const auto* number = boost::any_cast<std::uint64_t>(&values["to"].value())) {
    *out = *number;
    return true;
  }
  const auto& said = values["to"].as<std::vector<std::string>>();
  std::uint64_t index = 0;
  const std::string& digits = said.front();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (said.size() != 1 || error != std::errc() || end != digits.data() + digits.size()) {
    failed(kUsage, "", "`--to INDEX` can't be `" + digits + "`; see `pac help ledger`");
    return false;
  }
  *out = index;
  return true;
}

void print_finding(const ledger::LedgerFinding& finding, bool is_json) {
  if (!is_json) {
    failed(kFindings, "PAC6212",
           "stream " + std::to_string(finding.stream) + ", entry " + std::to_string(finding.index) +
               ": " + finding.what);
    return;
  }
  json::Value out = json::Value::object();
  out.set("code", "PAC6212");
  out.set("index", json::Value::exact_int(static_cast<std::int64_t>(finding.index)));
  out.set("message", finding.what);
  out.set("stream", finding.stream);
  std::printf("%s\n", json::canonical(out).c_str());
}

void print_verified(const ledger::VerifiedStore& report, const ledger::VerifiedRecords& records,
                    bool has_key, bool is_json) {
  if (is_json) {
    for (const ledger::VerifiedStream& stream : report.streams) {
      json::Value out = json::Value::object();
      out.set("checkpoints", stream.checkpoints);
      out.set("origin", stream.origin);
      out.set("published", json::Value::exact_int(static_cast<std::int64_t>(stream.published)));
      out.set("root", crypto::to_base64(crypto::view(stream.root)));
      out.set("size", json::Value::exact_int(static_cast<std::int64_t>(stream.size)));
      out.set("stream", stream.number);
      std::printf("%s\n", json::canonical(out).c_str());
    }
    for (const ledger::LedgerFinding& finding : report.findings) print_finding(finding, true);
    return;
  }
  for (const ledger::VerifiedStream& stream : report.streams) {
    std::printf("%s: %s as signed, %s\n", stream.origin.c_str(),
                grouped(stream.size, "entry", "entries").c_str(),
                counted(stream.checkpoints, "signature").c_str());
    if (stream.size > stream.published) {
      std::printf("  not published yet: the newest %s; the last batch of them is not signed here\n",
                  grouped(stream.size - stream.published).c_str());
    }
  }
  if (records.activations > 0) {
    std::printf("%s, %s of policies, each policy as it was activated\n",
                grouped(records.decisions, "decision", "decisions").c_str(),
                counted(records.activations, "activation").c_str());
  }
  for (const ledger::LedgerFinding& finding : report.findings) print_finding(finding, false);
  if (!has_key) {
    std::printf(
        "the key was taken from the folder: whoever could write all of it anew is not "
        "found out; say the one you trust with --verifier\n");
  }
}

}  // namespace pac::cli
