#include <re2/re2.h>

#include "runtime/base/regex.h"
#include "tests/unit/base/property.h"
#include "tests/unit/base/regex_random.h"

namespace pac {
namespace {

constexpr RegexLimits kWide{.max_states = 60'000};

Regex compiled(std::string_view pattern) {
  Result<Regex> regex = Regex::compile(pattern, kWide);
  EXPECT_TRUE(regex) << (regex ? "" : regex.error().message);
  return *std::move(regex);
}

Regex both(const Regex& a, const Regex& b) { return Regex::intersect(a, b, kWide).value(); }
Regex without(const Regex& a) { return Regex::complement(a, kWide).value(); }

TEST(RegexAlgebra, EqualLanguagesHaveEqualTables) {
  const std::pair<const char*, const char*> equal[] = {
      {"a|b|c", "[a-c]"},       {"(a|b)*", "(a*b*)*"}, {"a+", "aa*"},
      {"(?i)ab", "[aA][bB]"},   {"a{2,3}", "aaa?"},    {"[^\\s\\S]", "[^\\x{1}-\\x{10FFFF}]"},
      {"(?s).*", "(?:.|\\n)*"}, {"(ab|ac)", "a(b|c)"}, {"()", "x{0}"},
      {"(?i)[^k]", "[^kK]"},
  };
  for (const auto& [a, b] : equal)
    EXPECT_TRUE(same_language(compiled(a), compiled(b))) << a << " " << b;
  EXPECT_FALSE(same_language(compiled("a*"), compiled("a+")));
  EXPECT_FALSE(same_language(compiled("a"), compiled("b")));
  EXPECT_FALSE(same_language(compiled(".*"), compiled("(?s).*")));
}

TEST(RegexAlgebra, FindsWhatIsSharedAndWhatIsLeftOut) {
  EXPECT_TRUE(both(compiled("[A-Z]{2}"), compiled("[a-z]{2}")).is_empty());
  const Regex shared = both(compiled("FI.*"), compiled(".*[0-9]{3}"));
  EXPECT_EQ(shared.shortest_match(), "FI000");
  EXPECT_TRUE(without(Regex::any_text()).is_empty());
  EXPECT_EQ(without(compiled("(?s).+")).shortest_match(), "");
  EXPECT_EQ(without(compiled("[a-z]?")).shortest_match(), "0");
  EXPECT_EQ(compiled("[^\\s\\S]a").shortest_match(), std::nullopt);
  EXPECT_EQ(compiled("[ -~]").shortest_match(), "a");
  EXPECT_EQ(compiled("ä|bcd").shortest_match(), "ä") << "fewest bytes";
  EXPECT_FALSE(Regex::intersect(compiled("a{100}"), compiled("a{100}"), {.max_states = 50}));
}

RC_GTEST_PROP(RegexAlgebra, EscapedTextMatchesItselfOnly, ()) {
  const std::string text = test::any_text(6);
  const Regex regex = compiled(Regex::escape(text));
  RC_ASSERT(regex.matches(text));
  RC_ASSERT(regex.shortest_match() == text);
  RC_ASSERT(RE2::FullMatch(text, RE2(Regex::escape(text))));
  RC_ASSERT(!regex.matches(text + "a"));
}

RC_GTEST_PROP(RegexAlgebra, IsBooleanAlgebra, ()) {
  const Regex a = compiled(test::any_pattern(3));
  const Regex b = compiled(test::any_pattern(3));
  const Regex shared = both(a, b);
  const Regex not_a = without(a);
  for (int i = 0; i < 10; ++i) {
    const std::string text = test::any_short_text();
    RC_ASSERT(shared.matches(text) == (a.matches(text) && b.matches(text)));
    RC_ASSERT(not_a.matches(text) == !a.matches(text));
  }
  RC_ASSERT(same_language(without(not_a), a));
  RC_ASSERT(both(a, not_a).is_empty());
  RC_ASSERT(same_language(both(a, b), both(b, a)));
  RC_ASSERT(same_language(both(a, a), a));
  // a or b, once by De Morgan and once by joining the patterns.
  const Regex either = without(both(not_a, without(b)));
  RC_ASSERT(same_language(either, compiled("(" + a.pattern() + ")|(" + b.pattern() + ")")));
  if (const auto witness = shared.shortest_match()) {
    RC_ASSERT(valid_utf8(*witness));
    RC_ASSERT(a.matches(*witness) && b.matches(*witness));
  }
}

// All strings up to a length, tried one by one, hold no shorter match than the one given.
RC_GTEST_PROP(RegexAlgebra, ShortestMatchIsShortest, ()) {
  const Regex a = both(compiled(test::any_pattern(3)), compiled("[abä]{0,4}"));
  std::size_t shortest = 99;
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string text = texts[i];
    if (a.matches(text)) shortest = std::min(shortest, text.size());
    if (count_code_points(text) == 4) continue;
    for (const char* next : {"a", "b", "ä"}) texts.push_back(text + next);
  }
  const auto found = a.shortest_match();
  RC_ASSERT(found.has_value() == (shortest != 99));
  if (found) RC_ASSERT(found->size() == shortest);
}

}  // namespace
}  // namespace pac
