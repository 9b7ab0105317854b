// What the members of an expression mean, op by op: one table for everything that walks expressions
// without caring what they compute (verifier, printer, encoder, search). Constant; any thread may
// read it.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/ir/model.h"

namespace pac::ir {

// What one of Expr's members a, b, c and extra holds.
enum class Part : uint8_t {
  unused,  // kNone; extra: 0
  expr,
  optional_expr,  // or kNone
  constant,       // ConstantId
  slot,           // variable slot
  input,          // field of the decision's input record
  let,
  field,  // of the record that `a` yields
  param,
  decision,
  function,
  flags,  // a number of the op's own
};

struct OpShape {
  Part a = Part::unused, b = Part::unused, c = Part::unused, extra = Part::unused;
  bool has_operands = false;
  bool is_quantifier = false;  // binds slot c in b and extra
};

const OpShape& shape(Op op);

// Calls visit(ExprId) for each operand in the order of evaluation; the same id may come several
// times.
template <typename Visit>
void for_each_operand(const RuleSet& rule_set, const Expr& expr, Visit visit) {
  const OpShape& parts = shape(expr.op);
  const auto member = [&](Part part, uint32_t id) {
    if (part == Part::expr || (part == Part::optional_expr && id != kNone)) {
      visit(static_cast<ExprId>(id));
    }
  };
  member(parts.a, expr.a);
  member(parts.b, expr.b);
  member(parts.c, expr.c);
  member(parts.extra, expr.extra);
  if (!parts.has_operands) return;
  for (uint32_t i = 0; i < expr.operand_count; ++i) visit(rule_set.operand(expr, i));
}

// Calls visit(ExprId) for each expression of a rule: the list of `for each`, conditions, outcome,
// duties.
template <typename Visit>
void for_each_root(const Rule& rule, Visit visit) {
  if (rule.each_list != ExprId::none) visit(rule.each_list);
  for (const ExprId id : rule.conditions) visit(id);
  for (const ExprId id : rule.outcome) visit(id);
  for (const DutyUse& duty : rule.duties) {
    for (const ExprId id : duty.arguments) visit(id);
  }
}

// Calls visit(ExprId) for each expression that a decision names itself: keys of features, assumes,
// lets, rules, otherwise, result.
template <typename Visit>
void for_each_root(const Decision& decision, Visit visit) {
  for (const Feature& feature : decision.features) visit(feature.key);
  for (const ExprId id : decision.assumes) visit(id);
  for (const Let& let : decision.lets) visit(let.value);
  for (const Rule& rule : decision.rules) for_each_root(rule, visit);
  if (decision.has_otherwise) for_each_root(decision.otherwise, visit);
  for (const ExprId id : decision.result) visit(id);
}

}  // namespace pac::ir
