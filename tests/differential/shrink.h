// Makes a rule set that shows something smaller, while it still shows it. Pure but for `shows`.
#pragma once

#include <functional>

#include "runtime/ir/model.h"

namespace pac::differential {

// `shows` is asked only about rule sets that pass the verifier. `decision` keeps its number; later
// ones are dropped.
ir::RuleSet shrink(const ir::RuleSet& rules, const std::function<bool(const ir::RuleSet&)>& shows,
                   uint32_t decision);

}  // namespace pac::differential
