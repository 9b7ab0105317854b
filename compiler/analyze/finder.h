// Finder: inputs of one decision that meet a condition. The condition is an expression of the
// decision as the author wrote it, with lets and calls; assumes hold too. "No" is a proof, an input
// is a candidate that the interpreter has to confirm. One decision, one Finder, one thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/flat.h"
#include "compiler/analyze/theory.h"
#include "runtime/ir/model.h"

namespace pac::analyze {

struct Candidates {
  Possible possible = Possible::unknown;
  std::vector<Witness> witnesses;  // where possible; the plainest first
  std::string reason;              // where unknown, or possible and not sure
};

// A field of the input with the values at which some test of it changes its answer, and one beside
// each: the ends of its cells, or of its domain where no rule tests it. The date of the decision
// has the first days of parameters, too. Null is missing.
struct Dial {
  Path path;
  std::vector<json::Value> values;
};

class Finder {
 public:
  Finder(const ir::RuleSet& rules, ir::DecisionId decision);

  // A copy of the rule set for expressions to be added to; its expressions have the same numbers.
  ir::RuleSet& working() { return working_; }
  Candidates find(ir::ExprId condition);
  // The same with a condition over input paths, as flatten() makes them in working().
  Candidates find_flat(const Flat& base, ir::ExprId condition);
  // Of the fields that the decision's own conditions test.
  std::vector<Dial> dials();
  // Flattens another reading of the decision, whose expressions stand in working().
  Flat flatten_as(const ir::Decision& decision);

 private:
  ir::RuleSet working_;
  ir::DecisionId id_;
  ir::Decision original_;
};

}  // namespace pac::analyze
