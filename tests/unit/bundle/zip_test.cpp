// The archive: one form, written and read; everything else is refused.
#include "runtime/engine/zip.h"

#include <gtest/gtest.h>

namespace pac::engine {
namespace {

std::string sample() {
  auto archive = write_zip({{"b/two.txt", "second"}, {"a.txt", "first"}, {"empty", ""}});
  EXPECT_TRUE(archive.has_value());
  return archive ? *archive : "";
}

void put16(std::string& archive, size_t at, unsigned value) {
  archive[at] = static_cast<char>(value & 0xff);
  archive[at + 1] = static_cast<char>(value >> 8);
}

void refuses(const std::string& archive, const std::string& words) {
  const auto read = read_zip(archive);
  ASSERT_FALSE(read.has_value()) << words;
  EXPECT_EQ(read.error().code, "PAC4222");
  EXPECT_NE(read.error().message.find(words), std::string::npos) << read.error().message;
}

TEST(Zip, ReadsWhatItWroteInTheOrderOfNames) {
  const std::string archive = sample();
  const auto read = read_zip(archive);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[0].name, "a.txt");
  EXPECT_EQ((*read)[0].bytes, "first");
  EXPECT_EQ((*read)[1].name, "b/two.txt");
  EXPECT_EQ((*read)[2].bytes, "");
}

TEST(Zip, TheOrderGivenDoesNotMatter) {
  EXPECT_EQ(sample(), *write_zip({{"empty", ""}, {"a.txt", "first"}, {"b/two.txt", "second"}}));
}

// What the reader takes is what the writer makes: neither knows an archive of nothing.
TEST(Zip, RefusesToHoldNothing) {
  const auto written = write_zip({});
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, "PAC4222");
}

TEST(Zip, KnowsTheChecksumOfTheStandardText) {
  const auto archive = write_zip({{"a", "123456789"}});
  ASSERT_TRUE(archive.has_value());
  EXPECT_EQ(archive->substr(14, 4), "\x26\x39\xf4\xcb");  // CRC-32 of it is cbf43926
}

TEST(Zip, RefusesNamesThatLeaveTheArchive) {
  for (const char* name :
       {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\\b", "c:a", "a\nb", "\xff"}) {
    EXPECT_FALSE(is_member_name(name)) << name;
    EXPECT_FALSE(write_zip({{name, ""}}).has_value()) << name;
  }
  EXPECT_TRUE(is_member_name("sources/été..pac"));
  EXPECT_FALSE(is_member_name(std::string(kMaxMemberNameBytes + 1, 'a')));
  std::string archive = *write_zip({{"ab/cd", "x"}});
  for (size_t at = archive.find("ab/cd"); at != std::string::npos; at = archive.find("ab/cd")) {
    archive.replace(at, 5, "../cd");
  }
  refuses(archive, "a name that no member may have");
}

TEST(Zip, RefusesDoubledAndUnsortedNames) {
  EXPECT_FALSE(write_zip({{"a", "1"}, {"a", "2"}}).has_value());
  std::string archive = *write_zip({{"a", "1"}, {"b", "1"}});
  for (size_t at = 30; at < archive.size(); ++at) {
    if (archive[at] == 'b') archive[at] = 'a';
  }
  refuses(archive, "doubled or not in order");
}

TEST(Zip, RefusesWhatOtherZipFilesHave) {
  std::string archive = sample();
  put16(archive, 6, 0x0801);
  refuses(archive, "encrypted");
  archive = sample();
  put16(archive, 8, 8);
  refuses(archive, "compressed");
  archive = sample();
  put16(archive, 10, 1);
  refuses(archive, "other flags, times");
  archive = sample();
  put16(archive, 28, 1);
  refuses(archive, "extra field");
  archive = sample();
  for (size_t at = 18; at < 26; ++at) archive[at] = '\xff';
  refuses(archive, "zip64");
  archive = sample();
  put16(archive, archive.size() - 2, 3);
  refuses(archive + "abc", "directory");
  refuses(sample() + "x", "directory");
  refuses("x" + sample(), "does not begin");
  refuses("", "does not begin");
  refuses("no archive at all, but long enough to be one", "does not begin");
}

TEST(Zip, RefusesEveryFlippedByteAndEveryLength) {
  const std::string archive = sample();
  for (size_t at = 0; at < archive.size(); ++at) {
    for (const int bits : {0x01, 0x80, 0xff}) {
      std::string other = archive;
      other[at] = static_cast<char>(other[at] ^ bits);
      EXPECT_FALSE(read_zip(other).has_value()) << at;
    }
    EXPECT_FALSE(read_zip(archive.substr(0, at)).has_value()) << at;
  }
}

}  // namespace
}  // namespace pac::engine
