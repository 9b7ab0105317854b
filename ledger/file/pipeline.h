// Batches of one thread, made durable by another: while one is written, synced and signed, the next
// one is formed and hashed. The caller's thread alone calls it; the store must outlive it, and
// nobody else may use the store while a batch is on its way.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>

#include "ledger/file/store.h"

namespace pac::ledger {

class Pipeline {
 public:
  explicit Pipeline(Store& store) : store_(store) {}
  ~Pipeline();  // what is on its way gets there
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Hashes the batch and hands it over, once the one before it is being written. The entries may go
  // when it returns. A batch behind one that failed fails too, until all is collected.
  void submit(std::span<const std::string_view> entries);
  // What became of the batch that was submitted first and not collected yet, of which there must be
  // one (PAC_CHECK); codes as Store::append.
  [[nodiscard]] Result<Appended> collect();
  // Submitted and not collected.
  std::size_t pending() const noexcept { return pending_; }
  // Waits until nothing is on its way: the store is the caller's then.
  void settle();

 private:
  void work();
  void done(Result<Appended> result);
  void keep(Result<Appended> result);  // with the lock held

  Store& store_;
  std::size_t pending_ = 0;
  std::thread thread_;  // begun with the first batch

  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  std::optional<StagedBatch> next_;
  bool is_writing_ = false;
  bool is_over_ = false;
  // Until all is collected; changed by whoever has the store, which nobody else has then.
  std::atomic<bool> has_failed_ = false;
  std::deque<Result<Appended>> results_;
};

}  // namespace pac::ledger
