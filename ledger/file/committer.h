// Group commit: many callers record at once, and all who wait while a batch is made durable share
// the next one; where many wait, it is hashed meanwhile. Any thread; it has none of its own: the
// first who waits commits for the others. The store must outlive it, and nobody else may use the
// store meanwhile.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/file/store.h"

namespace pac::ledger {

struct CommitLimits {
  // Of entries that wait: beyond it callers are held back, or refused.
  std::size_t waiting_bytes = std::size_t{16} << 20;
  bool refuses = false;
  // Tiles and checkpoint are written behind at most this often.
  std::int64_t publish_us = 1'000'000;
};

struct Recorded {
  std::uint32_t stream = 0;
  std::uint64_t index = 0;
  std::uint64_t size = 0;  // of the checkpoint
  std::string checkpoint;  // signed; the entry is in it
  // The entry is recorded and not acknowledged: PAC6505, too few witnesses in time, or PAC6503. Who
  // asked has no answer; the same request again, with its key, is that entry.
  std::optional<Error> unwitnessed;
};

class Committer {
 public:
  Committer(Store& store, std::function<std::int64_t()> now_us, CommitLimits limits = {})
      : store_(store), now_us_(std::move(now_us)), limits_(limits) {}

  // The members that an entry begins with.
  [[nodiscard]] Result<Stamp> stamp();

  // Durable and signed when it returns. Codes as StreamWriter::append, and PAC6213: too much waits
  // already, and the entry is not recorded.
  [[nodiscard]] Result<Recorded> record(std::string_view entry);
  // The same, and the time is written into the entry where it is given its place in the stream, at
  // this offset: entries of several threads stand in the order of their times.
  [[nodiscard]] Result<Recorded> record(std::span<char> entry, std::size_t at);

  // Hands out the store between two batches; others wait meanwhile.
  void with_store(const std::function<void(Store&)>& use);

  // Callers whose entries are not recorded yet.
  std::size_t waiting() const;

 private:
  struct Waiter {
    std::string_view entry;
    char* at = nullptr;  // where the time is written; null: it stands there
    bool is_done = false;
    Result<Recorded> result;
  };

  // One batch.
  struct Batch {
    std::vector<Waiter*> waiters;
    std::vector<std::string_view> entries;
    std::size_t bytes = 0;
  };

  // With the lock held, which is given up meanwhile.
  void commit(std::unique_lock<std::mutex>& lock);
  Batch take_batch();
  void answer(const Batch& batch, std::uint32_t stream, const Result<Appended>& appended,
              const std::optional<Error>& unwitnessed);
  bool may_stage() const;
  Result<Recorded> record(Waiter& me);

  Store& store_;
  std::function<std::int64_t()> now_us_;
  CommitLimits limits_;
  mutable std::mutex mutex_;  // of all below; the store belongs to whoever is committing
  std::mutex stamp_mutex_;
  std::condition_variable changed_;
  std::deque<Waiter*> queue_;
  std::size_t waiting_bytes_ = 0;  // of all that is not recorded
  std::size_t queued_bytes_ = 0;   // of what is in no batch yet
  std::size_t waiting_ = 0;
  bool is_staging_ = false, is_committing_ = false;
  std::int64_t published_us_ = 0;
};

}  // namespace pac::ledger
