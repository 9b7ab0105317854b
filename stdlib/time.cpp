// std.time: instants, local time and durations. Zones are arguments; their transition tables come
// with the rule set (abi.h), so a decision made today is the same when it is replayed under later
// time zone law.
#include "stdlib/call.h"
#include "stdlib/zone.h"

namespace pac::stdlib {
namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;

const pac_zone& zone_at(const pac_value* arguments, int index,
                        const pac_scratch* scratch) noexcept {
  return scratch->zones[static_cast<std::uint32_t>(arguments[index].number)];
}

// The offset at the instant that is argument 0, in the zone that is argument 1.
std::int32_t offset_of_call(const pac_value* arguments, const pac_scratch* scratch) noexcept {
  return offset_at(zone_at(arguments, 1, scratch),
                   floor_div(int_at(arguments, 0), kMicrosPerSecond));
}

std::int64_t local_micros(const pac_value* arguments, const pac_scratch* scratch) noexcept {
  return time_of_day_micros(int_at(arguments, 0), offset_of_call(arguments, scratch));
}

uint32_t answer_duration(const pac_value* arguments, std::int64_t unit, pac_value* out) noexcept {
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(int_at(arguments, 0), unit, &micros)) return PAC_E_OVERFLOW;
  return answer(out, micros);
}

}  // namespace

PAC_STD_FUNCTION(local_date) {
  return answer_date(out,
                     date_of_datetime(int_at(arguments, 0), offset_of_call(arguments, scratch)));
}

PAC_STD_FUNCTION(local_hour) {
  return answer(out, local_micros(arguments, scratch) / kMicrosPerHour);
}

PAC_STD_FUNCTION(local_minute) {
  return answer(out, local_micros(arguments, scratch) / kMicrosPerMinute % 60);
}

PAC_STD_FUNCTION(local_weekday) {
  const std::int32_t offset = offset_of_call(arguments, scratch);
  return answer(out, weekday(date_of_datetime(int_at(arguments, 0), offset)));
}

PAC_STD_FUNCTION(local_time_of_day) { return answer(out, local_micros(arguments, scratch)); }

// The first instant at which the local date is `date` or later. So: usually local midnight; where
// clocks skip midnight (a gap), the instant of the change; where midnight occurs twice (an
// overlap), the first; where a zone skipped a whole day (Samoa, 2011-12-30), the start of the day
// after.
PAC_STD_FUNCTION(start_of_day) {
  const pac_zone& zone = zone_at(arguments, 1, scratch);
  const std::int32_t date = date_at(arguments, 0);
  const std::int64_t moved = days_to_table(zone, date) * kSecondsPerDay;
  const std::int64_t midnight = date * kSecondsPerDay - moved;
  // Offsets are less than a day and a bit (RFC 9636 recommends -25 h to +26 h), so two days before
  // the local midnight it is an earlier date everywhere.
  std::uint32_t span = span_at(zone, midnight - 2 * kSecondsPerDay);
  std::int64_t instant = midnight - span_offset(zone, span);
  // Not within this span: the next one begins before its clocks reach the date.
  while (span < zone.count && instant >= zone.transitions[span]) {
    const std::int64_t begin = zone.transitions[span++];
    instant = midnight - span_offset(zone, span);
    if (instant < begin) instant = begin;
  }
  // A transition lies within a few days of the date, so this is far from overflowing.
  const std::int64_t micros = (instant + moved) * kMicrosPerSecond;
  if (!is_valid_datetime(micros)) return PAC_E_DATE_RANGE;
  return answer(out, micros);
}

// The date of an instant in UTC.
PAC_STD_FUNCTION(date_of) { return answer_date(out, date_of_datetime(int_at(arguments, 0), 0)); }

// Whole units of a duration, cut towards zero: a duration of -36 hours has -1 whole days.
PAC_STD_FUNCTION(days) { return answer(out, int_at(arguments, 0) / kMicrosPerDay); }

PAC_STD_FUNCTION(hours) { return answer(out, int_at(arguments, 0) / kMicrosPerHour); }

PAC_STD_FUNCTION(minutes) { return answer(out, int_at(arguments, 0) / kMicrosPerMinute); }

PAC_STD_FUNCTION(seconds) { return answer(out, int_at(arguments, 0) / kMicrosPerSecond); }

PAC_STD_FUNCTION(duration_of_days) { return answer_duration(arguments, kMicrosPerDay, out); }

PAC_STD_FUNCTION(duration_of_hours) { return answer_duration(arguments, kMicrosPerHour, out); }

PAC_STD_FUNCTION(duration_of_minutes) { return answer_duration(arguments, kMicrosPerMinute, out); }

PAC_STD_FUNCTION(duration_of_seconds) { return answer_duration(arguments, kMicrosPerSecond, out); }

}  // namespace pac::stdlib
