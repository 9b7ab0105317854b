// Bytes under a passphrase, in PEM: the structure of an "ENCRYPTED PRIVATE KEY" (RFC 5958) by PBES2
// (RFC 8018) with scrypt and AES-256-CBC, around whatever is sealed; encrypted_key.h says what work
// is done and taken. Not authenticated: what a wrong passphrase opens is noise, which the reader
// must tell from what he expects. Pure functions on text; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::crypto {

// `label` stands behind BEGIN and END. PAC0141 where the library fails; PAC0144 for a passphrase
// that is too short or too long.
[[nodiscard]] Result<std::string> seal(std::string_view plain, std::string_view passphrase,
                                       std::string_view label);

bool is_sealed(std::string_view text, std::string_view label) noexcept;

// PAC0143: not this form, and why; PAC0144: the passphrase does not open it. Whoever gets the bytes
// wipes them.
[[nodiscard]] Result<std::string> open_sealed(std::string_view text, std::string_view passphrase,
                                              std::string_view label);

}  // namespace pac::crypto
