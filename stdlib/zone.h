// Looking up offsets from UTC in a pac_zone. The same rules as call.h; the engine uses it too.
#pragma once

#include <cstdint>

#include "runtime/abi.h"
#include "runtime/base/date.h"

namespace pac::stdlib {

// The index of the span in force at an instant: 0 before the first transition, else i where
// transitions[i - 1] was the last one passed.
inline std::uint32_t span_at(const pac_zone& zone, std::int64_t utc_seconds) noexcept {
  std::uint32_t low = 0;
  std::uint32_t high = zone.count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (zone.transitions[middle] <= utc_seconds) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

inline std::int32_t span_offset(const pac_zone& zone, std::uint32_t span) noexcept {
  return span == 0 ? zone.first_offset : zone.offsets[span - 1];
}

// Tables reach to the end of the year 2100 (runtime/base/tz.h). A zone that changes its clocks in
// that year does so for ever: a later year behaves as the one from 2072 to 2099 with the same
// calendar.
inline constexpr std::int32_t kZoneTableEnd = days_from_civil(2101, 1, 1);

// The days to go back from a date to the same day of the year that stands for its own; 0 where the
// table itself says what holds.
inline std::int32_t days_to_table(const pac_zone& zone, std::int32_t date) noexcept {
  constexpr std::int64_t kLastYear = days_from_civil(2100, 1, 1) * kSecondsPerDay;
  if (date < kZoneTableEnd || zone.count == 0 || zone.transitions[zone.count - 1] < kLastYear)
    return 0;
  const int year = civil_from_days(date).year;
  const std::int32_t new_year = days_from_civil(year, 1, 1);
  for (int other = 2099; other >= 2072; --other) {
    const std::int32_t other_new_year = days_from_civil(other, 1, 1);
    if (is_leap(other) == is_leap(year) && weekday(other_new_year) == weekday(new_year)) {
      return new_year - other_new_year;
    }
  }
  return 0;  // not reached: 28 years have all fourteen calendars
}

// The offset in force at an instant.
inline std::int32_t offset_at(const pac_zone& zone, std::int64_t utc_seconds) noexcept {
  const auto date = static_cast<std::int32_t>(floor_div(utc_seconds, kSecondsPerDay));
  const std::int64_t in_table = utc_seconds - days_to_table(zone, date) * kSecondsPerDay;
  return span_offset(zone, span_at(zone, in_table));
}

}  // namespace pac::stdlib
