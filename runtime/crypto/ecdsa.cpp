#include "runtime/crypto/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstring>

#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sealed.h"

namespace pac::crypto {
namespace {

constexpr std::string_view kPlain = "PRIVATE KEY";
constexpr std::string_view kSealed = "ENCRYPTED PRIVATE KEY";
// SubjectPublicKeyInfo of P-256 before the 65 bytes of an uncompressed point; its lengths are
// fixed.
constexpr std::string_view kPublicPrefix(
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
    "\x03\x42\x00",
    26);

template <auto release>
struct Releases {
  void operator()(auto* held) const noexcept { release(held); }
};
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Releases<EVP_MD_CTX_free>>;
using PrivateInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releases<PKCS8_PRIV_KEY_INFO_free>>;
using Numbers = std::unique_ptr<ECDSA_SIG, Releases<ECDSA_SIG_free>>;

// What OpenSSL left on its queue says nothing that our messages don't.
struct ClearsErrors {
  ~ClearsErrors() { ERR_clear_error(); }
};

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void wipe_text(std::string& text) {
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

std::string taken(unsigned char* der, int length) {
  std::string out;
  if (length > 0) out.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  if (length > 0) OPENSSL_clear_free(der, static_cast<std::size_t>(length));
  return out;
}

Key public_of(std::string_view der) {
  if (der.size() != kEcdsaPublicBytes || !der.starts_with(kPublicPrefix)) return nullptr;
  const unsigned char* at = bytes_of(der);
  return Key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
}

std::string public_der(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key, &der);
  return taken(der, length);
}

std::unexpected<Error> wrong(const std::string& why) {
  return fail("PAC0143", "not a PEM file of an ECDSA P-256 private key: " + why);
}

// A key in the memory of this process. OpenSSL wipes it when it goes.
class LocalEcdsa final : public EcdsaSigner {
 public:
  explicit LocalEcdsa(Key key) : key_(std::move(key)) {}

  Result<std::string> sign(std::string_view message) const override {
    const ClearsErrors clears;
    std::string out(kMostEcdsaSignature, '\0');
    std::size_t length = out.size();
    const Context context(EVP_MD_CTX_new());
    if (context == nullptr ||
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                       bytes_of(message), message.size()) != 1) {
      return fail("PAC0141", "OpenSSL made no ECDSA signature");
    }
    out.resize(length);
    return out;
  }

  std::string secret() const override {
    const PrivateInfo info(EVP_PKEY2PKCS8(key_.get()));
    unsigned char* der = nullptr;
    const int length = info == nullptr ? 0 : i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
    return taken(der, length);
  }

 private:
  Key key_;
};

}  // namespace

Result<EcdsaKey> EcdsaKey::generate() {
  const ClearsErrors clears;
  Key key(EVP_EC_gen("P-256"));
  std::string public_key = key == nullptr ? std::string() : public_der(key.get());
  if (!is_ecdsa_public_key(public_key)) return fail("PAC0141", "OpenSSL made no ECDSA key");
  return EcdsaKey(std::make_shared<LocalEcdsa>(std::move(key)), std::move(public_key));
}

EcdsaKey EcdsaKey::held_by(std::shared_ptr<const EcdsaSigner> signer, std::string public_key) {
  return {std::move(signer), std::move(public_key)};
}

Result<std::string> EcdsaKey::sign(std::string_view message) const {
  auto out = signer_->sign(message);
  if (!out || verify_ecdsa(public_key_, message, *out)) return out;
  return fail("PAC0141", "what the key made is not its ECDSA signature");
}

Result<std::string> EcdsaKey::private_pem() const {
  std::string der = signer_->secret();
  if (der.empty()) return wrong("the secret lies elsewhere");
  std::string body = to_base64(der);
  wipe_text(der);
  std::string out;
  out.reserve(body.size() + 128);  // so that no copy of a secret is left behind by growing
  out.append("-----BEGIN ").append(kPlain).append("-----\n");
  constexpr std::size_t kLine = 64;
  for (std::size_t at = 0; at < body.size(); at += kLine) {
    out.append(body, at, kLine).append("\n");
  }
  out.append("-----END ").append(kPlain).append("-----\n");
  wipe_text(body);
  return out;
}

Result<std::string> EcdsaKey::private_pem(std::string_view passphrase) const {
  std::string der = signer_->secret();
  if (der.empty()) return wrong("the secret lies elsewhere");
  auto out = seal(der, passphrase, kSealed);
  wipe_text(der);
  return out;
}

Result<EcdsaKey> EcdsaKey::of_pkcs8(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const PrivateInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  Key key(info == nullptr ? nullptr : EVP_PKCS82PKEY(info.get()));
  if (key == nullptr || EVP_PKEY_get_id(key.get()) != EVP_PKEY_EC) {
    return wrong("it holds a key of another kind");
  }
  std::string public_key = public_der(key.get());
  if (!is_ecdsa_public_key(public_key)) return wrong("it holds a key of another curve");
  return EcdsaKey(std::make_shared<LocalEcdsa>(std::move(key)), std::move(public_key));
}

Result<EcdsaKey> EcdsaKey::read_pem(std::string_view text) {
  const ClearsErrors clears;
  const std::string begin = "-----BEGIN " + std::string(kPlain) + "-----\n";
  const std::string end = "-----END " + std::string(kPlain) + "-----\n";
  if (!text.starts_with(begin) || !text.ends_with(end) || text.size() < begin.size() + end.size()) {
    return wrong("it does not stand between BEGIN and END PRIVATE KEY");
  }
  text.remove_prefix(begin.size());
  text.remove_suffix(end.size());
  std::string body;
  body.reserve(text.size());
  for (const char c : text) {
    if (c != '\n') body += c;
  }
  auto der = from_base64(body);
  wipe_text(body);
  if (!der) return wrong("its body is not base64");
  auto out = of_pkcs8(*der);
  wipe_text(*der);
  return out;
}

Result<EcdsaKey> EcdsaKey::read_pem(std::string_view text, std::string_view passphrase) {
  const ClearsErrors clears;
  auto der = open_sealed(text, passphrase, kSealed);
  if (!der && der.error().code == "PAC0143") return wrong(der.error().message);
  if (!der) return std::unexpected(der.error());
  auto out = of_pkcs8(*der);
  wipe_text(*der);
  return out;
}

bool is_ecdsa_public_key(std::string_view der) {
  const ClearsErrors clears;
  const Key key = public_of(der);
  return key != nullptr && EVP_PKEY_get_id(key.get()) == EVP_PKEY_EC;
}

std::string ecdsa_public_key_of_point(std::string_view point) {
  std::string out = std::string(kPublicPrefix) + std::string(point);
  return is_ecdsa_public_key(out) ? out : std::string();
}

Result<std::string> ecdsa_signature_of_numbers(std::string_view numbers) {
  const ClearsErrors clears;
  constexpr int kNumber = 32;
  const Numbers both(ECDSA_SIG_new());
  if (numbers.size() != 2 * kNumber || both == nullptr) {
    return fail("PAC0141", "an ECDSA signature of P-256 has two numbers of 32 bytes");
  }
  BIGNUM* const r = BN_bin2bn(bytes_of(numbers), kNumber, nullptr);
  BIGNUM* const s = BN_bin2bn(bytes_of(numbers) + kNumber, kNumber, nullptr);
  if (ECDSA_SIG_set0(both.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return fail("PAC0141", "OpenSSL could not write an ECDSA signature");
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(both.get(), &der);
  return taken(der, length);
}

bool verify_ecdsa(std::string_view public_key, std::string_view message,
                  std::string_view signature) {
  const ClearsErrors clears;
  const Key key = public_of(public_key);
  const Context context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

std::string ecdsa_public_key_pem(std::string_view public_key) {
  const std::string body = to_base64(public_key);
  constexpr std::size_t kLine = 64;
  std::string out = "-----BEGIN PUBLIC KEY-----\n";
  for (std::size_t at = 0; at < body.size(); at += kLine) out += body.substr(at, kLine) + "\n";
  return out + "-----END PUBLIC KEY-----\n";
}

}  // namespace pac::crypto
