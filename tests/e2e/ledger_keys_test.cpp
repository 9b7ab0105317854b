// Keys of a ledger as a user meets them: exchanged, revoked, listed, and believed by a trust list.
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/key_file.h"
#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

class LedgerKeys : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    const Outcome made = pac("ledger init book --origin bank.example/credit");
    ASSERT_EQ(made.exit, 0) << made.err;
    first_ = lines_of(made.out).back();
    ASSERT_EQ(pac("key new next").exit, 0);
    ASSERT_EQ(append("", 3).exit, 0);
  }
  Outcome append(const std::string& key, int count) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += "{\"loan\": " + std::to_string(++loans_) + "}\n";
    return pac("ledger append book" + (key.empty() ? "" : " --key " + key), lines);
  }
  std::string public_key(const std::string& name) {
    return crypto::to_base64(crypto::view(*crypto::read_public_key_pem(read(folder_ / name))));
  }
  // The public key of a line to verify with, in base64.
  static std::string of_verifier(const std::string& line) {
    const std::size_t second = line.find('+', line.find('+') + 1);  // base64 has some, too
    return crypto::to_base64(crypto::from_base64(line.substr(second + 1))->substr(1));
  }
  std::string first_;
  int loans_ = 0;
};

TEST_F(LedgerKeys, ARotationLeavesAllVerifiable) {
  const Outcome rotated = pac("ledger rotate book --to next.key --reason yearly");
  ASSERT_EQ(rotated.exit, 0) << rotated.err;
  EXPECT_TRUE(has(rotated.out, "signs from entry 4 of bank.example/credit/1")) << rotated.out;
  EXPECT_TRUE(has(rotated.out, first_ + " signs no more")) << rotated.out;
  const Outcome old = append("", 1);
  EXPECT_EQ(old.exit, 3);
  EXPECT_TRUE(has(old.err, "PAC6210") && has(old.err, "retired")) << old.err;
  ASSERT_EQ(append("next.key", 3).exit, 0);
  const Outcome verified = pac("ledger verify book --verifier " + first_);
  EXPECT_EQ(verified.exit, 0) << verified.err;
  const Outcome listed = pac("ledger keys book --verifier " + first_ + " --format json");
  EXPECT_EQ(listed.exit, 0) << listed.err;
  const auto lines = lines_of(listed.out);
  ASSERT_EQ(lines.size(), 2u) << listed.out;
  const auto before = json::parse(lines[0]), after = json::parse(lines[1]);
  EXPECT_EQ(before->find("verifier")->as_string(), first_);
  EXPECT_EQ(before->find("retired_at")->as_int(), 5);
  EXPECT_FALSE(before->find("signs")->as_bool());
  EXPECT_EQ(after->find("introduced_at")->as_int(), 4);
  EXPECT_TRUE(after->find("signs")->as_bool());
  EXPECT_TRUE(has(pac("ledger keys book").out, "still")) << pac("ledger keys book").out;
  // Who trusts the newer key, and who trusts nobody's.
  EXPECT_EQ(pac("ledger verify book --verifier " + after->find("verifier")->as_string()).exit, 0);
  EXPECT_EQ(pac("ledger show book 7").exit, 0);
  EXPECT_EQ(pac("ledger prove book 7 -o r").exit, 0);
  file("e", pac("ledger show book 7").out);
  EXPECT_EQ(
      pac("ledger receipt verify r --entry e --verifier " + after->find("verifier")->as_string())
          .exit,
      0);
  const Outcome earlier = pac("ledger receipt verify r --entry e --verifier " + first_);
  EXPECT_EQ(earlier.exit, 1);
  EXPECT_TRUE(has(earlier.err, "`pac ledger keys` shows")) << earlier.err;
  // And an archive has the way from one to the other.
  const Outcome archive = pac("ledger archive book a.zip");
  ASSERT_EQ(archive.exit, 0) << archive.err;
  EXPECT_EQ(pac("ledger verify a.zip --verifier " + first_).exit, 0);
  EXPECT_EQ(pac("ledger verify a.zip --verifier " + after->find("verifier")->as_string()).exit, 0);
  ASSERT_EQ(pac("ledger init other --origin bank.example/credit").exit, 0);
  const std::string stranger = lines_of(pac("ledger status other").out).back();
  const Outcome refused = pac("ledger verify a.zip --verifier " + stranger.substr(2));
  EXPECT_EQ(refused.exit, 1) << stranger << refused.err;
}

TEST_F(LedgerKeys, ASecondKeySignsALineOfItsOwn) {
  const Outcome made =
      pac("ledger init two --origin bank.example/two --also-key two/second.key --lines all");
  ASSERT_EQ(made.exit, 0) << made.err;
  const auto said = lines_of(made.out);
  ASSERT_EQ(said.size(), 3u) << made.out;
  const std::string first = said[1], second = said[2].substr(0, said[2].find(' '));
  EXPECT_TRUE(has(said[2], "signs each checkpoint too")) << said[2];
  ASSERT_EQ(pac("ledger append two", "{\"loan\": 1}\n").exit, 0);
  EXPECT_EQ(pac("ledger verify two --verifier " + first + " --also-verifier " + second).exit, 0);
  EXPECT_TRUE(
      has(pac("ledger keys two").out, "a further line, from entry 1, still: nothing counts"));
  // A ledger without the line is not this one.
  const Outcome without = pac("ledger verify book --also-verifier " + second);
  EXPECT_EQ(without.exit, 1) << without.err;
  EXPECT_TRUE(has(without.err, "signs no line")) << without.err;
  ASSERT_EQ(pac("ledger prove two 2 -o r").exit, 0);
  file("e", pac("ledger show two 2").out);
  for (const std::string& by : {"--verifier " + first, "--verifier " + second,
                                "--verifier " + first + " --also-verifier " + second}) {
    EXPECT_EQ(pac("ledger receipt verify r --entry e " + by).exit, 0) << by;
  }
  ASSERT_EQ(pac("ledger archive two two.zip").exit, 0);
  EXPECT_EQ(pac("ledger verify two.zip --verifier " + first + " --also-verifier " + second).exit,
            0);
  // Edited, the line is named; taken away, it is missed.
  const std::filesystem::path checkpoint = folder_ / "two/streams/0001/checkpoint";
  const std::string good = read(checkpoint);
  std::string bad = good;
  bad[bad.size() - 6] = bad[bad.size() - 6] == 'A' ? 'B' : 'A';
  std::ofstream(checkpoint, std::ios::binary) << bad;
  const Outcome edited = pac("ledger verify two --verifier " + first);
  EXPECT_EQ(edited.exit, 1);
  EXPECT_TRUE(has(edited.err, "ECDSA")) << edited.err;
  const std::size_t last = good.rfind('\n', good.size() - 2);
  std::ofstream(checkpoint, std::ios::binary) << good.substr(0, last + 1);
  const Outcome gone = pac("ledger verify two --verifier " + first);
  EXPECT_EQ(gone.exit, 1);
  EXPECT_TRUE(has(gone.err, "lacks the line")) << gone.err;
  std::ofstream(checkpoint, std::ios::binary) << good;
  // Without the key nothing more is signed; another one takes its place.
  std::filesystem::rename(folder_ / "two/second.key", folder_ / "apart.key");
  EXPECT_EQ(pac("ledger append two", "{\"loan\": 2}\n").exit, 3);
  EXPECT_EQ(pac("ledger append two --also-key apart.key", "{\"loan\": 2}\n").exit, 0);
  EXPECT_EQ(pac("ledger verify two --verifier " + first).exit, 0);
  EXPECT_EQ(pac("ledger init three --origin bank.example/three --lines some").exit, 2);
  ASSERT_EQ(pac("key new other --ecdsa").exit, 0);
  ASSERT_EQ(pac("ledger init three --origin bank.example/three").exit, 0);
  ASSERT_EQ(pac("ledger rotate three --also-key other.key --lines any").exit, 0);
  EXPECT_EQ(pac("ledger append three", "{\"loan\": 2}\n").exit, 0) << "any is enough";
  EXPECT_EQ(pac("ledger verify three").exit, 0);
}

TEST_F(LedgerKeys, BothSignUntilItIsFinished) {
  ASSERT_EQ(pac("ledger rotate book --to next.key --keep-old").exit, 0);
  EXPECT_TRUE(has(pac("ledger status book").out, "two keys sign"));
  ASSERT_EQ(append("book/signing.key,next.key", 2).exit, 0);
  const std::string checkpoint = read(folder_ / "book/streams/0001/checkpoint");
  std::size_t signatures = 0;
  for (const std::string& line : lines_of(checkpoint))
    signatures += line.starts_with("\xE2\x80\x94");
  EXPECT_EQ(signatures, 2u) << checkpoint;
  EXPECT_EQ(pac("ledger rotate book --to next.key").exit, 2) << "two sign already";
  ASSERT_EQ(pac("ledger rotate book --finish --key next.key").exit, 0);
  EXPECT_EQ(append("", 1).exit, 3);
  EXPECT_EQ(pac("ledger verify book --verifier " + first_).exit, 0);
}

TEST_F(LedgerKeys, WhatWasMistypedChangesNothing) {
  EXPECT_EQ(pac("ledger rotate book").exit, 2);
  EXPECT_EQ(pac("ledger rotate book --to absent.key").exit, 3);
  EXPECT_EQ(pac("ledger rotate book --to book/signing.key").exit, 2) << "a key is new once";
  EXPECT_EQ(pac("ledger rotate book --finish").exit, 2) << "only one signs";
  EXPECT_EQ(pac("ledger revoke book --reason x").exit, 2);
  EXPECT_EQ(append("", 1).exit, 0);
}

TEST_F(LedgerKeys, StatusSaysWhenAnotherKeyIsDue) {
  EXPECT_FALSE(has(pac("ledger status book").out, "due"));
  ASSERT_EQ(pac("ledger rotate book --rotate-after 400").exit, 0);
  const Outcome status = pac("ledger status book");
  EXPECT_TRUE(has(status.out, "another one is due on ")) << status.out;
  const auto value = json::parse(pac("ledger status book --format json").out);
  ASSERT_TRUE(value);
  EXPECT_FALSE(value->find("rotation_is_due")->as_bool());
  EXPECT_EQ(pac("ledger rotate book --rotate-after -1").exit, 2);
}

TEST_F(LedgerKeys, ATrustListSaysWhoIsBelievedAndARevocationIsHonoured) {
  ASSERT_EQ(pac("key new anna").exit, 0);
  file("e", pac("ledger show book 2").out);
  ASSERT_EQ(pac("ledger prove book 2 -o old").exit, 0);
  ASSERT_EQ(shell("cp book/streams/0001/checkpoint seen && cp -r book stolen").exit, 0);
  ASSERT_EQ(append("", 2).exit, 0);
  // The key is in other hands: the thief goes on where he took it.
  const Outcome rotated = pac("ledger rotate book --to next.key --revoke --reason stolen");
  ASSERT_EQ(rotated.exit, 0) << rotated.err;
  EXPECT_TRUE(has(rotated.out, "counts up to 7 records")) << rotated.out;
  ASSERT_EQ(append("next.key", 2).exit, 0);
  ASSERT_EQ(pac("ledger append stolen", "{\"loan\": \"for the thief\"}\n{\"a\":1}\n").exit, 0);
  ASSERT_EQ(pac("ledger append stolen", "{\"b\":1}\n{\"c\":1}\n{\"d\":1}\n").exit, 0);
  EXPECT_EQ(pac("ledger verify book --verifier " + first_).exit, 0);
  EXPECT_EQ(pac("ledger verify stolen --verifier " + first_).exit, 0) << "who knows nothing else";
  // The list has both keys, and the revocation with the pin that the ledger names.
  const auto keys = lines_of(pac("ledger keys book --format json").out);
  const auto revoked = json::parse(keys[0]);
  ASSERT_TRUE(revoked && revoked->find("pin")) << keys[0];
  const std::string list =
      "{\"expires\":\"2999-01-01\",\"keys\":["
      "{\"holder\":\"Anna Muster\",\"holder_kind\":\"person\",\"name\":\"anna\",\"public_key\":\"" +
      public_key("anna.pub") +
      "\",\"role\":\"trust\"},"
      "{\"holder\":\"node-1\",\"holder_kind\":\"node\",\"name\":\"node-1\",\"origin\":"
      "\"bank.example/credit\",\"public_key\":\"" +
      of_verifier(first_) +
      "\",\"role\":\"log\"},"
      "{\"holder\":\"node-1\",\"holder_kind\":\"node\",\"name\":\"node-1b\",\"origin\":"
      "\"bank.example/credit\",\"public_key\":\"" +
      public_key("next.pub") + "\",\"role\":\"log\"}],\"revoked\":[{\"pins\":[" +
      json::canonical(*revoked->find("pin")) + "],\"public_key\":\"" + of_verifier(first_) +
      "\"}],\"threshold\":1,\"version\":1}";
  file("draft.json", list);
  const Outcome made = pac("key trust-list list.json --draft draft.json --key anna.key");
  ASSERT_EQ(made.exit, 0) << made.err;
  const std::string pin = made.out.substr(made.out.size() - 65, 64);
  const std::string trust = " --trust list.json --trust-pin " + pin;
  EXPECT_TRUE(has(pac("key trust-list list.json --trust-pin " + pin).out, "believed"));
  EXPECT_EQ(pac("ledger verify book" + trust).exit, 0) << pac("ledger verify book" + trust).err;
  const Outcome thief = pac("ledger verify stolen" + trust);
  EXPECT_EQ(thief.exit, 1);
  EXPECT_TRUE(has(thief.err, "PAC6212")) << thief.err;
  // A receipt of the revoked key needs a proof to the pin.
  const std::string receipt = "ledger receipt verify old --entry e" + trust;
  EXPECT_EQ(pac(receipt).exit, 1);
  EXPECT_TRUE(has(pac(receipt).err, "PAC6107")) << pac(receipt).err;
  ASSERT_EQ(pac("ledger prove book --known seen -o proof").exit, 0)
      << pac("ledger prove book --known seen").err;
  EXPECT_EQ(pac(receipt + " --proof proof").exit, 0) << pac(receipt + " --proof proof").err;
  // What the thief hands out above the pin counts nothing.
  ASSERT_EQ(pac("ledger prove stolen 8 -o forged").exit, 0);
  file("f", pac("ledger show stolen 8").out);
  EXPECT_EQ(pac("ledger receipt verify forged --entry f --verifier " + first_).exit, 0);
  const Outcome refused = pac("ledger receipt verify forged --entry f --proof proof" + trust);
  EXPECT_EQ(refused.exit, 1);
  EXPECT_TRUE(has(refused.err, "PAC6107")) << refused.err;
  EXPECT_EQ(pac("ledger verify book --trust list.json").exit, 2) << "without a fingerprint";
}

}  // namespace
}  // namespace pac::e2e
