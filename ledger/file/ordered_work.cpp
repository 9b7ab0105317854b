#include "ledger/file/ordered_work.h"

#include <algorithm>

#include "runtime/base/check.h"

namespace pac::ledger {

unsigned default_threads() { return std::clamp(std::thread::hardware_concurrency(), 1u, 8u); }

OrderedWork::OrderedWork(unsigned threads) {
  for (unsigned i = 1; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

OrderedWork::~OrderedWork() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void OrderedWork::add(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({std::move(work)});
  }
  changed_.notify_one();
}

bool OrderedWork::run_one(std::unique_lock<std::mutex>& lock) {
  const auto found = std::ranges::find(tasks_, State::waiting, &Task::state);
  if (found == tasks_.end()) return false;
  // A task stays where it is while others come and go at both ends.
  Task& task = *found;
  task.state = State::running;
  lock.unlock();
  task.work();
  lock.lock();
  task.state = State::done;
  changed_.notify_all();
  return true;
}

void OrderedWork::work() {
  std::unique_lock lock(mutex_);
  while (!is_over_) {
    if (!run_one(lock)) changed_.wait(lock);
  }
}

void OrderedWork::finish_first() {
  std::unique_lock lock(mutex_);
  PAC_CHECK(!tasks_.empty(), "there is a piece of work");
  while (tasks_.front().state != State::done) {
    if (!run_one(lock)) changed_.wait(lock);
  }
  tasks_.pop_front();
}

}  // namespace pac::ledger
