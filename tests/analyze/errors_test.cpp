#include <gtest/gtest.h>

#include "tests/analyze/check_errors.h"
#include "tests/sanitized.h"

namespace pac::analyze_check {
namespace {

// Under sanitizers a round takes twenty times as long, and what they look for shows in few.
constexpr uint64_t kRounds = test::kIsSanitized ? 60 : 500;

// A decision that means something else than its text is noticed.
TEST(ErrorsBruteForce, AgreesWithTryingAllInputsAndNoticesADifference) {
  size_t reported = 0, clean = 0, noticed = 0;
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    const ErrorsVerdict verdict = check_errors(seed);
    ASSERT_EQ(verdict.difference, "") << "seed " << seed;
    reported += verdict.reported;
    clean += verdict.is_clean ? 1 : 0;
    noticed += seed <= 100 && verdict.is_noticed ? 1 : 0;
  }
  EXPECT_GT(reported, kRounds / 2);
  EXPECT_GT(clean, kRounds / 10);
  EXPECT_GT(noticed, test::kIsSanitized ? 0u : 3u);
}

}  // namespace
}  // namespace pac::analyze_check
