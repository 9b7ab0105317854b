#include "ledger/file/pipeline.h"

#include <utility>

#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

std::unexpected<Error> behind_a_failure() {
  // It may be recorded itself, and not witnessed.
  return fail("PAC6204", "a batch before it failed, and so this one was not recorded");
}

}  // namespace

Pipeline::~Pipeline() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Pipeline::keep(Result<Appended> result) {
  has_failed_ = has_failed_ || !result;
  results_.push_back(std::move(result));
}

void Pipeline::done(Result<Appended> result) {
  const std::lock_guard lock(mutex_);
  keep(std::move(result));
}

void Pipeline::submit(std::span<const std::string_view> entries) {
  ++pending_;
  if (!store_.is_clock_quiet()) {
    settle();
    done(has_failed_ ? Result<Appended>(behind_a_failure()) : store_.append(entries));
    return;
  }
  Result<StagedBatch> staged = store_.stage(entries);
  if (!staged) {
    settle();  // results come in the order of the batches
    done(std::unexpected(staged.error()));
    return;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !next_; });
  next_ = std::move(*staged);
  lock.unlock();
  changed_.notify_all();
}

void Pipeline::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return next_.has_value() || is_over_; });
    if (!next_) return;
    StagedBatch batch = std::move(*next_);
    next_.reset();
    is_writing_ = true;
    lock.unlock();
    changed_.notify_all();
    // Until the caller knows of a failure nothing behind it is recorded.
    Result<Appended> result;
    if (!has_failed_) {
      result = store_.commit(std::move(batch));
    } else {
      store_.abandon();
      result = behind_a_failure();
    }
    lock.lock();
    keep(std::move(result));
    is_writing_ = false;
    // Where the next batch waits, all hear of both when it is taken.
    if (!next_) changed_.notify_all();
  }
}

void Pipeline::settle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !next_ && !is_writing_; });
}

Result<Appended> Pipeline::collect() {
  PAC_CHECK(pending_ > 0, "a batch was submitted");
  --pending_;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !results_.empty(); });
  Result<Appended> out = std::move(results_.front());
  results_.pop_front();
  if (pending_ == 0) has_failed_ = false;
  return out;
}

}  // namespace pac::ledger
