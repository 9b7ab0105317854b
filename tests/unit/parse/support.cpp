#include "tests/unit/parse/support.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace pac::parse {

using ast::ExprKind;

void parse_text(std::string_view text, Parsed* out) {
  auto added = out->sources.add("test.pac", std::string(text));
  ASSERT_TRUE(added.has_value());
  out->file = *added;
  out->module = parse_counting(*out->file, out->emitter, &out->work);
  out->emitter.sort();
}

void parse_file(const std::string& path, Parsed* out) { parse_text(read_text(path), out); }

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string problems(const Parsed& parsed) {
  std::string out;
  for (const auto& d : parsed.emitter.all()) {
    const auto place = parsed.file->location(d.span.begin);
    out += std::to_string(place.line) + ":" + std::to_string(place.column) + " " +
           diag::info(d.kind).code + " [" + std::string(parsed.file->text(d.span)) + "] " +
           d.message() + "\n";
  }
  return out;
}

std::string details(const Parsed& parsed) {
  std::string out;
  for (const auto& d : parsed.emitter.all()) {
    out += d.message() + "\n" + d.label + "\n";
    for (const auto& label : d.labels) out += label.text + "\n";
    for (const auto& note : d.notes) out += note + "\n";
    for (const auto& help : d.helps) out += help + "\n";
    if (d.fix.has_value()) out += d.fix->text + " => " + d.fix->replacement + "\n";
  }
  return out;
}

namespace {

std::string_view word(ExprKind kind) {
  constexpr std::string_view kWords[] = {
      "invalid",    "bool",        "int",       "decimal",  "string",  "date",       "datetime",
      "duration",   "name",        "member",    "call",     "not",     "negate",     "and",
      "or",         "eq",          "ne",        "lt",       "le",      "gt",         "ge",
      "add",        "sub",         "mul",       "div",      "in",      "range",      "is_present",
      "is_missing", "starts_with", "ends_with", "contains", "matches", "intersects", "subset_of",
      "default",    "at",          "if",        "any",      "all",     "none",       "count",
      "sum",        "min",         "max",       "list",     "set",     "record",     "missing"};
  return kWords[static_cast<size_t>(kind)];
}

}  // namespace

std::string show(const Parsed& parsed, ast::ExprId id) {
  if (!ast::present(id)) return "_";
  const ast::Expr& e = parsed.module.expr(id);
  switch (e.kind) {
    case ExprKind::int_lit:
      return std::to_string(e.int_value);
    case ExprKind::bool_lit:
      return e.int_value != 0 ? "true" : "false";
    case ExprKind::decimal_lit:
    case ExprKind::date_lit:
    case ExprKind::datetime_lit:
      return std::string(e.text);
    case ExprKind::string_lit:
      return '"' + parsed.module.strings[e.string] + '"';
    case ExprKind::duration_lit:
      return std::to_string(e.int_value) + std::string(e.name.text);
    case ExprKind::name:
      return std::string(e.name.text);
    case ExprKind::member:
      return show(parsed, e.a) + "." + std::string(e.name.text);
    case ExprKind::missing_lit:
      return "missing";
    default:
      break;
  }
  std::string out = "(" + std::string(word(e.kind));
  if (e.kind == ExprKind::range)
    out += std::string(e.open_low ? "<" : "") + ".." + (e.open_high ? "<" : "");
  if (!e.name.empty()) out += " " + std::string(e.name.text);
  for (const ast::ExprId part : {e.a, e.b, e.c}) {
    if (ast::present(part)) out += " " + show(parsed, part);
  }
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    const ast::Arg& arg = parsed.module.args_of(e)[i];
    out +=
        " " + (arg.name.empty() ? "" : std::string(arg.name.text) + "=") + show(parsed, arg.value);
  }
  return out + ")";
}

std::string show_expr(std::string_view expr) {
  Parsed parsed;
  parse_text(in_decision("let it = " + std::string(expr)), &parsed);
  EXPECT_EQ(parsed.emitter.error_count(), 0u) << problems(parsed);
  if (parsed.module.decisions.empty() || parsed.module.decisions[0].lets.empty()) return "nothing";
  return show(parsed, parsed.module.decisions[0].lets[0].value);
}

std::string in_decision(std::string_view clauses) {
  return "package a edition 1\n\ndecision d {\n" + std::string(clauses) + "\n}\n";
}

std::string in_rule(std::string_view condition) {
  return in_decision("  rules first {\n    rule a {\n      when " + std::string(condition) +
                     "\n      then { ok: true }\n    }\n  }");
}

}  // namespace pac::parse
