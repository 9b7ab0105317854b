// The hash by which native code finds a number among those of a set: each number lies at one of two
// places of a table, so that a search is two loads whatever the size of the set. The same in
// support_search.cpp and in the emitter that lays out the table. Only numbers of the rule set fill
// the table. Pure, any thread.
#pragma once

#include <stdint.h>

namespace pac::codegen {

struct NumberPlaces {
  uint64_t first, second;
};

// In a table of 2^bits places, bits from 1 to 32; `factor` is odd.
inline NumberPlaces number_places(int64_t number, uint64_t factor, uint32_t bits) {
  constexpr uint64_t kSpread = 0x9e3779b97f4a7c15u;
  uint64_t hash = static_cast<uint64_t>(number) * kSpread;
  hash = (hash ^ hash >> 32) * factor;
  return {hash >> (64 - bits), hash << bits >> (64 - bits)};
}

}  // namespace pac::codegen
