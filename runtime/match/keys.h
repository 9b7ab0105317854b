// Keys: the 64-bit numbers that stand for values in a table (table.h, KeyKind). Pure functions; any
// thread.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "runtime/match/table.h"
#include "runtime/match/value_set.h"

namespace pac::match {

inline constexpr int64_t kLeastKey = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kMostKey = std::numeric_limits<int64_t>::max();
inline constexpr size_t kTextKeyBytes = 8;

inline int64_t key_of(Int128 number) noexcept {  // flag, number, wide
  return number < kLeastKey ? kLeastKey
                            : (number > kMostKey ? kMostKey : static_cast<int64_t>(number));
}

// KeyKind::text. `high` fills what the text leaves open with the largest byte instead of zeros: the
// last key of the texts that start with it.
int64_t key_of_text(std::string_view text, bool high = false) noexcept;

// KeyKind::text_id.
int64_t key_of_text(std::string_view text, const std::vector<std::string>& texts) noexcept;

// KeyKind::ending. Texts in that order have what ends with one of them right behind it.
bool ends_before(std::string_view a, std::string_view b) noexcept;
int64_t key_of_ending(std::string_view text, const std::vector<std::string>& texts,
                      const std::vector<uint32_t>& lengths) noexcept;

// The cell of a key: how many cuts it reaches.
uint32_t cell_of(const Column& column, int64_t key) noexcept;

struct KeyRange {  // inclusive
  int64_t low = kLeastKey, high = kMostKey;
  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

// The keys of the values in a span; false in *exact where values outside of it have them too.
KeyRange keys_of(const Span& span, bool* exact) noexcept;

// The keys of cells (none of them that of a missing value).
KeyRange keys_of(const Column& column, CellRange cells) noexcept;

}  // namespace pac::match
