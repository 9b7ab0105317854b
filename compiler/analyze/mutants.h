// Mutants: small mistakes that an author might make, each as a change of the rule set: a boundary
// that moves, a condition left out, an outcome exchanged. Tests that notice none of it show little
// (docs/design/evidence.md). A mutant is a description; apply() makes the change in a copy. The
// list is always the same for the same rules. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::analyze {

// What a mutant does to one expression.
struct Edit {
  enum class Kind : uint8_t {
    none,
    constant,  // becomes the constant
    op,        // takes another op, or other ends of a range
    negated,   // becomes its opposite
    operand,   // becomes its operand number `part`
    without,   // loses its operand number `part` (of `ops`)
  };
  Kind kind = Kind::none;
  ir::Constant constant;
  ir::Op op = ir::Op::constant;
  uint32_t extra = 0;
  uint32_t part = 0;
};

struct Mutant {
  enum class Kind : uint8_t {
    boundary,  // < for <=, an end of a range in or out
    constant,  // one step up or down
    op,        // and for or, + for -, any for all
    negated,   // the opposite of a condition
    dropped,   // a condition, or a member of a set, left out
    value,     // another value of an enumeration
    outcome,   // another outcome
    removed,   // a rule, a row, `otherwise`
    order,     // two rules, priorities or ranks exchanged, an `overrides` left out
    dates,     // a day later or earlier
    duty,      // an obligation or advice left out
  };
  // Which expression of the decision is changed.
  enum class Root : uint8_t { none, condition, outcome, let, result, param };
  Kind kind = Kind::boundary;
  ir::DecisionId decision = ir::DecisionId::none;  // of params: the first that reads it
  uint32_t rule = ir::kNone;                       // `otherwise` is last
  Root root = Root::none;
  uint32_t number = 0;  // of the condition, output column, let, duty, override, line
  uint32_t param = ir::kNone;
  std::vector<uint32_t> path;  // operands from the root to the expression
  Edit edit;
  uint32_t other = ir::kNone;  // the rule that it is exchanged with
  int64_t shift = 0;           // days
  std::string was, now;        // in the author's words
};

const char* name(Mutant::Kind kind);

std::vector<Mutant> mutants_of(const ir::RuleSet& rules, const ir::Side& side);

// Changes the decision (the mutant's own, as it stands in `rules`, or a copy) and adds the
// expressions that this takes. Parameters are changed in `rules`.
void apply(const Mutant& mutant, ir::RuleSet* rules, ir::Decision* decision);
// A whole rule set with the change.
ir::RuleSet mutated(const ir::RuleSet& rules, const Mutant& mutant);

}  // namespace pac::analyze
