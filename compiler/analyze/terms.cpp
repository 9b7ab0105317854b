#include "compiler/analyze/terms.h"

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/base/decimal.h"
#include "runtime/ir/comparison.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeId;
using ir::TypeKind;

namespace {

bool is_number(TypeKind kind) { return kind == TypeKind::integer || kind == TypeKind::decimal; }

}  // namespace

Terms::Terms(ir::RuleSet& rule_set)
    : rules_(rule_set),
      bool_(rule_set.intern(ir::Type{})),
      true_(number(bool_, 1)),
      false_(number(bool_, 0)) {}

ExprId Terms::number(TypeId type, Int128 value) {
  const ir::ConstantId id = rules_.intern(ir::Constant{type, false, value, {}});
  return rules_.add(ir::Expr{Op::constant, type, ir::index(id)});
}

ExprId Terms::missing(TypeId type) {
  const ir::ConstantId id = rules_.intern(ir::Constant{type, true, 0, {}});
  return rules_.add(ir::Expr{Op::constant, type, ir::index(id)});
}

const ir::Constant* Terms::constant(ExprId id) const {
  const ir::Expr& expr = at(id);
  return expr.op == Op::constant ? &rules_.constants[expr.a] : nullptr;
}

int Terms::scale_of(ExprId id) const {
  const ir::Type& type = rules_.type_of(id);
  return type.kind == TypeKind::decimal ? type.scale : 0;
}

ExprId Terms::not_of(ExprId a) {
  if (a == true_) return false_;
  if (a == false_) return true_;
  if (at(a).op == Op::not_) return static_cast<ExprId>(at(a).a);
  return rules_.add(ir::Expr{Op::not_, bool_, ir::index(a)});
}

ExprId Terms::both(ExprId a, ExprId b) {
  if (a == false_ || b == false_) return false_;
  if (a == true_ || a == b) return b;
  if (b == true_) return a;
  return rules_.add(ir::Expr{Op::and_, bool_, ir::index(a), ir::index(b)});
}

ExprId Terms::either(ExprId a, ExprId b) {
  if (a == true_ || b == true_) return true_;
  if (a == false_ || a == b) return b;
  if (b == false_) return a;
  return rules_.add(ir::Expr{Op::or_, bool_, ir::index(a), ir::index(b)});
}

ExprId Terms::choose(ExprId condition, ExprId a, ExprId b) {
  if (condition == true_ || a == b) return a;
  if (condition == false_) return b;
  if (at(a).type == bool_) {
    if (a == true_) return either(condition, b);
    if (a == false_) return both(not_of(condition), b);
    if (b == true_) return either(not_of(condition), a);
    if (b == false_) return both(condition, a);
  }
  return rules_.add(
      ir::Expr{Op::if_, at(a).type, ir::index(condition), ir::index(a), ir::index(b)});
}

std::optional<bool> Terms::compare_constants(Op op, const ir::Constant& a,
                                             const ir::Constant& b) const {
  const ir::Type& x = rules_.type(a.type);
  const ir::Type& y = rules_.type(b.type);
  if (a.missing || b.missing) return std::nullopt;
  if (x.kind == TypeKind::string) return ir::holds(op, a.text.compare(b.text));
  if (is_number(x.kind) && is_number(y.kind)) {
    return ir::holds(op, pac::compare(a.number, x.kind == TypeKind::decimal ? x.scale : 0, b.number,
                                      y.kind == TypeKind::decimal ? y.scale : 0));
  }
  return ir::holds(op, a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
}

ExprId Terms::compare_optional(Op op, ExprId a, ExprId b) {
  if (op == Op::ne) return not_of(compare_optional(Op::eq, a, b));
  if (const auto* k = constant(a); k != nullptr && k->missing) std::swap(a, b);
  if (const auto* k = constant(b); k != nullptr && k->missing) return not_of(is_present(a));
  const ExprId has_a = is_present(a), has_b = is_present(b);
  const ExprId present = both(has_a, has_b);
  const ExprId value_a = unwrap(a), value_b = unwrap(b);
  const ExprId equal = compare(Op::eq, value_a, value_b);
  if (present == true_) return equal;
  const ExprId not_a = not_of(has_a), not_b = not_of(has_b);
  const ExprId none = both(not_a, not_b);
  return either(none, both(present, equal));
}

ExprId Terms::compare(Op op, ExprId a, ExprId b) {
  if (rules_.type_of(a).optional) return compare_optional(op, a, b);
  while (at(a).op == Op::rescale && rules_.type_of(a).kind == TypeKind::decimal) {
    a = static_cast<ExprId>(at(a).a);
  }
  while (at(b).op == Op::rescale && rules_.type_of(b).kind == TypeKind::decimal) {
    b = static_cast<ExprId>(at(b).a);
  }
  const ir::Constant* x = constant(a);
  const ir::Constant* y = constant(b);
  if (x != nullptr && y != nullptr) {
    if (const auto known = compare_constants(op, *x, *y)) return truth(*known);
  }
  if (x != nullptr && y == nullptr) {
    std::swap(a, b);
    op = ir::mirrored(op);
  }
  if (a == b && op != Op::ne && op != Op::lt && op != Op::gt) return true_;
  if (a == b) return false_;
  for (int side = 0; side < 2; ++side) {
    const ExprId choice = side == 0 ? a : b;
    if (!is_choice(choice) || !may_grow()) continue;
    ++growth_;
    const ir::Expr expr = at(choice);
    const auto part = [&](uint32_t id) {
      const auto arm = static_cast<ExprId>(id);
      return side == 0 ? compare(op, arm, b) : compare(op, a, arm);
    };
    const ExprId first = part(expr.b);
    return choose(static_cast<ExprId>(expr.a), first, part(expr.c));
  }
  if (at(a).op == Op::default_) {
    const ir::Expr expr = at(a);
    const auto value = static_cast<ExprId>(expr.a);
    const ExprId present = compare(op, unwrap(value), b);
    return choose(is_present(value), present, compare(op, static_cast<ExprId>(expr.b), b));
  }
  if (rules_.type_of(a).kind == TypeKind::boolean && (op == Op::eq || op == Op::ne)) {
    const ExprId same = choose(a, b, not_of(b));
    return op == Op::eq ? same : not_of(same);
  }
  if (op == Op::ne) return not_of(compare(Op::eq, a, b));
  return rules_.add(ir::Expr{op, bool_, ir::index(a), ir::index(b)});
}

ExprId Terms::in_range(ExprId a, ExprId low, ExprId high, uint32_t ends) {
  const ExprId above = compare((ends & 1) != 0 ? Op::gt : Op::ge, a, low);
  return both(above, compare((ends & 2) != 0 ? Op::lt : Op::le, a, high));
}

ExprId Terms::in_set(ExprId a, const std::vector<ExprId>& members) {
  const bool plain_members =
      std::ranges::all_of(members, [&](ExprId m) { return constant(m) != nullptr; });
  const ir::Expr expr = at(a);
  if (plain_members && is_choice(a) && may_grow()) {
    ++growth_;
    const ExprId first = in_set(static_cast<ExprId>(expr.b), members);
    return choose(static_cast<ExprId>(expr.a), first, in_set(static_cast<ExprId>(expr.c), members));
  }
  if (plain_members && !rules_.type_of(a).optional && expr.op != Op::constant &&
      expr.op != Op::default_) {
    ir::Expr set{Op::in_set, bool_, ir::index(a)};
    return rules_.add(set, members);
  }
  ExprId any = false_;
  for (const ExprId member : members) any = either(any, compare(Op::eq, a, member));
  return any;
}

ExprId Terms::field(ExprId record, uint32_t field) {
  const ir::Expr expr = at(record);
  const ir::Type type = rules_.type_of(record);
  PAC_CHECK(type.kind == TypeKind::record, "a field is read from a record");
  const TypeId declared = rules_.records[type.ref].fields[field].type;
  const TypeId wanted = type.optional ? rules_.optional(declared) : declared;
  switch (expr.op) {
    case Op::make_record:
      return rules_.operand(expr, field);
    case Op::if_: {
      const ExprId a = this->field(static_cast<ExprId>(expr.b), field);
      return choose(static_cast<ExprId>(expr.a), a,
                    this->field(static_cast<ExprId>(expr.c), field));
    }
    case Op::some: {
      const ExprId value = this->field(static_cast<ExprId>(expr.a), field);
      return rules_.type_of(value).optional ? value : some(value);
    }
    case Op::unwrap: {  // missing only where the evaluation fails
      const ExprId value = this->field(static_cast<ExprId>(expr.a), field);
      return rules_.type(declared).optional ? value : unwrap(value);
    }
    case Op::constant:
      return missing(wanted);
    default:
      return rules_.add(ir::Expr{Op::field, wanted, ir::index(record), field});
  }
}

ExprId Terms::is_present(ExprId a) {
  const ir::Expr expr = at(a);
  if (!rules_.type_of(a).optional) return true_;
  if (const auto* k = constant(a)) return truth(!k->missing);
  if (expr.op == Op::some) return true_;
  if (is_choice(a)) {
    const ExprId first = is_present(static_cast<ExprId>(expr.b));
    return choose(static_cast<ExprId>(expr.a), first, is_present(static_cast<ExprId>(expr.c)));
  }
  return rules_.add(ir::Expr{Op::is_present, bool_, ir::index(a)});
}

ExprId Terms::default_of(ExprId a, ExprId otherwise) {
  const ExprId present = is_present(a);
  if (present == true_) return unwrap(a);
  if (present == false_) return otherwise;
  if (is_choice(a)) return choose(present, unwrap(a), otherwise);
  return rules_.add(ir::Expr{Op::default_, at(otherwise).type, ir::index(a), ir::index(otherwise)});
}

ExprId Terms::some(ExprId a) {
  return rules_.add(ir::Expr{Op::some, rules_.optional(at(a).type), ir::index(a)});
}

ExprId Terms::unwrap(ExprId a) {
  const ir::Expr expr = at(a);
  if (!rules_.type_of(a).optional) return a;
  if (expr.op == Op::some) return static_cast<ExprId>(expr.a);
  if (is_choice(a)) {
    const auto gone = [&](uint32_t id) {
      const auto* k = constant(static_cast<ExprId>(id));
      return k != nullptr && k->missing;
    };
    if (gone(expr.b) && !gone(expr.c)) return unwrap(static_cast<ExprId>(expr.c));
    if (gone(expr.c) && !gone(expr.b)) return unwrap(static_cast<ExprId>(expr.b));
    if (!gone(expr.b)) {
      const ExprId first = unwrap(static_cast<ExprId>(expr.b));
      return choose(static_cast<ExprId>(expr.a), first, unwrap(static_cast<ExprId>(expr.c)));
    }
  }
  return rules_.add(ir::Expr{Op::unwrap, rules_.optional(at(a).type, false), ir::index(a)});
}

ExprId Terms::rescale(ExprId a, TypeId type) {
  if (const auto* k = constant(a); k != nullptr && rules_.type(type).kind == TypeKind::decimal) {
    Int128 value = 0;
    if (widen(k->number, scale_of(a), rules_.type(type).scale, &value)) return number(type, value);
  }
  return rules_.add(ir::Expr{Op::rescale, type, ir::index(a)});
}

ExprId Terms::add(ExprId a, ExprId b) {
  const ir::Constant* x = constant(a);
  const ir::Constant* y = constant(b);
  Int128 sum = 0;
  if (x != nullptr && y != nullptr && checked_add(x->number, y->number, &sum)) {
    return number(at(a).type, sum);
  }
  return rules_.add(ir::Expr{Op::add, at(a).type, ir::index(a), ir::index(b)});
}

ExprId Terms::plain(ir::Expr expr, const std::vector<ExprId>& ops) {
  if (expr.op == Op::neg) {
    if (const auto* k = constant(static_cast<ExprId>(expr.a))) return number(expr.type, -k->number);
  }
  return rules_.add(expr, ops);
}

}  // namespace pac::analyze
