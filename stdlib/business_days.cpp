// std.dates, business days: Monday to Friday less a set of holidays that the policy supplies (a
// set<date>, empty unless given). The library knows no country's holidays: they are law, and
// change. A list that is not ascending gives a wrong answer, never an invalid access.
#include "stdlib/call.h"

namespace pac::stdlib {
namespace {

struct Holidays {
  const std::int32_t* dates;
  std::int64_t count;

  // The first index whose date is not before `date`.
  std::int64_t lower_bound(std::int64_t date) const noexcept {
    std::int64_t low = 0;
    std::int64_t high = count;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if (dates[middle] < date) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  bool contains(std::int64_t date) const noexcept {
    const std::int64_t at = lower_bound(date);
    return at < count && dates[at] == date;
  }
};

Holidays holidays_at(const pac_value* arguments, int index) noexcept {
  const pac_list& list = arguments[index].list;
  return {static_cast<const std::int32_t*>(list.data), list.count};
}

bool is_working_weekday(std::int64_t date) noexcept {
  return pac::weekday(static_cast<std::int32_t>(date)) <= 5;
}

bool is_business(std::int64_t date, const Holidays& holidays) noexcept {
  return is_working_weekday(date) && !holidays.contains(date);
}

// The first business day from `date` on in steps of +1 or -1. May leave the range of dates, by no
// more days than there are holidays and weekends next to each other.
std::int64_t roll(std::int64_t date, int step, const Holidays& holidays) noexcept {
  while (is_valid_date(date) && !is_business(date, holidays)) date += step;
  return date;
}

// The n-th weekday (Monday to Friday) after a date, n >= 1; with a step of -1, before it.
std::int64_t nth_weekday(std::int64_t date, std::int64_t n, int step) noexcept {
  int day = pac::weekday(static_cast<std::int32_t>(date));
  if (step < 0)
    day = day == 7 ? 6 : (day == 6 ? 7 : 6 - day);  // mirrored: Friday is the week's first
  if (day > 5) {  // from a weekend counting begins on the last weekday passed
    date -= step * (day - 5);
    day = 5;
  }
  const std::int64_t rest = n % 5;
  const std::int64_t days = n / 5 * 7 + rest + (day + rest > 5 ? 2 : 0);
  return date + step * days;
}

// Weekdays (Monday to Friday) from 0001-01-01, a Monday, up to and including a date.
std::int64_t weekdays_until(std::int64_t date) noexcept {
  const std::int64_t day_count = date - kMinDate + 1;
  const std::int64_t rest = day_count % 7;
  return day_count / 7 * 5 + (rest < 5 ? rest : 5);
}

// Business days in the half-open span (after, until], after <= until.
std::int64_t count_business_days(std::int64_t after, std::int64_t until,
                                 const Holidays& holidays) noexcept {
  std::int64_t count = weekdays_until(until) - weekdays_until(after);
  for (std::int64_t i = holidays.lower_bound(after + 1); i < holidays.count; ++i) {
    if (holidays.dates[i] > until) break;
    if (is_working_weekday(holidays.dates[i])) --count;
  }
  return count;
}

enum class Convention : std::uint8_t { following, modified_following, preceding };

}  // namespace

PAC_STD_FUNCTION(is_business_day) {
  return answer(out, is_business(date_at(arguments, 0), holidays_at(arguments, 1)) ? 1 : 0);
}

// The date itself where it is a business day, else as the convention says (2006 ISDA
// Definitions, 4.12): the next one; the next one unless that lies in another month, then the one
// before; the one before.
PAC_STD_FUNCTION(next_business_day) {
  const std::int32_t date = date_at(arguments, 0);
  const auto convention = option_at<Convention>(arguments, 1);
  const Holidays holidays = holidays_at(arguments, 2);
  if (convention == Convention::preceding) return answer_date(out, roll(date, -1, holidays));
  const std::int64_t next = roll(date, 1, holidays);
  if (convention == Convention::modified_following) {
    const Civil day = civil_from_days(date);
    const std::int64_t month_end =
        days_from_civil(day.year, day.month, days_in_month(day.year, day.month));
    if (next > month_end) return answer_date(out, roll(date, -1, holidays));
  }
  return answer_date(out, next);
}

// The n-th business day after a date, or before it for a negative n; for 0 the date itself,
// business day or not. One pass over the holidays: each one met on the way moves the end by one
// weekday.
PAC_STD_FUNCTION(add_business_days) {
  const std::int32_t date = date_at(arguments, 0);
  const std::int64_t n = int_at(arguments, 1);
  const Holidays holidays = holidays_at(arguments, 2);
  constexpr std::int64_t kMostDays = std::int64_t{kMaxDate} - kMinDate;
  if (n > kMostDays || n < -kMostDays) return PAC_E_DATE_RANGE;
  if (n == 0) return answer(out, date);
  const int step = n > 0 ? 1 : -1;
  std::int64_t end = nth_weekday(date, n * step, step);
  std::int64_t i =
      step > 0 ? holidays.lower_bound(std::int64_t{date} + 1) : holidays.lower_bound(date) - 1;
  for (; i >= 0 && i < holidays.count && is_valid_date(end); i += step) {
    const std::int64_t holiday = holidays.dates[i];
    if ((holiday - end) * step > 0) break;
    if (is_working_weekday(holiday)) end = nth_weekday(end, 1, step);
  }
  return answer_date(out, end);
}

// Business days after `from` up to and including `to`; where `to` is the earlier one, the number
// from `to` up to but without `from`, negative. So add_business_days(from, n) is `to` for a
// business day `to`.
PAC_STD_FUNCTION(business_days_between) {
  const std::int64_t from = date_at(arguments, 0);
  const std::int64_t to = date_at(arguments, 1);
  const Holidays holidays = holidays_at(arguments, 2);
  if (from <= to) return answer(out, count_business_days(from, to, holidays));
  return answer(out, -count_business_days(to - 1, from - 1, holidays));
}

}  // namespace pac::stdlib
