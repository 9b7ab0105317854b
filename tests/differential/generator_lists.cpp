// Generator: lists, sets, records, quantifiers and folds.
#include <algorithm>

#include "tests/differential/generator.h"

namespace pac::differential {

using ir::ExprId;
using ir::Op;
using ir::TypeId;
using ir::TypeKind;

// A list type of an input where there is one, so that what is built reads inputs.
TypeId Generator::list_of_something() {
  std::vector<TypeId> found;
  if (scope_.decision != nullptr && random_.percent(80)) {
    const ir::Decision& decision = *scope_.decision;
    const std::vector<ir::Field>& fields = b_.rule_set.record(decision.input).fields;
    for (uint32_t i = 0; i < fields.size(); ++i) {
      const ir::Type& type = b_.rule_set.type(fields[i].type);
      if (scope_.inputs_only && decision.roles[i] == ir::SlotRole::feature) continue;
      if (type.kind == TypeKind::list || type.kind == TypeKind::set)
        found.push_back(fields[i].type);
    }
  }
  if (!found.empty()) return b_.rule_set.optional(random_.pick(found), false);
  const bool set = random_.percent(40);
  const TypeId item = random_type(random_.percent(20) ? 1 : 0, !set);
  return set ? b_.set_type(item) : b_.list_type(item);
}

ExprId Generator::any_list(int depth) { return expr(list_of_something(), depth); }

ExprId Generator::list(TypeId id, int depth) {
  const ir::Type type = b_.rule_set.type(id);
  std::vector<ExprId> items;
  const int64_t count = random_.between(0, 4);
  for (int64_t i = 0; i < count; ++i) items.push_back(expr(type.element, depth - 1));
  return node(type.kind == TypeKind::list ? Op::make_list : Op::make_set, id, items);
}

ExprId Generator::record(TypeId id, int depth) {
  const std::vector<ir::Field> fields = b_.rule_set.records[b_.rule_set.type(id).ref].fields;
  std::vector<ExprId> parts;
  for (const ir::Field& field : fields) parts.push_back(expr(field.type, depth - 1));
  return node(Op::make_record, id, parts);
}

ExprId Generator::list_test(int depth) {
  const TypeId type = b_.bool_type();
  const TypeId list_type = list_of_something();
  TypeId other = list_type;
  const ir::Type& known = b_.rule_set.type(list_type);
  if (random_.percent(30) && !b_.rule_set.type(known.element).optional) {
    const TypeId element = known.element;
    other = known.kind == TypeKind::list ? b_.set_type(element) : b_.list_type(element);
  }
  const ExprId a = expr(list_type, depth - 1);
  return node(random_.percent(50) ? Op::intersects : Op::subset_of, type, a,
              expr(other, depth - 1));
}

ExprId Generator::item_condition(int depth) {
  if (random_.percent(25)) return boolean(depth);
  const TypeId boolean_type = b_.bool_type();
  const auto [item, slot] = scope_.vars.back();
  const ExprId var = b_.var(item, slot);
  const ir::Type type = b_.rule_set.type(item);
  if (type.optional && random_.percent(50)) return node(Op::is_present, boolean_type, var);
  if (type.kind == TypeKind::boolean && !type.optional) return var;
  std::vector<ExprId> fields;
  if (type.kind == TypeKind::record) add_fields(boolean_type, var, 2, fields);
  if (!fields.empty()) return random_.pick(fields);
  const bool ordered =
      !type.optional && (type.kind == TypeKind::integer || type.kind == TypeKind::decimal ||
                         type.kind == TypeKind::date || type.kind == TypeKind::datetime ||
                         type.kind == TypeKind::duration);
  const Op op = ordered ? random_.pick({Op::lt, Op::le, Op::gt, Op::ge, Op::eq, Op::ne})
                        : random_.pick({Op::eq, Op::ne});
  return node(op, boolean_type, var, leaf(item));
}

ExprId Generator::quantified(int depth) {
  const Op op = random_.pick({Op::any, Op::all, Op::none});
  return bind(any_list(depth - 1), [&](ExprId items, uint32_t slot) {
    const ExprId condition = item_condition(depth - 1);
    return node(op, b_.bool_type(), items, condition, static_cast<ExprId>(slot));
  });
}

ExprId Generator::fold(Op op, TypeId type, int depth) {
  const TypeId projected = b_.rule_set.optional(type, false);
  return bind(any_list(depth - 1), [&](ExprId items, uint32_t slot) {
    const ExprId condition = random_.percent(40) ? item_condition(depth - 1) : ExprId::none;
    const ExprId projection = expr(projected, depth - 1);
    return node(op, type, items, condition, static_cast<ExprId>(slot), index(projection));
  });
}

}  // namespace pac::differential
