// Cosignatures and the policies that ask for them.
#include "ledger/log/cosignature.h"

#include <gtest/gtest.h>

#include "ledger/log/witness_policy.h"
#include "runtime/crypto/encoding.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

Cosigner cosigner(const std::string& name, std::uint8_t first) {
  crypto::Seed seed;
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
  return *Cosigner::make(name, *crypto::SigningKey::from_seed(seed));
}

Note signed_note() {
  const NoteSigner log = test::signer();
  const auto text = sign_checkpoint({test::kOrigin, 5, test::plain_root(test::leaves_of(5)), {}},
                                    std::span(&log, 1));
  return *decode_note(*text);
}

TEST(CosignatureTest, IsOverTheTimeAndTheText) {
  const Cosigner one = cosigner("w.example/1", 40);
  Note note = signed_note();
  const NoteSignature line = *one.cosign(note.text, 1'679'315'147);
  // What the specification says is signed, checked without the code that made it.
  ASSERT_EQ(line.bytes.size(), 72u);
  EXPECT_EQ(crypto::to_hex(line.bytes.substr(0, 8)), "00000000641850cb");
  const auto signature = crypto::to_array<64>(line.bytes.substr(8));
  EXPECT_TRUE(
      crypto::verify(one.key().key, "cosignature/v1\ntime 1679315147\n" + note.text, *signature));
  const auto digest =
      crypto::sha256("w.example/1\n\x04" + std::string(crypto::view(one.key().key)));
  EXPECT_EQ(crypto::to_hex(crypto::view(digest)).substr(0, 8),
            verifier_text(one.key()).substr(12, 8));
  add_signatures(std::span(&line, 1), &note);
  const WitnessKey key = one.key();
  const auto by = cosigners_of(note, std::span(&key, 1));
  ASSERT_TRUE(by);
  EXPECT_EQ(*by, (std::vector<Cosigned>{{0, 1'679'315'147}}));
  // And whoever knows the log alone passes over it.
  const NoteKey log = test::signer().key();
  EXPECT_TRUE(open_checkpoint(encode(note), test::kOrigin, std::span(&log, 1)));
}

TEST(CosignatureTest, EveryBitOfItCounts) {
  const Cosigner one = cosigner("w.example/1", 40);
  const WitnessKey key = one.key();
  const Note note = signed_note();
  const NoteSignature good = *one.cosign(note.text, 1'679'315'147);
  for (std::size_t bit = 0; bit < good.bytes.size() * 8; bit += 7) {
    NoteSignature bad = good;
    bad.bytes[bit / 8] = static_cast<char>(bad.bytes[bit / 8] ^ (1 << (bit % 8)));
    const auto by = cosigners_of({note.text, {bad}}, std::span(&key, 1));
    ASSERT_FALSE(by) << bit;
    EXPECT_EQ(by.error().code, "PAC6110");
  }
  EXPECT_FALSE(cosigners_of({note.text + "more\n", {good}}, std::span(&key, 1)));
  NoteSignature shorter = good;
  shorter.bytes.pop_back();
  EXPECT_FALSE(cosigners_of({note.text, {shorter}}, std::span(&key, 1)));
}

TEST(CosignatureTest, LinesOfOthersArePassedOver) {
  const Cosigner one = cosigner("w.example/1", 40), two = cosigner("w.example/1", 50);
  const Note note = signed_note();
  const WitnessKey key = one.key();
  const NoteSignature other = *two.cosign(note.text, 1);
  EXPECT_EQ(cosigners_of({note.text, {other}}, std::span(&key, 1))->size(), 0u);
  // The log's own signature by the same key is none.
  const NoteSigner log = test::signer("w.example/1", 40);
  EXPECT_EQ(cosigners_of({note.text, {*log.sign(note.text)}}, std::span(&key, 1))->size(), 0u);
}

TEST(CosignatureTest, ALaterLineStandsInPlaceOfTheEarlier) {
  const Cosigner one = cosigner("w.example/1", 40);
  const WitnessKey key = one.key();
  Note note = signed_note();
  const auto lines = note.signatures.size();
  for (const std::int64_t time : {10, 20}) {
    const NoteSignature line = *one.cosign(note.text, time);
    add_signatures(std::span(&line, 1), &note);
  }
  EXPECT_EQ(note.signatures.size(), lines + 1);
  EXPECT_EQ(cosigners_of(note, std::span(&key, 1))->at(0).time_s, 20);
  const auto again = decode_lines(encode_lines(note.signatures));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), note.signatures.size());
  EXPECT_FALSE(decode_lines(""));
  EXPECT_FALSE(decode_lines("— x\n"));
  EXPECT_FALSE(decode_lines("text\n\n" + encode_lines(note.signatures)));
}

TEST(CosignatureTest, KeysOfWitnessesAndOfLogsAreNotMixedUp) {
  const WitnessKey key = cosigner("w.example/1", 40).key();
  EXPECT_EQ(*read_witness_text(verifier_text(key)), key);
  const NoteKey log{key.name, key.key};
  EXPECT_EQ(read_witness_text(verifier_text(log)).error().code, "PAC6101");
  EXPECT_EQ(read_verifier_text(verifier_text(key)).error().code, "PAC6101");
  for (const char* bad : {"", "a+b", "w+00000000+AQ==", "w+00000000+", "+1+BA=="}) {
    EXPECT_FALSE(read_witness_text(bad)) << bad;
  }
  EXPECT_FALSE(Cosigner::make("a b", *crypto::SigningKey::generate()));
}

class PolicyTest : public testing::Test {
 protected:
  static std::string key(int i) {
    return verifier_text(
        cosigner("w.example/" + std::to_string(i), static_cast<std::uint8_t>(i * 3)).key());
  }
  // Whether the witnesses of these numbers are enough.
  static bool is_met(const WitnessPolicy& policy, std::initializer_list<std::size_t> by) {
    std::vector<bool> cosigned(policy.witnesses.size(), false);
    for (const std::size_t one : by) cosigned[one] = true;
    return policy.is_met(cosigned);
  }
  const std::string witnesses_ = "witness X1 " + key(1) + "\nwitness X2 " + key(2) +
                                 "\nwitness X3 " + key(3) + "\n  witness\tY1 " + key(4) +
                                 " https://y.example/1 \nwitness Y2 " + key(5) + "\n";
};

TEST_F(PolicyTest, GroupsOfGroups) {
  const auto policy = read_policy("# two kinds of houses\n\n" + witnesses_ +
                                  "group X 2 X1 X2 X3\ngroup Y any Y1 Y2\n"
                                  "group both all X Y\nquorum both\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_TRUE(policy->needs_any());
  EXPECT_EQ(policy->witnesses[3].url, "https://y.example/1");
  EXPECT_TRUE(is_met(*policy, {0, 2, 4}));
  EXPECT_TRUE(is_met(*policy, {0, 1, 2, 3, 4}));
  EXPECT_FALSE(is_met(*policy, {0, 1, 2}));
  EXPECT_FALSE(is_met(*policy, {0, 3, 4}));
  EXPECT_FALSE(is_met(*policy, {}));
  // Written out and read again it is the same.
  const auto again = read_policy(policy_text(*policy));
  ASSERT_TRUE(again) << again.error().message;
  for (unsigned set = 0; set < 32; ++set) {
    std::vector<bool> by;
    for (unsigned i = 0; i < 5; ++i) by.push_back((set >> i & 1) != 0);
    EXPECT_EQ(policy->is_met(by), again->is_met(by)) << set;
  }
}

TEST_F(PolicyTest, AQuorumOfOneOrOfNone) {
  const auto one = read_policy(witnesses_ + "quorum X2\n");
  ASSERT_TRUE(one);
  EXPECT_TRUE(is_met(*one, {1}));
  EXPECT_FALSE(is_met(*one, {0, 2, 3, 4}));
  const auto none = read_policy("quorum none\n");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->needs_any());
  EXPECT_TRUE(is_met(*none, {}));
  // What stands behind the quorum counts nothing.
  const auto before = read_policy(witnesses_ + "group a all X1\nquorum a\ngroup b all X2 a\n");
  ASSERT_TRUE(before);
  EXPECT_TRUE(is_met(*before, {0}));
}

TEST_F(PolicyTest, WhatIsNoPolicy) {
  for (const std::string& bad :
       {std::string(), std::string("quorum none"), std::string("quorum none\nquorum none\n"),
        std::string("quorum X1\n"), witnesses_, witnesses_ + "group g 6 X1 X2\nquorum g\n",
        witnesses_ + "group g 0 X1\nquorum g\n", witnesses_ + "group g 1x X1\nquorum g\n",
        witnesses_ + "group g all X1 X1\nquorum g\n",
        witnesses_ + "group g all X1\ngroup h all X1 X2\nquorum h\n",
        witnesses_ + "group g all g\nquorum g\n", witnesses_ + "group none all X1\nquorum none\n",
        witnesses_ + "group X1 all X2\nquorum X1\n", witnesses_ + "group g all\nquorum g\n",
        witnesses_ + "witness Z " + key(1) + "\nquorum Z\n", std::string("witness X\nquorum X\n"),
        std::string("policy none\n"), std::string("quorum none\x01\n"),
        "witness X " + verifier_text(test::signer().key()) + "\nquorum X\n"}) {
    const auto policy = read_policy(bad);
    ASSERT_FALSE(policy) << bad;
    EXPECT_EQ(policy.error().code, "PAC6111");
  }
}

TEST_F(PolicyTest, ItemsAndBytes) {
  std::string witnesses;
  for (int i = 0; i < 65; ++i) {
    if (i == 64) {
      EXPECT_TRUE(read_policy(witnesses + "quorum X3\n"));
    }
    witnesses += "witness X" + std::to_string(i) + " " + key(i) + "\n";
  }
  EXPECT_EQ(read_policy(witnesses + "quorum X3\n").error().code, "PAC6111");
  const std::string end = "quorum none\n";
  std::string text = "#" + std::string(kMaxPolicyBytes - end.size() - 2, 'x') + "\n" + end;
  EXPECT_EQ(text.size(), kMaxPolicyBytes);
  EXPECT_TRUE(read_policy(text));
  EXPECT_EQ(read_policy("#" + text).error().code, "PAC6111");
}

TEST_F(PolicyTest, TooFewAreNamed) {
  const Cosigner one = cosigner("w.example/1", 3);
  const auto policy = read_policy(witnesses_ + "group g 2 X1 X2\nquorum g\n");
  Note note = signed_note();
  const NoteSignature line = *one.cosign(note.text, 7);
  add_signatures(std::span(&line, 1), &note);
  const auto by = verify_cosigned(note, *policy);
  ASSERT_FALSE(by);
  EXPECT_EQ(by.error().code, "PAC6112");
  EXPECT_NE(by.error().message.find("`w.example/2`"), std::string::npos) << by.error().message;
  EXPECT_EQ(by.error().message.find("`w.example/1`"), std::string::npos) << by.error().message;
}

}  // namespace
}  // namespace pac::ledger
