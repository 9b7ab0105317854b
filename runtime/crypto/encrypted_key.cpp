#include "runtime/crypto/encrypted_key.h"

#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>

namespace pac::crypto {

namespace {

constexpr std::string_view kBegin = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";
constexpr std::string_view kEnd = "-----END ENCRYPTED PRIVATE KEY-----\n";
constexpr std::size_t kMostBytes = 4096;
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 1;

template <auto release>
struct Releases {
  void operator()(auto* held) const noexcept { release(held); }
};
using Bio = std::unique_ptr<BIO, Releases<BIO_free_all>>;
using PrivateInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releases<PKCS8_PRIV_KEY_INFO_free>>;
using Sealed = std::unique_ptr<X509_SIG, Releases<X509_SIG_free>>;
using Algorithm = std::unique_ptr<X509_ALGOR, Releases<X509_ALGOR_free>>;
using Pbes2 = std::unique_ptr<PBE2PARAM, Releases<PBE2PARAM_free>>;
using Scrypt = std::unique_ptr<SCRYPT_PARAMS, Releases<SCRYPT_PARAMS_free>>;
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;

// What OpenSSL left on its queue says nothing that our messages don't.
struct ClearsErrors {
  ~ClearsErrors() { ERR_clear_error(); }
};

std::unexpected<Error> wrong(const char* why) {
  return fail("PAC0143",
              std::string("not an encrypted PEM file of an Ed25519 private key: ") + why);
}

Result<void> check_length(std::string_view passphrase, std::size_t least) {
  if (passphrase.size() < least) {
    return fail("PAC0144",
                "a passphrase has at least " + std::to_string(kLeastPassphrase) + " bytes");
  }
  if (passphrase.size() > kMostPassphrase) {
    return fail("PAC0144",
                "a passphrase has at most " + std::to_string(kMostPassphrase) + " bytes");
  }
  return {};
}

bool is_at_most(const ASN1_INTEGER* number, std::uint64_t most) {
  std::uint64_t value = 0;
  return number != nullptr && ASN1_INTEGER_get_uint64(&value, number) == 1 && value >= 1 &&
         value <= most;
}

// Whether the key is derived by scrypt, with no more work than we do.
Result<void> check_derivation(const X509_SIG& sealed) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(&sealed, &algorithm, nullptr);
  if (OBJ_obj2nid(algorithm->algorithm) != NID_pbes2) return wrong("it is not encrypted by PBES2");
  const Pbes2 scheme(static_cast<PBE2PARAM*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)));
  if (scheme == nullptr) return wrong("its parameters are damaged");
  if (OBJ_obj2nid(scheme->keyfunc->algorithm) != NID_id_scrypt) {
    return wrong(
        "its passphrase is not stretched by scrypt; `openssl pkcs8 -topk8 -scrypt` does so");
  }
  const Scrypt scrypt(static_cast<SCRYPT_PARAMS*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), scheme->keyfunc->parameter)));
  if (scrypt == nullptr) return wrong("its parameters are damaged");
  if (!is_at_most(scrypt->costParameter, kMostScryptN) ||
      !is_at_most(scrypt->blockSize, kMostScryptR) ||
      !is_at_most(scrypt->parallelizationParameter, kMostScryptP)) {
    return wrong("it asks for more work than pac does; N 16384, r 8, p 1 are usual");
  }
  return {};
}

}  // namespace

bool is_encrypted_key(std::string_view text) noexcept { return text.starts_with(kBegin); }

Result<std::string> encrypted_key_pem(const SigningKey& key, std::string_view passphrase) {
  const ClearsErrors clears;
  if (const auto fits = check_length(passphrase, kLeastPassphrase); !fits) {
    return std::unexpected(fits.error());
  }
  const auto failed = [] { return fail("PAC0141", "OpenSSL could not encrypt the key"); };
  Seed seed = key.seed();
  const Key raw(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  wipe(seed);
  if (raw == nullptr) return failed();
  const PrivateInfo info(EVP_PKEY2PKCS8(raw.get()));
  // Salt and initial vector are drawn at random where none are given.
  Algorithm algorithm(
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, kScryptN, kScryptR, kScryptP));
  if (info == nullptr || algorithm == nullptr) return failed();
  const Sealed sealed(PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()),
                                     info.get(), algorithm.get()));
  if (sealed == nullptr) return failed();
  // The sealed key owns it now.
  [[maybe_unused]] const X509_ALGOR* const given = algorithm.release();
  const Bio out(BIO_new(BIO_s_mem()));
  if (out == nullptr || PEM_write_bio_PKCS8(out.get(), sealed.get()) != 1) return failed();
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(out.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(length));
}

Result<SigningKey> read_encrypted_key_pem(std::string_view text, std::string_view passphrase) {
  const ClearsErrors clears;
  if (text.size() > kMostBytes) return wrong("it is longer than any");
  if (!is_encrypted_key(text) || !text.ends_with(kEnd)) {
    return wrong("it does not stand between BEGIN and END ENCRYPTED PRIVATE KEY");
  }
  if (const auto fits = check_length(passphrase, 0); !fits) return std::unexpected(fits.error());
  const Bio in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (in == nullptr) return fail("PAC0141", "OpenSSL could not read the key");
  const Sealed sealed(PEM_read_bio_PKCS8(in.get(), nullptr, nullptr, nullptr));
  if (sealed == nullptr) return wrong("its body is damaged");
  if (const auto usual = check_derivation(*sealed); !usual) return std::unexpected(usual.error());
  const PrivateInfo info(
      PKCS8_decrypt(sealed.get(), passphrase.data(), static_cast<int>(passphrase.size())));
  // What a wrong passphrase opens is noise, which is no key; a damaged body looks the same.
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
