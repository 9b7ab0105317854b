#include "runtime/crypto/encoding.h"

#include <array>
#include <cstdint>

namespace pac::crypto {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// What a hexadecimal digit stands for, and kNoDigit for any other byte.
constexpr std::uint8_t kNoDigit = 16;
constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 16; ++i) out[static_cast<unsigned char>(kHexDigits[i])] = i;
  return out;
}();
std::uint8_t hex_value(char digit) { return kHexValues[static_cast<unsigned char>(digit)]; }

std::unexpected<Error> refuse(std::string_view what, std::size_t at) {
  return fail("PAC0140", std::string(what) + " at byte " + std::to_string(at));
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 0xF]);
  }
  return text;
}

Result<std::string> from_hex(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  unsigned all = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
    all |= high | low;
    bytes[i] = static_cast<char>(high << 4 | low);
  }
  if ((all & kNoDigit) != 0 || text.size() % 2 != 0) {
    const std::size_t bad = text.find_first_not_of(kHexDigits);
    if (bad != text.npos) return refuse("no lower-case hexadecimal digit", bad);
    return refuse("half a byte of hexadecimal digits", text.size() - 1);
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text.push_back(k <= count ? kBase64Digits[group >> (18 - 6 * k) & 0x3F] : '=');
    }
  }
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return refuse("base64 comes in groups of four; it ends", text.size());
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::size_t count = 4;  // digits before the padding, which only the last group has
    if (i + 4 == text.size()) {
      while (count > 2 && text[i + count - 1] == '=') --count;
    }
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t digit = k < count ? kBase64Digits.find(text[i + k]) : 0;
      if (digit == std::string_view::npos) return refuse("no base64 digit", i + k);
      group = group << 6 | static_cast<std::uint32_t>(digit);
    }
    const std::uint32_t unused = count == 4 ? 0u : (count == 3 ? 0xFFu : 0xFFFFu);
    if ((group & unused) != 0) return refuse("base64 with bits left over", i + count - 1);
    for (std::size_t k = 0; k + 1 < count; ++k) {
      bytes.push_back(static_cast<char>(group >> (16 - 8 * k)));
    }
  }
  return bytes;
}

}  // namespace pac::crypto
