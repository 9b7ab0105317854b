// Wide<N>: an unsigned integer of N 64-bit limbs on the stack, for the few places where 128 bits do
// not hold an intermediate value (exact comparison of quotients, annuities). Plain value; any
// thread; never allocates, never fails silently: what can overflow says so in its result. This
// header is also compiled to LLVM bitcode and inlined into native code: it includes nothing but
// fundamental types and calls nothing out of line.
#pragma once

#include <cstdint>

namespace pac {

using Int128 = __int128;
using UInt128 = unsigned __int128;

constexpr UInt128 magnitude(Int128 value) noexcept {
  return value < 0 ? ~static_cast<UInt128>(value) + 1 : static_cast<UInt128>(value);
}

template <int N>
struct Wide {
  static_assert(N >= 2, "a Wide holds at least one Int128");

  std::uint64_t limb[N] = {};  // least significant first

  constexpr Wide() noexcept = default;
  constexpr explicit Wide(UInt128 value) noexcept {
    limb[0] = static_cast<std::uint64_t>(value);
    limb[1] = static_cast<std::uint64_t>(value >> 64);
  }

  // The sign is dropped; callers keep it apart.
  static constexpr Wide from_magnitude(Int128 value) noexcept { return Wide(magnitude(value)); }

  constexpr bool is_zero() const noexcept {
    for (int i = 0; i < N; ++i) {
      if (limb[i] != 0) return false;
    }
    return true;
  }

  constexpr bool fits_128() const noexcept {
    for (int i = 2; i < N; ++i) {
      if (limb[i] != 0) return false;
    }
    return true;
  }

  // The lowest 128 bits; the whole value where fits_128().
  constexpr UInt128 low_128() const noexcept {
    return static_cast<UInt128>(limb[1]) << 64 | limb[0];
  }

  // False where the value does not fit; *out is then untouched.
  constexpr bool to_magnitude(UInt128* out) const noexcept {
    if (!fits_128()) return false;
    *out = low_128();
    return true;
  }

  // Number of bits without leading zeros; 0 for zero.
  constexpr int bit_count() const noexcept {
    for (int i = N - 1; i >= 0; --i) {
      if (limb[i] != 0) return 64 * i + 64 - __builtin_clzll(limb[i]);
    }
    return 0;
  }

  constexpr bool bit(int index) const noexcept {
    return (limb[index / 64] >> (index % 64) & 1) != 0;
  }
};

template <int N>
constexpr int compare(const Wide<N>& a, const Wide<N>& b) noexcept {
  for (int i = N - 1; i >= 0; --i) {
    if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i] ? -1 : 1;
  }
  return 0;
}

// Each of the operations below returns false where the exact result does not fit (for sub: is
// negative); *out then holds the result modulo 2^(64 N). `out` may be one of the operands.
template <int N>
constexpr bool add(const Wide<N>& a, const Wide<N>& b, Wide<N>* out) noexcept {
  UInt128 carry = 0;
  for (int i = 0; i < N; ++i) {
    carry += static_cast<UInt128>(a.limb[i]) + b.limb[i];
    out->limb[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return carry == 0;
}

template <int N>
constexpr bool sub(const Wide<N>& a, const Wide<N>& b, Wide<N>* out) noexcept {
  std::uint64_t borrow = 0;
  for (int i = 0; i < N; ++i) {
    const UInt128 difference = static_cast<UInt128>(a.limb[i]) - b.limb[i] - borrow;
    out->limb[i] = static_cast<std::uint64_t>(difference);
    borrow = static_cast<std::uint64_t>(difference >> 64) != 0 ? 1 : 0;
  }
  return borrow == 0;
}

template <int N>
constexpr bool mul_small(const Wide<N>& a, std::uint64_t factor, Wide<N>* out) noexcept {
  UInt128 carry = 0;
  for (int i = 0; i < N; ++i) {
    carry += static_cast<UInt128>(a.limb[i]) * factor;
    out->limb[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return carry == 0;
}

template <int N>
constexpr bool mul(const Wide<N>& a, const Wide<N>& b, Wide<N>* out) noexcept {
  Wide<N> product;
  bool fits = true;
  for (int i = 0; i < N; ++i) {
    if (a.limb[i] == 0) continue;
    UInt128 carry = 0;
    for (int j = 0; j < N; ++j) {
      if (i + j >= N) {
        if (b.limb[j] != 0) fits = false;
        continue;
      }
      carry += static_cast<UInt128>(a.limb[i]) * b.limb[j] + product.limb[i + j];
      product.limb[i + j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0) fits = false;
  }
  *out = product;
  return fits;
}

// Multiplies by 10^exponent, exponent >= 0.
template <int N>
constexpr bool mul_pow10(const Wide<N>& a, int exponent, Wide<N>* out) noexcept {
  constexpr std::uint64_t kTenToThe19 =
      10'000'000'000'000'000'000u;  // the largest power in one limb
  Wide<N> product = a;
  bool fits = true;
  while (exponent >= 19) {
    fits = mul_small(product, kTenToThe19, &product) && fits;
    exponent -= 19;
  }
  std::uint64_t rest = 1;
  for (; exponent > 0; --exponent) rest *= 10;
  fits = mul_small(product, rest, &product) && fits;
  *out = product;
  return fits;
}

template <int N>
constexpr Wide<N> shift_left(const Wide<N>& a, int bit_count) noexcept {
  Wide<N> out;
  const int whole = bit_count / 64;
  const int part = bit_count % 64;
  for (int i = N - 1; i >= whole; --i) {
    out.limb[i] = a.limb[i - whole] << part;
    if (part != 0 && i - whole > 0) out.limb[i] |= a.limb[i - whole - 1] >> (64 - part);
  }
  return out;
}

namespace wide_detail {

// 32-bit digits: the quotient digit of a 64-by-32 division is one machine instruction, where a
// 128-by-64 division would be a call into the compiler's support library.
template <int N>
constexpr std::uint32_t digit(const Wide<N>& a, int index) noexcept {
  return static_cast<std::uint32_t>(a.limb[index / 2] >> (index % 2 * 32));
}

template <int N>
constexpr void set_digit(Wide<N>* a, int index, std::uint32_t value) noexcept {
  const int shift = index % 2 * 32;
  const std::uint64_t mask = std::uint64_t{0xffffffff} << shift;
  a->limb[index / 2] = (a->limb[index / 2] & ~mask) | static_cast<std::uint64_t>(value) << shift;
}

// Subtracts estimate * divisor from the digits of `rest` that start at `at`; true where it
// borrowed.
constexpr bool subtract_multiple(std::uint32_t* rest, int at, const std::uint32_t* divisor,
                                 int divisor_digit_count, std::uint64_t estimate) noexcept {
  std::uint64_t carry = 0;
  std::uint64_t borrow = 0;
  for (int i = 0; i < divisor_digit_count; ++i) {
    carry += estimate * divisor[i];
    const std::uint64_t difference = std::uint64_t{rest[at + i]} - (carry & 0xffffffff) - borrow;
    rest[at + i] = static_cast<std::uint32_t>(difference);
    borrow = difference >> 63;
    carry >>= 32;
  }
  const std::uint64_t difference = std::uint64_t{rest[at + divisor_digit_count]} - carry - borrow;
  rest[at + divisor_digit_count] = static_cast<std::uint32_t>(difference);
  return difference >> 63 != 0;
}

constexpr void add_back(std::uint32_t* rest, int at, const std::uint32_t* divisor,
                        int divisor_digit_count) noexcept {
  std::uint64_t carry = 0;
  for (int i = 0; i < divisor_digit_count; ++i) {
    carry += std::uint64_t{rest[at + i]} + divisor[i];
    rest[at + i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  rest[at + divisor_digit_count] += static_cast<std::uint32_t>(carry);
}

}  // namespace wide_detail

// Division with remainder; false (and nothing written) for a zero divisor.
// Algorithm D of Knuth, The Art of Computer Programming, volume 2, 4.3.1.
template <int N>
constexpr bool divmod(const Wide<N>& dividend, const Wide<N>& divisor, Wide<N>* quotient,
                      Wide<N>* remainder) noexcept {
  if (divisor.is_zero()) return false;
  constexpr int kDigitCount = 2 * N;
  const int divisor_digit_count = (divisor.bit_count() + 31) / 32;
  // Normalised so that the divisor's top digit has its top bit set, which keeps every estimate of a
  // quotient digit at most two too large.
  const int shift = 32 * divisor_digit_count - divisor.bit_count();
  std::uint32_t low[kDigitCount] = {};
  std::uint32_t rest[kDigitCount + 1] = {};
  const Wide<N> shifted_divisor = shift_left(divisor, shift);
  const Wide<N> shifted_dividend = shift_left(dividend, shift);
  for (int i = 0; i < kDigitCount; ++i) low[i] = wide_detail::digit(shifted_divisor, i);
  for (int i = 0; i < kDigitCount; ++i) rest[i] = wide_detail::digit(shifted_dividend, i);
  if (shift != 0) {
    rest[kDigitCount] =
        static_cast<std::uint32_t>(wide_detail::digit(dividend, kDigitCount - 1) >> (32 - shift));
  }

  Wide<N> result;
  const std::uint64_t top = low[divisor_digit_count - 1];
  const std::uint64_t second = divisor_digit_count >= 2 ? low[divisor_digit_count - 2] : 0;
  for (int at = kDigitCount - divisor_digit_count; at >= 0; --at) {
    const std::uint64_t head =
        std::uint64_t{rest[at + divisor_digit_count]} << 32 | rest[at + divisor_digit_count - 1];
    const std::uint64_t next = divisor_digit_count >= 2 ? rest[at + divisor_digit_count - 2] : 0;
    std::uint64_t estimate = head / top;
    std::uint64_t left = head % top;
    while (estimate >> 32 != 0 || estimate * second > (left << 32 | next)) {
      --estimate;
      left += top;
      if (left >> 32 != 0) break;
    }
    if (wide_detail::subtract_multiple(rest, at, low, divisor_digit_count, estimate)) {
      --estimate;
      wide_detail::add_back(rest, at, low, divisor_digit_count);
    }
    wide_detail::set_digit(&result, at, static_cast<std::uint32_t>(estimate));
  }

  Wide<N> left_over;
  for (int i = 0; i < divisor_digit_count; ++i) {
    const std::uint64_t pair = std::uint64_t{rest[i + 1]} << 32 | rest[i];
    wide_detail::set_digit(&left_over, i, static_cast<std::uint32_t>(pair >> shift));
  }
  *quotient = result;
  *remainder = left_over;
  return true;
}

}  // namespace pac
