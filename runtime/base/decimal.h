// Exact decimals. A decimal(s) is an Int128 that counts units of 10^-s; 38 digits in all.
// Everything here is a pure function of its arguments: no allocation, no exception, any thread.
// Overflow is a result (false), never a wrap, because the language makes it a decision error. This
// header is also compiled to LLVM bitcode and inlined into native code: keep it free of anything
// that needs a library.
#pragma once

#include <cstdint>

#include "runtime/base/wide.h"

namespace pac {

inline constexpr int kMaxScale = 38;

namespace decimal_detail {

struct PowerTable {
  Int128 value[kMaxScale + 1];
};

constexpr PowerTable make_power_table() noexcept {
  PowerTable table{};
  table.value[0] = 1;
  for (int i = 1; i <= kMaxScale; ++i) table.value[i] = table.value[i - 1] * 10;
  return table;
}

inline constexpr PowerTable kPowers = make_power_table();

}  // namespace decimal_detail

// 10^exponent for exponent in 0..38.
constexpr Int128 pow10(int exponent) noexcept { return decimal_detail::kPowers.value[exponent]; }

inline constexpr Int128 kMaxDecimal = decimal_detail::kPowers.value[kMaxScale] - 1;

constexpr bool fits_decimal(Int128 value) noexcept {
  return value >= -kMaxDecimal && value <= kMaxDecimal;
}

// The three checked operations take decimals (|a|, |b| <= kMaxDecimal) of one scale, mul of any
// scales. They return false and leave *out alone when the result has more than 38 digits.
constexpr bool checked_add(Int128 a, Int128 b, Int128* out) noexcept {
  // 2 (10^38 - 1) is more than an Int128 holds, so the sum is made without a sign.
  const auto sum = static_cast<Int128>(static_cast<UInt128>(a) + static_cast<UInt128>(b));
  if ((a < 0) == (b < 0) && (sum < 0) != (a < 0)) return false;
  if (!fits_decimal(sum)) return false;
  *out = sum;
  return true;
}

constexpr bool checked_sub(Int128 a, Int128 b, Int128* out) noexcept {
  return checked_add(a, static_cast<Int128>(~static_cast<UInt128>(b) + 1), out);
}

constexpr bool checked_mul(Int128 a, Int128 b, Int128* out) noexcept {
  if (a == static_cast<std::int64_t>(a) && b == static_cast<std::int64_t>(b)) {
    *out = a * b;  // at most 2^126, which is below 10^38
    return true;
  }
  // By hand, not by __builtin_mul_overflow, which clang lowers to a call into compiler-rt.
  const UInt128 x = magnitude(a);
  const UInt128 y = magnitude(b);
  const auto x_high = static_cast<std::uint64_t>(x >> 64);
  const auto y_high = static_cast<std::uint64_t>(y >> 64);
  if (x_high != 0 && y_high != 0) return false;
  const auto x_low = static_cast<std::uint64_t>(x);
  const auto y_low = static_cast<std::uint64_t>(y);
  const UInt128 cross = static_cast<UInt128>(x_high) * y_low + static_cast<UInt128>(y_high) * x_low;
  if (cross >> 64 != 0) return false;
  const UInt128 low = static_cast<UInt128>(x_low) * y_low;
  const UInt128 product = (cross << 64) + low;
  if (product < low || product > static_cast<UInt128>(kMaxDecimal)) return false;
  const auto result = static_cast<Int128>(product);
  *out = (a < 0) != (b < 0) ? -result : result;
  return true;
}

// The same value at a larger scale; false on overflow or where to_scale < from_scale.
constexpr bool widen(Int128 value, int from_scale, int to_scale, Int128* out) noexcept {
  const int shift = to_scale - from_scale;
  if (shift < 0) return false;
  if (shift == 0 || value == 0) {
    *out = value;
    return true;
  }
  if (shift > kMaxScale) return false;
  return checked_mul(value, pow10(shift), out);
}

namespace decimal_detail {

constexpr int sign(Int128 value) noexcept { return value < 0 ? -1 : (value > 0 ? 1 : 0); }

// Compares a * 10^shift with b, shift >= 0, without forming a product that may not fit.
constexpr int compare_shifted(UInt128 a, int shift, UInt128 b) noexcept {
  if (a == 0) return b == 0 ? 0 : -1;
  if (shift > kMaxScale) return 1;  // 10^39 is more than any magnitude of an Int128
  const auto power = static_cast<UInt128>(pow10(shift));
  if (a >> 64 == 0 && power >> 64 == 0) {
    const UInt128 product = a * power;
    return product < b ? -1 : (product > b ? 1 : 0);
  }
  const UInt128 quotient = b / power;
  if (a != quotient) return a < quotient ? -1 : 1;
  return b % power == 0 ? 0 : -1;
}

}  // namespace decimal_detail

// Exact comparison of a * 10^-scale_a with b * 10^-scale_b: -1, 0 or 1. Never fails, for any
// arguments.
constexpr int compare(Int128 a, int scale_a, Int128 b, int scale_b) noexcept {
  if (scale_a == scale_b) return a < b ? -1 : (a > b ? 1 : 0);
  const int sign_a = decimal_detail::sign(a);
  const int sign_b = decimal_detail::sign(b);
  if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
  const int by_magnitude =
      scale_a < scale_b
          ? decimal_detail::compare_shifted(magnitude(a), scale_b - scale_a, magnitude(b))
          : -decimal_detail::compare_shifted(magnitude(b), scale_a - scale_b, magnitude(a));
  return sign_a < 0 ? -by_magnitude : by_magnitude;
}

// num / den * 10^-scale, den != 0, |scale| <= 76 (the difference of two products' scales).
struct Quotient {
  Int128 num;
  Int128 den;
  int scale;
};

namespace decimal_detail {

// 2^127 * 2^127 * 10^152 is below 2^759: twelve limbs hold every product compared here.
using Product = Wide<12>;

constexpr int sign(const Quotient& q) noexcept { return sign(q.num) * (q.den < 0 ? -1 : 1); }

}  // namespace decimal_detail

// Exact: -1, 0 or 1. Never fails.
constexpr int compare_quotients(const Quotient& a, const Quotient& b) noexcept {
  using decimal_detail::Product;
  const int sign_a = decimal_detail::sign(a);
  const int sign_b = decimal_detail::sign(b);
  if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
  if (sign_a == 0) return 0;
  Product left;
  Product right;
  mul(Product::from_magnitude(a.num), Product::from_magnitude(b.den), &left);
  mul(Product::from_magnitude(b.num), Product::from_magnitude(a.den), &right);
  if (a.scale < b.scale) mul_pow10(left, b.scale - a.scale, &left);
  if (b.scale < a.scale) mul_pow10(right, a.scale - b.scale, &right);
  const int by_magnitude = compare(left, right);
  return sign_a < 0 ? -by_magnitude : by_magnitude;
}

constexpr int compare_quotient_decimal(const Quotient& q, Int128 value, int scale) noexcept {
  return compare_quotients(q, Quotient{value, 1, scale});
}

// up is away from zero, down towards zero, ceiling towards plus infinity, floor towards minus
// infinity; the half_ modes round to the nearest and differ on ties only.
enum class Rounding : std::uint8_t { half_up, half_even, half_down, up, down, ceiling, floor };

namespace decimal_detail {

// Whether the magnitude, cut to `whole`, grows by one. `half` compares the part cut off (not zero)
// with one half.
constexpr bool rounds_away(bool negative, bool whole_is_odd, int half, Rounding mode) noexcept {
  switch (mode) {
    case Rounding::half_up:
      return half >= 0;
    case Rounding::half_even:
      return half > 0 || (half == 0 && whole_is_odd);
    case Rounding::half_down:
      return half > 0;
    case Rounding::up:
      return true;
    case Rounding::down:
      return false;
    case Rounding::ceiling:
      return !negative;
    case Rounding::floor:
      return negative;
  }
  return false;
}

// Finishes a rounding: `exact` where nothing was cut off.
constexpr bool finish(bool negative, UInt128 whole, bool exact, int half, Rounding mode,
                      Int128* out) noexcept {
  if (whole > static_cast<UInt128>(kMaxDecimal)) return false;
  if (!exact && rounds_away(negative, (whole & 1) != 0, half, mode)) ++whole;
  if (whole > static_cast<UInt128>(kMaxDecimal)) return false;
  const auto result = static_cast<Int128>(whole);
  *out = negative ? -result : result;
  return true;
}

}  // namespace decimal_detail

// value at `scale` rounded to `to_scale`, which may be negative (-2: to hundreds, the result
// counting hundreds). False only where a result of 38 digits does not hold it.
constexpr bool round(Int128 value, int scale, int to_scale, Rounding mode, Int128* out) noexcept {
  if (to_scale >= scale) return widen(value, scale, to_scale, out);
  const UInt128 size = magnitude(value);
  const int cut = scale - to_scale;
  // |value| < 2^127 < 10^39 / 2, so beyond 38 digits everything is cut off and less than a half.
  if (cut > kMaxScale) return decimal_detail::finish(value < 0, 0, value == 0, -1, mode, out);
  const auto power = static_cast<UInt128>(pow10(cut));
  const UInt128 whole = size / power;
  const UInt128 rest = size - whole * power;
  const UInt128 other = power - rest;
  const int half = rest < other ? -1 : (rest > other ? 1 : 0);
  return decimal_detail::finish(value < 0, whole, rest == 0, half, mode, out);
}

// The quotient rounded to `to_scale` (|to_scale| <= 76); false where it has more than 38 digits.
constexpr bool round_quotient(const Quotient& q, int to_scale, Rounding mode,
                              Int128* out) noexcept {
  using decimal_detail::Product;
  const int sign = decimal_detail::sign(q);
  if (sign == 0) {
    *out = 0;
    return true;
  }
  Product numerator = Product::from_magnitude(q.num);
  Product denominator = Product::from_magnitude(q.den);
  const int shift = to_scale - q.scale;
  if (shift > 0) mul_pow10(numerator, shift, &numerator);
  if (shift < 0) mul_pow10(denominator, -shift, &denominator);
  Product whole;
  Product rest;
  divmod(numerator, denominator, &whole, &rest);
  if (!whole.fits_128()) return false;
  Product other;
  sub(denominator, rest, &other);
  return decimal_detail::finish(sign < 0, whole.low_128(), rest.is_zero(), compare(rest, other),
                                mode, out);
}

// a modulo b for equal scales; a non-zero result has the sign of b. False where b is zero.
constexpr bool mod(Int128 a, Int128 b, Int128* out) noexcept {
  if (b == 0) return false;
  if (b == -1) {  // the smallest Int128 divided by -1 is undefined in C++
    *out = 0;
    return true;
  }
  Int128 rest = a % b;
  if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
  *out = rest;
  return true;
}

}  // namespace pac
