// The decision function and its digest: what one decision answers, and nothing else.
//
// In it: edition and package, the decision with its rules in source order and everything that they
// reach (callees, params, types with their names and wire names, duties, functions of the standard
// library with their versions, time zones by name). Names that can be seen from outside are in it:
// those of decisions (error paths), rules (fired, error), fields, features, params, duties, enums.
// Not in it: layout and order of declarations, names and numbers of lets and variables, whether
// equal expressions are shared, what isn't reached, whether a decision is private, all that stands
// in Side, and the tables of time zones (their digest stands beside this one in a trace).
#pragma once

#include <string>
#include <vector>

#include "runtime/ir/model.h"
#include "runtime/ir/slot_sets.h"
#include "runtime/ir/verify.h"

namespace pac::ir {

// Of one verified rule set, which outlives it; `find` is the one that it was verified with. Any
// thread.
class Functions {
 public:
  explicit Functions(const RuleSet& rule_set, FindFunction find = nullptr);

  // A rule set of its own with everything that the decision reaches, numbered as it is first met;
  // encoded as ir.json is. It is made to be hashed and compared: as its variables are numbered by
  // nesting alone, the verifier may refuse it.
  std::string canonical(DecisionId decision) const;
  // SHA-256 of it, in hexadecimal.
  std::string digest(DecisionId decision) const;

 private:
  friend class FunctionCopy;
  const RuleSet& rule_set_;
  FindFunction find_;
  SlotSets slots_;
  std::vector<uint32_t> free_;     // of each expression: the slots that it reads and does not bind
  std::vector<uint32_t> heights_;  // and how deep quantifiers nest in it
};

std::string canonical_function(const RuleSet& rule_set, DecisionId decision,
                               FindFunction find = nullptr);
std::string function_digest(const RuleSet& rule_set, DecisionId decision,
                            FindFunction find = nullptr);

}  // namespace pac::ir
