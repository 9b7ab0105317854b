#include "compiler/driver/spare.h"

#include "compiler/codegen/native.h"
#include "compiler/jit/native.h"

namespace pac::driver {

codegen::Proofs proofs_of(const ir::RuleSet& rules, const std::vector<certificate::Claim>& claims) {
  codegen::Proofs out(rules.decisions.size());
  for (const certificate::Claim& claim : claims) {
    const ir::DecisionId id = rules.find_decision(claim.decision);
    if (id == ir::DecisionId::none || claim.unchecked > 0) continue;
    if (claim.claim == "no clash") out[ir::index(id)].no_clash = true;
    if (claim.claim == "no gap") out[ir::index(id)].no_gap = true;
  }
  return out;
}

std::vector<SparedCheck> spared_by(const ir::RuleSet& rules, const codegen::Proofs& proofs) {
  std::vector<SparedCheck> out;
  const std::vector<codegen::Spared> spared = codegen::spared_checks(rules, proofs);
  for (size_t i = 0; i < spared.size(); ++i) {
    if (spared[i].clash) out.push_back({rules.decisions[i].name, "clash"});
    if (spared[i].gap) out.push_back({rules.decisions[i].name, "gap"});
  }
  return out;
}

Result<std::string> compile_native(const engine::LoadedRuleSet& rules, int optimization_level,
                                   const codegen::Proofs& proofs) {
  return jit::compile(rules, optimization_level, proofs);
}

std::string to_text(const SparedCheck& spared) {
  return (spared.check == "clash" ? "for rules that clash in `" : "for a gap in `") +
         spared.decision + "`";
}

}  // namespace pac::driver
