// Each mistake with a message of its own: the code, the place it points at, and the way out.
#include <gtest/gtest.h>

#include "compiler/parse/parse.h"
#include "tests/unit/parse/support.h"

namespace pac::parse {
namespace {

struct Mistake {
  const char* source;   // a condition of a rule, or clauses of a decision
  const char* problem;  // code and text pointed at, of the first diagnostic
  const char* say;      // somewhere in its details
};

void expect_mistake(const std::string& text, const Mistake& m) {
  Parsed p;
  parse_text(text, &p);
  EXPECT_NE(problems(p).find(m.problem), std::string::npos) << m.source << "\n" << problems(p);
  EXPECT_NE(details(p).find(m.say), std::string::npos) << m.source << "\n" << details(p);
  EXPECT_EQ(p.emitter.all().size(), 1u) << m.source << "\n" << problems(p);
}

TEST(Message, conditions) {
  const Mistake kMistakes[] = {
      {"age = 18", "PAC1019 [=]", "write `==` => =="},
      {"age => 18", "PAC1003 [=>]", "write `>=` => >="},
      {"age =< 18", "PAC1003 [=<]", "=> <="},
      {"a && b", "PAC1003 [&&]", "=> and"},
      {"a || b", "PAC1003 [||]", "=> or"},
      {"!a", "PAC1003 [!]", "=> not"},
      {"a <> b", "PAC1003 [<>]", "=> !="},
      {"a === b", "PAC1003 [===]", "=> =="},
      {"a ≤ b", "PAC1003 [≤]", "=> <="},
      {"a AND b", "PAC1003 [AND]", "=> and"},
      {"name == 'x'", "PAC1005 ['x']", "=> \"x\""},
      {"name == “x”", "PAC1005 [“x”]", "=> \"x\""},
      {"name == \"x", "PAC1004 [\"x]", "close it with"},
      {"d > 2026-1-1", "PAC1010 [2026-1-1]", "=> 2026-01-01"},
      {"d > 1.2.2026", "PAC1010 [1.2.2026]", "year-month-day"},
      {"d > 2026-01-01T10:00", "PAC1009 [2026-01-01T10:00]", "2026-03-01T09:00:00Z"},
      {"d > e + 30 months", "PAC1011 [months]", "add_months(date, 30, end_of_month: clip)"},
      {"d > e + 2 years", "PAC1011 [years]", "add_months(date, 2 * 12"},
      {"d > e + 1 day", "PAC1011 [day]", "=> days"},
      {"a == null", "PAC1021 [null]", "=> is missing"},
      {"a != missing", "PAC1021 [missing]", "=> is present"},
      {"a is null", "PAC1003 [is null]", "=> is missing"},
      {"a is not missing", "PAC1003 [is not missing]", "=> is present"},
      {"a is true", "PAC1001 [true]", "a bool stands alone"},
      {"a not in {1}", "PAC1003 [not in]", "`not` stands before the whole comparison"},
      {"1 < a < 5", "PAC1020 [<]", "x in a .. b"},
      {"xs[0] == 1", "PAC1022 [[]", "any x in xs"},
      {"x in [1 .. 5]", "PAC1001 [..]", "a range has no brackets"},
      {"x between 1 and 2", "PAC1001 [between]", "x in 1 .. 5"},
      {"name contain \"x\"", "PAC1001 [contain]", "=> contains"},
      {"a ** 2 > 1", "PAC1001 [*]", "no operator for powers"},
      {"a % 2 == 1", "PAC1002 [%]", "mod(a, b)"},
      {"a > 5;", "PAC1002 [;]", "a line end is enough"},
      {"a ? b : c", "PAC1001 [?]", "if condition then a else b"},
      {"sum(x for x in xs", "PAC1013 [(]", "opened here"},
      {"a) and b", "PAC1014 [)]", "nothing is open here"},
      {"avg(x for x in xs) > 1", "PAC1025 [avg]", "sum(v.amount for v in xs)"},
      {"a and b or c", "PAC1024 [or]", "=> (a and b)"},
      {"a and any v in xs: b or c", "PAC1024 [and]", "=> (any v in xs: b or c)"},
      {"x == \"\\d\"", "PAC1006 [\\d]", "a backslash itself"},
      {"x == \"\\u{0}\"", "PAC1006 [\\u]", "not 0"},
      {"x == 1__0", "PAC1007 [1__0]", "between two digits"},
      {"x == 1e5", "PAC1007 [1e5]", "no exponent"},
      {"x == 5x", "PAC1007 [5x]", "a name begins with a letter"},
      {"x == 9223372036854775808", "PAC1008 [9223372036854775808]", "64 bits"},
      {"x == 1.", "PAC1001 [.]", "write `1.0`"},
      {"hyvä == 1", "PAC1002 [hyvä]", "letters a to z"},
      {"a\u00a0== 1", "PAC1002", "no-break space"},
      {"a in 1 – 5", "PAC1003 [–]", "=> .."},
      {"a in 1 — 5", "PAC1003 [—]", "=> .."},
      {"a – b > 5", "PAC1003 [–]", "=> -"},
      {"5 − 3 > a", "PAC1003 [−]", "=> -"},
      {"a > 2026–01–31", "PAC1010 [2026–01–31]", "=> 2026-01-31"},
      {"a > 10\u202f000.50", "PAC1007 [10\u202f000.50]", "=> 10_000.50"},
      {"a × b >= 5", "PAC1003 [×]", "=> *"},
      {"¬a and b", "PAC1003 [¬]", "=> not "},
      {"a == “x\"", "PAC1005 [“x\"]", "=> \"x\""},
      {"a == \"x” and b", "PAC1005 [\"x”]", "=> \"x\""},
      {"a\u2009== 1", "PAC1002", "a space of typesetters"},
      {"a\u00ad == 1", "PAC1002 [\u00ad]", "delete it"},
      {"a > 10 000", "PAC1003 [10 000]", "=> 10_000"},
      {"a > 1 250 000.50", "PAC1003 [1 250 000.50]", "=> 1_250_000.50"},
      {"a • b", "PAC1002 [•]", "needs no marks"},
      {"a and", "PAC1001 [then]", "expected a condition"},
      {"a == \"\u202e\"", "PAC1012", "delete it"},
  };
  for (const Mistake& m : kMistakes) expect_mistake(in_rule(m.source), m);
}

TEST(Message, clauses) {
  const Mistake kMistakes[] = {
      {"  rules {\n    rule a { when b then { c: 1 } }\n  }", "PAC1027 [rules]", "`by priority`"},
      {"  rules priority {}", "PAC1001 [priority]", "=> by "},
      {"  table uniqe {\n    a => b\n  }", "PAC1001 [uniqe]", "=> unique"},
      {"  inputs { a: int }", "PAC1001 [inputs]", "=> input"},
      {"  result { ok: true reason: 1 }", "PAC1018 []", "=> ,"},
      {"  result { ok: 10.000,50 }", "PAC1007 [10.000,50]", "write `10_000.50`"},
      {"  result { ok true }", "PAC1018 []", "=> :"},
      {"  result { ok = true }", "PAC1018 [=]", "=> :"},
      {"  result { \"ok\": true }", "PAC1001 [\"ok\"]", "=> ok"},
      {"  input { a: decimal(2) EUR }", "PAC1003 [EUR]", "=> unit EUR"},
      {"  table first\n    a => b\n    1 => 2\n  }", "PAC1018 []",
       "the rows of a table stand in braces"},
      {"  rules first\n    rule a { when b then c }\n  }", "PAC1018 []", "rules stand in braces"},
      {"  input { a int }", "PAC1018 []", "=> :"},
      {"  input { if: int }", "PAC1017 [if]", "reserved words"},
      {"  input { a: decimal }", "PAC1026 [decimal]", "`decimal(2)`"},
      {"  input { a: list }", "PAC1026 [list]", "list<string> max 50 items"},
      {"  input { a: int between 1 and 5 }", "PAC1001 [between]", "x in 1 .. 5"},
      {"  let a = if b then 1", "PAC1023 []", "needs both"},
      {"  let a = if b { 1 } else { 2 }", "PAC1001 [{]", "an `if` is a value"},
      {"  let a = if b then 1 elif c then 2 else 3", "PAC1003 [elif]", "=> else if"},
      {"  let a = b c", "PAC1001 [c]", "an operator"},
      {"  let a = ", "PAC1001 [}]", "expected a value"},
      {"  rules first {\n    rule { when a then b }\n  }", "PAC1001 [{]", "expected a name"},
      {"  rules first {\n    rule a { b then c }\n  }", "PAC1001 [b]", "=> when "},
      {"  rules first {\n    rule a { when b { c: 1 } }\n  }", "PAC1001 [{]", "=> then "},
      {"  rules first {\n    rule a { when b then c: 1 }\n  }", "PAC1018 []",
       "the outcome of a rule stands in braces"},
      {"  rules first {\n    rule a { then b }\n  }", "PAC1028 [a]", "`when true` fires always"},
      {"  rules first {\n    rule a { when b }\n  }", "PAC1029 [a]", "write `then { … }`"},
      {"  rules first {\n    rule a priority 1 priority 2 { when b then c }\n  }",
       "PAC1030 [priority 2]", "the first one"},
      {"  rules first {\n    otherwise {}\n    rule a { when b then c }\n  }",
       "PAC1031 [otherwise {}]", "a rule after it"},
      {"  result a\n  rules first {}", "PAC1036 [rules]", "the first one"},
      {"  input {}\n  input {}", "PAC1030 [input]", "into one block"},
      {"  table first {\n    a | b => c\n    1 | | => 2\n  }", "PAC1001 [|]", "=> - "},
      {"  table first {\n    a | b => c\n    1 | 2 3\n  }", "PAC1001 [3]",
       "expected `=>`, `,` or `|`"},
      {"  table first {\n    a => c\n    = 1 => 2\n  }", "PAC1019 [=]",
       "a value alone means equality"},
      {"  table first {\n    a => c\n    not 1, 2 => 2\n  }", "PAC1001 [,]", "not (a, b)"},
      {"  table first {\n    a => c\n    1, present => 2\n  }", "PAC1034 [present]",
       "stands alone"},
      {"  table first {\n    a => b.c\n  }", "PAC1033 [b.c]", "`output` block"},
  };
  for (const Mistake& m : kMistakes) expect_mistake(in_decision(m.source), m);
}

TEST(Message, files) {
  const Mistake kMistakes[] = {
      {"", "PAC1035 []", "package company.area edition 1"},
      {"enum E { a }", "PAC1035 [enum]", "package company.area edition 1"},
      {"package a edition 1\ndecison d { }", "PAC1001 [decison]", "=> decision"},
      {"package a edition 1\nenum E { a b }", "PAC1018 []", "=> ,"},
      {"package a edition 1\nenum E { in }", "PAC1017 [in]", "choose another name"},
      {"package a edition 1\npartial enum E { }", "PAC1032 [partial]", "does not go with `enum`"},
      {"package a edition 1\nenum E { }\nuse std.dates", "PAC1001 [use]",
       "before the declarations"},
      {"package a edition 1\ntest d { }", "PAC1001 [{]", "a text in double quotes"},
      {"package a edition 1\ntest d \"x\" given { }", "PAC1001 [given]", "`{` or `cases {`"},
      {"package a edition 1\n@owner(", "PAC1013 [(]", "the file ends here"},
      {"package a edition 1\n/* no */\nenum E { }", "PAC1001 [/]", "a comment begins with `//`"},
  };
  for (const Mistake& m : kMistakes) expect_mistake(m.source, m);
}

TEST(Message, nesting_names_its_limit) {
  const auto nested = [](const std::string& open, const std::string& close, int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += "a";
    for (int i = 0; i < depth; ++i) text += close;
    return in_rule(text);
  };
  const std::pair<const char*, const char*> kKinds[] = {
      {"(", ")"},  {"not ", ""}, {"- ", ""},    {"any x in y: ", ""}, {"if a then b else ", ""},
      {"f(", ")"}, {"[", "]"},   {"{x: ", "}"}, {"not (", ")"}};
  for (const auto& [open, close] : kKinds) {
    Parsed fine;
    parse_text(nested(open, close, 90), &fine);
    EXPECT_EQ(problems(fine), "") << open;
    for (const int depth : {kMaxNesting + 1, 5000, 200'000}) {
      Parsed deep;
      parse_text(nested(open, close, depth), &deep);
      EXPECT_NE(problems(deep).find("PAC1015"), std::string::npos)
          << open << depth << problems(deep).substr(0, 500);
      EXPECT_NE(problems(deep).find("200"), std::string::npos);
      EXPECT_LE(deep.emitter.all().size(), 2u) << problems(deep).substr(0, 500);
    }
  }
}

TEST(Message, types_have_the_same_limit) {
  for (const int depth : {kMaxNesting + 1, 100'000}) {
    std::string type;
    for (int i = 0; i < depth; ++i) type += "list<";
    type += "int" + std::string(static_cast<size_t>(depth), '>');
    Parsed p;
    parse_text(in_decision("  input { a: " + type + " }\n  let b = 1 +"), &p);
    EXPECT_NE(problems(p).find("PAC1015"), std::string::npos) << problems(p).substr(0, 300);
    EXPECT_NE(problems(p).find("PAC1001 [}]"), std::string::npos) << problems(p).substr(0, 300);
  }
}

// Chains in brackets in chains: what later passes recurse over has one bound for all of it.
TEST(Message, trees_name_their_limit) {
  std::string text = "a";
  for (int level = 0; level < 10; ++level) {
    text = "(" + text + ")";
    for (int i = 0; i < 300; ++i) text += " + a";
  }
  Parsed p;
  parse_text(in_decision("  let b = " + text), &p);
  EXPECT_NE(problems(p).find("PAC1015"), std::string::npos);
  EXPECT_NE(problems(p).find("2000"), std::string::npos);
}

TEST(Message, chains_name_their_limit) {
  for (const char* op : {" or ", " and ", " + ", " * ", " default ", "."}) {
    std::string text = "a";
    const bool logic = op == std::string_view(" or ") || op == std::string_view(" and ");
    for (int i = 1; i < (logic ? kMaxChain : kMaxSum); ++i) text += std::string(op) + "a";
    Parsed fine;
    parse_text(in_rule(text), &fine);
    EXPECT_EQ(problems(fine), "") << op;
    Parsed longer;
    parse_text(in_rule(text + op + "a"), &longer);
    EXPECT_NE(problems(longer).find("PAC1016"), std::string::npos) << op;
  }
}

}  // namespace
}  // namespace pac::parse
