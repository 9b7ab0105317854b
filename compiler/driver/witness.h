// Witnesses: for each rule an input on which it fires, found by a bounded search through the
// interpreter, and the file witnesses.json of a bundle, which holds them with the tests and all
// answers. The search is the same each time; a rule that it does not reach may still be reachable.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/driver/answer.h"
#include "compiler/driver/run_tests.h"
#include "runtime/base/json.h"

namespace pac::driver {

struct Witness {
  std::string title;  // of a test; empty: found by the search
  std::string rule;   // that it was searched for
  Question question;
  // Parameters that a test sets, and the expressions of ir.json that are their values.
  std::vector<check::ParamOverride> params;
  std::string answer;
};

struct WitnessOptions {
  uint32_t attempts_per_rule = 300;
  uint32_t attempts = 60'000;  // of one decision
  // Bounds the time for large tables: attempts times rules.
  uint64_t rule_tests = 30'000'000;
};

struct WitnessSearch {
  std::vector<Witness> found;
  std::vector<std::string> without;  // "decision.rule"
};

// `seeds` are questions known before (of tests), from which the search may start.
WitnessSearch search_witnesses(const std::shared_ptr<engine::LoadedRuleSet>& rules,
                               const std::vector<Question>& seeds, const WitnessOptions& options);

// witnesses.json: {"generated":[…],"tests":[…],"without":[…]} in canonical form.
std::string encode_witnesses(const ir::RuleSet& rules, const std::vector<Witness>& tests,
                             const WitnessSearch& search);
struct WitnessFile {
  std::vector<Witness> tests, generated;
  std::vector<std::string> without;
};
// PAC4229: not that form, or about another rule set.
[[nodiscard]] Result<WitnessFile> decode_witnesses(const ir::RuleSet& rules, std::string_view text);

// The answers of one rule set to witnesses, in order; those that set parameters get a rule set of
// their own. Fails where a rule set can't be loaded.
[[nodiscard]] Result<std::vector<std::string>> answers_of(
    const std::shared_ptr<engine::LoadedRuleSet>& rules, const std::vector<Witness>& witnesses,
    Engine engine);

// Whatever the order of members is.
bool is_same_answer(const std::string& a, const std::string& b);

// Names what differs from the recorded answers.
[[nodiscard]] Result<std::vector<std::string>> compare_answers(
    const std::shared_ptr<engine::LoadedRuleSet>& rules, const std::vector<Witness>& witnesses,
    Engine engine);

}  // namespace pac::driver
