// Fast ways through JSON text, sixteen bytes at a time. Pure functions; any thread; no allocation.
#pragma once

#include <emmintrin.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pac::engine {

// Bytes behind a text that the functions below may read.
inline constexpr std::size_t kScanPadding = 32;

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

// Where the character stands in 32 bytes.
inline uint32_t equal_bits_32(const char* at, char c) noexcept {
  return equal_bits(load_16(at), c) | equal_bits(load_16(at + 16), c) << 16;
}

// Whether the text at `at` has the bytes of `key` where `mask` has bits, of 32.
inline bool begins_with_32(const char* at, const char* key, uint32_t mask) noexcept {
  const auto same = [&](std::size_t i) {
    return static_cast<uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(load_16(at + i), load_16(key + i))));
  };
  return (~(same(0) | same(16) << 16) & mask) == 0;
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

// Eight digits, the first in the lowest byte; zero bytes count as digits 0.
inline uint64_t number_of_8(uint64_t digits) noexcept {
  digits = (digits & 0x0f0f0f0f0f0f0f0fu) * (10 * 0x100 + 1) >> 8;
  digits = (digits & 0x00ff00ff00ff00ffu) * (100 * 0x10000 + 1) >> 16;
  return (digits & 0x0000ffff0000ffffu) * (uint64_t{10'000} * 0x100000000u + 1) >> 32;
}

// How many digits stand at `at`, and their number modulo 2^64.
inline int scan_digits(const char* at, uint64_t* number) noexcept {
  const __m128i above = _mm_sub_epi8(load_16(at), _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(9)), above);
  const int count = std::countr_one(static_cast<uint32_t>(_mm_movemask_epi8(is_digit)));
  *number = 0;
  if (count == 0) return 0;
  if (count <= 8) {
    uint64_t digits = 0;
    std::memcpy(&digits, at, sizeof digits);
    *number = number_of_8(digits << (64 - 8 * count));
    return count;
  }
  const char* end = at;
  for (; *end >= '0' && *end <= '9'; ++end) {
    *number = *number * 10 + static_cast<uint64_t>(*end - '0');
  }
  return static_cast<int>(end - at);
}

// The end of the value that begins at `at`, where the text is well formed; whoever reads the value
// finds out whether it is.
std::size_t end_of_json_value(std::string_view text, std::size_t at) noexcept;

}  // namespace pac::engine
