// Random: the generator's source of choices. The same seed gives the same choices on every machine
// (the standard library's distributions do not), so that a seed in a report is enough to repeat
// what it found. A tape of bytes, where there is one, makes the choices instead, one byte each, so
// that a fuzzer's small changes of the tape are small changes of what is made. Plain value; the
// tape outlives it; one thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "runtime/base/wide.h"

namespace pac::differential {

class Random {
 public:
  explicit Random(uint64_t seed, std::string_view tape = {})
      : state_(seed * 0x9e3779b97f4a7c15u + 0x1234567), tape_(tape) {}

  // A Weyl sequence through a mixing function; the constants are those of MurmurHash3's finalizer.
  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t x = state_;
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdu;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53u;
    x ^= x >> 33;
    if (tape_.empty()) return x;
    // The upper bits still follow from the place on the tape: wide numbers need more than a byte.
    x = (x & ~uint64_t{0xff}) | static_cast<uint8_t>(tape_.front());
    tape_.remove_prefix(1);
    return x;
  }
  // Below `count`, which is not zero. The bias of the remainder does not matter here.
  uint64_t below(uint64_t count) { return next() % count; }
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  Int128 between_wide(Int128 low, Int128 high) {
    const UInt128 span = static_cast<UInt128>(high) - static_cast<UInt128>(low) + 1;
    const UInt128 bits = (static_cast<UInt128>(next()) << 64) | next();
    return static_cast<Int128>(static_cast<UInt128>(low) + (span == 0 ? bits : bits % span));
  }
  bool percent(uint32_t chance) { return below(100) < chance; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  template <typename T>
  T pick(std::initializer_list<T> from) {
    return *(from.begin() + below(from.size()));
  }
  // The index of a weight, each as likely as it is heavy.
  uint32_t weighted(std::initializer_list<uint32_t> weights) {
    uint64_t sum = 0;
    for (const uint32_t weight : weights) sum += weight;
    uint64_t at = below(sum);
    uint32_t index = 0;
    for (const uint32_t weight : weights) {
      if (at < weight) return index;
      at -= weight;
      ++index;
    }
    return 0;
  }

 private:
  uint64_t state_;
  std::string_view tape_;
};

}  // namespace pac::differential
