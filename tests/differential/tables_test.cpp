// Native code that spares checks for what is proved, against the interpreter, which keeps them all;
// and that a proof which does not hold is found.
#include "tests/differential/tables.h"

#include <gtest/gtest.h>

#include <iostream>
#include <numeric>

#include "compiler/codegen/native.h"

namespace pac::differential {
namespace {

constexpr uint64_t kSeed = 20260303;
constexpr uint32_t kTablesPerModule = 20;

TEST(TablesTest, EnginesAgreeWhereProofsSpareChecks) {
  Plan plan;
  plan.seed = kSeed;
  plan.programs = 120;
  plan.programs_per_module = kTablesPerModule;
  plan.inputs = 60;
  const TableReport out = run_tables(plan);
  for (const Disagreement& found : out.report.disagreements) ADD_FAILURE() << found.to_text();
  for (const std::string& refused : out.report.refused) ADD_FAILURE() << refused;
  std::cout << out.decisions << " decisions; proved: " << out.no_clash << " without a clash, "
            << out.no_gap << " without a gap; spared: " << out.spared_clash << " and "
            << out.spared_gap << "; " << out.report.coverage.pairs << " pairs, of which "
            << out.clashes << " clash and " << out.gaps << " are gaps\n";
  // Of each kind there are some: a proof that spares, one that can't, none.
  EXPECT_GT(out.spared_clash, 20u);
  EXPECT_GT(out.spared_gap, 20u);
  EXPECT_GT(out.no_clash, out.spared_clash);
  EXPECT_GT(out.no_gap, out.spared_gap);
  EXPECT_LT(out.no_clash, out.decisions);
  EXPECT_GT(out.clashes, 20u);
  EXPECT_GT(out.gaps, 20u);
}

// What a wrong prover would say: it claims this of every decision.
void expect_found(const codegen::Proof& claim, const char* name) {
  constexpr uint32_t kMaxModules = 20;
  for (uint32_t module = 0; module < kMaxModules; ++module) {
    const uint64_t seed = module_seed(kSeed, module);
    const ir::RuleSet rules = make_tables(seed, kTablesPerModule);
    codegen::Proofs proofs = prove(rules);
    for (codegen::Proof& one : proofs) {
      one.no_clash = one.no_clash || claim.no_clash;
      one.no_gap = one.no_gap || claim.no_gap;
    }
    std::vector<uint32_t> decisions(rules.decisions.size());
    std::iota(decisions.begin(), decisions.end(), 0);
    const Disagreement found =
        find_disagreement(rules, rules, {Native::proved}, seed, decisions, 60, proofs);
    if (found.engine.empty()) continue;
    EXPECT_EQ(found.engine, "native code with proofs");
    std::cout << name << ": found in module " << module << ", decision " << found.decision
              << ", input " << found.input << "\n";
    return;
  }
  FAIL() << name << " was not found in " << kMaxModules << " modules";
}

TEST(PlantedFaultsTest, WrongProofThatNothingClashesIsFound) {
  expect_found({true, false}, "a wrong proof that nothing clashes");
}

TEST(PlantedFaultsTest, WrongProofThatNothingIsLeftOutIsFound) {
  expect_found({false, true}, "a wrong proof that nothing is left out");
}

}  // namespace
}  // namespace pac::differential
