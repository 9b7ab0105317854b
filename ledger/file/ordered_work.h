// Pieces of work that threads share, finished in the order in which they were given. The object
// belongs to one thread, which works too while it waits.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pac::ledger {

// As many as the machine has, but no more than eight: what stays in order is the limit then.
unsigned default_threads();

class OrderedWork {
 public:
  // With one thread there is none but the caller's.
  explicit OrderedWork(unsigned threads);
  ~OrderedWork();  // what was given is done, or never begun
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  void add(std::function<void()> work);
  // Until the piece that was given first, of those that are left, is done; then it is left no more.
  void finish_first();
  std::size_t left() const noexcept { return tasks_.size(); }

 private:
  enum class State : std::uint8_t { waiting, running, done };
  struct Task {
    std::function<void()> work;
    State state = State::waiting;
  };

  void work();
  // With the lock held, which is given up meanwhile; false: none waits.
  bool run_one(std::unique_lock<std::mutex>& lock);

  std::vector<std::thread> threads_;
  std::mutex mutex_;  // of all below, but for the number of tasks, which is the caller's
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool is_over_ = false;
};

}  // namespace pac::ledger
