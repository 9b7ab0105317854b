// Which strategy a table gets, and what plans say of themselves.
#include "runtime/match/plan.h"

#include <gtest/gtest.h>

#include "tests/unit/match/tables.h"

namespace pac::test {

namespace {

using match::Strategy;

match::Plan planned(const Shape& shape, const match::Options& options = {}) {
  Dice dice(1);
  return match::make_plan(random_table(dice, shape), options);
}

TEST(Plan, FewRulesAreTestedOneByOne) {
  EXPECT_EQ(planned({4, 5}).strategy, Strategy::chain);
  EXPECT_EQ(planned({4, 6}).strategy, Strategy::exact_rows);
}

TEST(Plan, ATableWithoutColumnsIsTestedRuleByRule) {
  match::Table table;
  table.rows.resize(100);
  const match::Plan plan = match::make_plan(std::move(table), {true, Strategy::exact_rows});
  EXPECT_EQ(plan.strategy, Strategy::chain);
  EXPECT_EQ(searched_rows(plan, {}, match::Path::plain).size(), 100u);
}

TEST(Plan, ATableWithoutRowsHasNoCandidates) {
  const match::Plan plan = match::make_plan({}, {});
  EXPECT_TRUE(searched_rows(plan, {}, match::Path::plain).empty());
}

TEST(Plan, MemoryIsReported) {
  const match::Plan small = planned({4, 100});
  const match::Plan large = planned({4, 1000, 200});
  EXPECT_GT(small.bytes, 100u * 8);
  EXPECT_GT(large.bytes, 4 * small.bytes);
}

TEST(Plan, CoarseRowsKeepToTheirMemory) {
  const Shape shape{8, 2000, 300, 60};
  const match::Plan all = planned(shape, {true, Strategy::coarse_rows});
  EXPECT_EQ(all.bits.size(), 8u);
  const uint64_t column = all.bits[0].words.size() * 8;
  const match::Plan few = planned(shape, {true, Strategy::coarse_rows, false, 3 * column});
  EXPECT_LT(few.bits.size(), 4u);
  EXPECT_GE(few.bits.size(), 1u);
  Dice dice(2);
  for (int i = 0; i < 20; ++i) {
    const match::Keys keys = random_keys(dice, few.table);
    EXPECT_EQ(searched_rows(few, keys, match::Path::plain), plain_rows(few.table, keys));
  }
}

TEST(Plan, TheCostModelGoesFromOneStrategyToTheNext) {
  EXPECT_EQ(planned({8, 1000, 60, 45}).strategy, Strategy::exact_rows);
  const match::Plan large = planned({8, 20'000, 5000, 45});
  EXPECT_TRUE(large.strategy == Strategy::coarse_rows || large.strategy == Strategy::pair_grid);
  EXPECT_TRUE(large.verify);
  EXPECT_NE(large.reason.find("20000 rules"), std::string::npos) << large.reason;
}

TEST(Plan, TheSameTableGivesTheSamePlan) {
  const match::Plan a = planned({6, 6'000, 900, 45});
  const match::Plan c = planned({6, 6'000, 900, 45});
  EXPECT_EQ(a.reason, c.reason);
  EXPECT_EQ(a.strategy, c.strategy);
  EXPECT_EQ(a.bytes, c.bytes);
  EXPECT_EQ(a.grid.rows, c.grid.rows);
}

TEST(Plan, CellsWithEqualBitsShareThem) {
  // Two rows, each wants one of many cells; all other cells look alike.
  match::Table table;
  match::Column column;
  column.slot = 0;
  for (int64_t cut = 1; cut <= 100; ++cut) column.cuts.push_back(cut);
  table.columns.push_back(column);
  for (uint32_t r = 0; r < 2; ++r)
    table.rows.push_back({r, {{0, {{10 * r + 5, 10 * r + 5}}}}, false, {}});
  const match::Plan plan = match::make_plan(std::move(table), {true, Strategy::exact_rows});
  ASSERT_EQ(plan.bits.size(), 1u);
  EXPECT_EQ(plan.bits[0].row_of.size(), 101u);
  EXPECT_EQ(plan.bits[0].words.size(), 3u * plan.words_per_row);
}

}  // namespace

}  // namespace pac::test
