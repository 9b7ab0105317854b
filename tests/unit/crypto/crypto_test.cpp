#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/hmac.h"
#include "runtime/crypto/sha256.h"
#include "tests/unit/base/property.h"

namespace pac::crypto {
namespace {

std::string any_bytes(int max_count) {
  std::string bytes;
  for (int i = test::in_range(0, max_count + 1); i > 0; --i) {
    bytes.push_back(static_cast<char>(test::in_range(0, 256)));
  }
  return bytes;
}

// FIPS 180-4, the published examples.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(to_hex(view(sha256(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(view(sha256("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  for (int i = 0; i < 1000; ++i) hash.update(std::string(1000, 'a'));
  EXPECT_EQ(to_hex(view(hash.finish())),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(hash.finish(), sha256("")) << "begins anew";
}

RC_GTEST_PROP(Sha256, PiecesGiveTheWhole, ()) {
  const std::string bytes = any_bytes(300);
  Sha256 hash;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t count = test::in_range<std::size_t>(0, bytes.size() - at + 1);
    hash.update(std::string_view(bytes).substr(at, count));
    at += count;
  }
  RC_ASSERT(hash.finish() == sha256(bytes));
}

// RFC 4231, cases 1, 2 and 6.
TEST(Hmac, GivesThePublishedDigests) {
  const auto hex = [](const std::string& key, std::string_view first, std::string_view second) {
    return to_hex(view(hmac_sha256(key, first, second)));
  };
  EXPECT_EQ(hex(std::string(20, '\x0b'), "Hi ", "There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex("Jefe", "what do ya want for nothing?", ""),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First", ""),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  Digest one{}, other{};
  EXPECT_TRUE(equal_in_constant_time(one, other));
  other[31] = 1;
  EXPECT_FALSE(equal_in_constant_time(one, other));
}

// RFC 4648, section 10.
TEST(Encoding, GivesThePublishedBase64) {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xFB\xFF", "+/8="},
  };
  for (const auto& [bytes, text] : rows) {
    EXPECT_EQ(to_base64(bytes), text);
    ASSERT_TRUE(from_base64(text)) << text;
    EXPECT_EQ(*from_base64(text), bytes);
  }
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg==Zg==", "=g==", "Z===", "====", "Zh==", "Zm9=",
                          "Zm9v\n", "Z g=", "Zm-_", "Zm=v"}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
}

TEST(Encoding, HexIsStrict) {
  EXPECT_EQ(to_hex("\x01\xAB"), "01ab");
  ASSERT_TRUE(from_hex("01ab"));
  EXPECT_EQ(*from_hex("01ab"), "\x01\xAB");
  for (const char* bad : {"0", "0g", "AB", "0x", "01 2", " 0"}) EXPECT_FALSE(from_hex(bad)) << bad;
  EXPECT_FALSE(array_from_hex<32>("01ab"));
  EXPECT_TRUE(array_from_hex<2>("01ab"));
  EXPECT_FALSE(array_from_base64<2>("Zg=="));
}

RC_GTEST_PROP(Encoding, RoundTrips, ()) {
  const std::string bytes = any_bytes(50);
  RC_ASSERT(from_hex(to_hex(bytes)).value() == bytes);
  RC_ASSERT(from_base64(to_base64(bytes)).value() == bytes);
  // One spelling only: text that decodes is what encoding gives.
  std::string text = to_base64(bytes);
  if (!text.empty()) {
    text[test::in_range<std::size_t>(0, text.size())] = "ABz09+/= "[test::in_range(0, 9)];
    if (const auto back = from_base64(text)) RC_ASSERT(to_base64(*back) == text);
  }
}

// RFC 8032, section 7.1, tests 1 to 3.
TEST(Ed25519, GivesThePublishedSignatures) {
  struct Row {
    const char* seed;
    const char* key;
    const char* message;
    const char* signature;
  };
  const Row rows[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
       "dc659"
       "4a7c15e9716ed28dc027beceea1ec40a"},
  };
  for (const Row& row : rows) {
    const auto key = SigningKey::from_seed(array_from_hex<32>(row.seed).value());
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(view(key->public_key())), row.key);
    EXPECT_EQ(to_hex(view(key->seed())), row.seed);
    const std::string message = from_hex(row.message).value();
    const auto signature = key->sign(message);
    ASSERT_TRUE(signature);
    EXPECT_EQ(to_hex(view(*signature)), row.signature);
    EXPECT_TRUE(verify(key->public_key(), message, *signature));
  }
}

TEST(Ed25519, AnyDamagedBitIsNoticed) {
  const auto key = SigningKey::generate();
  const auto other = SigningKey::generate();
  ASSERT_TRUE(key && other);
  EXPECT_NE(key->public_key(), other->public_key());
  std::string message = "a decision";
  Signature signature = key->sign(message).value();
  ASSERT_TRUE(verify(key->public_key(), message, signature));
  EXPECT_FALSE(verify(other->public_key(), message, signature));
  EXPECT_FALSE(verify(key->public_key(), message + " ", signature));
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    signature[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_FALSE(verify(key->public_key(), message, signature)) << bit;
    signature[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
  for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
    message[bit / 8] = static_cast<char>(message[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(verify(key->public_key(), message, signature)) << bit;
    message[bit / 8] = static_cast<char>(message[bit / 8] ^ (1 << bit % 8));
  }
  EXPECT_TRUE(verify(key->public_key(), message, signature));
}

TEST(Ed25519, RandomBytesDifferAndSecretsAreWiped) {
  Seed a{};
  Seed b{};
  ASSERT_TRUE(random_bytes(a));
  ASSERT_TRUE(random_bytes(b));
  EXPECT_NE(a, b);
  wipe(a);
  EXPECT_EQ(a, Seed{});
}

}  // namespace
}  // namespace pac::crypto
