// A C++ header for one decision: its input and output as structs that lie in memory exactly as
// layout.h says, and calls that give them to the engine through runtime/include/pac/record.hpp. A
// pure function of the rule set; any thread.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/ir/model.h"

namespace pac::gen {

// The rule set is verified. PAC0150: the decision has a shape that a C++ struct can't have.
[[nodiscard]] Result<std::string> cpp_header(const ir::RuleSet& rules, ir::DecisionId decision);

}  // namespace pac::gen
