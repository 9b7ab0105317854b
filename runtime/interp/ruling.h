// rule_on: makes one decision, in the phases of docs/design/semantics.md: entering, conditions,
// overrides and overlap, outcomes and duties, agreement, ranking or folding. Internal to interp.
#pragma once

#include "runtime/interp/activation.h"

namespace pac::interp {

// `output` has room for a value of the decision's result type. Fills `result` (fired rules and
// duties) unless it is null, as for a called decision. With PAC_ERROR the activation's Failure says
// what happened.
pac_status rule_on(Activation& activation, void* output, pac_result* result) noexcept;

}  // namespace pac::interp
