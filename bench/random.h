// Random numbers for the generators of policies and inputs: the same for the same seed on every
// machine and with every standard library, whose distributions may differ. Owned by one generator;
// one thread.
#pragma once

#include <cstdint>
#include <random>

namespace pac::bench {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  // low .. high, both included.
  int64_t in(int64_t low, int64_t high) {
    const uint64_t drawn = static_cast<uint64_t>(engine_()) << 32 | engine_();
    return low + static_cast<int64_t>(drawn % static_cast<uint64_t>(high - low + 1));
  }
  size_t below(size_t end) { return static_cast<size_t>(in(0, static_cast<int64_t>(end) - 1)); }
  bool one_in(int n) { return in(1, n) == 1; }

 private:
  std::mt19937 engine_;
};

}  // namespace pac::bench
