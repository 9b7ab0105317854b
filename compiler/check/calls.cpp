// Functions of the language, and reading parameters.
#include "compiler/check/checker.h"

namespace pac::check {

namespace {

constexpr std::string_view kModes[] = {"half_up", "half_even", "half_down", "up",
                                       "down",    "ceiling",   "floor"};

}  // namespace

Typed Checker::call(const ast::Expr& e, const Expected& expected) {
  const ast::Expr& callee = node(e.a);
  ast::Name called = callee.name;
  if (callee.kind == ast::ExprKind::member && is_qualifier(node(callee.a))) {
    if (const auto whole = qualified(callee)) called = *whole;
  } else if (callee.kind != ast::ExprKind::name) {
    auto builder = emit(Kind::not_callable, callee.span);
    if (callee.kind == ast::ExprKind::member && e.arg_count == 0) {
      builder.help("functions take what they work on in brackets: `len(x)`");
    } else {
      builder.help("a call is `name(…)`; write `and`, `or` or `*` where that is meant");
    }
    return bad(e.span);
  }
  const auto decision = see(decisions_, called);
  if (decision.reported) return bad(e.span);
  if (decision.found != nullptr) return call_decision(e, *decision.found);
  if (auto value = builtin(e, called.text, expected)) return *value;
  return call_library(e, called);
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
  if (!check_divisor(b)) return bad(e.span);
  return typed(make(ir::Op::mod, a.type.id, a.id, b.id), a.type, e.span);
}

// ---- Parameters ---------------------------------------------------------------------------------

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
  ast::Name name = base.kind == ast::ExprKind::name ? base.name : ast::Name{};
  if (base.kind == ast::ExprKind::member && is_qualifier(node(base.a))) {
    if (const auto whole = qualified(base)) name = *whole;
  }
  const auto param = name.empty() ? Sight<ParamInfo>{} : see(params_, name);
  if (param.reported) return bad(e.span);
  if (param.found == nullptr) {
    if (!name.empty() && !looks_local(base) && report_hidden(name)) return bad(e.span);
    emit(Kind::at_without_param, base.span).help("`x at date` reads parameter x as of a date");
    return bad(e.span);
  }
  const Type wanted{type_id(ir::TypeKind::date), {}};
  const Typed date = coerce(expression(e.b, {wanted}), wanted, node(e.b).span);
  if (!date.ok() || param.found->failed) return bad(e.span);
  return read_param(*param.found, date.id, e.span);
}

}  // namespace pac::check
