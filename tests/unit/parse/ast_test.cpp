// What the author wrote arrives in the AST: structure, places, comments.
#include <gtest/gtest.h>

#include "tests/unit/parse/support.h"

namespace pac::parse {
namespace {

using ast::CellKind;
using ast::CellTest;
using Policy = ast::HitPolicy::Kind;

std::string_view text(const Parsed& p, Span span) { return p.file->text(span); }

TEST(Expr, operators_bind_as_documented) {
  EXPECT_EQ(show_expr("a or b and not c == 1"), "(or a (and b (not (eq c 1))))");
  EXPECT_EQ(show_expr("not a and b"), "(and (not a) b)");
  EXPECT_EQ(show_expr("a and b and c"), "(and (and a b) c)");
  EXPECT_EQ(show_expr("1 + 2 * 3 - 4 / 5"), "(sub (add 1 (mul 2 3)) (div 4 5))");
  EXPECT_EQ(show_expr("-x default 0 + 1"), "(add (default (negate x) 0) 1)");
  EXPECT_EQ(show_expr("a default b default c"), "(default (default a b) c)");
  EXPECT_EQ(show_expr("p at d default 0"), "(default (at p d) 0)");
  EXPECT_EQ(show_expr("x-1"), "(sub x 1)");
  EXPECT_EQ(show_expr("-5 - -3"), "(sub (negate 5) (negate 3))");
}

TEST(Expr, comparisons) {
  EXPECT_EQ(show_expr("a.b >= 5"), "(ge a.b 5)");
  EXPECT_EQ(show_expr("x in 1 .. 5"), "(in x (range.. 1 5))");
  EXPECT_EQ(show_expr("x in 1..<5"), "(in x (range..< 1 5))");
  EXPECT_EQ(show_expr("x in 1 <.. 5"), "(in x (range<.. 1 5))");
  EXPECT_EQ(show_expr("x in 1 <..< 5"), "(in x (range<..< 1 5))");
  EXPECT_EQ(show_expr("x in {a, \"b\"}"), "(in x (set a \"b\"))");
  EXPECT_EQ(show_expr("x in xs"), "(in x xs)");
  EXPECT_EQ(show_expr("x.y is missing"), "(is_missing x.y)");
  EXPECT_EQ(show_expr("s matches \"a+\""), "(matches s \"a+\")");
  EXPECT_EQ(show_expr("a intersects b and c subset_of d"),
            "(and (intersects a b) (subset_of c d))");
}

TEST(Expr, quantifiers_and_folds) {
  EXPECT_EQ(show_expr("any v in xs: v.a and b"), "(any v xs (and v.a b))");
  EXPECT_EQ(show_expr("a or none v in xs: v == 1"), "(or a (none v xs (eq v 1)))");
  EXPECT_EQ(show_expr("count(v in xs)"), "(count v xs)");
  EXPECT_EQ(show_expr("count(v in xs where v > 1)"), "(count v xs (gt v 1))");
  EXPECT_EQ(show_expr("sum(v.a for v in xs where v.b)"), "(sum v xs v.b v.a)");
  EXPECT_EQ(show_expr("max(v for v in xs)"), "(max v xs v)");
  EXPECT_EQ(show_expr("max(a, 0)"), "(call max a 0)");
  EXPECT_EQ(show_expr("count > 5"), "(gt count 5)");
}

TEST(Expr, calls_records_lists) {
  EXPECT_EQ(show_expr("f(x: 1, 2).a.b"), "(call f x=1 2).a.b");
  EXPECT_EQ(show_expr("std.dates.f()"), "(call std.dates.f)");
  EXPECT_EQ(show_expr("{ a: 1, b: { c: [] } }"), "(record a=1 b=(record c=(list)))");
  EXPECT_EQ(show_expr("{}"), "(set)");
  EXPECT_EQ(show_expr("{ 1, 2, }"), "(set 1 2)");
  EXPECT_EQ(show_expr("if a then b else if c then d else e"), "(if a b (if c d e))");
  EXPECT_EQ(show_expr("30 days"), "30days");
  EXPECT_EQ(show_expr("missing"), "missing");
  EXPECT_EQ(show_expr("input.missing"), "input.missing");
}

TEST(Expr, literals) {
  EXPECT_EQ(show_expr("1_000"), "1000");
  EXPECT_EQ(show_expr("1_000.00"), "1_000.00");
  EXPECT_EQ(show_expr("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(show_expr("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(show_expr("2026-03-01"), "2026-03-01");
  EXPECT_EQ(show_expr("2026-03-01T09:00:00Z"), "2026-03-01T09:00:00Z");
  EXPECT_EQ(show_expr(R"("a\"\\\n\t\r\u{1F600}ä")"), "\"a\"\\\n\t\r\xf0\x9f\x98\x80\xc3\xa4\"");
}

TEST(Expr, words_are_names_where_they_mean_nothing) {
  EXPECT_EQ(show_expr("none in {none, other}"), "(in none (set none other))");
  EXPECT_EQ(show_expr("o.any and of.by"), "(and o.any of.by)");
  EXPECT_EQ(show_expr("default default at"), "(default default at)");
}

TEST(Expr, spans_cover_the_text) {
  Parsed p;
  parse_text(in_decision("let it = (a + bb) * f(x: 1).y"), &p);
  const ast::Expr& product = p.module.expr(p.module.decisions[0].lets[0].value);
  EXPECT_EQ(text(p, product.span), "(a + bb) * f(x: 1).y");
  EXPECT_EQ(text(p, product.op_span), "*");
  const ast::Expr& sum = p.module.expr(product.a);
  EXPECT_TRUE(sum.parens);
  EXPECT_EQ(text(p, sum.span), "(a + bb)");
  const ast::Expr& member = p.module.expr(product.b);
  EXPECT_EQ(text(p, member.span), "f(x: 1).y");
  EXPECT_EQ(text(p, p.module.expr(member.a).span), "f(x: 1)");
}

TEST(Module, declarations_in_source_order) {
  Parsed p;
  parse_text(
      "package a.b edition 1\nuse std.dates\n/// About it.\n@owner(\"x\")\ncites finlex \"1/2000\" "
      "section \"2\"\n"
      "enum E { a, b \"B\" }\nprivate record R { x: int }\nobligation o { }\nadvice v { }\n"
      "param p: int { from 2025-01-01: 1 }\npartial decision d { }\ntest d \"t\" { }\n",
      &p);
  ASSERT_EQ(problems(p), "");
  const ast::Module& m = p.module;
  EXPECT_EQ(text(p, m.package.span), "a.b");
  EXPECT_EQ(m.edition, 1);
  ASSERT_EQ(m.uses.size(), 1u);
  ASSERT_EQ(m.items.size(), 8u);
  EXPECT_EQ(m.items[0].kind, ast::ItemKind::cite);
  EXPECT_EQ(m.items[0].doc, "/// About it.");
  EXPECT_EQ(m.items[0].annotations.at(0).name.text, "owner");
  EXPECT_EQ(m.cites[0].parts.at(0).value, "2");
  EXPECT_EQ(m.enums[0].values[1].wire, "B");
  EXPECT_FALSE(m.enums[0].values[0].has_wire);
  EXPECT_TRUE(m.items[2].is_private);
  EXPECT_EQ(text(p, m.items[2].span), "private record R { x: int }");
  EXPECT_FALSE(m.duties[0].is_advice);
  EXPECT_TRUE(m.duties[1].is_advice);
  EXPECT_TRUE(m.decisions[0].partial);
  EXPECT_EQ(m.tests[0].title, "t");
}

TEST(Module, types_and_domains) {
  Parsed p;
  parse_text(
      "package a edition 1\nrecord R {\n"
      "  a: decimal(2)? unit EUR in 0.01 .. 9.99 @pii(x)\n"
      "  b: list<set<int in 1, 5 .. 7>> max 50 items\n"
      "  c: string in {\"x\", \"y\"} matches \"a\" max 4_000 chars, d: date >= 2025-01-01\n}\n",
      &p);
  ASSERT_EQ(problems(p), "");
  const auto& f = p.module.records[0].fields;
  ASSERT_EQ(f.size(), 4u);
  EXPECT_EQ(f[0].type.kind, ast::TypeRef::Kind::decimal);
  EXPECT_EQ(f[0].type.scale, 2);
  EXPECT_TRUE(f[0].type.optional);
  EXPECT_EQ(f[0].type.unit.text, "EUR");
  EXPECT_EQ(f[0].annotations.at(0).name.text, "pii");
  EXPECT_EQ(f[1].type.domains.at(0).max, 50);
  const ast::TypeRef& set = f[1].type.element.at(0);
  EXPECT_EQ(set.kind, ast::TypeRef::Kind::set);
  const ast::Domain& values = set.element.at(0).domains.at(0);
  EXPECT_EQ(values.kind, ast::DomainKind::values);
  EXPECT_EQ(show(p, values.parts.at(1)), "(range.. 5 7)");
  EXPECT_EQ(f[2].type.domains.at(0).kind, ast::DomainKind::values);
  EXPECT_EQ(f[2].type.domains.at(1).pattern, "a");
  EXPECT_EQ(f[2].type.domains.at(2).kind, ast::DomainKind::max_chars);
  EXPECT_EQ(f[3].type.domains.at(0).compare, ast::ExprKind::ge);
}

TEST(Decision, clauses) {
  Parsed p;
  parse_text(
      in_decision(
          "  context { as_of: date, zone \"Europe/Paris\" }\n  input { a: int }\n  output { b: int "
          "}\n"
          "  feature s: int? of a.id max_age 30 days\n  assume a > 1\n  @exact\n  cites iri \"x\"\n"
          "  may_use a.b cites iri \"y\"\n  let c: int = 1\n  result { b: 1 }"),
      &p);
  ASSERT_EQ(problems(p), "");
  const ast::Decision& d = p.module.decisions.at(0);
  EXPECT_EQ(d.zones.at(0).name, "Europe/Paris");
  EXPECT_EQ(d.context.size(), 1u);
  EXPECT_EQ(d.features.at(0).max_age, 30);
  EXPECT_EQ(d.features.at(0).max_age_unit.text, "days");
  EXPECT_EQ(show(p, d.features.at(0).key), "a.id");
  EXPECT_EQ(d.annotations.size(), 1u);
  EXPECT_EQ(d.may_use.at(0).cites.size(), 1u);
  EXPECT_TRUE(d.lets.at(0).has_type);
  EXPECT_EQ(show(p, d.result), "(record b=1)");
}

ast::HitPolicy policy_of(const char* words, Parsed* p) {
  parse_text(in_decision(std::string("  rules ") + words + " {}"), p);
  EXPECT_EQ(problems(*p), "") << words;
  return p->module.decisions.at(0).policy;
}

TEST(Decision, hit_policies) {
  const std::pair<const char*, Policy> kAll[] = {
      {"unique", Policy::unique},
      {"unique with exceptions", Policy::unique_with_exceptions},
      {"any", Policy::any},
      {"first", Policy::first},
      {"by priority", Policy::by_priority},
      {"by outcome r: a, b", Policy::by_outcome},
      {"by highest c", Policy::by_highest},
      {"collect list", Policy::collect_list},
      {"collect s = sum(p)", Policy::collect_folds},
      {"deny_overrides", Policy::deny_overrides},
      {"permit_overrides", Policy::permit_overrides}};
  for (const auto& [words, kind] : kAll) {
    Parsed p;
    EXPECT_EQ(policy_of(words, &p).kind, kind) << words;
  }
  Parsed p;
  const auto ranked = policy_of("collect list by outcome a: x, -1, b: \"s\"", &p);
  EXPECT_EQ(ranked.kind, Policy::collect_list);
  ASSERT_EQ(ranked.ranked.size(), 2u);
  EXPECT_EQ(ranked.ranked[0].column.text, "a");
  EXPECT_EQ(ranked.ranked[0].values.size(), 2u);
  EXPECT_EQ(ranked.ranked[1].column.text, "b");
  Parsed q;
  const auto folds = policy_of("collect s = sum(p), n = count(), r = list(rule)", &q).folds;
  ASSERT_EQ(folds.size(), 3u);
  EXPECT_EQ(folds[0].function.text, "sum");
  EXPECT_TRUE(folds[1].column.empty());
  EXPECT_EQ(folds[2].column.text, "rule");
}

TEST(Decision, rules) {
  Parsed p;
  parse_text(
      in_decision("  rules collect list {\n    /// Doc.\n    @accept(PAC2003, \"y\")\n"
                  "    rule b overrides a, c priority 5 effective from 2026-01-01 to 2026-02-01 "
                  "for each m in x.ms {\n"
                  "      when m then deny\n      oblige o { keep: 30 days }\n      advise v {}\n"
                  "      explain en \"e\" sv-FI \"s\"\n      cites iri \"c\"\n    }\n    otherwise "
                  "{}\n  }"),
      &p);
  ASSERT_EQ(problems(p), "");
  const ast::Rule& r = p.module.decisions.at(0).rules.at(0);
  EXPECT_EQ(r.doc, "/// Doc.");
  EXPECT_EQ(r.annotations.at(0).args.size(), 2u);
  EXPECT_EQ(r.overrides.size(), 2u);
  EXPECT_EQ(r.priority, 5);
  EXPECT_EQ(r.effective.to, "2026-02-01");
  EXPECT_EQ(show(p, r.for_each.list), "x.ms");
  EXPECT_EQ(show(p, r.outcome.value), "deny");
  EXPECT_EQ(r.clauses.duties.at(1).is_advice, true);
  EXPECT_EQ(show(p, r.clauses.duties.at(1).record), "(record)");
  EXPECT_EQ(r.clauses.explanations.at(1).language, "sv-FI");
  EXPECT_EQ(show(p, p.module.decisions[0].otherwise.outcome.value), "(record)");
}

TEST(Decision, tables) {
  Parsed p;
  parse_text(
      in_decision(
          "  table first {\n    a | f(x) => z | y\n    l: < 5 | - => 1 | 2 cites iri \"c\"\n"
          "    not (\"a\", \"b\") | missing, 1 .. 2\n      => missing\n       | 3\n"
          "    present | not in {1}, starts_with \"x\" => 1 | 2\n    otherwise => 8 | 9\n  }"),
      &p);
  EXPECT_EQ(p.emitter.error_count(), 1u);  // `not a, b` wants brackets
  const ast::Table& t = p.module.decisions.at(0).table;
  EXPECT_EQ(show(p, t.columns.at(1)), "(call f x)");
  ASSERT_EQ(t.rows.size(), 2u);
  EXPECT_EQ(t.rows[0].label.text, "l");
  EXPECT_EQ(t.rows[0].cells.at(0).tests.at(0).op, ast::ExprKind::lt);
  EXPECT_EQ(t.rows[0].cells.at(1).kind, CellKind::any);
  EXPECT_EQ(t.rows[0].clauses.cites.size(), 1u);
  EXPECT_TRUE(t.rows[1].cells.at(0).negated);
  EXPECT_EQ(t.rows[1].cells.at(0).tests.size(), 2u);
  EXPECT_EQ(t.rows[1].cells.at(1).tests.at(0).kind, CellTest::Kind::missing);
  EXPECT_EQ(t.rows[1].cells.at(1).tests.at(1).kind, CellTest::Kind::range);
  EXPECT_EQ(show(p, t.rows[1].outcome.cells.at(0)), "missing");
  EXPECT_EQ(show(p, p.module.decisions[0].otherwise.outcome.cells.at(1)), "9");
}

TEST(Test, items) {
  Parsed p;
  parse_text(
      "package a edition 1\ntest d \"t\" {\n  given { a: {} } features { c.s: 720 at "
      "2026-02-20T00:00:00Z, t: 1 }\n"
      "  params {} context {} as_of 2026-01-01\n  expect [ { a: 1 }, {} ] by x, otherwise with o\n"
      "  expect error \"PAC5001\" expect no_match expect refused a.b expect deny\n}\n"
      "test d \"u\" cases {\n  a | b => c | by\n  - | 1 => 2 | r\n}\n",
      &p);
  ASSERT_EQ(problems(p), "");
  const ast::Test& t = p.module.tests.at(0);
  EXPECT_EQ(show(p, t.given), "(record a=(set))");
  EXPECT_EQ(t.features.at(0).name.names.size(), 2u);
  EXPECT_EQ(show(p, t.features.at(0).value), "720");
  EXPECT_EQ(show(p, t.features.at(0).at), "2026-02-20T00:00:00Z");
  ASSERT_EQ(t.expects.size(), 5u);
  EXPECT_EQ(show(p, t.expects[0].value), "(list (record a=1) (record))");
  EXPECT_EQ(t.expects[0].by.size(), 2u);
  EXPECT_EQ(t.expects[1].error_code, "PAC5001");
  EXPECT_EQ(t.expects[3].refused.names.size(), 2u);
  const ast::Test& cases = p.module.tests.at(1);
  EXPECT_TRUE(cases.is_table);
  EXPECT_FALSE(ast::present(cases.cases.at(0).inputs.at(0)));
  EXPECT_EQ(show(p, cases.cases.at(0).outputs.at(1)), "r");
}

TEST(Module, comments_and_line_ends_are_kept_apart) {
  Parsed p;
  parse_text(
      "\xef\xbb\xbfpackage a edition 1\r\n// one\r\n/// doc\r\n/// more\r\nenum E {\r\n\ta, // "
      "two\r\n\t/// of b\r\n\tb }\r\n"
      "//// ruler\r\n",
      &p);
  ASSERT_EQ(problems(p), "");
  ASSERT_EQ(p.module.comments.size(), 6u);
  EXPECT_EQ(text(p, p.module.comments[0].span), "// one");
  EXPECT_TRUE(p.module.comments[1].is_doc);
  EXPECT_FALSE(p.module.comments[5].is_doc);
  EXPECT_EQ(p.module.items.at(0).doc, "/// doc\r\n/// more");
  EXPECT_EQ(p.module.enums[0].values[1].doc, "/// of b");
}

TEST(Module, empty_braces_are_legal) {
  Parsed p;
  parse_text(
      "package a edition 1\nenum E {}\nrecord R {}\nobligation o {}\nparam p: int {}\n"
      "decision d { context {} input {} output {} rules first {} }\ndecision e { table any {} }\n"
      "test d \"t\" {}\ntest d \"u\" cases {}\n",
      &p);
  EXPECT_EQ(problems(p), "");
}

}  // namespace
}  // namespace pac::parse
