// Activation: reading, logic and comparison, and the dispatch over all operations.
#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/interp/activation.h"

namespace pac::interp {

using ir::ExprId;
using ir::kNone;
using ir::Op;

Activation::Activation(const Program& program, ir::DecisionId decision, const void* input,
                       pac_scratch& scratch, Failure& failure, Observer* observer,
                       uint32_t depth) noexcept
    : program_(program),
      decision_id_(decision),
      input_(input),
      scratch_(scratch),
      failure_(failure),
      observer_(observer),
      depth_(depth),
      memory_(scratch) {}

pac_error Activation::prepare() noexcept {
  if (decision_id_ == ir::DecisionId::none) return PAC_E_NONE;
  lets_ = memory_.take_array<LetSlot>(decision().lets.size());
  vars_ = memory_.take_array<Value>(decision().var_count);
  return lets_ == nullptr || vars_ == nullptr ? PAC_E_LIMIT : PAC_E_NONE;
}

// Each case leaves at once, so that a level of nesting costs one small frame of the C++ stack.
pac_error Activation::evaluate(ExprId id, Value& out) noexcept {
  if (observer_ != nullptr) observer_->on_expr(*this, id);
  const Expr& expr = program_.rules.expr(id);
  switch (expr.op) {
    case Op::constant:
      out = program_.constants[expr.a];
      return PAC_E_NONE;
    case Op::input:
      out = program_.values.load_field(decision().input, expr.a, input_);
      return PAC_E_NONE;
    case Op::let:
      return let(expr.a, out);
    case Op::var:
      out = vars_[expr.a];
      return PAC_E_NONE;
    case Op::param:
      return param(expr, out);
    case Op::field:
      return field(expr, out);
    case Op::not_:
    case Op::and_:
    case Op::or_:
      return logic(expr, out);
    case Op::if_:
      return conditional(expr, out);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return comparison(expr, out);
    case Op::in_range:
      return in_range(expr, out);
    case Op::in_set:
      return in_set(expr, out);
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::matches:
      return text_test(expr, out);
    case Op::in_list:
    case Op::intersects:
    case Op::subset_of:
      return list_test(expr, out);
    case Op::len:
      return length(expr, out);
    case Op::neg:
      return negation(expr, out);
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::quot:
    case Op::mod:
      return arithmetic(expr, out);
    case Op::rescale:
      return rescaling(expr, out);
    case Op::round:
      return rounding(expr, out);
    case Op::min_of:
    case Op::max_of:
      return best_operand(expr, out);
    case Op::is_present:
    case Op::default_:
    case Op::some:
    case Op::unwrap:
      return presence(expr, out);
    case Op::any:
    case Op::all:
    case Op::none:
      return quantifier(expr, out);
    case Op::count:
      return count(expr, out);
    case Op::sum:
    case Op::min:
    case Op::max:
      return fold(expr, out);
    case Op::make_record:
      return make_record(expr, out);
    case Op::make_list:
    case Op::make_set:
      return make_list(expr, out);
    case Op::template_:
      return join_template(expr, out);
    case Op::call:
      return call(expr, out);
    case Op::call_std:
      return call_std(expr, out);
  }
  PAC_CHECK(false, "an operation of a verified rule set is known");
}

pac_error Activation::evaluate_operands(const Expr& expr, Value* out) noexcept {
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    if (const pac_error error = evaluate(program_.rules.operand(expr, i), out[i])) return error;
  }
  return PAC_E_NONE;
}

pac_error Activation::test_assumes(uint32_t* failed) noexcept {
  const auto& assumes = decision().assumes;
  for (uint32_t i = 0; i < assumes.size(); ++i) {
    Value holds;
    const pac_error error = evaluate(assumes[i], holds);
    if (error != PAC_E_NONE || !holds.is_true()) {
      *failed = i;
      return error;
    }
  }
  *failed = kNone;
  return PAC_E_NONE;
}

pac_error Activation::probe(ExprId expr, pac_scratch& scratch, Value& out) const noexcept {
  return probe(expr, kNone, Value(), scratch, out);
}

pac_error Activation::probe(ExprId expr, uint32_t var, const Value& value, pac_scratch& scratch,
                            Value& out) const noexcept {
  Failure failure;
  Activation copy(program_, decision_id_, input_, scratch, failure, nullptr, depth_);
  if (const pac_error error = copy.prepare()) return error;
  std::copy_n(lets_, decision().lets.size(), copy.lets_);
  std::copy_n(vars_, decision().var_count, copy.vars_);
  if (var != kNone) copy.bind(var, value);
  return copy.evaluate(expr, out);
}

// ---- Reading
// --------------------------------------------------------------------------------------------

// An error need not be kept for the next read: nothing goes on after it.
pac_error Activation::let(uint32_t index, Value& out) noexcept {
  LetSlot& slot = lets_[index];
  if (!slot.done) {
    const ir::Let& let = decision().lets[index];
    pac_error error = evaluate(let.value, slot.value);
    if (error == PAC_E_NONE && let.domain != ir::DomainId::none &&
        !program_.domains.contains(let.type, let.domain, slot.value)) {
      error = PAC_E_DOMAIN;
    }
    if (observer_ != nullptr) observer_->on_let(*this, index, error, slot.value);
    if (error != PAC_E_NONE) return error;
    slot.done = true;
  }
  out = slot.value;
  return PAC_E_NONE;
}

pac_error Activation::param(const Expr& expr, Value& out) noexcept {
  Value date;
  if (const pac_error error = evaluate(expr.b, date)) return error;
  const std::vector<ParamValue>& lines = program_.params[expr.a];
  const ParamValue* line = nullptr;
  for (const ParamValue& candidate : lines) {
    if (candidate.from <= date.number) line = &candidate;
  }
  if (line == nullptr) return PAC_E_PARAM;
  out = line->value;
  return line->error;
}

pac_error Activation::field(const Expr& expr, Value& out) noexcept {
  Value record;
  if (const pac_error error = evaluate(expr.a, record)) return error;
  if (!record.present) {
    out = Value::missing();
    return PAC_E_NONE;
  }
  out = program_.values.load_field(static_cast<ir::RecordId>(type(expr.a).ref), expr.b,
                                   record.record);
  return PAC_E_NONE;
}

// ---- Logic
// ----------------------------------------------------------------------------------------------

pac_error Activation::logic(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  if (expr.op == Op::not_) {
    out = Value::of(Int128{!a.is_true()});
    return PAC_E_NONE;
  }
  const bool decided = expr.op == Op::and_ ? !a.is_true() : a.is_true();
  if (!decided) return evaluate(expr.b, out);
  out = a;
  return PAC_E_NONE;
}

pac_error Activation::conditional(const Expr& expr, Value& out) noexcept {
  Value condition;
  if (const pac_error error = evaluate(expr.a, condition)) return error;
  return evaluate(condition.is_true() ? expr.b : expr.c, out);
}

pac_error Activation::comparison(const Expr& expr, Value& out) noexcept {
  Value a;
  Value b;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  if (const pac_error error = evaluate(expr.b, b)) return error;
  const int order = compare(expr.a, a, expr.b, b);
  bool holds = false;
  switch (expr.op) {
    case Op::eq:
      holds = order == 0;
      break;
    case Op::ne:
      holds = order != 0;
      break;
    case Op::lt:
      holds = order < 0;
      break;
    case Op::le:
      holds = order <= 0;
      break;
    case Op::gt:
      holds = order > 0;
      break;
    default:
      holds = order >= 0;
      break;
  }
  out = Value::of(Int128{holds});
  return PAC_E_NONE;
}

pac_error Activation::in_range(const Expr& expr, Value& out) noexcept {
  Value a;
  Value low;
  Value high;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  if (const pac_error error = evaluate(expr.b, low)) return error;
  if (const pac_error error = evaluate(expr.c, high)) return error;
  const int to_low = compare(expr.a, a, expr.b, low);
  const int to_high = compare(expr.a, a, expr.c, high);
  const bool above = (expr.extra & 1) != 0 ? to_low > 0 : to_low >= 0;
  const bool below = (expr.extra & 2) != 0 ? to_high < 0 : to_high <= 0;
  out = Value::of(Int128{above && below});
  return PAC_E_NONE;
}

pac_error Activation::in_set(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  bool found = false;
  const auto id = static_cast<uint32_t>(&expr - program_.rules.exprs.data());
  if (const auto large = program_.large_sets.find(id); large != program_.large_sets.end()) {
    const ir::TypeId type = type_id(expr.a);
    found = std::ranges::binary_search(large->second, a, [&](const Value& x, const Value& y) {
      return program_.values.compare(type, x, type, y) < 0;
    });
    out = Value::of(Int128{found});
    return PAC_E_NONE;
  }
  for (uint32_t i = 0; i < expr.operand_count && !found; ++i) {
    const ExprId member = program_.rules.operand(expr, i);
    Value b;
    if (const pac_error error = evaluate(member, b)) return error;
    found = compare(expr.a, a, index(member), b) == 0;
  }
  out = Value::of(Int128{found});
  return PAC_E_NONE;
}

pac_error Activation::presence(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  switch (expr.op) {
    case Op::is_present:
      out = Value::of(Int128{a.present});
      return PAC_E_NONE;
    case Op::default_:
      if (!a.present) return evaluate(expr.b, out);
      break;
    case Op::unwrap:
      if (!a.present) return PAC_E_MISSING;
      break;
    default:
      break;  // some: a value is present already
  }
  out = a;
  return PAC_E_NONE;
}

pac_error Activation::text_test(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  if (expr.op == Op::matches) {
    out = Value::of(Int128{program_.patterns[expr.b]->matches(a.view())});
    return PAC_E_NONE;
  }
  Value b;
  if (const pac_error error = evaluate(expr.b, b)) return error;
  const std::string_view text = a.view();
  const bool holds = expr.op == Op::starts_with ? text.starts_with(b.view())
                     : expr.op == Op::ends_with ? text.ends_with(b.view())
                                                : text.find(b.view()) != std::string_view::npos;
  out = Value::of(Int128{holds});
  return PAC_E_NONE;
}

// The first of equals.
pac_error Activation::best_operand(const Expr& expr, Value& out) noexcept {
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    const ExprId operand = program_.rules.operand(expr, i);
    Value value;
    if (const pac_error error = evaluate(operand, value)) return error;
    const int order = i == 0 ? 0 : program_.values.compare(expr.type, value, expr.type, out);
    if (i == 0 || (expr.op == Op::min_of ? order < 0 : order > 0)) out = value;
  }
  return PAC_E_NONE;
}

}  // namespace pac::interp
