// What was proved of the decisions of a rule set, and which run-time checks native code leaves out
// for it (docs/design/analysis.md). Whoever compiles vouches for the proofs: a wrong one gives
// wrong answers, though never an access outside of memory. Plain values.
#pragma once

#include <vector>

namespace pac::codegen {

// Of one decision, for every input within its domains and assumes.
struct Proof {
  bool no_clash = false;  // no two rules decide together, or those that do agree
  bool no_gap = false;    // some rule fires
};
using Proofs = std::vector<Proof>;  // one per decision; none at all: nothing is proved

// Of one decision: what is not looked for.
struct Spared {
  bool clash = false;  // a second hit after the first
  bool gap = false;    // whether the last rule that is tried fires, where no other has
};

}  // namespace pac::codegen
