// Arithmetic on numbers, dates and durations.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

// ---- Arithmetic ---------------------------------------------------------------------------------

// The same value as a decimal of `scale`, or as a quotient. Constants are converted here.
Typed Checker::widen_to(Typed value, ir::TypeKind kind, int scale, Span span) {
  const ir::Type from = ir_type(value.type);
  const int from_scale = from.kind == ir::TypeKind::decimal ? from.scale : 0;
  const ir::TypeId type = type_id(kind, scale);
  if (value.type.id == type) return value;
  if (const ir::Constant* c = constant_of(value.id);
      c != nullptr && kind == ir::TypeKind::decimal) {
    Int128 number = 0;
    if (!::pac::widen(c->number, from_scale, scale, &number)) {
      emit(Kind::number_too_long, span, {{"text", std::string(sources_.text(span))}})
          .note("a decimal has at most 38 digits in all");
      return bad(span);
    }
    value.id = make_number(type, number);
  } else {
    value.id = make(ir::Op::rescale, type, value.id);
  }
  value.type.id = type;
  value.path.clear();
  return value;
}

Typed Checker::arithmetic(const ast::Expr& e, const Expected& expected) {
  // Literals of a sum take the wanted scale; those of a product keep their own.
  Expected inner;
  if ((e.kind == ast::ExprKind::add || e.kind == ast::ExprKind::sub) && expected.type.known() &&
      is_number(expected.type)) {
    inner.type = expected.type;
  }
  const Typed a = expression(e.a, inner);
  const Typed b = expression(e.b, inner);
  if (!a.ok() || !b.ok()) return bad(e.span);
  switch (e.kind) {
    case ast::ExprKind::add:
    case ast::ExprKind::sub:
      return refuse_failing(e, add_sub(e, a, b));
    case ast::ExprKind::mul:
      return refuse_failing(e, multiply(e, a, b));
    default:
      return refuse_failing(e, divide(e, a, b));
  }
}

namespace {

const char* symbol(ast::ExprKind kind) {
  switch (kind) {
    case ast::ExprKind::add:
      return "+";
    case ast::ExprKind::sub:
      return "-";
    case ast::ExprKind::mul:
      return "*";
    default:
      return "/";
  }
}

}  // namespace

Typed Checker::no_operator(const ast::Expr& e, const Typed& a, const Typed& b) {
  auto builder = emit(Kind::no_operator, e.op_span.has_place() ? e.op_span : e.span,
                      {{"op", symbol(e.kind)}, {"left", show(a.type)}, {"right", show(b.type)}});
  const bool quotient = ir_type(a.type).kind == ir::TypeKind::quotient ||
                        ir_type(b.type).kind == ir::TypeKind::quotient;
  const bool text = is(a.type, ir::TypeKind::string) || is(b.type, ir::TypeKind::string);
  const bool date = is(a.type, ir::TypeKind::date) && is(b.type, ir::TypeKind::integer);
  if (quotient) builder.help("a quotient may be compared or rounded: `round(…, 2, half_up)`");
  if (text) builder.help("texts are joined by a template in an outcome: \"{a} and {b}\"");
  if (date) builder.help("write `30 days`, or `add_days(d, n)` from `std.dates`");
  return bad(e.span);
}

Typed Checker::add_sub(const ast::Expr& e, Typed a, Typed b) {
  using ir::TypeKind;
  const bool add = e.kind == ast::ExprKind::add;
  const ir::Op op = add ? ir::Op::add : ir::Op::sub;
  const Span span = e.op_span.has_place() ? e.op_span : e.span;
  const TypeKind ka = ir_type(a.type).kind, kb = ir_type(b.type).kind;
  const auto plain_number = [](TypeKind k) {
    return k == TypeKind::integer || k == TypeKind::decimal;
  };
  if (plain_number(ka) && plain_number(kb)) {
    if (!unify_units(a, b, span, add ? "add" : "subtract")) return bad(e.span);
    if (ka == TypeKind::decimal || kb == TypeKind::decimal) {
      const int scale = std::max(ka == TypeKind::decimal ? ir_type(a.type).scale : 0,
                                 kb == TypeKind::decimal ? ir_type(b.type).scale : 0);
      a = widen_to(a, TypeKind::decimal, scale, a.span);
      b = widen_to(b, TypeKind::decimal, scale, b.span);
      if (!a.ok() || !b.ok()) return bad(e.span);
    }
    Typed out = typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
    out.flexible = a.flexible && b.flexible;
    return out;
  }
  if (ka == TypeKind::duration && kb == TypeKind::duration) {
    return typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
  }
  if (ka == TypeKind::datetime && kb == TypeKind::duration) {
    return typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
  }
  if (ka == TypeKind::date && kb == TypeKind::duration) {
    constexpr Int128 kDay = Int128{86'400} * 1'000'000;
    const ir::Constant* c = constant_of(b.id);
    if (c == nullptr || c->number % kDay != 0) {
      emit(Kind::date_needs_days, b.span)
          .help("write whole days, as `30 days`, or `add_days(d, n)` from `std.dates`");
      return bad(e.span);
    }
    return typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
  }
  if (add && ka == TypeKind::duration && (kb == TypeKind::date || kb == TypeKind::datetime)) {
    return add_sub(e, b, a);
  }
  if (!add && ka == kb && (ka == TypeKind::date || ka == TypeKind::datetime)) {
    const Type type{type_id(TypeKind::duration), {}};
    return typed(make(op, type.id, a.id, b.id), type, e.span);
  }
  return no_operator(e, a, b);
}

Typed Checker::multiply(const ast::Expr& e, Typed a, Typed b) {
  using ir::TypeKind;
  const TypeKind ka = ir_type(a.type).kind, kb = ir_type(b.type).kind;
  if (ka == TypeKind::integer && kb == TypeKind::duration) return multiply(e, b, a);
  if (ka == TypeKind::duration && kb == TypeKind::integer) {
    return typed(make(ir::Op::mul, a.type.id, a.id, b.id), a.type, e.span);
  }
  const bool numbers = (ka == TypeKind::integer || ka == TypeKind::decimal) &&
                       (kb == TypeKind::integer || kb == TypeKind::decimal);
  if (!numbers) return no_operator(e, a, b);
  if (!a.type.unit.empty() && !b.type.unit.empty()) {
    emit(Kind::unit_product, e.op_span.has_place() ? e.op_span : e.span,
         {{"left", a.type.unit}, {"right", b.type.unit}})
        .help("one of the two must be a plain number");
    return bad(e.span);
  }
  Type type;
  type.unit = a.type.unit.empty() ? b.type.unit : a.type.unit;
  if (ka == TypeKind::integer && kb == TypeKind::integer) {
    type.id = a.type.id;
  } else {
    const int scale = (ka == TypeKind::decimal ? ir_type(a.type).scale : 0) +
                      (kb == TypeKind::decimal ? ir_type(b.type).scale : 0);
    if (scale > kMaxScale) {
      emit(Kind::decimal_scale, e.span, {{"scale", static_cast<int64_t>(scale)}})
          .help("round one factor first");
      return bad(e.span);
    }
    type.id = type_id(TypeKind::decimal, scale);
  }
  Typed out = typed(make(ir::Op::mul, type.id, a.id, b.id), type, e.span);
  out.flexible = a.flexible && b.flexible;
  return out;
}

namespace {

// The number of digits that dividing by n adds, and the factor that replaces the division: x / n =
// x * factor
// * 10^-digits. Only factors 2 and 5 divide a power of ten.
bool exact_divisor(Int128 n, int* digits, Int128* factor) {
  int twos = 0, fives = 0;
  Int128 rest = n < 0 ? -n : n;
  while (rest % 2 == 0) rest /= 2, ++twos;
  while (rest % 5 == 0) rest /= 5, ++fives;
  if (rest != 1 || twos > 30 || fives > 30) return false;
  *digits = std::max(twos, fives);
  *factor = pow10(*digits) / n;
  return true;
}

}  // namespace

// A divisor of constants that is zero.
bool Checker::check_divisor(const Typed& divisor) {
  if (constant_value(divisor.id) != Int128{0}) return true;
  emit(Kind::divides_by_zero, divisor.span);
  return false;
}

Typed Checker::divide(const ast::Expr& e, Typed a, Typed b) {
  using ir::TypeKind;
  const Span span = e.op_span.has_place() ? e.op_span : e.span;
  const TypeKind ka = ir_type(a.type).kind, kb = ir_type(b.type).kind;
  const bool numbers = (ka == TypeKind::integer || ka == TypeKind::decimal) &&
                       (kb == TypeKind::integer || kb == TypeKind::decimal);
  if (!numbers) return no_operator(e, a, b);
  Type type;
  if (a.type.unit == b.type.unit) {
    type.unit = {};
  } else if (b.type.unit.empty()) {
    type.unit = a.type.unit;
  } else {
    // A written number over an amount is one in the same unit; anything else clashes.
    if (!unify_units(a, b, span, "divide")) return bad(e.span);
    type.unit = {};
  }
  const int scale_a = ka == TypeKind::decimal ? ir_type(a.type).scale : 0;
  const int scale_b = kb == TypeKind::decimal ? ir_type(b.type).scale : 0;
  if (!check_divisor(b)) return bad(e.span);
  if (const ir::Constant* c = constant_of(b.id); c != nullptr) {
    int digits = 0;
    Int128 factor = 0;
    // x / (n * 10^-s) = x * 10^s / n: the constant's own scale gives digits back.
    if (exact_divisor(c->number, &digits, &factor)) {
      Int128 times = 1;
      if (scale_b > 0 && ::pac::widen(1, 0, scale_b, &times) && factor <= kMaxDecimal / times) {
        factor *= times;
        while (digits > 0 && factor % 10 == 0) factor /= 10, --digits;
      }
      const int scale = scale_a + digits;
      if (scale <= kMaxScale) {
        const ir::TypeId factor_type = type_id(TypeKind::decimal, digits);
        type.id = type_id(TypeKind::decimal, scale);
        const ir::ExprId by = make_number(factor_type, factor);
        Typed out = typed(make(ir::Op::mul, type.id, a.id, by), type, e.span);
        out.flexible = a.flexible && b.flexible;
        return out;
      }
    }
  }
  type.id = type_id(TypeKind::quotient, scale_a - scale_b);
  return typed(make(ir::Op::quot, type.id, a.id, b.id), type, e.span);
}

Typed Checker::negate(const ast::Expr& e, const Expected& expected) {
  const Typed a =
      expression(e.a, expected.type.known() && is_number(expected.type) ? Expected{expected.type}
                                                                        : Expected{});
  if (!a.ok()) return a;
  const ir::TypeKind kind = ir_type(a.type).kind;
  if (const ir::Constant* c = constant_of(a.id);
      c != nullptr && (kind == ir::TypeKind::integer || kind == ir::TypeKind::decimal ||
                       kind == ir::TypeKind::duration)) {
    if (kind != ir::TypeKind::decimal && -c->number > INT64_MAX) {
      emit(Kind::number_too_large, e.span, {{"seen", std::string(sources_.text(e.span))}})
          .note("it is one more than the largest number of 64 bits");
      return bad(e.span);
    }
    Typed out = typed(make_number(a.type.id, -c->number), a.type, e.span);
    out.flexible = a.flexible;
    return out;
  }
  if (kind != ir::TypeKind::integer && kind != ir::TypeKind::decimal &&
      kind != ir::TypeKind::duration) {
    emit(Kind::no_negation, e.span, {{"type", show(a.type)}});
    return bad(e.span);
  }
  return refuse_failing(e, typed(make(ir::Op::neg, a.type.id, a.id), a.type, e.span));
}

}  // namespace pac::check
