#include "ledger/archive/write.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "ledger/archive/contents.h"
#include "ledger/archive/keys_write.h"
#include "ledger/file/blobs.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/file/witnessing.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "ledger/log/tree.h"
#include "ledger/log/trust_list.h"
#include "ledger/record/entry_view.h"
#include "runtime/engine/zip.h"

namespace pac::ledger {
namespace {

// The headers of a member, without its name twice, and the end of the file.
constexpr std::size_t kZipMemberBytes = 30 + 46, kZipEndBytes = 22;

class Writing {
 public:
  Writing(FileSystem& files, const std::string& folder, const ArchiveOptions& options)
      : files_(files), folder_(folder), options_(options) {}

  Result<std::string> run() {
    auto settings = read_settings(files_, folder_);
    if (!settings) return std::unexpected(settings.error());
    const auto streams = streams_of(files_, folder_);
    if (!streams) return std::unexpected(streams.error());
    facts_.origin = settings->origin;
    facts_.key = settings->key;
    facts_.tenant = options_.tenant;
    facts_.has_keys = !settings->keys.empty() || !options_.trust_list.empty();
    if (const auto noted = note_pins(*settings); !noted) return std::unexpected(noted.error());
    if (const auto added = all_streams(*settings, *streams); !added) {
      return std::unexpected(added.error());
    }
    if (facts_.streams.empty()) return fail("PAC6211", "there is no such stream in " + folder_);
    for (const std::string& digest : blobs_) {
      auto bytes = read_blob(files_, folder_, digest);
      if (!bytes) return bytes;
      if (const auto put = add(archived_blob(digest), std::move(*bytes)); !put) {
        return std::unexpected(put.error());
      }
    }
    if (const auto put = add(kArchiveFile, encode(facts_)); !put) {
      return std::unexpected(put.error());
    }
    if (const auto put = add(kVerifyPage, std::string(verify_page(facts_.has_keys))); !put) {
      return std::unexpected(put.error());
    }
    if (!options_.trust_list.empty()) {
      if (const auto put = add(kArchivedTrust, options_.trust_list); !put) {
        return std::unexpected(put.error());
      }
    }
    std::vector<engine::ZipMember> members;
    for (const auto& [name, bytes] : members_) members.push_back({name, bytes});
    return engine::write_zip(std::move(members), {kMaxArchiveBytes, kMaxArchiveMembers});
  }

 private:
  Result<void> add(const std::string& name, std::string bytes) {
    bytes_ += bytes.size() + 2 * name.size() + kZipMemberBytes;
    members_[name] = std::move(bytes);
    if (bytes_ <= options_.max_bytes && members_.size() <= options_.max_members) return {};
    return fail("PAC6701", "an archive has at most " + std::to_string(options_.max_bytes >> 20) +
                               " MiB and " + std::to_string(options_.max_members) +
                               " members; take fewer entries with --from and --to");
  }

  // Sizes at which a tree is pinned, by the log or by the trust list.
  Result<void> note_pins(const StoreSettings& settings) {
    const auto note = [&](const std::vector<KeyPin>& pins) {
      for (const KeyPin& pin : pins) pins_[pin.origin].insert(pin.size);
    };
    for (const KeyRecord& record : settings.keys) {
      const auto event = read_key_entry(record.entry);
      if (event && *event) note((*event)->pins);
    }
    if (options_.trust_list.empty()) return {};
    const auto versions = read_versions(options_.trust_list);
    if (!versions) return std::unexpected(versions.error());
    if (versions->empty()) return fail("PAC6108", "the trust list has no version");
    for (const KeyRevocation& revoked : versions->back().version.revoked) note(revoked.pins);
    return {};
  }

  // Those that were asked for, and where the key was exchanged the keys of the others.
  Result<void> all_streams(const StoreSettings& settings,
                           const std::vector<std::uint32_t>& streams) {
    std::uint32_t last = options_.stream.value_or(streams.empty() ? 0 : streams.back());
    if (!std::ranges::binary_search(streams, last)) return {};
    for (const KeyRecord& record : settings.keys) last = std::max(last, record.stream);
    std::uint32_t expected = 1;
    for (const std::uint32_t number : streams) {
      const bool is_asked = !options_.stream || *options_.stream == number;
      if (number > last || (!is_asked && !facts_.has_keys)) continue;
      if (facts_.has_keys && number != expected++) {
        return fail("PAC6703", "no archive can be made: stream " + std::to_string(expected - 1) +
                                   " is not there, and keys can't be followed without it");
      }
      if (const auto added = stream(settings, number, is_asked); !added) return added;
    }
    return {};
  }

  Result<void> keys(const StoreSettings& settings, std::uint32_t number, const std::string& path,
                    const std::string& note) {
    if (watch_) {
      watch_ = watch_->of_next(stream_origin(settings.origin, number));
    } else {
      watch_.emplace(StreamKeys(stream_key(settings, number)), KeyTrust{});
    }
    const FolderTiles tiles(files_, path);
    auto members = key_members(files_, path, tiles, settings, number, note,
                               pins_[stream_origin(settings.origin, number)], &*watch_);
    if (!members) return std::unexpected(members.error());
    const std::string inside = archived_stream_folder(number) + "/";
    for (auto& [name, bytes] : *members) {
      if (const auto put = add(inside + name, std::move(bytes)); !put) return put;
    }
    return {};
  }

  Result<void> stream(const StoreSettings& settings, std::uint32_t number, bool has_entries) {
    const std::string path = stream_folder(folder_, number);
    if (!files_.exists(path + "/checkpoint")) {
      return fail("PAC6211", "stream " + std::to_string(number) + " has published nothing yet");
    }
    auto note = read_whole(files_, path + "/checkpoint", kMaxNoteBytes);
    if (!note) return std::unexpected(note.error());
    const auto head = open_checkpoint(*note, stream_keys(settings, number));
    if (!head) return std::unexpected(head.error());
    if (facts_.has_keys) {
      if (const auto added = keys(settings, number, path, *note); !added) return added;
    }
    if (!has_entries) {
      facts_.keys_of.push_back({number, head->size});
      return add(archived_stream_folder(number) + "/checkpoint", std::move(*note));
    }
    if (options_.stream && options_.from >= head->size) {
      return fail("PAC6211", "stream " + std::to_string(number) + " has published " +
                                 std::to_string(head->size) + " entries, the first has index 0");
    }
    ArchivedStream one{number, head->size, std::min(options_.from, head->size), head->size};
    if (options_.to < one.end) one.end = options_.to + 1;
    if (one.end < one.from) one.end = one.from;
    if (!options_.tenant) {
      // Whole bundles, as they are what is stored and hashed.
      one.from -= one.from % kTileWidth;
      if (one.end % kTileWidth != 0) {
        one.end = std::min(head->size, (one.end / kTileWidth + 1) * kTileWidth);
      }
    }
    const std::string inside = archived_stream_folder(number);
    if (const auto put = add(inside + "/checkpoint", std::move(*note)); !put) return put;
    if (const auto put = cosigned(path, inside, head->size); !put) return put;
    const FolderTiles tiles(files_, path);
    facts_.streams.push_back(one);
    return options_.tenant ? tenant(tiles, inside, one, *head) : whole(tiles, inside, one, *head);
  }

  // A later one than the checkpoint is left out: it speaks of entries that are not here.
  Result<void> cosigned(const std::string& path, const std::string& inside, std::uint64_t size) {
    const std::string file = path + "/" + kCosignedFile;
    if (!files_.exists(file)) return {};
    auto note = read_whole(files_, file, kMaxNoteBytes);
    if (!note) return std::unexpected(note.error());
    const auto opened = decode_note(*note);
    const auto head = opened ? read_checkpoint_text(opened->text) : std::unexpected(opened.error());
    if (!head) return std::unexpected(head.error());
    if (head->size > size) return {};
    // Of one tenant there are no tiles to compare an earlier root with.
    if (options_.tenant && head->size != size) return {};
    return add(inside + "/" + kCosignedFile, std::move(*note));
  }

  Result<void> whole(const TileReader& tiles, const std::string& inside,
                     const ArchivedStream& stream, const Checkpoint& head) {
    for (const TileId& id : tiles_of(head.size)) {
      auto bytes = tiles.tile(id);
      if (!bytes) return std::unexpected(bytes.error());
      if (const auto put = add(inside + "/" + tile_path(id), std::move(*bytes)); !put) return put;
    }
    for (const BundleId& id : bundles_of(head.size, stream.from, stream.end)) {
      auto exact =
          bundle(tiles, id, [&](std::uint64_t, std::string_view entry) { blob_of(entry); });
      if (!exact) return std::unexpected(exact.error());
      if (const auto put = add(inside + "/" + bundle_path(id), std::move(*exact)); !put) return put;
    }
    return {};
  }

  // The bundle with exactly its entries: where the full one stands in place of a partial one, its
  // beginning.
  template <typename Take>
  Result<std::string> bundle(const TileReader& tiles, const BundleId& id, Take&& take) {
    const auto bytes = tiles.bundle(id);
    if (!bytes) return bytes;
    const auto entries = entries_of(*bytes, id.width, false);
    if (!entries) return std::unexpected(entries.error());
    std::string exact;
    std::uint64_t index = id.index * kTileWidth;
    for (const std::string_view entry : *entries) {
      append_entry(entry, &exact);
      take(index++, entry);
    }
    return exact;
  }

  void blob_of(std::string_view entry) {
    if (reader_.read(entry, &view_) && !view_.blob.empty()) blobs_.emplace(view_.blob);
  }

  // Of which tenant the entry is; nothing where it names none, or is none that pac writes.
  std::optional<std::string> tenant_of(std::string_view entry) {
    if (!reader_.read(entry, &view_) || view_.tenant.empty()) return std::nullopt;
    return text_of(view_.tenant);
  }

  Result<void> tenant(const TileReader& tiles, const std::string& inside,
                      const ArchivedStream& stream, const Checkpoint& head) {
    std::map<std::uint64_t, std::string> chosen;
    std::set<std::string> runs;
    const auto look = [&](auto&& take, std::uint64_t from, std::uint64_t end) -> Result<void> {
      for (const BundleId& id : bundles_of(head.size, from, end)) {
        const auto read = bundle(tiles, id, [&](std::uint64_t index, std::string_view entry) {
          if (index >= from && index < end) take(index, entry);
        });
        if (!read) return std::unexpected(read.error());
      }
      return {};
    };
    const auto own = [&](std::uint64_t index, std::string_view entry) {
      if (tenant_of(entry) != options_.tenant) return;
      if (view_.kind == "decision") runs.emplace(view_.run);
      if (!view_.blob.empty()) blobs_.emplace(view_.blob);
      chosen.emplace(index, entry);
    };
    if (const auto looked = look(own, stream.from, stream.end); !looked) return looked;
    // What they rest on may stand before the range, and names no tenant.
    const auto needed = [&](std::uint64_t index, std::string_view entry) {
      if (tenant_of(entry)) return;
      const bool opens = index == 0;
      const bool activates =
          view_.kind == "activate" && runs.contains(text_of(reader_.members().raw("nonce")));
      if (!opens && !activates) return;
      if (!view_.blob.empty()) blobs_.emplace(view_.blob);
      chosen.emplace(index, entry);
    };
    if (const auto looked = look(needed, 0, stream.end); !looked) return looked;
    return add_proved(tiles, inside, head, chosen);
  }

  Result<void> add_proved(const TileReader& tiles, const std::string& inside,
                          const Checkpoint& head,
                          const std::map<std::uint64_t, std::string>& chosen) {
    Tree tree(tiles, head.size);
    std::string lines;
    std::vector<ProvedLine> proofs;
    for (const auto& [index, entry] : chosen) {
      auto proof = tree.inclusion_proof(index, head.size);
      if (!proof) return std::unexpected(proof.error());
      proofs.push_back({index, std::move(*proof)});
      lines += entry + "\n";
    }
    if (const auto put = add(inside + "/entries.jsonl", std::move(lines)); !put) return put;
    return add(inside + "/proofs.txt", encode(proofs));
  }

  FileSystem& files_;
  const std::string& folder_;
  const ArchiveOptions& options_;
  ArchiveFacts facts_;
  std::map<std::string, std::set<std::uint64_t>> pins_;  // sizes by origin
  std::optional<KeyWatch> watch_;                        // of the stream before
  std::map<std::string, std::string> members_;
  std::set<std::string> blobs_;
  std::size_t bytes_ = kZipEndBytes;
  EntryReader reader_;
  EntryView view_;
};

}  // namespace

Result<std::string> write_archive(FileSystem& files, const std::string& folder,
                                  const ArchiveOptions& options) {
  return Writing(files, folder, options).run();
}

}  // namespace pac::ledger
