// ECDSA P-256: signatures, files, and what tokens hand out; what is none of these is refused.
#include "runtime/crypto/ecdsa.h"

#include <gtest/gtest.h>

#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sealed.h"

namespace pac::crypto {
namespace {

const std::string kPassphrase = "correct horse";

TEST(Ecdsa, SignsAndVerifies) {
  const EcdsaKey key = *EcdsaKey::generate();
  EXPECT_EQ(key.public_key().size(), kEcdsaPublicBytes);
  const std::string signature = *key.sign("text");
  EXPECT_TRUE(verify_ecdsa(key.public_key(), "text", signature));
  EXPECT_FALSE(verify_ecdsa(key.public_key(), "texts", signature));
  EXPECT_FALSE(verify_ecdsa(EcdsaKey::generate()->public_key(), "text", signature));
  EXPECT_FALSE(verify_ecdsa("", "text", signature));
  EXPECT_FALSE(verify_ecdsa(key.public_key(), "text", ""));
  for (std::size_t at = 0; at < signature.size(); ++at) {
    std::string bad = signature;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_FALSE(verify_ecdsa(key.public_key(), "text", bad)) << at;
  }
  EXPECT_FALSE(verify_ecdsa(key.public_key(), "text", signature + '\0'));
}

TEST(Ecdsa, FilesAreReadAsTheyAreWritten) {
  const EcdsaKey key = *EcdsaKey::generate();
  const std::string plain = *key.private_pem();
  EXPECT_EQ(EcdsaKey::read_pem(plain)->public_key(), key.public_key());
  const std::string sealed = *key.private_pem(kPassphrase);
  EXPECT_EQ(EcdsaKey::read_pem(sealed, kPassphrase)->public_key(), key.public_key());
  EXPECT_EQ(EcdsaKey::read_pem(sealed, "another one").error().code, "PAC0144");
  EXPECT_EQ(EcdsaKey::read_pem(sealed).error().code, "PAC0143");
  EXPECT_EQ(key.private_pem("short").error().code, "PAC0144");
  EXPECT_EQ(EcdsaKey::read_pem(plain.substr(1)).error().code, "PAC0143");
  EXPECT_EQ(EcdsaKey::read_pem("").error().code, "PAC0143");
}

TEST(Ecdsa, AnEd25519KeyIsNone) {
  const std::string text =
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
      "-----END PRIVATE KEY-----\n";
  EXPECT_EQ(EcdsaKey::read_pem(text).error().code, "PAC0143");
}

TEST(Ecdsa, PointsAndNumbersOfTokens) {
  const EcdsaKey key = *EcdsaKey::generate();
  const std::string point = key.public_key().substr(kEcdsaPublicBytes - 65);
  EXPECT_EQ(ecdsa_public_key_of_point(point), key.public_key());
  std::string off = point;
  off.back() = static_cast<char>(off.back() ^ 1);
  EXPECT_EQ(ecdsa_public_key_of_point(off), "") << "not on the curve";
  EXPECT_EQ(ecdsa_public_key_of_point(""), "");
  const std::string der = *ecdsa_signature_of_numbers(std::string(64, '\x01'));
  EXPECT_EQ(der.size(), 70u);
  EXPECT_FALSE(ecdsa_signature_of_numbers(std::string(63, '\x01')));
}

TEST(Sealed, AnyBytesUnderAPassphrase) {
  const std::string text = *seal("some bytes", kPassphrase, "PAC THINGS");
  EXPECT_TRUE(is_sealed(text, "PAC THINGS"));
  EXPECT_FALSE(is_sealed(text, "PAC THING"));
  EXPECT_EQ(*open_sealed(text, kPassphrase, "PAC THINGS"), "some bytes");
  EXPECT_EQ(text.find("some bytes"), text.npos);
  EXPECT_EQ(open_sealed(text, kPassphrase, "OTHER").error().code, "PAC0143");
  const auto other = open_sealed(text, "another one", "PAC THINGS");
  EXPECT_TRUE(!other || *other != "some bytes");
  EXPECT_FALSE(open_sealed(text.substr(0, text.size() - 1), kPassphrase, "PAC THINGS"));
}

}  // namespace
}  // namespace pac::crypto
