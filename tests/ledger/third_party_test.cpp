// Logs of ours, verified by Go's packages; damaged ones, refused by them.
#include "tests/ledger/third_party.h"

namespace pac::ledger::test {
namespace {

TEST_F(ThirdParty, VerifiesALog) {
  make(10'000, {1, 255, 256, 4'097, 9'999}, {0, 255, 256, 5'000, 9'983, 9'999});
  std::vector<std::string> more;
  for (const int old : {1, 255, 256, 4'097, 9'999}) {
    more.push_back("checkpoint:" + checkpoint(static_cast<std::uint64_t>(old)).string());
  }
  for (const int index : {0, 255, 256, 5'000, 9'983, 9'999}) {
    more.push_back("receipt:" + receipt(static_cast<std::uint64_t>(index)).string());
  }
  EXPECT_EQ(verify(more), 0) << said_;
  EXPECT_EQ(said_, "10000 entries, 50 proofs, 11 other files\n");
}

TEST_F(ThirdParty, VerifiesSizesAtTheEdgesOfTiles) {
  for (const std::uint64_t size : {1, 255, 256, 257, 512}) {
    fs::remove_all(folder_);
    make(size, {1}, {size - 1});
    EXPECT_EQ(
        verify({"checkpoint:" + checkpoint(1).string(), "receipt:" + receipt(size - 1).string()}),
        0)
        << size << ": " << said_;
  }
}

TEST_F(ThirdParty, RefusesWhatWasChanged) {
  make(600, {300}, {299});
  const std::vector<std::string> more = {"checkpoint:" + checkpoint(300).string(),
                                         "receipt:" + receipt(299).string()};
  ASSERT_EQ(verify(more), 0) << said_;
  for (const fs::path& path :
       {folder_ / "checkpoint", folder_ / "tile/0/001", folder_ / "tile/0/002.p/88",
        folder_ / "tile/1/000.p/2", folder_ / "tile/entries/001", checkpoint(300), receipt(299)}) {
    const std::string good = read(path);
    std::string bad = good;
    char& changed = bad[bad.size() / 2 + 2];
    changed = changed == 'x' ? 'y' : 'x';
    write(path, bad);
    EXPECT_EQ(verify(more), 1) << path << ": " << said_;
    write(path, good);
  }
  EXPECT_EQ(verify(more), 0) << said_;
}

}  // namespace
}  // namespace pac::ledger::test
