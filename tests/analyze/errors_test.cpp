#include <gtest/gtest.h>

#include "tests/analyze/check_errors.h"

namespace pac::analyze_check {
namespace {

// A decision that means something else than its text is noticed.
TEST(ErrorsBruteForce, AgreesWithTryingAllInputsAndNoticesADifference) {
  size_t reported = 0, clean = 0, noticed = 0;
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    const ErrorsVerdict verdict = check_errors(seed);
    ASSERT_EQ(verdict.difference, "") << "seed " << seed;
    reported += verdict.reported;
    clean += verdict.is_clean ? 1 : 0;
    noticed += seed <= 100 && verdict.is_noticed ? 1 : 0;
  }
  EXPECT_GT(reported, 300u);
  EXPECT_GT(clean, 100u);
  EXPECT_GT(noticed, 3u);
}

}  // namespace
}  // namespace pac::analyze_check
