// Receipts: made, written, read back, verified; each byte counts.
#include "ledger/log/receipt.h"

#include "ledger/log/limits.h"
#include "ledger/log/tree.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

using test::kOrigin;
using test::signer;

Receipt receipt_of(std::uint64_t index, std::uint64_t size) {
  const test::MemoryTiles tiles = test::stored(size);
  Tree tree(tiles, size);
  const NoteSigner key = signer();
  return {"", index, *tree.inclusion_proof(index, size),
          *sign_checkpoint({kOrigin, size, *tree.root(size), {}}, std::span(&key, 1))};
}

TEST(Receipt, IsVerifiedWithoutTheLog) {
  const std::vector<NoteKey> keys = {signer().key()};
  for (const std::uint64_t size : {1, 2, 300}) {
    const std::string text = encode(receipt_of(size - 1, size));
    const auto read = decode_receipt(text);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(encode(*read), text);
    const auto signed_ = verify_receipt(*read, test::entry(size - 1), kOrigin, keys);
    ASSERT_TRUE(signed_) << signed_.error().message;
    EXPECT_EQ(signed_->size, size);
    EXPECT_EQ(verify_receipt(*read, test::entry(size), kOrigin, keys).error().code, "PAC6104");
    EXPECT_EQ(verify_receipt(*read, test::entry(size - 1), "log.example/other", keys).error().code,
              "PAC6102");
    EXPECT_EQ(verify_receipt(*read, test::entry(size - 1), kOrigin, {}).error().code, "PAC6103");
  }
}

TEST(Receipt, EachByteCounts) {
  const std::vector<NoteKey> keys = {signer().key()};
  const std::string text = encode(receipt_of(3, 5));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char other : {'A', '\n', ' '}) {
      if (text[at] == other) continue;
      std::string damaged = text;
      damaged[at] = other;
      const auto read = decode_receipt(damaged);
      EXPECT_FALSE(read && verify_receipt(*read, test::entry(3), kOrigin, keys)) << at;
    }
  }
}

TEST(Receipt, ExtraDataIsKeptAndProvesNothing) {
  Receipt receipt = receipt_of(0, 2);
  receipt.extra = "for the file";
  const auto read = decode_receipt(encode(receipt));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->extra, receipt.extra);
  EXPECT_TRUE(verify_receipt(*read, test::entry(0), kOrigin, std::vector{signer().key()}));
}

TEST(Receipt, WhatIsNoneIsRefused) {
  const std::string text = encode(receipt_of(1, 2));
  const std::size_t first = text.find('\n') + 1;
  for (const std::string& bad :
       {std::string(), text.substr(first), "c2sp.org/tlog-proof@v2\n" + text.substr(first),
        text.substr(0, first) + "index 01" + text.substr(first + 7),
        text.substr(0, first) + "extra !\n" + text.substr(first),
        text.substr(0, first) + "index -1" + text.substr(first + 7),
        text.substr(0, text.find("\n\n") + 2), text.substr(0, text.find("\n\n") + 1)}) {
    const auto read = decode_receipt(bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, "PAC6106");
  }
}

TEST(LimitsOfALedger, Receipts) {
  Receipt receipt = receipt_of(1, 2);
  receipt.proof.resize(kMaxProofHashes);
  EXPECT_TRUE(decode_receipt(encode(receipt)));
  receipt.proof.emplace_back();
  EXPECT_EQ(decode_receipt(encode(receipt)).error().code, "PAC6106");
  receipt.proof.clear();
  const std::string text = encode(receipt);
  EXPECT_TRUE(decode_receipt(text + std::string(kMaxReceiptBytes - text.size(), '\n')));
  EXPECT_EQ(
      decode_receipt(text + std::string(kMaxReceiptBytes - text.size() + 1, '\n')).error().code,
      "PAC6106");
}

}  // namespace
}  // namespace pac::ledger
