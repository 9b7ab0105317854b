#include "runtime/base/regex.h"

#include <re2/re2.h>

#include "tests/unit/base/property.h"
#include "tests/unit/base/regex_random.h"

namespace pac {
namespace {

Regex compiled(std::string_view pattern) {
  Result<Regex> regex = Regex::compile(pattern);
  EXPECT_TRUE(regex) << (regex ? "" : regex.error().message);
  return *std::move(regex);
}

std::string error_of(std::string_view pattern) {
  const Result<Regex> regex = Regex::compile(pattern);
  return regex ? "" : regex.error().code + ": " + regex.error().message;
}

bool re2_matches(const std::string& pattern, const std::string& text) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 re2(pattern, options);
  EXPECT_TRUE(re2.ok()) << pattern << ": " << re2.error();
  return RE2::FullMatch(text, re2);
}

// Patterns as policies have them, and texts that lie close to matching.
TEST(Regex, AgreesWithRe2OnATable) {
  const char* patterns[] = {
      "",
      "a",
      "abc",
      "a*",
      "a+b?",
      "(a|b)*abb",
      "[a-c]{2,4}",
      "[^a-c]",
      ".",
      "(?s).",
      ".*",
      "(?s).*",
      "^abc$",
      "^$",
      "\\d{4}-\\d{2}-\\d{2}",
      "[A-Z]{2}[0-9]{6}",
      "\\w+@\\w+\\.\\w+",
      "\\s*\\S+\\s*",
      "(?i)straße",
      "(?i)[a-f]+",
      "(?i)[^a-f]+",
      "\\x41\\x{e4}",
      "[äöü]+",
      "[à-ÿ]",
      "[\\x{10000}-\\x{10FFFF}]",
      "a||b",
      "()",
      "(?:ab){2}",
      "(a{2}){2,}",
      "x{0}",
      "x{0,0}y",
      "(|a)+",
      "(a*)*",
      "(a*)+b",
      "a.c",
      "[.*]",
      "[-a]",
      "[a-]",
      "[\\]\\-\\\\]",
      "\\.\\*",
      "a]b}",
      "\\D\\W",
      "[\\d_]+",
      "[^\\d]",
      "[\\s\\S]",
      "(?is)A.B",
      "€{2}",
      "[€-₭]",
      "𝄞+",
      "a{3,}?",
      "a*?b+?",
      "\\t\\n\\r\\f\\v",
  };
  const char* texts[] = {
      "",           "a",          "b",
      "ab",         "abc",        "abb",
      "aabb",       "babb",       "aaa",
      "aaaa",       "aaaaa",      "d",
      "\n",         "a\nc",       "abab",
      "2026-03-01", "2026-3-1",   "FI123456",
      "x@y.z",      "x@yz",       "  word ",
      "STRASSE",    "STRAßE",     "straße",
      "abcDEF",     "xyz",        "XYZ",
      "Aä",         "ä",          "öü",
      "é",          "ÿ",          "𝄞",
      "𝄞𝄞",         "€",          "€€",
      "₭",          "y",          "xy",
      ".*",         "-",          "]-\\",
      "a]b}",       "7",          "_7",
      "7 ",         "A\nB",       "axb",
      "a c",        "\t\n\r\f\v", "\xF4\x8F\xBF\xBF",
      "퟿",        "",
  };
  int accepted_count = 0;
  for (const char* pattern : patterns) {
    const Regex regex = compiled(pattern);
    for (const char* text : texts) {
      EXPECT_EQ(regex.matches(text), re2_matches(pattern, text)) << pattern << " on " << text;
      accepted_count += regex.matches(text) ? 1 : 0;
    }
  }
  EXPECT_GT(accepted_count, 100) << "the table must not be empty of matches";
}

TEST(Regex, TakesNothingButUtf8) {
  const Regex any = compiled("(?s).*");
  EXPECT_TRUE(any.matches("grün € 𝄞"));
  for (const std::string_view text :
       {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF8\x88\x80\x80\x80", "a\xC3", "\xFF"}) {
    EXPECT_FALSE(any.matches(text));
    EXPECT_FALSE(compiled("[^a]*").matches(text));
  }
  EXPECT_FALSE(any.matches(std::string_view("\0", 1))) << "no string of the language has U+0000";
}

TEST(Regex, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(
      error_of("äb*+"),
      "PAC0120: regular expression, character 4: a repetition of a repetition; put the first into "
      "`(...)`");
  const char* bad[] = {
      "*a",    "+",       "a|*",     "(a",          "a)",        "[a",          "[]",
      "[^]",   "[z-a]",   "[a-\\d]", "[\\d-z]",     "a{2,1}",    "a{1001}",     "a{",
      "a{,3}", "a{2",     "\\",      "\\1",         "\\b",       "\\Bx",        "\\pL",
      "\\q",   "\\x4",    "\\x{}",   "\\x{110000}", "\\x{D800}", "\\x00",       "(?=a)",
      "(?!a)", "(?<=a)b", "(?<!a)b", "(?P<n>a)",    "a(?i)b",    "(?i:a)",      "(?m)a",
      "(?i",   "a^",      "$a",      "(^a)",        "(a$)",      "[[:alpha:]]", "a**",
      "a+{2}", "a{2}{3}", "[a-c-e]", "\\é",         "\xFF",      "{2}",         "[a-",
  };
  for (const char* pattern : bad) {
    EXPECT_TRUE(error_of(pattern).starts_with("PAC0120: regular expression, character "))
        << pattern;
  }
  EXPECT_NE(error_of(std::string(1000, '(')), "");
  EXPECT_NE(error_of(std::string_view("a\0", 2)), "");
}

TEST(Regex, KeepsToItsLimits) {
  RegexLimits limits;
  limits.max_states = 6;
  EXPECT_TRUE(Regex::compile("abcd", limits)) << "four steps, the end, the dead state";
  const auto large = Regex::compile("abcde", limits);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, "PAC0121");
  // Patterns whose automata, or whose making, would be huge end in an error in good time.
  for (const char* pattern : {"(a|b)*a(a|b){20}", "((a{1000}){1000}){1000}", ".{1000}",
                              "((((){1000}){1000}"
                              "){1000}){1000}x{5000}",
                              "(.{0,100}a){30}", "([ab]{0,1000}c?){1000}"}) {
    EXPECT_NE(error_of(pattern), "") << pattern;
  }
  EXPECT_EQ(error_of("(((){1000}){1000}){1000}"), "");
  EXPECT_EQ(error_of(".{0,400}"), "");
  EXPECT_EQ(error_of("a{1000}"), "");
}

TEST(Regex, TablesAreMinimalAndComplete) {
  const Regex regex = compiled("(a|b)*abb");
  EXPECT_EQ(regex.state_count(), 5u) << "four, and the dead state";
  EXPECT_EQ(regex.class_count(), 3u) << "a, b and all other bytes";
  for (std::size_t s = 0; s < regex.state_count(); ++s) {
    for (std::size_t c = 0; c < regex.class_count(); ++c) {
      EXPECT_LT(regex.transition(static_cast<Regex::State>(s), static_cast<std::uint8_t>(c)),
                regex.state_count());
    }
  }
  EXPECT_EQ(regex.transition(Regex::kDead, 0), Regex::kDead);
  EXPECT_EQ(compiled("[^\\s\\S]").state_count(), 1u);
}

RC_GTEST_PROP(Regex, AgreesWithRe2, ()) {
  const std::string pattern = test::any_pattern(4);
  const auto regex = Regex::compile(pattern, {.max_states = 20'000});
  // A few of the patterns are too large; the property gives up if they were many.
  if (!regex && regex.error().code == "PAC0121") RC_DISCARD("too large");
  RC_ASSERT(regex.has_value());
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  const RE2 re2(pattern, options);
  if (!re2.ok()) return;  // RE2 limits nested repetitions
  for (int i = 0; i < 12; ++i) {
    const std::string text = test::any_short_text();
    RC_ASSERT(regex->matches(text) == RE2::FullMatch(text, re2));
  }
  if (const auto shortest = regex->shortest_match()) RC_ASSERT(RE2::FullMatch(*shortest, re2));
}

// Byte soup is compiled or refused in good time; the sanitizers watch.
RC_GTEST_PROP(Regex, AnyPatternIsCompiledOrRefused, ()) {
  std::string pattern;
  constexpr std::string_view kPieces = "()[]{}|*+?^$.\\-,:=<!i019adwxsD \xC3\xA4\xF0";
  for (int i = test::in_range(0, 16); i > 0; --i) {
    pattern.push_back(kPieces[test::in_range<std::size_t>(0, kPieces.size())]);
  }
  const auto regex = Regex::compile(pattern);
  if (!regex) {
    RC_ASSERT(regex.error().code == "PAC0120" || regex.error().code == "PAC0121");
    return;
  }
  // What we take, RE2 takes too.
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 re2(pattern, options);
  if (!re2.ok()) RC_ASSERT(re2.error_code() == RE2::ErrorRepeatSize);
}

}  // namespace
}  // namespace pac
