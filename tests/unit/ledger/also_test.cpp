// A further line by an ECDSA key below each checkpoint: the log says whose, and whether one without
// it counts; an edited line is named, a missing one refused where it is asked for.
#include <gtest/gtest.h>

#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"
#include "tests/unit/ledger/rotation.h"

namespace pac::ledger {
namespace {

using test::key;
using test::kFolder;
using test::kName;
using test::kStream;
using test::kStreamName;
using test::ledger_key;
using test::RotationTest;
using test::surroundings;

class AlsoTest : public RotationTest {
 protected:
  Result<std::unique_ptr<Store>> open_with(const std::optional<crypto::EcdsaKey>& also,
                                           const crypto::SigningKey& with = ledger_key(),
                                           StreamLimits limits = {}) {
    Surroundings around = surroundings();
    around.also_key = also;
    return Store::open(files_, kFolder, with, std::move(around), limits);
  }
  // 5 entries, then the second key signs too, then 5 more.
  void also_sign(bool is_needed) {
    auto store = open(ledger_key());
    append(*store, 5);
    ASSERT_TRUE(store->also_sign(second_, is_needed, "hardware"));
    append(*store, 5);
    ASSERT_TRUE(store->publish());
  }
  std::string& published() { return *files_.durable_bytes(kStream + "/checkpoint"); }
  EcdsaNoteKey second_key() const { return {kStreamName, second_.public_key()}; }
  // The published checkpoint without its ECDSA line.
  std::string without_line() {
    Note note = *decode_note(published());
    std::erase_if(note.signatures,
                  [&](const NoteSignature& line) { return line.key_id == second_key().id(); });
    return encode(note);
  }

  const crypto::EcdsaKey second_ = *crypto::EcdsaKey::generate();
};

TEST_F(AlsoTest, EachCheckpointHasBothLines) {
  also_sign(true);
  const Note note = *decode_note(published());
  EXPECT_EQ(note.signatures.size(), 2u);
  EXPECT_TRUE(*has_line_of(note, second_key()));
  const auto report = verify();
  EXPECT_TRUE(report.findings.empty()) << report.findings[0].what;
  EXPECT_EQ(report.signers.at(1).also_at(12)->key, second_key());
  EXPECT_EQ(report.signers.at(1).also_at(6), nullptr);
}

TEST_F(AlsoTest, AnEditedLineIsNamedAlsoWhereItIsNotAskedFor) {
  also_sign(false);
  Note note = *decode_note(published());
  note.signatures.back().bytes.back() ^= 1;
  published() = encode(note);
  const auto report = verify();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_NE(report.findings[0].what.find("ECDSA"), std::string::npos) << report.findings[0].what;
}

TEST_F(AlsoTest, AMissingLineIsRefusedWhereItIsAskedFor) {
  also_sign(true);
  published() = without_line();
  const auto report = verify();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_NE(report.findings[0].what.find("lacks the line"), std::string::npos)
      << report.findings[0].what;
}

TEST_F(AlsoTest, AMissingLineCountsWhereAnyIsEnough) {
  also_sign(false);
  published() = without_line();
  EXPECT_TRUE(verify().findings.empty());
  auto store = open_with({});
  ASSERT_TRUE(store) << "without the second key it goes on";
  append(**store, 1);
  EXPECT_EQ(lines_of_checkpoint((*store)->writer().checkpoint()), 1u);
}

TEST_F(AlsoTest, TheKeyThatIsAskedForMustBeAtHand) {
  also_sign(true);
  EXPECT_EQ(open_with({}).error().code, "PAC6210");
  EXPECT_EQ(open_with(*crypto::EcdsaKey::generate()).error().code, "PAC6210");
  auto store = open_with(second_);
  ASSERT_TRUE(store) << store.error().message;
  append(**store, 3);
  EXPECT_EQ(lines_of_checkpoint((*store)->writer().checkpoint()), 2u);
  // Another key takes its place, and the Ed25519 key is exchanged beside it.
  const auto third = *crypto::EcdsaKey::generate();
  ASSERT_TRUE((*store)->also_sign(third, true, "x"));
  ASSERT_TRUE((*store)->rotate(key(20), "x"));
  EXPECT_EQ(lines_of_checkpoint((*store)->writer().checkpoint()), 3u);
  ASSERT_TRUE((*store)->retire("x"));
  append(**store, 3);
  ASSERT_TRUE((*store)->publish());
  EXPECT_TRUE(verify().findings.empty());
  store->reset();
  EXPECT_EQ(open_with(second_, key(20)).error().code, "PAC6210");
  EXPECT_TRUE(open_with(third, key(20)));
}

// A thief with the Ed25519 key alone goes on: what he signs lacks the line.
TEST_F(AlsoTest, OneKeyAloneSignsNothingMore) {
  also_sign(true);
  auto recovered = recover(files_, kStream, stream_keys(*read_settings(files_, kFolder), 1));
  ASSERT_TRUE(recovered);
  const NoteSigner thief = *NoteSigner::make(kStreamName, ledger_key());
  auto writer = StreamWriter::open(files_, kStream, thief, std::move(*recovered));
  ASSERT_TRUE(writer);
  const std::string entry = "forged";
  const std::string_view view = entry;
  ASSERT_TRUE((*writer)->append(std::span(&view, 1)));
  ASSERT_TRUE((*writer)->publish());
  EXPECT_FALSE(verify().findings.empty());
}

TEST_F(AlsoTest, ANewStreamHasTheLineToo) {
  {
    auto store = open_with({}, ledger_key(), {9'000, 1});
    ASSERT_TRUE((*store)->also_sign(second_, true, "x"));
    append(**store, 400);
    ASSERT_TRUE((*store)->publish());
  }
  std::string& bytes = *files_.durable_bytes(segments_of(files_, kStream)->back().path);
  bytes[bytes.size() / 2] ^= 1;
  auto store = open_with(second_);
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_EQ((*store)->stream(), 2u);
  append(**store, 2);
  ASSERT_TRUE((*store)->publish());
  EXPECT_EQ(lines_of_checkpoint((*store)->writer().checkpoint()), 2u);
  for (const LedgerFinding& one : verify().findings) EXPECT_EQ(one.stream, 1u) << one.what;
}

TEST_F(AlsoTest, ALedgerJsonOfAnEarlierDayDoesNotForgetTheLine) {
  const std::string before = *files_.durable_bytes(kFolder + "/ledger.json");
  also_sign(true);
  *files_.durable_bytes(kFolder + "/ledger.json") = before;
  EXPECT_EQ(open_with({}).error().code, "PAC6210");
  EXPECT_TRUE(open_with(second_));
  EXPECT_TRUE(verify().findings.empty());
}

TEST(EcdsaNoteKey, IsWrittenAndReadAsTheSpecificationHasIt) {
  const auto key = *crypto::EcdsaKey::generate();
  const EcdsaNoteKey named{"log.example/credit", key.public_key()};
  const std::string text = verifier_text(named);
  EXPECT_TRUE(is_ecdsa_verifier_text(text));
  EXPECT_EQ(*read_ecdsa_verifier_text(text), named);
  EXPECT_EQ(read_verifier_text(text).error().code, "PAC6101");
  std::string bad = text;
  bad[bad.find('+') + 1] = bad[bad.find('+') + 1] == '0' ? '1' : '0';
  EXPECT_EQ(read_ecdsa_verifier_text(bad).error().code, "PAC6101");
  EXPECT_EQ(read_ecdsa_verifier_text("a+b").error().code, "PAC6101");
  const std::string digest = crypto::to_hex(crypto::view(crypto::sha256(key.public_key())));
  EXPECT_EQ(text.substr(named.name.size() + 1, 8), digest.substr(0, 8));
}

}  // namespace
}  // namespace pac::ledger
