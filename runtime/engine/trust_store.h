// TrustStore: the public keys whose signatures on bundles count, with names for people. Its file:
// {"keys":[{"name":"release","public_key":"<base64>"}]}. Constant once read; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/crypto/ed25519.h"

namespace pac::engine {

struct TrustedKey {
  std::string name;
  crypto::PublicKey key{};
};

class TrustStore {
 public:
  TrustStore() = default;  // trusts nobody
  explicit TrustStore(std::vector<TrustedKey> keys) : keys_(std::move(keys)) {}

  // PAC4227: not the form of a trust file, or a name or key that is there twice.
  [[nodiscard]] static Result<TrustStore> parse(std::string_view text);
  // Also PAC0101 where the file can't be read.
  [[nodiscard]] static Result<TrustStore> read(const std::string& path);
  std::string to_text() const;

  // PAC4227 where the name or the key is there already.
  [[nodiscard]] Result<void> add(TrustedKey key);
  const std::vector<TrustedKey>& keys() const { return keys_; }

 private:
  std::vector<TrustedKey> keys_;
};

}  // namespace pac::engine
