// Blocks of inputs find what testing row by row finds: the first row, and whether there is another.
#include "runtime/match/block.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/match/tables.h"

namespace pac::test {

namespace {

using match::Path;
using match::Strategy;

class BlockTest : public ::testing::TestWithParam<std::tuple<Strategy, Path>> {
 protected:
  void SetUp() override {
    if (match::is_supported(path())) return;
    GTEST_SKIP() << "not tested: this machine has no " << match::name(path());
  }
  Strategy strategy() const { return std::get<0>(GetParam()); }
  Path path() const { return std::get<1>(GetParam()); }

  // Inputs that hit, over all blocks.
  uint64_t compare(const Shape& shape, uint64_t seed, uint32_t count) {
    Dice dice(seed);
    const auto plan =
        match::make_block_plan(random_table(dice, shape), match::Options{true, strategy()});
    EXPECT_NE(plan, nullptr);
    if (plan == nullptr) return 0;
    const match::Table& table = plan->plan.table;
    std::vector<std::vector<int64_t>> keys(table.columns.size());
    std::vector<std::vector<uint8_t>> present(table.columns.size());
    std::vector<std::vector<uint32_t>> expected;
    for (uint32_t i = 0; i < count; ++i) {
      const match::Keys one = random_keys(dice, table);
      expected.push_back(plain_rows(table, one));
      for (size_t c = 0; c < keys.size(); ++c) {
        keys[c].push_back(one.key[c]);
        present[c].push_back((one.missing >> c & 1) != 0 ? 0 : 1);
      }
    }
    match::BlockKeys given;
    for (size_t c = 0; c < keys.size(); ++c) {
      given.key[c] = keys[c].data();
      given.present[c] = table.columns[c].optional ? present[c].data() : nullptr;
    }
    uint64_t hits = 0;
    match::BlockSearch search(*plan, path());
    for (const bool first_only : {false, true}) {
      match::BlockFound found;
      search.find(given, count, first_only, &found);
      for (uint32_t i = 0; i < count; ++i) {
        const auto rank = [&](uint32_t row) { return plan->rank.empty() ? row : plan->rank[row]; };
        const auto least = std::ranges::min_element(expected[i], {}, rank);
        const uint32_t first = least == expected[i].end() ? ir::kNone : *least;
        EXPECT_EQ(found.first[i], first) << "seed " << seed << ", input " << i;
        if (!first_only) {
          EXPECT_EQ(found.more[i] != 0, expected[i].size() > 1) << "seed " << seed;
        }
        hits += expected[i].empty() ? 0 : 1;
      }
    }
    return hits;
  }
};

TEST_P(BlockTest, SmallTables) {
  uint64_t hits = 0;
  for (uint64_t seed = 1; seed <= 120 && !HasFailure(); ++seed) {
    Dice dice(seed);
    Shape shape;
    shape.rows = 1 + dice.below(70);
    shape.columns = 1 + dice.below(12);
    shape.cuts = 1 + dice.below(40);
    shape.test_chance = 10 + dice.below(70);
    hits += compare(shape, seed, 1 + dice.below(40));
  }
  EXPECT_GT(hits, 500u);
}

// Rows of bits of one block, of two and of more; cuts looked up by key, by window and by halves.
TEST_P(BlockTest, ManyRowsAndCuts) {
  for (const uint32_t rows : {511u, 512u, 513u, 1000u, 1024u, 1025u, 3000u}) {
    Shape shape{8, rows, std::min(rows, 700u), 40};
    shape.wide_chance = 5;
    EXPECT_GT(compare(shape, rows, match::kBlockInputs), 0u) << rows;
  }
}

TEST_P(BlockTest, RowsThatAllHoldAndRowsThatNeverDo) {
  Shape shape{3, 700, 4, 50};
  shape.wide_chance = 90;
  EXPECT_GT(compare(shape, 3, 30), 20u);
  shape.never_chance = 100;
  shape.test_chance = 97;
  compare(shape, 4, 30);
}

TEST_P(BlockTest, NumbersOutside) {
  std::vector<int64_t> numbers(77, 5);
  const auto outside = [&](int64_t low, int64_t high) {
    return match::lie_outside(path(), numbers.data(), 77, low, high);
  };
  EXPECT_FALSE(outside(5, 5));
  EXPECT_TRUE(outside(6, 9));
  EXPECT_TRUE(outside(-1, 4));
  for (size_t at = 0; at < numbers.size(); ++at) {
    numbers[at] = match::kLeastKey;
    EXPECT_TRUE(outside(0, 9)) << at;
    numbers[at] = match::kMostKey;
    EXPECT_TRUE(outside(0, 9)) << at;
    numbers[at] = 5;
  }
}

TEST(BlockPlan, TooManyRulesHaveNone) {
  Dice dice(1);
  Shape shape{2, match::kMaxBlockRules, 4, 50};
  EXPECT_NE(match::make_block_plan(random_table(dice, shape)), nullptr);
  ++shape.rows;
  EXPECT_EQ(match::make_block_plan(random_table(dice, shape)), nullptr);
}

std::string told(const ::testing::TestParamInfo<BlockTest::ParamType>& info) {
  std::string text = std::string(match::name(std::get<0>(info.param))) + "_" +
                     match::name(std::get<1>(info.param));
  std::ranges::replace_if(text, [](char c) { return c == ' ' || c == '-'; }, '_');
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Blocks, BlockTest,
    ::testing::Combine(::testing::Values(Strategy::exact_rows, Strategy::coarse_rows),
                       ::testing::Values(Path::plain, Path::avx2, Path::avx512)),
    told);

}  // namespace

}  // namespace pac::test
