// The grammar as a document: every example parses with no error and no ambiguity, and reading piece
// by piece accepts what the rule `file` accepts.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "tests/unit/parse/support.h"

namespace pac::parse {
namespace {

std::vector<std::string> examples() {
  std::vector<std::string> paths;
  for (const char* folder : {"/tests/data/policies", "/tests/data/syntax"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(PAC_SOURCE_DIR) + folder)) {
      if (entry.path().extension() == ".pac") paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(Grammar, examples_parse_without_error_or_ambiguity) {
  ASSERT_GE(examples().size(), 11u);
  for (const std::string& path : examples()) {
    Parsed parsed;
    parse_file(path, &parsed);
    EXPECT_EQ(problems(parsed), "") << path;
    const GrammarReport report = check_grammar(*parsed.file);
    EXPECT_EQ(report.error_count, 0u) << report.first;
    EXPECT_EQ(report.ambiguity_count, 0u) << report.first;
  }
}

// SLL prediction decides every piece of a correct file; a second reading would double the time.
TEST(Grammar, examples_need_no_full_prediction) {
  for (const std::string& path : examples()) {
    Parsed parsed;
    parse_file(path, &parsed);
    EXPECT_EQ(parsed.work.retry_count, 0u) << path;
  }
}

// Kinds that the adapter reports although the grammar lets them through.
bool is_beyond_grammar(diag::Kind kind) {
  using diag::Kind;
  switch (kind) {
    case Kind::bad_escape:
    case Kind::bad_number:
    case Kind::number_too_large:
    case Kind::mixed_and_or:
    case Kind::compared_with_missing:
    case Kind::bad_fold:
    case Kind::incomplete_type:
    case Kind::rule_without_when:
    case Kind::rule_without_then:
    case Kind::repeated_clause:
    case Kind::misplaced_otherwise:
    case Kind::misplaced_modifier:
    case Kind::dotted_output:
    case Kind::present_in_list:
    case Kind::second_body:
      return true;
    default:
      return false;
  }
}

// Damages an example by a few tokens and holds both readings of it together.
TEST(Grammar, pieces_and_file_accept_the_same) {
  constexpr unsigned kSeed = 20260301;
  std::mt19937 random(kSeed);
  const auto paths = examples();
  size_t accepted = 0;
  for (int round = 0; round < 400; ++round) {
    std::string text = read_text(paths[random() % paths.size()]);
    SourceSet set;
    const SourceFile* file = *set.add("x.pac", text);
    const std::vector<Span> places = token_places(*file);
    const Span a = places[random() % places.size()];
    const Span b = places[random() % places.size()];
    const std::string other = text.substr(b.begin, b.end - b.begin);
    switch (random() % 3) {
      case 0:
        text.erase(a.begin, a.end - a.begin);
        break;
      case 1:
        text.insert(a.begin, other + " ");
        break;
      default:
        text.replace(a.begin, a.end - a.begin, other);
        break;
    }
    Parsed parsed;
    parse_text(text, &parsed);
    const auto& all = parsed.emitter.all();
    const bool fits = std::all_of(all.begin(), all.end(),
                                  [](const auto& d) { return is_beyond_grammar(d.kind); });
    const GrammarReport report = check_grammar(*parsed.file);
    if (report.token_error_count > 0) continue;  // what follows from those is not reported twice
    EXPECT_EQ(fits, report.error_count == 0) << "round " << round << " " << report.first << "\n"
                                             << problems(parsed);
    accepted += fits ? 1 : 0;
  }
  EXPECT_GT(accepted, 20u);  // else the test says nothing about accepted files
}

}  // namespace
}  // namespace pac::parse
