#include "ledger/archive/verify.h"

#include <set>

#include "ledger/archive/tiles_check.h"
#include "ledger/file/witnessing.h"
#include "ledger/log/bundle.h"
#include "ledger/log/proof.h"
#include "ledger/log/tree.h"
#include "ledger/record/entry_view.h"
#include "runtime/crypto/encoding.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/zip.h"

namespace pac::ledger {
namespace {

class Checking {
 public:
  Checking(const ArchiveCheck& check, VerifiedArchive* out) : check_(check), out_(out) {}

  Result<void> run(std::string_view bytes) {
    const auto members = engine::read_zip(bytes, {kMaxArchiveBytes, kMaxArchiveMembers});
    if (!members) return fail("PAC6702", members.error().message);
    for (const engine::ZipMember& member : *members) members_.emplace(member.name, member.bytes);
    const auto* description = member(kArchiveFile);
    if (description == nullptr) {
      return fail("PAC6702", "it is no archive of a ledger: it has no archive.json");
    }
    auto facts = decode_archive_facts(*description);
    if (!facts) return fail("PAC6702", "archive.json: " + facts.error().message);
    out_->facts = std::move(*facts);
    if (const auto chosen = choose_key(); !chosen) return chosen;
    const auto* page = member(kVerifyPage);
    if (page == nullptr) {
      bad(0, 0, "VERIFY.md is not there");
    } else if (*page != verify_page()) {
      bad(0, 0, "VERIFY.md is not what pac wrote");
    }
    for (const ArchivedStream& one : out_->facts.streams) stream(one);
    for (const Checkpoint& known : check_.known) {
      if (!compared_.contains(known.origin)) {
        bad(0, 0, "the archive has no stream " + known.origin + ", of which one is held elsewhere");
      }
    }
    out_->blobs = blobs_.size();
    check_rest();
    return {};
  }

 private:
  void bad(std::uint32_t stream, std::uint64_t index, const std::string& what) {
    out_->findings.push_back({stream, index, what});
  }

  // A member that belongs here, by whatever its bytes are.
  const std::string_view* member(const std::string& name) {
    expected_.insert(name);
    const auto found = members_.find(name);
    return found == members_.end() ? nullptr : &found->second;
  }

  Result<void> choose_key() {
    key_ = out_->facts.key;
    if (!check_.key) return {};
    const std::string& origin = out_->facts.origin;
    const std::string& name = check_.key->name;
    if (!name.starts_with(origin + "/")) {
      return fail("PAC6102", "the key is of `" + name + "`, the archive of `" + origin + "`");
    }
    if (key_ != check_.key->key)
      bad(0, 0, "archive.json names another key than the one to believe");
    key_ = check_.key->key;
    return {};
  }

  void stream(const ArchivedStream& one) {
    const std::string folder = archived_stream_folder(one.number);
    const NoteKey key{out_->facts.origin + "/" + std::to_string(one.number), key_};
    const auto* note = member(folder + "/checkpoint");
    const auto head = note == nullptr ? std::unexpected(Error{"PAC6105", "it is not there"})
                                      : open_checkpoint(*note, key.name, std::span(&key, 1));
    if (!head || head->size != one.size) {
      bad(one.number, 0,
          folder + "/checkpoint can't be believed: " +
              (head ? "archive.json names another size" : head.error().message));
      skip(folder);
      return;
    }
    VerifiedStream done{one.number, key.name, head->size, head->size, head->root, 1};
    check_known(one, folder, *head);
    if (out_->facts.tenant) {
      check_tenant(one, folder, *head);
    } else {
      check_whole(one, folder, *head);
    }
    out_->witnessed.push_back(check_cosigned(one, folder, key, *head, &done));
    out_->streams.push_back(std::move(done));
  }

  // What can't be judged without its checkpoint is not called added as well.
  void skip(const std::string& folder) {
    knows_blobs_ = false;
    for (const auto& [name, bytes] : members_) {
      if (name.starts_with(folder + "/")) expected_.emplace(name);
    }
  }

  void check_whole(const ArchivedStream& one, const std::string& folder, const Checkpoint& head) {
    const ArchiveTiles tiles(members_, folder);
    for (const TileId& id : tiles_of(head.size)) expected_.insert(folder + "/" + tile_path(id));
    const auto wrong = check_tiles(
        tiles, head, folder,
        [&](std::uint64_t leaf, const std::string& what) { bad(one.number, leaf, what); });
    for (const BundleId& id : bundles_of(head.size, one.from, one.end)) {
      check_bundle(one.number, folder, tiles, id, wrong.contains(id.index));
    }
  }

  void check_bundle(std::uint32_t number, const std::string& folder, const ArchiveTiles& tiles,
                    const BundleId& id, bool has_wrong_leaves) {
    const std::string name = folder + "/" + bundle_path(id);
    const std::uint64_t first = id.index * kTileWidth;
    const auto* bytes = member(name);
    const auto entries =
        bytes == nullptr ? fail("PAC6105", "") : entries_of(*bytes, id.width, true);
    if (!entries) {
      knows_blobs_ = false;
      const char* const what = " has other entries than it should";
      return bad(number, first, name + (bytes == nullptr ? " is not there" : what));
    }
    const auto leaves = tiles.tile({0, id.index, id.width});
    const bool has_leaves = leaves && leaves->size() == id.width * kHashBytes && !has_wrong_leaves;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const std::string_view one = (*entries)[i];
      if (has_leaves && leaf_hash(one) != hash_at(*leaves, static_cast<unsigned>(i))) {
        if (wrong++ == 0) bad(number, first + i, name + ": the entry is not what was signed");
        continue;
      }
      entry(number, first + i, one);
    }
    if (wrong > 0) knows_blobs_ = false;
    if (has_leaves) out_->entries += entries->size() - wrong;
    if (check_.progress) check_.progress(out_->entries);
  }

  // Roots that are held elsewhere. Without tiles only one of the same size can be compared.
  void check_known(const ArchivedStream& one, const std::string& folder, const Checkpoint& head) {
    const ArchiveTiles tiles(members_, folder);
    for (const Checkpoint& known : check_.known) {
      if (known.origin != head.origin) continue;
      compared_.insert(known.origin);
      const std::string what =
          "a checkpoint that is held elsewhere, of " + std::to_string(known.size) + " entries, ";
      if (known.size > head.size) {
        bad(one.number, head.size, what + "has more than the archive");
      } else if (known.size != head.size && out_->facts.tenant) {
        bad(one.number, known.size, what + "can't be compared: there are no tiles");
      } else {
        const auto root = known.size == head.size ? Result<Hash>(head.root)
                                                  : Tree(tiles, head.size).root(known.size);
        if (!root || *root != known.root) bad(one.number, 0, what + "has another root");
      }
    }
  }

  void check_tenant(const ArchivedStream& one, const std::string& folder, const Checkpoint& head) {
    const auto* lines = member(folder + "/entries.jsonl");
    const auto* proofs = member(folder + "/proofs.txt");
    const auto read = proofs == nullptr ? fail("PAC6105", "") : decode_proofs(*proofs);
    if (lines == nullptr || !read) knows_blobs_ = false;
    if (lines == nullptr || proofs == nullptr) {
      return bad(
          one.number, 0,
          folder + "/" + (lines == nullptr ? "entries.jsonl" : "proofs.txt") + " is not there");
    }
    if (!read) return bad(one.number, 0, folder + "/proofs.txt: " + read.error().message);
    std::string_view rest = *lines;
    for (const ProvedLine& proved : *read) {
      const std::size_t end = rest.find('\n');
      if (end == rest.npos) {
        knows_blobs_ = false;
        return bad(one.number, proved.index, folder + "/entries.jsonl has no such entry");
      }
      const std::string_view bytes = rest.substr(0, end);
      rest.remove_prefix(end + 1);
      if (!verify_inclusion(proved.index, head.size, leaf_hash(bytes), proved.proof, head.root)) {
        bad(one.number, proved.index,
            folder + "/entries.jsonl or " + folder +
                "/proofs.txt: the entry is not what was signed");
        knows_blobs_ = false;
        continue;
      }
      entry(one.number, proved.index, bytes);
      ++out_->entries;
    }
    if (!rest.empty()) {
      knows_blobs_ = false;
      bad(one.number, head.size,
          folder + "/entries.jsonl has entries without a proof in " + folder + "/proofs.txt");
    }
  }

  // What the entry says: whose it is, and which blobs must be here.
  void entry(std::uint32_t number, std::uint64_t index, std::string_view bytes) {
    if (!reader_.read(bytes, &view_)) return;
    if (out_->facts.tenant && !view_.tenant.empty() &&
        text_of(view_.tenant) != *out_->facts.tenant) {
      bad(number, index, "the entry is of another tenant than the archive");
    }
    if (view_.blob.empty()) return;
    const std::string digest(view_.blob);
    const std::string name = archived_blob(digest);
    const auto* blob = member(name);
    if (!blobs_.insert(digest).second) return;
    if (blob == nullptr) return bad(number, index, name + ", which the entry names, is not there");
    if (crypto::to_hex(crypto::view(crypto::sha256(*blob))) != digest) {
      return bad(number, index, name + " is not what the entry names");
    }
    if (view_.kind != "activate") return;
    const auto policy = engine::Bundle::load(std::string(*blob), {});
    if (!policy || (*policy)->manifest().bundle_digest != view_.snapshot) {
      bad(number, index, name + " is not the policy that the entry names");
    }
  }

  std::vector<Cosigned> check_cosigned(const ArchivedStream& one, const std::string& folder,
                                       const NoteKey& key, const Checkpoint& head,
                                       VerifiedStream* done) {
    const std::string name = folder + "/" + kCosignedFile;
    const auto* bytes = member(name);
    if (bytes == nullptr) {
      if (check_.policy != nullptr && check_.policy->needs_any()) {
        bad(one.number, 0, name + " is not there: no witness has cosigned");
      }
      return {};
    }
    const auto cosigned = open_checkpoint(*bytes, key.name, std::span(&key, 1));
    if (!cosigned) {
      bad(one.number, 0, name + " can't be believed: " + cosigned.error().message);
      return {};
    }
    ++done->checkpoints;
    const ArchiveTiles tiles(members_, folder);
    const bool is_same = cosigned->size == head.size;
    const auto root = is_same || cosigned->size > head.size || out_->facts.tenant
                          ? Result<Hash>(head.root)
                          : Tree(tiles, head.size).root(cosigned->size);
    if (cosigned->size > head.size || (root && *root != cosigned->root)) {
      bad(one.number, 0, name + " is not a checkpoint of these entries");
      return {};
    }
    if (check_.policy == nullptr) return {};
    const auto note = decode_note(*bytes);
    auto by = note ? verify_cosigned(*note, *check_.policy) : std::unexpected(note.error());
    if (by) return std::move(*by);
    bad(one.number, cosigned->size, name + ": " + by.error().message);
    return {};
  }

  void check_rest() {
    for (const auto& [name, bytes] : members_) {
      // Which blobs belong here only entries that are as they were signed can say.
      if (!knows_blobs_ && name.starts_with("blobs/")) continue;
      if (!expected_.contains(std::string(name))) {
        bad(0, 0, std::string(name) + " does not belong here: it was added");
      }
    }
  }

  const ArchiveCheck& check_;
  VerifiedArchive* out_;
  ArchiveMembers members_;
  std::set<std::string> expected_;
  std::set<std::string> blobs_, compared_;
  crypto::PublicKey key_{};
  bool knows_blobs_ = true;
  EntryReader reader_;
  EntryView view_;
};

}  // namespace

Result<VerifiedArchive> verify_archive(std::string_view bytes, const ArchiveCheck& check) {
  VerifiedArchive out;
  if (const auto done = Checking(check, &out).run(bytes); !done) {
    return std::unexpected(done.error());
  }
  return out;
}

bool is_archive(std::string_view first_bytes) { return first_bytes.starts_with("PK\x03\x04"); }

}  // namespace pac::ledger
