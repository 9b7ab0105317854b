#include "compiler/analyze/failing_value.h"

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

ExprId behind_lets(const ir::RuleSet& rules, const ir::Decision& decision, ExprId id) {
  while (rules.expr(id).op == Op::let) id = decision.lets[rules.expr(id).a].value;
  return id;
}

Int128 most_items(const ir::RuleSet& rules, const ir::Decision& decision, ExprId list) {
  const ir::Expr& e = rules.expr(behind_lets(rules, decision, list));
  const ir::Decision* called = e.op == Op::call ? &rules.decisions[e.a] : nullptr;
  if (called == nullptr || called->policy != ir::HitPolicy::collect_list) {
    return ir::RangeAnalysis(rules, decision).max_items_of(list);
  }
  ir::RangeAnalysis ranges(rules, *called);
  Int128 out = called->has_otherwise ? 1 : 0;
  for (const ir::Rule& rule : called->rules) {
    out += rule.each_list == ExprId::none ? 1 : ranges.max_items_of(rule.each_list);
  }
  return out;
}

}  // namespace

std::pair<ExprId, bool> outside_of(ir::RuleSet& working, Terms& terms, ExprId value,
                                   const ir::Domain& domain) {
  const ir::TypeId type = working.expr(value).type;
  const ir::TypeId truth = working.intern(ir::Type{});
  const auto compare = [&](Op op, ExprId a, Int128 bound) {
    const ExprId b = terms.number(working.expr(a).type, bound);
    return working.add(ir::Expr{op, truth, ir::index(a), ir::index(b)});
  };
  ExprId out = terms.truth(false);
  if (domain.has_intervals) {
    out = terms.truth(true);
    for (const ir::Interval& interval : domain.intervals) {
      const ExprId below = compare(Op::lt, value, interval.low);
      out = terms.both(out, terms.either(below, compare(Op::gt, value, interval.high)));
    }
  }
  const int64_t most = std::max(domain.max_chars, domain.max_items);
  if (most >= 0) {
    const ir::TypeId integer = working.intern(ir::Type{TypeKind::integer});
    const ExprId length = working.add(ir::Expr{Op::len, integer, ir::index(value)});
    out = terms.either(out, compare(Op::gt, length, most));
  }
  if (domain.has_texts) {
    std::vector<ExprId> texts;
    for (const std::string& text : domain.texts) {
      const ir::ConstantId constant = working.intern(ir::Constant{type, false, 0, text});
      texts.push_back(working.add(ir::Expr{Op::constant, type, ir::index(constant)}));
    }
    const ExprId known = working.add(ir::Expr{Op::in_set, truth, ir::index(value)}, texts);
    out = terms.either(out, terms.not_of(known));
  }
  const bool is_whole = domain.element == ir::DomainId::none && domain.patterns.empty();
  return {out == terms.truth(false) ? ExprId::none : out, is_whole};
}

bool counts_within(const ir::RuleSet& rules, const ir::Decision& decision, ExprId value,
                   const ir::Domain& domain) {
  const ir::Expr& e = rules.expr(behind_lets(rules, decision, value));
  if (e.op != Op::count && e.op != Op::len) return false;
  const auto list = static_cast<ExprId>(e.a);
  if (rules.type_of(list).kind == TypeKind::string) return false;
  const Int128 most = most_items(rules, decision, list);
  return std::ranges::any_of(domain.intervals, [&](const ir::Interval& interval) {
    return interval.low <= 0 && interval.high >= most;
  });
}

bool is_part_of_input(const ir::RuleSet& rules, const ir::Decision& decision, ExprId id) {
  const ir::Expr& e = rules.expr(behind_lets(rules, decision, id));
  if (e.op == Op::input) return true;
  return (e.op == Op::field || e.op == Op::unwrap || e.op == Op::some) &&
         is_part_of_input(rules, decision, static_cast<ExprId>(e.a));
}

ExprId with_arguments(ir::RuleSet& working, ExprId id, const ir::Expr& call,
                      uint32_t first_variable) {
  ir::Expr e = working.expr(id);
  if (e.op == Op::input) return working.operand(call, e.a);
  const ir::OpShape& shape = ir::shape(e.op);
  const auto replace = [&](ir::Part part, uint32_t& member) {
    if (part == ir::Part::expr || (part == ir::Part::optional_expr && member != ir::kNone)) {
      member =
          ir::index(with_arguments(working, static_cast<ExprId>(member), call, first_variable));
    } else if (part == ir::Part::slot) {
      member += first_variable;
    }
  };
  replace(shape.a, e.a);
  replace(shape.b, e.b);
  replace(shape.c, e.c);
  replace(shape.extra, e.extra);
  if (!shape.has_operands) return working.add(e);
  std::vector<ExprId> operands;
  for (uint32_t i = 0; i < e.operand_count; ++i) {
    operands.push_back(with_arguments(working, working.operand(e, i), call, first_variable));
  }
  return working.add(e, operands);
}

}  // namespace pac::analyze
