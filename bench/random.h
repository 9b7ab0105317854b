// Random numbers for the generators of policies and inputs: the same for the same seed on every
// machine and with every standard library, whose distributions may differ. Owned by one generator;
// one thread.
#pragma once

#include <bit>
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

// Which input comes next: at random, the same for every function. In a fixed order the processor
// learns a few thousand inputs by heart and foresees each branch, which no service may count on.
class Order {
 public:
  explicit Order(size_t count) : mask_(std::bit_floor(count) - 1) {}
  size_t next() {
    state_ = state_ * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    return state_ >> 40 & mask_;
  }

 private:
  uint64_t state_ = 1;
  size_t mask_;
};

}  // namespace pac::bench
