#include "runtime/base/tz.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>

#include "runtime/base/date.h"
#include "runtime/base/tz_internal.h"
#include "tests/unit/base/property.h"

namespace pac {
namespace {

constexpr const char* kZones[] = {
    "Europe/Helsinki",  "Europe/Dublin",     "Europe/London",       "America/New_York",
    "America/St_Johns", "America/Santiago",  "Australia/Lord_Howe", "Pacific/Apia",
    "Pacific/Auckland", "Africa/Casablanca", "Asia/Kathmandu",      "Asia/Gaza",
    "Asia/Tehran",      "Antarctica/Troll",  "America/Nuuk",        "Africa/Cairo",
    "Etc/UTC",          "Etc/GMT+12",        "Africa/Monrovia",     "America/Asuncion",
};

TimeZone zone(const char* name) {
  Result<TimeZone> loaded = TimeZone::load(name);
  EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
  return *std::move(loaded);
}

std::int64_t at(int year, int month, int day, int hour, int minute = 0, int second = 0) {
  return days_from_civil(year, month, day) * kMicrosPerDay +
         ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond;
}

TEST(TimeZone, KnowsHelsinki) {
  const TimeZone helsinki = zone("Europe/Helsinki");
  EXPECT_EQ(helsinki.offset_at(at(2026, 3, 29, 0, 59, 59)), 7200);
  EXPECT_EQ(helsinki.offset_at(at(2026, 3, 29, 1)), 10800);
  EXPECT_EQ(helsinki.offset_at(at(2026, 3, 29, 1) - 1), 7200) << "a microsecond before";
  EXPECT_EQ(helsinki.offset_at(at(2026, 10, 25, 1)), 7200);
  EXPECT_EQ(helsinki.offset_at(at(1800, 1, 1, 0)), 5989) << "local mean time";
  // Beyond the table: the last Sunday of March 2500 is the 28th.
  EXPECT_EQ(helsinki.offset_at(at(2500, 3, 28, 0, 59, 59)), 7200);
  EXPECT_EQ(helsinki.offset_at(at(2500, 3, 28, 1)), 10800);
  EXPECT_TRUE(helsinki.repeats());
  EXPECT_FALSE(zone("Etc/UTC").repeats());
  EXPECT_EQ(zone("Etc/GMT+12").offset_at(0), -12 * 3600);
}

// All three forms of a day; no zone in use has the second and third.
TEST(TimeZone, ReadsRulesOfEveryForm) {
  using namespace tz_detail;
  const auto rule = parse_rule("<-03>3:30<+1X>-2,J60/1,M10.5.0/-1:30");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->standard_offset, -12'600);
  EXPECT_EQ(rule->daylight_offset, 7200);
  const auto seconds = [](int year, int month, int day, int hour) {
    return at(year, month, day, hour) / kMicrosPerSecond;
  };
  EXPECT_EQ(local_seconds(rule->begin, 2023), seconds(2023, 3, 1, 1));
  EXPECT_EQ(local_seconds(rule->begin, 2024), seconds(2024, 3, 1, 1))
      << "29 February does not count";
  EXPECT_EQ(local_seconds(rule->end, 2026), seconds(2026, 10, 25, 0) - 5400);
  const auto other = parse_rule("AAA0BBB,59,M2.1.6/100");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->daylight_offset, 3600);
  EXPECT_EQ(local_seconds(other->begin, 2023), seconds(2023, 3, 1, 2));
  EXPECT_EQ(local_seconds(other->begin, 2024), seconds(2024, 2, 29, 2)) << "29 February counts";
  EXPECT_EQ(local_seconds(other->end, 2025), seconds(2025, 2, 1, 0) + 360'000);
  EXPECT_FALSE(parse_rule("EET-2")->has_daylight);
  for (const char* bad : {"", "EET", "2", "EET-25", "EET-2EEST", "EET-2EEST,M3.5.0", "<EET-2",
                          "EET-2EEST,M13.5.0,M10.5.0", "EET-2EEST,M3.6.0,M10.5.0",
                          "EET-2EEST,M3.5.7,M10.5.0", "EET-2EEST,J0,J5", "EET-2EEST,J366,J5",
                          "EET-2EEST,M3.5.0/168,M10.5.0", "EET-2EEST,M3.5.0,M10.5.0x"}) {
    EXPECT_FALSE(parse_rule(bad)) << bad;
  }
}

// The C library reads the same files with its own code.
RC_GTEST_PROP(TimeZone, AgreesWithTheCLibrary, ()) {
  static const std::vector<TimeZone> zones = [] {
    std::vector<TimeZone> all;
    for (const char* name : kZones) all.push_back(zone(name));
    return all;
  }();
  const TimeZone& one = zones[test::in_range<std::size_t>(0, zones.size())];
  setenv("TZ", one.name().c_str(), 1);
  tzset();
  for (int i = 0; i < 20; ++i) {
    std::int64_t seconds =
        test::in_range<std::int64_t>(at(1850, 1, 1, 0), at(2600, 1, 1, 0)) / kMicrosPerSecond;
    if (i % 2 == 0 && !one.transitions().empty()) {
      const auto near = test::in_range<std::size_t>(0, one.transitions().size());
      seconds = one.transitions()[near] + test::in_range(-1, 2);
    }
    const std::time_t time = seconds;
    std::tm local{};
    RC_ASSERT(localtime_r(&time, &local) != nullptr);
    RC_ASSERT(one.offset_at(seconds * kMicrosPerSecond) == local.tm_gmtoff);
  }
}

TEST(TimeZone, SurvivesJson) {
  for (const char* name : kZones) {
    const TimeZone one = zone(name);
    const std::string text = json::canonical(one.to_json());
    const auto value = json::parse(text);
    ASSERT_TRUE(value);
    const auto back = TimeZone::from_json(*value);
    ASSERT_TRUE(back) << name;
    EXPECT_EQ(*back, one);
  }
  for (const char* bad :
       {"{}", "[]", R"({"name":"UTC","offsets":[],"repeats":false,"transitions":[]})",
        R"({"name":"../x","offsets":[0],"repeats":false,"transitions":[]})",
        R"({"name":"UTC","offsets":[0,1],"repeats":false,"transitions":[]})",
        R"({"name":"UTC","offsets":[0,1,0],"repeats":false,"transitions":[5,5]})",
        R"({"name":"UTC","offsets":[999999],"repeats":false,"transitions":[]})",
        R"({"name":"UTC","offsets":[0],"repeats":0,"transitions":[]})",
        R"({"name":"UTC","offsets":[0],"repeats":false,"transitions":[],"x":1})"}) {
    EXPECT_FALSE(TimeZone::from_json(json::parse(bad).value())) << bad;
  }
  EXPECT_TRUE(TimeZone::from_json(
      json::parse(R"({"name":"UTC","offsets":[0],"repeats":false,"transitions":[]})").value()));
}

TEST(TimeZone, RefusesNamesThatAreNone) {
  for (const char* name :
       {"", "/etc/passwd", "../zoneinfo/UTC", "Europe/../UTC", "Europe//Helsinki", "Europe/",
        "localtime", "right/UTC", "posix/UTC", "Europe/Hel.sinki", "Europe/Hel sinki", "tzdata.zi",
        "Europe/Helsinki\n"}) {
    EXPECT_FALSE(is_zone_name(name)) << name;
    const auto loaded = TimeZone::load(name);
    ASSERT_FALSE(loaded) << name;
    EXPECT_EQ(loaded.error().code, "PAC0130");
  }
  EXPECT_TRUE(is_zone_name("America/Argentina/Buenos_Aires"));
  EXPECT_TRUE(is_zone_name("Etc/GMT+12"));
  EXPECT_FALSE(TimeZone::load("Europe/Atlantis"));
  EXPECT_FALSE(TimeZone::load("Europe")) << "a folder";
}

TEST(TimeZone, NoPartOfAFileIsAFile) {
  std::ifstream in("/usr/share/zoneinfo/Europe/Helsinki", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  ASSERT_TRUE(TimeZone::from_tzif("X", bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(TimeZone::from_tzif("X", std::string_view(bytes).substr(0, size))) << size;
  }
  // A damaged byte may give another table, never a crash; the sanitizers watch.
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      if (const auto one = TimeZone::from_tzif("X", damaged)) one->offset_at(at(2300, 7, 1, 0));
    }
  }
}

TEST(TimeZone, KnowsItsRelease) {
  const auto version = tzdata_version();
  ASSERT_TRUE(version);
  EXPECT_EQ(version->substr(0, 2), "20");
  EXPECT_FALSE(tzdata_version("/nonexistent"));
}

}  // namespace
}  // namespace pac
