// Calls of standard functions that end in an error: which arguments fail, tried at the ends of
// their ranges, where most functions of the library fail first; of the others any may. Pure
// functions; one thread.
#pragma once

#include <vector>

#include "runtime/abi.h"
#include "runtime/ir/model.h"
#include "runtime/ir/range.h"

namespace pac::analyze {

struct FailingCall {
  pac_error error = PAC_E_NONE;
  ir::ExprId likely = ir::ExprId::none;  // inputs that fail; none: no such are known
  ir::ExprId only = ir::ExprId::none;    // no others fail than these
  bool is_certain = false;               // `likely` was tried: these do fail
};

// Nothing where no call within the ranges of the arguments fails. Conditions are added to
// `working`; memory for texts is not looked at.
std::vector<FailingCall> failing_calls(ir::RuleSet& working, ir::RangeAnalysis& ranges,
                                       ir::ExprId call);

}  // namespace pac::analyze
