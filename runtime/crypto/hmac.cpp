#include "runtime/crypto/hmac.h"

#include <algorithm>

#include "runtime/crypto/encoding.h"

namespace pac::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;  // of SHA-256

using Block = std::array<std::uint8_t, kBlockBytes>;

Block padded(std::string_view key, std::uint8_t pad) {
  Block out;
  for (std::size_t i = 0; i < kBlockBytes; ++i) {
    out[i] = static_cast<std::uint8_t>((i < key.size() ? key[i] : 0) ^ pad);
  }
  return out;
}

}  // namespace

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Digest shortened;
  if (key.size() > kBlockBytes) {
    shortened = sha256(key);
    key = view(shortened);
  }
  const Digest inner = sha256(view(padded(key, 0x36)), bytes);
  return sha256(view(padded(key, 0x5c)), view(inner));
}

}  // namespace pac::crypto
