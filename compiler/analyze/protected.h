// Protected: whether an outcome of a decision depends on a field that is marked @protected and not
// permitted by a `may_use`. Proved by holding the decision beside itself (twin.h); where the two
// differ, with pairs of inputs that are alike but for the field, which the caller confirms. One
// thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/diff.h"
#include "compiler/analyze/twin.h"

namespace pac::analyze {

// A decision that is not proved to be independent of a field.
struct Dependence {
  ir::DecisionId decision = ir::DecisionId::none;
  FieldOfRecord field;
  // Candidates: inputs with the field and, under its name with a `'`, the value of the other.
  std::vector<Witness> witnesses;
  std::string reason;  // why nothing would be proved even if no candidate shows it
};

// `report`: what was found of the same rule set, errors too.
std::vector<Dependence> find_dependences(const ir::RuleSet& rule_set, const ir::Side& side,
                                         const Report& report);

// Whether anything is marked.
bool has_protected(const ir::Side& side);

}  // namespace pac::analyze
