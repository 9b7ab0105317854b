#include "compiler/diag/text.h"

#include <gtest/gtest.h>

namespace pac::diag {
namespace {

TEST(Text, MeasuresLettersByTheirWidth) {
  EXPECT_EQ(width_of(U'a'), 1u);
  EXPECT_EQ(width_of(U'ä'), 1u);
  EXPECT_EQ(width_of(0x0301), 0u);  // combining acute
  EXPECT_EQ(width_of(0x200D), 0u);  // joiner
  EXPECT_EQ(width_of(U'漢'), 2u);
  EXPECT_EQ(width_of(U'한'), 2u);
  EXPECT_EQ(width_of(U'😀'), 2u);
  EXPECT_EQ(width_of(U'€'), 1u);
  EXPECT_EQ(width_of(0x10FFFF), 1u);
}

TEST(Text, FindsColumns) {
  EXPECT_EQ(column_at("abc", 2), 2u);
  EXPECT_EQ(column_at("\tx", 1), 4u);
  EXPECT_EQ(column_at("ab\tx", 3), 4u);
  EXPECT_EQ(column_at("漢字x", 6), 4u);
  EXPECT_EQ(column_at("e\u0301x", 3), 1u);
  EXPECT_EQ(column_at("abc", 99), 3u);
  EXPECT_EQ(column_at("漢", 1), 0u);  // inside of a letter is its beginning
}

TEST(Text, CutsBetweenColumns) {
  EXPECT_EQ(cut_columns("abcdef", 1, 4), "bcd");
  EXPECT_EQ(cut_columns("a\tb", 0, 99), "a   b");
  EXPECT_EQ(cut_columns("a\tb", 2, 5), "  b");
  EXPECT_EQ(cut_columns("漢字", 1, 3), "  ");  // two halves
  EXPECT_EQ(cut_columns("漢字", 2, 4), "字");
  EXPECT_EQ(cut_columns("e\u0301x", 0, 1), "e\u0301");
  EXPECT_EQ(cut_columns("abc", 5, 9), "");
}

TEST(Text, ShowsWhatWouldMoveTheCursor) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a␛[31mb");
  EXPECT_EQ(printable("a\u202Eb"), "a\uFFFDb");  // right-to-left override
  EXPECT_EQ(printable("a\u2066b\u0085c"), "a\uFFFDb\uFFFDc");
  EXPECT_EQ(printable("a\r\nb"), "a b");
  EXPECT_EQ(printable("a\x7f"), "a␡");
  EXPECT_EQ(printable("a\xFF"), "a\uFFFD");
}

TEST(Text, WindowsKeepTheInterestingColumns) {
  const Window whole = choose_window(80, 70, 80, 70, 80);
  EXPECT_FALSE(whole.cut_left || whole.cut_right);
  const Window left = choose_window(200, 10, 20, 10, 80);
  EXPECT_EQ(left.begin, 0u);
  EXPECT_TRUE(left.cut_right);
  const Window middle = choose_window(200, 100, 110, 100, 80);
  EXPECT_TRUE(middle.cut_left && middle.cut_right);
  EXPECT_LE(middle.begin, 100u);
  EXPECT_GE(middle.end, 110u);
  EXPECT_EQ(middle.end - middle.begin, 74u);
  const Window right = choose_window(200, 195, 200, 195, 80);
  EXPECT_TRUE(right.cut_left);
  EXPECT_FALSE(right.cut_right);
  EXPECT_EQ(right.end, 200u);
  const Window split = choose_window(500, 10, 490, 300, 80);  // not all fits: the focus is shown
  EXPECT_LE(split.begin, 300u);
  EXPECT_GT(split.end, 300u);
}

TEST(Text, RepairsUtf8) {
  EXPECT_EQ(valid_text("aäb"), "aäb");
  EXPECT_EQ(valid_text("a\xC3"), "a\uFFFD");
  EXPECT_EQ(valid_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
}

}  // namespace
}  // namespace pac::diag
