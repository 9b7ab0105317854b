// Failures: the places where the evaluation of a decision may end in an error, each with the
// condition under which it is reached and fails. Places that the ranges of values prove safe are
// left out. Conditions are expressions of the decision as the author wrote it, with lets and calls.
// One decision, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/abi.h"
#include "runtime/ir/model.h"

namespace pac::analyze {

// Where a failure is reached from.
struct FailureSite {
  uint32_t rule = ir::kNone;  // that evaluates it; kNone: a let, the result or a fold
  // That it is reached and fails: inputs that do (none: no such are known), and all that can.
  ir::ExprId likely = ir::ExprId::none, only = ir::ExprId::none;
  // That nothing evaluated before it fails: as far as that is sure, so that no input for which this
  // is the error is left out; and as far as it may, for inputs that are more likely to show it.
  ir::ExprId first = ir::ExprId::none, clear = ir::ExprId::none;
  // Wherever `only` holds the decision ends in an error: in this one, or in one before it.
  bool is_sure = false;
};

struct Failure {
  pac_error error = PAC_E_NONE;
  ir::ExprId expr = ir::ExprId::none;  // that fails, or whose value lies outside a domain
  ir::DomainId domain = ir::DomainId::none;
  std::string what;          // of a domain: "the output `fee`"; of a fold: its name
  uint32_t let = ir::kNone;  // that it stands in
  bool is_within = false;    // of a quantifier: it speaks of an item
  // Of a call: the decision in which the error arises, or which that one calls.
  ir::DecisionId inside = ir::DecisionId::none;
  std::vector<FailureSite> sites;
  bool has_more_sites = false;  // than are looked at
};

struct Failures {
  std::vector<Failure> all;
  size_t left_out = 0;  // beyond the most that are looked at
};

// What may go wrong when a decision is called.
struct CalledFault {
  pac_error error = PAC_E_NONE;
  // A decision over the same input whose output says whether it may; none: it may for any input.
  ir::DecisionId question = ir::DecisionId::none;
  bool is_exact = false;   // wherever the answer is yes it does
  bool is_assume = false;  // before the called decision begins
};
using CalledFaults = std::map<uint32_t, std::vector<CalledFault>>;  // by decision

// `working` is a copy of `rule_set` with expressions added; the conditions are added to it.
Failures find_failures(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId decision,
                       const CalledFaults& called);

}  // namespace pac::analyze
