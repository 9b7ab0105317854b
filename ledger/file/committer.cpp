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

// Hashing less is nothing beside a sync.
constexpr std::size_t kWorthHashing = std::size_t{64} << 10;

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
  changed_.wait(lock, [&] { return !is_staging_ && !is_committing_; });
  is_staging_ = is_committing_ = true;
  lock.unlock();
  use(store_);
  lock.lock();
  is_staging_ = is_committing_ = false;
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
  queued_bytes_ += bytes;
  ++waiting_;
  while (!me.is_done) {
    if (may_stage()) {
      commit(lock);
    } else {
      changed_.wait(lock);
    }
  }
  return std::move(me.result);
}

// While a batch is being written, the next one is only closed where that is worth it: who comes
// later would have to wait for one more.
bool Committer::may_stage() const {
  if (is_staging_ || queue_.empty()) return false;
  return !is_committing_ || queued_bytes_ >= kWorthHashing;
}

Committer::Batch Committer::take_batch() {
  Batch out;
  while (!queue_.empty() && out.waiters.size() < kMaxFrameEntries) {
    const std::size_t more = queue_.front()->entry.size() + 2;
    if (out.bytes + more > kMaxFrameBytes / 2) break;
    out.bytes += more;
    out.waiters.push_back(queue_.front());
    out.entries.push_back(queue_.front()->entry);
    queue_.pop_front();
  }
  queued_bytes_ -= out.bytes;
  return out;
}

void Committer::answer(const Batch& batch, std::uint32_t stream, const Result<Appended>& appended,
                       const std::optional<Error>& unwitnessed) {
  for (std::size_t i = 0; i < batch.waiters.size(); ++i) {
    if (appended) {
      batch.waiters[i]->result =
          Recorded{stream, appended->first + i, appended->size, appended->checkpoint, unwitnessed};
    } else {
      batch.waiters[i]->result = std::unexpected(appended.error());
    }
    batch.waiters[i]->is_done = true;
  }
  waiting_bytes_ -= batch.bytes;
  waiting_ -= batch.waiters.size();
  changed_.notify_all();
}

void Committer::commit(std::unique_lock<std::mutex>& lock) {
  const Batch batch = take_batch();
  is_staging_ = true;
  lock.unlock();
  const std::string time = store_.time();
  for (const Waiter* waiter : batch.waiters) {
    if (waiter->at != nullptr) std::memcpy(waiter->at, time.data(), kTimeTextBytes);
  }
  const bool is_staged = store_.is_clock_quiet();
  Result<StagedBatch> staged;
  if (is_staged) staged = store_.stage(batch.entries);
  lock.lock();
  changed_.wait(lock, [&] { return !is_committing_; });
  is_committing_ = true;
  // What the clock did is recorded too, so that nobody stages meanwhile.
  is_staging_ = !is_staged;
  lock.unlock();
  changed_.notify_all();
  const std::uint64_t recorded_before = store_.last_appended().size;
  Result<Appended> appended;
  if (!is_staged) {
    appended = store_.append(batch.entries);
  } else if (staged) {
    appended = store_.commit(std::move(*staged));
  } else {
    appended = std::unexpected(staged.error());
  }
  std::optional<Error> unwitnessed;
  if (!appended && is_recorded(appended.error(), store_, recorded_before)) {
    unwitnessed = appended.error();
    appended = store_.last_appended();
  }
  const std::uint32_t stream = store_.stream();
  lock.lock();
  is_staging_ = is_staging_ && is_staged;
  answer(batch, stream, appended, unwitnessed);
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
