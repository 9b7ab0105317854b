// Fast ways through JSON text, sixteen bytes at a time. Pure functions; any thread; no allocation.
#pragma once

#include <emmintrin.h>

#include <bit>
#include <cstdint>
#include <string_view>

namespace pac::engine {

// Bytes behind a text that begins_with and end_of_string may read.
inline constexpr std::size_t kScanPadding = 16;

inline __m128i load_16(const char* at) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
inline uint32_t equal_bits(__m128i bytes, char c) noexcept {
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
}

// Quotes, backslashes and control characters: what ends or escapes within a string.
inline uint32_t special_bits(__m128i bytes) noexcept {
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  return equal_bits(bytes, '"') | equal_bits(bytes, '\\') |
         static_cast<uint32_t>(_mm_movemask_epi8(control));
}

// Whether the text at `at`, which ends with a zero byte, begins with `key`, which has none. Up to
// kScanPadding bytes behind either are read.
inline bool begins_with(const char* at, const char* key, std::size_t size) noexcept {
  for (;; at += 16, key += 16, size -= 16) {
    const auto same =
        static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(load_16(at), load_16(key))));
    if (size <= 16) return (~same & ((uint32_t{1} << size) - 1)) == 0;
    if (same != 0xffff) return false;
  }
}

// The first quote, backslash or control character (a zero byte is one), from `at` on; whether a
// byte before it was no ASCII.
inline const char* end_of_string(const char* at, bool* is_ascii) noexcept {
  uint32_t high = 0;
  for (;; at += 16) {
    const __m128i bytes = load_16(at);
    const uint32_t stops = special_bits(bytes);
    const auto above = static_cast<uint32_t>(_mm_movemask_epi8(bytes));
    if (stops != 0) {
      const auto before = static_cast<uint32_t>(std::countr_zero(stops));
      high |= above & ((uint32_t{1} << before) - 1);
      *is_ascii = high == 0;
      return at + before;
    }
    high |= above;
  }
}

// The end of the value that begins at `at`, where the text is well formed; whoever reads the value
// finds out whether it is.
std::size_t end_of_json_value(std::string_view text, std::size_t at) noexcept;

}  // namespace pac::engine
