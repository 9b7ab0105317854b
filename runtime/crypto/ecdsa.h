// ECDSA on the curve P-256 over SHA-256 (FIPS 186-5), for what must be signed by hardware or read
// by programs that have no Ed25519. A public key is the DER of its SubjectPublicKeyInfo with an
// uncompressed point, a signature the DER of its two numbers. An EcdsaKey may sign from many
// threads at once; copies are the same key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::crypto {

inline constexpr std::size_t kEcdsaPublicBytes = 91;
inline constexpr std::size_t kMostEcdsaSignature = 72;

// What makes signatures without giving its secret away, such as a token. Called from many threads.
class EcdsaSigner {
 public:
  virtual ~EcdsaSigner() = default;
  // In DER, over SHA-256 of the message.
  [[nodiscard]] virtual Result<std::string> sign(std::string_view message) const = 0;
  // PKCS#8 in DER; empty: the secret lies elsewhere. Whoever asks wipes it.
  virtual std::string secret() const { return {}; }
};

class EcdsaKey {
 public:
  // PAC0141 where the library fails.
  [[nodiscard]] static Result<EcdsaKey> generate();
  // A key whose secret lies elsewhere. Each of its signatures is verified before it is handed out.
  static EcdsaKey held_by(std::shared_ptr<const EcdsaSigner> signer, std::string public_key);

  const std::string& public_key() const noexcept { return public_key_; }
  // PAC0141, or what the signer says.
  [[nodiscard]] Result<std::string> sign(std::string_view message) const;

  // The file of a key that was generated here or read from one: PKCS#8 in PEM, under the passphrase
  // where there is one (encrypted_key.h). PAC0141, PAC0144; PAC0143 where the secret lies
  // elsewhere.
  [[nodiscard]] Result<std::string> private_pem() const;
  [[nodiscard]] Result<std::string> private_pem(std::string_view passphrase) const;
  // PAC0143: no such file of a P-256 key; PAC0144: the passphrase does not open it.
  [[nodiscard]] static Result<EcdsaKey> read_pem(std::string_view text);
  [[nodiscard]] static Result<EcdsaKey> read_pem(std::string_view text,
                                                 std::string_view passphrase);

 private:
  EcdsaKey(std::shared_ptr<const EcdsaSigner> signer, std::string public_key)
      : signer_(std::move(signer)), public_key_(std::move(public_key)) {}
  static Result<EcdsaKey> of_pkcs8(std::string_view der);

  std::shared_ptr<const EcdsaSigner> signer_;
  std::string public_key_;
};

// Whether these bytes are a public key as above, with a point of the curve.
bool is_ecdsa_public_key(std::string_view der);
// The public key of an uncompressed point, 65 bytes; nothing where it is not on the curve.
std::string ecdsa_public_key_of_point(std::string_view point);
// A signature as two numbers of 32 bytes, as tokens make them, in DER. PAC0141.
[[nodiscard]] Result<std::string> ecdsa_signature_of_numbers(std::string_view numbers);

// False for a signature that is not this key's over this message, and for bytes that are no key.
[[nodiscard]] bool verify_ecdsa(std::string_view public_key, std::string_view message,
                                std::string_view signature);

std::string ecdsa_public_key_pem(std::string_view public_key);

}  // namespace pac::crypto
