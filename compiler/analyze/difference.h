// Difference: inputs for which a mutant answers otherwise than the original, or the proof that
// there is none. An answer is what a test can see: status, outcome, the rules that fired, names of
// obligations, the code of an error. "No" is a proof; inputs are candidates for the interpreter.
// One decision, one thread; mutants may be asked about one after the other.
#pragma once

#include <set>
#include <string>

#include "compiler/analyze/finder.h"
#include "compiler/analyze/mutants.h"

namespace pac::analyze {

class Difference {
 public:
  // `decision`: the one that is asked: the mutant's own, or one that reads its parameter.
  // `total`: decisions that are proved to leave no gap and no clash.
  Difference(const ir::RuleSet& rules, const ir::Side& side, ir::DecisionId decision,
             std::set<ir::DecisionId> total);

  Candidates find(const Mutant& mutant);
  std::vector<Dial> dials() { return finder_.dials(); }

 private:
  class Asking;
  const ir::RuleSet& rules_;
  const ir::Side& side_;
  ir::DecisionId id_;
  std::set<ir::DecisionId> total_;
  Finder finder_;
};

}  // namespace pac::analyze
