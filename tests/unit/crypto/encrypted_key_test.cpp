// Signing keys under a passphrase. The texts were made by `openssl pkcs8 -topk8` of OpenSSL 3.0
// from the key of RFC 8410, section 10.3.
#include <gtest/gtest.h>

#include "runtime/crypto/encrypted_key.h"
#include "runtime/crypto/key_file.h"

namespace pac::crypto {
namespace {

constexpr std::string_view kPassphrase = "correct horse battery staple";
constexpr std::string_view kPublic =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kSealed =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAgyLJR8f4+8kQICQAAC\n"
    "AQgCAQEwHQYJYIZIAWUDBAEqBBCLgZZGtw5CfM02g+JzkQX8BEC9Ka/8xbO+wv1F\n"
    "x3G9a751lRm0BXeO/U/AEM+lC4bxVauyKPaGVFGIutkYRuxOJBTJJDDpkosxQFks\n"
    "DF3fBfXP\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
constexpr std::string_view kByPbkdf2 =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiGQCIh+Yp/fwICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEI27LM6crSvCZbAcmPl4/gcEQE/6\n"
    "7wAiSK/Td+oDpKzWvwoocQW1GoOaz5XfZgHmkroHgXN64F+tli7L5nu34DdUNadp\n"
    "R62ZkAqTaUdNljKKYcI=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
constexpr std::string_view kMuchWork =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAi7EpDG7Hhe0wICBAAC\n"
    "AQgCAREwHQYJYIZIAWUDBAEqBBC1m/NXlSEhiTYQgKYs/QwqBEBgEcQTA/bGuh9A\n"
    "3jLYYxNscIdwI6j/OXwe6Kr6GeI+sz/wQu+34CncXBAecbsNMtFF4iQO4AYlvwtr\n"
    "TItvxj7q\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
constexpr std::string_view kOtherKind =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAi9y5/FM2xWQQICQAAC\n"
    "AQgCAQEwHQYJYIZIAWUDBAEqBBAgK+txc7uV+G1q0OR5CElhBECmykP+UuQNGlGT\n"
    "fzS9t/5xYL5/5fj/DYyEj+wFDzWUNP9VNYraTJqF88EJfxbKCF/hb0QaBSkTgFNF\n"
    "gldtmkxv\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

std::string code_of(std::string_view text, std::string_view passphrase) {
  const auto read = read_encrypted_key_pem(text, passphrase);
  return read ? "" : read.error().code;
}

TEST(EncryptedKey, OpensWhatOpensslSealed) {
  const auto key = read_encrypted_key_pem(kSealed, kPassphrase);
  ASSERT_TRUE(key.has_value()) << key.error().message;
  EXPECT_EQ(public_key_pem(key->public_key()), kPublic);
}

TEST(EncryptedKey, RoundTripWithFreshSalt) {
  const auto key = read_encrypted_key_pem(kSealed, kPassphrase);
  ASSERT_TRUE(key.has_value());
  const auto once = encrypted_key_pem(*key, "eight888");
  const auto again = encrypted_key_pem(*key, "eight888");
  ASSERT_TRUE(once.has_value() && again.has_value());
  EXPECT_NE(*once, *again) << "salt and initial vector are drawn for each";
  EXPECT_TRUE(is_encrypted_key(*once));
  const auto read = read_encrypted_key_pem(*once, "eight888");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->public_key(), key->public_key());
}

TEST(EncryptedKey, AnotherPassphraseOpensNothing) {
  for (const std::string_view other :
       {"correct horse battery stapl", "Correct horse battery staple", "", "x"}) {
    EXPECT_EQ(code_of(kSealed, other), "PAC0144") << other;
  }
  EXPECT_EQ(code_of(kSealed, std::string(kMostPassphrase + 1, 'x')), "PAC0144");
}

TEST(EncryptedKey, NewPassphrasesHaveALength) {
  const auto key = read_encrypted_key_pem(kSealed, kPassphrase);
  ASSERT_TRUE(key.has_value());
  for (const std::size_t length : {std::size_t{0}, kLeastPassphrase - 1, kMostPassphrase + 1}) {
    const auto sealed = encrypted_key_pem(*key, std::string(length, 'x'));
    ASSERT_FALSE(sealed.has_value()) << length;
    EXPECT_EQ(sealed.error().code, "PAC0144");
  }
  EXPECT_TRUE(encrypted_key_pem(*key, std::string(kMostPassphrase, 'x')).has_value());
}

TEST(EncryptedKey, RefusesOtherForms) {
  EXPECT_EQ(code_of(kByPbkdf2, kPassphrase), "PAC0143");
  EXPECT_EQ(code_of(kMuchWork, kPassphrase), "PAC0143");
  EXPECT_EQ(code_of(kOtherKind, kPassphrase), "PAC0143");
  EXPECT_EQ(code_of("", kPassphrase), "PAC0143");
  EXPECT_EQ(code_of(kPublic, kPassphrase), "PAC0143");
  EXPECT_EQ(code_of(std::string(kSealed) + "\n", kPassphrase), "PAC0143");
  EXPECT_EQ(code_of(kSealed.substr(0, kSealed.size() - 60), kPassphrase), "PAC0143");
}

// The cipher hides and does not authenticate: a change behind the first block may give another key,
// which nobody trusts, but never this one.
TEST(EncryptedKey, DamageGivesNothingOrAnotherKey) {
  const std::size_t begin = kSealed.find('\n') + 1;
  std::size_t refused = 0;
  std::size_t others = 0;
  for (std::size_t i = begin; i < begin + 150; i += 9) {
    std::string damaged(kSealed);
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    const auto read = read_encrypted_key_pem(damaged, kPassphrase);
    refused += read ? 0 : 1;
    if (!read) continue;
    ++others;
    EXPECT_NE(public_key_pem(read->public_key()), kPublic) << i;
  }
  EXPECT_GT(refused, 4 * others);
}

}  // namespace
}  // namespace pac::crypto
