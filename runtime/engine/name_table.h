// NameTable: names to their numbers by a perfect hash, built once when a rule set is loaded: a
// look-up hashes 32 bytes whatever the length of the name, reads one slot and compares once, so
// that no branch depends on the name. Longer names are searched. Constant; any thread.
//
// Of few names the hash itself is free of collisions; of many, groups of them are moved apart.
#pragma once

#include <emmintrin.h>

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
    std::string_view name;  // must outlive the table
    uint32_t number = ir::kNone;
  };
  static constexpr std::size_t kShortBytes = 32;

  NameTable() = default;
  // Of equal names the first counts.
  explicit NameTable(std::vector<Entry> entries);

  // The number of the name, or ir::kNone.
  uint32_t find(std::string_view name) const noexcept {
    if (name.size() > kShortBytes || slots_.empty()) return find_one_by_one(name);
    char bytes[kShortBytes] = {};
    if (!name.empty()) std::memcpy(bytes, name.data(), name.size());
    return find_in_slots(bytes_at(bytes), name.size());
  }
  // The same for a name with kShortBytes readable bytes from its first on.
  uint32_t find_padded(std::string_view name) const noexcept {
    if (name.size() > kShortBytes || slots_.empty()) return find_one_by_one(name);
    Bytes bytes = bytes_at(name.data());
    // As many bytes of ones as the name has, then zeros.
    const char* const mask = kMask + kShortBytes - name.size();
    bytes.low = _mm_and_si128(bytes.low, bytes_at(mask).low);
    bytes.high = _mm_and_si128(bytes.high, bytes_at(mask).high);
    return find_in_slots(bytes, name.size());
  }

 private:
  struct Bytes {  // of a short name, zeros behind it
    __m128i low, high;
  };
  struct Slot {
    char name[kShortBytes] = {};
    uint32_t size = 0;
    uint32_t number = ir::kNone;
  };
  static const char kMask[2 * kShortBytes];

  static Bytes bytes_at(const char* at) noexcept {
    return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)),
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16))};
  }
  // The halves of a product: every bit of either factor tells.
  static uint64_t mix(uint64_t a, uint64_t b) noexcept {
    const UInt128 product = static_cast<UInt128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  static uint64_t hash(const Bytes& bytes, std::size_t size, uint64_t seed) noexcept {
    const auto lane = [](__m128i of, bool second) {
      const __m128i at = second ? _mm_unpackhi_epi64(of, of) : of;
      return static_cast<uint64_t>(_mm_cvtsi128_si64(at));
    };
    const uint64_t sum = lane(bytes.low, false) + lane(bytes.low, true) * 0xd6e8feb86659fd93u +
                         lane(bytes.high, false) * 0xa0761d6478bd642fu +
                         lane(bytes.high, true) * 0xe7037ed1a0b428dbu + size;
    return mix(sum ^ seed, 0x9e3779b97f4a7c15u);
  }
  std::size_t slot_of(uint64_t hashed) const noexcept {
    if (moves_.empty()) return hashed & (slots_.size() - 1);
    const uint64_t step = hashed >> 32 | 1;
    return (hashed + moves_[hashed >> 48 & (moves_.size() - 1)] * step) & (slots_.size() - 1);
  }
  uint32_t find_in_slots(const Bytes& bytes, std::size_t size) const noexcept {
    const Slot& slot = slots_[slot_of(hash(bytes, size, seed_))];
    const Bytes name = bytes_at(slot.name);
    const int same = _mm_movemask_epi8(
        _mm_and_si128(_mm_cmpeq_epi8(bytes.low, name.low), _mm_cmpeq_epi8(bytes.high, name.high)));
    return same == 0xffff && slot.size == size ? slot.number : ir::kNone;
  }
  static std::vector<Slot> filled(const std::vector<Entry>& entries);
  bool place_few(const std::vector<Slot>& filled, uint64_t seed);
  bool place(const std::vector<Slot>& filled, uint64_t seed);
  uint32_t find_one_by_one(std::string_view name) const noexcept;

  uint64_t seed_ = 0;
  std::vector<uint16_t> moves_;   // by group of names: how many steps its slots lie away; or empty
  std::vector<Slot> slots_;       // a power of two; empty: no hash without collisions was found
  std::vector<Entry> leftovers_;  // sorted: long names, and all where there are no slots
};

}  // namespace pac::engine
