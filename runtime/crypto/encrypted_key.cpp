#include "runtime/crypto/encrypted_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "runtime/crypto/sealed.h"

namespace pac::crypto {

namespace {

constexpr std::string_view kLabel = "ENCRYPTED PRIVATE KEY";

template <auto release>
struct Releases {
  void operator()(auto* held) const noexcept { release(held); }
};
using PrivateInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releases<PKCS8_PRIV_KEY_INFO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;

// What OpenSSL left on its queue says nothing that our messages don't.
struct ClearsErrors {
  ~ClearsErrors() { ERR_clear_error(); }
};

std::unexpected<Error> wrong(const std::string& why) {
  return fail("PAC0143", "not an encrypted PEM file of an Ed25519 private key: " + why);
}

void wipe_text(std::string& text) {
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

bool is_encrypted_key(std::string_view text) noexcept { return is_sealed(text, kLabel); }

Result<std::string> encrypted_key_pem(const SigningKey& key, std::string_view passphrase) {
  const ClearsErrors clears;
  Seed seed = key.seed();
  const Key raw(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  wipe(seed);
  const PrivateInfo info(raw == nullptr ? nullptr : EVP_PKEY2PKCS8(raw.get()));
  unsigned char* der = nullptr;
  const int length = info == nullptr ? 0 : i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  if (length <= 0) return fail("PAC0141", "OpenSSL could not encrypt the key");
  std::string plain(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_clear_free(der, static_cast<std::size_t>(length));
  auto out = seal(plain, passphrase, kLabel);
  wipe_text(plain);
  return out;
}

Result<SigningKey> read_encrypted_key_pem(std::string_view text, std::string_view passphrase) {
  const ClearsErrors clears;
  auto plain = open_sealed(text, passphrase, kLabel);
  if (!plain && plain.error().code == "PAC0143") return wrong(plain.error().message);
  if (!plain) return std::unexpected(plain.error());
  const auto* at = reinterpret_cast<const unsigned char*>(plain->data());
  const PrivateInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(plain->size())));
  wipe_text(*plain);
  if (info == nullptr) {
    return fail("PAC0144", "the passphrase does not open the key, or the file is damaged");
  }
  const Key key(EVP_PKCS82PKEY(info.get()));
  if (key == nullptr || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    return wrong("it holds a key of another kind");
  }
  Seed seed{};
  std::size_t length = seed.size();
  if (EVP_PKEY_get_raw_private_key(key.get(), seed.data(), &length) != 1 || length != seed.size()) {
    return wrong("it holds a key of another kind");
  }
  Result<SigningKey> out = SigningKey::from_seed(seed);
  wipe(seed);
  return out;
}

}  // namespace pac::crypto
