// HMAC with SHA-256 (RFC 2104): a digest that only who has the key can make. Pure functions; any
// thread. The key is the caller's, who wipes it.
#pragma once

#include <string_view>

#include "runtime/crypto/sha256.h"

namespace pac::crypto {

Digest hmac_sha256(std::string_view key, std::string_view first, std::string_view second = {});

// Takes the same time wherever they differ.
[[nodiscard]] bool equal_in_constant_time(const Digest& a, const Digest& b) noexcept;

}  // namespace pac::crypto
