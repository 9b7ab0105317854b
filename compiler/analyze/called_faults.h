// What may go wrong inside of the decisions that a decision calls: its caller ends in the same
// error. Made from what was found of the called ones, so that a call of a decision of which nothing
// is open is never asked about. One caller, one thread.
#pragma once

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/failures.h"

namespace pac::analyze {

// Adds a decision to `working` for each question, behind those of `rule_set`; the caller takes them
// away when all are answered. `report` has all that was found of the decisions called.
CalledFaults find_called_faults(const ir::RuleSet& rule_set, ir::RuleSet& working,
                                ir::DecisionId caller, const Report& report);

}  // namespace pac::analyze
