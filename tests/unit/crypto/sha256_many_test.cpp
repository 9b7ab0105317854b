// Many digests at once, against one after the other by OpenSSL.
#include "runtime/crypto/sha256_many.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "runtime/crypto/encoding.h"

namespace pac::crypto {
namespace {

using Many = void (*)(std::uint8_t, std::span<const std::string_view>, std::span<Digest>);

void expect_same(Many many, std::uint8_t first, std::span<const std::string_view> messages) {
  std::vector<Digest> out(messages.size());
  many(first, messages, out);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string whole = static_cast<char>(first) + std::string(messages[i]);
    ASSERT_EQ(to_hex(view(out[i])), to_hex(view(sha256(whole))))
        << i << " of " << messages.size() << ", " << messages[i].size() << " bytes";
  }
}

// Messages that lie one behind the other, so that a byte read beyond one shows in its digest, and
// beyond the last to the sanitizers.
void try_all(Many many) {
  std::mt19937_64 random(7);
  std::string bytes(300'000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  // Each length around the ends of the first blocks.
  std::vector<std::string_view> lengths;
  std::size_t at = 0;
  for (std::size_t length = 0; length < 400; at += length++) {
    lengths.push_back(std::string_view(bytes).substr(at, length));
  }
  expect_same(many, 0, lengths);
  expect_same(many, 255, lengths);
  // Few, and such that one is far longer than those that run beside it.
  for (std::size_t count = 0; count < 9; ++count) {
    for (int run = 0; run < 40; ++run) {
      std::vector<std::string_view> some;
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t length = random() % (random() % 3 == 0 ? 5'000 : 130);
        some.push_back(std::string_view(bytes).substr(random() % 290'000, length));
      }
      expect_same(many, static_cast<std::uint8_t>(random()), some);
    }
  }
  // One whose length in bits needs more than two bytes, at the end of the memory.
  const std::string_view long_ones[] = {std::string_view(bytes).substr(1), {}, "x"};
  expect_same(many, 1, long_ones);
}

TEST(Sha256Many, EqualsOneAfterTheOther) { try_all(sha256_many); }

TEST(Sha256Many, OneByOneWhereTheInstructionsAreMissing) { try_all(sha256_detail::one_by_one); }

TEST(Sha256Many, ByLanes) {
  if (!sha256_has_lanes()) GTEST_SKIP() << "untested: this processor has no SHA instructions";
  try_all(sha256_detail::by_lanes);
}

}  // namespace
}  // namespace pac::crypto
