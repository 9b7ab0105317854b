#include "compiler/analyze/prove.h"

#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/questions.h"

namespace pac::analyze {

Report prove(const ir::RuleSet& rule_set, const ir::Side& side, const Options& options) {
  Report report;
  ir::RuleSet working = rule_set;
  for (uint32_t i = 0; i < rule_set.decisions.size(); ++i) {
    const Flat flat = flatten(working, static_cast<ir::DecisionId>(i));
    if (rule_set.decisions[i].policy == ir::HitPolicy::result) continue;
    Inquiry inquiry(working, flat, side.decisions[i], options, &report);
    find_gaps(inquiry);
    find_clashes(inquiry);
    certify(inquiry);
  }
  return report;
}

}  // namespace pac::analyze
