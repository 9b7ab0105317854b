// Comparison, membership and text tests.
#include "compiler/check/checker.h"
#include "runtime/base/regex.h"

namespace pac::check {

namespace {

ir::Op comparison_op(ast::ExprKind kind) {
  using K = ast::ExprKind;
  switch (kind) {
    case K::eq:
      return ir::Op::eq;
    case K::ne:
      return ir::Op::ne;
    case K::lt:
      return ir::Op::lt;
    case K::le:
      return ir::Op::le;
    case K::gt:
      return ir::Op::gt;
    default:
      return ir::Op::ge;
  }
}

bool is_sequence(const ir::Type& t) {
  return t.kind == ir::TypeKind::list || t.kind == ir::TypeKind::set;
}

}  // namespace

// Two sides of a comparison: the one whose type does not depend on the other goes first.
std::pair<Typed, Typed> Checker::pair(ast::ExprId a_id, ast::ExprId b_id) {
  const ast::Expr& a = node(a_id);
  const bool b_first = (a.kind == ast::ExprKind::name && !looks_local(a)) ||
                       ((a.kind == ast::ExprKind::set_lit || a.kind == ast::ExprKind::list_lit ||
                         a.kind == ast::ExprKind::record_lit));
  if (b_first) {
    const Typed b = expression(b_id);
    if (!b.ok() && a.kind == ast::ExprKind::name) return {bad(a.span), b};
    const Typed left = expression(a_id, {b.ok() ? b.type : Type{}});
    return {left, b};
  }
  const Typed left = expression(a_id);
  // Beside what is wrong a bare name may well be a value of its type.
  const ast::Expr& other = node(b_id);
  if (!left.ok() && other.kind == ast::ExprKind::name && !looks_local(other)) {
    return {left, bad(other.span)};
  }
  const Typed right = expression(b_id, {left.ok() ? left.type : Type{}});
  return {left, right};
}

Typed Checker::comparison(const ast::Expr& e) {
  auto [a, b] = pair(e.a, e.b);
  if (!a.ok() || !b.ok()) return bad(e.span);
  return compare(comparison_op(e.kind), a, b, e.op_span.has_place() ? e.op_span : e.span);
}

bool Checker::unify_units(Typed& a, Typed& b, Span span, std::string_view verb) {
  if (a.flexible && !b.flexible) a.type.unit = b.type.unit;
  if (b.flexible && !a.flexible) b.type.unit = a.type.unit;
  if (a.type.unit == b.type.unit) return true;
  const auto name = [](const std::string& unit) { return unit.empty() ? "no unit" : unit; };
  emit(Kind::unit_clash, span,
       {{"verb", std::string(verb)}, {"left", name(a.type.unit)}, {"right", name(b.type.unit)}})
      .also(a.span, name(a.type.unit))
      .also(b.span, name(b.type.unit));
  return false;
}

// What people mean who compare these.
void Checker::help_comparison(diag::Builder& builder, const Typed& a, const Typed& b) {
  const auto is_text = [&](const Typed& t) {
    const ir::Constant* c = constant_of(t.id);
    return c != nullptr && is(t.type, ir::TypeKind::string) ? c : nullptr;
  };
  const auto bare = [&](const Typed& text, const Typed& other) {
    const ir::Constant* c = is_text(text);
    if (c == nullptr || optional(other.type)) return;
    const ir::Type& t = ir_type(other.type);
    int32_t day = 0;
    int64_t at = 0;
    Int128 number = 0;
    if (t.kind == ir::TypeKind::enumeration) {
      for (const auto& value : rules_.enums[t.ref].values) {
        if (value.name != c->text && value.wire != c->text) continue;
        builder.help("a value of an enum stands without quotes: `" + value.name + "`");
        return;
      }
      builder.help("a value of an enum stands without quotes");
    } else if ((t.kind == ir::TypeKind::date && read_date(c->text, &day)) ||
               (t.kind == ir::TypeKind::datetime && read_datetime(c->text, &at)) ||
               (is_number(other.type) && read_decimal(c->text, 6, &number)) ||
               (t.kind == ir::TypeKind::boolean && (c->text == "true" || c->text == "false"))) {
      builder.help("it stands without quotes: `" + c->text + "`");
    } else if (t.kind == ir::TypeKind::date) {
      builder.help("a date stands without quotes, year first: `2026-03-01`");
    }
  };
  bare(a, b);
  bare(b, a);
  if (is_text(b) == nullptr && is(a.type, ir::TypeKind::string) && constant_of(b.id) != nullptr) {
    builder.help("a text stands in quotes: `\"" + show_constant(*constant_of(b.id)) + "\"`");
  }
}

Typed Checker::compare(ir::Op op, Typed a, Typed b, Span span) {
  using ir::TypeKind;
  const bool equality = op == ir::Op::eq || op == ir::Op::ne;
  const auto mismatch = [&] {
    auto builder =
        emit(Kind::compare_mismatch, span, {{"left", show(a.type)}, {"right", show(b.type)}});
    builder.also(a.span, show(a.type)).also(b.span, show(b.type));
    help_comparison(builder, a, b);
    return bad(span);
  };
  if (is_number(a.type) && is_number(b.type)) {
    if (!unify_units(a, b, span, "compare")) return bad(span);
  } else {
    if (a.type.id != b.type.id) {
      const bool sequences = is_sequence(ir_type(a.type)) && is_sequence(ir_type(b.type)) &&
                             ir_type(a.type).kind == ir_type(b.type).kind;
      if (!sequences) return mismatch();
      b = coerce(b, a.type, b.span);
      if (!b.ok()) return b;
    }
    if (!equality && !is_ordered(a.type)) {
      auto builder = emit(Kind::no_order, span, {{"type", show(a.type)}});
      if (ir_type(a.type).kind == TypeKind::enumeration) {
        builder.help("declare it as `ordered enum` if its values have an order")
            .also(enum_by_id_[ir_type(a.type).ref]->ast->name.span, "declared here");
      } else if (ir_type(a.type).kind == TypeKind::string) {
        builder.help(
            "texts are equal or not; what has an order is an `int`, a `decimal`, a `date` "
            "or an `ordered enum`");
      } else {
        builder.help("only `==` and `!=` compare these");
      }
      return bad(span);
    }
  }
  Typed out = boolean(make(op, type_id(TypeKind::boolean), a.id, b.id), span);
  check_constant_comparison(op, a, b, span);
  return out;
}

// ---- in -----------------------------------------------------------------------------------------

Typed Checker::membership(const ast::Expr& e) {
  const ast::Expr& right = node(e.b);
  const ast::Expr& left = node(e.a);
  if (right.kind == ast::ExprKind::range || right.kind == ast::ExprKind::set_lit ||
      (right.kind == ast::ExprKind::record_lit && right.arg_count == 0)) {
    const Typed value = expression(e.a);
    if (!value.ok()) return bad(e.span);
    return right.kind == ast::ExprKind::range ? range_test(value, right, e.span)
                                              : set_test(value, right, e.span);
  }
  Expected wanted;
  if (right.kind == ast::ExprKind::list_lit) {  // its items are of the type of what is looked for
    const Typed value = expression(e.a);
    if (!value.ok()) return bad(e.span);
    wanted.type = {type_id(ir::TypeKind::list, 0, ir::kNone, value.type.id), value.type.unit};
  }
  const Typed list = expression(e.b, wanted);
  if (!list.ok()) return bad(e.span);
  if (!is_sequence(ir_type(list.type))) {
    emit(Kind::not_a_list, node(e.b).span, {{"type", show(list.type)}})
        .help("after `in` stands a range `1 .. 5`, a set `{a, b}` or a list");
    return bad(e.span);
  }
  const Type element{ir_type(list.type).element, list.type.unit};
  const Typed value = coerce(expression(e.a, {element}), element, left.span);
  if (!value.ok()) return bad(e.span);
  return boolean(make(ir::Op::in_list, type_id(ir::TypeKind::boolean), value.id, list.id), e.span);
}

Typed Checker::range_test(Typed value, const ast::Expr& range, Span span) {
  Typed low = expression(range.a, {value.type});
  Typed high = expression(range.b, {value.type});
  if (!low.ok() || !high.ok()) return bad(span);
  if (!is_ordered(value.type)) {
    emit(Kind::no_order, range.span, {{"type", show(value.type)}});
    return bad(span);
  }
  for (Typed* bound : {&low, &high}) {
    const bool fits =
        is_number(value.type) ? is_number(bound->type) : bound->type.id == value.type.id;
    if (!fits) {
      emit(Kind::compare_mismatch, bound->span,
           {{"left", show(value.type)}, {"right", show(bound->type)}});
      return bad(span);
    }
    if (is_number(value.type) && !unify_units(value, *bound, bound->span, "compare")) {
      return bad(span);
    }
  }
  const ir::Constant* a = constant_of(low.id);
  const ir::Constant* b = constant_of(high.id);
  if (a != nullptr && b != nullptr) {
    const auto scale = [&](const ir::Constant& c) {
      const ir::Type& t = rules_.type(c.type);
      return t.kind == ir::TypeKind::decimal ? t.scale : 0;
    };
    const int order = ::pac::compare(a->number, scale(*a), b->number, scale(*b));
    if (order > 0 || (order == 0 && (range.open_low || range.open_high))) {
      emit(Kind::empty_range, range.span)
          .label("nothing lies in this range")
          .help(order > 0 ? "the smaller end stands first" : "`..` includes both ends");
      return bad(span);
    }
  }
  check_constant_range(value, a, b, range, span);
  const uint32_t flags = (range.open_low ? 1u : 0u) | (range.open_high ? 2u : 0u);
  return boolean(make(ir::Op::in_range, type_id(ir::TypeKind::boolean), value.id, low.id,
                      ir::index(high.id), flags),
                 span);
}

Typed Checker::set_test(Typed value, const ast::Expr& set, Span span) {
  std::vector<ir::ExprId> ops;
  bool ok = true;
  std::map<std::string, Span> seen;
  for (uint32_t i = 0; i < set.arg_count; ++i) {
    const ast::ExprId id = scope_module_->args_of(set)[i].value;
    if (node(id).kind == ast::ExprKind::range) {
      emit(Kind::misplaced_value, node(id).span, {{"wanted", "a value, not a range,"}})
          .help("write `x in 1 .. 5 or x in {7, 9}`");
      ok = false;
      continue;
    }
    Typed element = expression(id, {value.type});
    if (element.ok() && is_number(value.type) && is_number(element.type)) {
      if (!unify_units(value, element, element.span, "compare")) element = bad(element.span);
    } else {
      element = coerce(element, value.type, node(id).span);
    }
    ok = ok && element.ok();
    if (!element.ok()) continue;
    if (const ir::Constant* c = constant_of(element.id); c != nullptr) {
      const auto [it, fresh] = seen.try_emplace(show_constant(*c), element.span);
      if (!fresh) {
        emit(Kind::repeated_element, element.span, {{"value", show_constant(*c)}})
            .also(it->second, "first here")
            .help("take it away, or correct it");
      }
      if (decided(ir::Op::eq, value, *c) == false) report_decided(false, value, element.span);
    }
    ops.push_back(element.id);
  }
  if (!ok) return bad(span);
  check_whole_set(value, seen.size(), span);
  if (ops.empty()) {
    emit(Kind::constant_condition, span, {{"value", "false"}}).label("nothing is in an empty set");
    return boolean(make_bool(false), span);
  }
  if (ops.size() == 1) {
    return boolean(make(ir::Op::eq, type_id(ir::TypeKind::boolean), value.id, ops[0]), span);
  }
  ir::Expr expr;
  expr.op = ir::Op::in_set;
  expr.type = type_id(ir::TypeKind::boolean);
  expr.a = ir::index(value.id);
  return boolean(rules_.add(expr, ops), span);
}

// ---- Text and sets ------------------------------------------------------------------------------

Typed Checker::text_test(const ast::Expr& e) {
  const Typed value = expression(e.a, {Type{type_id(ir::TypeKind::string), {}}});
  if (!value.ok()) return bad(e.span);
  return make_text_test(e.kind, value, node(e.b), e.span);
}

Typed Checker::make_text_test(ast::ExprKind kind, const Typed& value, const ast::Expr& operand,
                              Span span) {
  using K = ast::ExprKind;
  const ir::TypeId boolean_type = type_id(ir::TypeKind::boolean);
  if (!is(value.type, ir::TypeKind::string)) {
    auto builder = emit(Kind::text_test_on, value.span, {{"type", show(value.type)}});
    if (kind == K::contains && is_sequence(ir_type(value.type))) {
      builder.help("write the item first: `x in list`");
    }
    return bad(span);
  }
  if (kind == K::matches) {
    if (operand.kind != K::string_lit) {
      emit(Kind::not_constant, operand.span).help("a pattern is a text in quotes");
      return bad(span);
    }
    const std::string& pattern = scope_module_->strings[operand.string];
    if (auto regex = Regex::compile(pattern); !regex) {
      emit(Kind::bad_pattern, operand.span, {{"why", regex.error().message}});
      return bad(span);
    }
    ir::Constant c;
    c.type = type_id(ir::TypeKind::string);
    c.text = pattern;
    const auto id = rules_.intern(c);
    return boolean(make(ir::Op::matches, boolean_type, value.id, static_cast<ir::ExprId>(id)),
                   span);
  }
  const bool templates = scope_.templates;
  scope_.templates = false;
  const Typed other = elaborate_operand(operand, Type{type_id(ir::TypeKind::string), {}});
  scope_.templates = templates;
  if (!other.ok()) return bad(span);
  if (!is(other.type, ir::TypeKind::string)) {
    emit(Kind::text_test_on, operand.span, {{"type", show(other.type)}});
    return bad(span);
  }
  const ir::Op op = kind == K::starts_with ? ir::Op::starts_with
                    : kind == K::ends_with ? ir::Op::ends_with
                                           : ir::Op::contains;
  return boolean(make(op, boolean_type, value.id, other.id), span);
}

Typed Checker::elaborate_operand(const ast::Expr& e, const Type& wanted) {
  Typed out = elaborate(e, {wanted});
  out.span = e.span;
  return out.ok() ? settle(std::move(out), {wanted}) : out;
}

Typed Checker::set_operator(const ast::Expr& e) {
  auto [a, b] = pair(e.a, e.b);
  if (!a.ok() || !b.ok()) return bad(e.span);
  for (const Typed* side : {&a, &b}) {
    if (!is_sequence(ir_type(side->type))) {
      emit(Kind::not_a_list, side->span, {{"type", show(side->type)}});
      return bad(e.span);
    }
  }
  if (ir_type(a.type).element != ir_type(b.type).element) {
    emit(Kind::compare_mismatch, e.op_span.has_place() ? e.op_span : e.span,
         {{"left", show(a.type)}, {"right", show(b.type)}});
    return bad(e.span);
  }
  const ir::Op op = e.kind == ast::ExprKind::intersects ? ir::Op::intersects : ir::Op::subset_of;
  return boolean(make(op, type_id(ir::TypeKind::boolean), a.id, b.id), e.span);
}

}  // namespace pac::check
