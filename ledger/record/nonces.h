// Nonces of entries: random bits that nobody can guess, drawn for many entries at once, as asking
// the system for each costs as much as a decision. Belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "runtime/crypto/ed25519.h"

namespace pac::ledger {

class Nonces {
 public:
  // 32 hexadecimal digits, until the next call; empty where the system has no random numbers.
  std::string_view next() {
    if (next_ == kDrawn) {
      if (!crypto::random_bytes(bytes_)) return {};
      next_ = 0;
    }
    const auto* from = reinterpret_cast<const char*>(bytes_.data()) + next_++ * kBytes;
    for (std::size_t i = 0; i < kBytes; ++i) {
      const auto byte = static_cast<unsigned char>(from[i]);
      text_[2 * i] = kHex[byte >> 4];
      text_[2 * i + 1] = kHex[byte & 15];
    }
    return {text_, 2 * kBytes};
  }

 private:
  static constexpr std::size_t kDrawn = 256, kBytes = 16;
  static constexpr std::string_view kHex = "0123456789abcdef";

  std::array<std::uint8_t, kDrawn * kBytes> bytes_;
  std::size_t next_ = kDrawn;
  char text_[2 * kBytes] = {};
};

}  // namespace pac::ledger
