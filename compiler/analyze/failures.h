// Failures: the places where the evaluation of a decision may end in an error, each with the
// condition under which it is reached and fails. Places that the ranges of values prove safe are
// left out. Conditions are expressions of the decision as the author wrote it, with lets and calls.
// One decision, one thread.
#pragma once

#include <cstdint>
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
};

struct Failure {
  pac_error error = PAC_E_NONE;
  ir::ExprId expr = ir::ExprId::none;  // that fails, or whose value lies outside a domain
  ir::DomainId domain = ir::DomainId::none;
  std::string what;          // of a domain: "the output `fee`"; of a fold: its name
  uint32_t let = ir::kNone;  // that it stands in
  bool is_within = false;    // of a quantifier: it speaks of an item
  std::vector<FailureSite> sites;
  bool has_more_sites = false;  // than are looked at
};

struct Failures {
  std::vector<Failure> all;
  size_t left_out = 0;  // beyond the most that are looked at
};

// `working` is a copy of `rule_set` with expressions added; the conditions are added to it.
Failures find_failures(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId decision);

}  // namespace pac::analyze
