// Calls of the standard library, held against its registry.
#include <algorithm>

#include "runtime/ir/verify_state.h"

namespace pac::ir {

namespace {

TypeKind type_kind(stdlib::Kind kind) {
  switch (kind) {
    case stdlib::Kind::boolean:
      return TypeKind::boolean;
    case stdlib::Kind::decimal:
      return TypeKind::decimal;
    case stdlib::Kind::text:
      return TypeKind::string;
    case stdlib::Kind::date:
      return TypeKind::date;
    case stdlib::Kind::datetime:
      return TypeKind::datetime;
    case stdlib::Kind::duration:
      return TypeKind::duration;
    case stdlib::Kind::date_list:
      return TypeKind::set;  // of dates
    case stdlib::Kind::integer:
    case stdlib::Kind::option:
    case stdlib::Kind::digits:
    case stdlib::Kind::zone:
      return TypeKind::integer;
  }
  return TypeKind::integer;
}

}  // namespace

std::string Verifier::std_error(const Expr& expr) const {
  const FunctionRef& reference = rs_.functions[expr.a];
  const std::string called =
      "`" + reference.name + "` version " + std::to_string(reference.version);
  const stdlib::Function* function =
      find_ == nullptr ? nullptr : find_(reference.name, reference.version);
  if (function == nullptr) return "there is no function " + called;
  int first_scale = -1;
  int widest_scale = -1;
  int digits = -1;
  uint32_t next = 0;
  // The next operand as an index into `exprs`, or kNone where there are no more.
  const auto take = [&] {
    return next < expr.operand_count ? index(rs_.operand(expr, next++)) : kNone;
  };
  const auto constant_int = [&](uint32_t id) -> Int128 {
    if (id == kNone || rs_.exprs[id].op != Op::constant || !is_plain(id, TypeKind::integer))
      return -1;
    return rs_.constants[rs_.exprs[id].a].number;
  };
  for (const stdlib::Parameter& parameter : function->parameters) {
    const std::string wrong = called + ": `" + parameter.name + "` has a wrong argument";
    const uint32_t operand = take();
    if (operand == kNone) return called + " is called with too few arguments";
    if (!is_plain(operand, type_kind(parameter.kind))) return wrong;
    Int128 limit = -1;
    switch (parameter.kind) {
      case stdlib::Kind::decimal:
        if (constant_int(take()) != type_at(operand).scale) return wrong;
        if (first_scale < 0) first_scale = type_at(operand).scale;
        widest_scale = std::max<int>(widest_scale, type_at(operand).scale);
        break;
      case stdlib::Kind::date_list:
        if (!is_type(type_at(operand).element, TypeKind::date)) return wrong;
        break;
      case stdlib::Kind::option:
        limit = static_cast<Int128>(parameter.options.size());
        break;
      case stdlib::Kind::zone:
        limit = static_cast<Int128>(rs_.zones.size());
        break;
      case stdlib::Kind::digits:
        limit = kMaxScale + 1;
        digits = static_cast<int>(constant_int(operand) <= kMaxScale ? constant_int(operand) : -1);
        break;
      default:
        break;
    }
    if (limit >= 0 && (constant_int(operand) < 0 || constant_int(operand) >= limit)) return wrong;
  }
  if (next != expr.operand_count) return called + " is called with too many arguments";
  int scale = 0;
  switch (function->scale) {
    case stdlib::ResultScale::none:
      break;
    case stdlib::ResultScale::from_digits:
      scale = digits;
      break;
    case stdlib::ResultScale::from_first_decimal:
      scale = first_scale;
      break;
    case stdlib::ResultScale::from_widest_decimal:
      scale = widest_scale;
      break;
    case stdlib::ResultScale::fixed:
      scale = function->fixed_scale;
      break;
  }
  const bool is_right =
      is_type(expr.type, type_kind(function->result)) && rs_.type(expr.type).scale == scale;
  return is_right ? "" : called + " gives another type";
}

}  // namespace pac::ir
