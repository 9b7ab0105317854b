#include "runtime/engine/native_job.h"

#include <exception>
#include <system_error>

namespace pac::engine {

NativeJob::NativeJob(std::shared_ptr<const NativeMaker> maker, std::shared_ptr<LoadedRuleSet> rules,
                     std::shared_ptr<const Bundle> bundle, bool in_background)
    : maker_(std::move(maker)), rules_(std::move(rules)), bundle_(std::move(bundle)) {
  if (!in_background) {
    run();
    return;
  }
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    failure_ = {"PAC4209", "the system gives no thread to compile on; the interpreter decides"};
    state_.store(State::failed, std::memory_order_release);
  }
}

NativeJob::~NativeJob() {
  is_wanted_.store(false, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

void NativeJob::run() noexcept {
  State end = State::none;
  // The rule set may be let go before its thread begins.
  if (is_wanted_.load(std::memory_order_relaxed)) {
    try {
      const Result<void> made = maker_->make(*rules_, bundle_.get());
      if (!made) failure_ = made.error();
      end = made ? State::ready : State::failed;
    } catch (const std::exception& error) {
      failure_ = {"PAC4209", "no memory to compile with; the interpreter decides"};
      end = State::failed;
    }
  }
  bundle_ = nullptr;
  state_.store(end, std::memory_order_release);
  state_.notify_all();
}

}  // namespace pac::engine
