// Random programs in both engines at fixed seeds. PAC_SEED and PAC_PROGRAMS choose others; what a
// failure prints is enough to repeat it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "runtime/ir/verify.h"
#include "stdlib/registry.h"
#include "tests/differential/generator.h"
#include "tests/differential/shrink.h"
#include "tests/differential/tester.h"

namespace pac::differential {
namespace {

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(DifferentialTest, EnginesAgreeOnRandomPrograms) {
  Plan plan;
  plan.seed = from_environment("PAC_SEED", 20260301);
  plan.programs = static_cast<uint32_t>(from_environment("PAC_PROGRAMS", 240));
  std::cout << "PAC_SEED=" << plan.seed << " PAC_PROGRAMS=" << plan.programs << "\n";
  const Report report = run(plan);
  for (const Disagreement& found : report.disagreements) ADD_FAILURE() << found.to_text();
  for (const std::string& refused : report.refused) ADD_FAILURE() << refused;
  const Coverage::Entry least = report.coverage.least_seen();
  std::cout << report.coverage.pairs << " pairs; least seen: " << least.name << ", "
            << least.count() << "\n";
  EXPECT_GE(report.coverage.pairs, uint64_t{plan.programs} * plan.inputs / 2);
  if (plan.programs < 240) return;
  // Errors that need a rare value may be missing in a short run; all else has to occur in any.
  for (const Coverage::Entry& entry : report.coverage.entries()) {
    // Modules take turns with the functions, and so few modules do not come round to all.
    if (entry.name.starts_with("error") || entry.name.starts_with("function")) continue;
    EXPECT_GT(entry.interpreted, 0u) << entry.name;
    EXPECT_GT(entry.native, 0u) << entry.name;
  }
}

TEST(DifferentialTest, SameSeedMakesSamePrograms) {
  EXPECT_TRUE(Generator(5).generate(10) == Generator(5).generate(10));
  EXPECT_FALSE(Generator(5).generate(10) == Generator(6).generate(10));
}

// Many rule sets, not compiled: the generator keeps to what the verifier accepts.
TEST(DifferentialTest, EveryProgramIsAccepted) {
  std::set<ir::Op> ops;
  std::set<std::string> functions;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    const ir::RuleSet rules = Generator(seed).generate(4);
    const Result<void> verified = ir::verify(rules, stdlib::find);
    ASSERT_TRUE(verified.has_value())
        << "seed " << seed << ": " << verified.error().code << " " << verified.error().message;
    for (const ir::Expr& expr : rules.exprs) ops.insert(expr.op);
    for (const ir::FunctionRef& function : rules.functions) functions.insert(function.name);
  }
  EXPECT_EQ(ops.size(), ir::kOpCount);
  EXPECT_EQ(functions.size(), stdlib::functions().size());
}

// What has to stay is one rule: the rest goes.
TEST(DifferentialTest, ShrinkDropsWhatIsNotNeeded) {
  uint32_t tried = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const ir::RuleSet rules = Generator(seed).generate(3);
    for (uint32_t decision = 0; decision < 3; ++decision) {
      if (rules.decisions[decision].rules.size() < 3) continue;
      const std::string& name = rules.decisions[decision].name;
      const auto has_rule = [&](const ir::RuleSet& candidate, uint32_t number) {
        return candidate.decisions[number].name == name &&
               std::ranges::any_of(candidate.decisions[number].rules,
                                   [](const ir::Rule& rule) { return rule.name == "r1"; });
      };
      const auto [small, number] = shrink(rules, has_rule, decision);
      const ir::Decision& left = small.decisions[number];
      ASSERT_EQ(left.rules.size(), 1u) << "seed " << seed;
      EXPECT_EQ(left.rules[0].name, "r1");
      EXPECT_TRUE(left.rules[0].conditions.empty());
      EXPECT_TRUE(ir::verify(small, stdlib::find).has_value());
      ++tried;
    }
  }
  EXPECT_GT(tried, 10u);
}

}  // namespace
}  // namespace pac::differential
