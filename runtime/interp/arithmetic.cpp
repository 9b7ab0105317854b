// Activation: numbers, dates and durations. All is computed in 128 bits and fitted into the
// result's type afterwards; operands lie in their own types, so only decimals can leave 128 bits on
// the way.
#include <limits>

#include "runtime/base/date.h"
#include "runtime/base/decimal.h"
#include "runtime/interp/activation.h"

namespace pac::interp {

using ir::Op;
using ir::Type;
using ir::TypeKind;

namespace {

// A result of 64 bits: int or duration.
pac_error fit_64(Int128 number, Int128* out) noexcept {
  if (number != static_cast<int64_t>(number)) return PAC_E_OVERFLOW;
  *out = number;
  return PAC_E_NONE;
}

pac_error fit_date(Int128 days, Int128* out) noexcept {
  if (days < kMinDate || days > kMaxDate) return PAC_E_DATE_RANGE;
  *out = days;
  return PAC_E_NONE;
}

pac_error fit_datetime(Int128 micros, Int128* out) noexcept {
  if (micros < kMinDatetime || micros > kMaxDatetime) return PAC_E_DATE_RANGE;
  *out = micros;
  return PAC_E_NONE;
}

pac_error decimal_result(bool fits) noexcept { return fits ? PAC_E_NONE : PAC_E_OVERFLOW; }

// a + b or a - b (`sign` 1 or -1), where a is a date or an instant.
pac_error move_in_time(const Type& a_type, Int128 a, const Type& b_type, Int128 b, int sign,
                       Int128* out) noexcept {
  if (a_type.kind == TypeKind::date) {
    if (b_type.kind == TypeKind::date) return fit_64((a - b) * kMicrosPerDay, out);
    if (b % kMicrosPerDay != 0) return PAC_E_ARGUMENT;
    return fit_date(a + sign * (b / kMicrosPerDay), out);
  }
  if (b_type.kind == TypeKind::datetime) return fit_64(a - b, out);
  return fit_datetime(a + sign * b, out);
}

pac_error multiply(const Type& type, Int128 a, Int128 b, Int128* out) noexcept {
  if (type.kind == TypeKind::decimal) return decimal_result(checked_mul(a, b, out));
  return fit_64(a * b, out);
}

}  // namespace

pac_error add_checked(const Type& type, Int128 a, Int128 b, Int128* out) noexcept {
  if (type.kind == TypeKind::decimal) return decimal_result(checked_add(a, b, out));
  return fit_64(a + b, out);
}

pac_error Activation::arithmetic(const Expr& expr, Value& out) noexcept {
  Value a;
  Value b;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  if (const pac_error error = evaluate(expr.b, b)) return error;
  const Type& a_type = type(expr.a);
  const Type& result_type = program_.rules.type(expr.type);
  const bool in_time = a_type.kind == TypeKind::date || a_type.kind == TypeKind::datetime;
  Int128 result = 0;
  pac_error error = PAC_E_NONE;
  switch (expr.op) {
    case Op::mul:
      error = multiply(result_type, a.number, b.number, &result);
      break;
    case Op::quot:
      if (b.number == 0) return PAC_E_DIVISION_BY_ZERO;
      out = Value::of_quotient(a.number, b.number);
      return PAC_E_NONE;
    case Op::mod:
      error = pac::mod(a.number, b.number, &result) ? PAC_E_NONE : PAC_E_DIVISION_BY_ZERO;
      break;
    default: {
      const int sign = expr.op == Op::add ? 1 : -1;
      error = in_time ? move_in_time(a_type, a.number, type(expr.b), b.number, sign, &result)
                      : add_checked(result_type, a.number, sign * b.number, &result);
    }
  }
  out = Value::of(result);
  return error;
}

pac_error Activation::negation(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  Int128 result = 0;
  const pac_error error = add_checked(program_.rules.type(expr.type), 0, -a.number, &result);
  out = Value::of(result);
  return error;
}

// To a larger scale, or to a quotient of the same scale over 1.
pac_error Activation::rescaling(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  Int128 result = 0;
  const bool fits =
      widen(a.number, type(expr.a).scale, program_.rules.type(expr.type).scale, &result);
  out = Value::of(result);
  return decimal_result(fits);
}

pac_error Activation::rounding(const Expr& expr, Value& out) noexcept {
  Value a;
  if (const pac_error error = evaluate(expr.a, a)) return error;
  const Type& from = type(expr.a);
  const int digits = program_.rules.type(expr.type).scale;
  const auto mode = static_cast<Rounding>(expr.extra);
  Int128 result = 0;
  const bool fits =
      from.kind == TypeKind::quotient
          ? round_quotient(Quotient{a.number, a.den, from.scale}, digits, mode, &result)
          : pac::round(a.number, from.scale, digits, mode, &result);
  out = Value::of(result);
  return decimal_result(fits);
}

}  // namespace pac::interp
