// Mutation of a package: small mistakes are made in its rules, one at a time, and its tests are run
// against each. What they notice is killed; for the rest an input is looked for that would tell the
// mistake from the original, or the proof that none does. Bounded by counts, the same each time.
// The interpreter decides: for a few dozen tests it is quicker than making native code for each
// mutant. One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/analyze/mutants.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/input_search.h"

namespace pac::driver {

struct MutantResult {
  enum class State : uint8_t {
    killed,
    survived,    // `witness` tells it from the original
    equivalent,  // proved: no input does
    undecided,   // neither an input nor a proof was found
    invalid,     // no rule set at all; not counted
  };
  analyze::Mutant mutant;
  State state = State::undecided;
  uint32_t killed_by = ir::kNone;  // test
  ir::DecisionId asked = ir::DecisionId::none;
  std::optional<Candidate> witness;
  std::string answer, mutant_answer;  // to the witness
  std::string reason;                 // where undecided
};

struct MutationLimits {
  size_t mutants = 3'000;  // above this every so-manieth
  size_t changes = 800;    // inputs tried for one mutant by changing one field
  size_t chances = 1200;   // inputs made by chance for one mutant
};

struct Mutation {
  std::vector<MutantResult> results;
  size_t left_out = 0;  // beyond the limit
  size_t count(MutantResult::State state) const;
  // What is not proved equivalent.
  size_t can_be_noticed() const;
  // Killed over what can be noticed; 1 where there is nothing.
  double score() const;
};

// All tests of the compilation pass. Fails only where the rule set can't be loaded.
[[nodiscard]] Result<Mutation> mutate(const Compilation& compilation,
                                      const MutationLimits& limits = {});

// Whether a test could tell two answers apart.
bool looks_same(const std::string& a, const std::string& b);
// A session for many small inputs.
engine::SessionOptions small_session();

std::string mutation_table(const Compilation& compilation, const Mutation& mutation);
// The mistakes that no test notices, a line each.
std::vector<std::string> mutation_missing(const Compilation& compilation, const Mutation& mutation);
std::string mutation_json(const Compilation& compilation, const Mutation& mutation);

}  // namespace pac::driver
