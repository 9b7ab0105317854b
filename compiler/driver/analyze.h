// Runs the analysis over a checked package, confirms each witness in the interpreter and says what
// was found as diagnostics. A finding whose witness is not confirmed is never shown as one: it
// becomes an "unknown" that says so. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/analyze/analysis.h"
#include "compiler/driver/answer.h"
#include "compiler/driver/certify.h"
#include "compiler/driver/compile.h"

namespace pac::driver {

// What could not be settled, in words.
struct Unsettled {
  std::string decision;
  std::string rule;  // or empty
  std::string reason, expression, spent;
};

struct AnalysisSummary {
  size_t findings = 0;
  size_t unknowns = 0;
  size_t unconfirmed = 0;                         // among the unknowns
  std::map<std::string, size_t> codes, accepted;  // diagnostics of the analysis, by code
  std::vector<Unsettled> unsettled;
  std::vector<Question> witnesses;  // all that the interpreter confirmed
  Certified certified;              // with Options::certify
  uint64_t steps = 0;
  // Not settled, and not accepted by the author.
  bool has_unknown() const { return codes.contains("PAC2901"); }
};

// The compilation has no errors. Adds to its emitter and sorts it. Fails where the rule set can't
// be loaded.
[[nodiscard]] Result<AnalysisSummary> analyze(Compilation* compilation,
                                              const analyze::Options& options = {});

}  // namespace pac::driver
