// The differential tester: makes programs and inputs, has every engine decide them, compares the
// answers (answer.h) and counts what happened (coverage.h). Everything follows from the seed. A
// program is one decision with what it calls; programs are compiled several at a time, in a module.
// Now and then a pair is decided again with little scratch memory: the answer must be the same, or
// PAC5009. One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/ir/model.h"
#include "tests/differential/coverage.h"
#include "tests/differential/engines.h"

namespace pac::differential {

struct Plan {
  uint64_t seed = 1;
  uint32_t programs = 300;
  uint32_t inputs = 20;  // of each program
  uint32_t programs_per_module = 20;
  uint32_t disagreements_max = 3;  // then it stops
  bool shrink = true;
  bool progress = false;  // on stderr
  // For tests: what native code is made of is changed so first, and the engines disagree.
  std::function<void(ir::RuleSet&)> spoil;
};

struct Disagreement {
  uint64_t module_seed = 0;
  uint32_t decision = 0;
  uint32_t input = 0;
  std::string engine;
  std::string expected, got;  // what the interpreter said, and the other
  std::string input_text;
  std::string program;       // as ir::print says it, reduced where that was asked for
  std::string program_json;  // the whole of it as ir::encode writes it
  std::string to_text() const;
};

struct Report {
  Coverage coverage;
  std::vector<Disagreement> disagreements;
  // Rule sets that were not run: refused by the verifier (a fault of the generator) or by native
  // code (something that it lacks), with the reason.
  std::vector<std::string> refused;
  uint64_t batched_rows = 0;  // decided in columns
  std::string to_json(const Plan& plan) const;
};

Report run(const Plan& plan);
// The first `programs` decisions of one rule set; `compiled` is what native code is made of, which
// differs where a fault is planted. Proofs, where there are any, are of `rules`: native code that
// spares checks for them is one engine more.
void run_rules(const Plan& plan, uint64_t seed, const ir::RuleSet& rules,
               const ir::RuleSet& compiled, uint32_t programs, Report& report,
               const codegen::Proofs& proofs = {});

// The first disagreement of these decisions with `inputs` inputs each, or one without an engine's
// name. `compiled` is what native code is made of, with `proofs` for Native::proved.
Disagreement find_disagreement(const ir::RuleSet& rules, const ir::RuleSet& compiled,
                               const std::vector<Native>& natives, uint64_t seed,
                               const std::vector<uint32_t>& decisions, uint32_t inputs,
                               const codegen::Proofs& proofs = {});

uint64_t module_seed(uint64_t seed, uint32_t module);

}  // namespace pac::differential
