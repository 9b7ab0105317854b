// Which run-time checks of a decision its proofs make needless. A check is spared only where what
// is then not evaluated can't end in an error: the interpreter evaluates it, and would report it.
// Internal to the folder; pure but for the ranges, which learn.
#pragma once

#include "compiler/codegen/proofs.h"
#include "runtime/ir/model.h"
#include "runtime/ir/range.h"

namespace pac::codegen {

// Every level of priority has one rule, or rules that can only agree and of which none can fail:
// then the first hit settles the level, without any proof.
bool levels_are_plain(const ir::Decision& decision, ir::RangeAnalysis& ranges);

Spared spare(const ir::RuleSet& rule_set, const ir::Decision& decision, const Proof& proof,
             ir::RangeAnalysis& ranges);

}  // namespace pac::codegen
