// The page of a policy for people: what each decision takes and gives, its rules in words, the law
// that they cite; from the rule set and its side tables, so for sources and bundles alike.
// Markdown. Pure functions; any thread.
#pragma once

#include <string>

#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::gen {

std::string policy_page(const ir::RuleSet& rules, const ir::Side& side);

}  // namespace pac::gen
