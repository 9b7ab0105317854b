#include "runtime/crypto/ed25519.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "runtime/base/check.h"

namespace pac::crypto {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A key in the memory of this process. OpenSSL wipes it when it goes.
class LocalSigner : public Signer {
 public:
  explicit LocalSigner(Key key) : key_(std::move(key)) {}

  Result<Signature> sign(std::string_view message) const override {
    Signature signature;
    std::size_t length = signature.size();
    const Context context(EVP_MD_CTX_new());
    if (context == nullptr ||
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, bytes_of(message),
                       message.size()) != 1 ||
        length != signature.size()) {
      return fail("PAC0141", "OpenSSL made no Ed25519 signature");
    }
    return signature;
  }

  PublicKey public_key() const {
    PublicKey out;
    std::size_t length = out.size();
    const int done = EVP_PKEY_get_raw_public_key(key_.get(), out.data(), &length);
    PAC_CHECK(done == 1 && length == out.size(), "an Ed25519 key has a public half of 32 bytes");
    return out;
  }

  Seed seed() const {
    Seed seed;
    std::size_t length = seed.size();
    const int done = EVP_PKEY_get_raw_private_key(key_.get(), seed.data(), &length);
    PAC_CHECK(done == 1 && length == seed.size(), "an Ed25519 key has a seed of 32 bytes");
    return seed;
  }

 private:
  Key key_;
};

// Whoever holds the secret may fail in ways that give it away or that nobody notices.
class VerifiedSigner : public Signer {
 public:
  VerifiedSigner(std::shared_ptr<const Signer> signer, const PublicKey& key)
      : signer_(std::move(signer)), key_(key) {}

  Result<Signature> sign(std::string_view message) const override {
    Result<Signature> signature = signer_->sign(message);
    if (signature && !verify(key_, message, *signature)) {
      return fail("PAC0141", "what the holder of the key signed does not verify");
    }
    return signature;
  }

 private:
  std::shared_ptr<const Signer> signer_;
  PublicKey key_;
};

}  // namespace

Result<SigningKey> SigningKey::generate() {
  Seed seed;
  if (const Result<void> drawn = random_bytes(seed); !drawn) return std::unexpected(drawn.error());
  Result<SigningKey> key = from_seed(seed);
  wipe(seed);
  return key;
}

Result<SigningKey> SigningKey::from_seed(const Seed& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  if (key == nullptr) return fail("PAC0141", "OpenSSL made no Ed25519 key of a seed");
  auto signer = std::make_shared<const LocalSigner>(std::move(key));
  const PublicKey public_key = signer->public_key();
  return SigningKey(std::move(signer), public_key);
}

SigningKey SigningKey::held_by(std::shared_ptr<const Signer> signer, const PublicKey& public_key) {
  return {std::make_shared<const VerifiedSigner>(std::move(signer), public_key), public_key};
}

Seed SigningKey::seed() const {
  const auto* local = dynamic_cast<const LocalSigner*>(signer_.get());
  PAC_CHECK(local != nullptr, "only keys of this process show their seed");
  return local->seed();
}

Result<Signature> SigningKey::sign(std::string_view message) const {
  return signer_->sign(message);
}

bool verify(const PublicKey& key, std::string_view message, const Signature& signature) {
  const Key raw(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  if (raw == nullptr || context == nullptr) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, raw.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

Result<void> random_bytes(std::span<std::uint8_t> out) {
  // RAND_bytes takes an int; secrets are far shorter.
  PAC_CHECK(out.size() <= 1u << 20, "random bytes are asked for in small numbers");
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) {
    return fail("PAC0141", "the system gave no random bytes");
  }
  return {};
}

void wipe(std::span<std::uint8_t> secret) noexcept {
  OPENSSL_cleanse(secret.data(), secret.size());
}

}  // namespace pac::crypto
