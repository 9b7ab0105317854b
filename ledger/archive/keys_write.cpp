#include "ledger/archive/keys_write.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "ledger/archive/contents.h"
#include "ledger/file/read_entries.h"
#include "ledger/log/pinned.h"
#include "ledger/log/proof.h"
#include "ledger/log/tree.h"

namespace pac::ledger {
namespace {

std::unexpected<Error> not_shown(std::uint32_t stream, const std::string& why) {
  return fail("PAC6703", "no archive can be made: how the key that signs stream " +
                             std::to_string(stream) + " came to sign can't be shown: " + why);
}

class KeyWriting {
 public:
  KeyWriting(const StoreSettings& settings, std::uint32_t number, KeyWatch* watch)
      : number_(number), watch_(watch) {
    for (const KeyRecord& record : settings.keys) {
      if (record.stream == number) records_.push_back(&record);
    }
  }

  // Finds the checkpoints in which a key vouches for one that was introduced before.
  Result<void> follow(FileSystem& files, const std::string& stream, const std::string& note,
                      const Checkpoint& head) {
    std::erase_if(records_, [&](const KeyRecord* one) { return one->index >= head.size; });
    Result<void> fed;
    const auto take = [&](std::uint64_t size, std::string_view one) {
      if (size >= head.size) return false;
      fed = feed(size);
      if (!fed) return false;
      if (!watch_->unvouched()) return !is_fed();
      const auto judged = watch_->checkpoint(one);
      if (!judged || judged->checkpoint.size != size) return true;
      KeyWatch after = *watch_;
      after.signed_by(*judged);
      // One that only the newer key signed, or a revoked one, vouches for nobody.
      if (after.unvouched() == watch_->unvouched()) return true;
      *watch_ = std::move(after);
      vouching_.emplace(size, one);
      return !is_fed() || watch_->unvouched();
    };
    if (!records_.empty()) {
      const auto read = read_checkpoints(files, stream, records_.front()->index, take);
      if (!read) return read;
    }
    if (fed) fed = feed(UINT64_MAX);
    if (!fed) return not_shown(number_, fed.error().message);
    const auto judged = watch_->checkpoint(note);
    if (!judged) return not_shown(number_, judged.error().message);
    watch_->signed_by(*judged);
    if (!watch_->unvouched()) return {};
    return not_shown(number_, "no checkpoint shows that the key before it signed the entry " +
                                  std::to_string(*watch_->unvouched()));
  }

  Result<std::map<std::string, std::string>> members(const TileReader& tiles,
                                                     const Checkpoint& head,
                                                     const std::set<std::uint64_t>& pins) const {
    std::map<std::string, std::string> out;
    Tree tree(tiles, head.size);
    std::string lines;
    std::vector<ProvedLine> proofs;
    for (const KeyRecord* record : records_) {
      auto proof = tree.inclusion_proof(record->index, head.size);
      if (!proof) return std::unexpected(proof.error());
      if (!verify_inclusion(record->index, head.size, leaf_hash(record->entry), *proof,
                            head.root)) {
        return not_shown(number_,
                         "the entry " + std::to_string(record->index) + " is not what was signed");
      }
      proofs.push_back({record->index, std::move(*proof)});
      lines += record->entry + "\n";
    }
    if (!records_.empty()) {
      out[kKeyLines] = std::move(lines);
      out[kKeyProofs] = encode(proofs);
    }
    std::set<std::uint64_t> sizes = pins;
    for (const auto& [size, note] : vouching_) {
      out[kVouching + std::to_string(size)] = note;
      sizes.insert(size);
    }
    for (const std::uint64_t size : sizes) {
      if (size == 0 || size >= head.size) continue;
      auto proof = tree.consistency_proof(size, head.size);
      if (!proof) return std::unexpected(proof.error());
      out[kContinued + std::to_string(size)] =
          encode(ConsistencyProof{head.origin, size, head.size, std::move(*proof)});
    }
    return out;
  }

 private:
  Result<void> feed(std::uint64_t below) {
    for (; next_ < records_.size() && records_[next_]->index < below; ++next_) {
      const auto taken = watch_->entry(records_[next_]->index, records_[next_]->entry);
      if (!taken) return taken;
    }
    return {};
  }
  bool is_fed() const { return next_ == records_.size(); }

  std::uint32_t number_;
  KeyWatch* watch_;
  std::vector<const KeyRecord*> records_;
  std::size_t next_ = 0;
  std::map<std::uint64_t, std::string> vouching_;
};

}  // namespace

Result<std::map<std::string, std::string>> key_members(
    FileSystem& files, const std::string& stream, const TileReader& tiles,
    const StoreSettings& settings, std::uint32_t number, const std::string& note,
    const std::set<std::uint64_t>& pins, KeyWatch* watch) {
  const ReadCheckpoint head(note, {});
  if (!head.checkpoint) return std::unexpected(head.checkpoint.error());
  KeyWriting writing(settings, number, watch);
  if (const auto done = writing.follow(files, stream, note, *head.checkpoint); !done) {
    return std::unexpected(done.error());
  }
  return writing.members(tiles, *head.checkpoint, pins);
}

}  // namespace pac::ledger
