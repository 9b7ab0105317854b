// Proofs alone: what can be shown of gaps and clashes, as certificates, without anything that only
// an author wants to know. Any thread.
#pragma once

#include "compiler/analyze/analysis.h"

namespace pac::analyze {

// Certificates and the findings that stand in their way; no errors of evaluation and no advice.
Report prove(const ir::RuleSet& rule_set, const ir::Side& side, const Options& options = {});

}  // namespace pac::analyze
