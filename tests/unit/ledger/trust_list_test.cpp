// Trust lists: each version is signed by those whom the one before trusts, and a reader begins at
// one that he knows from elsewhere.
#include "ledger/log/trust_list.h"

#include <gtest/gtest.h>

#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::int64_t kNow = 1'772'355'600'000'000;  // 2026-03-01

crypto::SigningKey key(std::uint8_t first) {
  crypto::Seed seed{};
  seed[0] = first;
  return *crypto::SigningKey::from_seed(seed);
}

std::string text_of(const crypto::SigningKey& of) {
  return crypto::to_base64(crypto::view(of.public_key()));
}

std::string person(std::uint8_t number) {
  return "{\"holder\":\"P" + std::to_string(number) + "\",\"holder_kind\":\"person\",\"name\":\"p" +
         std::to_string(number) + "\",\"public_key\":\"" + text_of(key(number)) +
         "\",\"role\":\"trust\"}";
}

std::string node(std::uint8_t number, const std::string& name = "n") {
  return "{\"holder\":\"node-1\",\"holder_kind\":\"node\",\"name\":\"" + name +
         "\",\"origin\":\"bank.example/credit\",\"public_key\":\"" + text_of(key(number)) +
         "\",\"role\":\"log\"}";
}

std::string draft(int version, int threshold, const std::string& keys,
                  const std::string& expires = "2027-01-01", const std::string& more = "") {
  return "{\"expires\":\"" + expires + "\",\"keys\":[" + keys + "]," + more +
         "\"threshold\":" + std::to_string(threshold) + ",\"version\":" + std::to_string(version) +
         "}";
}

std::string added(const std::string& text, const std::string& what,
                  const std::vector<crypto::SigningKey>& keys) {
  auto out = add_version(text, what, keys);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : "";
}

std::string fingerprint(const std::string& text, std::size_t version) {
  return (*read_versions(text))[version - 1].fingerprint;
}

TEST(TrustList, TheFirstVersionIsBelievedByItsFingerprint) {
  const std::string list = added("", draft(1, 1, person(1) + "," + node(9)), {key(1)});
  const auto open = TrustList::open(list, fingerprint(list, 1), kNow);
  ASSERT_TRUE(open) << open.error().message;
  EXPECT_EQ(open->log_keys("bank.example/credit"), std::vector{key(9).public_key()});
  EXPECT_TRUE(open->log_keys("bank.example/other").empty());
  EXPECT_EQ(TrustList::open(list, std::string(64, '0'), kNow).error().code, "PAC6108");
}

TEST(TrustList, EachVersionIsSignedByTheThresholdOfTheOneBefore) {
  const std::string people = person(1) + "," + person(2) + "," + person(3);
  const std::string one = added("", draft(1, 2, people), {key(1), key(2)});
  const std::string pin = fingerprint(one, 1);
  // A new version with one of the two signatures does not count; with the second it does.
  const std::string half = added(one, draft(2, 2, people + "," + node(9)), {key(3)});
  EXPECT_EQ(TrustList::open(half, pin, kNow).error().code, "PAC6108");
  const auto whole = sign_newest(half, std::vector{key(1)});
  ASSERT_TRUE(whole);
  EXPECT_TRUE(TrustList::open(*whole, pin, kNow));
  // Who holds the later fingerprint begins there, and is not taken back to an earlier state.
  const std::string later = fingerprint(*whole, 2);
  EXPECT_TRUE(TrustList::open(*whole, later, kNow));
  EXPECT_EQ(TrustList::open(one, later, kNow).error().code, "PAC6108");
  // A version that trusts other people is signed by both, those before and those now.
  const std::string others = added(*whole, draft(3, 1, person(7)), {key(1), key(2)});
  EXPECT_EQ(TrustList::open(others, pin, kNow).error().code, "PAC6108");
  EXPECT_TRUE(TrustList::open(*sign_newest(others, std::vector{key(7)}), pin, kNow));
  // A stranger's signature is not taken in.
  EXPECT_EQ(sign_newest(one, std::vector{key(66)}).error().code, "PAC6108");
}

TEST(TrustList, AnEditedOrExpiredListIsRefused) {
  const std::string list =
      added("", draft(1, 1, person(1) + "," + node(9), "2026-02-01"), {key(1)});
  EXPECT_EQ(TrustList::open(list, fingerprint(list, 1), kNow).error().code, "PAC6109");
  EXPECT_TRUE(
      TrustList::open(list, fingerprint(list, 1), kNow - std::int64_t{60} * 86'400'000'000));
  // Another payload under the same signatures is another fingerprint, and one that nobody signed.
  auto versions = *read_versions(list);
  versions[0].envelope.payload.replace(versions[0].envelope.payload.find("2026-02"), 7, "2036-02");
  const std::string forged = "{\"versions\":[" + crypto::encode(versions[0].envelope) + "]}";
  EXPECT_EQ(TrustList::open(forged, fingerprint(list, 1), kNow).error().code, "PAC6108");
  EXPECT_EQ(TrustList::open(forged, fingerprint(forged, 1), kNow).error().code, "PAC6108");
}

TEST(TrustList, DraftsThatMayNotBe) {
  const std::string good = person(1);
  for (const std::string& bad :
       {draft(2, 1, good), draft(1, 2, good), draft(1, 0, good), draft(1, 1, node(9)),
        draft(1, 1, good + "," + good), draft(1, 1, good, "soon"),
        draft(1, 1, good + "," + node(1)), draft(1, 1, good, "2027-01-01", "\"more\":1,"),
        std::string("[]"), std::string("{")}) {
    EXPECT_EQ(add_version("", bad, std::vector{key(1)}).error().code, "PAC6108") << bad;
  }
}

TEST(LimitsOfALedger, TrustLists) {
  const std::string list = added("", draft(1, 1, person(1)), {key(1)});
  const std::size_t most = std::size_t{16} << 20;
  EXPECT_TRUE(read_versions(list + std::string(most - list.size(), ' ')));
  EXPECT_EQ(read_versions(list + std::string(most - list.size() + 1, ' ')).error().code, "PAC6108");
}

TEST(TrustList, RevokesKeys) {
  const std::string revoked =
      "\"revoked\":[{\"pins\":[{\"origin\":\"bank.example/credit/1\","
      "\"root\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"size\":7}],"
      "\"public_key\":\"" +
      text_of(key(9)) + "\"}],";
  const std::string list =
      added("", draft(1, 1, person(1) + "," + node(9), "2027-01-01", revoked), {key(1)});
  const auto open = TrustList::open(list, fingerprint(list, 1), kNow);
  ASSERT_TRUE(open);
  ASSERT_EQ(open->newest().revoked.size(), 1u);
  EXPECT_EQ(open->newest().revoked[0].pins[0].size, 7u);
}

}  // namespace
}  // namespace pac::ledger
