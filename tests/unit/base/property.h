// Shared by the property tests: rapidcheck in the order of includes that GoogleTest needs, more
// runs than its default of 100, and generators of whole ranges. (rapidcheck's own inRange grows
// with the run's size, so that the first runs see next to nothing of a range.)
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "runtime/base/decimal.h"
#include "runtime/base/utf8.h"

namespace pac::test {

// A thousand runs take well under a second each; RC_PARAMS in the environment overrides it, and
// replays a printed seed.
inline const int kRunsAreSet = setenv("RC_PARAMS", "max_success=1000", 0);

// low <= value < high, all equally likely at every size.
template <typename T>
T in_range(T low, T high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, high));
}

inline std::uint64_t any_word() {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
}

// All lengths are equally likely, so that small values, the limbs' borders and the limits all
// occur.
inline Int128 any_int128() {
  const auto high = static_cast<UInt128>(any_word());
  const UInt128 whole = high << 64 | any_word();
  const int kept_bits = in_range(0, 129);
  return kept_bits == 0 ? 0 : static_cast<Int128>(whole) >> (128 - kept_bits);
}

inline Int128 any_decimal() {
  const int kind = in_range(0, 8);
  if (kind == 0) return kMaxDecimal - in_range(0, 3);
  if (kind == 1) return -kMaxDecimal + in_range(0, 3);
  if (kind == 2) return pow10(in_range(0, 38)) + in_range(-2, 3);
  return any_int128() % (kMaxDecimal + 1);
}

inline Int128 any_nonzero_decimal() {
  const Int128 value = any_decimal();
  return value == 0 ? 1 : value;
}

// Valid UTF-8 of up to max_count code points, with all lengths of encoding; U+0000 is left out.
inline std::string any_text(int max_count) {
  std::string text;
  const int count = in_range(0, max_count + 1);
  for (int i = 0; i < count; ++i) {
    const int kind = in_range(0, 6);
    const char32_t top = kind < 3 ? 0x80 : kind == 3 ? 0x800 : kind == 4 ? 0x10000 : 0x110000;
    char bytes[4];
    const int length = encode_utf8(in_range<char32_t>(1, top), bytes);
    text.append(bytes, static_cast<std::size_t>(length));
  }
  return text;
}

}  // namespace pac::test
