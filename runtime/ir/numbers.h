// Integers of any size in canonical JSON: a number up to 2^53 - 1 in size, a string of digits
// beyond, so that each has one spelling and no reader needs a double. Internal to the encodings of
// this folder.
#pragma once

#include <optional>
#include <string>

#include "runtime/base/decimal.h"
#include "runtime/base/json.h"

namespace pac::ir {

inline std::string digits_of(Int128 value) {
  UInt128 rest = magnitude(value);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return value < 0 ? "-" + digits : digits;
}

inline void write_integer(json::Writer& writer, Int128 value) {
  if (magnitude(value) <= json::kMaxExactInt) {
    writer.integer(static_cast<int64_t>(value));
  } else {
    writer.string(digits_of(value));
  }
}

// Nothing where it isn't spelled as write_integer does.
inline std::optional<Int128> read_integer(const json::Value& value) {
  if (value.is_int()) {
    const int64_t number = value.as_int();
    if (magnitude(number) > json::kMaxExactInt) return std::nullopt;
    return number;
  }
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.as_string();
  const size_t first = text.starts_with('-') ? 1 : 0;
  if (text.size() < first + 16 || text.size() > first + 39 || text[first] == '0')
    return std::nullopt;
  UInt128 size = 0;
  constexpr UInt128 kMost = UInt128(1) << 127;
  for (size_t i = first; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    const auto digit = static_cast<unsigned>(text[i] - '0');
    if (size > (kMost - digit) / 10) return std::nullopt;
    size = size * 10 + digit;
  }
  if (size <= json::kMaxExactInt || (first == 0 && size == kMost)) return std::nullopt;
  return static_cast<Int128>(first == 1 ? ~size + 1 : size);
}

}  // namespace pac::ir
