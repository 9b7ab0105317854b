// Functions of the language and of the standard library, and calls of decisions.
#include <algorithm>

#include "compiler/check/checker.h"
#include "runtime/base/tz.h"
#include "stdlib/registry.h"

namespace pac::check {

namespace {

constexpr std::string_view kModes[] = {"half_up", "half_even", "half_down", "up",
                                       "down",    "ceiling",   "floor"};

}  // namespace

Typed Checker::call(const ast::Expr& e, const Expected& expected) {
  const ast::Expr& callee = node(e.a);
  if (callee.kind != ast::ExprKind::name) {
    emit(Kind::not_callable, callee.span);
    return bad(e.span);
  }
  const std::string_view name = callee.name.text;
  if (auto it = decisions_.find(name); it != decisions_.end()) return call_decision(e, it->second);
  if (auto value = builtin(e, name, expected)) return *value;
  return call_library(e, name);
}

std::optional<Typed> Checker::builtin(const ast::Expr& e, std::string_view name, const Expected&) {
  if (name == "len") return call_len(e);
  if (name == "min") return call_min_max(e, ir::Op::min_of);
  if (name == "max") return call_min_max(e, ir::Op::max_of);
  if (name == "round") return call_round(e);
  if (name == "mod") return call_mod(e);
  return std::nullopt;
}

bool Checker::argument_count(const ast::Expr& e, std::string_view name, uint32_t wanted,
                             std::string_view usage) {
  if (e.arg_count == wanted) return true;
  emit(Kind::argument_count, e.span,
       {{"name", std::string(name)},
        {"wanted", static_cast<int64_t>(wanted)},
        {"seen", static_cast<int64_t>(e.arg_count)}})
      .help("write `" + std::string(usage) + "`");
  return false;
}

Typed Checker::call_len(const ast::Expr& e) {
  if (!argument_count(e, "len", 1, "len(x)")) return bad(e.span);
  const Typed value = expression(scope_module_->args_of(e)[0].value);
  if (!value.ok()) return bad(e.span);
  const ir::TypeKind kind = ir_type(value.type).kind;
  if (kind != ir::TypeKind::string && kind != ir::TypeKind::list && kind != ir::TypeKind::set) {
    emit(Kind::not_a_list, value.span, {{"type", show(value.type)}});
    return bad(e.span);
  }
  const Type type{type_id(ir::TypeKind::integer), {}};
  return typed(make(ir::Op::len, type.id, value.id), type, e.span);
}

Typed Checker::call_min_max(const ast::Expr& e, ir::Op op) {
  const char* name = op == ir::Op::min_of ? "min" : "max";
  if (e.arg_count < 2) {
    emit(Kind::argument_count, e.span,
         {{"name", name}, {"wanted", 2}, {"seen", static_cast<int64_t>(e.arg_count)}})
        .help(std::string("write `") + name + "(a, b)`, or over a list `" + name +
              "(x.f for x in xs)`");
    return bad(e.span);
  }
  std::vector<Typed> values;
  Type common;
  bool ok = true;
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    Typed value = expression(scope_module_->args_of(e)[i].value, {common});
    ok = ok && value.ok();
    if (value.ok()) {
      if (!common.known()) {
        common = value.type;
      } else if (is_number(common) && is_number(value.type) && !values.empty()) {
        if (!unify_units(values[0], value, value.span, "compare")) return bad(e.span);
        common.unit = value.type.unit;
        if (ir_type(value.type).kind == ir::TypeKind::decimal &&
            (ir_type(common).kind == ir::TypeKind::integer ||
             ir_type(value.type).scale > ir_type(common).scale)) {
          common.id = value.type.id;
        }
      }
    }
    values.push_back(value);
  }
  if (!ok) return bad(e.span);
  if (!is_ordered(common) || ir_type(common).kind == ir::TypeKind::quotient) {
    emit(Kind::no_order, e.span, {{"type", show(common)}});
    return bad(e.span);
  }
  std::vector<ir::ExprId> ops;
  for (auto& value : values) {
    if (is_number(common) && value.type.unit.empty()) value.type.unit = common.unit;
    const Typed operand = coerce(value, common, value.span);
    if (!operand.ok()) return bad(e.span);
    ops.push_back(operand.id);
  }
  ir::Expr expr;
  expr.op = op;
  expr.type = common.id;
  return typed(rules_.add(expr, ops), common, e.span);
}

std::optional<int64_t> Checker::constant_int(ast::ExprId id) {
  const Typed value = expression(id);
  if (!value.ok()) return std::nullopt;
  const ir::Constant* c = constant_of(value.id);
  if (c == nullptr || !is(value.type, ir::TypeKind::integer)) {
    emit(Kind::not_constant, node(id).span).help("write a whole number here");
    return std::nullopt;
  }
  return static_cast<int64_t>(c->number);
}

std::optional<int> Checker::digits_argument(ast::ExprId id) {
  const auto digits = constant_int(id);
  if (!digits) return std::nullopt;
  if (*digits < 0 || *digits > kMaxScale) {
    emit(Kind::decimal_scale, node(id).span, {{"scale", *digits}});
    return std::nullopt;
  }
  return static_cast<int>(*digits);
}

std::optional<int> Checker::option_argument(ast::ExprId id,
                                            std::span<const std::string_view> options) {
  const ast::Expr& e = node(id);
  if (e.kind == ast::ExprKind::name) {
    for (size_t i = 0; i < options.size(); ++i) {
      if (options[i] == e.name.text) return static_cast<int>(i);
    }
  }
  std::string all;
  std::vector<std::string> names;
  for (const auto option : options) {
    if (!all.empty()) all += ", ";
    all += "`" + std::string(option) + "`";
    names.emplace_back(option);
  }
  auto builder = emit(Kind::unknown_option, e.span,
                      {{"seen", std::string(sources_.text(e.span))}, {"options", all}});
  if (e.kind == ast::ExprKind::name) hint_nearest(builder, e.name.text, names);
  return std::nullopt;
}

std::optional<int> Checker::rounding_mode(ast::ExprId id) { return option_argument(id, kModes); }

Typed Checker::call_round(const ast::Expr& e) {
  if (!argument_count(e, "round", 3, "round(x, 2, half_up)")) return bad(e.span);
  const ast::Arg* args = scope_module_->args_of(e);
  const Typed value = expression(args[0].value);
  const auto digits = digits_argument(args[1].value);
  const auto mode = rounding_mode(args[2].value);
  if (!value.ok() || !digits || !mode) return bad(e.span);
  if (!is_number(value.type)) {
    emit(Kind::type_mismatch, value.span, {{"seen", show(value.type)}, {"wanted", "a number"}});
    return bad(e.span);
  }
  const Type type{type_id(ir::TypeKind::decimal, *digits), value.type.unit};
  return typed(make(ir::Op::round, type.id, value.id, ir::ExprId::none, ir::kNone,
                    static_cast<uint32_t>(*mode)),
               type, e.span);
}

Typed Checker::call_mod(const ast::Expr& e) {
  if (!argument_count(e, "mod", 2, "mod(a, b)")) return bad(e.span);
  const ast::Arg* args = scope_module_->args_of(e);
  Typed a = expression(args[0].value);
  Typed b = expression(args[1].value, {a.ok() ? a.type : Type{}});
  if (!a.ok() || !b.ok()) return bad(e.span);
  const auto plain = [&](const Typed& t) {
    return is_number(t.type) && ir_type(t.type).kind != ir::TypeKind::quotient;
  };
  if (!plain(a) || !plain(b)) {
    emit(Kind::type_mismatch, plain(a) ? b.span : a.span,
         {{"seen", show(plain(a) ? b.type : a.type)}, {"wanted", "a number"}});
    return bad(e.span);
  }
  if (!unify_units(a, b, e.span, "divide")) return bad(e.span);
  if (ir_type(a.type).kind != ir_type(b.type).kind || a.type.id != b.type.id) {
    const auto scale = [&](const Typed& t) {
      return ir_type(t.type).kind == ir::TypeKind::decimal ? ir_type(t.type).scale : 0;
    };
    const int common = std::max(scale(a), scale(b));
    a = widen_to(a, ir::TypeKind::decimal, common, a.span);
    b = widen_to(b, ir::TypeKind::decimal, common, b.span);
    if (!a.ok() || !b.ok()) return bad(e.span);
  }
  if (const ir::Constant* c = constant_of(b.id); c != nullptr && c->number == 0) {
    emit(Kind::divides_by_zero, b.span);
    return bad(e.span);
  }
  return typed(make(ir::Op::mod, a.type.id, a.id, b.id), a.type, e.span);
}

// ---- Standard library
// -------------------------------------------------------------------------------

Typed Checker::unknown_function(const ast::Expr& e, std::string_view name) {
  const ast::Name& callee = node(e.a).name;
  auto builder = emit(Kind::unknown_function, callee.span, {{"name", std::string(name)}});
  std::vector<std::string> names = {"len", "min", "max", "round", "mod"};
  for (const auto& f : stdlib::functions()) names.emplace_back(f.name);
  for (const auto& [n, d] : decisions_) names.push_back(n);
  hint_nearest(builder, name, names);
  return bad(e.span);
}

Typed Checker::call_library(const ast::Expr& e, std::string_view name) {
  const stdlib::Function* f = stdlib::find(name);
  if (f == nullptr) return unknown_function(e, name);
  if (!used_modules_.contains(std::string_view(f->module))) {
    emit(Kind::module_not_used, node(e.a).span,
         {{"name", std::string(name)}, {"module", std::string("std.") + f->module}})
        .help(std::string("add `use std.") + f->module + "` after the package line");
    return bad(e.span);
  }
  // Arguments by position, then by name; the rest by default.
  const size_t count = f->parameters.size();
  std::vector<ast::ExprId> given(count, ast::ExprId::none);
  bool ok = true;
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    const ast::Arg& arg = scope_module_->args_of(e)[i];
    size_t at = i;
    if (!arg.name.empty()) {
      at = 0;
      while (at < count && arg.name.text != f->parameters[at].name) ++at;
    }
    if (at >= count || ast::present(given[at])) {
      const Span span = arg.name.empty() ? node(arg.value).span : arg.name.span;
      emit(Kind::unknown_argument, span, {{"name", std::string(name)}}).help(library_usage(*f));
      ok = false;
      continue;
    }
    given[at] = arg.value;
  }
  std::vector<ir::ExprId> ops;
  LibraryCall facts;
  for (size_t i = 0; i < count && ok; ++i) ok = library_argument(*f, i, given[i], e, ops, facts);
  if (!ok) return bad(e.span);
  using stdlib::ResultScale;
  int scale = f->fixed_scale;
  if (f->scale == ResultScale::from_digits) scale = facts.digits;
  if (f->scale == ResultScale::from_first_decimal) scale = facts.first_scale;
  if (f->scale == ResultScale::from_widest_decimal) scale = facts.widest_scale;
  Type result{library_type(f->result, scale), {}};
  if (f->result_unit == stdlib::Unit::shared) result.unit = facts.unit;
  ir::Expr expr;
  expr.op = ir::Op::call_std;
  expr.type = result.id;
  expr.a = kNoFunction;
  for (uint32_t i = 0; i < rules_.functions.size(); ++i) {
    if (rules_.functions[i].name == f->name && rules_.functions[i].version == f->version)
      expr.a = i;
  }
  if (expr.a == kNoFunction) {
    expr.a = static_cast<uint32_t>(rules_.functions.size());
    rules_.functions.push_back({f->name, f->version});
  }
  return typed(rules_.add(expr, ops), result, e.span);
}

std::string Checker::library_usage(const stdlib::Function& f) const {
  std::string out = std::string("write `") + f.name + "(";
  for (size_t i = 0; i < f.parameters.size(); ++i) {
    if (i > 0) out += ", ";
    out += f.parameters[i].name;
  }
  return out + ")`";
}

ir::TypeId Checker::library_type(stdlib::Kind kind, int scale) {
  using stdlib::Kind;
  switch (kind) {
    case Kind::boolean:
      return type_id(ir::TypeKind::boolean);
    case Kind::date_list:
      return type_id(ir::TypeKind::set, 0, ir::kNone, type_id(ir::TypeKind::date));
    case Kind::decimal:
      return type_id(ir::TypeKind::decimal, scale);
    case Kind::text:
      return type_id(ir::TypeKind::string);
    case Kind::date:
      return type_id(ir::TypeKind::date);
    case Kind::datetime:
      return type_id(ir::TypeKind::datetime);
    case Kind::duration:
      return type_id(ir::TypeKind::duration);
    default:
      return type_id(ir::TypeKind::integer);
  }
}

bool Checker::library_argument(const stdlib::Function& f, size_t index, ast::ExprId given,
                               const ast::Expr& e, std::vector<ir::ExprId>& ops,
                               LibraryCall& facts) {
  using stdlib::Kind;
  const stdlib::Parameter& p = f.parameters[index];
  const ir::TypeId integer = type_id(ir::TypeKind::integer);
  if (!ast::present(given) && p.default_value == nullptr) {
    emit(diag::Kind::argument_absent, e.span,
         {{"name", std::string(f.name)}, {"argument", std::string(p.name)}})
        .help(library_usage(f));
    return false;
  }
  switch (p.kind) {
    case Kind::option: {
      std::vector<std::string_view> options(p.options.begin(), p.options.end());
      std::optional<int> chosen;
      if (ast::present(given)) {
        chosen = option_argument(given, options);
      } else {
        chosen = static_cast<int>(std::find(options.begin(), options.end(), p.default_value) -
                                  options.begin());
      }
      if (!chosen) return false;
      ops.push_back(make_number(integer, *chosen));
      return true;
    }
    case Kind::digits: {
      const auto value = ast::present(given) ? digits_argument(given)
                                             : std::optional<int>(std::atoi(p.default_value));
      if (!value) return false;
      facts.digits = *value;
      ops.push_back(make_number(integer, *value));
      return true;
    }
    case Kind::zone: {
      const ast::Expr& zone = node(given);
      if (zone.kind != ast::ExprKind::string_lit) {
        emit(diag::Kind::not_constant, zone.span)
            .help("a time zone is a name in quotes: \"Europe/Helsinki\"");
        return false;
      }
      const auto id = zone_index(scope_module_->strings[zone.string], zone.span);
      if (!id) return false;
      ops.push_back(make_number(integer, *id));
      return true;
    }
    case Kind::decimal:
      return library_decimal(p, given, ops, facts);
    default:
      break;
  }
  Type wanted{library_type(p.kind, 0), {}};
  if (!ast::present(given)) {  // the only other default: no dates
    ir::Expr empty;
    empty.op = ir::Op::make_set;
    empty.type = wanted.id;
    ops.push_back(rules_.add(empty, {}));
    return true;
  }
  Typed value = expression(given, {wanted});
  if (value.ok() && is_number(value.type)) value.type.unit.clear();
  value = coerce(value, wanted, node(given).span, std::string("argument `") + p.name + "`");
  if (!value.ok()) return false;
  ops.push_back(value.id);
  return true;
}

// A number of any scale; its scale is passed beside it.
bool Checker::library_decimal(const stdlib::Parameter& p, ast::ExprId given,
                              std::vector<ir::ExprId>& ops, LibraryCall& facts) {
  Typed value = expression(given);
  if (!value.ok()) return false;
  const ir::TypeKind kind = ir_type(value.type).kind;
  if (kind != ir::TypeKind::integer && kind != ir::TypeKind::decimal) {
    auto builder =
        emit(Kind::type_mismatch, value.span, {{"seen", show(value.type)}, {"wanted", "a number"}});
    if (kind == ir::TypeKind::quotient) builder.help("round it first: `round(…, 6, half_even)`");
    return false;
  }
  if (p.unit == stdlib::Unit::shared && !value.flexible) {
    if (facts.has_unit && facts.unit != value.type.unit) {
      const auto name = [](const std::string& unit) { return unit.empty() ? "no unit" : unit; };
      emit(Kind::unit_mismatch, value.span,
           {{"seen", name(value.type.unit)}, {"wanted", name(facts.unit)}});
      return false;
    }
    facts.has_unit = true;
    facts.unit = value.type.unit;
  } else if (p.unit == stdlib::Unit::plain && !value.type.unit.empty()) {
    emit(Kind::unit_mismatch, value.span, {{"seen", value.type.unit}, {"wanted", "no unit"}});
    return false;
  }
  const int scale = kind == ir::TypeKind::decimal ? ir_type(value.type).scale : 0;
  if (facts.first_scale < 0) facts.first_scale = scale;
  facts.widest_scale = std::max(facts.widest_scale, scale);
  ops.push_back(value.id);
  ops.push_back(make_number(type_id(ir::TypeKind::integer), scale));
  return true;
}

std::optional<uint32_t> Checker::zone_index(const std::string& name, Span span) {
  for (uint32_t i = 0; i < rules_.zones.size(); ++i) {
    if (rules_.zones[i] == name) return i;
  }
  if (auto zone = TimeZone::load(name); !zone) {
    emit(Kind::unknown_zone, span, {{"name", name}})
        .note(zone.error().message)
        .help("names are those of the IANA database, as \"Europe/Helsinki\"");
    return std::nullopt;
  }
  rules_.zones.push_back(name);
  return static_cast<uint32_t>(rules_.zones.size() - 1);
}

// ---- Parameters
// -------------------------------------------------------------------------------------

ir::ExprId Checker::context_slot(std::string_view name) {
  if (scope_.decision == nullptr) return ir::ExprId::none;
  const auto it = scope_.decision->slot_of.find(name);
  if (it == scope_.decision->slot_of.end()) return ir::ExprId::none;
  const Slot& slot = scope_.decision->slots[it->second];
  if (slot.role != ir::SlotRole::context || !slot.type.known()) return ir::ExprId::none;
  return make(ir::Op::input, slot.type.id, static_cast<ir::ExprId>(it->second));
}

Typed Checker::read_param(ParamInfo& info, ir::ExprId date, Span span) {
  return typed(make(ir::Op::param, info.type.id, static_cast<ir::ExprId>(ir::index(info.id)), date),
               info.type, span);
}

Typed Checker::read_at(const ast::Expr& e) {
  const ast::Expr& base = node(e.a);
  const auto it = base.kind == ast::ExprKind::name ? params_.find(base.name.text) : params_.end();
  if (it == params_.end()) {
    emit(Kind::at_without_param, base.span).help("`x at date` reads parameter x as of a date");
    return bad(e.span);
  }
  const Type wanted{type_id(ir::TypeKind::date), {}};
  const Typed date = coerce(expression(e.b, {wanted}), wanted, node(e.b).span);
  if (!date.ok() || it->second.failed) return bad(e.span);
  return read_param(it->second, date.id, e.span);
}

// ---- Decisions
// --------------------------------------------------------------------------------------

ir::ExprId Checker::pass_context(DecisionState& callee, const Slot& slot, Span span) {
  const ir::ExprId own = context_slot(slot.name);
  const std::string name(slot.name);
  if (own == ir::ExprId::none) {
    emit(Kind::needs_context, span,
         {{"callee", std::string(callee.ast->name.text)}, {"name", name}})
        .also(slot.span, "declared here")
        .help("a caller declares what its callees read: `context { " + name + ": … }`");
    return own;
  }
  if (rules_.expr(own).type != slot.type.id) {
    emit(Kind::type_mismatch, span,
         {{"seen", "`" + name + "` of type " + show(rules_.expr(own).type)},
          {"wanted", show(slot.type)}});
    return ir::ExprId::none;
  }
  return own;
}

Typed Checker::call_decision(const ast::Expr& e, DecisionState& callee) {
  DecisionState* caller = scope_.decision;
  const std::string name(callee.ast->name.text);
  if (caller == nullptr) {
    emit(Kind::not_constant, e.span);
    return bad(e.span);
  }
  if (!check_decision(callee)) return bad(e.span);
  caller->depth = std::max(caller->depth, callee.depth + 1);
  if (caller->depth > PAC_MAX_CALL_DEPTH) {
    emit(Kind::limit_exceeded, e.span,
         {{"what", "calls of decisions one inside the other"},
          {"limit", static_cast<int64_t>(PAC_MAX_CALL_DEPTH)}});
    return bad(e.span);
  }
  std::vector<ir::ExprId> ops(callee.slots.size(), ir::ExprId::none);
  bool ok = call_arguments(e, callee, ops);
  for (uint32_t i = 0; i < callee.slots.size() && ok; ++i) {
    if (callee.slots[i].role != ir::SlotRole::context) continue;
    ops[i] = pass_context(callee, callee.slots[i], e.span);
    ok = ops[i] != ir::ExprId::none;
  }
  for (const auto& feature : callee.ir.features) {
    if (!ok) break;
    ops[feature.slot] = inherit_feature(callee, feature, ops, e.span);
    ok = ops[feature.slot] != ir::ExprId::none;
  }
  if (!ok) return bad(e.span);
  if (std::find(caller->callees.begin(), caller->callees.end(), &callee) == caller->callees.end()) {
    caller->callees.push_back(&callee);
  }
  Type type{callee.ir.result_type, {}};
  if (callee.ast->partial) type.id = rules_.optional(type.id);
  ir::Expr expr;
  expr.op = ir::Op::call;
  expr.type = type.id;
  expr.a = ir::index(callee.id);
  return typed(rules_.add(expr, ops), type, e.span);
}

bool Checker::call_arguments(const ast::Expr& e, DecisionState& callee,
                             std::vector<ir::ExprId>& ops) {
  const std::string name(callee.ast->name.text);
  std::vector<std::string> names;
  for (const auto& slot : callee.slots) {
    if (slot.role == ir::SlotRole::input) names.emplace_back(slot.name);
  }
  bool ok = true;
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    const ast::Arg& arg = scope_module_->args_of(e)[i];
    uint32_t at = 0;
    if (arg.name.empty()) {
      if (names.size() != 1 || e.arg_count != 1) {
        emit(Kind::unnamed_argument, node(arg.value).span, {{"name", name}})
            .help("write `" + (i < names.size() ? names[i] : std::string("name")) + ": …`");
        return false;
      }
    } else {
      while (at < callee.slots.size() && !(callee.slots[at].role == ir::SlotRole::input &&
                                           callee.slots[at].name == arg.name.text)) {
        ++at;
      }
      if (at == callee.slots.size()) {
        auto builder =
            emit(Kind::unknown_field, arg.name.span,
                 {{"name", std::string(arg.name.text)}, {"type", "the input of " + name}});
        hint_nearest(builder, arg.name.text, names);
        ok = false;
        continue;
      }
    }
    if (ops[at] != ir::ExprId::none) {
      emit(Kind::duplicate_name, arg.name.span, {{"name", std::string(arg.name.text)}});
      ok = false;
      continue;
    }
    const Slot slot = callee.slots[at];
    const Typed value = coerce(expression(arg.value, {slot.type}), slot.type, node(arg.value).span);
    ok = ok && value.ok();
    if (value.ok())
      check_constant_domain(value, slot.domain, "`" + std::string(slot.name) + "`", slot.span);
    ops[at] = value.id;
  }
  std::string absent;
  for (uint32_t i = 0; i < callee.slots.size() && ok; ++i) {
    const Slot& slot = callee.slots[i];
    if (slot.role != ir::SlotRole::input || ops[i] != ir::ExprId::none) continue;
    if (optional(slot.type)) {
      ir::Constant c;
      c.type = slot.type.id;
      c.missing = true;
      ops[i] = make_constant(c);
      continue;
    }
    if (!absent.empty()) absent += ", ";
    absent += "`" + std::string(slot.name) + "`";
  }
  if (!absent.empty()) {
    emit(Kind::fields_absent, e.span, {{"names", absent}, {"what", "the call of " + name}});
    ok = false;
  }
  return ok;
}

// The callee's feature as a slot of the caller's own input record, with its key in the caller's
// terms, so that all features are known before any rule runs.
ir::ExprId Checker::inherit_feature(DecisionState& callee, const ir::Feature& feature,
                                    const std::vector<ir::ExprId>& arguments, Span span) {
  DecisionState& caller = *scope_.decision;
  const Slot from = callee.slots[feature.slot];
  const ir::ExprId key = substitute(feature.key, arguments);
  if (key == ir::ExprId::none) {
    emit(Kind::feature_key, span,
         {{"name", std::string(from.name)}, {"callee", std::string(callee.ast->name.text)}})
        .also(from.span, "the feature")
        .help(
            "pass a field of the caller's input, so that the feature can be read before rules run");
    return ir::ExprId::none;
  }
  const ir::TypeId stored = rules_.optional(from.type.id);
  for (const auto& own : caller.ir.features) {
    if (own.name == feature.name && own.max_age_us == feature.max_age_us && same(own.key, key)) {
      return make(ir::Op::input, stored, static_cast<ir::ExprId>(own.slot));
    }
  }
  Slot slot = from;
  slot.role = ir::SlotRole::feature;
  slot.required_feature = false;  // it is the callee that requires it
  ir::Feature inherited = feature;
  inherited.slot = static_cast<uint32_t>(caller.slots.size());
  inherited.key = key;
  inherited.required = false;
  // No author writes this name; it only has to differ from those that one does write.
  std::string name = callee.ir.name + "_" + std::string(from.name);
  while (caller.slot_of.contains(std::string_view(name)) ||
         std::find(caller.inherited_names.begin(), caller.inherited_names.end(), name) !=
             caller.inherited_names.end()) {
    name += "_";
  }
  caller.inherited_names.push_back(std::move(name));
  caller.slots.push_back(slot);
  caller.ir.features.push_back(inherited);
  return make(ir::Op::input, stored, static_cast<ir::ExprId>(inherited.slot));
}

// A key over the callee's inputs, rewritten over the caller's; none where it needs more than inputs
// and context.
ir::ExprId Checker::substitute(ir::ExprId key, const std::vector<ir::ExprId>& arguments) {
  const ir::Expr e = rules_.expr(key);
  switch (e.op) {
    case ir::Op::constant:
      return key;
    case ir::Op::input:
      return only_inputs(arguments[e.a]) ? arguments[e.a] : ir::ExprId::none;
    case ir::Op::field:
    case ir::Op::unwrap: {
      const ir::ExprId base = substitute(static_cast<ir::ExprId>(e.a), arguments);
      if (base == ir::ExprId::none) return base;
      ir::Expr out = e;
      out.a = ir::index(base);
      return rules_.add(out);
    }
    default:
      return ir::ExprId::none;
  }
}

bool Checker::only_inputs(ir::ExprId id) const {
  const ir::Expr& e = rules_.expr(id);
  switch (e.op) {
    case ir::Op::constant:
      return true;
    case ir::Op::input:
      return scope_.decision->slots[e.a].role != ir::SlotRole::feature;
    case ir::Op::field:
    case ir::Op::unwrap:
      return only_inputs(static_cast<ir::ExprId>(e.a));
    default:
      return false;
  }
}

bool Checker::same(ir::ExprId a, ir::ExprId b) const {
  if (a == b) return true;
  const ir::Expr& x = rules_.expr(a);
  const ir::Expr& y = rules_.expr(b);
  if (x.op != y.op || x.type != y.type || x.b != y.b) return false;
  if (x.op == ir::Op::constant || x.op == ir::Op::input) return x.a == y.a;
  return (x.op == ir::Op::field || x.op == ir::Op::unwrap) &&
         same(static_cast<ir::ExprId>(x.a), static_cast<ir::ExprId>(y.a));
}

}  // namespace pac::check
