#include <gtest/gtest.h>

#include "tests/analyze/check_protected.h"

namespace pac::analyze_check {
namespace {

TEST(ProtectedBruteForce, AgreesWithTryingAllPairs) {
  uint64_t depends = 0, independent = 0;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    const Table table = make_table(seed);
    const size_t field = seed % table.fields.size();
    const ProtectedVerdict verdict = check_protected(table, field);
    ASSERT_EQ(verdict.difference, "") << "seed " << seed;
    depends += verdict.depends ? 1 : 0;
    independent += verdict.reads && !verdict.depends ? 1 : 0;
  }
  EXPECT_GT(depends, 100u);
  EXPECT_GT(independent, 20u);
}

}  // namespace
}  // namespace pac::analyze_check
