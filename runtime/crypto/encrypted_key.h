// Ed25519 signing keys at rest under a passphrase: PKCS#8 "ENCRYPTED PRIVATE KEY" (RFC 5958) by
// PBES2 (RFC 8018) with scrypt (RFC 7914; N 16,384, r 8, p 1: 16 MiB and some hundredths of a
// second a guess) and AES-256-CBC, as `openssl pkcs8 -topk8 -scrypt` writes it. Other ways to
// derive the key are refused, as is a file that asks for more work than kMost… allow: a file must
// not decide how long pac computes. Pure functions on text; any thread. No message quotes a secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/crypto/ed25519.h"

namespace pac::crypto {

inline constexpr std::size_t kLeastPassphrase = 8;    // bytes, of a new one
inline constexpr std::size_t kMostPassphrase = 1024;  // bytes
inline constexpr std::uint64_t kMostScryptN = 1 << 14;
inline constexpr std::uint64_t kMostScryptR = 8;
inline constexpr std::uint64_t kMostScryptP = 16;

// Whether the text begins as such a file does; it may be damaged all the same.
bool is_encrypted_key(std::string_view text) noexcept;

// PAC0141 where the library or the system's random numbers fail; PAC0144 for a passphrase that is
// too short or too long.
[[nodiscard]] Result<std::string> encrypted_key_pem(const SigningKey& key,
                                                    std::string_view passphrase);

// PAC0143: not this form of an Ed25519 key. PAC0144: the passphrase does not open it.
[[nodiscard]] Result<SigningKey> read_encrypted_key_pem(std::string_view text,
                                                        std::string_view passphrase);

}  // namespace pac::crypto
