// Calls of the standard library.
#include <algorithm>

#include "compiler/check/checker.h"
#include "runtime/base/tz.h"
#include "stdlib/registry.h"

namespace pac::check {

// ---- Standard library ---------------------------------------------------------------------------

Typed Checker::unknown_function(const ast::Expr& e, const ast::Name& callee) {
  if (report_hidden(callee)) return bad(e.span);
  const std::string_view name = callee.text;
  auto builder = emit(Kind::unknown_function, callee.span, {{"name", std::string(name)}});
  if (name == "today" || name == "now" || name == "current_date") {
    builder.help("nothing reads the clock: declare `context { as_of: date }` and write `as_of`");
    return bad(e.span);
  }
  if (name == "age" || name == "years") {
    builder.help("`use std.dates`, then `whole_years(born, as_of)`");
    return bad(e.span);
  }
  if (name == "sum" || name == "count" || name == "avg" || name == "average" || name == "mean") {
    builder.help(name == "sum" ? "name the items: `sum(x for x in xs)`"
                 : name == "count"
                     ? "name the items: `count(x in xs where x > 0)`; all are `len(xs)`"
                     : "write `round(sum(x for x in xs) / len(xs), 2, half_up)`");
    return bad(e.span);
  }
  std::vector<std::string> names = {"len", "min", "max", "round", "mod"};
  for (const auto& f : stdlib::functions()) names.emplace_back(f.name);
  for (const auto& n : visible(decisions_)) names.push_back(n);
  hint_nearest(builder, name, names);
  return bad(e.span);
}

Typed Checker::call_library(const ast::Expr& e, const ast::Name& called) {
  const std::string_view name = called.text;
  const stdlib::Function* f = stdlib::find(name);
  if (f == nullptr) return unknown_function(e, called);
  if (!file().std_modules.contains(std::string_view(f->module))) {
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

}  // namespace pac::check
