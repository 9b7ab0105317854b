#include "runtime/crypto/hmac.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"

namespace pac::crypto {

Digest hmac_sha256(std::string_view key, std::string_view first, std::string_view second) {
  constexpr std::size_t kBlockBytes = 64;  // of SHA-256
  std::array<std::uint8_t, kBlockBytes> inner{}, outer{};
  if (key.size() > kBlockBytes) {
    const Digest digest = sha256(key);
    std::ranges::copy(digest, inner.begin());
  } else {
    std::ranges::copy(key, inner.begin());
  }
  outer = inner;
  for (std::uint8_t& byte : inner) byte ^= 0x36;
  for (std::uint8_t& byte : outer) byte ^= 0x5c;
  const Digest within = Sha256().update(view(inner)).update(first).update(second).finish();
  const Digest out = Sha256().update(view(outer)).update(view(within)).finish();
  wipe(inner);
  wipe(outer);
  return out;
}

bool equal_in_constant_time(const Digest& a, const Digest& b) noexcept {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pac::crypto
