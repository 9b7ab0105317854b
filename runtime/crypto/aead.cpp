#include "runtime/crypto/aead.h"

#include <openssl/evp.h>

#include <memory>

#include "runtime/crypto/ed25519.h"

namespace pac::crypto {
namespace {

// Freeing it wipes what it derived from the key.
struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// What OpenSSL takes at once.
constexpr std::size_t kMostBytes = std::size_t{1} << 30;

}  // namespace

AeadKey::~AeadKey() { wipe(bytes); }

Result<AeadKey> AeadKey::random() {
  AeadKey out;
  if (const auto drawn = random_bytes(out.bytes); !drawn) return std::unexpected(drawn.error());
  return out;
}

Result<std::string> aead_seal(const AeadKey& key, std::string_view plain,
                              std::string_view associated) {
  std::array<std::uint8_t, kAeadNonceBytes> nonce;
  if (const auto drawn = random_bytes(nonce); !drawn) return std::unexpected(drawn.error());
  std::string out(kAeadNonceBytes + plain.size() + kAeadTagBytes, '\0');
  std::copy(nonce.begin(), nonce.end(), bytes_of(out));
  const Context context(EVP_CIPHER_CTX_new());
  unsigned char* const text = bytes_of(out) + kAeadNonceBytes;
  int done = 0;
  const bool is_sealed = plain.size() <= kMostBytes && associated.size() <= kMostBytes &&
                         context != nullptr &&
                         EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                                            key.bytes.data(), nonce.data()) == 1 &&
                         EVP_EncryptUpdate(context.get(), nullptr, &done, bytes_of(associated),
                                           static_cast<int>(associated.size())) == 1 &&
                         EVP_EncryptUpdate(context.get(), text, &done, bytes_of(plain),
                                           static_cast<int>(plain.size())) == 1 &&
                         EVP_EncryptFinal_ex(context.get(), text + done, &done) == 1 &&
                         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kAeadTagBytes,
                                             text + plain.size()) == 1;
  if (!is_sealed) return fail("PAC0141", "the cryptographic library can't encrypt");
  return out;
}

std::optional<std::string> aead_open(const AeadKey& key, std::string_view sealed,
                                     std::string_view associated) {
  if (sealed.size() < kAeadOverhead || sealed.size() > kMostBytes ||
      associated.size() > kMostBytes) {
    return std::nullopt;
  }
  const std::string_view text = sealed.substr(kAeadNonceBytes, sealed.size() - kAeadOverhead);
  std::array<unsigned char, kAeadTagBytes> tag;
  std::copy(sealed.end() - kAeadTagBytes, sealed.end(), tag.begin());
  std::string out(text.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int done = 0;
  const bool is_open =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(),
                         bytes_of(sealed)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &done, bytes_of(associated),
                        static_cast<int>(associated.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(out), &done, bytes_of(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kAeadTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(out) + done, &done) == 1;
  if (is_open) return out;
  wipe_text(out);  // what an unverified text decrypts to is nobody's to see
  return std::nullopt;
}

void wipe_text(std::string& text) noexcept {
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

}  // namespace pac::crypto
