#include "runtime/crypto/key_file.h"

#include <cstring>

#include "runtime/crypto/encoding.h"

namespace pac::crypto {

namespace {

// DER before the 32 bytes of the key; its lengths are fixed, so no parser is needed.
// PKCS#8: SEQUENCE { INTEGER 0, SEQUENCE { OID 1.3.101.112 }, OCTET STRING { OCTET STRING key } }
constexpr std::array<std::uint8_t, 16> kPrivatePrefix = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
// SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING key }
constexpr std::array<std::uint8_t, 12> kPublicPrefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                        0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

std::span<std::uint8_t> bytes_of(std::string& text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

std::string pem(std::string_view label, std::string_view prefix, std::string_view key) {
  std::string der;
  der.reserve(64);  // so that no copy of a secret is left behind by growing
  der += prefix;
  der += key;
  std::string base64 = to_base64(der);
  std::string out;
  out.reserve(200);
  out.append("-----BEGIN ").append(label).append("-----\n");
  out.append(base64).append("\n-----END ").append(label).append("-----\n");
  wipe(bytes_of(der));
  wipe(bytes_of(base64));
  return out;
}

Result<Seed> read_pem(std::string_view text, std::string_view label, std::string_view prefix) {
  const auto wrong = [&](const std::string& why) {
    return fail("PAC0143", "not a PEM file of an Ed25519 " +
                               std::string(label == "PRIVATE KEY" ? "private" : "public") +
                               " key: " + why);
  };
  const std::string begin = "-----BEGIN " + std::string(label) + "-----\n";
  const std::string end = "\n-----END " + std::string(label) + "-----\n";
  if (!text.starts_with(begin) || !text.ends_with(end) ||
      text.size() <= begin.size() + end.size()) {
    return wrong("it does not stand between BEGIN " + std::string(label) + " and END " +
                 std::string(label));
  }
  text.remove_prefix(begin.size());
  text.remove_suffix(end.size());
  Result<std::string> der = from_base64(text);
  if (!der) return wrong("its body is not one line of base64");
  Seed out{};
  const bool fits = der->size() == prefix.size() + out.size() && der->starts_with(prefix);
  if (fits) std::memcpy(out.data(), der->data() + prefix.size(), out.size());
  wipe(bytes_of(*der));
  if (!fits) return wrong("it holds a key of another kind");
  return out;
}

}  // namespace

std::string private_key_pem(const SigningKey& key) {
  Seed seed = key.seed();
  std::string out = pem("PRIVATE KEY", view(kPrivatePrefix), view(seed));
  wipe(seed);
  return out;
}

std::string public_key_pem(const PublicKey& key) {
  return pem("PUBLIC KEY", view(kPublicPrefix), view(key));
}

Result<SigningKey> read_private_key_pem(std::string_view text) {
  Result<Seed> seed = read_pem(text, "PRIVATE KEY", view(kPrivatePrefix));
  if (!seed) return std::unexpected(seed.error());
  Result<SigningKey> key = SigningKey::from_seed(*seed);
  wipe(*seed);
  return key;
}

Result<PublicKey> read_public_key_pem(std::string_view text) {
  return read_pem(text, "PUBLIC KEY", view(kPublicPrefix));
}

}  // namespace pac::crypto
