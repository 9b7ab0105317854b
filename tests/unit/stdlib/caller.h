// Calls functions of the standard library in tests as the engines do: arguments in order, expanded
// by the registry's convention. A wrong number of arguments fails the test.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/date.h"
#include "runtime/base/decimal.h"
#include "stdlib/registry.h"

namespace pac::stdlib::test {

// What std.time is tested against; made by hand (zones.cpp). Indices of `zones()`.
enum Zone { kHelsinki, kSaoPaulo, kHavana, kApia, kUtc };
const pac_zone* zones();
const char* zone_name(int zone);

std::string to_text(Int128 value);

// An error, or what the function gave.
struct Answer {
  uint32_t error = PAC_E_NONE;
  Int128 number = 0;
  std::string text;

  friend bool operator==(const Answer&, const Answer&) = default;
};

std::ostream& operator<<(std::ostream& out, const Answer& answer);

inline Answer number(Int128 value) { return {PAC_E_NONE, value, {}}; }
inline Answer text(std::string value) { return {PAC_E_NONE, 0, std::move(value)}; }
inline Answer error(uint32_t code) { return {code, 0, {}}; }

constexpr std::int32_t date(int year, int month, int day) {
  return days_from_civil(year, month, day);
}

// The instant of a time of day in UTC.
constexpr std::int64_t instant(int year, int month, int day, int hour, int minute = 0) {
  return days_from_civil(year, month, day) * kMicrosPerDay +
         (hour * 60 + minute) * 60 * kMicrosPerSecond;
}

class Call {
 public:
  explicit Call(std::string_view name);

  Call& integer(Int128 value);  // boolean, date, datetime, duration, option, digits, zone too
  Call& decimal(Int128 value, int scale);
  Call& text(std::string_view value);
  Call& dates(std::vector<std::int32_t> ascending);
  Call& rounded(int digits, Rounding mode);
  Call& scratch_bytes(std::size_t size);

  // The answer; the arguments stay, so that it can be run again.
  Answer run();

 private:
  const Function& function_;
  std::vector<pac_value> arguments_;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<std::unique_ptr<std::vector<std::int32_t>>> lists_;
  std::string scratch_;
};

// How many values the arguments of a function take.
std::size_t value_count(const Function& function);

}  // namespace pac::stdlib::test
