// Templates and explanations.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

namespace {

std::string trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return std::string(text);
}

bool is_name(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// The shape of a tag of BCP 47 (RFC 5646, 2.1): language, then script, region and variants.
bool is_language(std::string_view tag) {
  const auto count = [](std::string_view part, auto&& test) {
    return std::ranges::all_of(part, test) ? part.size() : 0;
  };
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  int stage = 0;  // 0 language, 1 script, 2 region, 3 variants
  while (!tag.empty()) {
    const size_t end = std::min(tag.find('-'), tag.size());
    const std::string_view part = tag.substr(0, end);
    tag.remove_prefix(std::min(end + 1, tag.size()));
    const size_t letters = count(part, letter), digits = count(part, digit);
    const size_t both = count(part, [&](char c) { return letter(c) || digit(c); });
    if (stage == 0) {
      if (letters != 2 && letters != 3) return false;
      stage = 1;
    } else if (stage == 1 && letters == 4) {
      stage = 2;
    } else if (stage <= 2 && (letters == 2 || digits == 3)) {
      stage = 3;
    } else if ((both >= 5 && both <= 8) || (both == 4 && digit(part[0]))) {
      stage = 3;
    } else {
      return false;
    }
  }
  return stage > 0;
}

}  // namespace

// "a {x.y} b" as parts: a text, or the names of a path. `{{` and `}}` stand for one brace.
bool Checker::split_template(std::string_view text, Span span,
                             std::vector<std::pair<std::string, std::vector<std::string>>>* parts) {
  std::string literal;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
      literal += c;
      ++i;
      continue;
    }
    if (c == '}') {
      emit(Kind::bad_template, span, {{"why", "a `}` without its `{`"}})
          .help("write `}}` for the character itself");
      return false;
    }
    if (c != '{') {
      literal += c;
      continue;
    }
    const size_t end = text.find('}', i);
    std::string inside = end == std::string_view::npos ? "" : trim(text.substr(i + 1, end - i - 1));
    std::vector<std::string> names;
    std::string rest = inside;
    bool ok = end != std::string_view::npos && !inside.empty();
    while (ok && !rest.empty()) {
      const size_t dot = std::min(rest.find('.'), rest.size());
      names.push_back(rest.substr(0, dot));
      ok = is_name(names.back()) && !(dot + 1 == rest.size());
      rest = dot < rest.size() ? rest.substr(dot + 1) : "";
    }
    if (!ok) {
      emit(Kind::bad_template, span,
           {{"why", end == std::string_view::npos ? std::string("a `{` without its `}`")
                                                  : "`{" + inside + "}` is not a field"}})
          .help(
              "between braces stands a field or a let: `{applicant.amount}`; `{{` is the character "
              "itself");
      return false;
    }
    if (!literal.empty()) parts->emplace_back(std::move(literal), std::vector<std::string>());
    literal.clear();
    parts->push_back({"", std::move(names)});
    i = end;
  }
  if (!literal.empty() || parts->empty())
    parts->emplace_back(std::move(literal), std::vector<std::string>());
  return true;
}

Typed Checker::read_path(const std::vector<std::string>& names, Span span) {
  size_t next = 1;
  const ast::Name first{names[0], span};
  std::optional<Typed> value = local(first);
  if (!value && (names[0] == "input" || names[0] == "context") && names.size() > 1) {
    value = local(ast::Name{names[1], span});
    next = 2;
  }
  if (!value) return unknown_name(first, {});
  for (; next < names.size() && value->ok(); ++next) {
    *value = select(*value, ast::Name{names[next], span}, span);
  }
  if (!value->ok()) return *value;
  value->span = span;
  if (optional(value->type) && !scope_.facts.contains(value->path)) {
    std::string text = names[0];
    for (size_t i = 1; i < names.size(); ++i) text += "." + names[i];
    emit(Kind::may_be_missing, span, {{"name", text}})
        .help("test in the rule's `when` that it is present, or name a `let` with a `default`");
    return bad(span);
  }
  return settle(*value, {});
}

bool Checker::formattable(const Typed& value) const {
  switch (ir_type(value.type).kind) {
    case ir::TypeKind::list:
    case ir::TypeKind::set:
    case ir::TypeKind::record:
    case ir::TypeKind::quotient:
      return false;
    default:
      return true;
  }
}

Typed Checker::template_expression(const ast::Expr&, std::string_view text, Span span) {
  std::vector<std::pair<std::string, std::vector<std::string>>> parts;
  if (!split_template(text, span, &parts)) return bad(span);
  const ir::TypeId string_type = type_id(ir::TypeKind::string);
  std::vector<ir::ExprId> ops;
  for (const auto& [literal, names] : parts) {
    if (names.empty()) {
      ir::Constant c;
      c.type = string_type;
      c.text = literal;
      ops.push_back(make_constant(c));
      continue;
    }
    const Typed value = read_path(names, span);
    if (!value.ok()) return bad(span);
    if (!formattable(value)) {
      emit(Kind::bad_template, span, {{"why", "`" + names.back() + "` is a " + show(value.type)}})
          .help("a template takes texts, numbers, dates and enums");
      return bad(span);
    }
    ops.push_back(value.id);
  }
  if (ops.size() == 1 && rules_.expr(ops[0]).type == string_type) {
    return typed(ops[0], Type{string_type, {}}, span);
  }
  ir::Expr expr;
  expr.op = ir::Op::template_;
  expr.type = string_type;
  return typed(rules_.add(expr, ops), Type{string_type, {}}, span);
}

// The explanations of a decision's rules, over the scope in which each rule's outcome stands.
void Checker::check_texts(DecisionState& d) {
  d.explanations.resize(d.ir.rules.size() + 1);
  for (const auto& e : d.explains) {
    scope_.facts = e.facts;
    scope_.variables = e.variables;
    std::set<std::string> languages;
    for (const auto& text : e.clauses->explanations) {
      if (!is_language(text.language)) {
        emit(Kind::bad_language, text.language_span, {{"language", text.language}})
            .help(
                "write a tag of BCP 47: two or three letters, then a script or a region where it "
                "matters: `en`, `sv-FI`, `sr-Latn`");
        continue;
      }
      if (!languages.insert(text.language).second) {
        emit(Kind::duplicate_name, text.language_span, {{"name", text.language}});
        continue;
      }
      std::vector<std::pair<std::string, std::vector<std::string>>> parts;
      if (!split_template(text.text, text.text_span, &parts)) continue;
      ir::Explanation out{text.language, {}};
      for (const auto& [literal, names] : parts) {
        if (names.empty()) {
          out.parts.push_back({literal, ir::ExprId::none, {}});
          continue;
        }
        const Typed value = read_path(names, text.text_span);
        if (!value.ok()) continue;
        if (!formattable(value)) {
          emit(Kind::bad_template, text.text_span,
               {{"why", "`" + names.back() + "` is a " + show(value.type)}});
          continue;
        }
        check_disclosure(value, text.text_span);
        out.parts.push_back({"", value.id, value.type.unit});
      }
      d.explanations[std::min<size_t>(e.rule, d.ir.rules.size())].push_back(std::move(out));
    }
  }
  scope_.variables.clear();
  scope_.facts = d.assumed;
}

// A field marked @pii in a text that people other than its subject may read.
void Checker::check_disclosure(const Typed& value, Span span) {
  const ir::Expr* e = &rules_.expr(value.id);
  while (e->op == ir::Op::unwrap) e = &rules_.expr(static_cast<ir::ExprId>(e->a));
  if (e->op != ir::Op::field) return;
  const uint32_t record = rules_.type_of(static_cast<ir::ExprId>(e->a)).ref;
  const std::string name = rules_.records[record].fields[e->b].name;
  for (const auto& [record_name, info] : records_) {
    if (ir::index(info.id) != record || info.state != 2) continue;
    for (const auto& field : info.ast->fields) {
      if (field.name.text != name) continue;
      bool pii = false, disclosed = false;
      for (const auto& a : field.annotations) {
        pii = pii || a.name.text == "pii";
        disclosed = disclosed || a.name.text == "disclose";
      }
      if (pii && !disclosed) {
        emit(Kind::pii_in_text, span, {{"field", name}})
            .also(field.name.span, "personal data")
            .help("leave it out, or mark the field `@disclose`");
      }
    }
  }
}

}  // namespace pac::check
