// Values that have to lie in a domain, and what a called decision assumes of its arguments, as
// conditions. Pure functions but for expressions that are added; one thread.
#pragma once

#include <utility>

#include "compiler/analyze/terms.h"
#include "runtime/ir/model.h"

namespace pac::analyze {

// The condition that the value lies outside, none where it has no form; and whether there is no
// other way to lie outside.
std::pair<ir::ExprId, bool> outside_of(ir::RuleSet& working, Terms& terms, ir::ExprId value,
                                       const ir::Domain& domain);

// Whether the value is a number of items that always lies in the domain: there are at most as many
// as the list can have, also where a called decision collects it.
bool counts_within(const ir::RuleSet& rules, const ir::Decision& decision, ir::ExprId value,
                   const ir::Domain& domain);

// A part of the input, perhaps through lets: other lists have no form in which their items could be
// asked for.
bool is_part_of_input(const ir::RuleSet& rules, const ir::Decision& decision, ir::ExprId id);

// An expression over the inputs of the called decision, over those of the caller. Its variables are
// moved behind the caller's.
ir::ExprId with_arguments(ir::RuleSet& working, ir::ExprId id, const ir::Expr& call,
                          uint32_t first_variable);

}  // namespace pac::analyze
