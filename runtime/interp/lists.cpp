// Activation: lists and sets, quantifiers and folds.
#include "runtime/base/utf8.h"
#include "runtime/interp/activation.h"

namespace pac::interp {

using ir::kNone;
using ir::Op;
using ir::TypeKind;

namespace {

bool contains(const Values& values, ir::TypeId element, const pac_list& list, ir::TypeId type,
              const Value& value) noexcept {
  for (uint32_t i = 0; i < list.count; ++i) {
    if (values.compare(type, value, element, values.load_item(element, list, i)) == 0) return true;
  }
  return false;
}

}  // namespace

pac_error Activation::list_test(const Expr& expr, Value& out) noexcept {
  Value a;
  Value b;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  if (const pac_error error = evaluate(expr.b, b)) return error;
  const Values& values = program_.values;
  const ir::TypeId element = type(expr.b).element;
  bool holds = expr.op == Op::subset_of;
  if (expr.op == Op::in_list) {
    holds = contains(values, element, b.list, type_id(expr.a), a);
  } else {
    for (uint32_t i = 0; i < a.list.count; ++i) {
      const bool shared =
          contains(values, element, b.list, element, values.load_item(element, a.list, i));
      if (expr.op == Op::intersects && shared) holds = true;
      if (expr.op == Op::subset_of && !shared) holds = false;
    }
  }
  out = Value::of(Int128{holds});
  return PAC_E_NONE;
}

pac_error Activation::length(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  const bool is_text = type(expr.a).kind == TypeKind::string;
  out = Value::of(is_text ? Int128{count_code_points(a.view())} : Int128{a.list.count});
  return PAC_E_NONE;
}

// What a variable meant before comes back afterwards: a let that is read inside a quantifier may
// have quantifiers of its own with the same slots.
pac_error Activation::quantifier(const Expr& expr, Value& out) noexcept {
  Value list;
  if (const pac_error error = evaluate(expr.a, list)) return error;
  const Value outer = vars_[expr.c];
  bool result = expr.op != Op::any;
  for (uint32_t i = 0; i < list.list.count; ++i) {
    vars_[expr.c] = program_.values.load_item(type(expr.a).element, list.list, i);
    Value holds;
    if (const pac_error error = evaluate(expr.b, holds)) return error;
    const bool decided = expr.op == Op::all ? !holds.is_true() : holds.is_true();
    if (!decided) continue;
    result = expr.op == Op::any;
    break;
  }
  vars_[expr.c] = outer;
  out = Value::of(Int128{result});
  return PAC_E_NONE;
}

pac_error Activation::count(const Expr& expr, Value& out) noexcept {
  Value list;
  if (const pac_error error = evaluate(expr.a, list)) return error;
  const Value outer = vars_[expr.c];
  uint32_t count = 0;
  for (uint32_t i = 0; i < list.list.count; ++i) {
    vars_[expr.c] = program_.values.load_item(type(expr.a).element, list.list, i);
    Value holds = Value::of(Int128{1});
    if (expr.b != kNone) {
      if (const pac_error error = evaluate(expr.b, holds)) return error;
    }
    if (holds.is_true()) ++count;
  }
  vars_[expr.c] = outer;
  out = Value::of(Int128{count});
  return PAC_E_NONE;
}

pac_error Activation::fold(const Expr& expr, Value& out) noexcept {
  Value list;
  if (const pac_error error = evaluate(expr.a, list)) return error;
  const Value outer = vars_[expr.c];
  const ir::Type& result_type = program_.rules.type(expr.type);
  Value result = expr.op == Op::sum ? Value::of(Int128{0}) : Value::missing();
  for (uint32_t i = 0; i < list.list.count; ++i) {
    vars_[expr.c] = program_.values.load_item(type(expr.a).element, list.list, i);
    Value value = Value::of(Int128{1});
    if (expr.b != kNone) {
      if (const pac_error error = evaluate(expr.b, value)) return error;
      if (!value.is_true()) continue;
    }
    if (const pac_error error = evaluate(expr.extra, value)) return error;
    if (expr.op == Op::sum) {
      if (const pac_error error =
              add_checked(result_type, result.number, value.number, &result.number)) {
        return error;
      }
      continue;
    }
    const int order = result.present ? program_.values.compare(type_id(expr.extra), value,
                                                               type_id(expr.extra), result)
                                     : 0;
    if (!result.present || (expr.op == Op::min ? order < 0 : order > 0)) result = value;
  }
  vars_[expr.c] = outer;
  out = result;
  return PAC_E_NONE;
}

}  // namespace pac::interp
