// Each planted fault (faults.h) has to be found within a number of modules, or the tester would not
// find a miscompilation like it either.
#include <gtest/gtest.h>

#include <iostream>
#include <numeric>

#include "runtime/ir/verify.h"
#include "stdlib/registry.h"
#include "tests/differential/faults.h"
#include "tests/differential/generator.h"
#include "tests/differential/tester.h"

namespace pac::differential {
namespace {

constexpr uint64_t kSeed = 20260302;
constexpr uint32_t kProgramsPerModule = 10;
constexpr uint32_t kMaxModules = 200;  // that hold the fault
constexpr uint32_t kInputs = 40;

class PlantedFaultsTest : public ::testing::TestWithParam<Fault> {};

TEST_P(PlantedFaultsTest, IsFound) {
  std::vector<uint32_t> decisions(kProgramsPerModule);
  std::iota(decisions.begin(), decisions.end(), 0);
  uint32_t modules = 0;
  for (uint32_t number = 0; modules < kMaxModules; ++number) {
    ASSERT_LT(number, 4000u) << "the generator makes hardly anything that the fault applies to";
    const uint64_t seed = module_seed(kSeed, number);
    const ir::RuleSet rules = Generator(seed).generate(kProgramsPerModule);
    ir::RuleSet wrong = rules;
    if (!plant(GetParam(), wrong)) continue;
    if (!ir::verify(wrong, stdlib::find)) continue;  // a param's constant left its domain
    ++modules;
    const Disagreement found =
        find_disagreement(rules, wrong, {Native::level_0}, seed, decisions, kInputs);
    if (found.engine.empty()) continue;
    std::cout << name(GetParam()) << ": found in module " << modules << ", decision "
              << found.decision << ", input " << found.input << "\n";
    return;
  }
  FAIL() << name(GetParam()) << " was not found in " << modules << " modules";
}

INSTANTIATE_TEST_SUITE_P(All, PlantedFaultsTest, ::testing::ValuesIn(kAllFaults),
                         [](const auto& fault) { return name(fault.param); });

}  // namespace
}  // namespace pac::differential
