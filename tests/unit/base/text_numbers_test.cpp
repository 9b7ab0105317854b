#include "runtime/base/text_numbers.h"

#include <string>

#include "runtime/base/date.h"
#include "tests/unit/base/property.h"

namespace pac {
namespace {

std::string decimal_text(Int128 value, int scale) {
  char buffer[kDecimalTextBytes];
  return {buffer, format_decimal(value, scale, buffer)};
}

std::string int_text(std::int64_t value) {
  char buffer[kIntTextBytes];
  return {buffer, format_int(value, buffer)};
}

std::string date_text(std::int32_t value) {
  char buffer[kDateTextBytes];
  return {buffer, format_date(value, buffer)};
}

std::string datetime_text(std::int64_t value) {
  char buffer[kDatetimeTextBytes];
  return {buffer, format_datetime(value, buffer)};
}

std::string duration_text(std::int64_t value) {
  char buffer[kDurationTextBytes];
  return {buffer, format_duration(value, buffer)};
}

TEST(TextNumbers, ReadsDecimals) {
  struct Row {
    const char* text;
    int scale;
    TextStatus status;
    const char* printed;
  };
  const std::string nines(38, '9');
  const std::string forty_digits = "1" + std::string(39, '0') + "e-39";
  const Row rows[] = {
      {"-12.50", 2, TextStatus::ok, "-12.50"},
      {"12.5", 2, TextStatus::ok, "12.50"},
      {"12.500", 2, TextStatus::ok, "12.50"},
      {"1250e-2", 2, TextStatus::ok, "12.50"},
      {"0.125E+2", 1, TextStatus::ok, "12.5"},
      {"1e3", 0, TextStatus::ok, "1000"},
      {"-0", 0, TextStatus::ok, "0"},
      {"-0.00", 2, TextStatus::ok, "0.00"},
      {"0e99999999999999999999", 2, TextStatus::ok, "0.00"},
      {"0.05", 2, TextStatus::ok, "0.05"},
      {"-0.05", 2, TextStatus::ok, "-0.05"},
      {nines.c_str(), 0, TextStatus::ok, nines.c_str()},
      {forty_digits.c_str(), 2, TextStatus::ok, "1.00"},
      {"1.005", 2, TextStatus::too_many_fraction_digits, ""},
      {"1e-99999999999999999999", 2, TextStatus::too_many_fraction_digits, ""},
      {"1e38", 0, TextStatus::too_large, ""},
      {"1e36", 1, TextStatus::ok, "1000000000000000000000000000000000000.0"},
      {"1e37", 1, TextStatus::too_large, ""},
      {"1e99999999999999999999", 0, TextStatus::too_large, ""},
      {"", 0, TextStatus::syntax, ""},
      {"-", 0, TextStatus::syntax, ""},
      {"+1", 0, TextStatus::syntax, ""},
      {".5", 1, TextStatus::syntax, ""},
      {"5.", 1, TextStatus::syntax, ""},
      {"05", 0, TextStatus::syntax, ""},
      {"1e", 0, TextStatus::syntax, ""},
      {"1e+", 0, TextStatus::syntax, ""},
      {" 1", 0, TextStatus::syntax, ""},
      {"1 ", 0, TextStatus::syntax, ""},
      {"1_000", 0, TextStatus::syntax, ""},
      {"0x10", 0, TextStatus::syntax, ""},
      {"NaN", 0, TextStatus::syntax, ""},
  };
  for (const Row& row : rows) {
    Int128 out = 0;
    EXPECT_EQ(parse_decimal(row.text, row.scale, &out), row.status) << row.text;
    if (row.status == TextStatus::ok) {
      EXPECT_EQ(decimal_text(out, row.scale), row.printed) << row.text;
    }
  }
}

TEST(TextNumbers, ReadsIntegers) {
  std::int64_t out = 0;
  EXPECT_EQ(parse_int("9223372036854775807", &out), TextStatus::ok);
  EXPECT_EQ(out, INT64_MAX);
  EXPECT_EQ(parse_int("-9223372036854775808", &out), TextStatus::ok);
  EXPECT_EQ(out, INT64_MIN);
  EXPECT_EQ(int_text(INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(int_text(0), "0");
  EXPECT_EQ(parse_int("9223372036854775808", &out), TextStatus::too_large);
  EXPECT_EQ(parse_int("1.5", &out), TextStatus::too_many_fraction_digits);
  EXPECT_EQ(parse_int("1.0", &out), TextStatus::ok);
  EXPECT_EQ(out, 1);
}

TEST(TextNumbers, ReadsDates) {
  std::int32_t out = 0;
  ASSERT_EQ(parse_date("2024-02-29", &out), TextStatus::ok);
  EXPECT_EQ(out, days_from_civil(2024, 2, 29));
  EXPECT_EQ(parse_date("2023-02-29", &out), TextStatus::no_such_date);
  EXPECT_EQ(parse_date("0000-01-01", &out), TextStatus::no_such_date);
  EXPECT_EQ(parse_date("2023-13-01", &out), TextStatus::no_such_date);
  EXPECT_EQ(out, days_from_civil(2024, 2, 29)) << "a refused text leaves the result alone";
  for (const char* text : {"", "2023-1-01", "2023-01-1", "20230101", "2023-01-01 ", "+023-01-01",
                           "2023/01/01", "2023-01-01T00:00:00Z", "12023-01-01", "2023-01-0a"}) {
    EXPECT_EQ(parse_date(text, &out), TextStatus::syntax) << text;
  }
}

TEST(TextNumbers, ReadsInstants) {
  std::int64_t out = 0;
  ASSERT_EQ(parse_datetime("1970-01-02T01:02:03.25Z", &out), TextStatus::ok);
  EXPECT_EQ(out, kMicrosPerDay + 3'723'250'000);
  EXPECT_EQ(datetime_text(out), "1970-01-02T01:02:03.25Z");
  ASSERT_EQ(parse_datetime("1969-12-31T23:59Z", &out), TextStatus::ok);
  EXPECT_EQ(datetime_text(out), "1969-12-31T23:59:00Z");
  EXPECT_EQ(datetime_text(kMinDatetime), "0001-01-01T00:00:00Z");
  EXPECT_EQ(datetime_text(kMaxDatetime), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(parse_datetime("2023-02-29T00:00:00Z", &out), TextStatus::no_such_date);
  EXPECT_EQ(parse_datetime("2023-02-28T24:00:00Z", &out), TextStatus::no_such_date);
  EXPECT_EQ(parse_datetime("2016-12-31T23:59:60Z", &out), TextStatus::no_such_date);
  EXPECT_EQ(parse_datetime("2023-02-28T00:00:00.1234567Z", &out),
            TextStatus::too_many_fraction_digits);
  for (const char* text : {"2023-02-28", "2023-02-28T00:00:00", "2023-02-28T00:00:00+00:00",
                           "2023-02-28t00:00:00z", "2023-02-28 00:00:00Z", "2023-02-28T00:00:00.Z",
                           "2023-02-28T00Z", "2023-02-28T00:00:00Z "}) {
    EXPECT_EQ(parse_datetime(text, &out), TextStatus::syntax) << text;
  }
}

TEST(TextNumbers, ReadsDurations) {
  struct Row {
    const char* text;
    TextStatus status;
    std::int64_t micros;
  };
  const Row rows[] = {
      {"PT86400S", TextStatus::ok, kMicrosPerDay},
      {"P1D", TextStatus::ok, kMicrosPerDay},
      {"PT0.5S", TextStatus::ok, 500'000},
      {"-PT1S", TextStatus::ok, -kMicrosPerSecond},
      {"P1DT2H3M4.5S", TextStatus::ok, 93'784'500'000},
      {"PT1H1S", TextStatus::ok, 3'601'000'000},
      {"PT0S", TextStatus::ok, 0},
      {"PT9223372036854.775807S", TextStatus::ok, INT64_MAX},
      {"-PT9223372036854.775808S", TextStatus::ok, INT64_MIN},
      {"PT9223372036854.775808S", TextStatus::too_large, 0},
      {"P99999999999999999999999999999999999999999D", TextStatus::too_large, 0},
      {"PT0.1234567S", TextStatus::too_many_fraction_digits, 0},
      {"P", TextStatus::syntax, 0},
      {"PT", TextStatus::syntax, 0},
      {"P1DT", TextStatus::syntax, 0},
      {"P1H", TextStatus::syntax, 0},
      {"PT1D", TextStatus::syntax, 0},
      {"P1M", TextStatus::syntax, 0},
      {"P1Y", TextStatus::syntax, 0},
      {"P1W", TextStatus::syntax, 0},
      {"PT1M1H", TextStatus::syntax, 0},
      {"PT1S1S", TextStatus::syntax, 0},
      {"PT1.5H", TextStatus::syntax, 0},
      {"P0.5D", TextStatus::syntax, 0},
      {"PT-1S", TextStatus::syntax, 0},
      {"PT.5S", TextStatus::syntax, 0},
      {"PTS", TextStatus::syntax, 0},
      {"PT1", TextStatus::syntax, 0},
      {"PTT1S", TextStatus::syntax, 0},
      {"pt1s", TextStatus::syntax, 0},
  };
  for (const Row& row : rows) {
    std::int64_t out = 0;
    EXPECT_EQ(parse_duration(row.text, &out), row.status) << row.text;
    if (row.status == TextStatus::ok) {
      EXPECT_EQ(out, row.micros) << row.text;
    }
  }
  EXPECT_EQ(duration_text(kMicrosPerDay), "PT86400S");
  EXPECT_EQ(duration_text(-1), "-PT0.000001S");
  EXPECT_EQ(duration_text(0), "PT0S");
  EXPECT_EQ(duration_text(INT64_MIN), "-PT9223372036854.775808S");
}

RC_GTEST_PROP(TextNumbers, DecimalsSurviveTheRoundTrip, ()) {
  const Int128 value = test::any_decimal();
  const int scale = test::in_range(0, 39);
  const std::string text = decimal_text(value, scale);
  RC_ASSERT(text.size() <= kDecimalTextBytes);
  const std::size_t point = text.find('.');
  RC_ASSERT((point == std::string::npos ? 0 : text.size() - point - 1) ==
            static_cast<std::size_t>(scale));
  Int128 back = 0;
  RC_ASSERT(parse_decimal(text, scale, &back) == TextStatus::ok);
  RC_ASSERT(back == value);
  // The same value written with an exponent, and read at a larger scale.
  const int shift = test::in_range(-40, 41);
  const std::string other = decimal_text(value, 0) + "e" + std::to_string(shift - scale);
  const TextStatus status = parse_decimal(other, scale, &back);
  Int128 expected = 0;
  if (shift >= 0 && widen(value, 0, shift, &expected)) {
    RC_ASSERT(status == TextStatus::ok);
    RC_ASSERT(back == expected);
  } else if (shift >= 0) {
    RC_ASSERT(status == TextStatus::too_large);
  } else if (status == TextStatus::ok) {
    RC_ASSERT(widen(back, 0, -shift, &expected));
    RC_ASSERT(expected == value);
  } else {
    RC_ASSERT(status == TextStatus::too_many_fraction_digits);
    if (-shift <= kMaxScale) RC_ASSERT(value % pow10(-shift) != 0);
  }
}

RC_GTEST_PROP(TextNumbers, TimesSurviveTheRoundTrip, ()) {
  const auto date = test::in_range<std::int32_t>(kMinDate, kMaxDate + 1);
  std::int32_t date_back = 0;
  RC_ASSERT(parse_date(date_text(date), &date_back) == TextStatus::ok);
  RC_ASSERT(date_back == date);
  auto instant = test::in_range<std::int64_t>(kMinDatetime, kMaxDatetime + 1);
  if (test::in_range(0, 2) == 0) instant -= instant % kMicrosPerSecond;
  std::int64_t back = 0;
  RC_ASSERT(datetime_text(instant).size() <= kDatetimeTextBytes);
  RC_ASSERT(parse_datetime(datetime_text(instant), &back) == TextStatus::ok);
  RC_ASSERT(back == instant);
  const auto duration = static_cast<std::int64_t>(test::any_word());
  RC_ASSERT(parse_duration(duration_text(duration), &back) == TextStatus::ok);
  RC_ASSERT(back == duration);
}

}  // namespace
}  // namespace pac
