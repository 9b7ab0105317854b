// Not API; include runtime/base/tz.h instead. The rule at the end of a TZif file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pac::tz_detail {

// A day of each year and a time on it, in one of the three forms of POSIX.
struct RuleDate {
  enum class Kind : std::uint8_t { julian, zero_based, month_week_day };
  Kind kind = Kind::julian;
  int day = 0;  // 1..365 never counting 29 February; 0..365 counting it; weekday 0..6 from Sunday
  int month = 0;
  int week = 0;  // 1..5, 5 being the last
  std::int32_t time_seconds = 7200;
};

struct Rule {
  std::int32_t standard_offset = 0;
  std::int32_t daylight_offset = 0;
  bool has_daylight = false;
  RuleDate begin;  // of daylight time, on a clock at standard time
  RuleDate end;    // on a clock at daylight time
};

// The TZ string of POSIX with the extensions of RFC 8536 (hours to 167):
// EET-2EEST,M3.5.0/3,M10.5.0/4.
std::optional<Rule> parse_rule(std::string_view text);

// Seconds since 1970 on a local clock.
std::int64_t local_seconds(const RuleDate& date, int year) noexcept;

}  // namespace pac::tz_detail
