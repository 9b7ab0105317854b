// Encryption that notices a change: AES-256 in Galois/Counter mode (NIST SP 800-38D) with a random
// nonce for each text, so that one key is for at most 2^32 of them. Pure functions; any thread. The
// key does not bind what it opens: a text can be made that two keys open, to different contents, so
// whoever relies on the contents keeps a hash of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::crypto {

inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;
inline constexpr std::size_t kAeadOverhead = kAeadNonceBytes + kAeadTagBytes;

// A secret key, wiped when it goes.
struct AeadKey {
  std::array<std::uint8_t, 32> bytes{};

  AeadKey() = default;
  AeadKey(const AeadKey&) = default;
  AeadKey& operator=(const AeadKey&) = default;
  ~AeadKey();

  // PAC0141 where the system has no random numbers.
  [[nodiscard]] static Result<AeadKey> random();
};

// nonce ‖ ciphertext ‖ tag. The associated text is not in it, and opens it only as it was. PAC0141
// where the library or the system's random numbers fail.
[[nodiscard]] Result<std::string> aead_seal(const AeadKey& key, std::string_view plain,
                                            std::string_view associated);
// Nothing where the key did not seal exactly that.
[[nodiscard]] std::optional<std::string> aead_open(const AeadKey& key, std::string_view sealed,
                                                   std::string_view associated);

// Overwrites a text that was secret.
void wipe_text(std::string& text) noexcept;

}  // namespace pac::crypto
