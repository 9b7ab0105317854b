// Which types each operation takes and gives. model.h says it in words beside each Op. Ids are
// known to be in range here. Each function answers with the reason why an expression is wrong, or
// with nothing.
#include <algorithm>

#include "runtime/ir/print.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

bool Verifier::is_type(TypeId id, TypeKind kind, bool optional) const {
  return rs_.type(id).kind == kind && rs_.type(id).optional == optional;
}

bool Verifier::is_plain(uint32_t expr, TypeKind kind) const { return is_type(type_id(expr), kind); }

bool Verifier::is_plain_number(uint32_t expr) const {
  return is_plain(expr, TypeKind::integer) || is_plain(expr, TypeKind::decimal);
}

bool Verifier::is_plain_list(uint32_t expr) const {
  return is_plain(expr, TypeKind::list) || is_plain(expr, TypeKind::set);
}

bool Verifier::is_scalar(TypeId id) const {
  const Type& type = rs_.type(id);
  return !type.optional && type.kind != TypeKind::quotient && type.kind != TypeKind::list &&
         type.kind != TypeKind::set && type.kind != TypeKind::record;
}

bool Verifier::has_order(TypeId id) const {
  const Type& type = rs_.type(id);
  if (type.optional) return false;
  switch (type.kind) {
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::date:
    case TypeKind::datetime:
    case TypeKind::duration:
      return true;
    case TypeKind::enumeration:
      return rs_.enums[type.ref].ordered;
    default:
      return false;
  }
}

bool Verifier::are_comparable(TypeId a, TypeId b) const {
  if (a == b) return true;
  const auto is_number = [&](const Type& type) {
    return !type.optional && (type.kind == TypeKind::integer || type.kind == TypeKind::decimal ||
                              type.kind == TypeKind::quotient);
  };
  return is_number(rs_.type(a)) && is_number(rs_.type(b));
}

// Whether the first is the second with `?`.
bool Verifier::is_optional_of(TypeId optional, TypeId plain) const {
  Type expected = rs_.type(plain);
  if (expected.optional) return false;
  expected.optional = true;
  return rs_.type(optional) == expected;
}

std::string Verifier::op_error(const Expr& expr) const {
  switch (expr.op) {
    case Op::constant:
    case Op::input:
    case Op::let:
    case Op::var:
    case Op::param:
      return leaf_error(expr);
    case Op::field:
      return field_error(expr);
    case Op::not_:
    case Op::and_:
    case Op::or_:
    case Op::if_:
      return logic_error(expr);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::in_range:
    case Op::in_set:
    case Op::in_list:
      return comparison_error(expr);
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::matches:
      return text_error(expr);
    case Op::intersects:
    case Op::subset_of:
    case Op::len:
      return list_error(expr);
    case Op::neg:
    case Op::add:
    case Op::sub:
    case Op::mod:
      return sum_error(expr);
    case Op::mul:
    case Op::quot:
      return product_error(expr);
    case Op::rescale:
    case Op::round:
      return scale_error(expr);
    case Op::min_of:
    case Op::max_of:
      return extreme_error(expr);
    case Op::is_present:
    case Op::default_:
    case Op::some:
    case Op::unwrap:
      return presence_error(expr);
    case Op::any:
    case Op::all:
    case Op::none:
    case Op::count:
    case Op::sum:
    case Op::min:
    case Op::max:
      return quantifier_error(expr);
    case Op::make_record:
    case Op::make_list:
    case Op::make_set:
    case Op::template_:
      return make_error(expr);
    case Op::call:
      return call_error(expr);
    case Op::call_std:
      return std_error(expr);
  }
  return "unknown operation";
}

std::string Verifier::leaf_error(const Expr& expr) const {
  switch (expr.op) {
    case Op::constant:
      if (rs_.constants[expr.a].type != expr.type) return "the constant has another type";
      return {};
    case Op::param:
      if (rs_.params[expr.a].type != expr.type) return "the param has another type";
      if (!is_plain(expr.b, TypeKind::date)) return "a param is read at a date";
      return {};
    default:  // input and let: when the decision is known; var: by its quantifier
      if (expr.op != Op::let && rs_.type(expr.type).kind == TypeKind::quotient) {
        return "only a let holds a quotient";
      }
      return {};
  }
}

std::string Verifier::field_error(const Expr& expr) const {
  const Type& type = type_at(expr.a);
  if (type.kind != TypeKind::record) return "its operand is no record";
  const std::vector<Field>& fields = rs_.records[type.ref].fields;
  if (expr.b >= fields.size()) return "the record has no such field";
  const TypeId field = fields[expr.b].type;
  const bool is_right = type.optional && !rs_.type(field).optional
                            ? is_optional_of(expr.type, field)
                            : expr.type == field;
  return is_right ? "" : "the field has another type";
}

std::string Verifier::logic_error(const Expr& expr) const {
  if (!is_plain(expr.a, TypeKind::boolean)) return "its first operand is no bool";
  if (expr.op == Op::if_) {
    if (type_id(expr.b) != expr.type || type_id(expr.c) != expr.type) {
      return "its branches are not of its type";
    }
    return {};
  }
  if (expr.op != Op::not_ && !is_plain(expr.b, TypeKind::boolean))
    return "its second operand is no bool";
  return is_type(expr.type, TypeKind::boolean) ? "" : "the result is a bool";
}

std::string Verifier::comparison_error(const Expr& expr) const {
  if (!is_type(expr.type, TypeKind::boolean)) return "the result is a bool";
  const TypeId a = type_id(expr.a);
  // A quotient has an order, though nothing that would keep one (min, ranking) takes it.
  const auto in_order = [&](TypeId id) { return has_order(id) || is_type(id, TypeKind::quotient); };
  const auto ordered_with = [&](uint32_t other) {
    return in_order(a) && in_order(type_id(other)) && are_comparable(a, type_id(other));
  };
  switch (expr.op) {
    case Op::eq:
    case Op::ne:
      return are_comparable(a, type_id(expr.b)) ? "" : "values of these types are not comparable";
    case Op::in_list:
      if (!is_plain_list(expr.b)) return "its second operand is no list";
      return are_comparable(a, type_at(expr.b).element) ? ""
                                                        : "the list has elements of another type";
    case Op::in_set:
      for (uint32_t i = 0; i < expr.operand_count; ++i) {
        if (!are_comparable(a, rs_.expr(rs_.operand(expr, i)).type))
          return "a member has another type";
      }
      return {};
    case Op::in_range:
      if (expr.extra > 3) return "unknown flags";
      return ordered_with(expr.b) && ordered_with(expr.c) ? "" : "these types have no common order";
    default:
      return ordered_with(expr.b) ? "" : "these types have no common order";
  }
}

std::string Verifier::text_error(const Expr& expr) const {
  if (!is_type(expr.type, TypeKind::boolean)) return "the result is a bool";
  if (!is_plain(expr.a, TypeKind::string)) return "its first operand is no string";
  if (expr.op != Op::matches) {
    return is_plain(expr.b, TypeKind::string) ? "" : "its second operand is no string";
  }
  const Constant& pattern = rs_.constants[expr.b];
  return is_type(pattern.type, TypeKind::string) ? "" : "its pattern is no string";
}

std::string Verifier::list_error(const Expr& expr) const {
  if (expr.op == Op::len) {
    if (!is_plain_list(expr.a) && !is_plain(expr.a, TypeKind::string))
      return "its operand has no length";
    return is_type(expr.type, TypeKind::integer) ? "" : "the result is an int";
  }
  if (!is_type(expr.type, TypeKind::boolean)) return "the result is a bool";
  if (!is_plain_list(expr.a) || !is_plain_list(expr.b)) return "its operands are no lists";
  return type_at(expr.a).element == type_at(expr.b).element ? ""
                                                            : "the lists have different elements";
}

std::string Verifier::sum_error(const Expr& expr) const {
  if (expr.op == Op::neg) {
    if (!is_plain_number(expr.a) && !is_plain(expr.a, TypeKind::duration))
      return "its operand has no sign";
    return type_id(expr.a) == expr.type ? "" : "the result has its operand's type";
  }
  if (is_plain_number(expr.a)) {
    return type_id(expr.a) == type_id(expr.b) && type_id(expr.a) == expr.type
               ? ""
               : "numbers of one type are wanted";
  }
  if (expr.op == Op::mod) return "its operands are no numbers";
  const bool is_point = is_plain(expr.a, TypeKind::date) || is_plain(expr.a, TypeKind::datetime);
  if (!is_point && !is_plain(expr.a, TypeKind::duration))
    return "its first operand can't be added to";
  if (is_plain(expr.b, TypeKind::duration)) {
    return type_id(expr.a) == expr.type ? "" : "the result has the first operand's type";
  }
  const bool is_difference = expr.op == Op::sub && is_point && type_id(expr.a) == type_id(expr.b);
  if (!is_difference) return "its second operand is no duration";
  return is_type(expr.type, TypeKind::duration) ? "" : "the result is a duration";
}

std::string Verifier::product_error(const Expr& expr) const {
  const int scale_a = type_at(expr.a).scale;
  const Type& result = rs_.type(expr.type);
  if (expr.op == Op::mul && is_plain(expr.a, TypeKind::duration)) {
    if (!is_plain(expr.b, TypeKind::integer)) return "a duration is multiplied with an int";
    return is_type(expr.type, TypeKind::duration) ? "" : "the result is a duration";
  }
  if (!is_plain_number(expr.a) || !is_plain_number(expr.b)) return "its operands are no numbers";
  const int scale_b = type_at(expr.b).scale;
  if (expr.op == Op::quot) {
    const bool is_right = result.kind == TypeKind::quotient && result.scale == scale_a - scale_b;
    return is_right ? "" : "the result is a quotient of the scales' difference";
  }
  const bool of_ints = is_plain(expr.a, TypeKind::integer) && is_plain(expr.b, TypeKind::integer);
  const bool is_right = is_type(expr.type, of_ints ? TypeKind::integer : TypeKind::decimal) &&
                        result.scale == scale_a + scale_b;
  return is_right ? "" : "the result is a number of the scales' sum";
}

std::string Verifier::scale_error(const Expr& expr) const {
  const Type& result = rs_.type(expr.type);
  if (expr.op == Op::round) {
    if (!is_plain_number(expr.a) && !is_plain(expr.a, TypeKind::quotient))
      return "its operand is no number";
    if (expr.extra > static_cast<uint32_t>(Rounding::floor)) return "unknown mode of rounding";
    return is_type(expr.type, TypeKind::decimal) ? "" : "the result is a decimal";
  }
  if (!is_plain_number(expr.a)) return "its operand is no number";
  const int scale = type_at(expr.a).scale;
  if (result.kind == TypeKind::quotient) {
    return result.scale == scale ? "" : "the quotient has its operand's scale";
  }
  const bool is_right = is_type(expr.type, TypeKind::decimal) && result.scale >= scale;
  return is_right ? "" : "the result is a decimal of no smaller scale";
}

std::string Verifier::extreme_error(const Expr& expr) const {
  if (expr.operand_count < 2) return "at least two operands are wanted";
  if (!has_order(expr.type)) return "values of this type have no order";
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    if (rs_.expr(rs_.operand(expr, i)).type != expr.type) return "an operand has another type";
  }
  return {};
}

std::string Verifier::presence_error(const Expr& expr) const {
  const TypeId a = type_id(expr.a);
  switch (expr.op) {
    case Op::is_present:
      if (!rs_.type(a).optional) return "its operand is never missing";
      return is_type(expr.type, TypeKind::boolean) ? "" : "the result is a bool";
    case Op::some:
      return is_optional_of(expr.type, a) ? "" : "the result is its operand's type with `?`";
    case Op::unwrap:
      return is_optional_of(a, expr.type) ? "" : "the result is its operand's type without `?`";
    default:  // default
      if (!is_optional_of(a, expr.type))
        return "the result is its first operand's type without `?`";
      return type_id(expr.b) == expr.type ? "" : "its second operand has another type";
  }
}

std::string Verifier::quantifier_error(const Expr& expr) const {
  if (!is_plain_list(expr.a)) return "its first operand is no list";
  if (expr.b != kNone && !is_plain(expr.b, TypeKind::boolean)) return "its condition is no bool";
  switch (expr.op) {
    case Op::count:
      return is_type(expr.type, TypeKind::integer) ? "" : "the result is an int";
    case Op::sum:
      if (!is_plain_number(expr.extra) && !is_plain(expr.extra, TypeKind::duration)) {
        return "what it sums is no number or duration";
      }
      return type_id(expr.extra) == expr.type ? "" : "the result has the type of what it sums";
    case Op::min:
    case Op::max:
      if (!has_order(type_id(expr.extra))) return "values of this type have no order";
      return is_optional_of(expr.type, type_id(expr.extra)) ? ""
                                                            : "the result is that type with `?`";
    default:
      return is_type(expr.type, TypeKind::boolean) ? "" : "the result is a bool";
  }
}

std::string Verifier::make_error(const Expr& expr) const {
  const Type& type = rs_.type(expr.type);
  if (expr.op == Op::template_) {
    if (!is_type(expr.type, TypeKind::string)) return "the result is a string";
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      const TypeId part = rs_.expr(rs_.operand(expr, i)).type;
      if (!is_scalar(part) || is_type(part, TypeKind::effect)) return "a part can't be formatted";
    }
    return {};
  }
  const TypeKind wanted = expr.op == Op::make_record ? TypeKind::record
                          : expr.op == Op::make_list ? TypeKind::list
                                                     : TypeKind::set;
  if (!is_type(expr.type, wanted)) return "the result is something else";
  if (expr.op == Op::make_record && expr.operand_count != rs_.records[type.ref].fields.size()) {
    return "there is not one operand per field";
  }
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    const TypeId part =
        expr.op == Op::make_record ? rs_.records[type.ref].fields[i].type : type.element;
    if (rs_.expr(rs_.operand(expr, i)).type != part) {
      return "operand " + std::to_string(i) + " has another type";
    }
  }
  return {};
}

std::string Verifier::call_error(const Expr& expr) const {
  const Decision& callee = rs_.decisions[expr.a];
  const std::vector<Field>& fields = rs_.record(callee.input).fields;
  if (expr.operand_count != fields.size())
    return "there is not one operand per input of the callee";
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    if (rs_.expr(rs_.operand(expr, i)).type != fields[i].type) {
      return "operand " + std::to_string(i) + " has another type than the input";
    }
  }
  const bool is_right = callee.partial ? is_optional_of(expr.type, callee.result_type)
                                       : expr.type == callee.result_type;
  return is_right ? "" : "the callee has another result";
}

}  // namespace pac::ir
