// Natural: a whole number of up to kLimbCount limbs, for the rare result that lies so near to a
// rounding boundary that no interval tells them apart (ratio.h). Big (20 KB) and not initialised:
// only count limbs mean anything. Schoolbook arithmetic; nothing here is called on a usual path.
// The same rules as call.h.
#pragma once

#include <cstdint>

#include "runtime/base/wide.h"
#include "stdlib/bound.h"

namespace pac::stdlib {

struct Natural {
  // The largest number that occurs is a 1200th power of a base below 13 * 10^38 < 2^131, times
  // factors of together less than 2^512: 157 712 bits, 2465 limbs.
  static constexpr int kLimbCount = 2480;

  int count;  // limbs in use; the highest of them is not zero
  std::uint64_t limb[kLimbCount];

  template <int N>
  void set(const Wide<N>& value) noexcept {
    count = N;
    for (int i = 0; i < N; ++i) limb[i] = value.limb[i];
    trim();
  }

  void set(const Natural& other) noexcept {
    count = other.count;
    for (int i = 0; i < count; ++i) limb[i] = other.limb[i];
  }

  void trim() noexcept {
    while (count > 0 && limb[count - 1] == 0) --count;
  }

  // `b` may be this number; `spare` is overwritten and may be neither.
  void mul(const Natural& b, Natural& spare) noexcept {
    spare.count = count + b.count;
    for (int i = 0; i < spare.count; ++i) spare.limb[i] = 0;
    for (int i = 0; i < count; ++i) {
      UInt128 carry = 0;
      for (int j = 0; j < b.count; ++j) {
        carry += static_cast<UInt128>(limb[i]) * b.limb[j] + spare.limb[i + j];
        spare.limb[i + j] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
      }
      spare.limb[i + b.count] = static_cast<std::uint64_t>(carry);
    }
    spare.trim();
    set(spare);
  }

  template <int N>
  void mul(const Wide<N>& factor) noexcept {
    const int old_count = count;
    for (int i = 0; i < N; ++i) limb[count++] = 0;
    // From the top: limb i is read before its product is added to it and to those above.
    for (int i = old_count - 1; i >= 0; --i) {
      const std::uint64_t digit = limb[i];
      limb[i] = 0;
      UInt128 carry = 0;
      for (int j = 0; j < N; ++j) {
        carry += static_cast<UInt128>(digit) * factor.limb[j] + limb[i + j];
        limb[i + j] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
      }
      for (int j = i + N; carry != 0 && j < count; ++j) {
        carry += limb[j];
        limb[j] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
      }
    }
    trim();
  }

  // Subtracts a number that is not larger.
  void sub(const Natural& b) noexcept {
    std::uint64_t borrow = 0;
    for (int i = 0; i < count; ++i) {
      const UInt128 difference =
          static_cast<UInt128>(limb[i]) - (i < b.count ? b.limb[i] : 0) - borrow;
      limb[i] = static_cast<std::uint64_t>(difference);
      borrow = static_cast<std::uint64_t>(difference >> 64) != 0 ? 1 : 0;
    }
    trim();
  }

  template <int N>
  void set_power(const Wide<N>& base, int exponent, Natural& spare) noexcept {
    if (exponent == 0) return set(Wide<N>(1));
    set(base);
    for (int bit = 30 - __builtin_clz(static_cast<unsigned>(exponent)); bit >= 0; --bit) {
      mul(*this, spare);
      if ((exponent >> bit & 1) != 0) mul(base);
    }
  }

  template <int K>
  Interval<K> enclose() const noexcept {
    return {make_bound<K>(limb, count, 0, false, false),
            make_bound<K>(limb, count, 0, false, true)};
  }
};

inline int compare(const Natural& a, const Natural& b) noexcept {
  if (a.count != b.count) return a.count < b.count ? -1 : 1;
  for (int i = a.count - 1; i >= 0; --i) {
    if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i] ? -1 : 1;
  }
  return 0;
}

}  // namespace pac::stdlib
