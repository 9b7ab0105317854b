// std.text against the same operations on lists of code points.
#include "tests/unit/stdlib/generators.h"

#include "tests/unit/stdlib/caller.h"

namespace pac::stdlib::test {
namespace {

std::u32string decoded(const std::string& text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    char32_t point = 0;
    at += static_cast<std::size_t>(decode_utf8(text, at, &point));
    points += point;
  }
  return points;
}

std::string encoded(const std::u32string& points) {
  std::string text;
  for (const char32_t point : points) {
    char bytes[4];
    text.append(bytes, static_cast<std::size_t>(encode_utf8(point, bytes)));
  }
  return text;
}

// Of few different characters, so that parts occur, and overlap.
std::string any_repetitive(int max_count) {
  const std::string letters[] = {"a", "b", "\u00e4", "\U0001F600"};
  std::string text;
  for (int count = in_range(0, max_count + 1); count > 0; --count) text += letters[in_range(0, 4)];
  return text;
}

RC_GTEST_PROP(Text, SubstringCountsCodePoints, ()) {
  const std::string whole = any_text(20);
  const std::int64_t start = in_range(0, 8) == 0 ? any_int() : in_range(-2, 25);
  const std::int64_t count = in_range(0, 8) == 0 ? any_int() : in_range(-2, 25);
  const Answer answer = Call("substring").text(whole).integer(start).integer(count).run();
  if (start < 1 || count < 0) {
    RC_ASSERT(answer == error(PAC_E_ARGUMENT));
    return;
  }
  const std::u32string points = decoded(whole);
  const auto from = std::min<std::uint64_t>(static_cast<std::uint64_t>(start) - 1, points.size());
  RC_ASSERT(answer == text(encoded(points.substr(from, static_cast<std::uint64_t>(count)))));
}

RC_GTEST_PROP(Text, IndexOfFindsTheFirst, ()) {
  const std::string whole = any_repetitive(12);
  const std::string part = any_repetitive(3);
  const auto at = decoded(whole).find(decoded(part));
  RC_ASSERT(Call("index_of").text(whole).text(part).run() ==
            number(at == std::u32string::npos ? 0 : static_cast<std::int64_t>(at) + 1));
}

RC_GTEST_PROP(Text, ReplaceReplacesAll, ()) {
  const std::string whole = any_repetitive(12);
  const std::string part = any_repetitive(2);
  const std::string by = any_repetitive(3);
  const Answer answer = Call("replace").text(whole).text(part).text(by).run();
  if (part.empty()) {
    RC_ASSERT(answer == error(PAC_E_ARGUMENT));
    return;
  }
  std::string expected = whole;
  for (std::size_t at = expected.find(part); at != std::string::npos;
       at = expected.find(part, at + by.size())) {
    expected.replace(at, part.size(), by);
  }
  RC_ASSERT(answer == text(expected));
}

RC_GTEST_PROP(Text, PadLeftFillsToTheWidth, ()) {
  const std::string whole = any_text(10);
  const std::string fill = any_text(2);
  const std::int64_t width = in_range(-2, 30);
  const Answer answer = Call("pad_left").text(whole).integer(width).text(fill).run();
  if (decoded(fill).size() != 1) {
    RC_ASSERT(answer == error(PAC_E_ARGUMENT));
    return;
  }
  std::u32string expected = decoded(whole);
  while (static_cast<std::int64_t>(expected.size()) < width) expected = decoded(fill) + expected;
  RC_ASSERT(answer == text(encoded(expected)));
}

RC_GTEST_PROP(Text, CaseOfAsciiOnly, ()) {
  const std::string whole = any_text(20);
  std::string upper = whole;
  std::string lower = whole;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  RC_ASSERT(Call("upper_ascii").text(whole).run() == text(upper));
  RC_ASSERT(Call("lower_ascii").text(whole).run() == text(lower));
}

RC_GTEST_PROP(Text, TrimTakesWhiteSpaceOffBothEnds, ()) {
  const std::string inner = "x" + any_text(5) + "x";
  std::string around[2];
  for (std::string& space : around) {
    for (int count = in_range(0, 4); count > 0; --count) space += " \t\n\v\f\r"[in_range(0, 6)];
  }
  RC_ASSERT(Call("trim").text(around[0] + inner + around[1]).run() == text(inner));
  RC_ASSERT(Call("trim").text(around[0] + around[1]).run() == text(""));
  RC_ASSERT(Call("trim").text("\u00a0" + inner).run() == text("\u00a0" + inner));
}

TEST(Text, IsDigits) {
  const auto is_digits = [](const char* value) { return Call("is_digits").text(value).run(); };
  EXPECT_EQ(is_digits(""), number(0));
  EXPECT_EQ(is_digits("0123456789"), number(1));
  EXPECT_EQ(is_digits("12a"), number(0));
  EXPECT_EQ(is_digits("-1"), number(0));
  EXPECT_EQ(is_digits("\u0661"), number(0));  // a digit of another script
}

TEST(Text, LimitsHold) {
  const std::string longest(PAC_MAX_TEXT, 'a');
  EXPECT_EQ(Call("upper_ascii").text(longest).run().text, std::string(PAC_MAX_TEXT, 'A'));
  EXPECT_EQ(Call("upper_ascii").text(longest + "a").run(), error(PAC_E_LIMIT));
  EXPECT_EQ(Call("upper_ascii").text("abc").scratch_bytes(3).run(), text("ABC"));
  EXPECT_EQ(Call("upper_ascii").text("abc").scratch_bytes(2).run(), error(PAC_E_LIMIT));
  EXPECT_EQ(Call("upper_ascii").text("").scratch_bytes(0).run(), text(""));
  EXPECT_EQ(Call("replace").text(longest).text("a").text("bb").run(), error(PAC_E_LIMIT));
  EXPECT_EQ(Call("replace").text("ab").text("b").text("cc").scratch_bytes(2).run(),
            error(PAC_E_LIMIT));
  EXPECT_EQ(Call("pad_left").text("a").integer(PAC_MAX_TEXT).text("b").run().text.size(),
            PAC_MAX_TEXT);
  EXPECT_EQ(Call("pad_left").text("a").integer(PAC_MAX_TEXT + 1).text("b").run(),
            error(PAC_E_LIMIT));
  EXPECT_EQ(Call("pad_left").text("a").integer(INT64_MAX).text("b").run(), error(PAC_E_LIMIT));
  EXPECT_EQ(Call("pad_left").text("a").integer(INT64_MIN).text("b").run(), text("a"));
  EXPECT_EQ(Call("pad_left").text("a").integer(40'000).text("\u00e4").run(), error(PAC_E_LIMIT));
}

}  // namespace
}  // namespace pac::stdlib::test
