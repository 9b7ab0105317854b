// Boxes: what they are bound to, and that a key can't choose what was recorded.
#include "ledger/persons/box.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>

#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::ledger {
namespace {

const BoxPlace kPlace{"bank.example/credit/1", "2", "22222222222222222222222222222222",
                      "0123456789abcdef0123456789abcdef"};

crypto::AeadKey key_of(std::uint32_t number) {
  crypto::AeadKey out;
  for (std::size_t i = 0; i < 4; ++i) out.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  out.bytes[31] = 1;
  return out;
}

TEST(Box, OpensWhereItWasSealedAndNowhereElse) {
  const crypto::AeadKey key = key_of(1);
  const std::string contents = R"({"/input/id":"a0001"})";
  const auto box = seal_box(key, kPlace, contents);
  ASSERT_TRUE(box);
  EXPECT_EQ(*open_box(key, kPlace, box->bytes, box->hash), contents);
  EXPECT_NE(seal_box(key, kPlace, contents)->bytes, box->bytes) << "nonce and salt are random";
  EXPECT_NE(box->hash, crypto::sha256(contents)) << "a digest that can be found by trying all";
  for (int part = 0; part < 4; ++part) {
    BoxPlace other = kPlace;
    (part == 0   ? other.origin
     : part == 1 ? other.schema
     : part == 2 ? other.nonce
                 : other.subject) = "3";
    EXPECT_EQ(open_box(key, other, box->bytes, box->hash).error().code, "PAC6605") << part;
  }
  EXPECT_EQ(open_box(key_of(2), kPlace, box->bytes, box->hash).error().code, "PAC6605");
  Hash hash = box->hash;
  hash[31] ^= 1;
  EXPECT_EQ(open_box(key, kPlace, box->bytes, hash).error().code, "PAC6605");
  for (std::size_t i = 0; i < box->bytes.size(); ++i) {
    std::string changed = box->bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open_box(key, kPlace, changed, box->hash)) << i;
  }
  EXPECT_FALSE(open_box(key, kPlace, "", box->hash));
}

TEST(Box, HidesHowLongItsContentsAre) {
  const auto size_of = [](std::size_t contents) {
    return seal_box(key_of(1), kPlace, std::string(contents, 'x'))->bytes.size();
  };
  EXPECT_EQ(size_of(0), crypto::kAeadOverhead + 64);
  EXPECT_EQ(size_of(28), size_of(1));
  EXPECT_EQ(size_of(29), size_of(28) + 64);
  EXPECT_EQ(size_of(92), size_of(29));
}

// ---- The field of GCM: 128 bits, the first of them the coefficient of x^0.

using Block = std::array<std::uint8_t, 16>;

Block operator^(Block a, const Block& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] ^= b[i];
  return a;
}

Block times(const Block& a, Block b) {
  Block out{};
  for (int i = 0; i < 128; ++i) {
    if ((a[i / 8] >> (7 - i % 8) & 1) != 0) out = out ^ b;
    const bool carries = (b[15] & 1) != 0;
    for (int k = 15; k > 0; --k) b[k] = static_cast<std::uint8_t>(b[k] >> 1 | b[k - 1] << 7);
    b[0] = static_cast<std::uint8_t>(b[0] >> 1);
    if (carries) b[0] ^= 0xe1;
  }
  return out;
}

// x^(2^128 - 2).
Block inverse(const Block& x) {
  Block out{0x80}, square = x;
  for (int i = 1; i < 128; ++i) {
    square = times(square, square);
    out = times(out, square);
  }
  return out;
}

class Aes {
 public:
  explicit Aes(const crypto::AeadKey& key) : context_(EVP_CIPHER_CTX_new()) {
    EVP_EncryptInit_ex(context_, EVP_aes_256_ecb(), nullptr, key.bytes.data(), nullptr);
    EVP_CIPHER_CTX_set_padding(context_, 0);
  }
  ~Aes() { EVP_CIPHER_CTX_free(context_); }
  Aes(const Aes&) = delete;
  Aes& operator=(const Aes&) = delete;
  Block operator()(const Block& in) const {
    Block out;
    int size = 0;
    EVP_EncryptUpdate(context_, out.data(), &size, in.data(), 16);
    return out;
  }
  // The key stream of that block, from 1 on; 0 hides the tag.
  Block stream(std::uint32_t block) const {
    Block counter{};  // the nonce of the test is zeros
    const std::uint32_t number = block + 1;
    for (int i = 0; i < 4; ++i) counter[12 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    return (*this)(counter);
  }

 private:
  EVP_CIPHER_CTX* context_;
};

std::vector<Block> blocks_of(const std::string& text) {
  std::vector<Block> out((text.size() + 15) / 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    out[i / 16][i % 16] = static_cast<std::uint8_t>(text[i]);
  }
  return out;
}

// Who has two keys can make one ciphertext that both of them open (partitioning oracle, "invisible
// salamander"): a block is free, and the two tags are equal where it solves a linear equation. The
// hash in the entry tells which of the two was recorded.
TEST(Box, ATextUnderTwoKeysOpensToWhatWasRecordedOnly) {
  std::string associated = "pac box";
  for (const auto part : {kPlace.origin, kPlace.schema, kPlace.nonce, kPlace.subject}) {
    associated += '\0';
    associated += part;
  }
  constexpr std::size_t kContents = 60'000;
  const std::string salt(32, 's');
  const std::string contents = R"({"/input/id":")" + std::string(kContents - 16, 'a') + "\"}";
  ASSERT_EQ(contents.size(), kContents);
  std::string plain =
      salt +
      std::string({0, 0, static_cast<char>(kContents >> 8), static_cast<char>(kContents & 0xff)}) +
      contents;
  plain.resize((plain.size() + 63) / 64 * 64 + 64);  // the last block is free
  const crypto::AeadKey first = key_of(0);
  const Aes one(first);
  std::vector<Block> text = blocks_of(plain);
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = text[i] ^ one.stream(static_cast<std::uint32_t>(i + 1));
  }
  // A second key under which the length is one that the text has.
  std::uint32_t number = 1;
  for (;; ++number) {
    const Aes other(key_of(number));
    const Block head = text[2] ^ other.stream(3);
    const std::size_t length =
        std::size_t{head[0]} << 24 | std::size_t{head[1]} << 16 | head[2] << 8 | head[3];
    if (length + 36 <= plain.size()) break;
  }
  const crypto::AeadKey second = key_of(number);
  const Aes two(second);
  const auto tag = [&](const Aes& aes) {
    const Block h = aes(Block{});
    Block sum{};
    for (const Block& block : blocks_of(associated)) sum = times(sum ^ block, h);
    for (const Block& block : text) sum = times(sum ^ block, h);
    Block lengths{};
    const std::uint64_t bits[] = {associated.size() * 8, text.size() * 16 * 8};
    for (int i = 0; i < 16; ++i) {
      lengths[i] = static_cast<std::uint8_t>(bits[i / 8] >> (56 - 8 * (i % 8)));
    }
    return times(sum ^ lengths, h) ^ aes.stream(0);
  };
  text.back() = Block{};
  const Block h1 = one(Block{}), h2 = two(Block{});
  text.back() = times(tag(one) ^ tag(two), inverse(times(h1, h1) ^ times(h2, h2)));
  const Block common = tag(one);
  ASSERT_EQ(common, tag(two)) << "the attack itself";

  std::string box(12, '\0');
  for (const Block& block : text) box += crypto::view(block);
  box += crypto::view(common);
  // Both keys open it, to different contents.
  const auto opened = crypto::aead_open(first, box, associated);
  const auto other = crypto::aead_open(second, box, associated);
  ASSERT_TRUE(opened && other);
  ASSERT_NE(opened->substr(36, kContents), other->substr(36, kContents));
  const Hash hash = crypto::sha256(salt, contents);
  EXPECT_EQ(*open_box(first, kPlace, box, hash), contents);
  const auto refused = open_box(second, kPlace, box, hash);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "a box opens to other contents than those that were recorded");
}

}  // namespace
}  // namespace pac::ledger
