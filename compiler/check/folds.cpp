// Quantifiers and folds: the only loops of the language.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

uint32_t Checker::bind_variable(const ast::Name& name, const Type& type) {
  for (const auto& v : scope_.variables) {
    if (v.name == name.text) {
      emit(Kind::duplicate_name, name.span, {{"name", std::string(name.text)}})
          .also(v.span, "already the name of an item here");
    }
  }
  DecisionState* d = scope_.decision;
  if (d != nullptr && (d->slot_of.contains(name.text) || d->let_of.contains(name.text))) {
    emit(Kind::shadowed_name, name.span, {{"name", std::string(name.text)}});
  }
  const uint32_t slot = d == nullptr ? 0 : take_slot(*d, name.text, type);
  scope_.variables.push_back({name.text, slot, type, name.span});
  return slot;
}

// Tables of thousands of rows may each have a quantifier; what no one holds any more serves again.
uint32_t Checker::take_slot(DecisionState& d, std::string_view name, const Type& type) {
  for (const auto& free : scope_.slots) {
    const auto holds = [&](const Variable& v) { return v.slot == free.slot; };
    if (free.name == name && free.type == type.id &&
        std::none_of(scope_.variables.begin(), scope_.variables.end(), holds)) {
      return free.slot;
    }
  }
  const uint32_t slot = d.ir.var_count++;
  d.variable_names.emplace_back(name);
  scope_.slots.push_back({name, type.id, slot});
  return slot;
}

void Checker::unbind_variable() { scope_.variables.pop_back(); }

// The list that is gone through, and the type of its items.
std::optional<Typed> Checker::iterated(ast::ExprId list, Type* element) {
  const Typed value = expression(list);
  if (!value.ok()) return std::nullopt;
  const ir::Type t = ir_type(value.type);
  if (t.kind != ir::TypeKind::list && t.kind != ir::TypeKind::set) {
    emit(Kind::not_a_list, node(list).span, {{"type", show(value.type)}});
    return std::nullopt;
  }
  if (scope_.decision == nullptr) {
    emit(Kind::not_constant, node(list).span);
    return std::nullopt;
  }
  *element = Type{t.element, value.type.unit};
  return value;
}

Typed Checker::quantifier(const ast::Expr& e) {
  Type element;
  const auto list = iterated(e.a, &element);
  if (!list) return bad(e.span);
  const uint32_t slot = bind_variable(e.name, element);
  const Typed body = condition(e.b);
  unbind_variable();
  if (!body.ok()) return bad(e.span);
  const ir::Op op = e.kind == ast::ExprKind::any   ? ir::Op::any
                    : e.kind == ast::ExprKind::all ? ir::Op::all
                                                   : ir::Op::none;
  return boolean(make(op, type_id(ir::TypeKind::boolean), list->id, body.id, slot), e.span);
}

Typed Checker::fold(const ast::Expr& e) {
  using ir::TypeKind;
  Type element;
  const auto list = iterated(e.a, &element);
  if (!list) return bad(e.span);
  const uint32_t slot = bind_variable(e.name, element);
  const Facts saved = scope_.facts;
  Typed where;
  bool ok = true;
  if (ast::present(e.b)) {
    where = condition(e.b);
    ok = where.ok();
    const Facts2 facts = facts_of(e.b);
    scope_.facts.insert(facts.when_true.begin(), facts.when_true.end());
  }
  Typed projection;
  if (ast::present(e.c)) {
    projection = expression(e.c);
    ok = ok && projection.ok();
  }
  scope_.facts = saved;
  unbind_variable();
  if (!ok) return bad(e.span);
  if (e.kind == ast::ExprKind::count) {
    const Type type{type_id(TypeKind::integer), {}};
    return typed(make(ir::Op::count, type.id, list->id, where.id, slot), type, e.span);
  }
  const ir::Type p = ir_type(projection.type);
  Type type = projection.type;
  ir::Op op = ir::Op::sum;
  if (e.kind == ast::ExprKind::sum) {
    if (p.kind != TypeKind::integer && p.kind != TypeKind::decimal) {
      emit(Kind::sum_of, node(e.c).span, {{"type", show(projection.type)}});
      return bad(e.span);
    }
  } else {
    op = e.kind == ast::ExprKind::min ? ir::Op::min : ir::Op::max;
    if (!is_ordered(projection.type) || p.kind == TypeKind::quotient) {
      emit(Kind::no_order, node(e.c).span, {{"type", show(projection.type)}});
      return bad(e.span);
    }
    type.id = rules_.optional(type.id);
  }
  return typed(make(op, type.id, list->id, where.id, slot, ir::index(projection.id)), type, e.span);
}

}  // namespace pac::check
