// JSON Schemas (draft 2020-12) of what a decision takes and gives, from the types and domains of
// the IR. They describe the JSON form for other tools and are never used to decide: what a schema
// can't say (the range of a decimal in a string, of a date) the engine checks all the same. Pure
// functions; any thread.
#pragma once

#include <string>

#include "runtime/ir/model.h"

namespace pac::bundle {

// The inputs of the decision: no context, no features. Canonical JSON.
std::string input_schema(const ir::RuleSet& rules, ir::DecisionId decision);
// The member `output` of an answer.
std::string output_schema(const ir::RuleSet& rules, ir::DecisionId decision);

}  // namespace pac::bundle
