// SHA-256 of many messages at once. The instructions for it take as long as four others and depend
// on each other, so that a processor that has them does two messages in hardly more time than one:
// they go through it side by side. Elsewhere one after the other, by OpenSSL. Pure functions; any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/crypto/sha256.h"

namespace pac::crypto {

// out[i]: the digest of the byte `first` and then messages[i]. As many of the one as of the other
// (PAC_CHECK); they don't overlap.
void sha256_many(std::uint8_t first, std::span<const std::string_view> messages,
                 std::span<Digest> out);

// Whether this processor has the instructions.
bool sha256_has_lanes();

// What sha256_many chooses from; the first only where sha256_has_lanes().
namespace sha256_detail {
void by_lanes(std::uint8_t first, std::span<const std::string_view> messages,
              std::span<Digest> out);
void one_by_one(std::uint8_t first, std::span<const std::string_view> messages,
                std::span<Digest> out);
}  // namespace sha256_detail

}  // namespace pac::crypto
