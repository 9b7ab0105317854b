// Runs the tests of a package in one or both engines and compares expected with actual.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/answer.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"

namespace pac::driver {

struct TestResult {
  const check::TestCase* test = nullptr;
  Engine engine = Engine::interp;
  std::vector<std::string> problems;  // empty: passed. "eligible: expected true, got false"
  std::string actual;                 // as `pac run` writes it
  bool passed() const { return problems.empty(); }
};

Question question_of(const check::TestCase& test);
// What an answer, as `pac run` writes it, has other than the test expects; empty: passed.
std::vector<std::string> problems_of(const check::TestCase& test, const std::string& answer);
// The rule set with other values of parameters, in force on every date.
ir::RuleSet with_params(ir::RuleSet rules, const std::vector<check::ParamOverride>& params);

// In the order of the tests, one result for each engine. Fails only where the rule set can't be
// loaded.
Result<std::vector<TestResult>> run_tests(const check::Checked& checked,
                                          const std::vector<Engine>& engines);

}  // namespace pac::driver
