// What holds for every layout of every policy: nothing is lost, the meaning stays, and twice is
// once.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "compiler/format/diff.h"
#include "compiler/format/format.h"
#include "tests/unit/format/support.h"

namespace pac::format {
namespace {

// "" or what is wrong with the layout of a text.
std::string fault(const std::string& text) {
  const Parsed before(text);
  if (!before.errors.empty()) return "does not parse:\n" + before.errors + text;
  const std::string once = format(before.module, *before.file);
  const Parsed after(once);
  if (!after.errors.empty()) return "parses no more:\n" + after.errors + once;
  if (structure(before.module) != structure(after.module)) return "has another structure:\n" + once;
  if (comments(before) != comments(after)) return "has other comments:\n" + once;
  const std::string twice = format(after.module, *after.file);
  if (once != twice) return "changes again:\n" + diff("twice", once, twice);
  return {};
}

TEST(FormatProperty, EveryPolicyOfTheRepository) {
  ASSERT_GT(samples().size(), 100u);
  for (const auto& sample : samples()) EXPECT_EQ(fault(sample.text), "") << sample.path;
}

TEST(FormatProperty, MeaningStays) {
  size_t compared = 0;
  for (const auto& sample : samples()) {
    if (!sample.path.starts_with("examples/")) continue;
    const std::string before = meaning(sample.text);
    if (before.empty()) continue;
    ++compared;
    EXPECT_TRUE(before == meaning(laid_out(sample.text))) << sample.path;
    EXPECT_TRUE(before == meaning(laid_out(shuffled(sample.text, 1)))) << sample.path;
  }
  EXPECT_GE(compared, 5u);
}

TEST(FormatProperty, AnyLineBreaksAndBlanks) {
  EXPECT_TRUE(rc::check("a text with other blanks", [] {
    const auto& sample = samples()[*rc::gen::inRange<size_t>(0, samples().size())];
    const auto seed = *rc::gen::arbitrary<uint32_t>();
    const std::string text = shuffled(sample.text, seed);
    const std::string wrong = fault(text);
    if (!wrong.empty()) RC_FAIL(sample.path + " " + wrong);
    RC_ASSERT(structure(Parsed(text).module) == structure(Parsed(sample.text).module));
  }));
}

// Comments behind any word and above any word, also where nobody would write them.
TEST(FormatProperty, CommentsAnywhere) {
  EXPECT_TRUE(rc::check("a text with more comments", [] {
    const auto& sample = samples()[*rc::gen::inRange<size_t>(0, samples().size())];
    std::string text;
    size_t at = 0;
    int n = 0;
    while (at < sample.text.size()) {
      const size_t end = std::min(sample.text.find('\n', at), sample.text.size());
      const std::string line = sample.text.substr(at, end - at);
      const auto what = *rc::gen::inRange(0, 6);
      if (what == 0) text += "  // above " + std::to_string(n++) + "\n";
      text += line;
      if (what == 1 && line.find("//") == std::string::npos)
        text += " // behind " + std::to_string(n++);
      text += what == 2 ? "\n\n\n" : "\n";
      at = end + 1;
    }
    const std::string wrong = fault(text);
    if (!wrong.empty()) RC_FAIL(sample.path + " " + wrong);
  }));
}

// Ten thousand rows: an answer in good time is a matter of the algorithm, and a quadratic one would
// run into the time limit of the test.
TEST(FormatProperty, LargeTable) {
  std::string text =
      "package a.b edition 1\ndecision d { input { x: int } output { y: int }\ntable first {\nx => "
      "y\n";
  for (int i = 0; i < 10'000; ++i)
    text += "r" + std::to_string(i) + ": " + std::to_string(i) + " => 1\n";
  text += "otherwise => 0\n}\n}\n";
  const std::string out = laid_out(text);
  EXPECT_NE(out.find("    r7:    7    => 1\n"), std::string::npos) << out.substr(0, 400);
  EXPECT_NE(out.find("    otherwise   => 0\n"), std::string::npos) << out.substr(out.size() - 200);
}

}  // namespace
}  // namespace pac::format
