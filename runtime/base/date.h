// Dates, instants and durations as plain integers. A date is the number of days since 1970-01-01 in
// the proleptic Gregorian calendar; a datetime is microseconds since 1970-01-01T00:00:00Z without
// leap seconds; a duration is microseconds. Dates and datetimes lie in the years 1 to 9999. Pure
// functions, no allocation, any thread; what can leave the range returns false. This header is also
// compiled to LLVM bitcode and inlined into native code.
#pragma once

#include <cstdint>

namespace pac {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;

struct Civil {
  int year;   // 1..9999 for a valid date
  int month;  // 1..12
  int day;    // 1..31
  friend constexpr bool operator==(const Civil&, const Civil&) noexcept = default;
};

constexpr bool is_leap(int year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(int year, int month) noexcept {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// True for a date that exists and lies in the years 1 to 9999.
constexpr bool is_valid_civil(int year, int month, int day) noexcept {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
         day <= days_in_month(year, month);
}

// The conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin
// in March, so that the leap day is a year's last, and 400 years (an era of 146097 days) repeat
// exactly.
constexpr std::int32_t days_from_civil(int year, int month, int day) noexcept {
  constexpr int kDaysPerEra = 146'097;
  constexpr int kDaysToEpoch = 719'468;  // from 0000-03-01 to 1970-01-01
  const int march_year = month <= 2 ? year - 1 : year;
  const int era = (march_year >= 0 ? march_year : march_year - 399) / 400;
  const int year_of_era = march_year - era * 400;
  const int month_from_march = month > 2 ? month - 3 : month + 9;
  // 153 days are five months of 31, 30, 31, 30, 31 days, beginning with March.
  const int day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysToEpoch;
}

constexpr Civil civil_from_days(std::int32_t date) noexcept {
  constexpr int kDaysPerEra = 146'097;
  constexpr int kDaysToEpoch = 719'468;
  const std::int64_t shifted = std::int64_t{date} + kDaysToEpoch;
  const auto era =
      static_cast<int>((shifted >= 0 ? shifted : shifted - (kDaysPerEra - 1)) / kDaysPerEra);
  const auto day_of_era = static_cast<int>(shifted - std::int64_t{era} * kDaysPerEra);
  // Leap days passed in the era are taken out before dividing by 365: one each 1460 days, all but
  // one each 36524, and the era's own last day.
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {era * 400 + year_of_era + (month <= 2 ? 1 : 0), month, day};
}

inline constexpr std::int32_t kMinDate = days_from_civil(1, 1, 1);
inline constexpr std::int32_t kMaxDate = days_from_civil(9999, 12, 31);
inline constexpr std::int64_t kMinDatetime = kMinDate * kMicrosPerDay;
inline constexpr std::int64_t kMaxDatetime = kMaxDate * kMicrosPerDay + (kMicrosPerDay - 1);

constexpr bool is_valid_date(std::int64_t date) noexcept {
  return date >= kMinDate && date <= kMaxDate;
}

constexpr bool is_valid_datetime(std::int64_t micros) noexcept {
  return micros >= kMinDatetime && micros <= kMaxDatetime;
}

// The day of the week as in ISO 8601: Monday is 1, Sunday is 7.
constexpr int weekday(std::int32_t date) noexcept {
  // 1970-01-01 was a Thursday.
  const std::int64_t from_monday = (std::int64_t{date} + 3) % 7;
  return static_cast<int>(from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

// False outside the years 1 to 9999.
constexpr bool add_days(std::int32_t date, std::int64_t day_count, std::int32_t* out) noexcept {
  // Any larger step leaves the range; the bound keeps the sum from overflowing.
  constexpr std::int64_t kLongestStep = std::int64_t{kMaxDate} - kMinDate;
  if (day_count > kLongestStep || day_count < -kLongestStep) return false;
  const std::int64_t sum = date + day_count;
  if (!is_valid_date(sum)) return false;
  *out = static_cast<std::int32_t>(sum);
  return true;
}

// What add_months does where the target month has no such day: the month's last day, the first day
// of the month after, or an error.
enum class EndOfMonth : std::uint8_t { clip, next, error };

// Adds calendar months (month_count may be negative). False outside the years 1 to 9999, with
// *no_such_day false; false under EndOfMonth::error where the day does not exist, with *no_such_day
// true.
constexpr bool add_months(std::int32_t date, std::int64_t month_count, EndOfMonth mode,
                          std::int32_t* out, bool* no_such_day) noexcept {
  *no_such_day = false;
  constexpr std::int64_t kLongestStep = 9999 * 12;
  if (month_count > kLongestStep || month_count < -kLongestStep) return false;
  const Civil from = civil_from_days(date);
  const std::int64_t months = std::int64_t{from.year} * 12 + (from.month - 1) + month_count;
  if (months < 12 || months >= 10'000 * 12) return false;
  const auto year = static_cast<int>(months / 12);
  const auto month = static_cast<int>(months % 12) + 1;
  const int last_day = days_in_month(year, month);
  if (from.day <= last_day) {
    *out = days_from_civil(year, month, from.day);
    return true;
  }
  if (mode == EndOfMonth::error) {
    *no_such_day = true;
    return false;
  }
  // December has 31 days, so the day after a short month never leaves the year, nor the range.
  *out = days_from_civil(year, month, last_day) + (mode == EndOfMonth::next ? 1 : 0);
  return true;
}

// When someone born on 29 February has the birthday in a common year.
enum class LeapDay : std::uint8_t { feb_28, mar_1 };

// The number n with anniversary(n) <= at < anniversary(n + 1), where anniversary(n) is the day
// `birth` falls on n years later. The same rule holds on both sides of birth, so the result is
// floored, not cut: the day before birth gives -1, and so do all days down to the anniversary one
// year earlier.
constexpr int whole_years(std::int32_t birth, std::int32_t at, LeapDay leap_day) noexcept {
  const Civil from = civil_from_days(birth);
  const Civil to = civil_from_days(at);
  int month = from.month;
  int day = from.day;
  if (month == 2 && day == 29 && !is_leap(to.year)) {
    month = leap_day == LeapDay::feb_28 ? 2 : 3;
    day = leap_day == LeapDay::feb_28 ? 28 : 1;
  }
  const bool before = to.month < month || (to.month == month && to.day < day);
  return to.year - from.year - (before ? 1 : 0);
}

// The number n with add_months(from, n, clip) <= to < add_months(from, n + 1, clip): whole months
// with the month's last day standing in for a day it lacks. Floored, as whole_years.
constexpr int whole_months(std::int32_t from, std::int32_t to) noexcept {
  const Civil a = civil_from_days(from);
  const Civil b = civil_from_days(to);
  const int last_day = days_in_month(b.year, b.month);
  const int due_day = a.day < last_day ? a.day : last_day;
  return (b.year - a.year) * 12 + (b.month - a.month) - (b.day < due_day ? 1 : 0);
}

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t positive) noexcept {
  const std::int64_t cut = a / positive;
  return a % positive < 0 ? cut - 1 : cut;
}

// The local date of an instant at a fixed offset from UTC (seconds, east positive). Near the ends
// of the range an offset may lead a day beyond it; callers check is_valid_date.
constexpr std::int32_t date_of_datetime(std::int64_t micros, std::int32_t offset_seconds) noexcept {
  return static_cast<std::int32_t>(
      floor_div(micros + offset_seconds * kMicrosPerSecond, kMicrosPerDay));
}

// Microseconds since local midnight, 0 .. kMicrosPerDay - 1.
constexpr std::int64_t time_of_day_micros(std::int64_t micros,
                                          std::int32_t offset_seconds) noexcept {
  const std::int64_t local = micros + offset_seconds * kMicrosPerSecond;
  return local - floor_div(local, kMicrosPerDay) * kMicrosPerDay;
}

// The instant at which a clock at `offset_seconds` shows this local date and time of day; false
// outside the range.
constexpr bool datetime_from_local(std::int32_t date, std::int64_t time_micros,
                                   std::int32_t offset_seconds, std::int64_t* out) noexcept {
  const std::int64_t micros =
      date * kMicrosPerDay + time_micros - offset_seconds * kMicrosPerSecond;
  if (!is_valid_datetime(micros)) return false;
  *out = micros;
  return true;
}

// An instant moved by a duration; false outside the years 1 to 9999.
constexpr bool add_duration(std::int64_t datetime, std::int64_t duration,
                            std::int64_t* out) noexcept {
  constexpr std::int64_t kLongestStep = kMaxDatetime - kMinDatetime;
  if (duration > kLongestStep || duration < -kLongestStep) return false;
  const std::int64_t sum = datetime + duration;
  if (!is_valid_datetime(sum)) return false;
  *out = sum;
  return true;
}

}  // namespace pac
