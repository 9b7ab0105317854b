// The layout itself, by examples: what an author writes and what comes out.
#include <gtest/gtest.h>

#include "compiler/format/diff.h"
#include "tests/unit/format/support.h"

namespace pac::format {
namespace {

std::string in_file(const std::string& text) { return "package a.b edition 1\n\n" + text; }
void expect_layout(const std::string& text, const std::string& wanted) {
  EXPECT_EQ(laid_out(in_file(text)), in_file(wanted));
}

TEST(Format, FieldsAndTheirAnnotationsInColumns) {
  expect_layout(
      "record A { id:string @pii(identifier)\n  // when\n birth :date @pii(birth_date), home: "
      "string? // may be missing\n}",
      "record A {\n"
      "  id:    string @pii(identifier)\n"
      "  // when\n"
      "  birth: date   @pii(birth_date)\n"
      "  home:  string?  // may be missing\n"
      "}\n");
}

TEST(Format, OneLineStaysOneLineWhileItFits) {
  expect_layout("record A {a:int b:set< int>max 3 items,}\nenum Long{ a,b , }\nenum B {c}",
                "record A { a: int, b: set<int> max 3 items }\n"
                "enum Long { a, b }\n"
                "enum B    { c }\n");
  expect_layout(
      "record A { aaaaaaaaaaaaaaaaaaaaaaaaaa: int, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb: int, "
      "ccccccccccccccccccc: int }",
      "record A {\n"
      "  aaaaaaaaaaaaaaaaaaaaaaaaaa:       int\n"
      "  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb: int\n"
      "  ccccccccccccccccccc:              int\n"
      "}\n");
}

TEST(Format, ParamsOneLinePerDate) {
  expect_layout(
      "param p: decimal(2) { from 2025-01-01: 1_0.00 from 2026-01-01: - 2.00 cites iri \"x\" }",
      "param p: decimal(2) {\n"
      "  from 2025-01-01: 1_0.00\n"
      "  from 2026-01-01: -2.00 cites iri \"x\"\n"
      "}\n");
}

TEST(Format, RulesClausesAndLanguages) {
  expect_layout(
      "decision d { input{a:int} output {b:int}\n\n\n\nlet long=a+ 1\nlet x=- a\n"
      "rules first { rule r priority - 5 { when a==1 then{b:2} explain en \"x\" sv-FI \"y\" cites "
      "iri \"z\" }\n"
      "rule s {\nwhen true\nthen { b: 1 } } otherwise {b:0} } }",
      "decision d {\n"
      "  input  { a: int }\n"
      "  output { b: int }\n"
      "\n"
      "  let long = a + 1\n"
      "  let x    = -a\n"
      "  rules first {\n"
      "    rule r priority -5 { when a == 1 then { b: 2 } explain en \"x\" sv-FI \"y\" cites iri "
      "\"z\" }\n"
      "    rule s {\n"
      "      when true\n"
      "      then { b: 1 }\n"
      "    }\n"
      "    otherwise { b: 0 }\n"
      "  }\n"
      "}\n");
}

TEST(Format, LongConditionsBreakAtTheirOperators) {
  const std::string a = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", b = "bbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                    c = "cccccccccccccccccccccc";
  expect_layout("decision d { assume " + a + " == 1 and (" + b + " or " + c + ") and " + c +
                    " and " + b + " }",
                "decision d {\n"
                "  assume " +
                    a +
                    " == 1\n"
                    "         and (" +
                    b + " or " + c +
                    ")\n"
                    "         and " +
                    c +
                    "\n"
                    "         and " +
                    b +
                    "\n"
                    "}\n");
}

TEST(Format, TablesInColumns) {
  expect_layout(
      "decision d {\ntable first {\nx|y=>a|b\n  // one\n  one:>= 1|\"ä\",missing=>1|2 // "
      "behind\nlonger : - \n | -   => -1 | 2 cites iri \"x\"\notherwise=>0|0\n} }",
      "decision d {\n"
      "  table first {\n"
      "    x            | y            => a  | b\n"
      "    // one\n"
      "    one:    >= 1 | \"ä\", missing => 1  | 2  // behind\n"
      "    longer: -    | -            => -1 | 2 cites iri \"x\"\n"
      "    otherwise                   => 0  | 0\n"
      "  }\n"
      "}\n");
}

TEST(Format, TestsInColumns) {
  expect_layout(
      "test d \"t\" { given {a:1,b:{c:{},}}\nas_of 2026-01-01\nexpect{x:[ {a:1} ]}by r , s }",
      "test d \"t\" {\n"
      "  given  { a: 1, b: { c: {} } }\n"
      "  as_of  2026-01-01\n"
      "  expect { x: [{ a: 1 }] } by r, s\n"
      "}\n");
}

TEST(Format, StringsHaveOneSpelling) {
  expect_layout("cites iri \"\\u{0041}\\u{A}\\u{22}\t\\\\d ä\"",
                "cites iri \"\\u{41}\\n\\\"\\t\\\\d ä\"\n");
}

TEST(Format, CommentsKeepTheirPlace) {
  expect_layout("record A { // open\n// first\n\n\n  a: int // a\n ,\n// last\n}\n// end",
                "record A {  // open\n"
                "  // first\n"
                "\n"
                "  a: int  // a\n"
                "  // last\n"
                "}\n"
                "// end\n");
  expect_layout("decision d {\n  assume a // why\n    and b\n}",
                "decision d {\n"
                "  assume a  // why\n"
                "         and b\n"
                "}\n");
}

TEST(Format, BlankLinesAroundBlocks) {
  expect_layout(
      "enum A { a }\nenum B { b }\nrecord R {\n  a: int\n}\nenum C { c }\n\n\n\nenum D { d }",
      "enum A { a }\n"
      "enum B { b }\n"
      "\n"
      "record R {\n"
      "  a: int\n"
      "}\n"
      "\n"
      "enum C { c }\n"
      "\n"
      "enum D { d }\n");
}

TEST(FormatDiff, ShowsWhatChanges) {
  EXPECT_EQ(diff("p", "a\n", "a\n"), "");
  EXPECT_EQ(diff("p", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n"),
            "--- p\n+++ p\n@@ -2,8 +2,9 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+ten\n");
  EXPECT_EQ(diff("p", "", "a\n"), "--- p\n+++ p\n@@ -0,0 +1,1 @@\n+a\n");
  EXPECT_EQ(diff("p", "a", "a\n"),
            "--- p\n+++ p\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

}  // namespace
}  // namespace pac::format
