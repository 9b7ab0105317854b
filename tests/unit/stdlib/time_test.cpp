// std.time, on zones with hand-made tables (caller.cpp).
#include "tests/unit/stdlib/generators.h"

#include "stdlib/zone.h"
#include "tests/unit/stdlib/caller.h"

namespace pac::stdlib::test {
namespace {

Answer local(const char* name, std::int64_t at, int zone) {
  return Call(name).integer(at).integer(zone).run();
}

// The offset by looking at every transition.
std::int64_t naive_offset(int zone, std::int64_t seconds) {
  const pac_zone& table = zones()[zone];
  std::int64_t offset = table.first_offset;
  for (std::uint32_t i = 0; i < table.count; ++i) {
    if (table.transitions[i] <= seconds) offset = table.offsets[i];
  }
  return offset;
}

TEST(Time, SummerTimeOfHelsinki) {
  // The clocks went forward on 29 March 2026 at 03:00 local time and went back on 25 October at
  // 04:00.
  EXPECT_EQ(local("local_hour", instant(2026, 3, 29, 0, 59), kHelsinki), number(2));
  EXPECT_EQ(local("local_hour", instant(2026, 3, 29, 1, 0), kHelsinki), number(4));
  EXPECT_EQ(local("local_hour", instant(2026, 3, 29, 1, 0) - 1, kHelsinki), number(2));
  EXPECT_EQ(local("local_hour", instant(2026, 10, 25, 0, 30), kHelsinki), number(3));
  EXPECT_EQ(local("local_hour", instant(2026, 10, 25, 1, 30), kHelsinki), number(3));
  EXPECT_EQ(local("local_minute", instant(2026, 10, 25, 1, 30), kHelsinki), number(30));
  EXPECT_EQ(local("local_date", instant(2026, 12, 31, 22), kHelsinki), number(date(2027, 1, 1)));
  EXPECT_EQ(local("local_date", instant(2026, 12, 31, 22) - 1, kHelsinki),
            number(date(2026, 12, 31)));
  EXPECT_EQ(local("local_weekday", instant(2026, 12, 31, 22), kHelsinki), number(5));
  EXPECT_EQ(local("local_time_of_day", instant(2026, 12, 31, 22) - 1, kHelsinki),
            number(kMicrosPerDay - 1));
}

TEST(Time, SummerTimeBeyondTheTable) {
  // The last Sundays of March and October 2150 are the 29th and the 25th, as in 2026.
  EXPECT_EQ(local("local_hour", instant(2150, 3, 29, 0, 59), kHelsinki), number(2));
  EXPECT_EQ(local("local_hour", instant(2150, 3, 29, 1, 0), kHelsinki), number(4));
  EXPECT_EQ(local("local_hour", instant(2150, 10, 25, 0, 59), kHelsinki), number(3));
  EXPECT_EQ(local("local_hour", instant(2150, 10, 25, 1, 0), kHelsinki), number(3));
  EXPECT_EQ(local("local_hour", instant(9999, 7, 1, 9), kHelsinki), number(12));
  EXPECT_EQ(local("start_of_day", date(2150, 7, 2), kHelsinki), number(instant(2150, 7, 1, 21)));
  EXPECT_EQ(local("start_of_day", date(2101, 1, 1), kHelsinki), number(instant(2100, 12, 31, 22)));
  EXPECT_EQ(local("start_of_day", date(9999, 12, 31), kHelsinki),
            number(instant(9999, 12, 30, 22)));
}

TEST(Time, StartOfDay) {
  EXPECT_EQ(local("start_of_day", date(2026, 3, 29), kHelsinki), number(instant(2026, 3, 28, 22)));
  EXPECT_EQ(local("start_of_day", date(2026, 3, 30), kHelsinki), number(instant(2026, 3, 29, 21)));
  // Midnight skipped: the change.
  EXPECT_EQ(local("start_of_day", date(2018, 11, 4), kSaoPaulo), number(instant(2018, 11, 4, 3)));
  EXPECT_EQ(local("local_hour", instant(2018, 11, 4, 3), kSaoPaulo), number(1));
  // 23:00 to 24:00 passed twice the evening before.
  EXPECT_EQ(local("start_of_day", date(2018, 2, 18), kSaoPaulo), number(instant(2018, 2, 18, 3)));
  // Midnight came twice: the first.
  EXPECT_EQ(local("start_of_day", date(2018, 11, 4), kHavana), number(instant(2018, 11, 4, 4)));
  // A day that did not take place begins with the next one.
  EXPECT_EQ(local("start_of_day", date(2011, 12, 30), kApia), number(instant(2011, 12, 30, 10)));
  EXPECT_EQ(local("start_of_day", date(2011, 12, 31), kApia), number(instant(2011, 12, 30, 10)));
  EXPECT_EQ(local("start_of_day", date(2011, 12, 29), kApia), number(instant(2011, 12, 29, 10)));
}

TEST(Time, EndsOfTheCalendar) {
  EXPECT_EQ(local("start_of_day", kMinDate, kHelsinki), error(PAC_E_DATE_RANGE));
  EXPECT_EQ(local("start_of_day", kMinDate, kUtc), number(kMinDatetime));
  EXPECT_EQ(local("start_of_day", kMinDate, kApia),
            number(kMinDatetime + 10 * 3600 * kMicrosPerSecond));
  EXPECT_EQ(local("local_date", kMinDatetime, kApia), error(PAC_E_DATE_RANGE));
  EXPECT_EQ(local("local_date", kMaxDatetime, kHelsinki), error(PAC_E_DATE_RANGE));
  EXPECT_EQ(local("local_hour", kMaxDatetime, kHelsinki), number(1));
  EXPECT_EQ(Call("date_of").integer(kMaxDatetime).run(), number(kMaxDate));
  EXPECT_EQ(Call("date_of").integer(-1).run(), number(-1));
}

RC_GTEST_PROP(Time, StartOfDayIsTheFirstMinuteOfTheDate, ()) {
  constexpr std::int32_t kNear[] = {date(2026, 3, 29), date(2018, 2, 18), date(2018, 11, 4),
                                    date(2011, 12, 30)};
  const int zone = in_range(0, 5);
  const std::int32_t day = kNear[in_range(0, 4)] + in_range(-4, 5);
  std::int64_t at = (day - 2) * kSecondsPerDay;
  while (floor_div(at + naive_offset(zone, at), kSecondsPerDay) < day) at += 60;
  RC_ASSERT(local("start_of_day", day, zone) == number(at * kMicrosPerSecond));
}

RC_GTEST_PROP(Time, LocalTimeIsUtcPlusTheOffset, ()) {
  const int zone = in_range(0, 5);
  const std::int64_t at = in_range(instant(1900, 1, 1, 0), instant(2100, 1, 1, 0));
  const std::int64_t shown =
      at + naive_offset(zone, floor_div(at, kMicrosPerSecond)) * kMicrosPerSecond;
  RC_ASSERT(local("local_date", at, zone) == number(floor_div(shown, kMicrosPerDay)));
  const std::int64_t time = shown - floor_div(shown, kMicrosPerDay) * kMicrosPerDay;
  RC_ASSERT(local("local_time_of_day", at, zone) == number(time));
  RC_ASSERT(local("local_hour", at, zone) == number(time / 3'600'000'000));
  RC_ASSERT(local("local_minute", at, zone) == number(time / 60'000'000 % 60));
}

// The year that stands for a later one begins on the same weekday and has as many days.
RC_GTEST_PROP(Time, LaterYearsStandInTheTable, ()) {
  const pac_zone& zone = zones()[kHelsinki];
  const std::int32_t day = in_range(kZoneTableEnd, kMaxDate + 1);
  const std::int32_t back = days_to_table(zone, day);
  RC_ASSERT(back % 7 == 0 && back > 0);
  const Civil a = civil_from_days(day);
  const Civil b = civil_from_days(day - back);
  RC_ASSERT(a.month == b.month && a.day == b.day && b.year >= 2072 && b.year <= 2099);
}

RC_GTEST_PROP(Time, DurationsAreCounted, ()) {
  const std::int64_t n = any_int();
  constexpr std::pair<const char*, std::int64_t> kUnits[] = {{"days", 86'400'000'000},
                                                             {"hours", 3'600'000'000},
                                                             {"minutes", 60'000'000},
                                                             {"seconds", 1'000'000}};
  for (const auto& [name, micros] : kUnits) {
    const Answer made = Call(std::string("duration_of_") + name).integer(n).run();
    const Int128 product = Int128{n} * micros;
    if (product > INT64_MAX || product < INT64_MIN) {
      RC_ASSERT(made == error(PAC_E_OVERFLOW));
    } else {
      RC_ASSERT(made == number(product));
      RC_ASSERT(Call(name).integer(product).run() == number(n));
    }
    RC_ASSERT(Call(name).integer(n).run() == number(n / micros));
  }
}

TEST(Time, WholeUnitsAreCutTowardsZero) {
  const auto hours = [](std::int64_t n) { return n * 3'600'000'000; };
  EXPECT_EQ(Call("days").integer(hours(-36)).run(), number(-1));
  EXPECT_EQ(Call("days").integer(hours(23)).run(), number(0));
  EXPECT_EQ(Call("days").integer(INT64_MIN).run(), number(-106'751'991));
}

}  // namespace
}  // namespace pac::stdlib::test
