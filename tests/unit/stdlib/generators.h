// Random arguments over the whole ranges of the language's types, corners included.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "runtime/base/date.h"
#include "tests/unit/base/property.h"  // first: it includes gtest before rapidcheck

namespace pac::stdlib::test {

using pac::test::any_decimal;
using pac::test::any_text;
using pac::test::any_word;
using pac::test::in_range;

// The first and last days, 29 February and the ends of months are as likely as the rest together.
inline std::int32_t any_date() {
  switch (in_range(0, 6)) {
    case 0:
      return kMinDate + in_range(0, 800);
    case 1:
      return kMaxDate - in_range(0, 800);
    case 2:
      return days_from_civil(in_range(1, 2500) * 4, 2, 28) + in_range(0, 3);
    case 3:
      return days_from_civil(in_range(1, 10'000), in_range(1, 13), 28) + in_range(-1, 2);
    case 4:
      return days_from_civil(in_range(1990, 2041), in_range(1, 13), in_range(1, 29));
    default:
      return in_range(kMinDate, kMaxDate + 1);
  }
}

inline std::int64_t any_int() {
  switch (in_range(0, 4)) {
    case 0:
      return in_range(-40, 41);
    case 1:
      return in_range(-5'000'000, 5'000'001);
    case 2:
      return in_range(0, 2) == 0 ? INT64_MAX - in_range(0, 3) : INT64_MIN + in_range(0, 3);
    default:
      return static_cast<std::int64_t>(any_word() << in_range(0, 64));
  }
}

inline Rounding any_rounding() { return static_cast<Rounding>(in_range(0, 7)); }

}  // namespace pac::stdlib::test
