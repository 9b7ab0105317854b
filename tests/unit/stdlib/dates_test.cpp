// std.dates against Howard Hinnant's date library, which shares nothing with runtime/base/date.h
// but its author's published algorithms, and against tables.
#include "tests/unit/stdlib/generators.h"

#include <date/date.h>
#include <date/iso_week.h>

#include "tests/unit/stdlib/caller.h"

namespace pac::stdlib::test {
namespace {

using ::date::months;
using ::date::sys_days;
using ::date::year_month_day;
using ::date::years;

sys_days as_days(std::int64_t date) { return sys_days{::date::days{date}}; }
year_month_day as_civil(std::int64_t date) { return year_month_day{as_days(date)}; }
std::int32_t from_civil(const year_month_day& day) {
  return static_cast<std::int32_t>(sys_days{day}.time_since_epoch().count());
}
bool in_range_of_dates(const year_month_day& day) {
  return day.year() >= ::date::year{1} && day.year() <= ::date::year{9999};
}

// The day that 29 February falls on in a common year, by the option.
year_month_day anniversary(std::int32_t from, int n, int leap_day) {
  year_month_day day = as_civil(from) + years{n};
  if (day.ok()) return day;
  return leap_day == 0 ? year_month_day{day.year() / 2 / 28} : year_month_day{day.year() / 3 / 1};
}

RC_GTEST_PROP(Dates, WholeYearsCountsAnniversaries, ()) {
  const std::int32_t from = any_date();
  const std::int32_t to = any_date();
  const int leap_day = in_range(0, 2);
  const Answer n = Call("whole_years").integer(from).integer(to).integer(leap_day).run();
  RC_ASSERT(n.error == PAC_E_NONE);
  const int count = static_cast<int>(n.number);
  RC_ASSERT(sys_days{anniversary(from, count, leap_day)} <= as_days(to));
  RC_ASSERT(as_days(to) < sys_days{anniversary(from, count + 1, leap_day)});
}

RC_GTEST_PROP(Dates, WholeMonthsCountsMonths, ()) {
  const auto after = [](std::int32_t from, int n) {
    const year_month_day day = as_civil(from) + months{n};
    return day.ok() ? sys_days{day} : sys_days{day.year() / day.month() / ::date::last};
  };
  const std::int32_t from = any_date();
  const std::int32_t to = any_date();
  const Answer n = Call("whole_months").integer(from).integer(to).run();
  const int count = static_cast<int>(n.number);
  RC_ASSERT(after(from, count) <= as_days(to) && as_days(to) < after(from, count + 1));
}

RC_GTEST_PROP(Dates, DaysAreCounted, ()) {
  const std::int32_t a = any_date();
  const std::int64_t step = any_int();
  const Answer b = Call("add_days").integer(a).integer(step).run();
  const Int128 sum = Int128{a} + step;
  if (sum < kMinDate || sum > kMaxDate) {
    RC_ASSERT(b == error(PAC_E_DATE_RANGE));
  } else {
    RC_ASSERT(b == number(sum));
    RC_ASSERT(Call("days_between").integer(a).integer(b.number).run() == number(step));
  }
}

RC_GTEST_PROP(Dates, AddMonthsAgrees, ()) {
  const std::int32_t from = any_date();
  const std::int64_t step = any_int();
  const int mode = in_range(0, 3);
  const Answer answer = Call("add_months").integer(from).integer(step).integer(mode).run();
  if (step > 200'000 || step < -200'000) {
    RC_ASSERT(answer == error(PAC_E_DATE_RANGE));
    return;
  }
  const year_month_day to = as_civil(from) + months{static_cast<int>(step)};
  if (!in_range_of_dates(to)) {
    RC_ASSERT(answer == error(PAC_E_DATE_RANGE));
  } else if (to.ok()) {
    RC_ASSERT(answer == number(from_civil(to)));
  } else if (mode == 2) {
    RC_ASSERT(answer == error(PAC_E_NO_SUCH_DAY));
  } else {
    RC_ASSERT(answer == number(from_civil(to.year() / to.month() / ::date::last) + mode));
  }
}

RC_GTEST_PROP(Dates, AddYearsAgreesAndIsUndoneByWholeYears, ()) {
  const std::int32_t from = any_date();
  const std::int64_t step = any_int();
  const int leap_day = in_range(0, 2);
  const Answer answer = Call("add_years").integer(from).integer(step).integer(leap_day).run();
  const Int128 year = Int128{static_cast<int>(as_civil(from).year())} + step;
  if (year < 1 || year > 9999) {
    RC_ASSERT(answer == error(PAC_E_DATE_RANGE));
    return;
  }
  RC_ASSERT(answer == number(from_civil(anniversary(from, static_cast<int>(step), leap_day))));
  RC_ASSERT(Call("whole_years").integer(from).integer(answer.number).integer(leap_day).run() ==
            number(step));
}

RC_GTEST_PROP(Dates, PartsAgree, ()) {
  const std::int32_t day = any_date();
  const year_month_day civil = as_civil(day);
  const auto get = [day](const char* name) { return Call(name).integer(day).run().number; };
  RC_ASSERT(get("year") == static_cast<int>(civil.year()));
  RC_ASSERT(get("month") == static_cast<unsigned>(civil.month()));
  RC_ASSERT(get("day") == static_cast<unsigned>(civil.day()));
  RC_ASSERT(get("quarter") == (static_cast<unsigned>(civil.month()) + 2) / 3);
  RC_ASSERT(get("weekday") == ::date::weekday{as_days(day)}.iso_encoding());
  RC_ASSERT(get("is_weekend") == (::date::weekday{as_days(day)}.iso_encoding() > 5 ? 1 : 0));
  RC_ASSERT(get("day_of_year") == (as_days(day) - sys_days{civil.year() / 1 / 1}).count() + 1);
  const auto last = civil.year() / civil.month() / ::date::last;
  RC_ASSERT(get("days_in_month") == static_cast<unsigned>(last.day()));
  RC_ASSERT(get("last_of_month") == from_civil(last));
  RC_ASSERT(get("first_of_month") == from_civil(civil.year() / civil.month() / 1));
  const Int128 quarter_end = get("end_of_quarter");
  RC_ASSERT(quarter_end >= day && quarter_end - day < 92);
  RC_ASSERT(static_cast<unsigned>(as_civil(static_cast<std::int64_t>(quarter_end)).month()) ==
            (static_cast<unsigned>(civil.month()) + 2) / 3 * 3);
  RC_ASSERT(Call("day").integer(quarter_end + 1).run() == number(1));
  const iso_week::year_weeknum_weekday iso{as_days(day)};
  RC_ASSERT(get("iso_week") == static_cast<unsigned>(iso.weeknum()));
  RC_ASSERT(get("iso_year") == static_cast<int>(iso.year()));
}

RC_GTEST_PROP(Dates, MakeDateTakesEveryDateApartAndTogether, ()) {
  const std::int32_t day = any_date();
  const year_month_day civil = as_civil(day);
  RC_ASSERT(Call("make_date")
                .integer(static_cast<int>(civil.year()))
                .integer(static_cast<unsigned>(civil.month()))
                .integer(static_cast<unsigned>(civil.day()))
                .run() == number(day));
}

TEST(Dates, MakeDateRefusesWhatIsNoDate) {
  const auto make = [](std::int64_t y, std::int64_t m, std::int64_t d) {
    return Call("make_date").integer(y).integer(m).integer(d).run();
  };
  EXPECT_EQ(make(2100, 2, 29), error(PAC_E_NO_SUCH_DAY));
  EXPECT_EQ(make(2000, 2, 29), number(date(2000, 2, 29)));
  EXPECT_EQ(make(2026, 4, 31), error(PAC_E_NO_SUCH_DAY));
  EXPECT_EQ(make(2026, 13, 1), error(PAC_E_ARGUMENT));
  EXPECT_EQ(make(2026, 1, 0), error(PAC_E_ARGUMENT));
  EXPECT_EQ(make(2026, 1, INT64_MIN), error(PAC_E_ARGUMENT));
  EXPECT_EQ(make(0, 1, 1), error(PAC_E_DATE_RANGE));
  EXPECT_EQ(make(INT64_MAX, 1, 1), error(PAC_E_DATE_RANGE));
  EXPECT_EQ(make((std::int64_t{1} << 32) + 2000, 1, 1), error(PAC_E_DATE_RANGE));
}

TEST(Dates, AgesOfThoseBornOnALeapDay) {
  const auto age = [](std::int32_t at, int leap_day) {
    return Call("whole_years").integer(date(2004, 2, 29)).integer(at).integer(leap_day).run();
  };
  EXPECT_EQ(age(date(2022, 2, 27), 0), number(17));
  EXPECT_EQ(age(date(2022, 2, 28), 0), number(18));
  EXPECT_EQ(age(date(2022, 2, 28), 1), number(17));
  EXPECT_EQ(age(date(2022, 3, 1), 1), number(18));
  EXPECT_EQ(age(date(2024, 2, 28), 0), number(19));
  EXPECT_EQ(age(date(2024, 2, 29), 1), number(20));
  EXPECT_EQ(age(date(2004, 2, 28), 0), number(-1));
}

TEST(Dates, LeapYears) {
  const auto is_leap_year = [](std::int64_t year) {
    return Call("is_leap_year").integer(year).run();
  };
  EXPECT_EQ(is_leap_year(1900), number(0));
  EXPECT_EQ(is_leap_year(2000), number(1));
  EXPECT_EQ(is_leap_year(2024), number(1));
  EXPECT_EQ(is_leap_year(9999), number(0));
  EXPECT_EQ(is_leap_year(0), error(PAC_E_ARGUMENT));
  EXPECT_EQ(is_leap_year(INT64_MIN), error(PAC_E_ARGUMENT));
}

TEST(Dates, EasterOfKnownYears) {
  constexpr int kKnown[][3] = {{1818, 3, 22}, {1943, 4, 25}, {1954, 4, 18}, {1981, 4, 19},
                               {2000, 4, 23}, {2008, 3, 23}, {2019, 4, 21}, {2024, 3, 31},
                               {2025, 4, 20}, {2026, 4, 5},  {2027, 3, 28}, {2038, 4, 25},
                               {2049, 4, 18}, {2285, 3, 22}};
  for (const auto& [year, month, day] : kKnown) {
    EXPECT_EQ(Call("easter").integer(year).run(), number(date(year, month, day))) << year;
  }
  EXPECT_EQ(Call("easter").integer(1582).run(), error(PAC_E_ARGUMENT));
  EXPECT_EQ(Call("easter").integer(10'000).run(), error(PAC_E_ARGUMENT));
}

// Another method: Oudin's of 1940, as the U.S. Naval Observatory prints it.
TEST(Dates, EasterOfAllYears) {
  for (int year = 1583; year <= 9999; ++year) {
    const int century = year / 100;
    const int golden = year % 19;
    int moon =
        (century - century / 4 - (century - (century - 17) / 25) / 3 + 19 * golden + 15) % 30;
    moon -= moon / 28 * (1 - moon / 28 * (29 / (moon + 1)) * ((21 - golden) / 11));
    const int weekday_of_moon = (year + year / 4 + moon + 2 - century + century / 4) % 7;
    const int distance = moon - weekday_of_moon;
    const int month = 3 + (distance + 40) / 44;
    const int day = distance + 28 - 31 * (month / 4);
    ASSERT_EQ(Call("easter").integer(year).run(), number(date(year, month, day))) << year;
  }
}

}  // namespace
}  // namespace pac::stdlib::test
