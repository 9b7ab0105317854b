// Every strategy on every path finds what testing row by row finds.
#include "runtime/match/kernel.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/match/tables.h"

namespace pac::test {

namespace {

using match::Path;
using match::Strategy;

class KernelTest : public ::testing::TestWithParam<std::tuple<Strategy, Path>> {
 protected:
  void SetUp() override {
    if (match::is_supported(path())) return;
    GTEST_SKIP() << "not tested: this machine has no " << match::name(path());
  }
  Strategy strategy() const { return std::get<0>(GetParam()); }
  Path path() const { return std::get<1>(GetParam()); }

  // The rows found, over all inputs; a table in which nothing is ever found tests nothing.
  uint64_t compare(const Shape& shape, uint64_t seed, uint32_t inputs) {
    Dice dice(seed);
    match::Table table = random_table(dice, shape);
    const match::Plan plan = match::make_plan(std::move(table), {true, strategy()});
    EXPECT_EQ(plan.strategy, strategy());
    uint64_t found = 0;
    for (uint32_t i = 0; i < inputs; ++i) {
      const match::Keys keys = random_keys(dice, plan.table);
      const std::vector<uint32_t> expected = plain_rows(plan.table, keys);
      EXPECT_EQ(searched_rows(plan, keys, path()), expected)
          << "seed " << seed << ", input " << i << ", rows " << shape.rows;
      if (HasFailure()) return found;
      found += expected.size();
    }
    return found;
  }
};

TEST_P(KernelTest, SmallTables) {
  uint64_t found = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    Dice dice(seed);
    Shape shape;
    shape.rows = 1 + dice.below(70);
    shape.columns = 1 + dice.below(12);
    shape.cuts = 1 + dice.below(40);
    shape.test_chance = 10 + dice.below(70);
    found += compare(shape, seed, 20);
    if (HasFailure()) return;
  }
  EXPECT_GT(found, 1000u);
}

TEST_P(KernelTest, ManyRowsAndCuts) {
  for (const uint32_t rows : {511u, 512u, 513u, 1000u, 5000u}) {
    Shape shape{8, rows, std::min(rows, 700u), 40};
    shape.wide_chance = 5;
    EXPECT_GT(compare(shape, rows, 60), 0u);
  }
}

TEST_P(KernelTest, AsManyColumnsAsThereCanBe) {
  Shape shape{match::kMaxColumns, 600, 8, 3};
  EXPECT_GT(compare(shape, 7, 60), 0u);
}

TEST_P(KernelTest, RowsThatAllHoldAndRowsThatNeverDo) {
  Shape shape{3, 1500, 4, 50};
  shape.wide_chance = 90;
  EXPECT_GT(compare(shape, 3, 30), 1000u);
  shape.never_chance = 100;
  shape.test_chance = 97;
  compare(shape, 4, 30);
}

std::string told(const ::testing::TestParamInfo<KernelTest::ParamType>& info) {
  std::string text = std::string(match::name(std::get<0>(info.param))) + "_" +
                     match::name(std::get<1>(info.param));
  std::ranges::replace_if(text, [](char c) { return c == ' ' || c == '-'; }, '_');
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, KernelTest,
    ::testing::Combine(::testing::Values(Strategy::chain, Strategy::exact_rows,
                                         Strategy::coarse_rows, Strategy::pair_grid),
                       ::testing::Values(Path::plain, Path::avx2, Path::avx512)),
    told);

}  // namespace

}  // namespace pac::test
