#include <gtest/gtest.h>

#include "tests/analyze/check_diff.h"

namespace pac::analyze_check {
namespace {

// The inputs that are answered otherwise are those of the reported regions, no more and no less.
TEST(DiffBruteForce, AgreesWithTryingAllInputs) {
  uint64_t changed = 0, inputs = 0, equivalent = 0;
  for (uint64_t seed = 1; seed <= 1500; ++seed) {
    const Table before = make_table(seed);
    const Table after = mutated(before, seed);
    const DiffVerdict verdict = check_diff(before, after);
    ASSERT_EQ(verdict.difference, "") << "seed " << seed;
    ASSERT_TRUE(verdict.is_settled) << "seed " << seed << "\n"
                                    << to_policy(before) << to_policy(after);
    changed += verdict.changed;
    inputs += verdict.inputs;
    equivalent += verdict.changed == 0 ? 1 : 0;
  }
  EXPECT_GT(changed, inputs / 50);
  EXPECT_LT(changed, inputs / 2);
  EXPECT_GT(equivalent, 100u);
  EXPECT_LT(equivalent, 1000u);
}

// An answer of another table than was compared is noticed.
TEST(DiffBruteForce, NoticesADifference) {
  const Table table = make_table(3);
  Table other = table;
  other.has_otherwise = !other.has_otherwise;
  EXPECT_EQ(check_diff(table, table).changed, 0u);
  EXPECT_EQ(check_diff(table, other).difference, "");
}

}  // namespace
}  // namespace pac::analyze_check
