// The file layer: no file call of ledger/ is made beside it, and what replace_file() promises.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/ledger/faulty_files.h"

namespace pac::ledger {
namespace {

namespace fs = std::filesystem;

TEST(FileLayer, NothingElseOfTheLedgerCallsFiles) {
  std::size_t seen = 0;
  for (const auto& file : fs::recursive_directory_iterator(PAC_SOURCE_DIR "/ledger")) {
    const std::string path = file.path().string();
    if (!path.ends_with(".cpp") && !path.ends_with(".h")) continue;
    ++seen;
    if (path.ends_with("/io/posix_file_system.cpp")) continue;
    std::ifstream in(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (const char* call : {"<fstream>", "<filesystem>", "<fcntl.h>", "<unistd.h>", "fopen",
                             "<sys/", "<dirent.h>", "<iostream>"}) {
      EXPECT_EQ(text.find(call), text.npos) << path << " has " << call;
    }
  }
  EXPECT_GT(seen, 20u);
}

TEST(FileLayer, AReplacedFileIsTheOldOrTheNewOne) {
  const std::string old_bytes(2'000, 'o'), new_bytes(3'000, 'n');
  int kept = 0, replaced = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (std::uint64_t at = 1; at <= 6; ++at) {
      test::FaultyFiles files(seed);
      ASSERT_TRUE(files.make_folders("f"));
      ASSERT_TRUE(replace_file(files, "f/x", old_bytes));
      files.fail_at(at, test::Fault::power);
      const bool is_done = replace_file(files, "f/x", new_bytes).has_value();
      files.lose_power();
      const auto found = read_whole(files, "f/x", 10'000);
      ASSERT_TRUE(found);
      ASSERT_TRUE(*found == old_bytes || *found == new_bytes);
      if (is_done) {
        EXPECT_EQ(*found, new_bytes);
      }
      (*found == new_bytes ? replaced : kept) += 1;
      EXPECT_TRUE(replace_file(files, "f/x", old_bytes)) << "what was left is no hindrance";
    }
  }
  EXPECT_GT(kept, 10);
  EXPECT_GT(replaced, 10);
}

TEST(FileLayer, TheRealOneDoesWhatItSays) {
  const fs::path folder =
      fs::temp_directory_path() / ("pac_file_layer_" + std::to_string(getpid()));
  const auto files = posix_file_system();
  const std::string path = (folder / "a/b").string();
  ASSERT_TRUE(files->make_folders(path));
  ASSERT_TRUE(files->make_folders(path));
  EXPECT_FALSE(files->open(path + "/x"));
  ASSERT_TRUE(replace_file(*files, path + "/x", "one", true));
  EXPECT_EQ(*read_whole(*files, path + "/x", 3), "one");
  EXPECT_EQ(read_whole(*files, path + "/x", 2).error().code, "PAC6201");
  EXPECT_EQ(files->create(path + "/x").error().code, "PAC6201");
  EXPECT_EQ(fs::status(path + "/x").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  auto lock = files->lock(path + "/lock");
  ASSERT_TRUE(lock);
  EXPECT_EQ(files->lock(path + "/lock").error().code, "PAC6202");
  lock->reset();
  EXPECT_TRUE(files->lock(path + "/lock"));
  EXPECT_EQ(*files->list(path), (std::vector<std::string>{"lock", "x"}));
  EXPECT_EQ(files->list(path + "/none")->size(), 0u);
  ASSERT_TRUE(files->rename(path + "/x", path + "/y"));
  EXPECT_FALSE(files->exists(path + "/x"));
  ASSERT_TRUE(files->remove(path + "/y"));
  EXPECT_EQ(files->remove(path + "/y").error().code, "PAC6201");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace pac::ledger
