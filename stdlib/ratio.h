// Correct rounding of a rational number whose numerator and denominator contain high powers: what
// `power` and the functions of `finance` have in common. The result is the one that the exact value
// rounds to, always.
//
// How: a formula computes numerator and denominator from whole numbers, with products, differences
// and powers only, so the same code runs on intervals and on whole numbers of any needed length.
// Let v be the exact value in half units of the last digit. All rounding modes depend on nothing
// but floor(v) and on whether v is whole.
//
//   1. Intervals of 256 bits. Where both ends of v's interval have one whole part w, and the lower
//      end is above w, then w < v < w + 1 and all is known. Where the ends are equal, v is known.
//   2. Intervals of 640 bits, the same way.
//   3. Exact numerator and denominator. Enclosed in intervals they give v to within 2^-120, so at
//      most one whole number h is in question; comparing the numerator with h times the
//      denominator settles it.
//
// Step 1 decides all but about one in 2^100 of ordinary amounts; ties and crafted numbers reach the
// others. Growing the precision until the rounding is certain is Ziv's strategy (A. Ziv, "Fast
// Evaluation of Elementary Mathematical Functions with Correctly Rounded Last Bit", ACM TOMS 17,
// 1991). The same rules as call.h.
#pragma once

#include <cstdint>

#include "runtime/base/decimal.h"
#include "runtime/base/wide.h"
#include "stdlib/bound.h"
#include "stdlib/natural.h"

namespace pac::stdlib {

inline constexpr int kMaxPeriods = 1200;  // a hundred years of months

// A value in half units of the last digit: cut to a whole number, and whether that is all of it.
struct HalfUnits {
  UInt128 count = 0;
  bool exact = false;
};

// From numerator and denominator (> 0) of the value in half units. False where the intervals leave
// it open; *candidate is then the one whole number in question, provided that the intervals are
// narrow.
template <int K>
bool settle(const Interval<K>& num, const Interval<K>& den, HalfUnits* out,
            UInt128* candidate) noexcept {
  constexpr UInt128 kTooMany = 2 * static_cast<UInt128>(kMaxDecimal) + 2;
  *candidate = 0;
  if (den.low.is_zero()) return false;
  const Bound<K> low = div(num.low, den.high, false);
  UInt128 low_whole = 0;
  bool low_has_fraction = false;
  if (!whole_part(low, &low_whole, &low_has_fraction) || low_whole >= kTooMany) {
    *out = {kTooMany, true};
    return true;
  }
  const Bound<K> high = div(num.high, den.low, true);
  if (compare(low, high) == 0) {
    *out = {low_whole, !low_has_fraction};
    return true;
  }
  UInt128 high_whole = 0;
  bool high_has_fraction = false;
  if (!whole_part(high, &high_whole, &high_has_fraction)) return false;
  *candidate = low_has_fraction ? low_whole + 1 : low_whole;
  *out = {low_whole, false};
  return low_has_fraction && low_whole == high_whole;
}

// Multiplies num / den by 2 * 10^shift, |shift| <= 38.
template <typename Number>
void to_half_units(int shift, Number& num, Number& den) noexcept {
  if (shift > 0) num.mul(Wide<2>(static_cast<UInt128>(pow10(shift))));
  if (shift < 0) den.mul(Wide<2>(static_cast<UInt128>(pow10(-shift))));
  num.mul(Wide<2>(2));
}

template <int K, typename Formula>
bool settle_by_intervals(const Formula& formula, int shift, HalfUnits* out) noexcept {
  Interval<K> num;
  Interval<K> den;
  Interval<K> spare[2];
  formula(num, den, spare[0], spare[1]);
  to_half_units(shift, num, den);
  UInt128 ignored = 0;
  return settle(num, den, out, &ignored);
}

// Needs 80 KB of stack, so it is kept out of its caller's frame.
template <typename Formula>
[[gnu::noinline, gnu::cold]] HalfUnits settle_exactly(const Formula& formula, int shift) noexcept {
  HalfUnits half_units;
  if (settle_by_intervals<10>(formula, shift, &half_units)) return half_units;
  Natural num;
  Natural den;
  Natural spare[2];
  formula(num, den, spare[0], spare[1]);
  to_half_units(shift, num, den);
  UInt128 candidate = 0;
  if (settle(num.enclose<10>(), den.enclose<10>(), &half_units, &candidate)) return half_units;
  den.mul(Wide<2>(candidate));
  const int order = compare(num, den);
  if (order < 0) return {candidate - 1, false};
  return {candidate, order == 0};
}

inline bool round_half_units(const HalfUnits& half_units, bool negative, Rounding mode,
                             Int128* out) noexcept {
  const bool is_odd = (half_units.count & 1) != 0;
  const bool exact = half_units.exact && !is_odd;
  const int half = !is_odd ? -1 : (half_units.exact ? 0 : 1);
  return decimal_detail::finish(negative, half_units.count >> 1, exact, half, mode, out);
}

// num / den * 10^shift rounded to a whole number; false where that has more than 38 digits. A
// formula is called with four numbers (num, den and two spare ones), none of which holds anything
// yet; den > 0.
template <typename Formula>
bool round_ratio(const Formula& formula, bool negative, int shift, Rounding mode,
                 Int128* out) noexcept {
  HalfUnits half_units;
  if (!settle_by_intervals<4>(formula, shift, &half_units)) {
    half_units = settle_exactly(formula, shift);
  }
  return round_half_units(half_units, negative, mode, out);
}

}  // namespace pac::stdlib
