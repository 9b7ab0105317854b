// Keys in a token, with SoftHSM in its part: one token of its own for each test.
#include "runtime/pkcs11/token.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

// SoftHSM 2.6 loses an ASN.1 string with each signature of an Ed25519 key; of a module that is gone
// again the sanitizer sees OpenSSL's functions alone.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:CRYPTO_zalloc\nleak:ASN1_STRING_set\n";
}

namespace pac::pkcs11 {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
constexpr const char* kPin = "4711-0815";

class Token : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fs::exists(kModule)) << "the package softhsm2 is missing";
    folder_ = fs::temp_directory_path() / ("pac_token_" + std::to_string(getpid()));
    fs::create_directories(folder_ / "tokens");
    std::ofstream(folder_ / "softhsm.conf")
        << "directories.tokendir = " << (folder_ / "tokens").string() << "\nlog.level = ERROR\n";
    setenv("SOFTHSM2_CONF", (folder_ / "softhsm.conf").c_str(), 1);
    const std::string init = std::string("softhsm2-util --init-token --free --label pac --pin ") +
                             kPin + " --so-pin 12345678 > /dev/null 2>&1";
    ASSERT_EQ(std::system(init.c_str()), 0);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string uri(const std::string& object, const std::string& token = "pac") {
    return "pkcs11:token=" + token + ";object=" + object + "?module-path=" + kModule;
  }
  static std::string refusal(const std::string& text, std::string_view pin = kPin) {
    const auto key = token_key(text, pin);
    return key ? "" : key.error().code + " " + key.error().message;
  }
  static bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }

  fs::path folder_;
};

TEST_F(Token, AKeyIsMadeAndSigns) {
  const auto made = make_token_key(uri("release"), kPin);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  const auto opened = token_key(uri("release"), kPin);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(opened->public_key(), made->public_key());
  for (const std::string& message : {std::string(), std::string("a"), std::string(100'000, 'x')}) {
    const auto signature = opened->sign(message);
    ASSERT_TRUE(signature.has_value()) << signature.error().message;
    EXPECT_TRUE(crypto::verify(made->public_key(), message, *signature));
    EXPECT_EQ(*signature, *made->sign(message)) << "Ed25519 has one signature for each message";
  }
}

TEST_F(Token, AnEcdsaKeyIsMadeAndSigns) {
  const auto made = make_token_ecdsa_key(uri("second"), kPin);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  const auto opened = token_ecdsa_key(uri("second"), kPin);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(opened->public_key(), made->public_key());
  for (const std::string& message : {std::string(), std::string("a"), std::string(100'000, 'x')}) {
    const auto signature = opened->sign(message);
    ASSERT_TRUE(signature.has_value()) << signature.error().message;
    EXPECT_TRUE(crypto::verify_ecdsa(made->public_key(), message, *signature));
  }
  EXPECT_FALSE(made->private_pem()) << "the secret stays in the token";
  EXPECT_FALSE(make_token_ecdsa_key(uri("second"), kPin)) << "there is one of that name";
  const auto other = token_key(uri("second"), kPin);
  ASSERT_FALSE(other);
  EXPECT_TRUE(has(other.error().message, "there is no Ed25519 key of that name"));
}

TEST_F(Token, SignsFromManyThreads) {
  const auto key = make_token_key(uri("release"), kPin);
  ASSERT_TRUE(key.has_value()) << key.error().message;
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const std::string message = std::to_string(i) + "/" + std::to_string(k);
        const auto signature = key->sign(message);
        if (signature && crypto::verify(key->public_key(), message, *signature)) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 80);
}

TEST_F(Token, NamesWhatIsNotThere) {
  ASSERT_TRUE(make_token_key(uri("release"), kPin).has_value());
  EXPECT_TRUE(has(refusal(uri("other")), "PAC0145 there is no Ed25519 key of that name"));
  EXPECT_TRUE(has(refusal(uri("release", "cap")), "PAC0145 there is no token of that name"));
  EXPECT_TRUE(has(refusal(uri("release"), "0000"), "PAC0145 the PIN is wrong"));
  EXPECT_TRUE(has(refusal("pkcs11:token=pac;object=release?module-path=/dev/null"),
                  "PAC0145 /dev/null is no PKCS#11 module"));
  const auto again = make_token_key(uri("release"), kPin);
  ASSERT_FALSE(again.has_value());
  EXPECT_TRUE(has(again.error().message, "there is a key of that name"));
}

TEST_F(Token, RefusesUrisThatSayTooLittleOrTooMuch) {
  const std::string module = std::string("?module-path=") + kModule;
  EXPECT_TRUE(has(refusal("pkcs11:token=pac;object=release"), "module-path"));
  EXPECT_TRUE(has(refusal("pkcs11:token=pac;object=a?module-path=softhsm.so"), "module-path"));
  EXPECT_TRUE(has(refusal("pkcs11:token=pac" + module), "names no key"));
  EXPECT_TRUE(has(refusal("pkcs11:object=release" + module), "names no token"));
  EXPECT_TRUE(has(refusal("pkcs11:token=pac;object=%zz" + module), "can't be read"));
  const std::string with_pin =
      refusal("pkcs11:token=pac;object=a" + module + "&pin-value=4711-0815");
  EXPECT_TRUE(has(with_pin, "holds no PIN")) << with_pin;
  EXPECT_FALSE(has(with_pin, "4711-0815")) << "no message quotes a secret";
}

// What a token signs with another key than it shows is not handed out.
TEST_F(Token, ASignatureOfAnotherKeyIsNoticed) {
  class Wrong : public crypto::Signer {
   public:
    explicit Wrong(crypto::SigningKey key) : key_(std::move(key)) {}
    Result<crypto::Signature> sign(std::string_view message) const override {
      return key_.sign(message);
    }

   private:
    crypto::SigningKey key_;
  };
  const auto shown = crypto::SigningKey::generate();
  const auto used = crypto::SigningKey::generate();
  ASSERT_TRUE(shown.has_value() && used.has_value());
  const auto key = crypto::SigningKey::held_by(std::make_shared<Wrong>(*used), shown->public_key());
  const auto signature = key.sign("message");
  ASSERT_FALSE(signature.has_value());
  EXPECT_EQ(signature.error().code, "PAC0141");
}

}  // namespace
}  // namespace pac::pkcs11
