// A million entries, verified by Go's packages.
#include "tests/ledger/third_party.h"

namespace pac::ledger::test {
namespace {

TEST_F(ThirdParty, VerifiesAMillionEntries) {
  make(1'000'000, {1, 65'536, 999'999}, {0, 65'536, 999'999});
  EXPECT_EQ(
      verify({"checkpoint:" + checkpoint(1).string(), "checkpoint:" + checkpoint(65'536).string(),
              "checkpoint:" + checkpoint(999'999).string(), "receipt:" + receipt(0).string(),
              "receipt:" + receipt(65'536).string(), "receipt:" + receipt(999'999).string()}),
      0)
      << said_;
  EXPECT_EQ(said_, "1000000 entries, 50 proofs, 6 other files\n");
}

}  // namespace
}  // namespace pac::ledger::test
