#include "ledger/record/batch_recorder.h"

#include <cstring>
#include <utility>

#include "ledger/file/limits.h"
#include "ledger/log/bundle.h"
#include "ledger/log/proof.h"
#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

// A batch that is made durable at once: long enough that a sync costs each entry little, short
// enough that the next ones are hashed soon.
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
static_assert(kBatchBytes + 65'535 + 2 * 65'536 < kMaxFrameBytes / 2);

}  // namespace

Result<std::string> StoredEntries::get(const EntryPlace& place, std::uint64_t size,
                                       const Hash& root) {
  if (place.index >= size) return fail("PAC6211", "there is no published entry of that index");
  const std::uint64_t number = place.index / kTileWidth;
  const unsigned width = tile_width(0, number, size);
  if (!tree_ || stream_ != place.stream || size_ != size) {
    bundle_.clear();
    tree_.reset();
    tiles_ = std::make_unique<FolderTiles>(files_, stream_folder(folder_, place.stream));
    tree_.emplace(*tiles_, size);
    stream_ = place.stream;
    size_ = size;
  }
  if (bundle_.empty() || number_ != number) {
    Result<std::string> bundle = tiles_->bundle({number, width});
    if (!bundle) return bundle;
    bundle_ = std::move(*bundle);
    number_ = number;
  }
  const auto entries = entries_of(bundle_, width, false);
  if (!entries) return std::unexpected(entries.error());
  const std::string_view entry = (*entries)[place.index % kTileWidth];
  const auto proof = tree_->inclusion_proof(place.index, size);
  if (!proof) return std::unexpected(proof.error());
  if (!verify_inclusion(place.index, size, leaf_hash(entry), *proof, root)) {
    return fail("PAC6105", "entry " + std::to_string(place.stream) + "/" +
                               std::to_string(place.index) +
                               " was changed: it is not the one that was signed; `pac ledger "
                               "verify` says what else");
  }
  return std::string(entry);
}

Result<std::string> BatchRecorder::read(const EntryPlace& place) {
  if (place.stream == store_.stream()) {
    if (place.index >= published_) {
      if (const auto published = store_.publish(); !published) {
        return std::unexpected(published.error());
      }
      published_ = store_.writer().size();
      published_root_ = store_.writer().root();
    }
    return stored_.get(place, published_, published_root_);
  }
  // An older stream ends for ever; its last bundle may be a partial one.
  const auto settings = read_settings(files_, folder_);
  if (!settings) return std::unexpected(settings.error());
  const auto old =
      recover(files_, stream_folder(folder_, place.stream), stream_keys(*settings, place.stream));
  if (!old) return std::unexpected(old.error());
  if (!old->published || place.index >= old->published->size) {
    return fail("PAC6105", "entry " + std::to_string(place.stream) + "/" +
                               std::to_string(place.index) +
                               " can't be proved: its stream ended before it was published");
  }
  return stored_.get(place, old->published->size, old->published->root);
}

Result<std::vector<RecordedDecision>> BatchRecorder::record(
    std::span<const PendingDecision> decisions) {
  decisions_ = decisions;
  Result<std::vector<RecordedDecision>> out = record_all();
  // After a failure nothing is left behind: what is under way ends, recorded or not.
  std::vector<RecordedDecision> rest(decisions.size());
  while (!under_way_.empty()) (void)collect(&rest);
  waiting_.clear();
  entries_.clear();
  waiting_keys_.clear();
  bytes_ = 0;
  return out;
}

Result<std::vector<RecordedDecision>> BatchRecorder::record_all() {
  std::vector<RecordedDecision> out(decisions_.size());
  for (std::size_t i = 0; i < decisions_.size(); ++i) {
    const PendingDecision& one = decisions_[i];
    if (!one.key.empty()) {
      // What these decisions themselves have is known once it is recorded.
      if (waiting_keys_.contains(one.key)) {
        if (const auto done = collect_all(&out); !done) return std::unexpected(done.error());
      }
      if (const auto* known = keys_.find({tenant_, caller_, one.key})) {
        using Kind = RecordedDecision::Kind;
        out[i] = {known->request == one.request ? Kind::repeated : Kind::conflict, known->place};
        continue;
      }
    }
    if (!one.key.empty()) waiting_keys_.insert(one.key);
    waiting_.push_back(i);
    entries_.emplace_back(one.entry.data(), one.entry.size());
    bytes_ += one.entry.size();
    if (bytes_ < kBatchBytes && waiting_.size() < kMaxFrameEntries) continue;
    if (const auto flushed = flush(&out); !flushed) return std::unexpected(flushed.error());
  }
  if (const auto done = collect_all(&out); !done) return std::unexpected(done.error());
  return out;
}

// The batch that formed goes on its way, and the one before the last has to be there then.
Result<void> BatchRecorder::flush(std::vector<RecordedDecision>* out) {
  if (waiting_.empty()) return {};
  if (subjects_ != nullptr) {
    if (const auto synced = subjects_->sync(); !synced) return synced;
  }
  for (const std::size_t i : waiting_) {
    const PendingDecision& one = decisions_[i];
    if (one.blob.empty()) continue;
    if (const auto put = put_blob(files_, folder_, one.blob); !put) {
      return std::unexpected(put.error());
    }
  }
  const std::string time = store_.time();
  for (const std::size_t i : waiting_) {
    const PendingDecision& one = decisions_[i];
    PAC_CHECK(one.at + time.size() <= one.entry.size(), "an entry has room for its time");
    std::memcpy(one.entry.data() + one.at, time.data(), time.size());
  }
  pipeline_.submit(entries_);
  under_way_.push_back(std::exchange(waiting_, {}));
  entries_.clear();
  bytes_ = 0;
  return under_way_.size() > 2 ? collect(out) : Result<void>();
}

Result<void> BatchRecorder::collect(std::vector<RecordedDecision>* out) {
  const Result<Appended> appended = pipeline_.collect();
  const std::vector<std::size_t> batch = std::move(under_way_.front());
  under_way_.pop_front();
  if (!appended) return std::unexpected(appended.error());
  if (!first_) first_ = appended->first;
  recorded_ += batch.size();
  for (std::size_t k = 0; k < batch.size(); ++k) {
    const PendingDecision& one = decisions_[batch[k]];
    const EntryPlace place{store_.stream(), appended->first + k};
    (*out)[batch[k]] = {RecordedDecision::Kind::recorded, place};
    if (one.key.empty()) continue;
    keys_.add({tenant_, caller_, one.key}, {std::string(one.request), place});
  }
  return {};
}

Result<void> BatchRecorder::collect_all(std::vector<RecordedDecision>* out) {
  if (const auto flushed = flush(out); !flushed) return flushed;
  while (!under_way_.empty()) {
    if (const auto done = collect(out); !done) return done;
  }
  waiting_keys_.clear();
  return {};
}

}  // namespace pac::ledger
