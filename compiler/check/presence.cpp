// Logic, and what is known to be present where.
#include <algorithm>

#include "compiler/check/checker.h"
#include "compiler/check/row.h"

namespace pac::check {

namespace {

Facts unite(Facts a, const Facts& b) {
  a.insert(b.begin(), b.end());
  return a;
}

Facts intersect(const Facts& a, const Facts& b) {
  Facts out;
  for (const auto& fact : a) {
    if (b.contains(fact)) out.insert(fact);
  }
  return out;
}

}  // namespace

// ---- Logic and presence -------------------------------------------------------------------------

Facts2 Checker::facts_of(ast::ExprId id) {
  if (!ast::present(id)) return {};
  const ast::Expr& e = node(id);
  using K = ast::ExprKind;
  switch (e.kind) {
    case K::is_present:
    case K::is_missing: {
      const std::string path = path_of(e.a);
      if (path.empty()) return {};
      Facts2 out;
      (e.kind == K::is_present ? out.when_true : out.when_false).insert(path);
      // A field that is there has a record that is there.
      if (e.kind == K::is_present) {
        for (size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
          out.when_true.insert(path.substr(0, dot));
        }
      } else {
        for (size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
          out.when_false.insert(path.substr(0, dot));
        }
      }
      return out;
    }
    case K::not_: {
      Facts2 inner = facts_of(e.a);
      return {std::move(inner.when_false), std::move(inner.when_true)};
    }
    case K::and_: {
      Facts2 a = facts_of(e.a), b = facts_of(e.b);
      return {unite(std::move(a.when_true), b.when_true), intersect(a.when_false, b.when_false)};
    }
    case K::or_: {
      Facts2 a = facts_of(e.a), b = facts_of(e.b);
      return {intersect(a.when_true, b.when_true), unite(std::move(a.when_false), b.when_false)};
    }
    default:
      return {};
  }
}

std::string Checker::path_of(ast::ExprId id) {
  const ast::Expr& e = node(id);
  if (e.kind == ast::ExprKind::name) {
    for (auto it = scope_.variables.rbegin(); it != scope_.variables.rend(); ++it) {
      if (it->name == e.name.text) return "v" + std::to_string(it->slot);
    }
    if (scope_.decision == nullptr) return {};
    const DecisionState& d = *scope_.decision;
    if (auto it = d.let_of.find(e.name.text); it != d.let_of.end()) {
      return "l" + std::to_string(it->second);
    }
    if (auto it = d.slot_of.find(e.name.text); it != d.slot_of.end()) {
      return "s" + std::to_string(it->second);
    }
    return {};
  }
  if (e.kind != ast::ExprKind::member) return {};
  // Elaborated silently: its mistakes are reported where it is elaborated for good.
  const ast::Expr& base = node(e.a);
  if (base.kind == ast::ExprKind::name && !looks_local(base) &&
      (base.name.text == "input" || base.name.text == "context") && scope_.decision != nullptr) {
    const auto it = scope_.decision->slot_of.find(e.name.text);
    return it == scope_.decision->slot_of.end() ? "" : "s" + std::to_string(it->second);
  }
  const std::string prefix = path_of(e.a);
  if (prefix.empty()) return {};
  const auto type = path_type(e.a);
  if (!type || !type->known() || ir_type(*type).kind != ir::TypeKind::record) return {};
  const auto& fields = fields_of(static_cast<ir::RecordId>(ir_type(*type).ref));
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == e.name.text) return prefix + "." + std::to_string(i);
  }
  return {};
}

std::optional<Type> Checker::path_type(ast::ExprId id) {
  const ast::Expr& e = node(id);
  if (e.kind == ast::ExprKind::name) {
    for (auto it = scope_.variables.rbegin(); it != scope_.variables.rend(); ++it) {
      if (it->name == e.name.text) return it->type;
    }
    if (scope_.decision == nullptr) return std::nullopt;
    DecisionState& d = *scope_.decision;
    if (auto it = d.let_of.find(e.name.text); it != d.let_of.end()) {
      if (d.lets[it->second].state == LetState::State::running) return std::nullopt;
      return read_let(it->second, e.name).type;
    }
    if (auto it = d.slot_of.find(e.name.text); it != d.slot_of.end())
      return d.slots[it->second].type;
    return std::nullopt;
  }
  if (e.kind != ast::ExprKind::member) return std::nullopt;
  const ast::Expr& base = node(e.a);
  if (base.kind == ast::ExprKind::name && !looks_local(base) && scope_.decision != nullptr &&
      (base.name.text == "input" || base.name.text == "context")) {
    const auto it = scope_.decision->slot_of.find(e.name.text);
    if (it != scope_.decision->slot_of.end()) return scope_.decision->slots[it->second].type;
    return std::nullopt;
  }
  const auto type = path_type(e.a);
  if (!type || !type->known() || ir_type(*type).kind != ir::TypeKind::record) return std::nullopt;
  for (const auto& field : fields_of(static_cast<ir::RecordId>(ir_type(*type).ref))) {
    if (field.name == e.name.text) return field.type;
  }
  return std::nullopt;
}

// A row of `and` or `or` leans left and may be a thousand long, so it is walked in a loop. Each
// operand is elaborated knowing what those before it say.
Typed Checker::connective(const ast::Expr& e) {
  const bool is_and = e.kind == ast::ExprKind::and_;
  std::vector<ast::ExprId> operands;
  const ast::Expr* link = &e;
  for (;;) {
    operands.push_back(link->b);
    if (!ast::present(link->a) || node(link->a).kind != e.kind) break;
    link = &node(link->a);
  }
  operands.push_back(link->a);
  std::ranges::reverse(operands);
  const Facts saved = scope_.facts;
  std::vector<ir::ExprId> parts;
  bool ok = true;
  for (const ast::ExprId id : operands) {
    const Typed part = condition(id);
    ok = ok && part.ok();
    parts.push_back(part.id);
    const Facts2 facts = facts_of(id);
    scope_.facts = unite(std::move(scope_.facts), is_and ? facts.when_true : facts.when_false);
  }
  scope_.facts = saved;
  if (!ok) return bad(e.span);
  const ir::Op op = is_and ? ir::Op::and_ : ir::Op::or_;
  const ir::TypeId type = type_id(ir::TypeKind::boolean);
  return boolean(row_of(parts, [&](ir::ExprId a, ir::ExprId b) { return make(op, type, a, b); }),
                 e.span);
}

Typed Checker::if_expression(const ast::Expr& e, const Expected& expected) {
  const Typed when = condition(e.a);
  const Facts2 facts = facts_of(e.a);
  const Facts saved = scope_.facts;
  Expected inner = expected;
  scope_.facts = unite(saved, facts.when_true);
  Typed then = expression(e.b, inner);
  scope_.facts = unite(saved, facts.when_false);
  if (!inner.type.known() && then.ok()) inner.type = then.type;
  Typed otherwise = expression(e.c, inner);
  scope_.facts = saved;
  if (!when.ok() || !then.ok() || !otherwise.ok()) return bad(e.span);
  if (when.ok() && constant_of(when.id) != nullptr) {
    emit(Kind::constant_condition, node(e.a).span,
         {{"value", constant_of(when.id)->number != 0 ? "true" : "false"}});
  }
  // A choice between literals takes a unit as a literal does.
  const bool literals = then.flexible && otherwise.flexible;
  Type common = then.type;
  if (expected.type.known()) {
    common = expected.type;
    if (!optional(expected.type) && (optional(then.type) || optional(otherwise.type))) {
      common.id = rules_.optional(common.id);
    }
  } else if (is_number(then.type) && is_number(otherwise.type)) {
    if (ir_type(otherwise.type).scale > ir_type(then.type).scale ||
        ir_type(otherwise.type).kind > ir_type(then.type).kind) {
      common = otherwise.type;
    }
    if (then.flexible && !otherwise.flexible) common.unit = otherwise.type.unit;
  } else if (optional(otherwise.type)) {
    common.id = rules_.optional(common.id);
  }
  then = coerce(then, common, node(e.b).span);
  otherwise = coerce(otherwise, common, node(e.c).span, "the branches of an `if` have one type");
  if (!then.ok() || !otherwise.ok()) return bad(e.span);
  Typed out = typed(make(ir::Op::if_, common.id, when.id, then.id, ir::index(otherwise.id)), common,
                    e.span);
  out.flexible = literals;
  return out;
}

Typed Checker::default_expression(const ast::Expr& e, const Expected& expected) {
  Expected inner = expected;
  inner.raw = true;
  const Typed value = expression(e.a, inner);
  if (!value.ok()) return bad(e.span);
  const Type plain = without_optional(value.type);
  const Typed fallback = coerce(expression(e.b, {plain}), plain, node(e.b).span);
  if (!fallback.ok()) return bad(e.span);
  if (!optional(value.type)) {
    emit(Kind::never_missing, e.span, {{"name", std::string(sources_.text(node(e.a).span))}})
        .label("the default is never used");
    return value;
  }
  return typed(make(ir::Op::default_, plain.id, value.id, fallback.id), plain, e.span);
}

Typed Checker::presence(const ast::Expr& e) {
  const Typed value = expression(e.a, {{}, true});
  if (!value.ok()) return bad(e.span);
  const bool wants_present = e.kind == ast::ExprKind::is_present;
  if (!optional(value.type)) {
    emit(Kind::never_missing, e.span, {{"name", std::string(sources_.text(node(e.a).span))}})
        .label(wants_present ? "always true" : "always false");
    return boolean(make_bool(wants_present), e.span);
  }
  const ir::TypeId type = type_id(ir::TypeKind::boolean);
  const ir::ExprId present = make(ir::Op::is_present, type, value.id);
  return boolean(wants_present ? present : make(ir::Op::not_, type, present), e.span);
}

}  // namespace pac::check
