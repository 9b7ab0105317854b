// Ed25519 keys as PEM files (RFC 8410): a private key as PKCS#8 ("PRIVATE KEY"), a public key as
// SubjectPublicKeyInfo ("PUBLIC KEY"), as OpenSSL writes them. Reading takes exactly this form, so
// a key has one spelling; encrypted keys are refused. Pure functions on text; any thread. Texts of
// private keys are secrets: whoever holds one wipes it, and no message quotes it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/crypto/ed25519.h"

namespace pac::crypto {

std::string private_key_pem(const SigningKey& key);
std::string public_key_pem(const PublicKey& key);

// PAC0143: not the PEM form of an Ed25519 key.
[[nodiscard]] Result<SigningKey> read_private_key_pem(std::string_view text);
[[nodiscard]] Result<PublicKey> read_public_key_pem(std::string_view text);

}  // namespace pac::crypto
