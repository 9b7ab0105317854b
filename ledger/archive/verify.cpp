#include "ledger/archive/verify.h"

#include <set>

#include "ledger/archive/keys_check.h"
#include "ledger/archive/tiles_check.h"
#include "ledger/file/verify_keys.h"
#include "ledger/file/witnessing.h"
#include "ledger/log/bundle.h"
#include "ledger/log/proof.h"
#include "ledger/log/tree.h"
#include "ledger/log/trust_list.h"
#include "ledger/record/entry_view.h"
#include "runtime/crypto/encoding.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/zip.h"

namespace pac::ledger {
namespace {

Result<ArchiveMembers> members_of(std::string_view bytes) {
  const auto read = engine::read_zip(bytes, {kMaxArchiveBytes, kMaxArchiveMembers});
  if (!read) return fail("PAC6702", read.error().message);
  ArchiveMembers out;
  for (const engine::ZipMember& member : *read) out.emplace(member.name, member.bytes);
  return out;
}

Result<ArchiveFacts> facts_in(const ArchiveMembers& members) {
  const auto description = members.find(kArchiveFile);
  if (description == members.end()) {
    return fail("PAC6702", "it is no archive of a ledger: it has no archive.json");
  }
  auto facts = decode_archive_facts(description->second);
  if (!facts) return fail("PAC6702", "archive.json: " + facts.error().message);
  return facts;
}

// One stream of the archive, whose keys or whose entries are there.
struct Part {
  ArchivedStream stream;
  bool has_entries = false;
  std::string folder, origin;
  ReadCheckpoint head;
  KeyMembers keys;
  bool is_believed = false;
};

class Checking {
 public:
  Checking(const ArchiveCheck& check, VerifiedArchive* out) : check_(check), out_(out) {}

  Result<void> run(std::string_view bytes) {
    auto members = members_of(bytes);
    if (!members) return std::unexpected(members.error());
    members_ = std::move(*members);
    auto facts = facts_in(members_);
    if (!facts) return std::unexpected(facts.error());
    expected_.insert(kArchiveFile);
    out_->facts = std::move(*facts);
    if (const auto chosen = choose_key(); !chosen) return chosen;
    const auto* page = member(kVerifyPage);
    if (page == nullptr) {
      bad(0, 0, "VERIFY.md is not there");
    } else if (*page != verify_page(out_->facts.has_keys)) {
      bad(0, 0, "VERIFY.md is not what pac wrote");
    }
    read_parts();
    for (Part& part : parts_) stream(&part);
    if (parts_.empty()) bad(0, 0, "the archive has no stream");
    check_keys();
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
    start_ = settings_in(members_, out_->facts);
    key_ = out_->facts.key;
    if (!check_.key) return {};
    const std::string& origin = out_->facts.origin;
    const std::string& name = check_.key->name;
    if (!name.starts_with(origin + "/")) {
      return fail("PAC6102", "the key is of `" + name + "`, the archive of `" + origin + "`");
    }
    key_ = check_.key->key;
    start_ = start_from(start_, key_);
    // Else it is a later one, which vouches for what is below it.
    if (out_->facts.key != key_ && start_.key == key_) {
      bad(0, 0, "archive.json names another key than the one to believe");
    }
    return {};
  }

  void read_parts() {
    std::map<std::uint32_t, std::pair<ArchivedStream, bool>> all;
    for (const ArchivedStream& one : out_->facts.streams) all[one.number] = {one, true};
    for (const StreamOfKeys& one : out_->facts.keys_of) {
      all[one.number] = {{one.number, one.size, 0, 0}, false};
    }
    for (auto& [number, one] : all) {
      const std::string folder = archived_stream_folder(number);
      parts_.push_back({one.first,
                        one.second,
                        folder,
                        stream_origin(out_->facts.origin, number),
                        {},
                        KeyMembers(members_, folder),
                        false});
    }
    for (const KeyRecord& record : start_.keys) {
      const auto event = read_key_entry(record.entry);
      if (event && *event) note_pins((*event)->pins);
    }
    const auto* list = out_->facts.has_keys ? member(kArchivedTrust) : nullptr;
    if (list == nullptr) return;
    const auto versions = read_versions(*list);
    const auto holds = versions && !versions->empty()
                           ? TrustList::open(*list, versions->front().fingerprint, INT64_MIN)
                           : fail("PAC6108", "it has no version");
    if (!holds) return bad(0, 0, std::string(kArchivedTrust) + ": " + holds.error().message);
    for (const KeyRevocation& revoked : holds->newest().revoked) note_pins(revoked.pins);
  }

  void note_pins(const std::vector<KeyPin>& pins) {
    for (const KeyPin& pin : pins) pins_[pin.origin].insert(pin.size);
  }

  void stream(Part* part) {
    const ArchivedStream& one = part->stream;
    const auto* note = member(part->folder + "/checkpoint");
    if (note != nullptr) part->head = ReadCheckpoint(*note, {});
    const auto judged =
        note == nullptr ? fail("PAC6105", part->folder + "/checkpoint is not there") : judge(part);
    if (!judged) {
      bad(one.number, 0, judged.error().message);
      skip(part->folder);
      return;
    }
    part->is_believed = true;
    const Checkpoint& head = judged->checkpoint;
    if (!part->has_entries) return;
    VerifiedStream done{one.number, part->origin, head.size, head.size, head.root, 1};
    check_known(one, part->folder, head);
    if (out_->facts.tenant) {
      check_tenant(*part, head);
    } else {
      check_whole(*part, head);
    }
    out_->witnessed.push_back(check_cosigned(*part, head, &done));
    out_->streams.push_back(std::move(done));
  }

  // Whether the checkpoint is one of a key that counts.
  Result<JudgedCheckpoint> judge(Part* part) {
    const std::string name = part->folder + "/checkpoint can't be believed: ";
    const Result<Checkpoint>& head = part->head.checkpoint;
    if (!head) return fail("PAC6102", name + head.error().message);
    if (head->size != part->stream.size) {
      return fail("PAC6102", name + "archive.json names another size");
    }
    watch_ = watch_ ? watch_->of_next(part->origin)
                    : watch_from(start_, part->stream.number, key_, check_.trust);
    if (out_->facts.has_keys) {
      if (const auto read = part->keys.read(*head); !read) return std::unexpected(read.error());
      for (const std::string& belongs : part->keys.names(pins_[part->origin])) {
        expected_.insert(belongs);
      }
    }
    auto judged = part->keys.follow(part->head, &*watch_);
    if (judged) note_keys(*watch_, part->stream.number, &keys_);
    if (judged && check_.also) {
      const std::string fault = also_fault(watch_->keys(), *check_.also, judged->checkpoint.size);
      if (!fault.empty()) return fail("PAC6107", name + fault);
    }
    if (judged && watch_->doubted()) {
      return fail("PAC6107", name + "it has only the word of a key that was revoked");
    }
    // Of a stream alone: what the next one says of it need not be in the archive.
    if (judged && watch_->unsupported()) {
      return fail("PAC6107", name + unsupported_text());
    }
    return judged;
  }

  // What only the end of all streams can say: revocations in a later one, and the pinned trees.
  void check_keys() {
    if (!watch_ || !out_->findings.empty()) return;
    find_late_pins(&*watch_, &keys_);
    find_unsigned(start_, key_, &keys_);
    for (const LedgerFinding& finding : keys_.findings) out_->findings.push_back(finding);
    for (const Part& part : parts_) {
      if (!part.is_believed) continue;
      const Checkpoint& head = *part.head.checkpoint;
      for (const KeyRevocation& revoked : watch_->revocations()) {
        for (const KeyPin& pin : revoked.pins) {
          if (pin.origin == part.origin && pin.size > 0 && pin.size <= head.size) {
            check_pin(part, head, pin);
          }
        }
      }
    }
  }

  void check_pin(const Part& part, const Checkpoint& head, const KeyPin& pin) {
    const auto same = part.keys.continues(pin.size, pin.root);
    if (same) return;
    // A pin that the reader knows of and the archive does not: the tiles have the tree.
    const bool has_tiles = part.has_entries && !out_->facts.tenant;
    const ArchiveTiles tiles(members_, part.folder);
    const auto root = has_tiles ? Tree(tiles, head.size).root(pin.size)
                                : Result<Hash>(std::unexpected(same.error()));
    if (root && *root == pin.root) return;
    bad(part.stream.number, 0,
        root ? "the revocation of a key names another root of " + std::to_string(pin.size) +
                   " entries: the ledger was written anew"
             : "a revoked key is pinned at " + std::to_string(pin.size) +
                   " entries: " + same.error().message + "; an archive made with --trust has it");
  }

  // What can't be judged without its checkpoint is not called added as well.
  void skip(const std::string& folder) {
    knows_blobs_ = false;
    for (const auto& [name, bytes] : members_) {
      if (name.starts_with(folder + "/")) expected_.emplace(name);
    }
  }

  void check_whole(const Part& part, const Checkpoint& head) {
    const ArchivedStream& one = part.stream;
    const std::string& folder = part.folder;
    const ArchiveTiles tiles(members_, folder);
    for (const TileId& id : tiles_of(head.size)) expected_.insert(folder + "/" + tile_path(id));
    const auto wrong = check_tiles(
        tiles, head, folder,
        [&](std::uint64_t leaf, const std::string& what) { bad(one.number, leaf, what); });
    for (const BundleId& id : bundles_of(head.size, one.from, one.end)) {
      check_bundle(part, tiles, id, wrong.contains(id.index));
    }
  }

  void check_bundle(const Part& part, const ArchiveTiles& tiles, const BundleId& id,
                    bool has_wrong_leaves) {
    const std::uint32_t number = part.stream.number;
    const std::string name = part.folder + "/" + bundle_path(id);
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
    std::vector<Hash> hashes;
    if (has_leaves) hashes = leaf_hashes(*entries);
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const std::string_view one = (*entries)[i];
      if (has_leaves && hashes[i] != hash_at(*leaves, static_cast<unsigned>(i))) {
        if (wrong++ == 0) bad(number, first + i, name + ": the entry is not what was signed");
        continue;
      }
      entry(part, first + i, one);
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

  void check_tenant(const Part& part, const Checkpoint& head) {
    const ArchivedStream& one = part.stream;
    const std::string& folder = part.folder;
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
      entry(part, proved.index, bytes);
      ++out_->entries;
    }
    if (!rest.empty()) {
      knows_blobs_ = false;
      bad(one.number, head.size,
          folder + "/entries.jsonl has entries without a proof in " + folder + "/proofs.txt");
    }
  }

  // What the entry says: whose it is, and which blobs must be here.
  void entry(const Part& part, std::uint64_t index, std::string_view bytes) {
    const std::uint32_t number = part.stream.number;
    if (looks_like_key_entry(bytes) && !part.keys.has_entry(index)) {
      bad(number, index,
          "the entry exchanges a key, and " + part.folder + "/" + kKeyLines + " does not have it");
    }
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

  std::vector<Cosigned> check_cosigned(const Part& part, const Checkpoint& head,
                                       VerifiedStream* done) {
    const ArchivedStream& one = part.stream;
    const std::string& folder = part.folder;
    const std::string name = folder + "/" + kCosignedFile;
    const auto* bytes = member(name);
    if (bytes == nullptr) {
      if (check_.policy != nullptr && check_.policy->needs_any()) {
        bad(one.number, 0, name + " is not there: no witness has cosigned");
      }
      return {};
    }
    const auto cosigned = open_checkpoint(*bytes, watch_->keys());
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
  StoreSettings start_;
  crypto::PublicKey key_{};
  std::vector<Part> parts_;
  std::map<std::string, std::set<std::uint64_t>> pins_;  // sizes by origin, as the archive says
  std::optional<KeyWatch> watch_;                        // of the stream that is looked at
  VerifiedStore keys_;                                   // what was followed of them
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

Result<ArchiveClaims> claims_of(std::string_view archive) {
  const auto members = members_of(archive);
  if (!members) return std::unexpected(members.error());
  const auto facts = facts_in(*members);
  if (!facts) return std::unexpected(facts.error());
  ArchiveClaims out{settings_in(*members, *facts), ""};
  const auto list = members->find(kArchivedTrust);
  if (list != members->end()) out.trust_list = list->second;
  return out;
}

bool is_archive(std::string_view first_bytes) { return first_bytes.starts_with("PK\x03\x04"); }

}  // namespace pac::ledger
