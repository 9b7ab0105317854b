// Bound<K> and Interval<K>: non-negative numbers of 64 K bits with a wide exponent, rounded in a
// stated direction, and pairs of them that enclose a number which is not known exactly. The first,
// fast step of rounding a rational number whose numerator and denominator have thousands of digits
// (ratio.h). Plain values on the stack; the same rules as call.h.
#pragma once

#include <cstdint>

#include "runtime/base/wide.h"

namespace pac::stdlib {

// limb * 2^exponent, least significant limb first; the top bit is set unless the number is zero.
template <int K>
struct Bound {
  std::uint64_t limb[K] = {};
  std::int64_t exponent = 0;

  bool is_zero() const noexcept { return limb[K - 1] == 0; }
};

// The topmost 64 K bits of limbs * 2^exponent, cut; under `up` one more where anything was cut off
// or `more` says that the true number lies above.
template <int K>
Bound<K> make_bound(const std::uint64_t* limbs, int count, std::int64_t exponent, bool more,
                    bool up) noexcept {
  Bound<K> out;
  while (count > 0 && limbs[count - 1] == 0) --count;
  if (count == 0) return out;
  const int shift = __builtin_clzll(limbs[count - 1]);
  out.exponent = exponent + 64 * (std::int64_t{count} - K) - shift;
  for (int i = 0; i < K; ++i) {
    const int from = count - K + i;
    if (from < 0) continue;
    out.limb[i] = limbs[from] << shift;
    if (shift != 0 && from > 0) out.limb[i] |= limbs[from - 1] >> (64 - shift);
  }
  if (!up) return out;
  bool rest = more;
  for (int i = 0; i < count - K && !rest; ++i) {
    rest = (i == count - K - 1 ? limbs[i] << shift : limbs[i]) != 0;
  }
  if (!rest) return out;
  for (int i = 0; i < K; ++i) {
    if (++out.limb[i] != 0) return out;
  }
  out.limb[K - 1] = std::uint64_t{1} << 63;  // all bits were ones: the next power of two
  ++out.exponent;
  return out;
}

template <int K>
int compare(const Bound<K>& a, const Bound<K>& b) noexcept {
  if (a.is_zero() || b.is_zero()) return a.is_zero() ? (b.is_zero() ? 0 : -1) : 1;
  if (a.exponent != b.exponent) return a.exponent < b.exponent ? -1 : 1;
  for (int i = K - 1; i >= 0; --i) {
    if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i] ? -1 : 1;
  }
  return 0;
}

template <int K>
Bound<K> mul(const Bound<K>& a, const Bound<K>& b, bool up) noexcept {
  std::uint64_t product[2 * K] = {};
  for (int i = 0; i < K; ++i) {
    UInt128 carry = 0;
    for (int j = 0; j < K; ++j) {
      carry += static_cast<UInt128>(a.limb[i]) * b.limb[j] + product[i + j];
      product[i + j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    product[i + K] = static_cast<std::uint64_t>(carry);
  }
  return make_bound<K>(product, 2 * K, a.exponent + b.exponent, false, up);
}

// a - b, or zero where b is the larger.
template <int K>
Bound<K> sub(const Bound<K>& a, const Bound<K>& b, bool up) noexcept {
  if (compare(a, b) <= 0) return {};
  if (b.is_zero()) return a;
  // Both at twice the width: a in the upper half, b moved right by the difference of the exponents,
  // which is not negative because a is the larger. What leaves the width counts as one unit
  // (downwards).
  Wide<2 * K> minuend;
  Wide<2 * K> subtrahend;
  for (int i = 0; i < K; ++i) minuend.limb[K + i] = a.limb[i];
  bool lost = false;
  const std::int64_t distance = a.exponent - b.exponent;
  const auto whole = static_cast<int>(distance < 64 * 2 * K ? distance / 64 : 2 * K);
  const auto part = static_cast<int>(distance % 64);
  for (int i = 0; i < K; ++i) {
    const int to = K + i - whole;
    const std::uint64_t low = part == 0 ? 0 : b.limb[i] << (64 - part);
    if (to >= 0) {
      subtrahend.limb[to] |= b.limb[i] >> part;
    } else {
      lost = lost || b.limb[i] >> part != 0;
    }
    if (to >= 1) {
      subtrahend.limb[to - 1] |= low;
    } else {
      lost = lost || low != 0;
    }
  }
  Wide<2 * K> difference;
  pac::sub(minuend, subtrahend, &difference);
  if (lost && !up) pac::sub(difference, Wide<2 * K>(1), &difference);
  return make_bound<K>(difference.limb, 2 * K, a.exponent - 64 * K, false, up);
}

// a / b for b > 0.
template <int K>
Bound<K> div(const Bound<K>& a, const Bound<K>& b, bool up) noexcept {
  if (a.is_zero()) return {};
  Wide<2 * K> dividend;
  Wide<2 * K> divisor;
  Wide<2 * K> quotient;
  Wide<2 * K> rest;
  for (int i = 0; i < K; ++i) dividend.limb[K + i] = a.limb[i];
  for (int i = 0; i < K; ++i) divisor.limb[i] = b.limb[i];
  divmod(dividend, divisor, &quotient, &rest);
  return make_bound<K>(quotient.limb, 2 * K, a.exponent - b.exponent - 64 * K, !rest.is_zero(), up);
}

// The whole part of a number below 2^128 and whether there is more; false where the number is
// larger.
template <int K>
bool whole_part(const Bound<K>& a, UInt128* whole, bool* has_fraction) noexcept {
  *whole = 0;
  *has_fraction = !a.is_zero();
  const std::int64_t bit_count = a.exponent + 64 * K;  // of the whole part
  if (a.is_zero() || bit_count <= 0) return true;
  if (bit_count > 128) return false;
  const UInt128 top = static_cast<UInt128>(a.limb[K - 1]) << 64 | a.limb[K - 2];
  const auto cut = static_cast<int>(128 - bit_count);
  *whole = top >> cut;
  *has_fraction = cut != 0 && (top << (128 - cut)) != 0;
  for (int i = 0; i < K - 2; ++i) *has_fraction = *has_fraction || a.limb[i] != 0;
  return true;
}

// low <= the number <= high; equal where it is known exactly.
template <int K>
struct Interval {
  Bound<K> low;
  Bound<K> high;

  template <int N>
  void set(const Wide<N>& value) noexcept {
    low = make_bound<K>(value.limb, N, 0, false, false);
    high = make_bound<K>(value.limb, N, 0, false, true);
  }

  void set(const Interval& other) noexcept { *this = other; }

  void mul(const Interval& b, Interval&) noexcept {
    const Bound<K> lower = stdlib::mul(low, b.low, false);
    high = stdlib::mul(high, b.high, true);
    low = lower;
  }

  template <int N>
  void mul(const Wide<N>& factor) noexcept {
    Interval b;
    b.set(factor);
    mul(b, b);
  }

  // Subtracts a number that is known not to be larger.
  void sub(const Interval& b) noexcept {
    const Bound<K> lower = stdlib::sub(low, b.high, false);
    high = stdlib::sub(high, b.low, true);
    low = lower;
  }

  // base^exponent, exponent >= 0; from the exponent's highest bit, so that every second factor is
  // short.
  template <int N>
  void set_power(const Wide<N>& base, int exponent, Interval& spare) noexcept {
    if (exponent == 0) return set(Wide<N>(1));
    Interval factor;
    factor.set(base);
    *this = factor;
    for (int bit = 30 - __builtin_clz(static_cast<unsigned>(exponent)); bit >= 0; --bit) {
      mul(*this, spare);
      if ((exponent >> bit & 1) != 0) mul(factor, spare);
    }
  }
};

}  // namespace pac::stdlib
