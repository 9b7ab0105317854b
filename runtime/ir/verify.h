// The verifier: decides whether engines may run a rule set as it is. It trusts nothing but that the
// vectors are vectors, so a damaged or forged ir.json can't make an engine read out of bounds,
// recurse or loop without end, or take a value for one of another type. It does not prove what the
// checker proves about rules (overlaps, gaps): those have their run-time checks.
//
// Codes, one per kind of damage; the message names the place ("decision `x`, rule `y`, expression
// 17: ...").
//   PAC4101  a count beyond limits.h
//   PAC4102  an id out of range, or not smaller than its user's
//   PAC4103  types that don't fit an operation
//   PAC4104  a type, record or enum that can't be
//   PAC4105  a name that is none or doubled
//   PAC4106  a domain
//   PAC4107  a constant
//   PAC4108  a parameter
//   PAC4109  the slots, features or outputs of a decision
//   PAC4110  rules and hit policy
//   PAC4111  calls
//   PAC4112  nesting and number of steps
//   PAC4113  lets and variables
//   PAC4114  a function of the standard library
//   PAC4115  an edition that this version does not know
//   PAC4116  a Side (side.h) that does not belong to the rule set
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/ir/limits.h"
#include "runtime/ir/model.h"
#include "stdlib/registry.h"

namespace pac::ir {

// How the verifier finds signatures: pass stdlib::find. (This folder doesn't link the library.)
using FindFunction = const stdlib::Function* (*)(std::string_view name, uint32_t version);

// Without `find`, a rule set that uses a function of the standard library is refused.
[[nodiscard]] Result<void> verify(const RuleSet& rule_set, FindFunction find = nullptr,
                                  const Limits& limits = {});

}  // namespace pac::ir
