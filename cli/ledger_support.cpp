#include "cli/ledger_support.h"

#include <charconv>
#include <cstdio>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/support.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "ledger/log/tree.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::cli {

int failed_ledger(const Error& error) {
  const bool is_refused = error.code == "PAC6207" || error.code == "PAC6206";
  const bool is_evidence = error.code >= "PAC6101" && error.code <= "PAC6106";
  const bool is_person =
      error.code == "PAC6604" || error.code == "PAC6605" || error.code == "PAC6606";
  const bool is_usage = error.code == "PAC6208" || error.code == "PAC6211";
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
  const ledger::NoteKey key = ledger::stream_key(settings, stream);
  auto checkpoint = ledger::open_checkpoint(*note, key.name, std::span(&key, 1));
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
  const std::uint64_t size = head->checkpoint.size;
  if (number >= size) {
    return fail("PAC6211", "stream " + std::to_string(stream) + " has " + counted(size, "record") +
                               ", the first has index 0");
  }
  const ledger::FolderTiles tiles(files, ledger::stream_folder(folder, stream));
  const std::uint64_t bundle_index = number / ledger::kTileWidth;
  const unsigned width = ledger::tile_width(0, bundle_index, size);
  const auto bundle = tiles.bundle({bundle_index, width});
  if (!bundle) return std::unexpected(bundle.error());
  const auto entries = ledger::entries_of(*bundle, width, false);
  if (!entries) return std::unexpected(entries.error());
  ledger::Tree tree(tiles, size);
  auto proof = tree.inclusion_proof(number, size);
  if (!proof) return std::unexpected(proof.error());
  ProvedEntry out{std::string((*entries)[number % ledger::kTileWidth]),
                  {"", number, std::move(*proof), std::move(head->note)}};
  // What is shown or handed out is never less than what can be proved.
  const ledger::NoteKey key = ledger::stream_key(*settings, stream);
  const auto holds = ledger::verify_receipt(out.receipt, out.bytes, key.name, std::span(&key, 1));
  if (!holds) return std::unexpected(holds.error());
  return out;
}

Result<std::vector<ledger::Checkpoint>> known_checkpoints(const po::variables_map& values,
                                                          const ledger::StoreSettings& settings,
                                                          const crypto::PublicKey& key) {
  std::vector<ledger::Checkpoint> out;
  if (!values.contains("known")) return out;
  for (const std::string& path : values["known"].as<std::vector<std::string>>()) {
    Result<std::string> text = read_file(path);
    if (!text) return std::unexpected(text.error());
    if (const auto receipt = ledger::decode_receipt(*text)) text = receipt->checkpoint;
    const std::string origin = text->substr(0, text->find('\n'));
    if (!origin.starts_with(settings.origin + "/")) {
      return fail("PAC6102", path + " is no checkpoint or receipt of `" + settings.origin + "`");
    }
    const ledger::NoteKey signer{origin, key};
    auto checkpoint = ledger::open_checkpoint(*text, origin, std::span(&signer, 1));
    if (!checkpoint) {
      return fail(checkpoint.error().code, path + ": " + checkpoint.error().message);
    }
    out.push_back(std::move(*checkpoint));
  }
  return out;
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
    for (const ledger::LedgerFinding& finding : report.findings) {
      json::Value out = json::Value::object();
      out.set("code", "PAC6212");
      out.set("index", json::Value::exact_int(static_cast<std::int64_t>(finding.index)));
      out.set("message", finding.what);
      out.set("stream", finding.stream);
      std::printf("%s\n", json::canonical(out).c_str());
    }
    return;
  }
  for (const ledger::VerifiedStream& stream : report.streams) {
    std::printf("%s: %s entries as they were signed, %s\n", stream.origin.c_str(),
                grouped(stream.size).c_str(), counted(stream.checkpoints, "signature").c_str());
  }
  if (records.activations > 0) {
    std::printf("%s decisions, %s of policies, each policy as it was activated\n",
                grouped(records.decisions).c_str(),
                counted(records.activations, "activation").c_str());
  }
  for (const ledger::LedgerFinding& finding : report.findings) {
    failed(kFindings, "PAC6212",
           "stream " + std::to_string(finding.stream) + ", entry " + std::to_string(finding.index) +
               ": " + finding.what);
  }
  if (!has_key) {
    std::printf(
        "the key was taken from the folder: whoever could write all of it anew is not "
        "found out; say the one you trust with --verifier\n");
  }
}

}  // namespace pac::cli
