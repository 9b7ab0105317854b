#include "runtime/crypto/sealed.h"

#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encrypted_key.h"

namespace pac::crypto {
namespace {

constexpr std::size_t kMostBytes = 65'536;
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 1;

template <auto release>
struct Releases {
  void operator()(auto* held) const noexcept { release(held); }
};
using Bio = std::unique_ptr<BIO, Releases<BIO_free_all>>;
using Sealed = std::unique_ptr<X509_SIG, Releases<X509_SIG_free>>;
using Algorithm = std::unique_ptr<X509_ALGOR, Releases<X509_ALGOR_free>>;
using Pbes2 = std::unique_ptr<PBE2PARAM, Releases<PBE2PARAM_free>>;
using Scrypt = std::unique_ptr<SCRYPT_PARAMS, Releases<SCRYPT_PARAMS_free>>;

struct FreesBytes {
  void operator()(unsigned char* held) const noexcept { OPENSSL_free(held); }
};
using Bytes = std::unique_ptr<unsigned char, FreesBytes>;

// What OpenSSL left on its queue says nothing that our messages don't.
struct ClearsErrors {
  ~ClearsErrors() { ERR_clear_error(); }
};

std::unexpected<Error> wrong(const char* why) { return fail("PAC0143", why); }
std::unexpected<Error> failed() { return fail("PAC0141", "OpenSSL could not encrypt the key"); }

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
Result<void> check_derivation(const X509_ALGOR* algorithm) {
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

// Encrypts or decrypts; nothing where that fails.
Bytes crypt(const X509_ALGOR* algorithm, std::string_view passphrase, const unsigned char* in,
            int length, int* out_length, bool encrypts) {
  unsigned char* out = nullptr;
  if (PKCS12_pbe_crypt(algorithm, passphrase.data(), static_cast<int>(passphrase.size()), in,
                       length, &out, out_length, encrypts ? 1 : 0) == nullptr) {
    return nullptr;
  }
  return Bytes(out);
}

}  // namespace

Result<std::string> seal(std::string_view plain, std::string_view passphrase,
                         std::string_view label) {
  const ClearsErrors clears;
  if (const auto fits = check_length(passphrase, kLeastPassphrase); !fits) {
    return std::unexpected(fits.error());
  }
  // Salt and initial vector are drawn at random where none are given.
  const Algorithm algorithm(
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, kScryptN, kScryptR, kScryptP));
  if (algorithm == nullptr) return failed();
  int length = 0;
  const Bytes hidden =
      crypt(algorithm.get(), passphrase, reinterpret_cast<const unsigned char*>(plain.data()),
            static_cast<int>(plain.size()), &length, true);
  const Sealed sealed(X509_SIG_new());
  if (hidden == nullptr || sealed == nullptr) return failed();
  X509_ALGOR* own = nullptr;
  ASN1_OCTET_STRING* body = nullptr;
  X509_SIG_getm(sealed.get(), &own, &body);
  if (X509_ALGOR_copy(own, algorithm.get()) != 1 ||
      ASN1_OCTET_STRING_set(body, hidden.get(), length) != 1) {
    return failed();
  }
  unsigned char* der = nullptr;
  const int der_length = i2d_X509_SIG(sealed.get(), &der);
  if (der_length <= 0) return failed();
  const Bytes held(der);
  const Bio out(BIO_new(BIO_s_mem()));
  if (out == nullptr ||
      PEM_write_bio(out.get(), std::string(label).c_str(), "", der, der_length) <= 0) {
    return failed();
  }
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

bool is_sealed(std::string_view text, std::string_view label) noexcept {
  constexpr std::string_view kBegin = "-----BEGIN ";
  return text.starts_with(kBegin) && text.substr(kBegin.size()).starts_with(label) &&
         text.substr(kBegin.size() + label.size()).starts_with("-----\n");
}

Result<std::string> open_sealed(std::string_view text, std::string_view passphrase,
                                std::string_view label) {
  const ClearsErrors clears;
  if (text.size() > kMostBytes) return wrong("it is longer than any");
  const std::string end = "-----END " + std::string(label) + "-----\n";
  if (!is_sealed(text, label) || !text.ends_with(end)) {
    return fail("PAC0143", "it does not stand between BEGIN and END " + std::string(label));
  }
  if (const auto fits = check_length(passphrase, 0); !fits) return std::unexpected(fits.error());
  const Bio in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (in == nullptr) return fail("PAC0141", "OpenSSL could not read the key");
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long length = 0;
  const bool is_pem = PEM_read_bio(in.get(), &name, &header, &der, &length) == 1;
  const std::unique_ptr<char, decltype([](char* held) { OPENSSL_free(held); })> held_name(name),
      held_header(header);
  const Bytes held(der);
  if (!is_pem || label != name || *header != '\0') return wrong("its body is damaged");
  const unsigned char* at = der;
  const Sealed sealed(d2i_X509_SIG(nullptr, &at, length));
  if (sealed == nullptr || at != der + length) return wrong("its body is damaged");
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* body = nullptr;
  X509_SIG_get0(sealed.get(), &algorithm, &body);
  if (const auto usual = check_derivation(algorithm); !usual) {
    return std::unexpected(usual.error());
  }
  int opened = 0;
  const Bytes plain = crypt(algorithm, passphrase, ASN1_STRING_get0_data(body),
                            ASN1_STRING_length(body), &opened, false);
  // What a wrong passphrase opens is noise; a damaged body looks the same.
  if (plain == nullptr) {
    return fail("PAC0144", "the passphrase does not open the key, or the file is damaged");
  }
  std::string out(reinterpret_cast<const char*>(plain.get()), static_cast<std::size_t>(opened));
  wipe({plain.get(), static_cast<std::size_t>(opened)});
  return out;
}

}  // namespace pac::crypto
