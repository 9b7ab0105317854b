#include "ledger/file/clock.h"

#include <algorithm>

namespace pac::ledger {

StreamClock::StreamClock(std::function<std::int64_t()> now_us,
                         std::function<std::int64_t()> steady_us, std::int64_t last_us,
                         ClockLimits limits)
    : now_us_(std::move(now_us)),
      steady_us_(std::move(steady_us)),
      limits_(limits),
      last_us_(last_us) {
  if (steady_us_) ahead_of_steady_us_ = now_us_() - steady_us_();
}

std::int64_t StreamClock::read() {
  const std::int64_t now = now_us_();
  behind_us_ = std::max<std::int64_t>(0, last_us_ - now);
  if (steady_us_) {
    const std::int64_t ahead = now - steady_us_();
    jumped_us_ = std::max<std::int64_t>(0, ahead - ahead_of_steady_us_);
    // A clock that was put back is measured from there on, and small steps are no jump.
    if (jumped_us_ <= limits_.told_us) {
      ahead_of_steady_us_ = ahead;
      jumped_us_ = 0;
    }
  }
  // A time that is refused must not push all that come after it ahead.
  if (!(limits_.refuses && jumped_us_ > limits_.bound_us)) last_us_ = std::max(last_us_, now);
  return last_us_;
}

std::int64_t StreamClock::next_us() {
  const std::lock_guard lock(mutex_);
  return read();
}

std::optional<ClockEvent> StreamClock::take_event() {
  const std::lock_guard lock(mutex_);
  const int level = level_of(std::max(behind_us_, jumped_us_));
  if (level == 0) told_ = 0;
  if (level <= told_) return std::nullopt;
  told_ = level;
  const bool is_behind = behind_us_ >= jumped_us_;
  ClockEvent out{is_behind ? behind_us_ : 0, is_behind ? 0 : jumped_us_,
                 limits_.refuses && level > 1};
  // A jump that is not refused is the time from here on.
  if (!is_behind && !out.refused) {
    ahead_of_steady_us_ += jumped_us_;
    jumped_us_ = 0;
  }
  return out;
}

bool StreamClock::is_quiet() {
  const std::lock_guard lock(mutex_);
  read();
  const int level = level_of(std::max(behind_us_, jumped_us_));
  if (level == 0) told_ = 0;
  return level <= told_ && !(limits_.refuses && level > 1);
}

int StreamClock::level_of(std::int64_t skew_us) const {
  if (skew_us <= limits_.told_us) return 0;
  return skew_us <= limits_.bound_us ? 1 : 2;
}

std::optional<ClockEvent> StreamClock::refusal() {
  const std::lock_guard lock(mutex_);
  read();
  if (!limits_.refuses) return std::nullopt;
  if (behind_us_ > limits_.bound_us) return ClockEvent{behind_us_, 0, true};
  if (jumped_us_ > limits_.bound_us) return ClockEvent{0, jumped_us_, true};
  return std::nullopt;
}

}  // namespace pac::ledger
