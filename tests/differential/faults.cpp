#include "tests/differential/faults.h"

#include <algorithm>

#include "runtime/base/decimal.h"

namespace pac::differential {

using ir::Expr;
using ir::ExprId;
using ir::HitPolicy;
using ir::Op;
using ir::RuleSet;
using ir::TypeKind;

const char* name(Fault fault) {
  switch (fault) {
    case Fault::le_for_lt:
      return "le_for_lt";
    case Fault::sub_for_add:
      return "sub_for_add";
    case Fault::domain_dropped:
      return "domain_dropped";
    case Fault::rules_swapped:
      return "rules_swapped";
    case Fault::priority_negated:
      return "priority_negated";
    case Fault::constant_off_by_one:
      return "constant_off_by_one";
    case Fault::rescale_by_ten:
      return "rescale_by_ten";
    case Fault::rounding_mode:
      return "rounding_mode";
    case Fault::default_value:
      return "default_value";
    case Fault::override_dropped:
      return "override_dropped";
  }
  return "";
}

namespace {

// Applies `change` to each expression; it says whether it changed anything.
template <typename Change>
bool change_exprs(RuleSet& rules, const Change& change) {
  bool any = false;
  for (Expr& expr : rules.exprs) any = change(expr) || any;
  return any;
}

template <typename Change>
bool change_decisions(RuleSet& rules, const Change& change) {
  bool any = false;
  for (ir::Decision& decision : rules.decisions) any = change(decision) || any;
  return any;
}

bool is_number(const ir::Type& type) {
  return type.kind == TypeKind::integer || type.kind == TypeKind::decimal;
}

bool add_one_to_constants(RuleSet& rules) {
  // Arguments that the verifier wants as constants stay what they are: those of functions.
  std::vector<bool> fixed(rules.exprs.size(), false);
  for (const Expr& expr : rules.exprs) {
    if (expr.op != Op::call_std) continue;
    for (uint32_t i = 0; i < expr.operand_count; ++i) fixed[index(rules.operand(expr, i))] = true;
  }
  bool any = false;
  for (size_t id = 0; id < rules.exprs.size(); ++id) {
    Expr& expr = rules.exprs[id];
    if (expr.op != Op::constant || fixed[id] || !is_number(rules.type(expr.type))) continue;
    ir::Constant constant = rules.constants[expr.a];
    if (constant.missing || constant.number < 0 || constant.number > 1000000) continue;
    ++constant.number;
    expr.a = index(rules.intern(constant));
    any = true;
  }
  return any;
}

// x rescaled becomes x rescaled to one digit less, its units then taken as those of the full scale.
bool rescale_by_ten(RuleSet& rules) {
  // The units can't be taken so in the IR; a constant's rescale shows the same.
  return change_exprs(rules, [&](Expr& expr) {
    const ir::Type& type = rules.type(expr.type);
    if (expr.op != Op::rescale || type.kind != TypeKind::decimal) return false;
    const Expr operand = rules.exprs[expr.a];
    if (operand.op != Op::constant) return false;
    const ir::Constant& known = rules.constants[operand.a];
    const int digits = type.scale - rules.type(operand.type).scale;
    if (digits == 0 || digits > 18 || known.number == 0) return false;
    if (magnitude(known.number) > 1000000) return false;
    const Int128 value = known.number * pow10(digits - 1);
    const ir::ConstantId id = rules.intern(ir::Constant{expr.type, false, value, {}});
    expr = Expr{Op::constant, expr.type, index(id), ir::kNone, ir::kNone, 0, 0, 0};
    return true;
  });
}

}  // namespace

bool plant(Fault fault, RuleSet& rules) {
  switch (fault) {
    case Fault::le_for_lt:
      return change_exprs(rules, [](Expr& expr) {
        if (expr.op != Op::lt) return false;
        expr.op = Op::le;
        return true;
      });
    case Fault::sub_for_add:
      return change_exprs(rules, [&](Expr& expr) {
        if (expr.op != Op::add || !is_number(rules.type(expr.type))) return false;
        expr.op = Op::sub;
        return true;
      });
    case Fault::domain_dropped:
      // Narrow fields keep theirs: how they lie in memory follows from it.
      return change_decisions(rules, [&](ir::Decision& decision) {
        bool any = false;
        for (ir::Field& field : rules.records[index(decision.output)].fields) {
          if (field.domain == ir::DomainId::none) continue;
          if (rules.type(field.type).kind == TypeKind::decimal) continue;
          field.domain = ir::DomainId::none;
          any = true;
        }
        return any;
      });
    case Fault::rules_swapped:
      return change_decisions(rules, [](ir::Decision& decision) {
        if (decision.policy != HitPolicy::first || decision.rules.size() < 2) return false;
        std::swap(decision.rules[0], decision.rules[1]);
        return true;
      });
    case Fault::priority_negated:
      return change_decisions(rules, [](ir::Decision& decision) {
        bool any = false;
        for (ir::Rule& rule : decision.rules) {
          if (rule.priority == 0 || rule.priority == INT64_MIN) continue;
          rule.priority = -rule.priority;
          any = true;
        }
        return any;
      });
    case Fault::constant_off_by_one:
      return add_one_to_constants(rules);
    case Fault::rescale_by_ten:
      return rescale_by_ten(rules);
    case Fault::rounding_mode:
      return change_exprs(rules, [](Expr& expr) {
        if (expr.op != Op::round) return false;
        const bool is_half_up = expr.extra == static_cast<uint32_t>(Rounding::half_up);
        expr.extra = static_cast<uint32_t>(is_half_up ? Rounding::half_even : Rounding::half_up);
        return true;
      });
    case Fault::default_value:
      return change_exprs(rules, [&](Expr& expr) {
        if (expr.op != Op::default_) return false;
        expr = rules.exprs[expr.b];
        return true;
      });
    case Fault::override_dropped:
      return change_decisions(rules, [](ir::Decision& decision) {
        bool any = false;
        for (ir::Rule& rule : decision.rules) {
          if (rule.overrides.empty()) continue;
          rule.overrides.clear();
          any = true;
        }
        return any;
      });
  }
  return false;
}

}  // namespace pac::differential
