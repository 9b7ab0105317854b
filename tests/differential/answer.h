// What a decision answered, as text: everything that the engines must agree on and nothing else, so
// that two answers agree if and only if their texts are equal. Also the text of a record, for
// reports. Pure functions of their arguments.
#pragma once

#include <string>

#include "runtime/abi.h"
#include "runtime/ir/layout.h"

namespace pac::differential {

// `output` is the result in memory; it is read with PAC_OK only.
void tell_answer(const ir::RuleSet& rules, const ir::Layout& layout, ir::DecisionId decision,
                 const pac_result& result, const void* output, std::string& out);
void tell_record(const ir::RuleSet& rules, const ir::Layout& layout, ir::RecordId record,
                 const void* at, std::string& out);

}  // namespace pac::differential
