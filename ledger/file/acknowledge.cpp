#include "ledger/file/acknowledge.h"

namespace pac::ledger {

Result<void> AckGate::pass() {
  std::unique_lock lock(mutex_);
  // A round that is under way may have looked before this entry was recorded.
  const std::uint64_t mine = begun_ + 1;
  while (ended_ < mine) {
    if (is_running_) {
      changed_.wait(lock);
      continue;
    }
    is_running_ = true;
    ++begun_;
    lock.unlock();
    Result<void> done = acknowledger_.acknowledge(store_);
    lock.lock();
    is_running_ = false;
    ended_ = begun_;
    last_ = std::move(done);
    changed_.notify_all();
  }
  return last_;
}

}  // namespace pac::ledger
