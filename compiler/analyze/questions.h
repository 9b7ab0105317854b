// The questions that are asked of a decision, each in a file of its name. They add what they find
// to the inquiry's report. One thread.
#pragma once

#include "compiler/analyze/inquiry.h"

namespace pac::analyze {

void find_gaps(Inquiry& inquiry);
void find_unreached(Inquiry& inquiry);
void find_clashes(Inquiry& inquiry);
// After the three above: certificates of what they proved.
void certify(Inquiry& inquiry);
// After the three above: rules with a finding of theirs are left out.
void find_redundant(Inquiry& inquiry);
// `original` is the decision as its author wrote it, before flatten() replaced it.
void find_idle_conditions(Inquiry& inquiry, const ir::Decision& original);
// `working` has this decision and those before it flattened; it is left as it was, but for
// expressions that are added.
void find_may_error(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId decision,
                    const ir::DecisionSide& side, Report* report);
// Of the whole rule set; `working` has the flat outcomes.
void find_unused_outputs(const ir::RuleSet& rule_set, const ir::RuleSet& working,
                         const std::vector<Flat>& flats, Report* report);

}  // namespace pac::analyze
