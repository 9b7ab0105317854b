// UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF (RFC 3629). Pure
// functions over a borrowed view; no allocation, any thread. U+0000 is valid UTF-8 here; who
// refuses it says so. This header is also compiled to LLVM bitcode and inlined into native code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pac {

inline constexpr char32_t kMaxCodePoint = 0x10FFFF;

constexpr bool is_scalar_value(char32_t code_point) noexcept {
  return code_point < 0xD800 || (code_point > 0xDFFF && code_point <= kMaxCodePoint);
}

// Decodes the code point that starts at text[at] and returns its length in bytes, 1 to 4; 0 where
// there is none (end of text or not UTF-8), and *out is then untouched.
constexpr int decode_utf8(std::string_view text, std::size_t at, char32_t* out) noexcept {
  if (at >= text.size()) return 0;
  const std::size_t left = text.size() - at;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const auto tail = [&](std::size_t i) { return static_cast<char32_t>(byte(i) & 0x3F); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    *out = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead < 0xE0) {  // C0 and C1 could only begin overlong forms
    if (left < 2 || !is_tail(1)) return 0;
    *out = static_cast<char32_t>(lead & 0x1F) << 6 | tail(1);
    return 2;
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    if (left < 3 || !is_tail(1) || !is_tail(2)) return 0;
    const char32_t value = static_cast<char32_t>(lead & 0x0F) << 12 | tail(1) << 6 | tail(2);
    if (value < 0x800 || !is_scalar_value(value)) return 0;
    *out = value;
    return 3;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (left < 4 || !is_tail(1) || !is_tail(2) || !is_tail(3)) return 0;
    const char32_t value =
        static_cast<char32_t>(lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
    if (value < 0x10000 || value > kMaxCodePoint) return 0;
    *out = value;
    return 4;
  }
  return 0;
}

// Writes one code point and returns its length, 1 to 4; 0 for a surrogate or a number above
// U+10FFFF.
constexpr int encode_utf8(char32_t code_point, char out[4]) noexcept {
  if (!is_scalar_value(code_point)) return 0;
  const auto put = [&](int i, char32_t bits) { out[i] = static_cast<char>(bits); };
  if (code_point < 0x80) {
    put(0, code_point);
    return 1;
  }
  if (code_point < 0x800) {
    put(0, 0xC0 | code_point >> 6);
    put(1, 0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    put(0, 0xE0 | code_point >> 12);
    put(1, 0x80 | (code_point >> 6 & 0x3F));
    put(2, 0x80 | (code_point & 0x3F));
    return 3;
  }
  put(0, 0xF0 | code_point >> 18);
  put(1, 0x80 | (code_point >> 12 & 0x3F));
  put(2, 0x80 | (code_point >> 6 & 0x3F));
  put(3, 0x80 | (code_point & 0x3F));
  return 4;
}

// Where the first byte lies that is not part of valid UTF-8; text.size() where there is none.
constexpr std::size_t find_invalid_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if !consteval {
      // Eight ASCII bytes at a time: almost all text that passes here is ASCII.
      while (text.size() - at >= 8) {
        std::uint64_t word = 0;
        // GCC 12 overlooks the condition above when it inlines this on a short array.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Warray-bounds"
        __builtin_memcpy(&word, text.data() + at, 8);
#pragma GCC diagnostic pop
        if ((word & 0x8080808080808080u) != 0) break;
        at += 8;
      }
      if (at == text.size()) break;
    }
    char32_t ignored = 0;
    const int length = decode_utf8(text, at, &ignored);
    if (length == 0) return at;
    at += static_cast<std::size_t>(length);
  }
  return at;
}

constexpr bool valid_utf8(std::string_view text) noexcept {
  return find_invalid_utf8(text) == text.size();
}

// The number of code points of valid UTF-8: its bytes that do not continue a code point.
constexpr std::int64_t count_code_points(std::string_view text) noexcept {
  std::int64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace pac
