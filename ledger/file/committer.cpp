#include "ledger/file/committer.h"

#include <cstring>
#include <vector>

#include "ledger/file/limits.h"
#include "ledger/log/limits.h"
#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

// The append failed at its witnesses, not before.
bool is_recorded(const Error& error, const Store& store, std::uint64_t size_before) {
  return (error.code == "PAC6505" || error.code == "PAC6503") &&
         store.last_appended().size > size_before;
}

}  // namespace

Result<Stamp> Committer::stamp() {
  const std::lock_guard lock(stamp_mutex_);
  return store_.stamp();
}

std::size_t Committer::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void Committer::with_store(const std::function<void(Store&)>& use) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !is_committing_; });
  is_committing_ = true;
  lock.unlock();
  use(store_);
  lock.lock();
  is_committing_ = false;
  changed_.notify_all();
}

Result<Recorded> Committer::record(std::string_view entry) {
  Waiter me{entry, nullptr, false, {}};
  return record(me);
}

Result<Recorded> Committer::record(std::span<char> entry, std::size_t at) {
  PAC_CHECK(at + kTimeTextBytes <= entry.size(), "the time has its place in the entry");
  Waiter me{{entry.data(), entry.size()}, entry.data() + at, false, {}};
  return record(me);
}

Result<Recorded> Committer::record(Waiter& me) {
  const std::string_view entry = me.entry;
  if (entry.size() > kMaxEntryBytes) {
    return fail("PAC6206", "an entry has " + std::to_string(entry.size()) + " bytes; more than " +
                               std::to_string(kMaxEntryBytes) + " are not recorded");
  }
  std::unique_lock lock(mutex_);
  const std::size_t bytes = entry.size() + 2;
  while (waiting_bytes_ > 0 && waiting_bytes_ + bytes > limits_.waiting_bytes) {
    if (limits_.refuses) {
      return fail("PAC6213", "more waits to be recorded than is allowed; the entry is not " +
                                 std::string("recorded, try again later"));
    }
    changed_.wait(lock);
  }
  queue_.push_back(&me);
  waiting_bytes_ += bytes;
  ++waiting_;
  while (!me.is_done) {
    if (is_committing_) {
      changed_.wait(lock);
    } else {
      commit(lock);
    }
  }
  return std::move(me.result);
}

void Committer::commit(std::unique_lock<std::mutex>& lock) {
  std::vector<Waiter*> batch;
  std::vector<std::string_view> entries;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < kMaxFrameEntries) {
    const std::size_t more = queue_.front()->entry.size() + 2;
    if (bytes + more > kMaxFrameBytes / 2) break;
    bytes += more;
    batch.push_back(queue_.front());
    entries.push_back(queue_.front()->entry);
    queue_.pop_front();
  }
  is_committing_ = true;
  lock.unlock();
  const std::uint64_t recorded_before = store_.last_appended().size;
  const std::string time = store_.time();
  for (const Waiter* waiter : batch) {
    if (waiter->at != nullptr) std::memcpy(waiter->at, time.data(), kTimeTextBytes);
  }
  const Result<Appended> appended = store_.append(entries);
  const bool is_unwitnessed = !appended && is_recorded(appended.error(), store_, recorded_before);
  const Appended last = appended ? *appended : store_.last_appended();
  const std::uint32_t stream = store_.stream();
  lock.lock();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (appended || is_unwitnessed) {
      batch[i]->result = Recorded{stream, last.first + i, last.size, last.checkpoint, {}};
      if (is_unwitnessed) batch[i]->result->unwitnessed = appended.error();
    } else {
      batch[i]->result = std::unexpected(appended.error());
    }
    batch[i]->is_done = true;
  }
  waiting_bytes_ -= bytes;
  waiting_ -= batch.size();
  changed_.notify_all();
  if (const std::int64_t now = now_us_(); now - published_us_ >= limits_.publish_us) {
    published_us_ = now;
    lock.unlock();
    // What is recorded is recorded; the next publishing says more.
    [[maybe_unused]] const auto published = store_.publish();
    lock.lock();
  }
  is_committing_ = false;
  changed_.notify_all();
}

}  // namespace pac::ledger
