// Comparison, membership, text tests and arithmetic.
#include <algorithm>

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
    const Typed left = expression(a_id, {b.ok() ? b.type : Type{}});
    return {left, b};
  }
  const Typed left = expression(a_id);
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

Typed Checker::compare(ir::Op op, Typed a, Typed b, Span span) {
  using ir::TypeKind;
  const bool equality = op == ir::Op::eq || op == ir::Op::ne;
  const auto mismatch = [&] {
    emit(Kind::compare_mismatch, span, {{"left", show(a.type)}, {"right", show(b.type)}})
        .also(a.span, show(a.type))
        .also(b.span, show(b.type));
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
      }
      return bad(span);
    }
  }
  Typed out = boolean(make(op, type_id(TypeKind::boolean), a.id, b.id), span);
  check_constant_comparison(op, a, b, span);
  return out;
}

// A comparison of a field with a constant that the field's domain already decides.
void Checker::check_constant_comparison(ir::Op op, const Typed& a, const Typed& b, Span span) {
  const ir::Constant* constant = constant_of(b.id);
  const ir::Expr& left = rules_.expr(a.id);
  if (constant == nullptr || constant->missing || left.op != ir::Op::input ||
      scope_.decision == nullptr) {
    return;
  }
  const Slot& slot = scope_.decision->slots[left.a];
  if (slot.domain == ir::DomainId::none) return;
  const ir::Domain& domain = rules_.domain(slot.domain);
  if (!domain.has_intervals || domain.intervals.empty()) return;
  const int scale_a = ir_type(a.type).kind == ir::TypeKind::decimal ? ir_type(a.type).scale : 0;
  const int scale_b = ir_type(b.type).kind == ir::TypeKind::decimal ? ir_type(b.type).scale : 0;
  const int low = ::pac::compare(domain.intervals.front().low, scale_a, constant->number, scale_b);
  const int high = ::pac::compare(domain.intervals.back().high, scale_a, constant->number, scale_b);
  std::optional<bool> always;
  switch (op) {
    case ir::Op::lt:
      if (high < 0)
        always = true;
      else if (low >= 0)
        always = false;
      break;
    case ir::Op::le:
      if (high <= 0)
        always = true;
      else if (low > 0)
        always = false;
      break;
    case ir::Op::gt:
      if (low > 0)
        always = true;
      else if (high <= 0)
        always = false;
      break;
    case ir::Op::ge:
      if (low >= 0)
        always = true;
      else if (high < 0)
        always = false;
      break;
    case ir::Op::eq:
      if (low > 0 || high < 0) always = false;
      break;
    case ir::Op::ne:
      if (low > 0 || high < 0) always = true;
      break;
    default:
      return;
  }
  if (!always) return;
  emit(Kind::constant_comparison, span, {{"value", *always ? "true" : "false"}})
      .also(slot.span, "`" + std::string(slot.name) + "` is " + show_domain(slot.domain, a.type));
}

std::string Checker::show_domain(ir::DomainId id, const Type& type) const {
  std::string out;
  ir::Constant low, high;
  low.type = high.type = rules_.type(type.id).optional ? type.id : type.id;
  for (const auto& interval : rules_.domain(id).intervals) {
    if (!out.empty()) out += ", ";
    low.number = interval.low;
    high.number = interval.high;
    out += show_constant(low);
    if (interval.low != interval.high) out += " .. " + show_constant(high);
  }
  return out;
}

// ---- in
// ---------------------------------------------------------------------------------------------

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
  const Typed list = expression(e.b);
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
      emit(Kind::empty_range, range.span).label("nothing lies in this range");
      return bad(span);
    }
  }
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
            .also(it->second, "first here");
      }
    }
    ops.push_back(element.id);
  }
  if (!ok) return bad(span);
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

// ---- Text and sets
// ----------------------------------------------------------------------------------

Typed Checker::text_test(const ast::Expr& e) {
  const Typed value = expression(e.a, {Type{type_id(ir::TypeKind::string), {}}});
  if (!value.ok()) return bad(e.span);
  return make_text_test(e.kind, value, node(e.b), e.span);
}

Typed Checker::make_text_test(ast::ExprKind kind, Typed value, const ast::Expr& operand,
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

// ---- Arithmetic
// -------------------------------------------------------------------------------------

// The same value as a decimal of `scale`, or as a quotient. Constants are converted here.
Typed Checker::widen_to(Typed value, ir::TypeKind kind, int scale, Span span) {
  const ir::Type from = ir_type(value.type);
  const int from_scale = from.kind == ir::TypeKind::decimal ? from.scale : 0;
  const ir::TypeId type = type_id(kind, scale);
  if (value.type.id == type) return value;
  if (const ir::Constant* c = constant_of(value.id);
      c != nullptr && kind == ir::TypeKind::decimal) {
    Int128 number = 0;
    if (!::pac::widen(c->number, from_scale, scale, &number)) {
      emit(Kind::number_too_long, span, {{"text", std::string(sources_.text(span))}})
          .note("a decimal has at most 38 digits in all");
      return bad(span);
    }
    value.id = make_number(type, number);
  } else {
    value.id = make(ir::Op::rescale, type, value.id);
  }
  value.type.id = type;
  value.path.clear();
  return value;
}

Typed Checker::arithmetic(const ast::Expr& e, const Expected& expected) {
  // Literals of a sum take the wanted scale; those of a product keep their own.
  Expected inner;
  if ((e.kind == ast::ExprKind::add || e.kind == ast::ExprKind::sub) && expected.type.known() &&
      is_number(expected.type)) {
    inner.type = expected.type;
  }
  const Typed a = expression(e.a, inner);
  const Typed b = expression(e.b, inner);
  if (!a.ok() || !b.ok()) return bad(e.span);
  switch (e.kind) {
    case ast::ExprKind::add:
    case ast::ExprKind::sub:
      return add_sub(e, a, b);
    case ast::ExprKind::mul:
      return multiply(e, a, b);
    default:
      return divide(e, a, b);
  }
}

namespace {

const char* symbol(ast::ExprKind kind) {
  switch (kind) {
    case ast::ExprKind::add:
      return "+";
    case ast::ExprKind::sub:
      return "-";
    case ast::ExprKind::mul:
      return "*";
    default:
      return "/";
  }
}

}  // namespace

Typed Checker::no_operator(const ast::Expr& e, const Typed& a, const Typed& b) {
  auto builder = emit(Kind::no_operator, e.op_span.has_place() ? e.op_span : e.span,
                      {{"op", symbol(e.kind)}, {"left", show(a.type)}, {"right", show(b.type)}});
  const bool quotient = ir_type(a.type).kind == ir::TypeKind::quotient ||
                        ir_type(b.type).kind == ir::TypeKind::quotient;
  const bool text = is(a.type, ir::TypeKind::string) || is(b.type, ir::TypeKind::string);
  const bool date = is(a.type, ir::TypeKind::date) && is(b.type, ir::TypeKind::integer);
  if (quotient) builder.help("a quotient may be compared or rounded: `round(…, 2, half_up)`");
  if (text) builder.help("texts are joined by a template in an outcome: \"{a} and {b}\"");
  if (date) builder.help("write `30 days`, or `add_days(d, n)` from `std.dates`");
  return bad(e.span);
}

Typed Checker::add_sub(const ast::Expr& e, Typed a, Typed b) {
  using ir::TypeKind;
  const bool add = e.kind == ast::ExprKind::add;
  const ir::Op op = add ? ir::Op::add : ir::Op::sub;
  const Span span = e.op_span.has_place() ? e.op_span : e.span;
  const TypeKind ka = ir_type(a.type).kind, kb = ir_type(b.type).kind;
  const auto plain_number = [](TypeKind k) {
    return k == TypeKind::integer || k == TypeKind::decimal;
  };
  if (plain_number(ka) && plain_number(kb)) {
    if (!unify_units(a, b, span, add ? "add" : "subtract")) return bad(e.span);
    if (ka == TypeKind::decimal || kb == TypeKind::decimal) {
      const int scale = std::max(ka == TypeKind::decimal ? ir_type(a.type).scale : 0,
                                 kb == TypeKind::decimal ? ir_type(b.type).scale : 0);
      const std::string unit = a.type.unit;
      a = widen_to(a, TypeKind::decimal, scale, a.span);
      b = widen_to(b, TypeKind::decimal, scale, b.span);
      if (!a.ok() || !b.ok()) return bad(e.span);
    }
    Typed out = typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
    out.flexible = a.flexible && b.flexible;
    return out;
  }
  if (ka == TypeKind::duration && kb == TypeKind::duration) {
    return typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
  }
  if (ka == TypeKind::datetime && kb == TypeKind::duration) {
    return typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
  }
  if (ka == TypeKind::date && kb == TypeKind::duration) {
    constexpr Int128 kDay = Int128{86'400} * 1'000'000;
    const ir::Constant* c = constant_of(b.id);
    if (c == nullptr || c->number % kDay != 0) {
      emit(Kind::date_needs_days, b.span)
          .help("write whole days, as `30 days`, or `add_days(d, n)` from `std.dates`");
      return bad(e.span);
    }
    return typed(make(op, a.type.id, a.id, b.id), a.type, e.span);
  }
  if (add && ka == TypeKind::duration && (kb == TypeKind::date || kb == TypeKind::datetime)) {
    return add_sub(e, b, a);
  }
  if (!add && ka == kb && (ka == TypeKind::date || ka == TypeKind::datetime)) {
    const Type type{type_id(TypeKind::duration), {}};
    return typed(make(op, type.id, a.id, b.id), type, e.span);
  }
  return no_operator(e, a, b);
}

Typed Checker::multiply(const ast::Expr& e, Typed a, Typed b) {
  using ir::TypeKind;
  const TypeKind ka = ir_type(a.type).kind, kb = ir_type(b.type).kind;
  if (ka == TypeKind::integer && kb == TypeKind::duration) return multiply(e, b, a);
  if (ka == TypeKind::duration && kb == TypeKind::integer) {
    return typed(make(ir::Op::mul, a.type.id, a.id, b.id), a.type, e.span);
  }
  const bool numbers = (ka == TypeKind::integer || ka == TypeKind::decimal) &&
                       (kb == TypeKind::integer || kb == TypeKind::decimal);
  if (!numbers) return no_operator(e, a, b);
  if (!a.type.unit.empty() && !b.type.unit.empty()) {
    emit(Kind::unit_product, e.op_span.has_place() ? e.op_span : e.span,
         {{"left", a.type.unit}, {"right", b.type.unit}})
        .help("one of the two must be a plain number");
    return bad(e.span);
  }
  Type type;
  type.unit = a.type.unit.empty() ? b.type.unit : a.type.unit;
  if (ka == TypeKind::integer && kb == TypeKind::integer) {
    type.id = a.type.id;
  } else {
    const int scale = (ka == TypeKind::decimal ? ir_type(a.type).scale : 0) +
                      (kb == TypeKind::decimal ? ir_type(b.type).scale : 0);
    if (scale > kMaxScale) {
      emit(Kind::decimal_scale, e.span, {{"scale", static_cast<int64_t>(scale)}})
          .help("round one factor first");
      return bad(e.span);
    }
    type.id = type_id(TypeKind::decimal, scale);
  }
  Typed out = typed(make(ir::Op::mul, type.id, a.id, b.id), type, e.span);
  out.flexible = a.flexible && b.flexible;
  return out;
}

namespace {

// The number of digits that dividing by n adds, and the factor that replaces the division: x / n =
// x * factor
// * 10^-digits. Only factors 2 and 5 divide a power of ten.
bool exact_divisor(Int128 n, int* digits, Int128* factor) {
  int twos = 0, fives = 0;
  Int128 rest = n < 0 ? -n : n;
  while (rest % 2 == 0) rest /= 2, ++twos;
  while (rest % 5 == 0) rest /= 5, ++fives;
  if (rest != 1 || twos > 30 || fives > 30) return false;
  *digits = std::max(twos, fives);
  *factor = pow10(*digits) / n;
  return true;
}

}  // namespace

Typed Checker::divide(const ast::Expr& e, Typed a, Typed b) {
  using ir::TypeKind;
  const Span span = e.op_span.has_place() ? e.op_span : e.span;
  const TypeKind ka = ir_type(a.type).kind, kb = ir_type(b.type).kind;
  const bool numbers = (ka == TypeKind::integer || ka == TypeKind::decimal) &&
                       (kb == TypeKind::integer || kb == TypeKind::decimal);
  if (!numbers) return no_operator(e, a, b);
  Type type;
  if (a.type.unit == b.type.unit) {
    type.unit = {};
  } else if (b.type.unit.empty()) {
    type.unit = a.type.unit;
  } else {
    unify_units(a, b, span, "divide");
    return bad(e.span);
  }
  const int scale_a = ka == TypeKind::decimal ? ir_type(a.type).scale : 0;
  const int scale_b = kb == TypeKind::decimal ? ir_type(b.type).scale : 0;
  if (const ir::Constant* c = constant_of(b.id); c != nullptr) {
    if (c->number == 0) {
      emit(Kind::divides_by_zero, b.span);
      return bad(e.span);
    }
    int digits = 0;
    Int128 factor = 0;
    // x / (n * 10^-s) = x * 10^s / n: the constant's own scale gives digits back.
    if (exact_divisor(c->number, &digits, &factor)) {
      Int128 times = 1;
      if (scale_b > 0 && ::pac::widen(1, 0, scale_b, &times) && factor <= kMaxDecimal / times) {
        factor *= times;
        while (digits > 0 && factor % 10 == 0) factor /= 10, --digits;
      }
      const int scale = scale_a + digits;
      if (scale <= kMaxScale) {
        const ir::TypeId factor_type = type_id(TypeKind::decimal, digits);
        type.id = type_id(TypeKind::decimal, scale);
        const ir::ExprId by = make_number(factor_type, factor);
        Typed out = typed(make(ir::Op::mul, type.id, a.id, by), type, e.span);
        out.flexible = a.flexible && b.flexible;
        return out;
      }
    }
  }
  type.id = type_id(TypeKind::quotient, scale_a - scale_b);
  return typed(make(ir::Op::quot, type.id, a.id, b.id), type, e.span);
}

Typed Checker::negate(const ast::Expr& e, const Expected& expected) {
  const Typed a =
      expression(e.a, expected.type.known() && is_number(expected.type) ? Expected{expected.type}
                                                                        : Expected{});
  if (!a.ok()) return a;
  const ir::TypeKind kind = ir_type(a.type).kind;
  if (const ir::Constant* c = constant_of(a.id);
      c != nullptr && (kind == ir::TypeKind::integer || kind == ir::TypeKind::decimal ||
                       kind == ir::TypeKind::duration)) {
    Typed out = typed(make_number(a.type.id, -c->number), a.type, e.span);
    out.flexible = a.flexible;
    return out;
  }
  if (kind != ir::TypeKind::integer && kind != ir::TypeKind::decimal &&
      kind != ir::TypeKind::duration) {
    emit(Kind::no_negation, e.span, {{"type", show(a.type)}});
    return bad(e.span);
  }
  return typed(make(ir::Op::neg, a.type.id, a.id), a.type, e.span);
}

}  // namespace pac::check
