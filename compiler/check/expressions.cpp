// Expressions: the way to each kind, conditions, conversions.
#include "compiler/check/checker.h"

namespace pac::check {

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
  // Every pass recurses over expressions; the verifier refuses more than 512 levels, conversions
  // included. Once told, the rest of the outermost expression is passed over.
  constexpr int kMaxLevels = 400;
  constexpr int kTold = 1 << 20;
  if (depth_ >= kMaxLevels) {
    if (depth_ < kTold) {
      emit(Kind::limit_exceeded, e.span,
           {{"what", "levels of an expression"}, {"limit", kMaxLevels}})
          .help("name parts of it with `let`");
    }
    depth_ = kTold;
    return bad(e.span);
  }
  const int level = depth_++;
  Typed out = elaborate(e, expected);
  if (depth_ < kTold || level == 0) depth_ = level;
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
      emit(Kind::misplaced_value, e.span, {{"wanted", "a value, not a range,"}})
          .help("a range stands after `in`: `x in 1 .. 5`");
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
        emit(Kind::misplaced_record, e.span)
            .help("a record stands where a record is expected; name the field that is meant");
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

// ---- Conversions --------------------------------------------------------------------------------

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
          {"wanted", target.unit.empty() ? "no unit" : target.unit}})
        .help(
            value.type.unit.empty()
                ? "give what it comes from the unit: `let fee: decimal(2) unit " + target.unit +
                      " = …`"
            : target.unit.empty()
                ? "write `unit " + value.type.unit + "` where it goes, or divide by an amount in " +
                      value.type.unit
                : "an exchange rate without a unit can't turn one into the other; take the amount "
                  "in " +
                      target.unit + " as an input");
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
