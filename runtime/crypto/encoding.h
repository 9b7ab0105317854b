// Bytes as text: hexadecimal (lower case) and base64 (RFC 4648, section 4, with padding). Decoding
// is strict, so that equal bytes have exactly one spelling: no white space, no capitals in hex, no
// bits left over in base64. Pure functions; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::crypto {

// The bytes of a digest, key or signature as a view, for hashing and encoding.
template <std::size_t N>
std::string_view view(const std::array<std::uint8_t, N>& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);

// Code PAC0140: not an encoding of bytes, with the place of the fault.
[[nodiscard]] Result<std::string> from_hex(std::string_view text);
[[nodiscard]] Result<std::string> from_base64(std::string_view text);

// Copies exactly N bytes; PAC0140 for any other number.
template <std::size_t N>
[[nodiscard]] Result<std::array<std::uint8_t, N>> to_array(std::string_view bytes) {
  if (bytes.size() != N) {
    return fail("PAC0140",
                std::to_string(bytes.size()) + " bytes where " + std::to_string(N) + " are wanted");
  }
  std::array<std::uint8_t, N> out;
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(bytes[i]);
  return out;
}

// Hexadecimal text of exactly N bytes (a digest, a public key).
template <std::size_t N>
[[nodiscard]] Result<std::array<std::uint8_t, N>> array_from_hex(std::string_view text) {
  const Result<std::string> bytes = from_hex(text);
  if (!bytes) return std::unexpected(bytes.error());
  return to_array<N>(*bytes);
}

// Base64 text of exactly N bytes.
template <std::size_t N>
[[nodiscard]] Result<std::array<std::uint8_t, N>> array_from_base64(std::string_view text) {
  const Result<std::string> bytes = from_base64(text);
  if (!bytes) return std::unexpected(bytes.error());
  return to_array<N>(*bytes);
}

}  // namespace pac::crypto
