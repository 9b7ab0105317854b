// One mistake costs one piece: what stands before and after it is read, and nothing is reported
// twice.
#include <gtest/gtest.h>

#include "tests/unit/parse/support.h"

namespace pac::parse {
namespace {

TEST(Recovery, each_piece_reports_its_own_mistake) {
  Parsed p;
  parse_text(
      "package a edition 1\n"
      "enum E { a, 5, b }\n"
      "record R {\n  x: int,\n  y int\n  z: string\n}\n"
      "param p: int {\n  from 2025-01-01 1\n  from 2026-01-01: 2\n}\n"
      "decision d {\n"
      "  input { a: int }\n"
      "  let b = (1 + )\n"
      "  let c = 2\n"
      "  rules first {\n"
      "    rule r1 { when a = 1 then { x: 1 } }\n"
      "    rule r2 { when a == 2 then { x: 2 } }\n"
      "    rule r3 { when then { x: 3 } }\n"
      "    otherwise { x: 4 }\n"
      "  }\n"
      "}\n"
      "test d \"t\" {\n  given { a 1 }\n  expect { x: 1 }\n}\n"
      "decision e { result { x: 1 } }\n",
      &p);
  EXPECT_EQ(problems(p),
            "2:13 PAC1001 [5] unexpected number `5`\n"
            "5:4 PAC1018 [] a `:` is missing\n"
            "9:18 PAC1018 [] a `:` is missing\n"
            "14:16 PAC1001 [)] unexpected `)`\n"
            "17:22 PAC1019 [=] `=` does not compare\n"
            "19:20 PAC1001 [then] unexpected `then`\n"
            "24:12 PAC1018 [] a `:` is missing\n");
  EXPECT_EQ(p.module.enums.at(0).values.size(), 2u);
  EXPECT_EQ(p.module.records.at(0).fields.size(), 2u);
  EXPECT_EQ(p.module.params.at(0).lines.size(), 1u);
  ASSERT_EQ(p.module.decisions.size(), 2u);
  EXPECT_EQ(p.module.decisions[0].lets.size(), 1u);
  ASSERT_EQ(p.module.decisions[0].rules.size(), 1u);
  EXPECT_EQ(p.module.decisions[0].rules[0].name.text, "r2");
  EXPECT_TRUE(p.module.decisions[0].otherwise.present);
  EXPECT_EQ(p.module.tests.at(0).expects.size(), 1u);
}

TEST(Recovery, rows) {
  Parsed p;
  parse_text(in_decision("  table first {\n    a | b => c\n    1 | => 2\n    1 | 2 => 3\n    ( | 2 "
                         "=> 3\n    1 | 2 3\n"
                         "    1 | 2 =>\n    last: 1 | 2 => 3\n  }"),
             &p);
  EXPECT_EQ(p.module.decisions.at(0).table.rows.size(), 2u);
  EXPECT_EQ(p.emitter.error_count(), 4u) << problems(p);
}

TEST(Recovery, forgotten_brace_is_found_by_indentation) {
  Parsed p;
  parse_text(
      "package a edition 1\n"
      "decision d {\n"
      "  rules first {\n"
      "    rule r1 {\n"
      "      when a then b\n"
      "    rule r2 {\n"
      "      when a then b\n"
      "    }\n"
      "  }\n"
      "}\n"
      "\n"
      "decision e {\n  let a = 1 +\n}\n",
      &p);
  EXPECT_EQ(problems(p),
            "4:13 PAC1013 [{] this `{` is never closed\n"
            "14:1 PAC1001 [}] unexpected `}`\n");
  EXPECT_EQ(p.module.decisions.size(), 2u);
}

TEST(Recovery, brace_too_many_is_found_by_indentation) {
  Parsed p;
  parse_text(
      "package a edition 1\n"
      "decision d {\n"
      "  rules first {\n"
      "    rule r1 {\n"
      "      when a then b\n"
      "      }\n"
      "    }\n"
      "    rule r2 {\n"
      "      when a then b\n"
      "    }\n"
      "  }\n"
      "}\n"
      "enum E { a }\n",
      &p);
  EXPECT_EQ(problems(p), "6:7 PAC1014 [}] this `}` closes nothing\n");
  EXPECT_EQ(p.module.enums.size(), 1u);
}

// The words of the language are names too, so `let` passes as the value that is missing.
TEST(Recovery, next_clause_is_not_swallowed) {
  Parsed p;
  parse_text(in_decision("  let a = 1 +\n  let b = if a then b else\n  let c = 3\n  assume\n"
                         "  result { x: c }"),
             &p);
  EXPECT_EQ(problems(p),
            "5:3 PAC1001 [let] unexpected `let`\n"
            "6:3 PAC1001 [let] unexpected `let`\n"
            "8:3 PAC1001 [result] unexpected `result`\n");
  EXPECT_EQ(p.module.decisions.at(0).lets.size(), 1u);
  EXPECT_TRUE(ast::present(p.module.decisions[0].result));
}

TEST(Recovery, bracket_ends_with_its_clause) {
  Parsed p;
  parse_text(in_decision("  let a = f(1, (2\n  let b = 2\n  let c = [1\n  result { x: b }"), &p);
  EXPECT_EQ(p.module.decisions.at(0).lets.size(), 3u) << problems(p);
  EXPECT_EQ(p.emitter.error_count(), 3u) << problems(p);
  EXPECT_TRUE(ast::present(p.module.decisions[0].result));
}

TEST(Recovery, unclosed_text_does_not_unbalance_brackets) {
  Parsed p;
  parse_text(in_decision("  let a = f(\"x)\n  let b = 2"), &p);
  EXPECT_EQ(problems(p), "4:13 PAC1004 [\"x)] this text is not closed on its line\n");
  EXPECT_EQ(p.module.decisions.at(0).lets.back().name.text, "b");
}

TEST(Recovery, wrong_policy_still_reads_the_rules) {
  Parsed p;
  parse_text(
      in_decision(
          "  rules {\n    rule a { when b = 1 then c }\n    rule e { when b == 1 then c }\n  }"),
      &p);
  EXPECT_EQ(p.emitter.error_count(), 2u) << problems(p);
  EXPECT_EQ(p.module.decisions.at(0).rules.size(), 1u);
  EXPECT_EQ(p.module.decisions.at(0).policy.kind, ast::HitPolicy::Kind::invalid);
}

TEST(Recovery, valid_code_in_odd_layout_has_no_messages) {
  Parsed p;
  parse_text(
      "package a edition 1 enum E{a,b}record R{x:int y:int,z:int}\n"
      "decision d{input{a:int}let b=(\n1\n+ 2\n)let c = if (a\n== 1\n) then {1} else {2} table "
      "first{a=>z\n1=>2}}\n"
      "    decision e {\n        result {\n    x: 1\n}\n        }\n",
      &p);
  EXPECT_EQ(problems(p), "");
  EXPECT_EQ(p.module.items.size(), 4u);
}

}  // namespace
}  // namespace pac::parse
