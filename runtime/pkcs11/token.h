// Ed25519 and ECDSA P-256 keys in a PKCS#11 token (OASIS PKCS #11 3.0, mechanism CKM_EDDSA). A URI
// (RFC 7512) names module, token and key:
// "pkcs11:token=pac;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so". It must name a
// token (`token`, `serial`, …) and the module, and holds no PIN: URIs get logged. The key that is
// returned keeps the session open; it may sign from many threads, one after the other. Modules are
// loaded into this process: whoever may choose one may run code.
#pragma once

#include <string_view>

#include "runtime/base/result.h"
#include "runtime/crypto/ecdsa.h"
#include "runtime/crypto/ed25519.h"

namespace pac::pkcs11 {

bool is_token_uri(std::string_view text) noexcept;

// The one Ed25519 key of that label or id. PAC0145: no such module, token or key, or several, or a
// wrong PIN. PAC0146: the token failed.
[[nodiscard]] Result<crypto::SigningKey> token_key(std::string_view uri, std::string_view pin);

// A new key in the token, labelled as the URI's `object` says; its secret can't be read from it.
// PAC0145 where there is one of that label already.
[[nodiscard]] Result<crypto::SigningKey> make_token_key(std::string_view uri, std::string_view pin);

// The same of ECDSA P-256 keys (CKM_ECDSA), which every token knows.
[[nodiscard]] Result<crypto::EcdsaKey> token_ecdsa_key(std::string_view uri, std::string_view pin);
[[nodiscard]] Result<crypto::EcdsaKey> make_token_ecdsa_key(std::string_view uri,
                                                            std::string_view pin);

}  // namespace pac::pkcs11
