// Ranking: which of several rules that hold at once answers, under policies that rank outcomes or
// effects, and under folds that take the least or the greatest; as expressions over their ranks.
// Nothing is kept; the terms belong to the caller. One thread.
#pragma once

#include <optional>
#include <vector>

#include "compiler/analyze/terms.h"
#include "runtime/ir/model.h"

namespace pac::analyze {

// One that may answer where its condition holds. Of several the one with the greatest ranks does,
// the earlier rank counting first, and the first of them among equals.
struct Contender {
  ir::ExprId condition, value;
  std::vector<ir::ExprId> ranks;
};

// Numbers, dates and the like: constants and the prover order them alike.
bool is_ordered(const ir::RuleSet& rules, ir::ExprId id);

// Of a rule with this outcome. Nothing under policies that rank nothing, and where a rank is no
// number. An outcome that the policy doesn't list, which is an error, ranks last.
std::optional<std::vector<ir::ExprId>> ranks_of(ir::RuleSet& rules, Terms& terms,
                                                const ir::Decision& decision,
                                                const std::vector<ir::ExprId>& outcome);

// That the one with ranks `a` goes before the one with ranks `b` where both hold.
ir::ExprId beats(Terms& terms, const std::vector<ir::ExprId>& a, const std::vector<ir::ExprId>& b,
                 bool is_earlier, bool least_first = false);

// The value of the one that answers; `none` where nobody's condition holds, and where that is
// nothing, somebody's does. Nothing where too many ranks depend on the input.
std::optional<ir::ExprId> best_of(Terms& terms, const std::vector<Contender>& all,
                                  std::optional<ir::ExprId> none, bool least_first = false);

}  // namespace pac::analyze
