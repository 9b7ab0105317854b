// Faults: for which inputs the evaluation of an expression ends in an error, as a condition on the
// input. Mutants can make a decision fail, so a proof that one changes nothing has to speak of
// errors too. Nothing where that can't be told. One decision, one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "compiler/analyze/terms.h"
#include "runtime/ir/model.h"
#include "runtime/ir/range.h"

namespace pac::analyze {

class Faults {
 public:
  // `total` are decisions that are proved to leave no gap and no clash. The decision may be one
  // that is not in `rules`; its expressions are.
  Faults(ir::RuleSet& rules, const ir::Decision& decision, const std::set<ir::DecisionId>& total,
         bool is_proved_present = false);

  std::optional<ir::ExprId> of(ir::ExprId id);
  // Of conditions tested one after the other, up to the first that does not hold.
  std::optional<ir::ExprId> of_all(const std::vector<ir::ExprId>& conditions);
  // The expression that stood in the way where the answer was nothing.
  ir::ExprId cause() const { return cause_; }

 private:
  std::optional<ir::ExprId> make(ir::ExprId id);
  std::optional<ir::ExprId> of_parts(ir::ExprId id);
  bool cannot_fail_itself(ir::ExprId id);
  bool never_fails(ir::ExprId call);
  std::optional<ir::ExprId> lies_outside(ir::ExprId value, ir::DomainId domain);
  std::optional<ir::ExprId> of_call(ir::ExprId id, const ir::Expr& call);
  bool speaks_of_items(ir::ExprId id) const;
  bool is_safe_decision(ir::DecisionId id);

  ir::RuleSet& rules_;
  const ir::Decision& decision_;
  const std::set<ir::DecisionId>& total_;
  const bool is_proved_present_;  // what the checker proved present is
  Terms terms_;
  ir::RangeAnalysis ranges_;
  std::map<ir::ExprId, std::optional<ir::ExprId>> memo_;
  ir::ExprId cause_ = ir::ExprId::none;
};

}  // namespace pac::analyze
