// Flat: a decision over input paths alone. Lets are replaced by their values, parameters by a
// choice over the date at which they are read, calls of small decisions by what those decide. What
// comes out are expressions of a working copy of the rule set that mean the same wherever their
// evaluation succeeds; errors are not in them (docs/design/analysis.md). One thread makes it, any
// may read it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::analyze {

struct FlatRule {
  uint32_t rule = ir::kNone;  // index in the decision; rules.size() is `otherwise`
  ir::ExprId condition = ir::ExprId::none;
  std::vector<ir::ExprId> outcome;  // one per field of the output record
  bool is_each = false;             // `for each`: the condition is that some item meets it
};

struct Flat {
  ir::DecisionId decision = ir::DecisionId::none;
  std::vector<FlatRule> rules;  // source order, without `otherwise`
  FlatRule otherwise;           // condition none where there is none
  std::vector<ir::ExprId> assumes;
  std::vector<ir::ExprId> lets;  // their values; none where nothing reads them
  // Flat expressions with those of the decision that became them, in no order.
  std::vector<std::pair<ir::ExprId, ir::ExprId>> origins;
};

// `working` is a copy of a verified rule set whose decisions up to this one were flattened before,
// in order. Expressions are added to it, and the decision's own are replaced by the flat ones.
// Never fails: what can't be replaced stays, as a `call`.
Flat flatten(ir::RuleSet& working, ir::DecisionId decision);

}  // namespace pac::analyze
