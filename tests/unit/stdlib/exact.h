// What the numeric functions are tested against: textbook formulas on fractions of
// boost::multiprecision integers, rounded by the definitions of the modes. Shares nothing with the
// library.
#pragma once

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/unit/stdlib/caller.h"

namespace pac::stdlib::test {

using Integer = boost::multiprecision::cpp_int;

inline Integer big(Int128 value) {
  const UInt128 size = magnitude(value);
  const Integer result =
      (Integer(static_cast<std::uint64_t>(size >> 64)) << 64) + static_cast<std::uint64_t>(size);
  return value < 0 ? Integer(-result) : result;
}

inline Int128 small(const Integer& value) {
  const Integer size = boost::multiprecision::abs(value);
  const auto high = static_cast<std::uint64_t>(size >> 64);
  const auto low = static_cast<std::uint64_t>(size & UINT64_MAX);
  const auto result = static_cast<Int128>(static_cast<UInt128>(high) << 64 | low);
  return value < 0 ? -result : result;
}

// Not reduced: numerators of high powers are cheap, their greatest common divisors are not.
struct Fraction {
  Integer num;
  Integer den = 1;
};

inline Fraction fraction(Int128 value, int scale = 0) { return {big(value), big(pow10(scale))}; }
inline Fraction operator+(const Fraction& a, const Fraction& b) {
  return {a.num * b.den + b.num * a.den, a.den * b.den};
}
inline Fraction operator-(const Fraction& a, const Fraction& b) {
  return {a.num * b.den - b.num * a.den, a.den * b.den};
}
inline Fraction operator*(const Fraction& a, const Fraction& b) {
  return {a.num * b.num, a.den * b.den};
}
inline Fraction operator/(const Fraction& a, const Fraction& b) {
  return b.num < 0 ? Fraction{-a.num * b.den, -a.den * b.num}
                   : Fraction{a.num * b.den, a.den * b.num};
}
inline Fraction power_of(const Fraction& a, int n) {
  if (n < 0) return fraction(1) / power_of(a, -n);
  const auto exponent = static_cast<unsigned>(n);
  return {boost::multiprecision::pow(a.num, exponent), boost::multiprecision::pow(a.den, exponent)};
}

inline Integer floor_of(const Fraction& a) {
  Integer quotient = a.num / a.den;
  if (a.num < 0 && quotient * a.den != a.num) --quotient;
  return quotient;
}

inline Integer rounded_integer(const Fraction& a, Rounding mode) {
  const Integer below = floor_of(a);
  const Fraction rest = a - Fraction{below};
  if (rest.num == 0) return below;
  const Integer above = below + 1;
  const Integer to_zero = a.num < 0 ? above : below;
  const Integer from_zero = a.num < 0 ? below : above;
  const Integer twice = 2 * rest.num;
  switch (mode) {
    case Rounding::up:
      return from_zero;
    case Rounding::down:
      return to_zero;
    case Rounding::ceiling:
      return above;
    case Rounding::floor:
      return below;
    case Rounding::half_up:
      return twice == rest.den ? from_zero : (twice < rest.den ? below : above);
    case Rounding::half_down:
      return twice == rest.den ? to_zero : (twice < rest.den ? below : above);
    case Rounding::half_even:
      if (twice == rest.den) return below % 2 == 0 ? below : above;
      return twice < rest.den ? below : above;
  }
  return below;
}

inline Answer as_answer(const Integer& value, const Integer& limit) {
  if (value > limit || value < -limit) return error(PAC_E_OVERFLOW);
  return number(small(value));
}

// The fraction as a decimal of so many digits.
inline Answer rounded(const Fraction& a, int digits, Rounding mode) {
  return as_answer(rounded_integer(a * fraction(pow10(digits)), mode), big(kMaxDecimal));
}

}  // namespace pac::stdlib::test
