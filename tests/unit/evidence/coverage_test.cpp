// Coverage: what counts, what is missing, and inputs that would show it.
#include "compiler/driver/coverage.h"

#include <gtest/gtest.h>

namespace pac::driver {
namespace {

constexpr const char* kPolicy = R"(package t edition 1
decision d {
  input { score: int in 0 .. 100, member: bool, debt: int in 0 .. 100 }
  output { fine: bool }
  let safe = member or debt < 10
  rules first {
    rule high { when score >= 70 and safe then { fine: true } }
    rule never { when score > 50 and score < 40 then { fine: true } }
    otherwise { fine: false }
  }
}
)";

std::unique_ptr<Compilation> compiled(const std::string& text) {
  auto c = compile_texts({{"t.pac", text}});
  EXPECT_TRUE(c.has_value() && (*c)->checked.has_value());
  return std::move(*c);
}

std::string test(const std::string& given) {
  return "test d \"t\" { given { " + given + " } expect { } }\n";
}

Coverage covered(const Compilation& c) {
  auto out = cover(c);
  EXPECT_TRUE(out.has_value());
  return std::move(*out);
}

TEST(Coverage, CountsRulesConditionsAndEffects) {
  const auto c = compiled(kPolicy + test("score: 70, member: true, debt: 50"));
  const Coverage coverage = covered(*c);
  const DecisionCover& d = coverage.decisions[0];
  EXPECT_EQ(d.rules.shown, 1u);
  EXPECT_EQ(d.rules.of, 2u);  // `never` is proved impossible and not counted
  EXPECT_EQ(d.effects.shown, 0u);
  const auto rule = coverage.covers[coverage.goals->of_rule(d.decision, 1)];
  EXPECT_TRUE(rule.is_impossible);
}

TEST(Coverage, APairShowsTheEffectOfOneCondition) {
  const auto one = compiled(kPolicy + test("score: 70, member: true, debt: 50") +
                            test("score: 69, member: true, debt: 50"));
  // Both tests have the same `safe`, so only the score's effect is shown.
  EXPECT_EQ(covered(*one).decisions[0].effects.shown, 1u);
  const auto two = compiled(kPolicy + test("score: 70, member: true, debt: 50") +
                            test("score: 69, member: true, debt: 50") +
                            test("score: 70, member: false, debt: 50"));
  const Coverage coverage = covered(*two);
  // The score, `safe` in the rule, and `member` in the let; `debt < 10` never held.
  EXPECT_EQ(coverage.decisions[0].effects.shown, 3u);
}

TEST(Coverage, NamesInputsThatShowWhatIsMissing) {
  const auto c = compiled(kPolicy);
  const Coverage coverage = covered(*c);
  std::string tests;
  size_t missing = 0;
  for (const GoalCover& cover : coverage.covers) {
    if (cover.is_impossible) continue;
    ASSERT_TRUE(cover.example.has_value()) << cover.reason;
    ++missing;
    std::string given;
    for (const auto& member : cover.example->input.members()) {
      given += (given.empty() ? "" : ", ") + member.key + ": " + json::canonical(member.value);
    }
    tests += test(given);
  }
  EXPECT_GT(missing, 8u);
  const auto again = compiled(kPolicy + tests);
  const Coverage full = covered(*again);
  EXPECT_EQ(full.branches().shown, full.branches().of);
  EXPECT_EQ(full.all.effects.shown, full.all.effects.of);
}

TEST(Coverage, ReachesIntoCalledDecisions) {
  const auto c = compiled(R"(package t edition 1
decision inner {
  input { n: int in 0 .. 9 }
  output { big: bool }
  rules first {
    rule yes { when n >= 5 then { big: true } }
    otherwise { big: false }
  }
}
decision outer {
  input { n: int in 0 .. 9 }
  output { fine: bool }
  result { fine: inner(n: n).big }
}
test outer "five" { given { n: 5 } expect { fine: true } }
)");
  const Coverage coverage = covered(*c);
  EXPECT_EQ(coverage.decisions[0].rules.shown, 1u);
  EXPECT_EQ(coverage.decisions[0].rules.of, 2u);
  EXPECT_EQ(coverage.decisions[1].rules.shown, 1u);
}

// A rule for each item of an empty list is not tested, and there is no item to ask it of.
TEST(Coverage, AnEmptyListTestsNothing) {
  const auto c = compiled(R"(package t edition 1
record Metric { value: int in 0 .. 9, least: int in 0 .. 9 }
decision d {
  input { metrics: list<Metric> max 5 items }
  output { code: string }
  rules collect list {
    rule low for each m in metrics { when m.value < m.least then { code: "low" } }
  }
}
test d "none" { given { metrics: [] } expect [] }
)");
  const Coverage coverage = covered(*c);
  EXPECT_EQ(coverage.decisions[0].rules.shown, 0u);
  EXPECT_EQ(coverage.decisions[0].conditions.shown, 0u);
}

TEST(Coverage, CellsAndLcov) {
  const auto c = compiled(R"(package t edition 1
decision d {
  input { n: int in 0 .. 9, m: int in 0 .. 9 }
  output { k: int }
  table first {
    n    | m    => k
    >= 5 | -    => 1
    -    | <= 2 => 2
    -    | -    => 3
  }
}
test d "five" { given { n: 5, m: 0 } expect { k: 1 } }
test d "four" { given { n: 4, m: 0 } expect { k: 2 } }
)");
  const Coverage coverage = covered(*c);
  EXPECT_EQ(coverage.decisions[0].cells.of, 2u);
  EXPECT_EQ(coverage.decisions[0].cells.shown, 1u);
  const std::string lcov = coverage_lcov(*c, coverage);
  EXPECT_NE(lcov.find("SF:t.pac\n"), std::string::npos);
  EXPECT_NE(lcov.find("FNDA:2,d\n"), std::string::npos);
  EXPECT_NE(lcov.find("BRDA:8,1,0,0\nBRDA:8,1,1,1\n"), std::string::npos) << lcov;
  EXPECT_NE(lcov.find("DA:9,0\n"), std::string::npos) << lcov;
  EXPECT_NE(lcov.find("end_of_record\n"), std::string::npos);
  const std::string table = coverage_table(*c, coverage);
  EXPECT_NE(table.find("t.pac:8 d, row_2: `m <= 2` is always met"), std::string::npos) << table;
  EXPECT_TRUE(json::parse(coverage_json(*c, coverage)).has_value());
}

}  // namespace
}  // namespace pac::driver
