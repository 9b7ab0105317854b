// Arithmetic of constants alone that can't succeed: a mistake where it is written, as every
// evaluation of it would end in an error.
#include "compiler/check/checker.h"
#include "runtime/ir/range.h"

namespace pac::check {

namespace {

constexpr Int128 kDayUs = Int128{86'400} * 1'000'000;

bool is_temporal(ir::TypeKind kind) {
  return kind == ir::TypeKind::date || kind == ir::TypeKind::datetime;
}

// Of numbers on their types' grids; none where 128 bits do not hold the result.
std::optional<Int128> computed(ir::Op op, Int128 a, Int128 b) {
  Int128 out = 0;
  switch (op) {
    case ir::Op::add:
      return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    case ir::Op::sub:
      return __builtin_sub_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    default:
      return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
  }
}

}  // namespace

// The value of an expression of constants on its type's grid. Nothing where it reads something, is
// no such number, or fails: failing parts are told where they stand.
std::optional<Int128> Checker::constant_value(ir::ExprId id) {
  if (id == ir::ExprId::none) return std::nullopt;
  const auto [it, fresh] = constant_values_.try_emplace(ir::index(id));
  if (!fresh) return it->second;
  std::optional<Int128> out;
  if (const Folded folded = fold_constants(id); folded.is_constant) out = folded.value;
  constant_values_[ir::index(id)] = out;
  return out;
}

// Operands were looked at before, so this goes one level down.
Checker::Folded Checker::fold_constants(ir::ExprId id) {
  const ir::Expr e = rules_.expr(id);
  const ir::Type type = rules_.type(e.type);
  if (type.optional || !ir::has_range(type.kind)) return {};
  if (e.op == ir::Op::constant) return {true, rules_.constants[e.a].number};
  const bool is_unary = e.op == ir::Op::neg || e.op == ir::Op::rescale;
  const bool is_binary = e.op == ir::Op::add || e.op == ir::Op::sub || e.op == ir::Op::mul;
  if ((!is_unary && !is_binary) || type.kind == ir::TypeKind::quotient) return {};
  const auto a_id = static_cast<ir::ExprId>(e.a);
  const std::optional<Int128> a = constant_value(a_id);
  if (!a) return {};
  std::optional<Int128> out;
  if (e.op == ir::Op::neg) {
    out = -*a;
  } else if (e.op == ir::Op::rescale) {
    const ir::Type from = rules_.type_of(a_id);
    Int128 number = 0;
    const int scale = from.kind == ir::TypeKind::decimal ? from.scale : 0;
    if (::pac::widen(*a, scale, type.scale, &number)) out = number;
  } else {
    const auto b_id = static_cast<ir::ExprId>(e.b);
    std::optional<Int128> b = constant_value(b_id);
    if (!b) return {};
    const ir::TypeKind left = rules_.type_of(a_id).kind, right = rules_.type_of(b_id).kind;
    if (left == ir::TypeKind::date && right == ir::TypeKind::duration) *b /= kDayUs;
    out = computed(e.op, *a, *b);
    if (out && left == ir::TypeKind::date && right == ir::TypeKind::date) *out *= kDayUs;
  }
  const ir::Range limits = ir::range_of_type(rules_, type);
  if (!out || *out < limits.low || *out > limits.high) return {false, 0, true};
  return {true, *out};
}

// Hands the expression back, or says that it always fails.
Typed Checker::refuse_failing(const ast::Expr& e, Typed value) {
  if (!value.ok()) return value;
  const Folded folded = fold_constants(value.id);
  if (!folded.always_fails) return value;
  const ir::TypeKind kind = ir_type(value.type).kind;
  const std::string text(sources_.text(e.span));
  if (is_temporal(kind)) {
    emit(Kind::bad_date, e.span, {{"text", text}}).note("dates run from 0001-01-01 to 9999-12-31");
  } else {
    emit(Kind::number_too_long, e.span, {{"text", text}})
        .note(kind == ir::TypeKind::decimal ? "a decimal has at most 38 digits in all"
              : kind == ir::TypeKind::integer
                  ? "an int lies between -9_223_372_036_854_775_808 and 9_223_372_036_854_775_807"
                  : "a duration has at most 292,000 years");
  }
  return bad(e.span);
}

}  // namespace pac::check
