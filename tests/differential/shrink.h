// Makes a rule set that shows something smaller, while it still shows it: fewer decisions, rules,
// inputs and lets, simpler expressions. Pure but for `shows`.
#pragma once

#include <functional>

#include "runtime/ir/model.h"

namespace pac::differential {

struct Shrunk {
  ir::RuleSet rules;
  uint32_t decision = 0;  // the number that the decision has now
};
using Shows = std::function<bool(const ir::RuleSet& rules, uint32_t decision)>;

// `shows` is asked only about rule sets that pass the verifier.
Shrunk shrink(const ir::RuleSet& rules, const Shows& shows, uint32_t decision);

}  // namespace pac::differential
