// NativeJob: the making of native code for one rule set, at once or on a thread of its own while
// the interpreter decides. Whatever comes of it the rule set decides, to the same answers; the job
// says what came of it. Owned by who loaded the rule set; any thread may ask it. The end of a job
// waits for its thread: a compilation cannot be broken off.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "runtime/engine/native_maker.h"

namespace pac::engine {

class NativeJob {
 public:
  enum class State : uint8_t { none, compiling, ready, failed };

  // All three may outlive whoever made the job. `bundle` is null where there is none.
  NativeJob(std::shared_ptr<const NativeMaker> maker, std::shared_ptr<LoadedRuleSet> rules,
            std::shared_ptr<const Bundle> bundle, bool in_background);
  ~NativeJob();
  NativeJob(const NativeJob&) = delete;
  NativeJob& operator=(const NativeJob&) = delete;

  State state() const noexcept { return state_.load(std::memory_order_acquire); }
  // Until it is no longer compiling.
  void wait() const noexcept { state_.wait(State::compiling, std::memory_order_acquire); }
  // Why, where it failed.
  const Error& failure() const { return failure_; }

 private:
  void run() noexcept;

  const std::shared_ptr<const NativeMaker> maker_;
  const std::shared_ptr<LoadedRuleSet> rules_;
  std::shared_ptr<const Bundle> bundle_;  // let go of as soon as it was read
  std::atomic<State> state_ = State::compiling;
  std::atomic<bool> is_wanted_ = true;
  Error failure_;  // written before the state says failed
  std::thread thread_;
};

}  // namespace pac::engine
