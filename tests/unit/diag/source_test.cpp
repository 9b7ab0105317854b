#include "compiler/diag/source.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace pac {
namespace {

Location at(const SourceFile& file, uint32_t offset) { return file.location(offset); }

void expect_location(const SourceFile& file, uint32_t offset, uint32_t line, uint32_t column) {
  EXPECT_EQ(at(file, offset).line, line) << offset;
  EXPECT_EQ(at(file, offset).column, column) << offset;
}

TEST(SourceFile, CountsLinesAndCodePoints) {
  const SourceFile file(0, "a.pac", "let x\n  ä€😀y\n");
  EXPECT_EQ(file.line_count(), 3u);
  EXPECT_EQ(file.line(1), "let x");
  EXPECT_EQ(file.line(2), "  ä€😀y");
  EXPECT_EQ(file.line(3), "");
  expect_location(file, 0, 1, 1);
  expect_location(file, 5, 1, 6);  // on the line end
  expect_location(file, 6, 2, 1);
  expect_location(file, 8, 2, 3);   // ä
  expect_location(file, 10, 2, 4);  // €
  expect_location(file, 13, 2, 5);  // 😀
  expect_location(file, 17, 2, 6);  // y
  expect_location(file, 19, 3, 1);  // the end of the text
}

TEST(SourceFile, TreatsCarriageReturnAsPartOfTheLineEnd) {
  const SourceFile file(0, "a.pac", "ab\r\ncd");
  EXPECT_EQ(file.line(1), "ab");
  EXPECT_EQ(file.line(2), "cd");
  expect_location(file, 2, 1, 3);
  expect_location(file, 3, 1, 3);  // between CR and LF is still the end of line 1
  expect_location(file, 4, 2, 1);
}

TEST(SourceFile, AnEmptyTextHasOneEmptyLine) {
  const SourceFile file(0, "a.pac", "");
  EXPECT_EQ(file.line_count(), 1u);
  EXPECT_EQ(file.line(1), "");
  expect_location(file, 0, 1, 1);
  expect_location(file, 99, 1, 1);
}

TEST(SourceFile, CutsSpansToTheText) {
  const SourceFile file(7, "a.pac", "abc");
  EXPECT_EQ(file.text(Span{7, 1, 2}), "b");
  EXPECT_EQ(file.text(Span{7, 1, 99}), "bc");
  EXPECT_EQ(file.text(Span{7, 98, 99}), "");
  EXPECT_EQ(file.text(Span{7, 2, 1}), "");
  EXPECT_EQ(file.text(Span{}), "");
}

TEST(Span, JoinCoversBothAndSkipsWhatHasNoPlace) {
  EXPECT_EQ(join({0, 5, 7}, {0, 1, 2}), (Span{0, 1, 7}));
  EXPECT_EQ(join({0, 1, 9}, {0, 3, 4}), (Span{0, 1, 9}));
  EXPECT_EQ(join({}, {0, 3, 4}), (Span{0, 3, 4}));
  EXPECT_EQ(join({0, 3, 4}, {}), (Span{0, 3, 4}));
  EXPECT_FALSE(join({}, {}).has_place());
}

TEST(SourceSet, RefusesWhatIsNoText) {
  SourceSet sources;
  const auto not_utf8 = sources.add("a.pac", "ä\nab\xFFz");
  ASSERT_FALSE(not_utf8.has_value());
  EXPECT_EQ(not_utf8.error().code, "PAC0103");
  EXPECT_EQ(not_utf8.error().message,
            "`a.pac` is not UTF-8: a byte that cannot stand there at line 2, column 3");
  const auto zero = sources.add("a.pac", std::string("a\0b", 3));
  ASSERT_FALSE(zero.has_value());
  EXPECT_EQ(zero.error().code, "PAC0104");
  EXPECT_EQ(zero.error().message,
            "`a.pac` contains U+0000, which no source may hold, at line 1, column 2");
  EXPECT_EQ(sources.size(), 0u);
}

TEST(SourceSet, RefusesWhatIsTooLarge) {
  SourceSet sources;
  EXPECT_TRUE(sources.add("a.pac", std::string(SourceFile::kMaxBytes, ' ')).has_value());
  const auto large = sources.add("b.pac", std::string(SourceFile::kMaxBytes + 1, ' '));
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, "PAC0102");
}

TEST(SourceSet, DropsAByteOrderMark) {
  SourceSet sources;
  const auto file = sources.add("a.pac", "\xEF\xBB\xBFpackage");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ((*file)->text(), "package");
}

TEST(SourceSet, LoadsFilesAndNamesTheOnesItCannot) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "pac_source_test";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "a.pac").string();
  std::ofstream(path, std::ios::binary) << "one\ntwo\n";
  SourceSet sources;
  const auto file = sources.load(path);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ((*file)->text(), "one\ntwo\n");
  EXPECT_EQ((*file)->path(), path);
  EXPECT_EQ(&sources.file((*file)->id()), *file);

  const auto missing = sources.load((folder / "none.pac").string());
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, "PAC0101");
  const auto is_folder = sources.load(folder.string());
  ASSERT_FALSE(is_folder.has_value());
  EXPECT_EQ(is_folder.error().code, "PAC0101");
  const auto endless = sources.load("/dev/zero");
  ASSERT_FALSE(endless.has_value());
  EXPECT_EQ(endless.error().code, "PAC0102");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pac
