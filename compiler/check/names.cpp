// Names and paths: variables, lets, fields, parameters, values of enums.
#include <algorithm>
#include <cctype>

#include "compiler/check/checker.h"

namespace pac::check {

// ---- Names --------------------------------------------------------------------------------------

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
  const auto param = see(params_, name);
  if (param.reported) return bad(name.span);
  if (param.found != nullptr) {
    if (param.found->failed) return bad(name.span);
    const ir::ExprId as_of = context_slot("as_of");
    if (as_of == ir::ExprId::none) {
      emit(Kind::needs_as_of, name.span, {{"name", std::string(name.text)}})
          .help("declare it: `context { as_of: date }`");
      return bad(name.span);
    }
    return read_param(*param.found, as_of, name.span);
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
        const auto [what, other] = what_is_hidden(e.name);
        emit(Kind::enum_hides_field, e.span,
             {{"name", name}, {"enum", show(without_optional(expected.type))}, {"what", what}})
            .help("write `" + show(without_optional(expected.type)) + "." + name +
                  "` for the value, " + other);
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
  if (report_hidden(name)) return bad(name.span);
  const DecisionState* decision = scope_.decision;
  if (decision != nullptr && decision->refused_names.contains(name.text)) return bad(name.span);
  auto builder = emit(Kind::unknown_name, name.span, {{"name", text}});
  std::vector<std::string> names;
  for (const auto& v : scope_.variables) names.emplace_back(v.name);
  if (scope_.decision != nullptr) {
    for (const auto& [n, i] : scope_.decision->let_of) names.emplace_back(n);
    for (const auto& [n, i] : scope_.decision->slot_of) names.emplace_back(n);
  }
  for (const auto& n : visible(params_)) names.push_back(n);
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
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "true" || lower == "false" || lower == "yes" || lower == "no") {
    builder.help(std::string("write `") + (lower == "true" || lower == "yes" ? "true" : "false") +
                 "`");
  } else if (text == "null" || text == "nil" || text == "None") {
    builder.help("write `is missing` or `is present`");
  } else if (text == "now" || text == "as_of" || text == "caller" || text == "tenant" ||
             text == "protection") {
    builder.help("a decision reads only what it declares: `context { " + text + ": … }`");
  } else {
    hint_nearest(builder, text, names);
  }
  return bad(name.span);
}

// In words: what a bare name would mean if no enum had it, and how to write that.
std::pair<const char*, std::string> Checker::what_is_hidden(const ast::Name& name) const {
  for (const auto& v : scope_.variables) {
    if (v.name == name.text) return {"an item", "or rename the item"};
  }
  if (scope_.decision != nullptr) {
    const DecisionState& d = *scope_.decision;
    if (d.let_of.contains(name.text)) return {"a let", "or rename the let"};
    if (auto it = d.slot_of.find(name.text); it != d.slot_of.end()) {
      const bool context = d.slots[it->second].role == ir::SlotRole::context;
      return {"a field", std::string(context ? "`context." : "`input.") + std::string(name.text) +
                             "` for the field"};
    }
  }
  return {"a parameter", "or rename the parameter"};
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
  return params_.contains(packages_[file().package].prefix + std::string(e.name.text));
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
    if (base.name.text == "effect") {
      const ir::TypeId type = type_id(ir::TypeKind::effect);
      if (auto value = enum_value(e.name, type, e.span)) return *value;
    }
  }
  if (auto value = value_of_enum(e)) return *value;
  if (is_qualifier(base)) {
    if (const auto name = qualified(e)) {
      if (auto value = local(*name)) return *value;
      auto builder = emit(Kind::unknown_name, e.span, {{"name", std::string(name->text)}});
      builder.note("a package exports types, parameters and decisions");
      hint_nearest(builder, e.name.text, visible(params_));
      return bad(e.span);
    }
  }
  Typed record = expression(e.a, {{}, true});
  if (!record.ok()) return bad(e.span);
  return select(std::move(record), e.name, e.span);
}

// `Purpose.housing`, `rates.Purpose.housing`.
std::optional<Typed> Checker::value_of_enum(const ast::Expr& e) {
  const ast::Expr& base = node(e.a);
  ast::Name name;
  if (base.kind == ast::ExprKind::name && !looks_local(base)) {
    name = base.name;
  } else if (base.kind == ast::ExprKind::member && is_qualifier(node(base.a))) {
    if (const auto whole = qualified(base)) name = *whole;
  }
  if (name.empty()) return std::nullopt;
  const auto sight = see(enums_, name);
  if (sight.reported) return bad(e.span);
  if (sight.found == nullptr) return std::nullopt;
  const ir::TypeId type = type_id(ir::TypeKind::enumeration, 0, ir::index(sight.found->id));
  if (auto value = enum_value(e.name, type, e.span)) return value;
  return unknown_name(e.name, {Type{type, {}}});
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

}  // namespace pac::check
