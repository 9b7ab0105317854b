#include "compiler/analyze/mutant_edit.h"
#include "runtime/base/check.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using Kind = Mutant::Kind;

std::vector<ExprId> parts_of(const ir::RuleSet& rules, const ir::Expr& expr) {
  std::vector<ExprId> out;
  ir::for_each_operand(rules, expr, [&](ExprId part) { out.push_back(part); });
  return out;
}

// Numbers as for_each_operand counts.
ExprId with_part(ir::RuleSet& rules, ir::Expr expr, uint32_t number, ExprId part) {
  const ir::OpShape& shape = ir::shape(expr.op);
  uint32_t at = 0;
  const auto member = [&](ir::Part kind, uint32_t* id) {
    if (kind == ir::Part::expr || (kind == ir::Part::optional_expr && *id != ir::kNone)) {
      if (at++ == number) *id = ir::index(part);
    }
  };
  member(shape.a, &expr.a);
  member(shape.b, &expr.b);
  member(shape.c, &expr.c);
  member(shape.extra, &expr.extra);
  if (!shape.has_operands) return rules.add(expr);
  std::vector<ExprId> ops;
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    ops.push_back(at++ == number ? part : rules.operand(expr, i));
  }
  return rules.add(expr, ops);
}

ExprId edited(ir::RuleSet& rules, ExprId id, const Edit& edit) {
  ir::Expr expr = rules.expr(id);
  switch (edit.kind) {
    case Edit::Kind::none:
      return id;
    case Edit::Kind::constant:
      return rules.add(
          ir::Expr{Op::constant, edit.constant.type, ir::index(rules.intern(edit.constant))});
    case Edit::Kind::op: {
      expr.op = edit.op;
      if (expr.op == Op::in_range) expr.extra = edit.extra;
      std::vector<ExprId> ops;
      for (uint32_t i = 0; i < expr.operand_count; ++i) ops.push_back(rules.operand(expr, i));
      return ir::shape(expr.op).has_operands ? rules.add(expr, ops) : rules.add(expr);
    }
    case Edit::Kind::negated:
      if (expr.op == Op::not_) return static_cast<ExprId>(expr.a);
      return rules.add(ir::Expr{Op::not_, expr.type, ir::index(id)});
    case Edit::Kind::operand:
      return parts_of(rules, expr)[edit.part];
    case Edit::Kind::without: {
      std::vector<ExprId> ops;
      for (uint32_t i = 0; i < expr.operand_count; ++i) {
        if (i != edit.part) ops.push_back(rules.operand(expr, i));
      }
      return rules.add(expr, ops);
    }
  }
  return id;
}

namespace {

ExprId rebuilt(ir::RuleSet& rules, ExprId id, const Mutant& mutant, size_t depth = 0) {
  if (depth == mutant.path.size()) return edited(rules, id, mutant.edit);
  const ir::Expr expr = rules.expr(id);
  const ExprId part = parts_of(rules, expr)[mutant.path[depth]];
  return with_part(rules, expr, mutant.path[depth], rebuilt(rules, part, mutant, depth + 1));
}

void exchange_rules(ir::Decision* decision, uint32_t a, uint32_t b) {
  if (decision->policy == ir::HitPolicy::by_priority) {
    std::swap(decision->rules[a].priority, decision->rules[b].priority);
  } else {
    std::swap(decision->rules[a], decision->rules[b]);
  }
}

void remove_rule(ir::Decision* decision, uint32_t number) {
  if (number == decision->rules.size()) {
    decision->has_otherwise = false;
    decision->otherwise = {};
    return;
  }
  decision->rules.erase(decision->rules.begin() + number);
  for (ir::Rule& rule : decision->rules) {
    std::erase(rule.overrides, number);
    for (uint32_t& other : rule.overrides) other -= other > number ? 1 : 0;
  }
}

}  // namespace

const char* name(Mutant::Kind kind) {
  static constexpr const char* kNames[] = {"boundary", "constant", "operator", "negated",
                                           "dropped",  "value",    "outcome",  "removed",
                                           "order",    "dates",    "duty"};
  return kNames[static_cast<size_t>(kind)];
}

void apply(const Mutant& mutant, ir::RuleSet* rules, ir::Decision* decision) {
  const auto count = static_cast<uint32_t>(decision->rules.size());
  const auto rule = [&]() -> ir::Rule& {
    PAC_CHECK(mutant.rule <= count, "a mutant's rule is one of its decision's");
    return mutant.rule == count ? decision->otherwise : decision->rules[mutant.rule];
  };
  if (mutant.root == Mutant::Root::param) {
    ir::ParamLine& line = rules->params[mutant.param].lines[mutant.number];
    line.from += static_cast<int32_t>(mutant.shift);
    if (mutant.shift == 0) line.value = rebuilt(*rules, line.value, mutant);
  } else if (mutant.root == Mutant::Root::condition) {
    auto& conditions = rule().conditions;
    if (mutant.edit.kind == Edit::Kind::none) {
      conditions.erase(conditions.begin() + mutant.number);
    } else {
      conditions[mutant.number] = rebuilt(*rules, conditions[mutant.number], mutant);
    }
  } else if (mutant.root == Mutant::Root::outcome) {
    ExprId& id = rule().outcome[mutant.number];
    id = rebuilt(*rules, id, mutant);
  } else if (mutant.root == Mutant::Root::let) {
    ExprId& id = decision->lets[mutant.number].value;
    id = rebuilt(*rules, id, mutant);
  } else if (mutant.root == Mutant::Root::result) {
    ExprId& id = decision->result[mutant.number];
    id = rebuilt(*rules, id, mutant);
  } else if (mutant.kind == Kind::removed) {
    remove_rule(decision, mutant.rule);
  } else if (mutant.kind == Kind::order && mutant.other != ir::kNone) {
    exchange_rules(decision, mutant.rule, mutant.other);
  } else if (mutant.kind == Kind::order) {
    auto& overrides = rule().overrides;
    overrides.erase(overrides.begin() + mutant.number);
  } else if (mutant.kind == Kind::dates) {
    int32_t& day = mutant.number == 0 ? rule().effective_from : rule().effective_to;
    day += static_cast<int32_t>(mutant.shift);
  } else if (mutant.kind == Kind::duty) {
    rule().duties.erase(rule().duties.begin() + mutant.number);
  }
}

ir::RuleSet mutated(const ir::RuleSet& rules, const Mutant& mutant) {
  ir::RuleSet out = rules;
  ir::Decision decision = rules.decision(mutant.decision);
  apply(mutant, &out, &decision);
  out.decisions[ir::index(mutant.decision)] = std::move(decision);
  return out;
}

}  // namespace pac::analyze
