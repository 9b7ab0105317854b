// An expression in the author's notation: `residence is present or amount <= 5000.00`. For messages
// about rules whose sources are not at hand; what stands in a source is always shown from there.
// Pure; the rule set has passed the verifier.
#pragma once

#include <string>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::ir {

struct LocalNames {
  std::vector<std::string> lets, variables;  // by index; without one they are numbered
};

// At most about `max_bytes`, then "…": parts of an expression may be shared, and so appear again.
std::string phrase(const RuleSet& rules, const Decision& decision, ExprId expr,
                   const LocalNames& names = {}, size_t max_bytes = 200);

}  // namespace pac::ir
