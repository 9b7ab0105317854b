// The clock of a stream: UTC that never goes back. What the machine's clock does against that is
// told once, so that it is recorded, and beyond a bound nothing is recorded until somebody looked.
// Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

namespace pac::ledger {

struct ClockLimits {
  // Less is what adjusting a clock does all the time; it is evened out and not told.
  std::int64_t told_us = 1'000'000;
  // Five minutes: what Kerberos takes, and more than any service of time leaves uncorrected.
  std::int64_t bound_us = 300'000'000;
  bool refuses = true;  // beyond the bound
};

// What is to be recorded of the clock itself.
struct ClockEvent {
  std::int64_t behind_us = 0;  // how far it stands before the last entry
  std::int64_t jumped_us = 0;  // how far it went on beyond the steady clock; one of the two
  bool refused = false;
};

class StreamClock {
 public:
  // `last_us`: of the newest entry of the stream. `steady_us` never jumps, and goes on while the
  // machine sleeps; empty: jumps ahead are not noticed.
  StreamClock(std::function<std::int64_t()> now_us, std::function<std::int64_t()> steady_us,
              std::int64_t last_us, ClockLimits limits);

  // The time of an entry made now: never before one that was handed out.
  std::int64_t next_us();
  // What happened since this was last asked.
  std::optional<ClockEvent> take_event();
  // Whether there is nothing to record of it and no refusal.
  bool is_quiet();
  // Why nothing is recorded for now; nothing: it is.
  std::optional<ClockEvent> refusal();

 private:
  std::int64_t read();
  int level_of(std::int64_t skew_us) const;  // 0: not told, 1: told, 2: beyond the bound

  std::mutex mutex_;
  std::function<std::int64_t()> now_us_, steady_us_;
  ClockLimits limits_;
  std::int64_t last_us_;
  std::int64_t ahead_of_steady_us_ = 0;  // of the clock, as it was when that was last right
  std::int64_t behind_us_ = 0, jumped_us_ = 0;
  int told_ = 0;  // the level that was told last
};

}  // namespace pac::ledger
