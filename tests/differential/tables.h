// Random tables as authors write them: rows that share out the space of all inputs among them, so
// that mostly no two fire together and none is left out, and the same with a mistake (a row too
// wide, too narrow, missing, twice) or with a condition, outcome or argument that can fail. Callers
// come with them whose arguments may leave the domains. What is proved of them, and whether native
// code that spares checks for it still answers as the interpreter does. Everything follows from the
// seed; one thread.
#pragma once

#include "compiler/codegen/proofs.h"
#include "tests/differential/tester.h"

namespace pac::differential {

// Of unique, any, by_priority and first; the verifier accepts it.
ir::RuleSet make_tables(uint64_t seed, uint32_t tables);

// What the analysis proves and the checker of certificates follows to the last part: as `pac build`
// comes to its proofs.
codegen::Proofs prove(const ir::RuleSet& rules);

struct TableReport {
  Report report;
  uint64_t decisions = 0;             // with rules
  uint64_t no_clash = 0, no_gap = 0;  // proved
  uint64_t spared_clash = 0, spared_gap = 0;
  uint64_t clashes = 0, gaps = 0;  // pairs that ended so
  std::string to_json() const;     // members of an object, without its braces
};

// `plan.programs` tables and their callers, `plan.inputs` inputs each.
TableReport run_tables(const Plan& plan);

}  // namespace pac::differential
