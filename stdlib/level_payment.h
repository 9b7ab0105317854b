// The first step of `annuity`: ordinary loans with whole numbers of 64 and 128 bits, a tenth of the
// work of the intervals in ratio.h, which take whatever this step leaves open. Pure functions; the
// same rules as call.h.
#pragma once

#include <cstdint>

#include "runtime/base/decimal.h"
#include "runtime/base/wide.h"
#include "stdlib/ratio.h"

namespace pac::stdlib {

// floor(a * b / 2^128)
inline UInt128 high_product(UInt128 a, UInt128 b) noexcept {
  const auto a_low = static_cast<std::uint64_t>(a);
  const auto b_low = static_cast<std::uint64_t>(b);
  const auto a_high = static_cast<std::uint64_t>(a >> 64);
  const auto b_high = static_cast<std::uint64_t>(b >> 64);
  const UInt128 low = static_cast<UInt128>(a_low) * b_low;
  const UInt128 cross = static_cast<UInt128>(a_high) * b_low + (low >> 64);
  const UInt128 other = static_cast<UInt128>(a_low) * b_high + static_cast<std::uint64_t>(cross);
  return static_cast<UInt128>(a_high) * b_high + (cross >> 64) + (other >> 64);
}

// floor(part * 2^128 / whole) for part < whole < 2^32.
inline UInt128 fraction_128(std::uint64_t part, std::uint64_t whole) noexcept {
  UInt128 out = 0;
  for (int i = 0; i < 4; ++i) {
    part <<= 32;
    out = out << 32 | part / whole;
    part %= whole;
  }
  return out;
}

// x^exponent, exponent >= 1, for x = 2^-128 `fraction` or less than one unit above it: the result
// is at most 2 exponent - 1 units below the exact power and never above. (Let a product's factors
// be a and b units too small; as both are below 1 and one unit more is cut off, it is a + b + 1 too
// small. So a square has 2 (2m - 1) + 1 = 2 (2m) - 1, and one factor more 2m - 1 + 1 + 1.)
inline UInt128 power_128(UInt128 fraction, int exponent) noexcept {
  UInt128 power = fraction;
  for (int bit = 30 - __builtin_clz(static_cast<unsigned>(exponent)); bit >= 0; --bit) {
    power = high_product(power, power);
    if ((exponent >> bit & 1) != 0) power = high_product(power, fraction);
  }
  return power;
}

// floor(dividend 2^128 / divisor) where that is below 2^32, and the rest. False where it is not.
// The divisor has more than 64 bits.
inline bool divide_top(std::uint64_t dividend, const Wide<3>& divisor, std::uint64_t* quotient,
                       Wide<3>* rest) noexcept {
  Wide<3> top;  // dividend 2^96
  top.limb[1] = dividend << 32;
  top.limb[2] = dividend >> 32;
  if (compare(top, divisor) >= 0) return false;
  top.limb[1] = 0;
  top.limb[2] = dividend;
  // From the divisor's 32 highest bits, rounded up: at most a few too small.
  const int cut = divisor.bit_count() - 32;
  const auto from_cut = [&](const Wide<3>& wide) {
    const int limb = cut / 64;
    const int bits = cut % 64;
    const std::uint64_t above = bits == 0 || limb == 2 ? 0 : wide.limb[limb + 1] << (64 - bits);
    return wide.limb[limb] >> bits | above;
  };
  *quotient = from_cut(top) / (from_cut(divisor) + 1);
  Wide<3> product;
  mul_small(divisor, *quotient, &product);
  sub(top, product, rest);
  while (compare(*rest, divisor) >= 0) {
    sub(*rest, divisor, rest);
    ++*quotient;
  }
  return true;
}

// The level payment in half units of the last digit: amount * rate / b / (1 - (b / (b + rate))^n)
// * 2 * 10^shift with b = 12 * 10^scale, for a rate above 0. False where it is left open: numbers
// out of the ordinary, or a value too near to a whole number of half units.
inline bool settle_payment(UInt128 amount, UInt128 rate, int scale, int months, int shift,
                           HalfUnits* out) noexcept {
  constexpr int kMaxScaleHere = 8;
  constexpr int kMaxShift = 9;
  if (scale > kMaxScaleHere || shift > kMaxShift || shift < -kMaxShift) return false;
  const std::uint64_t base = 12 * static_cast<std::uint64_t>(pow10(scale));
  if (amount >> 64 != 0 || rate >= (std::uint64_t{1} << 32) - base) return false;
  UInt128 dividend = 2 * amount * rate;  // below 2^97
  if (shift > 0) dividend *= static_cast<UInt128>(pow10(shift));
  if (dividend >> 64 != 0) return false;
  const std::uint64_t parts =
      shift < 0 ? base * static_cast<std::uint64_t>(pow10(-shift)) : base;  // below 2^61
  const UInt128 power =
      power_128(fraction_128(base, base + static_cast<std::uint64_t>(rate)), months);
  if (power == 0) return false;
  // 2^128 (1 - power), too large by at most `error`.
  const UInt128 lent = ~power + 1;
  const auto error = static_cast<std::uint64_t>(2 * months - 1);
  Wide<3> divisor;
  mul_small(Wide<3>(lent), parts, &divisor);
  std::uint64_t whole = 0;
  Wide<3> rest;
  if (!divide_top(static_cast<std::uint64_t>(dividend), divisor, &whole, &rest)) return false;
  // The exact divisor is smaller, so the value is above `whole`; it is below the next one if
  // dividend < (whole + 1) (divisor - parts * error).
  if (rest.is_zero()) return false;
  Wide<3> gap;
  sub(divisor, rest, &gap);
  const Wide<3> slack(static_cast<UInt128>(whole + 1) * (UInt128{parts} * error));
  if (compare(gap, slack) <= 0) return false;
  *out = {whole, false};
  return true;
}

}  // namespace pac::stdlib
