// Random: the generator's source of choices. The same seed gives the same choices on every machine
// (the standard library's distributions do not), so that a seed in a report is enough to repeat
// what it found. Plain value; one thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "runtime/base/wide.h"

namespace pac::differential {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 0x1234567) {}

  // A Weyl sequence through a mixing function; the constants are those of MurmurHash3's finalizer.
  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t x = state_;
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdu;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53u;
    return x ^ (x >> 33);
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
};

}  // namespace pac::differential
