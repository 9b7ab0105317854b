// Generator: expressions of a given type: what every type has, booleans and calls.
#include <algorithm>
#include <iterator>

#include "tests/differential/generator.h"
#include "tests/differential/patterns.h"
#include "tests/differential/zones.h"

namespace pac::differential {

using ir::DomainId;
using ir::ExprId;
using ir::kNone;
using ir::Op;
using ir::TypeId;
using ir::TypeKind;

// An expression that stands complete in this rule or let, or a new one.
ExprId Generator::expr(TypeId type, int depth) {
  if (scope_.vars.empty() && random_.percent(8)) {
    std::vector<ExprId> found;
    for (const ExprId id : scope_.pool) {
      if (b_.rule_set.expr(id).type == type) found.push_back(id);
    }
    if (!found.empty()) return random_.pick(found);
  }
  const ExprId made = depth <= 0 || random_.percent(25) ? leaf(type) : fresh(type, depth);
  if (scope_.vars.empty() && scope_.pool.size() < 200) scope_.pool.push_back(made);
  return made;
}

ExprId Generator::fresh(TypeId id, int depth) {
  if (random_.percent(20)) {
    const ExprId made = of_any_kind(id, depth);
    if (made != ExprId::none) return made;
  }
  const ir::Type type = b_.rule_set.type(id);
  if (type.optional) return optional_expr(id, depth);
  switch (type.kind) {
    case TypeKind::boolean:
      return boolean(depth);
    case TypeKind::integer:
      return integer(depth);
    case TypeKind::decimal:
      return decimal(id, depth);
    case TypeKind::quotient:
      return quotient(id, depth);
    case TypeKind::string:
      return text(depth);
    case TypeKind::date:
      return date(depth);
    case TypeKind::datetime:
      return datetime(depth);
    case TypeKind::duration:
      return duration(depth);
    case TypeKind::list:
    case TypeKind::set:
      return list(id, depth);
    case TypeKind::record:
      return record(id, depth);
    case TypeKind::enumeration:
      if (b_.rule_set.enums[type.ref].ordered && random_.percent(30)) return extreme(id, depth);
      [[fallthrough]];
    default:
      return leaf(id);
  }
}

// Operations that give any type.
ExprId Generator::of_any_kind(TypeId id, int depth) {
  const ir::Type type = b_.rule_set.type(id);
  const bool is_quotient = type.kind == TypeKind::quotient;
  switch (random_.weighted({30, 25, 12, 20, 13})) {
    case 0: {
      const ExprId condition = boolean(depth - 1);
      const ExprId then = expr(id, depth - 1);
      return node(Op::if_, id, condition, then, expr(id, depth - 1));
    }
    case 1: {
      if (type.optional || is_quotient) return ExprId::none;
      const ExprId value = expr(b_.optional(id), depth - 1);
      return node(Op::default_, id, value, expr(id, depth - 1));
    }
    case 2:
      if (type.optional || is_quotient) return ExprId::none;
      return node(Op::unwrap, id, expr(b_.optional(id), depth - 1));
    case 3:
      return call(id, depth - 1);
    default: {
      if (is_quotient || b_.rule_set.params.empty()) return ExprId::none;
      for (uint32_t i = 0; i < b_.rule_set.params.size(); ++i) {
        if (b_.rule_set.params[i].type != id) continue;
        const ExprId date = expr(b_.date_type(), depth - 1);
        return b_.param(static_cast<ir::ParamId>(i), date);
      }
      return ExprId::none;
    }
  }
}

ExprId Generator::optional_expr(TypeId id, int depth) {
  const TypeId plain = b_.rule_set.optional(id, false);
  const ir::Type type = b_.rule_set.type(plain);
  const bool ordered = type.kind == TypeKind::integer || type.kind == TypeKind::decimal ||
                       type.kind == TypeKind::date || type.kind == TypeKind::datetime ||
                       type.kind == TypeKind::duration ||
                       (type.kind == TypeKind::enumeration && b_.rule_set.enums[type.ref].ordered);
  if (ordered && random_.percent(35)) {
    return fold(random_.percent(50) ? Op::min : Op::max, id, depth);
  }
  if (random_.percent(35)) return leaf(id);
  return node(Op::some, id, expr(plain, depth - 1));
}

// ---- Leaves

// Fields of a record, and of records in it.
void Generator::add_fields(TypeId wanted, ExprId record, int depth, std::vector<ExprId>& found) {
  const ir::Type type = b_.rule_set.type_of(record);
  if (type.kind != TypeKind::record || depth == 0) return;
  const auto count = static_cast<uint32_t>(b_.rule_set.records[type.ref].fields.size());
  for (uint32_t i = 0; i < count; ++i) {
    const TypeId of_field = b_.rule_set.records[type.ref].fields[i].type;
    const bool is_record = b_.rule_set.type(of_field).kind == TypeKind::record;
    const TypeId result = type.optional ? b_.optional(of_field) : of_field;
    if (result != wanted && !is_record) continue;
    const ExprId field = b_.field(record, i);
    if (result == wanted) found.push_back(field);
    if (is_record) add_fields(wanted, field, depth - 1, found);
  }
}

void Generator::add_readable(TypeId wanted, std::vector<ExprId>& found) {
  const auto add = [&](ExprId id) {
    if (b_.rule_set.expr(id).type == wanted) found.push_back(id);
    add_fields(wanted, id, 2, found);
  };
  for (const auto& [type, slot] : scope_.vars) {
    const ExprId var = b_.var(type, slot);
    add(var);
    if (type == wanted) found.insert(found.end(), 4, var);  // what is bound should be read
  }
  const ir::Decision* decision = scope_.decision;
  if (decision == nullptr) return;
  for (uint32_t slot = 0; slot < decision->roles.size(); ++slot) {
    if (scope_.inputs_only && decision->roles[slot] == ir::SlotRole::feature) continue;
    add(b_.input(*decision, slot));
  }
  for (uint32_t i = 0; i < b_.rule_set.params.size(); ++i) {
    if (b_.rule_set.params[i].type != wanted || wanted == b_.date_type()) continue;
    const ExprId date = decision->as_of_slot != kNone
                            ? b_.input(*decision, decision->as_of_slot)
                            : b_.date(static_cast<int32_t>(random_.between(19985, 20015)));
    found.insert(found.end(), 2, b_.param(static_cast<ir::ParamId>(i), date));
  }
  if (scope_.inputs_only) return;
  for (uint32_t i = 0; i < scope_.let_count; ++i) add(b_.read(*decision, i));
}

ExprId Generator::leaf(TypeId id) {
  const ir::Type type = b_.rule_set.type(id);
  if (!random_.percent(25)) {
    std::vector<ExprId> found;
    add_readable(id, found);
    if (!found.empty()) return random_.pick(found);
  }
  if (type.kind == TypeKind::quotient) {
    if (type.scale >= 0 && type.scale <= 38) {
      const TypeId from =
          type.scale == 0 && random_.percent(50) ? b_.int_type() : b_.decimal_type(type.scale);
      return node(Op::rescale, id, leaf(from));
    }
    const int scale_a = type.scale < 0 ? 0 : 38;
    const ExprId num = leaf(b_.decimal_type(scale_a));
    return node(Op::quot, id, num, leaf(b_.decimal_type(scale_a - type.scale)));
  }
  return constant_expression(id);
}

// ---- Booleans

ExprId Generator::boolean(int depth) {
  const TypeId type = b_.bool_type();
  if (depth <= 0) return leaf(type);
  switch (random_.weighted({5, 14, 24, 14, 10, 8, 12, 5, 5})) {
    case 0:
      return node(Op::not_, type, expr(type, depth - 1));
    case 1: {
      const ExprId a = expr(type, depth - 1);
      return node(random_.percent(50) ? Op::and_ : Op::or_, type, a, expr(type, depth - 1));
    }
    case 2:
      return comparison(depth);
    case 3:
      return membership(depth);
    case 4:
      return text_test(depth);
    case 5:
      return list_test(depth);
    case 6:
      return quantified(depth);
    case 7:
      return node(Op::is_present, type, expr(b_.optional(random_type(1, false)), depth - 1));
    default: {
      const ExprId made = call_std(type, depth);
      return made != ExprId::none ? made : comparison(depth);
    }
  }
}

// Two values of one type with an order, or two numbers of any types.
ExprId Generator::comparison(int depth) {
  const TypeId type = b_.bool_type();
  if (random_.percent(22)) {
    const TypeId deep = random_type(2);
    const ExprId a = expr(deep, depth - 1);
    return node(random_.percent(60) ? Op::eq : Op::ne, type, a, expr(deep, depth - 1));
  }
  const auto number = [&] {
    if (!random_.percent(20)) return expr(number_type(), depth - 1);
    return expr(b_.quotient_type(static_cast<int>(random_.between(-4, 6))), depth - 1);
  };
  const bool mixed = random_.percent(35);
  const TypeId common = ordered_type();
  const auto operand = [&] { return mixed ? number() : expr(common, depth - 1); };
  if (random_.percent(20)) {
    const ExprId a = operand();
    const ExprId low = operand();
    const ExprId high = operand();
    return node(Op::in_range, type, a, low, high, static_cast<uint32_t>(random_.below(4)));
  }
  const Op op = random_.pick({Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge});
  const ExprId a = operand();
  return node(op, type, a, operand());
}

ExprId Generator::membership(int depth) {
  const TypeId type = b_.bool_type();
  if (random_.percent(40)) {
    const TypeId item = random_type(random_.percent(20) ? 1 : 0);
    const bool set = !b_.rule_set.type(item).optional && random_.percent(50);
    const ExprId a = expr(item, depth - 1);
    const ExprId items = expr(set ? b_.set_type(item) : b_.list_type(item), depth - 1);
    return node(Op::in_list, type, a, items);
  }
  const TypeId item = random_type(random_.percent(10) ? 1 : 0);
  const ExprId a = expr(item, depth - 1);
  std::vector<ExprId> members;
  // Many constants in a row are what native code searches in another way.
  const bool constants = random_.percent(60);
  const int64_t count = random_.between(0, constants ? 12 : 4);
  for (int64_t i = 0; i < count; ++i) {
    members.push_back(constants ? constant_expression(item) : expr(item, depth - 1));
  }
  return node(Op::in_set, type, members, index(a));
}

ExprId Generator::text_test(int depth) {
  const TypeId type = b_.bool_type();
  const ExprId a = expr(b_.string_type(), depth - 1);
  if (random_.percent(40)) {
    return b_.matches(a, kPatterns[random_.below(std::size(kPatterns))].pattern);
  }
  const Op op = random_.pick({Op::starts_with, Op::ends_with, Op::contains});
  return node(op, type, a, expr(b_.string_type(), depth - 1));
}

// ---- Calls

ExprId Generator::call_decision(ir::DecisionId callee, int depth, bool within) {
  const std::vector<ir::Field> fields =
      b_.rule_set.record(b_.rule_set.decision(callee).input).fields;
  chain_ = std::max(chain_, chains_[index(callee)] + 1);
  std::vector<ExprId> operands;
  for (const ir::Field& field : fields) {
    // A number within the callee's domain more often than chance would give one.
    const ir::Type& type = b_.rule_set.type(field.type);
    if (field.domain != DomainId::none && !type.optional && type.kind != TypeKind::string &&
        type.kind != TypeKind::list && type.kind != TypeKind::set &&
        (within || random_.percent(85))) {
      const ir::Interval interval = b_.rule_set.domain(field.domain).intervals[0];
      const Int128 value = random_.between_wide(interval.low, interval.high);
      operands.push_back(b_.constant({field.type, false, value, {}}));
      continue;
    }
    const bool is_list = type.kind == TypeKind::list || type.kind == TypeKind::set;
    if (is_list && !type.optional && (within || random_.percent(50))) {
      const Op op = type.kind == TypeKind::list ? Op::make_list : Op::make_set;
      operands.push_back(node(op, field.type, std::vector<ExprId>{}));
      continue;
    }
    if (type.kind == TypeKind::string && !type.optional && (within || random_.percent(70))) {
      operands.push_back(b_.constant({field.type, false, 0, text_within(field.domain)}));
      continue;
    }
    if (within && type.optional && field.domain != DomainId::none) {
      operands.push_back(b_.constant({field.type, true, 0, {}}));
      continue;
    }
    operands.push_back(expr(field.type, depth - 1));
  }
  return b_.call(callee, operands);
}

ExprId Generator::call(TypeId id, int depth) {
  if (!scope_.inputs_only && scope_.decision != nullptr && random_.percent(50)) {
    std::vector<ir::DecisionId> found;
    for (uint32_t i = 0; i < chains_.size(); ++i) {
      const ir::Decision& callee = b_.rule_set.decisions[i];
      const TypeId result = callee.partial ? b_.optional(callee.result_type) : callee.result_type;
      if (result == id && chains_[i] < kMaxChain) found.push_back(static_cast<ir::DecisionId>(i));
    }
    if (!found.empty()) return call_decision(random_.pick(found), depth);
  }
  return call_std(id, depth);
}

ExprId Generator::call_std(TypeId id, int depth) {
  const ir::Type type = b_.rule_set.type(id);
  if (type.optional) return ExprId::none;
  const stdlib::Function* function = least_used(&type);
  return function != nullptr ? call_function(*function, id, depth) : ExprId::none;
}

ExprId Generator::call_function(const stdlib::Function& function, TypeId id, int depth) {
  std::vector<ExprId> arguments;
  for (const stdlib::Parameter& parameter : function.parameters) {
    if (!append_argument(function, parameter, id, depth - 1, arguments)) return ExprId::none;
  }
  return b_.call_std(function.name, function.version, id, arguments);
}

bool Generator::append_argument(const stdlib::Function& function,
                                const stdlib::Parameter& parameter, TypeId result, int depth,
                                std::vector<ExprId>& arguments) {
  using stdlib::Kind;
  const int scale = b_.rule_set.type(result).scale;
  switch (parameter.kind) {
    case Kind::boolean:
      arguments.push_back(expr(b_.bool_type(), depth));
      return true;
    case Kind::integer:
      // Small ones: years, months and periods are only sometimes anything else.
      arguments.push_back(random_.percent(50) ? b_.integer(random_.between(-1, 40))
                                              : expr(b_.int_type(), depth));
      return true;
    case Kind::decimal: {
      const bool same = function.scale == stdlib::ResultScale::from_first_decimal ||
                        function.scale == stdlib::ResultScale::from_widest_decimal;
      const int own = same ? scale : static_cast<int>(random_.between(0, 6));
      arguments.push_back(expr(b_.decimal_type(own), depth));
      arguments.push_back(b_.integer(own));
      return true;
    }
    case Kind::text:
      arguments.push_back(expr(b_.string_type(), depth));
      return true;
    case Kind::date:
      arguments.push_back(expr(b_.date_type(), depth));
      return true;
    case Kind::datetime:
      arguments.push_back(expr(b_.datetime_type(), depth));
      return true;
    case Kind::duration:
      arguments.push_back(expr(b_.duration_type(), depth));
      return true;
    case Kind::option:
      arguments.push_back(
          b_.integer(static_cast<int64_t>(random_.below(parameter.options.size()))));
      return true;
    case Kind::digits:
      arguments.push_back(b_.integer(
          function.scale == stdlib::ResultScale::from_digits ? scale : random_.between(0, 8)));
      return true;
    case Kind::zone:
      arguments.push_back(b_.integer(random_.between(0, std::ssize(kZoneNames) - 1)));
      return true;
    case Kind::date_list:
      arguments.push_back(expr(b_.set_type(b_.date_type()), depth));
      return true;
  }
  return false;
}

}  // namespace pac::differential
