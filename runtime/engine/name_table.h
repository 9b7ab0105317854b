// NameTable: names to their numbers by a perfect hash, built once when a rule set is loaded: a
// look-up hashes the text, reads one slot and compares once. Constant; any thread. The names are
// borrowed and must outlive the table.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "runtime/base/wide.h"
#include "runtime/ir/model.h"

namespace pac::engine {

class NameTable {
 public:
  struct Entry {
    std::string_view name;
    uint32_t number = ir::kNone;
  };

  NameTable() = default;
  // Of equal names the first counts.
  explicit NameTable(std::vector<Entry> entries);

  // The number of the name, or ir::kNone.
  uint32_t find(std::string_view name) const noexcept {
    if (slots_.empty()) return find_one_by_one(name);
    const Entry& entry = slots_[slot_of(hash(name, seed_))];
    return entry.name == name ? entry.number : ir::kNone;
  }

 private:
  static uint64_t word(const char* at) noexcept {
    uint64_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  // The halves of a product: every bit of either factor tells.
  static uint64_t mix(uint64_t a, uint64_t b) noexcept {
    const UInt128 product = static_cast<UInt128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  static uint64_t hash(std::string_view text, uint64_t seed) noexcept;
  std::size_t slot_of(uint64_t hashed) const noexcept {
    const uint64_t step = hashed >> 32 | 1;
    return (hashed + moves_[hashed >> 48 & (moves_.size() - 1)] * step) & (slots_.size() - 1);
  }
  bool place(const std::vector<Entry>& entries, uint64_t seed);
  uint32_t find_one_by_one(std::string_view name) const noexcept;

  uint64_t seed_ = 0;
  std::vector<uint16_t> moves_;   // by group of names: how many steps its slots lie away
  std::vector<Entry> slots_;      // a power of two; empty: no hash without collisions was found
  std::vector<Entry> leftovers_;  // then these are searched
};

inline uint64_t NameTable::hash(std::string_view text, uint64_t seed) noexcept {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15u;
  const char* at = text.data();
  std::size_t left = text.size();
  uint64_t state = seed ^ (left * kOdd);
  for (; left > 8; left -= 8, at += 8) state = mix(state ^ word(at), kOdd);
  uint64_t last = 0;
  if (left == 8) {
    last = word(at);
  } else if (left >= 4) {
    uint32_t head = 0;
    uint32_t tail = 0;
    std::memcpy(&head, at, sizeof head);
    std::memcpy(&tail, at + left - 4, sizeof tail);
    last = uint64_t{head} << 32 | tail;
  } else if (left > 0) {
    const auto byte = [&](std::size_t i) { return uint64_t{static_cast<unsigned char>(at[i])}; };
    last = byte(0) << 16 | byte(left / 2) << 8 | byte(left - 1);
  }
  return mix(state ^ last, kOdd ^ seed);
}

}  // namespace pac::engine
