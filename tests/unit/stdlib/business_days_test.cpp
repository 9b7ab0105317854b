// Business days against walking from day to day.
#include "tests/unit/stdlib/generators.h"

#include "tests/unit/stdlib/caller.h"

namespace pac::stdlib::test {
namespace {

std::vector<std::int32_t> any_holidays(std::int32_t near) {
  std::set<std::int32_t> days;
  const int count = in_range(0, 12);
  for (int i = 0; i < count; ++i) {
    days.insert(std::clamp(near + in_range(-15, 16), kMinDate, kMaxDate));
  }
  return {days.begin(), days.end()};
}

bool is_business(std::int32_t day, const std::vector<std::int32_t>& holidays) {
  return weekday(day) <= 5 && std::find(holidays.begin(), holidays.end(), day) == holidays.end();
}

// Walks to the n-th business day; 0 or kMaxDate + 1 for none.
Answer walk(std::int32_t day, std::int64_t n, const std::vector<std::int32_t>& holidays) {
  const int step = n < 0 ? -1 : 1;
  while (n != 0) {
    day += step;
    if (!is_valid_date(day)) return error(PAC_E_DATE_RANGE);
    if (is_business(day, holidays)) n -= step;
  }
  return number(day);
}

RC_GTEST_PROP(BusinessDays, AddingIsWalking, ()) {
  const std::int32_t from = any_date();
  const auto holidays = any_holidays(from);
  const int n = in_range(-30, 31);
  RC_ASSERT(Call("add_business_days").integer(from).integer(n).dates(holidays).run() ==
            walk(from, n, holidays));
}

RC_GTEST_PROP(BusinessDays, CountingIsWalking, ()) {
  const std::int32_t from = any_date();
  const auto to = std::clamp(from + in_range(-60, 61), kMinDate, kMaxDate);
  const auto holidays = any_holidays(from);
  std::int64_t count = 0;
  for (std::int32_t day = from + 1; day <= to; ++day) count += is_business(day, holidays) ? 1 : 0;
  for (std::int32_t day = to; day < from; ++day) count -= is_business(day, holidays) ? 1 : 0;
  RC_ASSERT(Call("business_days_between").integer(from).integer(to).dates(holidays).run() ==
            number(count));
}

RC_GTEST_PROP(BusinessDays, AddingAndCountingAreInverse, ()) {
  const std::int32_t from = any_date();
  const auto holidays = any_holidays(from);
  const std::int64_t n = any_int();
  const Answer to = Call("add_business_days").integer(from).integer(n).dates(holidays).run();
  if (to.error != PAC_E_NONE) {
    RC_ASSERT(to.error == static_cast<uint32_t>(PAC_E_DATE_RANGE));
    return;
  }
  RC_ASSERT(Call("business_days_between").integer(from).integer(to.number).dates(holidays).run() ==
            number(n));
}

RC_GTEST_PROP(BusinessDays, ConventionsAreWalking, ()) {
  const std::int32_t day = any_date();
  const auto holidays = any_holidays(day);
  const auto adjust = [&](int convention) {
    return Call("next_business_day").integer(day).integer(convention).dates(holidays).run();
  };
  const bool stays = is_business(day, holidays);
  const Answer next = stays ? number(day) : walk(day, 1, holidays);
  const Answer before = stays ? number(day) : walk(day, -1, holidays);
  RC_ASSERT(adjust(0) == next);
  RC_ASSERT(adjust(2) == before);
  const bool same_month = next.error == PAC_E_NONE && Call("month").integer(next.number).run() ==
                                                          Call("month").integer(day).run();
  RC_ASSERT(adjust(1) == (same_month ? next : before));
}

// As Finnish law has them at the end of 2026, for the look of it.
TEST(BusinessDays, ChristmasOf2026) {
  const std::vector<std::int32_t> holidays = {date(2026, 12, 6),  date(2026, 12, 24),
                                              date(2026, 12, 25), date(2026, 12, 26),
                                              date(2027, 1, 1),   date(2027, 1, 6)};
  const auto add = [&](std::int32_t from, int n) {
    return Call("add_business_days").integer(from).integer(n).dates(holidays).run();
  };
  EXPECT_EQ(add(date(2026, 12, 23), 1), number(date(2026, 12, 28)));
  EXPECT_EQ(add(date(2026, 12, 23), 5), number(date(2027, 1, 4)));
  EXPECT_EQ(add(date(2027, 1, 7), -1), number(date(2027, 1, 5)));
  EXPECT_EQ(add(date(2026, 12, 25), 0), number(date(2026, 12, 25)));
  EXPECT_EQ(Call("is_business_day").integer(date(2026, 12, 24)).dates(holidays).run(), number(0));
  EXPECT_EQ(Call("is_business_day").integer(date(2026, 12, 24)).dates({}).run(), number(1));
}

TEST(BusinessDays, EndOfTheCalendar) {
  // 9999-12-31 is a Friday.
  EXPECT_EQ(Call("add_business_days").integer(kMaxDate).integer(1).dates({}).run(),
            error(PAC_E_DATE_RANGE));
  EXPECT_EQ(Call("next_business_day").integer(kMaxDate).integer(0).dates({kMaxDate}).run(),
            error(PAC_E_DATE_RANGE));
  EXPECT_EQ(Call("next_business_day").integer(kMaxDate).integer(1).dates({kMaxDate}).run(),
            number(kMaxDate - 1));
  EXPECT_EQ(Call("next_business_day").integer(kMinDate).integer(2).dates({kMinDate}).run(),
            error(PAC_E_DATE_RANGE));
  EXPECT_EQ(Call("add_business_days").integer(0).integer(INT64_MIN).dates({}).run(),
            error(PAC_E_DATE_RANGE));
}

}  // namespace
}  // namespace pac::stdlib::test
