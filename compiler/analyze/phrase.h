// Expressions of a decision as its author would write them, with the author's names: enough to
// recognise one's own. Pure functions.
#pragma once

#include <string>

#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::analyze {

std::string phrase(const ir::RuleSet& rules, const ir::Decision& decision,
                   const ir::DecisionSide& side, ir::ExprId id);
std::string phrase(const ir::RuleSet& rules, const ir::Constant& constant);

}  // namespace pac::analyze
