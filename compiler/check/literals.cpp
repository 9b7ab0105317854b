// Literals of scalars, texts, lists, sets and records.
#include "compiler/check/checker.h"

namespace pac::check {

// ---- Literals -----------------------------------------------------------------------------------

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

namespace {

// Letters that have a form with the accent as one character (Latin; what keyboards and copying from
// documents produce). The full normal form needs the tables of Unicode, which pac does not carry.
bool composes(char base, unsigned mark) {
  static const std::map<unsigned, std::string_view> kBases = {
      {0x300, "AEIOUaeiouNnWwYy"},
      {0x301, "AEIOUYaeiouyCcLlNnRrSsZzGgKkMmPpWw"},
      {0x302, "AEIOUaeiouCcGgHhJjSsWwYyZz"},
      {0x303, "ANOanoIiUuEeYyVv"},
      {0x304, "AEIOUaeiouGgYy"},
      {0x306, "AEGIOUaegiou"},
      {0x307, "CcEeGgIZzAaOoBbDdFfHhMmNnPpRrSsTtWwXxYy"},
      {0x308, "AEIOUaeiouyYHhWwXxt"},
      {0x30A, "AaUuwy"},
      {0x30B, "OoUu"},
      {0x30C, "CcDdEeNnRrSsTtZzLlAaIiOoUuGgKkjHh"},
      {0x327, "CcGgKkLlNnRrSsTtEeDdHh"},
      {0x328, "AaEeIiUuOo"}};
  const auto it = kBases.find(mark);
  return it != kBases.end() && it->second.find(base) != std::string_view::npos;
}

bool has_split_accent(std::string_view text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i + 1]);
    const auto rest = static_cast<unsigned char>(text[i + 2]);
    if ((lead & 0xE0) == 0xC0 && composes(text[i], (lead & 0x1Fu) << 6 | (rest & 0x3Fu))) {
      return true;
    }
  }
  return false;
}

}  // namespace

Typed Checker::string_literal(const ast::Expr& e, const Expected&) {
  const std::string& text = scope_module_->strings[e.string];
  if (has_split_accent(text)) {
    emit(Kind::not_normalised, e.span)
        .note("it looks the same as the text with one character, and is not equal to it")
        .help("type the letter anew");
  }
  if (scope_.templates && text.find_first_of("{}") != std::string::npos) {
    return template_expression(e, text, e.span);
  }
  ir::Constant c;
  c.type = type_id(ir::TypeKind::string);
  c.text = text;
  return typed(make_constant(c), Type{c.type, {}}, e.span);
}

// ---- Lists and records --------------------------------------------------------------------------

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

}  // namespace pac::check
