#include "runtime/base/date.h"

#include "tests/unit/base/property.h"

namespace pac {
namespace {

std::int32_t date(int year, int month, int day) {
  EXPECT_TRUE(is_valid_civil(year, month, day));
  return days_from_civil(year, month, day);
}

// A third of the dates are ends and beginnings of months, where the rules differ.
std::int32_t any_date() {
  if (test::in_range(0, 3) == 0) {
    const int year = test::in_range(1990, 2030);
    const int month = test::in_range(1, 13);
    return date(year, month, days_in_month(year, month)) + test::in_range(-2, 2);
  }
  return test::in_range(0, 2) == 0 ? test::in_range<std::int32_t>(kMinDate, kMaxDate + 1)
                                   : test::in_range<std::int32_t>(-40'000, 40'000);
}

// Counts every day of the range one by one, without the formulas under test.
TEST(Date, EveryDayConvertsBothWays) {
  std::int32_t days = kMinDate;
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= days_in_month(year, month); ++day, ++days) {
        if (days_from_civil(year, month, day) != days) FAIL() << year << "-" << month << "-" << day;
        if (civil_from_days(days) != Civil{year, month, day}) FAIL() << days;
      }
    }
  }
  EXPECT_EQ(days, kMaxDate + 1);
  EXPECT_EQ(date(1970, 1, 1), 0);
  EXPECT_EQ(kMinDate, -719'162);
  EXPECT_EQ(kMaxDate, 2'932'896);
}

TEST(Date, KnowsLeapYearsAndWeekdays) {
  EXPECT_TRUE(is_leap(2000));
  EXPECT_FALSE(is_leap(1900));
  EXPECT_TRUE(is_leap(2024));
  EXPECT_FALSE(is_valid_civil(2023, 2, 29));
  EXPECT_FALSE(is_valid_civil(2023, 13, 1));
  EXPECT_FALSE(is_valid_civil(0, 1, 1));
  EXPECT_FALSE(is_valid_civil(10000, 1, 1));
  EXPECT_EQ(weekday(date(1970, 1, 1)), 4);
  EXPECT_EQ(weekday(date(2000, 1, 1)), 6);
  EXPECT_EQ(weekday(date(1, 1, 1)), 1);
  EXPECT_EQ(weekday(date(2026, 3, 1)), 7);
}

TEST(Date, AddsMonthsByMode) {
  std::int32_t out = 0;
  bool no_such_day = true;
  ASSERT_TRUE(add_months(date(2024, 1, 31), 1, EndOfMonth::clip, &out, &no_such_day));
  EXPECT_EQ(out, date(2024, 2, 29));
  EXPECT_FALSE(no_such_day);
  ASSERT_TRUE(add_months(date(2023, 1, 31), 1, EndOfMonth::next, &out, &no_such_day));
  EXPECT_EQ(out, date(2023, 3, 1));
  EXPECT_FALSE(add_months(date(2023, 1, 31), 1, EndOfMonth::error, &out, &no_such_day));
  EXPECT_TRUE(no_such_day);
  ASSERT_TRUE(add_months(date(2023, 1, 28), 1, EndOfMonth::error, &out, &no_such_day));
  EXPECT_EQ(out, date(2023, 2, 28));
  EXPECT_FALSE(no_such_day);
  ASSERT_TRUE(add_months(date(2024, 1, 15), -13, EndOfMonth::error, &out, &no_such_day));
  EXPECT_EQ(out, date(2022, 12, 15));
  EXPECT_FALSE(add_months(kMaxDate, 1, EndOfMonth::clip, &out, &no_such_day));
  EXPECT_FALSE(no_such_day);
  EXPECT_FALSE(add_months(kMinDate, -1, EndOfMonth::clip, &out, &no_such_day));
  EXPECT_FALSE(add_months(0, INT64_MAX, EndOfMonth::clip, &out, &no_such_day));
  EXPECT_FALSE(add_months(0, INT64_MIN, EndOfMonth::clip, &out, &no_such_day));
}

TEST(Date, CountsYearsFromTheLeapDay) {
  const std::int32_t birth = date(2004, 2, 29);
  EXPECT_EQ(whole_years(birth, date(2022, 2, 27), LeapDay::feb_28), 17);
  EXPECT_EQ(whole_years(birth, date(2022, 2, 28), LeapDay::feb_28), 18);
  EXPECT_EQ(whole_years(birth, date(2022, 2, 28), LeapDay::mar_1), 17);
  EXPECT_EQ(whole_years(birth, date(2022, 3, 1), LeapDay::mar_1), 18);
  EXPECT_EQ(whole_years(birth, date(2024, 2, 28), LeapDay::feb_28), 19);
  EXPECT_EQ(whole_years(birth, date(2024, 2, 29), LeapDay::mar_1), 20);
  EXPECT_EQ(whole_years(birth, birth - 1, LeapDay::mar_1), -1);
  EXPECT_EQ(whole_years(birth, date(2003, 2, 28), LeapDay::feb_28), -1);
  EXPECT_EQ(whole_years(birth, date(2003, 2, 28), LeapDay::mar_1), -2);
  EXPECT_EQ(whole_years(birth, birth, LeapDay::mar_1), 0);
}

TEST(Date, CountsMonthsToTheirLastDay) {
  EXPECT_EQ(whole_months(date(2024, 1, 31), date(2024, 2, 28)), 0);
  EXPECT_EQ(whole_months(date(2024, 1, 31), date(2024, 2, 29)), 1);
  EXPECT_EQ(whole_months(date(2024, 1, 31), date(2024, 3, 30)), 1);
  EXPECT_EQ(whole_months(date(2024, 1, 31), date(2024, 1, 30)), -1);
  EXPECT_EQ(whole_months(date(2024, 1, 15), date(2022, 12, 15)), -13);
}

TEST(Date, SplitsInstants) {
  EXPECT_EQ(date_of_datetime(-1, 0), -1);
  EXPECT_EQ(time_of_day_micros(-1, 0), kMicrosPerDay - 1);
  EXPECT_EQ(date_of_datetime(-1, 1), 0);
  EXPECT_EQ(time_of_day_micros(-1, 1), kMicrosPerSecond - 1);
  EXPECT_EQ(date_of_datetime(0, -3600), -1);
  std::int64_t out = 0;
  EXPECT_FALSE(datetime_from_local(kMinDate, 0, 1, &out));
  EXPECT_TRUE(datetime_from_local(kMinDate, 0, 0, &out));
  EXPECT_EQ(out, kMinDatetime);
  EXPECT_FALSE(add_duration(kMaxDatetime, 1, &out));
  EXPECT_FALSE(add_duration(0, INT64_MIN, &out));
  EXPECT_TRUE(add_duration(kMaxDatetime, kMinDatetime - kMaxDatetime, &out));
  EXPECT_EQ(out, kMinDatetime);
}

RC_GTEST_PROP(Date, WholeMonthsIsTheLargestCountThatFits, ()) {
  const std::int32_t from = any_date();
  const std::int32_t to = any_date();
  const int months = whole_months(from, to);
  std::int32_t due = 0;
  bool ignored = false;
  if (add_months(from, months, EndOfMonth::clip, &due, &ignored)) RC_ASSERT(due <= to);
  if (add_months(from, months + 1, EndOfMonth::clip, &due, &ignored)) RC_ASSERT(due > to);
}

RC_GTEST_PROP(Date, WholeYearsIsTheLargestCountThatFits, ()) {
  const std::int32_t birth = any_date();
  const std::int32_t at = any_date();
  // Clipping the leap day is feb_28; moving it on is mar_1.
  for (const LeapDay leap_day : {LeapDay::feb_28, LeapDay::mar_1}) {
    const auto mode = leap_day == LeapDay::feb_28 ? EndOfMonth::clip : EndOfMonth::next;
    const int years = whole_years(birth, at, leap_day);
    std::int32_t due = 0;
    bool ignored = false;
    if (add_months(birth, years * 12, mode, &due, &ignored)) RC_ASSERT(due <= at);
    if (add_months(birth, (years + 1) * 12, mode, &due, &ignored)) RC_ASSERT(due > at);
  }
}

RC_GTEST_PROP(Date, AddDaysStaysInRange, ()) {
  const std::int32_t from = any_date();
  const int kind = test::in_range(0, 4);
  const std::int64_t step = kind == 0   ? INT64_MAX
                            : kind == 1 ? INT64_MIN
                                        : test::in_range<std::int64_t>(-4'000'000, 4'000'000);
  std::int32_t out = 0;
  const bool fits = add_days(from, step, &out);
  const __int128 sum = static_cast<__int128>(from) + step;
  RC_ASSERT(fits == (sum >= kMinDate && sum <= kMaxDate));
  if (fits) RC_ASSERT(std::int64_t{out} - from == step);
}

}  // namespace
}  // namespace pac
