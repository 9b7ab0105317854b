// Records the decisions of one program in batches, and knows the keys that were answered: the one
// who has the store. A decision that was recorded before under the same key is not recorded again;
// one whose key stands for another request is refused. Belongs to one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "ledger/file/blobs.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/file/pipeline.h"
#include "ledger/file/store.h"
#include "ledger/log/tree.h"
#include "ledger/persons/subjects.h"
#include "ledger/record/idempotency.h"

namespace pac::ledger {

// An entry that DecisionWriter made, with what goes with it.
struct PendingDecision {
  std::span<char> entry;
  std::size_t at = 0;  // where its time is written
  std::string_view blob;
  std::string_view key, request;  // empty: no key was given
};

struct RecordedDecision {
  enum class Kind : std::uint8_t { recorded, repeated, conflict };
  Kind kind = Kind::recorded;
  EntryPlace place;  // of the entry that counts; with `conflict` that of the other request
};

// One entry after the other by its place; keeps the bundle and the tiles that it read last. Who can
// write the files could write another answer there, so an entry is given only where the tiles prove
// that it is in the tree of a root that was signed.
class StoredEntries {
 public:
  StoredEntries(FileSystem& files, std::string folder)
      : files_(files), folder_(std::move(folder)) {}
  // A published entry of the stream's tree of that size and root. PAC6105 where it can't be had or
  // is not that of the tree, PAC6201, PAC6211.
  [[nodiscard]] Result<std::string> get(const EntryPlace& place, std::uint64_t size,
                                        const Hash& root);

 private:
  FileSystem& files_;
  std::string folder_;
  std::unique_ptr<FolderTiles> tiles_;
  std::optional<Tree> tree_;
  std::string bundle_;
  std::uint32_t stream_ = 0;
  std::uint64_t number_ = 0, size_ = 0;
};

class BatchRecorder {
 public:
  // `tenant` and `caller` are those of all keys. File system and store outlive it.
  BatchRecorder(FileSystem& files, std::string folder, Store& store, std::string tenant,
                std::string caller)
      : files_(files),
        folder_(std::move(folder)),
        store_(store),
        tenant_(std::move(tenant)),
        caller_(std::move(caller)),
        stored_(files, folder_),
        pipeline_(store) {}

  // Whose keys are made durable before the entries under them; it outlives this.
  void use_subjects(Subjects* subjects) { subjects_ = subjects; }

  // Before keys are used: reads those of the ledger.
  [[nodiscard]] Result<void> read_keys() { return keys_.read(files_, folder_); }

  // All of them durable when it returns, in order; what is behind a failure is not recorded. Codes
  // as Store::append and put_blob.
  [[nodiscard]] Result<std::vector<RecordedDecision>> record(
      std::span<const PendingDecision> decisions);

  // The entry of a decision that was repeated.
  [[nodiscard]] Result<std::string> read(const EntryPlace& place);

  std::uint64_t recorded() const { return recorded_; }
  std::optional<std::uint64_t> first() const { return first_; }

 private:
  Result<void> flush(std::vector<RecordedDecision>* out);
  Result<void> collect(std::vector<RecordedDecision>* out);
  Result<void> collect_all(std::vector<RecordedDecision>* out);
  Result<std::vector<RecordedDecision>> record_all();

  FileSystem& files_;
  std::string folder_;
  Store& store_;
  Subjects* subjects_ = nullptr;
  std::string tenant_, caller_;
  StoredEntries stored_;
  IdempotencyIndex keys_;
  // The decisions of the batch that forms: which one, and its bytes. Their keys, and those of the
  // batches under way.
  std::vector<std::size_t> waiting_;
  std::vector<std::string_view> entries_;
  std::unordered_set<std::string_view> waiting_keys_;
  std::size_t bytes_ = 0;
  std::span<const PendingDecision> decisions_;
  Pipeline pipeline_;
  std::deque<std::vector<std::size_t>> under_way_;  // the batches that are in it
  std::uint64_t recorded_ = 0;
  std::uint64_t published_ = 0;
  Hash published_root_{};
  std::optional<std::uint64_t> first_;
};

}  // namespace pac::ledger
