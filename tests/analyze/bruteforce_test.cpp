#include <gtest/gtest.h>

#include "tests/analyze/check_table.h"

namespace pac::analyze_check {
namespace {

TEST(AnalyzeBruteForce, AgreesWithTryingAllInputs) {
  uint64_t findings = 0;
  for (uint64_t seed = 1; seed <= 1500; ++seed) {
    const Verdict verdict = check_table(make_table(seed));
    ASSERT_EQ(verdict.difference, "") << "seed " << seed;
    ASSERT_TRUE(verdict.is_settled) << "seed " << seed << "\n" << to_policy(make_table(seed));
    findings += verdict.findings;
  }
  EXPECT_GT(findings, 1500u);
}

// The same where every question about one part goes to clause learning first.
TEST(AnalyzeBruteForce, AgreesWithTryingAllInputsByClauses) {
  analyze::Options options;
  options.steps_of_splitting = 0;
  uint64_t findings = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    const Verdict verdict = check_table(make_table(seed), options);
    ASSERT_EQ(verdict.difference, "") << "seed " << seed;
    findings += verdict.findings;
  }
  EXPECT_GT(findings, 300u);
}

// A table that says something else than its conditions mean is noticed.
TEST(AnalyzeBruteForce, NoticesADifference) {
  int noticed = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Table table = make_table(seed);
    for (Rule& rule : table.rules) {
      if (rule.condition.kind != Condition::Kind::values || rule.condition.values.empty()) continue;
      rule.condition.values.erase(rule.condition.values.begin());
      break;
    }
    noticed += check_table(table).difference.empty() ? 0 : 1;
  }
  EXPECT_GT(noticed, 20);
}

}  // namespace
}  // namespace pac::analyze_check
