// From what was proved to the run-time checks that native code leaves out. Only what the
// independent checker of certificates followed to the last part counts: a claim that rests on the
// prover's word spares nothing. Pure functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/certificate/certificate.h"
#include "compiler/codegen/proofs.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/ir/model.h"

namespace pac::driver {

struct SparedCheck {
  std::string decision;
  std::string check;  // "clash", "gap"
};

// `claims` were verified for this very rule set, by this program in this run.
codegen::Proofs proofs_of(const ir::RuleSet& rules, const std::vector<certificate::Claim>& claims);

// What native code leaves out for these proofs.
std::vector<SparedCheck> spared_by(const ir::RuleSet& rules, const codegen::Proofs& proofs);

// As compile_native() of load.h, without the checks that the proofs make needless. They must hold.
Result<std::string> compile_native(const engine::LoadedRuleSet& rules, int optimization_level,
                                   const codegen::Proofs& proofs);

// "for rules that clash in `d`" for people.
std::string to_text(const SparedCheck& spared);

}  // namespace pac::driver
