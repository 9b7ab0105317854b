// How mutants change expressions and values. Internal to mutant*.cpp. Pure functions.
#pragma once

#include <optional>
#include <vector>

#include "compiler/analyze/mutants.h"

namespace pac::analyze {

// The operands, in the order in which Mutant::path numbers them.
std::vector<ir::ExprId> parts_of(const ir::RuleSet& rules, const ir::Expr& expr);
// The expression with one operand exchanged.
ir::ExprId with_part(ir::RuleSet& rules, ir::Expr expr, uint32_t number, ir::ExprId part);
ir::ExprId edited(ir::RuleSet& rules, ir::ExprId id, const Edit& edit);

// What holds where the op does not; the op itself where there is no such one.
ir::Op opposite(ir::Op op);
// The comparison that differs from this one at the boundary only.
ir::Op beside(ir::Op op);
// The constant one step of its grid up (1) or down (-1). Nothing where its type has no steps.
std::optional<ir::Constant> shifted(const ir::RuleSet& rules, const ir::Constant& constant,
                                    int sign);
// Another value of the type: the other bool, the next of an enumeration, the next on the grid.
std::optional<ir::Constant> next_value(const ir::RuleSet& rules, const ir::Constant& constant);

}  // namespace pac::analyze
