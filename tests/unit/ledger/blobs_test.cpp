// Blobs: durable before anything names them, and never taken for what they are not.
#include "ledger/file/blobs.h"

#include <gtest/gtest.h>

#include "ledger/file/read_entries.h"
#include "ledger/file/store.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/hmac.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

using test::FaultyFiles;

TEST(Blobs, AreKeptByTheirDigest) {
  FaultyFiles files(1);
  const auto put = put_blob(files, "ledger", "some bytes");
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->bytes, 10u);
  EXPECT_EQ(*read_blob(files, "ledger", put->sha256), "some bytes");
  ASSERT_TRUE(put_blob(files, "ledger", "some bytes"));
}

TEST(Blobs, AreThereAfterALossOfPower) {
  FaultyFiles files(1);
  const auto put = put_blob(files, "ledger", "some bytes");
  ASSERT_TRUE(put);
  files.lose_power();
  EXPECT_EQ(*read_blob(files, "ledger", put->sha256), "some bytes");
}

TEST(Blobs, WhatIsMissingOrChangedIsNotHandedOut) {
  FaultyFiles files(1);
  const BlobRef none = blob_ref("never stored");
  EXPECT_EQ(read_blob(files, "ledger", none.sha256).error().code, "PAC6215");
  EXPECT_EQ(read_blob(files, "ledger", "../../etc/passwd").error().code, "PAC6216");
  const auto put = put_blob(files, "ledger", "some bytes");
  ASSERT_TRUE(put);
  {
    auto file = files.open(blob_path("ledger", put->sha256));
    ASSERT_TRUE((*file)->write_at(0, "S"));
    ASSERT_TRUE((*file)->sync_data());
  }
  EXPECT_EQ(read_blob(files, "ledger", put->sha256).error().code, "PAC6216");
  // A damaged one is mended by who has the bytes.
  ASSERT_TRUE(put_blob(files, "ledger", "some bytes"));
  EXPECT_EQ(*read_blob(files, "ledger", put->sha256), "some bytes");
}

TEST(LimitsOfALedger, BytesOfABlob) {
  FaultyFiles files(1);
  // Its length is looked at before its bytes.
  const std::string_view too_long("", kMaxBlobBytes + 1);
  EXPECT_EQ(put_blob(files, "ledger", too_long).error().code, "PAC6216");
  EXPECT_TRUE(put_blob(files, "ledger", std::string(std::size_t{1} << 20, 'x')));
}

// RFC 4231, test cases 1, 2 and 6.
TEST(Hmac, HasTheVectorsOfTheStandard) {
  const auto hex = [](std::string_view key, std::string_view text) {
    return crypto::to_hex(crypto::view(crypto::hmac_sha256(key, text)));
  };
  EXPECT_EQ(hex(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(ReadEntries, GivesARangeOverSegments) {
  FaultyFiles files(1);
  ASSERT_TRUE(init_store(files, "ledger", {"log.example/read", test::ledger_key().public_key()}));
  {
    auto store = Store::open(files, "ledger", test::ledger_key(), test::surroundings(), {1'000, 1});
    ASSERT_TRUE(store);
    for (int i = 1; i < 100; ++i) {
      const std::string entry = "entry-" + std::to_string(i);
      const std::string_view view = entry;
      ASSERT_TRUE((*store)->append(std::span(&view, 1)));
    }
  }
  const auto read = [&](std::uint64_t from, std::uint64_t to) {
    std::string out;
    const auto done = read_entries(files, "ledger/streams/0001", from, to,
                                   [&](std::uint64_t index, std::string_view entry) {
                                     EXPECT_EQ(entry, "entry-" + std::to_string(index));
                                     out += std::to_string(index) + " ";
                                     return index != 70;
                                   });
    EXPECT_TRUE(done);
    return out;
  };
  EXPECT_EQ(read(40, 44), "40 41 42 43 ");
  EXPECT_EQ(read(98, UINT64_MAX), "98 99 ");
  EXPECT_EQ(read(69, UINT64_MAX), "69 70 ");
  EXPECT_EQ(read(200, UINT64_MAX), "");
}

}  // namespace
}  // namespace pac::ledger
