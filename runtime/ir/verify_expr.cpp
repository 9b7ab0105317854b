// Expressions one by one, in the order of their ids: members in range, operands before users, types
// (by op_error), nesting, and which variables they read and bind.
#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/ir/print.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

namespace {

// All sets of slots together; a rule set of the largest size foreseen needs a thousandth of it.
constexpr size_t kMaxSetElements = 16'000'000;

}  // namespace

bool Verifier::check_exprs() {
  // Parts that expressions refer to, before any expression is looked at.
  for (const Param& param : rs_.params) {
    const std::string place = "param `" + param.name + "`";
    if (index(param.type) >= rs_.types.size())
      return fail_at("PAC4102", place, "its type does not exist");
    if (param.domain != DomainId::none && index(param.domain) >= rs_.domains.size()) {
      return fail_at("PAC4102", place, "its domain does not exist");
    }
    if (rs_.type(param.type).kind == TypeKind::quotient) {
      return fail_at("PAC4104", place, "a quotient can't be a param");
    }
    const std::string problem = misfit(param.type, param.domain);
    if (!problem.empty()) return fail_at("PAC4106", place, problem);
  }
  for (const Duty& duty : rs_.duties) {
    if (index(duty.arguments) < rs_.records.size()) continue;
    return fail_at("PAC4102", "duty `" + duty.name + "`", "its arguments' record does not exist");
  }
  for (const Decision& decision : rs_.decisions) {
    if (index(decision.result_type) < rs_.types.size()) continue;
    return fail_at("PAC4102", "decision `" + decision.name + "`",
                   "its result's type does not exist");
  }
  facts_.resize(rs_.exprs.size());
  for (uint32_t id = 0; id < rs_.exprs.size(); ++id) {
    if (!check_expr(id)) return false;
  }
  return true;
}

bool Verifier::check_expr(uint32_t id) {
  const Expr& expr = rs_.exprs[id];
  if (static_cast<uint32_t>(expr.op) >= kOpCount) {
    return fail_in_expr("PAC4102", id, "unknown operation");
  }
  if (index(expr.type) >= rs_.types.size())
    return fail_in_expr("PAC4102", id, "its type does not exist");
  if (!check_members(id, expr)) return false;
  const std::string problem = op_error(expr);
  if (!problem.empty()) {
    const bool is_function = expr.op == Op::call_std;
    return fail_in_expr(is_function ? "PAC4114" : "PAC4103", id,
                        std::string("`") + name(expr.op) + "` of type " +
                            type_text(rs_, expr.type) + ": " + problem);
  }
  if (expr.op == Op::matches &&
      !check_pattern(rs_.constants[expr.b].text, "expression " + std::to_string(id)))
    return false;
  return note_facts(id, expr);
}

bool Verifier::check_members(uint32_t id, const Expr& expr) {
  const OpShape& parts = shape(expr.op);
  if (!check_member(id, parts.a, expr.a, "a") || !check_member(id, parts.b, expr.b, "b") ||
      !check_member(id, parts.c, expr.c, "c")) {
    return false;
  }
  if (parts.extra == Part::unused) {
    if (expr.extra != 0) return fail_in_expr("PAC4102", id, "its unused member `extra` is set");
  } else if (!check_member(id, parts.extra, expr.extra, "extra")) {
    return false;
  }
  if (!parts.has_operands) {
    return expr.operand_count == 0 || fail_in_expr("PAC4102", id, "it has a list of operands");
  }
  if (uint64_t{expr.first_operand} + expr.operand_count > rs_.operands.size()) {
    return fail_in_expr("PAC4102", id, "its operands lie outside the table");
  }
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    if (!check_member(id, Part::expr, index(rs_.operand(expr, i)), "an operand")) return false;
  }
  return true;
}

bool Verifier::check_member(uint32_t id, Part part, uint32_t value, const char* what) {
  uint64_t limit = 0;
  switch (part) {
    case Part::flags:
      return true;  // op_error knows their range
    case Part::field:
      return true;  // so for the record's fields
    case Part::unused:
      return value == kNone ||
             fail_in_expr("PAC4102", id, std::string("its unused member `") + what + "` is set");
    case Part::optional_expr:
      if (value == kNone) return true;
      [[fallthrough]];
    case Part::expr:
      limit = id;
      break;
    case Part::constant:
      limit = rs_.constants.size();
      break;
    case Part::slot:
      limit = kMaxVars;
      break;
    case Part::input:
      limit = kMaxFields;
      break;
    case Part::let:
      limit = kMaxLets;
      break;
    case Part::param:
      limit = rs_.params.size();
      break;
    case Part::decision:
      limit = rs_.decisions.size();
      break;
    case Part::function:
      limit = rs_.functions.size();
      break;
  }
  if (value < limit) return true;
  const bool is_expr = part == Part::expr || part == Part::optional_expr;
  return fail_in_expr(
      "PAC4102", id,
      std::string("`") + what + "` is " + std::to_string(value) +
          (is_expr ? "; operands come before their users" : ", which does not exist"));
}

bool Verifier::note_facts(uint32_t id, const Expr& expr) {
  Facts facts;
  uint32_t deepest = 0;
  bool all_constant = true;
  for_each_operand(rs_, expr, [&](ExprId operand) {
    const Facts& known = facts_[index(operand)];
    deepest = std::max(deepest, known.nesting);
    facts.size = std::min(facts.size + known.size, limits_.steps);
    facts.let_count = std::max(facts.let_count, known.let_count);
    facts.has_call = facts.has_call || known.has_call;
    all_constant = all_constant && known.is_constant;
    if (shape(expr.op).is_quantifier) return;  // its list and its body have different rules
    facts.free = slots_.unite(facts.free, known.free);
    facts.bound = slots_.unite(facts.bound, known.bound);
  });
  facts.nesting = deepest + 1;
  facts.size += 1;
  if (facts.nesting > kMaxExprDepth) {
    return fail_in_expr("PAC4112", id,
                        "nested deeper than " + std::to_string(kMaxExprDepth) + " operations");
  }
  if (expr.op == Op::let) facts.let_count = expr.a + 1;
  if (expr.op == Op::call) facts.has_call = true;
  if (expr.op == Op::var) facts.free = slots_.intern({SlotSets::element(expr.a, index(expr.type))});
  facts.is_constant = all_constant && (expr.op == Op::constant || expr.op == Op::some ||
                                       expr.op == Op::make_record || expr.op == Op::make_list ||
                                       expr.op == Op::make_set);
  if (shape(expr.op).is_quantifier && !note_quantifier(id, expr, facts)) return false;
  if (slots_.element_count() > kMaxSetElements) {
    return fail_in_expr("PAC4113", id, "too many different sets of variables");
  }
  facts_[id] = facts;
  return true;
}

bool Verifier::note_quantifier(uint32_t id, const Expr& expr, Facts& facts) {
  const uint32_t item = index(type_at(expr.a).element);
  uint32_t body_free = SlotSets::kEmpty;
  uint32_t body_bound = SlotSets::kEmpty;
  const auto add_body = [&](uint32_t part) {
    body_free = slots_.unite(body_free, facts_[part].free);
    body_bound = slots_.unite(body_bound, facts_[part].bound);
  };
  if (expr.b != kNone) add_body(expr.b);
  if (shape(expr.op).extra == Part::expr) add_body(expr.extra);

  SlotSets::Elements outer;
  for (const uint64_t element : slots_.elements(body_free)) {
    if (SlotSets::slot_of(element) != expr.c) {
      outer.push_back(element);
    } else if (SlotSets::type_of(element) != item) {
      return fail_in_expr(
          "PAC4113", id,
          "variable " + std::to_string(expr.c) + " is read with another type than its list has");
    }
  }
  const uint64_t own = SlotSets::element(expr.c, 0);
  if (std::ranges::binary_search(slots_.elements(body_bound), own)) {
    return fail_in_expr(
        "PAC4113", id,
        "variable " + std::to_string(expr.c) + " is bound again within its own body");
  }
  facts.free = slots_.unite(facts_[expr.a].free, slots_.intern(std::move(outer)));
  facts.bound = slots_.unite(facts_[expr.a].bound, slots_.unite(body_bound, slots_.intern({own})));
  return true;
}

}  // namespace pac::ir
