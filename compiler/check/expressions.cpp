// Names, paths, literals, logic and presence.
#include <algorithm>

#include "compiler/check/checker.h"

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

Checker::Enter::Enter(Checker& checker, const ast::Module* module, Scope scope)
    : checker_(checker), saved_(std::move(checker.scope_)), saved_module_(checker.scope_module_) {
  checker_.scope_ = std::move(scope);
  checker_.scope_module_ = module;
}

Checker::Enter::~Enter() {
  checker_.scope_ = std::move(saved_);
  checker_.scope_module_ = saved_module_;
}

Typed Checker::expression(ast::ExprId id, const Expected& expected) {
  if (!ast::present(id)) return bad({});
  const ast::Expr& e = node(id);
  // The engines evaluate recursively; the verifier refuses deeper nesting than 512.
  constexpr int kMaxDepth = 400;
  if (depth_ >= kMaxDepth) {
    emit(Kind::limit_exceeded, e.span, {{"what", "nesting of an expression"}, {"limit", kMaxDepth}})
        .help("name parts of it with `let`");
    return bad(e.span);
  }
  ++depth_;
  Typed out = elaborate(e, expected);
  --depth_;
  out.span = e.span;
  return out.ok() ? settle(std::move(out), expected) : out;
}

Typed Checker::elaborate(const ast::Expr& e, const Expected& expected) {
  using K = ast::ExprKind;
  switch (e.kind) {
    case K::invalid:
      return bad(e.span);
    case K::bool_lit:
    case K::int_lit:
    case K::decimal_lit:
    case K::date_lit:
    case K::datetime_lit:
    case K::duration_lit:
    case K::missing_lit:
      return literal(e, expected);
    case K::string_lit:
      return string_literal(e, expected);
    case K::name:
      return name_expression(e, expected);
    case K::member:
      return member(e, expected);
    case K::call:
      return call(e, expected);
    case K::not_: {
      const Typed a = condition(e.a);
      return a.ok() ? boolean(make(ir::Op::not_, type_id(ir::TypeKind::boolean), a.id), e.span) : a;
    }
    case K::negate:
      return negate(e, expected);
    case K::and_:
    case K::or_:
      return connective(e);
    case K::eq:
    case K::ne:
    case K::lt:
    case K::le:
    case K::gt:
    case K::ge:
      return comparison(e);
    case K::add:
    case K::sub:
    case K::mul:
    case K::div:
      return arithmetic(e, expected);
    case K::in:
      return membership(e);
    case K::range:
      emit(Kind::misplaced_value, e.span, {{"wanted", "a value, not a range,"}});
      return bad(e.span);
    case K::is_present:
    case K::is_missing:
      return presence(e);
    case K::starts_with:
    case K::ends_with:
    case K::contains:
    case K::matches:
      return text_test(e);
    case K::intersects:
    case K::subset_of:
      return set_operator(e);
    case K::default_:
      return default_expression(e, expected);
    case K::at:
      return read_at(e);
    case K::if_:
      return if_expression(e, expected);
    case K::any:
    case K::all:
    case K::none:
      return quantifier(e);
    case K::count:
    case K::sum:
    case K::min:
    case K::max:
      return fold(e);
    case K::list_lit:
    case K::set_lit:
      return list_literal(e, expected);
    case K::record_lit: {
      if (e.arg_count == 0 && expected.type.known() &&
          ir_type(expected.type).kind == ir::TypeKind::set) {
        return list_literal(e, expected);
      }
      if (!expected.type.known() || ir_type(expected.type).kind != ir::TypeKind::record) {
        emit(Kind::misplaced_record, e.span);
        return bad(e.span);
      }
      const auto record = static_cast<ir::RecordId>(ir_type(expected.type).ref);
      return record_literal(e, record, fields_of(record), e.span);
    }
  }
  return bad(e.span);
}

Typed Checker::condition(ast::ExprId id) {
  Type wanted{type_id(ir::TypeKind::boolean), {}};
  Typed value = expression(id, {wanted});
  if (!value.ok()) return value;
  if (is(value.type, ir::TypeKind::boolean)) return value;
  emit(Kind::condition_not_bool, node(id).span, {{"type", show(value.type)}})
      .help("a condition is a comparison or a bool");
  return bad(node(id).span);
}

// ---- Literals
// ---------------------------------------------------------------------------------------

Typed Checker::literal(const ast::Expr& e, const Expected& expected) {
  using K = ast::ExprKind;
  using ir::TypeKind;
  const auto number = [&](TypeKind kind, Int128 value, int scale = 0) {
    Type type{type_id(kind, scale), {}};
    return typed(make_number(type.id, value), type, e.span);
  };
  const bool wants_decimal =
      expected.type.known() && ir_type(expected.type).kind == TypeKind::decimal;
  const int wanted_scale = wants_decimal ? ir_type(expected.type).scale : 0;
  switch (e.kind) {
    case K::bool_lit:
      return number(TypeKind::boolean, e.int_value);
    case K::int_lit: {
      Typed out = number(TypeKind::integer, e.int_value);
      if (wants_decimal) out = widen_to(out, TypeKind::decimal, wanted_scale, e.span);
      out.flexible = true;
      return out;
    }
    case K::decimal_lit: {
      std::string digits(e.text);
      std::erase(digits, '_');
      const size_t point = digits.find('.');
      const int scale =
          point == std::string::npos ? 0 : static_cast<int>(digits.size() - point - 1);
      Int128 value = 0;
      if (scale > kMaxScale || !read_decimal(digits, scale, &value)) {
        emit(Kind::number_too_long, e.span, {{"text", std::string(e.text)}})
            .note("a decimal has at most 38 digits in all");
        return bad(e.span);
      }
      Typed out = number(TypeKind::decimal, value, scale);
      if (wants_decimal && wanted_scale > scale) {
        out = widen_to(out, TypeKind::decimal, wanted_scale, e.span);
      }
      out.flexible = true;
      return out;
    }
    case K::date_lit: {
      int32_t day = 0;
      if (!read_date(e.text, &day)) break;
      return number(TypeKind::date, day);
    }
    case K::datetime_lit: {
      int64_t at = 0;
      if (!read_datetime(e.text, &at)) break;
      return number(TypeKind::datetime, at);
    }
    case K::duration_lit: {
      static const std::map<std::string_view, int64_t> kSeconds = {
          {"days", 86400}, {"hours", 3600}, {"minutes", 60}, {"seconds", 1}};
      const auto it = kSeconds.find(e.name.text);
      int64_t us = 0;
      if (it == kSeconds.end() ||
          __builtin_mul_overflow(e.int_value, it->second * 1'000'000, &us)) {
        emit(Kind::number_too_long, e.span, {{"text", std::string(sources_.text(e.span))}});
        return bad(e.span);
      }
      return number(TypeKind::duration, us);
    }
    case K::missing_lit: {
      if (!optional(expected.type)) {
        emit(Kind::misplaced_missing, e.span)
            .help("`missing` is a value only where the type ends in `?`");
        return bad(e.span);
      }
      ir::Constant c;
      c.type = expected.type.id;
      c.missing = true;
      return typed(make_constant(c), expected.type, e.span);
    }
    default:
      break;
  }
  emit(Kind::bad_date, e.span, {{"text", std::string(e.text)}})
      .note("dates run from 0001-01-01 to 9999-12-31");
  return bad(e.span);
}

Typed Checker::string_literal(const ast::Expr& e, const Expected&) {
  const std::string& text = scope_module_->strings[e.string];
  if (scope_.templates && text.find_first_of("{}") != std::string::npos) {
    return template_expression(e, text, e.span);
  }
  ir::Constant c;
  c.type = type_id(ir::TypeKind::string);
  c.text = text;
  return typed(make_constant(c), Type{c.type, {}}, e.span);
}

// ---- Names
// ------------------------------------------------------------------------------------------

std::optional<Typed> Checker::local(const ast::Name& name) {
  for (auto it = scope_.variables.rbegin(); it != scope_.variables.rend(); ++it) {
    if (it->name != name.text) continue;
    Typed out = typed(make(ir::Op::var, it->type.id, static_cast<ir::ExprId>(it->slot)), it->type,
                      name.span);
    out.path = "v" + std::to_string(it->slot);
    return out;
  }
  if (scope_.decision != nullptr) {
    DecisionState& d = *scope_.decision;
    if (auto it = d.let_of.find(name.text); it != d.let_of.end()) return read_let(it->second, name);
    if (auto it = d.slot_of.find(name.text); it != d.slot_of.end()) {
      const Slot& slot = d.slots[it->second];
      if (!slot.type.known()) return bad(name.span);
      Type stored = slot.type;
      if (slot.role == ir::SlotRole::feature) stored.id = rules_.optional(stored.id);
      Typed out = typed(make(ir::Op::input, stored.id, static_cast<ir::ExprId>(it->second)), stored,
                        name.span);
      if (slot.required_feature) {
        out = typed(make(ir::Op::unwrap, slot.type.id, out.id), slot.type, name.span);
      }
      out.path = "s" + std::to_string(it->second);
      return out;
    }
  }
  if (auto it = params_.find(name.text); it != params_.end()) {
    if (it->second.failed) return bad(name.span);
    const ir::ExprId as_of = context_slot("as_of");
    if (as_of == ir::ExprId::none) {
      emit(Kind::needs_as_of, name.span, {{"name", std::string(name.text)}})
          .help("declare it: `context { as_of: date }`");
      return bad(name.span);
    }
    return read_param(it->second, as_of, name.span);
  }
  return std::nullopt;
}

Typed Checker::read_let(uint32_t index, const ast::Name& name) {
  DecisionState& d = *scope_.decision;
  LetState& let = d.lets[index];
  if (let.state == LetState::State::running) {
    emit(Kind::let_cycle, name.span, {{"name", std::string(name.text)}})
        .also(let.ast->name.span, "its value needs itself");
    let.failed = true;
    return bad(name.span);
  }
  if (let.state == LetState::State::untouched) {
    let.state = LetState::State::running;
    Scope scope;
    scope.decision = &d;
    scope.facts = d.assumed;
    Enter enter(*this, d.module, std::move(scope));
    ir::DomainId domain = ir::DomainId::none;
    Type declared;
    if (let.ast->has_type) {
      declared = resolve(let.ast->type, &domain, false);
      if (!declared.known()) let.failed = true;
    }
    Expected expected{declared, !let.ast->has_type};
    Typed value = expression(let.ast->value, expected);
    if (value.ok() && declared.known()) value = coerce(value, declared, node(let.ast->value).span);
    let.failed = let.failed || !value.ok();
    if (!let.failed) {
      let.type = value.type;
      let.index = add_let(value, domain, std::string(let.ast->name.text));
    }
    let.state = LetState::State::done;
  }
  if (let.failed) return bad(name.span);
  Typed out = typed(make(ir::Op::let, let.type.id, static_cast<ir::ExprId>(let.index)), let.type,
                    name.span);
  out.path = "l" + std::to_string(index);
  return out;
}

uint32_t Checker::add_let(const Typed& value, ir::DomainId domain, std::string name) {
  DecisionState& d = *scope_.decision;
  d.ir.lets.push_back({value.type.id, domain, value.id});
  d.let_names.push_back(std::move(name));
  return static_cast<uint32_t>(d.ir.lets.size() - 1);
}

std::optional<Typed> Checker::enum_value(const ast::Name& name, ir::TypeId type, Span span) {
  const ir::Type t = rules_.type(type);
  Type plain{rules_.optional(type, false), {}};
  if (t.kind == ir::TypeKind::effect) {
    if (name.text != "permit" && name.text != "deny") return std::nullopt;
    return typed(make_number(plain.id, name.text == "deny" ? 1 : 0), plain, span);
  }
  if (t.kind != ir::TypeKind::enumeration) return std::nullopt;
  const EnumInfo& info = *enum_by_id_[t.ref];
  const auto it = info.values.find(name.text);
  if (it == info.values.end()) return std::nullopt;
  return typed(make_number(plain.id, it->second), plain, span);
}

Typed Checker::name_expression(const ast::Expr& e, const Expected& expected) {
  if (expected.type.known()) {
    if (auto value = enum_value(e.name, expected.type.id, e.span)) {
      if (looks_local(e)) {
        const std::string name(e.name.text);
        emit(Kind::enum_hides_field, e.span,
             {{"name", name}, {"enum", show(without_optional(expected.type))}})
            .help("write `" + show(without_optional(expected.type)) + "." + name +
                  "` for the value, `input." + name + "` for a field; a let takes another name");
      }
      return *value;
    }
  }
  if (auto value = local(e.name)) return *value;
  return unknown_name(e.name, expected);
}

Typed Checker::unknown_name(const ast::Name& name, const Expected& expected) {
  const std::string text(name.text);
  if (expected.type.known() && ir_type(expected.type).kind == ir::TypeKind::enumeration) {
    const EnumInfo& info = *enum_by_id_[ir_type(expected.type).ref];
    std::vector<std::string> values;
    for (const auto& value : info.ast->values) values.emplace_back(value.name.text);
    auto builder = emit(Kind::unknown_enum_value, name.span,
                        {{"name", text}, {"enum", std::string(info.ast->name.text)}});
    builder.also(info.ast->name.span, "its values stand here");
    hint_nearest(builder, text, values);
    return bad(name.span);
  }
  auto builder = emit(Kind::unknown_name, name.span, {{"name", text}});
  std::vector<std::string> names;
  for (const auto& v : scope_.variables) names.emplace_back(v.name);
  if (scope_.decision != nullptr) {
    for (const auto& [n, i] : scope_.decision->let_of) names.emplace_back(n);
    for (const auto& [n, i] : scope_.decision->slot_of) names.emplace_back(n);
  }
  for (const auto& [n, i] : params_) names.push_back(n);
  for (const auto& [enum_name, info] : enums_) {
    if (info.values.contains(name.text)) {
      builder.note("`" + enum_name +
                   "` has a value of that name; it can stand only where that enum is expected");
      return bad(name.span);
    }
  }
  for (const auto& [n, d] : decisions_) {
    if (n == text) {
      builder.help("a decision is called: `" + text + "(…)." +
                   (d.ast->outputs.empty() ? "field" : std::string(d.ast->outputs[0].name.text)) +
                   "`");
      return bad(name.span);
    }
  }
  if (text == "null" || text == "nil" || text == "None") {
    builder.help("write `is missing` or `is present`");
  } else if (text == "now" || text == "as_of" || text == "caller" || text == "tenant" ||
             text == "protection") {
    builder.help("a decision reads only what it declares: `context { " + text + ": … }`");
  } else {
    hint_nearest(builder, text, names);
  }
  return bad(name.span);
}

bool Checker::looks_local(const ast::Expr& e) {
  if (e.kind != ast::ExprKind::name) return false;
  for (const auto& v : scope_.variables) {
    if (v.name == e.name.text) return true;
  }
  if (scope_.decision != nullptr && (scope_.decision->let_of.contains(e.name.text) ||
                                     scope_.decision->slot_of.contains(e.name.text))) {
    return true;
  }
  return params_.contains(e.name.text);
}

Typed Checker::member(const ast::Expr& e, const Expected&) {
  const ast::Expr& base = node(e.a);
  if (base.kind == ast::ExprKind::name && !looks_local(base)) {
    if (base.name.text == "input" || base.name.text == "context") {
      if (scope_.decision != nullptr && scope_.decision->slot_of.contains(e.name.text)) {
        const bool wants_context = base.name.text == "context";
        const Slot& slot = scope_.decision->slots[scope_.decision->slot_of[e.name.text]];
        if ((slot.role == ir::SlotRole::context) == wants_context) {
          const auto hidden = scope_.variables;
          scope_.variables.clear();
          auto value = local(e.name);
          scope_.variables = hidden;
          return *value;
        }
      }
      return unknown_name(e.name, {});
    }
    if (auto it = enums_.find(base.name.text); it != enums_.end()) {
      const ir::TypeId type = type_id(ir::TypeKind::enumeration, 0, ir::index(it->second.id));
      if (auto value = enum_value(e.name, type, e.span)) return *value;
      return unknown_name(e.name, {Type{type, {}}});
    }
    if (base.name.text == "effect") {
      const ir::TypeId type = type_id(ir::TypeKind::effect);
      if (auto value = enum_value(e.name, type, e.span)) return *value;
    }
  }
  Typed record = expression(e.a, {{}, true});
  if (!record.ok()) return bad(e.span);
  return select(std::move(record), e.name, e.span);
}

Typed Checker::select(Typed base, const ast::Name& field, Span span) {
  // A base that is known to be present is read as such.
  if (optional(base.type) && !base.path.empty() && scope_.facts.contains(base.path)) {
    const Type plain = without_optional(base.type);
    base.id = make(ir::Op::unwrap, plain.id, base.id);
    base.type = plain;
  }
  const ir::Type t = ir_type(base.type);
  if (t.kind != ir::TypeKind::record) {
    auto builder = emit(Kind::no_fields, field.span,
                        {{"name", std::string(field.text)}, {"type", show(base.type)}});
    if (t.kind == ir::TypeKind::list || t.kind == ir::TypeKind::set) {
      builder.help("say which items: `any x in … : x." + std::string(field.text) + " …`");
    }
    return bad(span);
  }
  const auto& fields = fields_of(static_cast<ir::RecordId>(t.ref));
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name != field.text) continue;
    Type type = fields[i].type;
    const bool stays_optional = t.optional;
    if (stays_optional) type.id = rules_.optional(type.id);
    Typed out =
        typed(make(ir::Op::field, type.id, base.id, static_cast<ir::ExprId>(i)), type, span);
    if (!base.path.empty()) out.path = base.path + "." + std::to_string(i);
    return out;
  }
  std::vector<std::string> names;
  for (const auto& f : fields) names.emplace_back(f.name);
  auto builder =
      emit(Kind::unknown_field, field.span,
           {{"name", std::string(field.text)}, {"type", show(without_optional(base.type))}});
  hint_nearest(builder, field.text, names);
  return bad(span);
}

// Narrows a value that is known to be present; without that an optional may stay only where it is
// wanted.
Typed Checker::settle(Typed value, const Expected& expected) {
  if (!optional(value.type) || expected.raw) return value;
  if (!value.path.empty() && scope_.facts.contains(value.path)) {
    const Type plain = without_optional(value.type);
    value.id = make(ir::Op::unwrap, plain.id, value.id);
    value.type = plain;
    return value;
  }
  if (optional(expected.type)) return value;
  const std::string text(sources_.text(value.span));
  emit(Kind::may_be_missing, value.span, {{"name", text}})
      .label("may be missing here")
      .help("test it first (`" + text + " is present and …`) or give a value (`" + text +
            " default …`)");
  return bad(value.span);
}

// ---- Logic and presence
// -----------------------------------------------------------------------------

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

Typed Checker::connective(const ast::Expr& e) {
  const bool is_and = e.kind == ast::ExprKind::and_;
  const Typed a = condition(e.a);
  Facts2 facts = facts_of(e.a);
  const Facts saved = scope_.facts;
  scope_.facts = unite(std::move(scope_.facts), is_and ? facts.when_true : facts.when_false);
  const Typed b = condition(e.b);
  scope_.facts = saved;
  if (!a.ok() || !b.ok()) return bad(e.span);
  return boolean(
      make(is_and ? ir::Op::and_ : ir::Op::or_, type_id(ir::TypeKind::boolean), a.id, b.id),
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
  return typed(make(ir::Op::if_, common.id, when.id, then.id, ir::index(otherwise.id)), common,
               e.span);
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

// ---- Lists and records
// ------------------------------------------------------------------------------

Typed Checker::list_literal(const ast::Expr& e, const Expected& expected) {
  using ir::TypeKind;
  const ast::Arg* args = scope_module_->args_of(e);
  Type element;
  TypeKind kind = e.kind == ast::ExprKind::list_lit ? TypeKind::list : TypeKind::set;
  if (expected.type.known() && (ir_type(expected.type).kind == TypeKind::list ||
                                ir_type(expected.type).kind == TypeKind::set)) {
    if (ir_type(expected.type).kind != kind && e.kind != ast::ExprKind::record_lit) {
      emit(Kind::type_mismatch, e.span,
           {{"seen", kind == TypeKind::list ? "a list" : "a set"}, {"wanted", show(expected.type)}})
          .help(kind == TypeKind::list ? "a set is written `{a, b}`"
                                       : "a list is written `[a, b]`");
      return bad(e.span);
    }
    kind = ir_type(expected.type).kind;
    element = Type{ir_type(expected.type).element, expected.type.unit};
  }
  std::vector<ir::ExprId> ops;
  bool ok = true;
  std::vector<Typed> values;
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    Typed value = expression(args[i].value, {element});
    ok = ok && value.ok();
    if (value.ok() && (!element.known() ||
                       (is_number(element) && is_number(value.type) && !expected.type.known() &&
                        ir_type(value.type).scale > ir_type(element).scale))) {
      element = value.type;
    }
    values.push_back(value);
  }
  if (!ok) return bad(e.span);
  if (!element.known()) {
    emit(Kind::empty_literal, e.span)
        .help("give the `let` a type: `let x: list<int> max 5 items = []`");
    return bad(e.span);
  }
  for (uint32_t i = 0; i < values.size(); ++i) {
    const Typed value = coerce(values[i], element, node(args[i].value).span);
    if (!value.ok()) return bad(e.span);
    ops.push_back(value.id);
  }
  const Type type{type_id(kind, 0, ir::kNone, element.id), element.unit};
  ir::Expr expr;
  expr.op = kind == TypeKind::list ? ir::Op::make_list : ir::Op::make_set;
  expr.type = type.id;
  return typed(rules_.add(expr, ops), type, e.span);
}

std::vector<ir::ExprId> Checker::record_fields(const ast::Expr& e, const std::vector<Slot>& fields,
                                               std::string_view what, bool* ok) {
  std::vector<ir::ExprId> ops(fields.size(), ir::ExprId::none);
  const ast::Arg* args = scope_module_->args_of(e);
  std::vector<Span> seen(fields.size());
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    const ast::Arg& arg = args[i];
    uint32_t index = 0;
    while (index < fields.size() && fields[index].name != arg.name.text) ++index;
    if (index == fields.size()) {
      std::vector<std::string> names;
      for (const auto& f : fields) names.emplace_back(f.name);
      auto builder = emit(Kind::unknown_field, arg.name.span,
                          {{"name", std::string(arg.name.text)}, {"type", std::string(what)}});
      hint_nearest(builder, arg.name.text, names);
      *ok = false;
      continue;
    }
    if (seen[index].has_place()) {
      emit(Kind::duplicate_name, arg.name.span, {{"name", std::string(arg.name.text)}})
          .also(seen[index], "first here");
      *ok = false;
      continue;
    }
    seen[index] = arg.name.span;
    const Slot& field = fields[index];
    const Span span = node(arg.value).span;
    const Typed value = coerce(expression(arg.value, {field.type}), field.type, span);
    *ok = *ok && value.ok();
    if (value.ok()) {
      check_constant_domain(value, field.domain, "`" + std::string(field.name) + "`", field.span);
    }
    ops[index] = value.id;
  }
  std::string absent;
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (seen[i].has_place()) continue;
    if (optional(fields[i].type)) {
      ir::Constant c;
      c.type = fields[i].type.id;
      c.missing = true;
      ops[i] = make_constant(c);
      continue;
    }
    if (!fields[i].type.known()) {
      *ok = false;
      continue;
    }
    if (!absent.empty()) absent += ", ";
    absent += "`" + std::string(fields[i].name) + "`";
  }
  if (!absent.empty()) {
    emit(Kind::fields_absent, e.span, {{"names", absent}, {"what", std::string(what)}});
    *ok = false;
  }
  return ops;
}

Typed Checker::record_literal(const ast::Expr& e, ir::RecordId record,
                              const std::vector<Slot>& fields, Span span) {
  bool ok = true;
  const auto ops = record_fields(e, fields, rules_.record(record).name, &ok);
  if (!ok) return bad(span);
  ir::Expr expr;
  expr.op = ir::Op::make_record;
  expr.type = type_id(ir::TypeKind::record, 0, ir::index(record));
  const Type type{expr.type, {}};
  return typed(rules_.add(expr, ops), type, span);
}

// ---- Conversions
// ------------------------------------------------------------------------------------

// Only what loses nothing: int to decimal, decimal to a larger scale, T to T?.
Typed Checker::coerce(Typed value, const Type& target, Span span, std::string_view what) {
  if (!value.ok() || !target.known()) return bad(span);
  using ir::TypeKind;
  const ir::Type to = ir_type(target);
  const ir::Type from = ir_type(value.type);
  const auto mismatch = [&] {
    auto builder =
        emit(Kind::type_mismatch, span, {{"seen", show(value.type)}, {"wanted", show(target)}});
    if (!what.empty()) builder.note(std::string(what));
    if (from.kind == TypeKind::quotient) {
      builder.help("a quotient may be compared or rounded: `round(…, 2, half_up)`");
    } else if (from.kind == TypeKind::decimal && to.kind == TypeKind::decimal) {
      builder.help("say how to round: `round(…, " + std::to_string(to.scale) + ", half_up)`");
    } else if (from.kind == TypeKind::decimal && to.kind == TypeKind::integer) {
      builder.help("say how to round: `round(…, 0, half_up)` is a `decimal(0)`");
    }
    return bad(span);
  };
  const bool numbers = (from.kind == TypeKind::integer || from.kind == TypeKind::decimal) &&
                       (to.kind == TypeKind::integer || to.kind == TypeKind::decimal);
  if (numbers && !value.flexible && value.type.unit != target.unit) {
    emit(Kind::unit_mismatch, span,
         {{"seen", value.type.unit.empty() ? "no unit" : value.type.unit},
          {"wanted", target.unit.empty() ? "no unit" : target.unit}});
    return bad(span);
  }
  if (value.type.id == target.id) {
    value.type.unit = target.unit;
    return value;
  }
  if (from.optional && !to.optional) {
    emit(Kind::may_be_missing, span, {{"name", std::string(sources_.text(span))}})
        .help("give a value where it is missing: `… default …`");
    return bad(span);
  }
  if (from.optional) {
    if (rules_.optional(value.type.id, false) == rules_.optional(target.id, false)) return value;
    return mismatch();
  }
  const ir::TypeId plain = rules_.optional(target.id, false);
  if (value.type.id != plain) {
    const bool widens = numbers && to.kind == TypeKind::decimal &&
                        (from.kind == TypeKind::integer || from.scale <= to.scale);
    if (!widens) {
      if (value.flexible && numbers && to.kind == TypeKind::decimal) {
        emit(Kind::too_many_digits, span, {{"scale", static_cast<int64_t>(to.scale)}});
        return bad(span);
      }
      return mismatch();
    }
    value = widen_to(value, TypeKind::decimal, to.scale, span);
    if (!value.ok()) return value;
  }
  if (to.optional) value.id = make(ir::Op::some, target.id, value.id);
  value.type = target;
  value.path.clear();
  return value;
}

}  // namespace pac::check
