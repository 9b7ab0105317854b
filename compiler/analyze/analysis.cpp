#include "compiler/analyze/analysis.h"

#include "compiler/analyze/flat.h"
#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/questions.h"

namespace pac::analyze {

Report analyze(const ir::RuleSet& rule_set, const ir::Side& side, const Options& options) {
  Report report;
  ir::RuleSet working = rule_set;
  std::vector<Flat> flats;
  flats.reserve(rule_set.decisions.size());
  for (uint32_t i = 0; i < rule_set.decisions.size(); ++i) {
    const Flat& flat = flats.emplace_back(flatten(working, static_cast<ir::DecisionId>(i)));
    if (options.asks_for_errors) {
      find_may_error(rule_set, working, flat.decision, side.decisions[i], &report);
    }
    if (rule_set.decisions[i].policy == ir::HitPolicy::result) continue;
    Inquiry inquiry(working, flat, side.decisions[i], options, &report);
    find_gaps(inquiry);
    find_unreached(inquiry);
    find_clashes(inquiry);
    if (options.certify) certify(inquiry);
    find_redundant(inquiry);
    find_idle_conditions(inquiry, rule_set.decisions[i]);
  }
  find_unused_outputs(rule_set, working, flats, &report);
  return report;
}

}  // namespace pac::analyze
