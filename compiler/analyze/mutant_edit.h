// How mutants change expressions. Internal to mutants*.cpp. Pure functions.
#pragma once

#include <vector>

#include "compiler/analyze/mutants.h"

namespace pac::analyze {

// The operands, in the order in which Mutant::path numbers them.
std::vector<ir::ExprId> parts_of(const ir::RuleSet& rules, const ir::Expr& expr);
// The expression with one operand exchanged.
ir::ExprId with_part(ir::RuleSet& rules, ir::Expr expr, uint32_t number, ir::ExprId part);
ir::ExprId edited(ir::RuleSet& rules, ir::ExprId id, const Edit& edit);

}  // namespace pac::analyze
