// Ed25519 signatures (RFC 8032) and random bytes. A SigningKey may sign from many threads at once;
// copies are the same key, whose secret is wiped when the last one goes. Who holds a seed outside
// of one wipes it with wipe().
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::crypto {

using Seed = std::array<std::uint8_t, 32>;  // the private key as RFC 8032 names it
using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

// What makes signatures without giving its secret away, such as a token. Called from many threads.
class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual Result<Signature> sign(std::string_view message) const = 0;
};

class SigningKey {
 public:
  // PAC0141 where the library or the system's random numbers fail.
  [[nodiscard]] static Result<SigningKey> generate();
  [[nodiscard]] static Result<SigningKey> from_seed(const Seed& seed);
  // A key whose secret lies elsewhere. Each of its signatures is verified before it is handed out.
  static SigningKey held_by(std::shared_ptr<const Signer> signer, const PublicKey& public_key);

  const PublicKey& public_key() const noexcept { return public_key_; }
  // Only of a key that was generated here or made of a seed.
  Seed seed() const;
  // PAC0141, or what the signer says.
  [[nodiscard]] Result<Signature> sign(std::string_view message) const;

 private:
  SigningKey(std::shared_ptr<const Signer> signer, const PublicKey& public_key)
      : signer_(std::move(signer)), public_key_(public_key) {}

  std::shared_ptr<const Signer> signer_;
  PublicKey public_key_{};
};

// False for a signature that is not this key's over this message, and for bytes that are no key.
[[nodiscard]] bool verify(const PublicKey& key, std::string_view message,
                          const Signature& signature);

// Bytes fit for keys and nonces. PAC0141 where the system gives none.
[[nodiscard]] Result<void> random_bytes(std::span<std::uint8_t> out);

// Overwrites a secret in a way the compiler keeps.
void wipe(std::span<std::uint8_t> secret) noexcept;

}  // namespace pac::crypto
