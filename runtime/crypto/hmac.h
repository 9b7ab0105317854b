// HMAC-SHA-256 (RFC 2104): a digest that only whoever has the key can make or guess at. A pure
// function; any thread.
#pragma once

#include <string_view>

#include "runtime/crypto/sha256.h"

namespace pac::crypto {

Digest hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace pac::crypto
