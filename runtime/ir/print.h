// IR as text for people: `pac inspect --dump=ir`, golden tests, messages. Deterministic, nothing is
// left out, nothing reads it back (encode.h does that). Expressions are in prefix form: (lt (let 0)
// 18). All functions are pure; but for type_text the rule set has passed the verifier.
#pragma once

#include <string>

#include "runtime/ir/model.h"

namespace pac::ir {

std::string print(const RuleSet& rule_set);
std::string print(const RuleSet& rule_set, const Decision& decision);
// `decision` gives inputs their names; without it they are numbers.
std::string print(const RuleSet& rule_set, ExprId expr, const Decision* decision = nullptr);

// "decimal(2)?", "list<Applicant>". Needs no more than a table of types that is in order.
std::string type_text(const RuleSet& rule_set, TypeId type);
// "in 300 .. 850", "matches \"[A-Z]+\" max 50 items", with values as the type writes them; may be
// empty.
std::string domain_text(const RuleSet& rule_set, TypeId type, DomainId domain);
// A value as canonical text: 18, 12.50, "text", 2026-03-01, Purpose.housing, missing.
std::string constant_text(const RuleSet& rule_set, const Constant& constant);
std::string constant_text(const RuleSet& rule_set, ConstantId constant);

}  // namespace pac::ir
