// Whatever the bytes are, parse() returns, says why, points into the file, and its work grows with
// the text.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "runtime/base/utf8.h"
#include "tests/unit/parse/support.h"

namespace pac::parse {
namespace {

void expect_sound(const std::string& text) {
  Parsed p;
  parse_text(text, &p);
  for (const auto& d : p.emitter.all()) {
    ASSERT_TRUE(d.span.has_place());
    ASSERT_LE(d.span.begin, d.span.end);
    ASSERT_LE(d.span.end, text.size());
    for (const auto& label : d.labels) ASSERT_LE(label.span.end, text.size());
    if (d.fix.has_value()) {
      ASSERT_LE(d.fix->span.end, text.size());
    }
  }
  // Pieces are read at most twice, and no token starts more than a few of them.
  EXPECT_LE(p.work.piece_count, 3 * p.work.token_count + 10);
  EXPECT_LE(p.work.retry_count, p.work.piece_count);
}

std::string example(const char* name) {
  return read_text(std::string(PAC_SOURCE_DIR) + "/tests/data/policies/" + name);
}

TEST(Robust, random_bytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text = round % 2 == 0 ? "" : "package a edition 1\n";
    const size_t length = random() % 400;
    for (size_t i = 0; i < length; ++i) {
      const unsigned choice = random() % 8;
      // Valid UTF-8 without U+0000: the loader refuses the rest.
      if (choice == 0)
        text += "ä";
      else if (choice == 1)
        text += "\u202e";
      else
        text += static_cast<char>(1 + random() % 127);
    }
    expect_sound(text);
  }
}

TEST(Robust, random_words) {
  constexpr const char* kWords[] = {
      "decision", "d",     "{",     "}",     "(",       ")",       "[",       "]",
      "rules",    "table", "first", "by",    "rule",    "when",    "then",    "=>",
      "|",        ",",     ":",     "\n",    "not",     "and",     "or",      "in",
      "if",       "else",  "is",    "true",  "5",       "1.5",     "\"x\"",   "2026-01-01",
      "@",        "..",    "-",     "=",     "==",      "any",     "count",   "let",
      "input",    "enum",  "test",  "cases", "given",   "expect",  "cites",   "iri",
      ".",        "<",     ">",     "list",  "decimal", "max",     "items",   "otherwise",
      "explain",  "en",    "param", "from",  "record",  "default", "missing", "at",
      "days",     "\n\n",  "'",     "\""};
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    std::string text = "package a edition 1\n";
    const size_t length = random() % 300;
    for (size_t i = 0; i < length; ++i)
      text += std::string(kWords[random() % std::size(kWords)]) + " ";
    expect_sound(text);
  }
}

TEST(Robust, every_prefix_of_an_example) {
  const std::string text = example("10_traps.pac");
  for (size_t length = 0; length < text.size(); length += 7) {
    if (valid_utf8(std::string_view(text).substr(0, length))) expect_sound(text.substr(0, length));
  }
}

TEST(Robust, every_line_left_out) {
  const std::string text = example("02_lending.pac");
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin) + 1;
    expect_sound(text.substr(0, begin) + text.substr(end));
    begin = end;
  }
}

// The same mistake a thousand times is a thousand messages' worth of work, not a million's.
TEST(Robust, unbalanced_brackets_stay_linear) {
  for (const char* unit : {"(", "{", "}", "( }", "[ {", "@a(\n", "rule a {\n", "decision d {\n",
                           "\"\n", "table first {\n", "&& "}) {
    size_t work[2];
    for (const size_t count : {2000, 4000}) {
      std::string text = "package a edition 1\n";
      for (size_t i = 0; i < count; ++i) text += unit;
      Parsed p;
      parse_text(text, &p);
      EXPECT_GT(p.emitter.error_count(), 0u);
      work[count == 4000] = p.work.token_count + p.work.piece_count;
    }
    EXPECT_LE(work[1], 3 * work[0]) << unit;
  }
}

std::string many_rules(int count) {
  std::string text = "package a edition 1\ndecision d {\n  rules first {\n";
  for (int i = 0; i < count; ++i) {
    text += "    rule r" + std::to_string(i) + " {\n      when a in " + std::to_string(i) +
            " .. 9 and not (b == \"x\")\n" + "      then { ok: true }\n    }\n";
  }
  return text + "  }\n  table first {\n    a => b\n  }\n}\n";
}

TEST(Work, grows_with_the_number_of_rules) {
  Parsed small, large;
  parse_text(many_rules(500), &small);
  parse_text(many_rules(1000), &large);
  EXPECT_EQ(large.module.decisions.at(0).rules.size(), 1000u);
  EXPECT_EQ(large.work.token_count - small.work.token_count, 500u * 23);
  EXPECT_EQ(large.work.piece_count - small.work.piece_count, 500u);
  EXPECT_EQ(large.work.retry_count, 0u + small.work.retry_count);
}

}  // namespace
}  // namespace pac::parse
