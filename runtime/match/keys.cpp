#include "runtime/match/keys.h"

#include <algorithm>
#include <cstring>

namespace pac::match {

int64_t key_of_text(std::string_view text, bool high) noexcept {
  unsigned char bytes[kTextKeyBytes];
  std::memset(bytes, high ? 0xff : 0, sizeof bytes);
  std::memcpy(bytes, text.data(), std::min(text.size(), sizeof bytes));
  uint64_t key = 0;
  for (const unsigned char byte : bytes) key = key << 8 | byte;
  return static_cast<int64_t>(key ^ uint64_t{1} << 63);
}

int64_t key_of_text(std::string_view text, const std::vector<std::string>& texts) noexcept {
  const auto found = std::ranges::lower_bound(texts, text);
  const bool known = found != texts.end() && *found == text;
  return known ? found - texts.begin() : static_cast<int64_t>(texts.size());
}

bool ends_before(std::string_view a, std::string_view b) noexcept {
  const auto less = [](char x, char y) {
    return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
  };
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend(), less);
}

int64_t key_of_ending(std::string_view text, const std::vector<std::string>& texts,
                      const std::vector<uint32_t>& lengths) noexcept {
  for (const uint32_t length : lengths) {
    if (length > text.size()) continue;
    const std::string_view ending = text.substr(text.size() - length);
    const auto found = std::ranges::lower_bound(texts, ending, ends_before);
    if (found != texts.end() && *found == ending) return found - texts.begin();
  }
  return static_cast<int64_t>(texts.size());
}

uint32_t cell_of(const Column& column, int64_t key) noexcept {
  const int64_t* cuts = column.cuts.data();
  size_t count = column.cuts.size();
  size_t reached = 0;
  // Halves without a branch on what is compared.
  while (count > 0) {
    const size_t half = (count + 1) / 2;
    reached += cuts[reached + half - 1] <= key ? half : 0;
    count -= half;
  }
  return static_cast<uint32_t>(reached);
}

KeyRange keys_of(const Span& span, bool* exact) noexcept {
  // A number beyond the keys has the key at their end, as the values on its other side do.
  if (span.low != kLeast && (span.low <= kLeastKey || span.low > kMostKey)) *exact = false;
  if (span.high != kMost && (span.high < kLeastKey || span.high >= kMostKey)) *exact = false;
  return {key_of(span.low), key_of(span.high)};
}

KeyRange keys_of(const Column& column, CellRange cells) noexcept {
  KeyRange range;
  if (cells.first > 0) range.low = column.cuts[cells.first - 1];
  if (cells.last < column.cuts.size()) range.high = column.cuts[cells.last] - 1;
  return range;
}

}  // namespace pac::match
