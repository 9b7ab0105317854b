// A planted fault, made small: what is left still disagrees, and a reader takes it in at a glance.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>

#include "runtime/ir/encode.h"
#include "runtime/ir/print.h"
#include "runtime/ir/shape.h"
#include "runtime/ir/verify.h"
#include "stdlib/registry.h"
#include "tests/differential/endless.h"
#include "tests/differential/faults.h"
#include "tests/differential/generator.h"
#include "tests/differential/shrink.h"
#include "tests/differential/tester.h"

namespace pac::differential {
namespace {

constexpr uint64_t kSeed = 20260303;
constexpr uint32_t kPrograms = 4;
constexpr uint32_t kInputs = 30;

Disagreement with_fault(Fault fault, const ir::RuleSet& rules, uint64_t seed,
                        const std::vector<uint32_t>& decisions) {
  ir::RuleSet wrong = rules;
  if (!plant(fault, wrong) || !ir::verify(wrong, stdlib::find)) return {};
  return find_disagreement(rules, wrong, {Native::level_0}, seed, decisions, kInputs);
}

uint32_t read_exprs(const ir::RuleSet& rules) {
  std::vector<bool> seen(rules.exprs.size(), false);
  const auto mark = [&](ir::ExprId id) {
    if (id != ir::ExprId::none) seen[index(id)] = true;
  };
  for (const ir::Decision& decision : rules.decisions) ir::for_each_root(decision, mark);
  for (auto id = static_cast<uint32_t>(seen.size()); id-- > 0;) {
    if (seen[id]) ir::for_each_operand(rules, rules.exprs[id], mark);
  }
  return static_cast<uint32_t>(std::ranges::count(seen, true));
}

class ShrinkTest : public ::testing::TestWithParam<Fault> {};

TEST_P(ShrinkTest, APlantedFaultIsMadeSmall) {
  std::vector<uint32_t> all(kPrograms);
  std::iota(all.begin(), all.end(), 0);
  for (uint32_t number = 0; number < 400; ++number) {
    const uint64_t seed = module_seed(kSeed, number);
    const ir::RuleSet rules = Generator(seed).generate(kPrograms);
    const Disagreement found = with_fault(GetParam(), rules, seed, all);
    if (found.engine.empty()) continue;
    const auto shows = [&](const ir::RuleSet& candidate, uint32_t decision) {
      return !with_fault(GetParam(), candidate, seed, {decision}).engine.empty();
    };
    const Shrunk small = shrink(rules, shows, found.decision);
    ASSERT_TRUE(ir::verify(small.rules, stdlib::find).has_value());
    EXPECT_TRUE(shows(small.rules, small.decision)) << "seed " << seed;
    const ir::Decision& left = small.rules.decisions[small.decision];
    const uint32_t exprs = read_exprs(small.rules);
    std::cout << name(GetParam()) << " at seed " << seed << ": " << small.rules.decisions.size()
              << " decisions, " << left.rules.size() << " rules, " << left.roles.size()
              << " inputs, " << exprs << " expressions\n";
    EXPECT_LE(small.rules.decisions.size(), 2u) << ir::print(small.rules);
    EXPECT_LE(left.rules.size(), 2u) << ir::print(small.rules);
    // Beside another decision, inputs and lets keep their numbers, and so stay.
    const bool alone = small.rules.decisions.size() == 1;
    EXPECT_LE(left.roles.size(), alone ? 2u : 16u) << ir::print(small.rules);
    EXPECT_LE(left.lets.size(), alone ? 2u : 8u) << ir::print(small.rules);
    EXPECT_LE(exprs, alone ? 15u : 40u) << ir::print(small.rules);
    return;
  }
  FAIL() << "the fault was not met";
}

INSTANTIATE_TEST_SUITE_P(Some, ShrinkTest,
                         ::testing::Values(Fault::le_for_lt, Fault::sub_for_add,
                                           Fault::rules_swapped, Fault::default_value),
                         [](const auto& fault) { return name(fault.param); });

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(EndlessTest, StopsAtADisagreementAndWritesIt) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / "pac-differential-endless";
  std::filesystem::remove_all(folder);
  Plan plan;
  plan.seed = 7;
  plan.programs = 3;
  plan.inputs = 20;
  const auto agreed = run_endless(plan, folder.string(), 1);
  ASSERT_TRUE(agreed.has_value());
  EXPECT_FALSE(*agreed);
  EXPECT_FALSE(std::filesystem::exists(folder));

  plan.spoil = [](ir::RuleSet& rules) { plant(Fault::sub_for_add, rules); };
  const auto found = run_endless(plan, folder.string(), 200);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  ASSERT_TRUE(*found) << "the fault was not met";
  const auto small = ir::decode(read_file(folder / "ir.json"));
  ASSERT_TRUE(small.has_value()) << small.error().message;
  EXPECT_LE(small->decisions.size(), 2u);
  EXPECT_NE(read_file(folder / "disagreement.txt").find("native code"), std::string::npos);
  EXPECT_TRUE(read_file(folder / "input.txt").starts_with("{"));
  std::filesystem::remove_all(folder);
}

TEST(EndlessTest, AFolderThatCanNotBeMadeIsAnError) {
  Plan plan;
  plan.programs = 3;
  plan.inputs = 20;
  plan.shrink = false;
  plan.spoil = [](ir::RuleSet& rules) { plant(Fault::sub_for_add, rules); };
  const auto found = run_endless(plan, "/dev/null/no-folder", 200);
  ASSERT_FALSE(found.has_value());
  EXPECT_NE(found.error().message.find("/dev/null/no-folder"), std::string::npos);
}

}  // namespace
}  // namespace pac::differential
