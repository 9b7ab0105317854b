// Runs the analysis over a checked package, confirms each witness in the interpreter and says what
// was found as diagnostics. A finding whose witness is not confirmed is never shown as one: it
// becomes an "unknown" that says so. Any thread.
#pragma once

#include "compiler/analyze/analysis.h"
#include "compiler/driver/compile.h"

namespace pac::driver {

struct AnalysisSummary {
  size_t findings = 0;
  size_t unknowns = 0;
  size_t unconfirmed = 0;  // among the unknowns
};

// The compilation has no errors. Adds to its emitter and sorts it. Fails where the rule set can't
// be loaded.
[[nodiscard]] Result<AnalysisSummary> analyze(Compilation* compilation,
                                              const analyze::Options& options = {});

}  // namespace pac::driver
