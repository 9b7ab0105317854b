// std.dates: the proleptic Gregorian calendar. A result outside 0001-01-01 .. 9999-12-31 is an
// error.
#include "stdlib/call.h"

namespace pac::stdlib {
namespace {

constexpr int kFirstYear = 1;
constexpr int kLastYear = 9999;

// The Thursday of the week of a date: ISO 8601 counts a week to the year in which its Thursday
// lies.
std::int32_t thursday_of_week(std::int32_t date) noexcept { return date + 4 - pac::weekday(date); }

}  // namespace

// Completed years of age, or of membership. Who is born on 29 February has the birthday of a common
// year on 28 February or on 1 March, as the law in question says; that is the option.
PAC_STD_FUNCTION(whole_years) {
  return answer(out, whole_years(date_at(arguments, 0), date_at(arguments, 1),
                                 option_at<LeapDay>(arguments, 2)));
}

PAC_STD_FUNCTION(whole_months) {
  return answer(out, whole_months(date_at(arguments, 0), date_at(arguments, 1)));
}

PAC_STD_FUNCTION(days_between) {
  return answer(out, std::int64_t{date_at(arguments, 1)} - date_at(arguments, 0));
}

PAC_STD_FUNCTION(add_days) {
  std::int32_t date = 0;
  if (!add_days(date_at(arguments, 0), int_at(arguments, 1), &date)) return PAC_E_DATE_RANGE;
  return answer(out, date);
}

PAC_STD_FUNCTION(add_months) {
  std::int32_t date = 0;
  bool no_such_day = false;
  if (!add_months(date_at(arguments, 0), int_at(arguments, 1), option_at<EndOfMonth>(arguments, 2),
                  &date, &no_such_day)) {
    return no_such_day ? PAC_E_NO_SUCH_DAY : PAC_E_DATE_RANGE;
  }
  return answer(out, date);
}

// The same day some years on; 29 February becomes the stated day in a common year, so that
// whole_years(d, add_years(d, n, rule), rule) is n.
PAC_STD_FUNCTION(add_years) {
  const std::int64_t step = int_at(arguments, 1);
  if (step > kLastYear || step < -kLastYear) return PAC_E_DATE_RANGE;
  Civil day = civil_from_days(date_at(arguments, 0));
  day.year += static_cast<int>(step);
  if (day.year < kFirstYear || day.year > kLastYear) return PAC_E_DATE_RANGE;
  if (day.month == 2 && day.day == 29 && !is_leap(day.year)) {
    const bool clip = option_at<LeapDay>(arguments, 2) == LeapDay::feb_28;
    day.month = clip ? 2 : 3;
    day.day = clip ? 28 : 1;
  }
  return answer(out, days_from_civil(day.year, day.month, day.day));
}

PAC_STD_FUNCTION(make_date) {
  const std::int64_t year = int_at(arguments, 0);
  const std::int64_t month = int_at(arguments, 1);
  const std::int64_t day = int_at(arguments, 2);
  if (year < kFirstYear || year > kLastYear) return PAC_E_DATE_RANGE;
  if (month < 1 || month > 12 || day < 1 || day > 31) return PAC_E_ARGUMENT;
  const auto y = static_cast<int>(year);
  const auto m = static_cast<int>(month);
  if (day > days_in_month(y, m)) return PAC_E_NO_SUCH_DAY;
  return answer(out, days_from_civil(y, m, static_cast<int>(day)));
}

PAC_STD_FUNCTION(year) { return answer(out, civil_from_days(date_at(arguments, 0)).year); }

PAC_STD_FUNCTION(quarter) {
  return answer(out, (civil_from_days(date_at(arguments, 0)).month - 1) / 3 + 1);
}

PAC_STD_FUNCTION(month) { return answer(out, civil_from_days(date_at(arguments, 0)).month); }

PAC_STD_FUNCTION(day) { return answer(out, civil_from_days(date_at(arguments, 0)).day); }

PAC_STD_FUNCTION(weekday) { return answer(out, pac::weekday(date_at(arguments, 0))); }

PAC_STD_FUNCTION(is_weekend) {
  return answer(out, pac::weekday(date_at(arguments, 0)) >= 6 ? 1 : 0);
}

// Week 1 is the one with the year's first Thursday (ISO 8601-1:2019, 4.3.8).
PAC_STD_FUNCTION(iso_week) {
  const std::int32_t thursday = thursday_of_week(date_at(arguments, 0));
  const std::int32_t new_year = days_from_civil(civil_from_days(thursday).year, 1, 1);
  return answer(out, (thursday - new_year) / 7 + 1);
}

PAC_STD_FUNCTION(iso_year) {
  return answer(out, civil_from_days(thursday_of_week(date_at(arguments, 0))).year);
}

PAC_STD_FUNCTION(day_of_year) {
  const std::int32_t date = date_at(arguments, 0);
  return answer(out, date - days_from_civil(civil_from_days(date).year, 1, 1) + 1);
}

PAC_STD_FUNCTION(days_in_month) {
  const Civil day = civil_from_days(date_at(arguments, 0));
  return answer(out, days_in_month(day.year, day.month));
}

PAC_STD_FUNCTION(is_leap_year) {
  const std::int64_t year = int_at(arguments, 0);
  if (year < kFirstYear || year > kLastYear) return PAC_E_ARGUMENT;
  return answer(out, is_leap(static_cast<int>(year)) ? 1 : 0);
}

PAC_STD_FUNCTION(first_of_month) {
  const Civil day = civil_from_days(date_at(arguments, 0));
  return answer(out, days_from_civil(day.year, day.month, 1));
}

PAC_STD_FUNCTION(last_of_month) {
  const Civil day = civil_from_days(date_at(arguments, 0));
  return answer(out, days_from_civil(day.year, day.month, days_in_month(day.year, day.month)));
}

PAC_STD_FUNCTION(end_of_quarter) {
  const Civil day = civil_from_days(date_at(arguments, 0));
  const int month = (day.month - 1) / 3 * 3 + 3;
  return answer(out, days_from_civil(day.year, month, days_in_month(day.year, month)));
}

// Easter Sunday by the Gregorian reckoning, in force since the autumn of 1582. The method is the
// anonymous one of 1876 (Nature, volume 13) in the form of Meeus, Astronomical Algorithms, chapter
// 8: find the full moon after 21 March in the 19-year cycle with the calendar's solar and lunar
// corrections, then the Sunday after it.
PAC_STD_FUNCTION(easter) {
  constexpr int kFirstGregorianEaster = 1583;
  const std::int64_t year_number = int_at(arguments, 0);
  if (year_number < kFirstGregorianEaster || year_number > kLastYear) return PAC_E_ARGUMENT;
  const auto year = static_cast<int>(year_number);
  const int golden = year % 19;
  const int century = year / 100;
  const int year_of_century = year % 100;
  const int moon_correction = (century - (century + 8) / 25 + 1) / 3;
  const int epact = (19 * golden + century - century / 4 - moon_correction + 15) % 30;
  const int to_sunday =
      (32 + 2 * (century % 4) + 2 * (year_of_century / 4) - epact - year_of_century % 4) % 7;
  const int late = (golden + 11 * epact + 22 * to_sunday) / 451;
  // Days from 22 March.
  const int distance = epact + to_sunday - 7 * late;
  return answer(out, days_from_civil(year, 3, 22) + distance);
}

}  // namespace pac::stdlib
