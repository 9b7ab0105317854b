// DSSE envelopes and key files.
#include <gtest/gtest.h>

#include "runtime/crypto/dsse.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/key_file.h"

namespace pac::crypto {
namespace {

SigningKey key_of(uint8_t byte) {
  Seed seed;
  seed.fill(byte);
  auto key = SigningKey::from_seed(seed);
  EXPECT_TRUE(key.has_value());
  return std::move(*key);
}

TEST(Dsse, EncodesTheVectorOfTheProtocol) {
  EXPECT_EQ(pre_authentication_encoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST(Dsse, ReadsTheEnvelopeOfTheProtocol) {
  const auto read = decode_envelope(
      R"({"payload":"aGVsbG8gd29ybGQ=","payloadType":"http://example.com/HelloWorld",)"
      R"("signatures":[{"sig":"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]})");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->payload, "hello world");
  EXPECT_EQ(read->signatures.size(), 1u);
}

TEST(Dsse, ASignatureCoversTypeAndPayload) {
  const SigningKey key = key_of(1), other = key_of(2);
  Envelope envelope{"a/b", "payload", {}};
  ASSERT_TRUE(sign(&envelope, key).has_value());
  auto read = decode_envelope(encode(envelope));
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(is_signed_by(*read, key.public_key()));
  EXPECT_FALSE(is_signed_by(*read, other.public_key()));
  Envelope changed = *read;
  changed.payload_type = "a/c";
  EXPECT_FALSE(is_signed_by(changed, key.public_key()));
  changed = *read;
  changed.payload += " ";
  EXPECT_FALSE(is_signed_by(changed, key.public_key()));
  changed = *read;
  changed.signatures[0].key_id = "somebody else";  // a hint only
  EXPECT_TRUE(is_signed_by(changed, key.public_key()));
  changed.signatures[0].bytes.pop_back();
  EXPECT_FALSE(is_signed_by(changed, key.public_key()));
}

TEST(Dsse, TakesBothAlphabetsOfBase64) {
  const auto read = decode_envelope(R"({"payload":"-_8=","payloadType":"t","signatures":[]})");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->payload, "\xfb\xff");
}

TEST(Dsse, RefusesWhatIsNoEnvelope) {
  for (const char* text : {"", "[]", "{}", R"({"payload":"","payloadType":"t","signatures":{}})",
                           R"({"payload":"*","payloadType":"t","signatures":[]})",
                           R"({"payload":"","payloadType":"t","signatures":[{}]})"}) {
    const auto read = decode_envelope(text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, "PAC0142");
  }
}

// The key of RFC 8410, section 10.3, and the public half of section 10.1.
TEST(KeyFile, ReadsTheKeyOfTheStandard) {
  const auto key = read_private_key_pem(
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n");
  ASSERT_TRUE(key.has_value()) << key.error().message;
  EXPECT_EQ(public_key_pem(key->public_key()),
            "-----BEGIN PUBLIC KEY-----\n"
            "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
            "-----END PUBLIC KEY-----\n");
}

TEST(KeyFile, RoundTripAndRefusals) {
  const SigningKey key = key_of(7);
  const std::string text = private_key_pem(key);
  const auto read = read_private_key_pem(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->public_key(), key.public_key());
  const auto public_read = read_public_key_pem(public_key_pem(key.public_key()));
  ASSERT_TRUE(public_read.has_value());
  EXPECT_EQ(*public_read, key.public_key());
  EXPECT_FALSE(read_public_key_pem(text).has_value());
  EXPECT_FALSE(read_private_key_pem(public_key_pem(key.public_key())).has_value());
  EXPECT_FALSE(read_private_key_pem(text.substr(1)).has_value());
  EXPECT_FALSE(read_private_key_pem(text + "\n").has_value());
  const auto wrong =
      read_private_key_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().code, "PAC0143");
  EXPECT_EQ(wrong.error().message.find("AAAA"), std::string::npos);
}

}  // namespace
}  // namespace pac::crypto
