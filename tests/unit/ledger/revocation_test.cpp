// A key in other hands: up to its pin it is believed, and what a thief signs above is found.
#include <gtest/gtest.h>

#include "ledger/file/folder_tiles.h"
#include "ledger/log/pinned.h"
#include "ledger/log/tree.h"
#include "tests/unit/ledger/rotation.h"

namespace pac::ledger {
namespace {

using test::key;
using test::kFolder;
using test::kStream;
using test::kStreamName;
using test::ledger_key;
using test::RotationTest;
using test::surroundings;

class RevocationTest : public RotationTest {
 protected:
  // 10 honest entries under the first key, then it is revoked.
  void revoke_after_ten() {
    auto store = open(ledger_key());
    append(*store, 10);
    ASSERT_TRUE(store->publish());
    pins_ = *store->pins_now();
    ASSERT_TRUE(store->rotate(key(20), "stolen"));
    ASSERT_TRUE(store->revoke(ledger_key().public_key(), "stolen", pins_));
    append(*store, 10);
    ASSERT_TRUE(store->publish());
    revoked_ = {{ledger_key().public_key(), pins_}};
  }
  Receipt receipt(std::uint64_t index, std::uint64_t size, const crypto::SigningKey& by,
                  std::string* entry) {
    const auto entries = test::entries_of_stream(files_, kFolder, 1);
    std::vector<Hash> leaves;
    Frontier tree;
    for (std::uint64_t i = 0; i < size; ++i) tree.push(leaf_hash(entries[i]));
    const FolderTiles tiles(files_, kStream);
    Tree all(tiles, entries.size());
    const NoteSigner signer = *NoteSigner::make(kStreamName, by);
    *entry = entries[index];
    return {"", index, *all.inclusion_proof(index, size),
            *sign_checkpoint({kStreamName, size, tree.root(), {}}, std::span(&signer, 1))};
  }
  ConsistencyProof proof(std::uint64_t from, std::uint64_t to) {
    const auto entries = test::entries_of_stream(files_, kFolder, 1);
    const FolderTiles tiles(files_, kStream);
    Tree all(tiles, entries.size());
    return {kStreamName, from, to, *all.consistency_proof(from, to)};
  }
  std::vector<KeyPin> pins_;
  std::vector<KeyRevocation> revoked_;
};

TEST_F(RevocationTest, WhatIsBelowThePinStaysGood) {
  revoke_after_ten();
  EXPECT_EQ(pins_[0].size, 11u);
  const auto report = verify();
  EXPECT_TRUE(report.findings.empty()) << report.findings[0].what;
  // The new key was introduced above the pin, where the old one's word is worth nothing.
  EXPECT_FALSE(verify(ledger_key(), revoked_).findings.empty());
  const auto listed = verify(ledger_key(), revoked_, {key(20).public_key()});
  EXPECT_TRUE(listed.findings.empty()) << listed.findings[0].what;
  EXPECT_TRUE(report.keys[0].period.is_revoked);
  EXPECT_EQ(Store::open(files_, kFolder, ledger_key(), surroundings()).error().code, "PAC6210");
}

TEST_F(RevocationTest, AThiefsHistoryIsFoundByWhoKnowsOfTheRevocation) {
  revoke_after_ten();
  const auto honest = *read_settings(files_, kFolder);
  write_anew(ledger_key(), 30, "forged ");
  EXPECT_TRUE(verify().findings.empty()) << "who knows nothing else can't tell";
  const auto report = verify(ledger_key(), revoked_);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_FALSE(verify(key(20)).findings.empty()) << "the newer key signed none of this";
  // With the ledger.json of the honest one beside it, it is no better.
  ASSERT_TRUE(write_settings(files_, kFolder, honest));
  EXPECT_FALSE(verify(key(20)).findings.empty());
}

// A thief who goes on from the honest tree: above the pin there is only his word.
TEST_F(RevocationTest, AThiefWhoGoesOnIsFoundAtThePin) {
  {
    auto store = open(ledger_key());
    append(*store, 10);
    ASSERT_TRUE(store->publish());
    pins_ = *store->pins_now();
    append(*store, 10);
    ASSERT_TRUE(store->publish());
  }
  revoked_ = {{ledger_key().public_key(), pins_}};
  EXPECT_TRUE(verify().findings.empty());
  const auto report = verify(ledger_key(), revoked_);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].index, 11u) << report.findings[0].what;
}

TEST_F(RevocationTest, AShorterForgeryIsFoundAtThePin) {
  revoke_after_ten();
  write_anew(ledger_key(), 5, "forged ");
  EXPECT_FALSE(verify(ledger_key(), revoked_).findings.empty());
}

TEST_F(RevocationTest, ReceiptsOfARevokedKeyNeedAProofToThePin) {
  revoke_after_ten();
  const std::vector<crypto::PublicKey> keys = {ledger_key().public_key(), key(20).public_key()};
  std::string entry;
  const Receipt old = receipt(3, 8, ledger_key(), &entry);
  EXPECT_TRUE(verify_receipt(old, entry, keys, {}, {})) << "before it was revoked";
  EXPECT_EQ(verify_receipt(old, entry, keys, revoked_, {}).error().code, "PAC6107");
  EXPECT_TRUE(verify_receipt(old, entry, keys, revoked_, proof(8, 11)));
  EXPECT_EQ(verify_receipt(old, entry, keys, revoked_, proof(7, 11)).error().code, "PAC6104");
  // At the pin itself the root says it.
  const Receipt at = receipt(3, 11, ledger_key(), &entry);
  EXPECT_TRUE(verify_receipt(at, entry, keys, revoked_, {}));
  // Above it nothing helps, and the new key needs no help.
  const Receipt above = receipt(3, 12, ledger_key(), &entry);
  EXPECT_EQ(verify_receipt(above, entry, keys, revoked_, proof(11, 12)).error().code, "PAC6107");
  const Receipt fresh = receipt(3, 15, key(20), &entry);
  EXPECT_TRUE(verify_receipt(fresh, entry, keys, revoked_, {}));
  // A key that has no pin in a stream counts nowhere in it.
  const std::vector<KeyRevocation> whole = {{ledger_key().public_key(), {}}};
  EXPECT_EQ(verify_receipt(at, entry, keys, whole, {}).error().code, "PAC6107");
}

TEST_F(RevocationTest, AThiefsReceiptBelowThePinHasNoProof) {
  revoke_after_ten();
  const std::vector<crypto::PublicKey> keys = {ledger_key().public_key()};
  const auto honest = proof(8, 11);
  // The same key, another history of the same length.
  Frontier tree;
  std::vector<Hash> leaves;
  for (int i = 0; i < 8; ++i) tree.push(leaf_hash("forged " + std::to_string(i)));
  const NoteSigner thief = *NoteSigner::make(kStreamName, ledger_key());
  Frontier left;
  for (int i = 0; i < 4; ++i) left.push(leaf_hash("forged " + std::to_string(i)));
  const Hash h4 = leaf_hash("forged 4"), h5 = leaf_hash("forged 5");
  const Receipt forged{"",
                       7,
                       {leaf_hash("forged 6"), node_hash(h4, h5), left.root()},
                       *sign_checkpoint({kStreamName, 8, tree.root(), {}}, std::span(&thief, 1))};
  EXPECT_TRUE(verify_receipt(forged, "forged 7", keys, {}, {})) << "the key is good for it";
  EXPECT_EQ(verify_receipt(forged, "forged 7", keys, revoked_, honest).error().code, "PAC6104");
}

TEST_F(RevocationTest, AProofOfConsistencyIsReadAsItIsWritten) {
  revoke_after_ten();
  const std::string text = encode(proof(8, 11));
  const auto read = decode_consistency(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(encode(*read), text);
  EXPECT_EQ(decode_consistency(text.substr(0, text.size() - 1)).error().code, "PAC6106");
  EXPECT_EQ(decode_consistency("pac/consistency@v1\na\nold 01\nnew 2\n").error().code, "PAC6106");
  EXPECT_EQ(decode_consistency("").error().code, "PAC6106");
}

}  // namespace
}  // namespace pac::ledger
