// The exact text that a person sees. Each expectation begins with a line end, for legibility.
#include "tests/unit/diag/testing.h"

namespace pac::diag {
namespace {

using test::Source;

void expect_pretty(const Source& source, std::string_view expected, const Options& options = {}) {
  EXPECT_EQ("\n" + source.pretty(options), expected);
}

constexpr const char* kLoan =
    "package loans edition 1\n"
    "\n"
    "decision loan {\n"
    "  input { age: int }\n"
    "\n"
    "  rules unique {\n"
    "    rule one {\n"
    "      when agee = 18 and x\n"
    "      then { a: 1 }\n"
    "    }\n"
    "    rule two { when age > 3\n"
    "      then { a: 2 } }\n"
    "  }\n"
    "}\n";

TEST(Pretty, OnePlaceWithNotesAndHelp) {
  Source source(kLoan);
  source.report(source.at("rules unique"), "`rules`")
      .label("a total decision needs every input covered")
      .note("witness: score = 620, income = \"0.00\"\nage = 17")
      .note("rows 3 and 4 leave out 600 <= score")
      .help("add a row");
  expect_pretty(source, R"(
error[PAC1001]: unexpected `rules`
 --> rules/loan.pac:6:3
  |
6 |   rules unique {
  |   ^^^^^^^^^^^^ a total decision needs every input covered
  |
  = witness: score = 620, income = "0.00"
             age = 17
  = note: rows 3 and 4 leave out 600 <= score
  = help: add a row

)");
}

TEST(Pretty, SecondPlaceOnAnEarlierLineAndAFix) {
  Source source(kLoan);
  source.report(source.at("agee"), "`agee`")
      .label("not found in this decision")
      .also(source.at("age:"), "a name like it")
      .fix(source.at("agee"), "age", "write `age`");
  expect_pretty(source, R"(
error[PAC1001]: unexpected `agee`
 --> rules/loan.pac:8:12
  |
4 |   input { age: int }
  |           ---- a name like it
...
8 |       when agee = 18 and x
  |            ^^^^ not found in this decision
  |
  = help: write `age`
  |
8 |       when age = 18 and x
  |            ~~~

)");
}

TEST(Pretty, SeveralLabelsOnOneLine) {
  Source source("let limit = amount + price\n");
  source.report(source.at("+"))
      .label("not defined")
      .also(source.at("amount"), "this is EUR")
      .also(source.at("price"), "this is SEK")
      .also(source.at("limit"), "");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:1:20
  |
1 | let limit = amount + price
  |     -----   ------ ^ ----- this is SEK
  |             |      |
  |             |      not defined
  |             this is EUR

)");
}

TEST(Pretty, PlacesWithinPlaces) {
  Source source("let limit = amount + price\n");
  source.report(source.at("amount"))
      .label("this part")
      .also(source.at("amount + price"), "of this sum");
  source.report(source.at("amount")).label("first").also(source.at("amount"), "again");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:1:13
  |
1 | let limit = amount + price
  |             ^^^^^^-------- of this sum
  |             |
  |             this part

error[PAC1001]: unexpected it
 --> rules/loan.pac:1:13
  |
1 | let limit = amount + price
  |             ^^^^^^ first
  |             |
  |             again

)");
}

TEST(Pretty, PlacesOverSeveralLines) {
  Source source(kLoan);
  source.report(source.at("rule one", "then"))
      .label("this rule")
      .also(source.at("rule two", "}"), "overlaps with this one")
      .also(source.at("when agee"), "its condition");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
  --> rules/loan.pac:7:5
   |
7  | /     rule one {
8  | |       when agee = 18 and x
   | |       --------- its condition
9  | |       then { a: 1 }
   | |__________^ this rule
10 |       }
11 | /     rule two { when age > 3
12 | |       then { a: 2 } }
   | |___________________- overlaps with this one

)");
}

TEST(Pretty, NestedPlacesOverSeveralLinesLeaveOutTheirMiddle) {
  Source source(kLoan);
  source.report(source.at("when age >", "a: 2"))
      .label("this")
      .also(source.at("decision loan", "\n  }\n}"), "within this")
      .note("a note");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
  --> rules/loan.pac:11:16
   |
3  | /  decision loan {
4  | |    input { age: int }
...    |
11 | |      rule two { when age > 3
   | | ________________^
12 | ||       then { a: 2 } }
   | ||_________________^ this
13 | |    }
14 | |  }
   | |__- within this
   |
   = note: a note

)");
}

TEST(Pretty, TwoPlacesOverSeveralLinesThatMeetOnOneLine) {
  Source source("a b {\n  x\n} c {\n  y\n}\n");
  source.report(source.at("b {", "}")).label("first").also(source.at("c {", "y\n}"), "second");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:1:3
  |
1 |    a b {
  |  ____^
2 | |    x
3 | |  } c {
  | |  ^ -
  | |  | |
  | | _|_|
  | ||_| first
4 |  |   y
5 |  | }
  |  |_- second

)");
}

TEST(Pretty, PlacesInOtherFiles) {
  Source source("use std.dates\nlet x = whole_years(birth)\n");
  const uint32_t library =
      source.add("package std.dates edition 1\n\nlet whole_years = 1\n", "std/dates.pac");
  source.report(source.at("whole_years"))
      .label("called here")
      .also(source.in(library, "whole_years"), "declared here");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:2:9
  |
2 | let x = whole_years(birth)
  |         ^^^^^^^^^^^ called here
  |
 ::: std/dates.pac:3:5
  |
3 | let whole_years = 1
  |     ----------- declared here

)");
}

TEST(Pretty, TabsAndLettersOfOtherWidths) {
  Source source("\tlet\tx = 1\nname 漢字 = e\u0301 + y\n");
  source.report(source.at("x")).label("after tabs");
  source.report(source.at("漢字")).label("wide").also(source.at("y"), "after a combining mark");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:1:6
  |
1 |     let x = 1
  |         ^ after tabs

error[PAC1001]: unexpected it
 --> rules/loan.pac:2:6
  |
2 | name 漢字 = é + y
  |      ^^^^       - after a combining mark
  |      |
  |      wide

)");
}

TEST(Pretty, TheEndOfTheFile) {
  Source source("rule a {\n");
  source.report(source.bytes(9, 9), "the end of the file")
      .label("expected `}`")
      .also(source.at("{"), "this is not closed");
  expect_pretty(source, R"(
error[PAC1001]: unexpected the end of the file
 --> rules/loan.pac:2:1
  |
1 | rule a {
  |        - this is not closed
2 |
  | ^ expected `}`

)");
}

TEST(Pretty, TheEndOfALineAndCarriageReturns) {
  Source source("let x =\r\nlet y = 1\r\n");
  source.report(source.bytes(7, 9), "the end of the line").label("expected a value");
  source.report(source.at("= 1")).label("here");
  expect_pretty(source, R"(
error[PAC1001]: unexpected the end of the line
 --> rules/loan.pac:1:8
  |
1 | let x =
  |        ^ expected a value

error[PAC1001]: unexpected it
 --> rules/loan.pac:2:7
  |
2 | let y = 1
  |       ^^^ here

)");
}

TEST(Pretty, AnEmptyFileAndNoPlaceAtAll) {
  Source source("", "empty.pac");
  source.report(source.bytes(0, 0), "the end of the file").label("expected `package`");
  source.report({}, "option").label("on the command line").note("see the help");
  expect_pretty(source, R"(
error[PAC1001]: unexpected the end of the file
 --> empty.pac:1:1
  |
1 |
  | ^ expected `package`

error[PAC1001]: unexpected option
  = note: see the help
  = note: on the command line

)");
}

TEST(Pretty, LongLinesAreCutAroundThePlace) {
  std::string line;
  for (int i = 10; i < 80; ++i) line += "item_" + std::to_string(i) + ", ";
  Source source(line + "\n");
  source.report(source.at("item_40")).label("this one").also(source.at("item_12"), "far away");
  source.report(source.at("item_12")).label("near the beginning");
  source.report(source.at("item_79")).label("near the end");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:1:271
  |
1 | ...9, item_40, item_41, item_42, ...
  | -     ^^^^^^^ this one
  | |
  | far away

error[PAC1001]: unexpected it
 --> rules/loan.pac:1:19
  |
1 | item_10, item_11, item_12, item_1...
  |                   ^^^^^^^ near the beginning

error[PAC1001]: unexpected it
 --> rules/loan.pac:1:622
  |
1 | ...m_76, item_77, item_78, item_79,
  |                            ^^^^^^^ near the end

)",
                Options{.width = 40});
}

TEST(Pretty, FixesThatInsertDeleteAndReplaceLines) {
  Source source(kLoan);
  source.report(source.at("x\n")).fix(source.before(" 18"), "=", "write `==`");
  source.report(source.at("then")).fix(source.at("      then { a: 1 }\n"), "", "remove this line");
  source.report(source.at("two"))
      .fix(source.before("    rule two"), "    rule new {\n    }\n", "add a rule");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:8:26
  |
8 |       when agee = 18 and x
  |                          ^
  |
  = help: write `==`
  |
8 |       when agee == 18 and x
  |                  +

error[PAC1001]: unexpected it
 --> rules/loan.pac:9:7
  |
9 |       then { a: 1 }
  |       ^^^^
  |
  = help: remove this line
  |
9 -       then { a: 1 }

error[PAC1001]: unexpected it
  --> rules/loan.pac:11:10
   |
11 |     rule two { when age > 3
   |          ^^^
   |
   = help: add a rule
   |
11 +     rule new {
12 +     }

)");
}

TEST(Pretty, NothingOfTheSourceReachesTheTerminalAsAControl) {
  Source source("let x = \"\x1b[2J\u202E\"\n", "a\x1b[2Jb.pac");
  source.report(source.at("x"), "\x1b[31mred").label("\x1b[0m").note("\x1b]0;title\x07");
  expect_pretty(source, R"(
error[PAC1001]: unexpected ␛[31mred
 --> a␛[2Jb.pac:1:5
  |
1 | let x = "␛[2J�"
  |     ^ ␛[0m
  |
  = note: ␛]0;title␇

)");
}

TEST(Pretty, ManySecondPlacesAreCounted) {
  Source source(std::string(40, 'x') + "\n");
  Builder builder = source.report(source.bytes(0, 1));
  for (uint32_t i = 0; i < 23; ++i) builder.also(source.bytes(i + 1, i + 2), "");
  expect_pretty(source, R"(
error[PAC1001]: unexpected it
 --> rules/loan.pac:1:1
  |
1 | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  | ^--------------------
  |
  = note: and 3 places more

)");
}

TEST(Pretty, ColourOnRequest) {
  Source source("let x = 1\n");
  source.report(source.at("x")).label("here").also(source.at("1"), "there");
  EXPECT_EQ(source.pretty().find('\x1b'), std::string::npos);
  const std::string coloured = source.pretty(Options{.colour = true});
  EXPECT_NE(coloured.find("\x1b[1;31merror[PAC1001]\x1b[0m"), std::string::npos) << coloured;
  EXPECT_NE(coloured.find("\x1b[1;31m^ "), std::string::npos) << coloured;
  // Without its escapes it is the plain text.
  std::string plain;
  for (size_t at = 0; at < coloured.size(); ++at) {
    if (coloured[at] == '\x1b') {
      at = coloured.find('m', at);
    } else {
      plain.push_back(coloured[at]);
    }
  }
  EXPECT_EQ(plain, source.pretty());
}

}  // namespace
}  // namespace pac::diag
