// What conditions of each kind become: tests of cells, columns, and what is left to evaluate.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/ir/builder.h"
#include "runtime/ir/verify.h"
#include "runtime/match/print.h"

namespace pac::test {

namespace {

using ir::Builder;
using ir::ExprId;
using ir::Op;
using ir::TypeId;

// One decision; rules are added with their conditions and told as rows.
class Normalize : public ::testing::Test {
 protected:
  Normalize() {
    const ir::RecordId input = b.record("d.in", {});
    const ir::RecordId output = b.record("d.out", {b.field("x", b.int_type())});
    b.decision("d", input, output).policy = ir::HitPolicy::first;
  }
  ir::Decision& d() { return b.rule_set.decisions[0]; }

  ExprId in(const std::string& name, TypeId type, ir::DomainId domain = ir::DomainId::none) {
    ir::Record& record = b.rule_set.records[index(d().input)];
    record.fields.push_back(b.field(name, type, domain));
    d().roles.push_back(ir::SlotRole::input);
    return b.rule_set.add({Op::input, type, static_cast<uint32_t>(record.fields.size() - 1)});
  }
  ir::Rule& rule(const std::vector<ExprId>& conditions) {
    return b.rule(d(), "r" + std::to_string(d().rules.size()), conditions, {b.integer(1)});
  }
  ExprId both(ExprId a, ExprId c) { return b.op(Op::and_, a, c); }
  ExprId either(ExprId a, ExprId c) { return b.op(Op::or_, a, c); }
  ExprId is_not(ExprId a) { return b.op(Op::not_, a); }
  ExprId below(ExprId a, int64_t value) { return b.op(Op::lt, a, b.integer(value)); }

  match::Table table(const match::Limits& limits = {}) {
    const Result<void> verified = ir::verify(b.rule_set, nullptr);
    EXPECT_TRUE(verified.has_value()) << verified.error().message;
    return match::normalize(b.rule_set, d(), limits);
  }
  // One line a rule.
  std::string told() {
    const match::Table made = table();
    std::string text;
    for (const match::Row& row : made.rows) {
      text += match::row_text(b.rule_set, d(), made, row) + "\n";
    }
    return text;
  }

  Builder b;
};

TEST_F(Normalize, ComparisonsOfIntegers) {
  const ExprId x = in("x", b.int_type());
  rule({below(x, 5)});
  rule({b.op(Op::le, b.integer(5), x)});
  rule({b.op(Op::eq, x, b.integer(7))});
  rule({b.op(Op::ne, x, b.integer(7))});
  rule({b.op(Op::gt, x, b.integer(INT64_MAX))});
  rule({b.op(Op::in_range, x, b.integer(1), b.integer(9), 3)});
  rule({b.in_set(x, {b.integer(3), b.integer(1), b.integer(2)})});
  EXPECT_EQ(told(),
            "r0: x [<= 4]\n"
            "r1: x [>= 5]\n"
            "r2: x [7]\n"
            "r3: x [<= 6; >= 8]\n"
            "r4: x [never]\n"
            "r5: x [2 .. 8]\n"
            "r6: x [1 .. 3]\n");
}

// Of texts that end alike, the longest that fits tells which of the others do.
TEST_F(Normalize, EndingsAreOneColumn) {
  const ExprId x = in("x", b.string_type());
  const auto ends = [&](ExprId of, const char* text) {
    return b.op(Op::ends_with, of, b.text(text));
  };
  rule({ends(x, ".org")});
  rule({ends(x, "@a.org")});
  rule({is_not(ends(x, "@a.org"))});
  rule({either(ends(x, "y.org"), ends(x, "z"))});
  rule({ends(x, "")});
  EXPECT_EQ(told(),
            "r0: x [...\".org\", ...\"@a.org\", ...\"y.org\"]\n"
            "r1: x [...\"@a.org\"]\n"
            "r2: x [...\".org\"; ...\"y.org\", ...\"z\", any other text]\n"
            "r3: x [...\"y.org\", ...\"z\"]\n"
            "r4: then (ends_with (input x) \"\")\n");
}

TEST_F(Normalize, OneEndingIsEvaluated) {
  const ExprId x = in("x", b.string_type());
  rule({b.op(Op::ends_with, x, b.text("a"))});
  EXPECT_EQ(told(), "r0: then (ends_with (input x) \"a\")\n");
}

TEST_F(Normalize, EndingsOfManyLengthsAreEvaluated) {
  const ExprId x = in("x", b.string_type());
  for (size_t size = 1; size <= 8; ++size)
    rule({b.op(Op::ends_with, x, b.text(std::string(size, 'a')))});
  EXPECT_TRUE(table().rows[0].rest.empty());
  rule({b.op(Op::ends_with, x, b.text(std::string(9, 'a')))});
  EXPECT_FALSE(table().rows[0].rest.empty());
}

TEST_F(Normalize, PatternsSayHowTextsBegin) {
  const ExprId x = in("x", b.string_type());
  rule({b.matches(x, "ab[cd].*")});
  rule({b.matches(x, "(abcdefghij|abcdefghxy)")});
  rule({b.matches(x, "a?")});
  rule({b.matches(x, ".*a")});
  EXPECT_EQ(told(),
            "r0: x [from \"abc\" before \"abe\"] then (matches (input x) \"ab[cd].*\")\n"
            "r1: x [\"abcdefgh\"...] then (matches (input x) \"(abcdefghij|abcdefghxy)\")\n"
            "r2: x [\"\"; \"a\"...] then (matches (input x) \"a?\")\n"
            "r3: then (matches (input x) \".*a\")\n");
}

// One rule that asks is enough, as of the input's own fields.
TEST_F(Normalize, FieldsOfRecordsAreColumns) {
  const TypeId inner = b.record_type(b.record("inner", {b.field("age", b.int_type())}));
  const TypeId outer = b.record_type(b.record("outer", {b.field("in", inner)}));
  const ExprId age = b.field(b.field(in("x", outer), 0), 0);
  rule({below(age, 5)});
  EXPECT_EQ(told(), "r0: (field (field (input x) in) age) [<= 4]\n");
}

// What goes through a whole text for every input has to serve many rules.
TEST_F(Normalize, SlowExpressionsAreColumnsOfManyRulesOnly) {
  const ExprId x = in("x", b.string_type()), y = in("y", b.int_type());
  const ExprId slow = b.op(Op::contains, x, b.text("a"));
  const auto asking = [&] {
    const match::Table made = table();
    return std::ranges::count_if(
        made.columns, [](const match::Column& column) { return column.slot == ir::kNone; });
  };
  for (int i = 0; i < 2; ++i) rule({below(y, i), slow});
  for (int i = 0; i < 14; ++i) rule({below(y, i)});
  EXPECT_EQ(asking(), 1);
  for (int i = 0; i < 16; ++i) rule({below(y, i)});
  EXPECT_EQ(asking(), 0);
}

TEST_F(Normalize, DecimalsOfOtherScalesAreRoundedToTheGrid) {
  const ExprId x = in("x", b.decimal_type(2), b.between(-100000, 100000));
  rule({b.op(Op::lt, x, b.decimal(12345, 3))});  // 12.345
  rule({b.op(Op::ge, x, b.decimal(-12345, 3))});
  rule({b.op(Op::eq, x, b.decimal(12345, 3))});
  rule({b.op(Op::ne, x, b.decimal(12345, 3))});
  rule({b.op(Op::gt, x, b.integer(5))});
  rule({b.op(Op::le, x, b.decimal(pow10(37), 0))});
  EXPECT_EQ(told(),
            "r0: x [<= 12.34]\n"
            "r1: x [>= -12.34]\n"
            "r2: x [never]\n"
            "r3: always\n"
            "r4: x [>= 5.01]\n"
            "r5: always\n");
}

TEST_F(Normalize, WideDecimalsKeepWhatTheirKeyCannotTell) {
  const ExprId x = in("x", b.decimal_type(0));
  rule({b.op(Op::lt, x, b.decimal(1000, 0))});
  rule({b.op(Op::gt, x, b.decimal(pow10(30), 0))});
  const match::Table made = table();
  EXPECT_EQ(made.columns[0].key, match::KeyKind::wide);
  EXPECT_TRUE(made.rows[0].rest.empty());
  EXPECT_EQ(made.rows[1].rest.size(), 1u);
  EXPECT_EQ(made.rows[1].tests.size(), 1u);
}

TEST_F(Normalize, DatesTimesAndEnumerations) {
  const ExprId day = in("day", b.date_type());
  const ExprId at = in("at", b.datetime_type());
  const ExprId wait = in("wait", b.duration_type());
  const ir::EnumId purpose = b.enumeration("Purpose", {"home", "car", "boat"});
  const ExprId what = in("what", b.enum_type(purpose));
  const auto value = [&](int i) { return b.number(b.enum_type(purpose), i); };
  rule({b.op(Op::ge, day, b.date(0))});
  rule({b.op(Op::lt, at, b.number(b.datetime_type(), 0))});
  rule({b.op(Op::gt, wait, b.number(b.duration_type(), 3600000000))});
  rule({b.op(Op::ne, what, value(1))});
  rule({b.in_set(what, {value(2), value(0), value(1)})});
  EXPECT_EQ(told(),
            "r0: day [>= 1970-01-01]\n"
            "r1: at [<= 1969-12-31T23:59:59.999999Z]\n"
            "r2: wait [>= PT3600.000001S]\n"
            "r3: what [Purpose.home; Purpose.boat]\n"
            "r4: always\n");
}

TEST_F(Normalize, LogicOnOneColumn) {
  const ExprId x = in("x", b.int_type(), b.between(0, 100));
  const ExprId flag = in("flag", b.bool_type());
  rule({flag, is_not(both(b.op(Op::ge, x, b.integer(10)), below(x, 20)))});
  rule({either(below(x, 10), b.op(Op::gt, x, b.integer(90)))});
  rule({both(is_not(flag), both(below(x, 50), b.op(Op::gt, x, b.integer(30))))});
  rule({below(x, 10), b.op(Op::gt, x, b.integer(20))});
  rule({b.op(Op::ge, x, b.integer(0))});
  rule({b.boolean(true), b.op(Op::eq, flag, b.boolean(false))});
  EXPECT_EQ(told(),
            "r0: x [<= 9; >= 20], flag [true]\n"
            "r1: x [<= 9; >= 91]\n"
            "r2: x [31 .. 49], flag [false]\n"
            "r3: x [never]\n"
            "r4: always\n"
            "r5: flag [false]\n");
}

TEST_F(Normalize, MissingValues) {
  const TypeId maybe = b.optional(b.int_type());
  const ExprId x = in("x", maybe);
  const ExprId there = b.op(Op::is_present, x);
  const ExprId value = b.op(Op::unwrap, x);
  rule({there, below(value, 5)});
  rule({either(is_not(there), below(value, 5))});
  rule({below(b.op(Op::default_, x, b.integer(7)), 5)});
  rule({below(b.op(Op::default_, x, b.integer(3)), 5)});
  rule({b.op(Op::eq, x, b.missing(b.int_type()))});
  rule({b.op(Op::ne, x, b.op(Op::some, b.integer(4)))});
  rule({below(value, 5), below(value, 9)});
  rule({either(there, below(value, 5))});
  EXPECT_EQ(told(),
            "r0: x [<= 4]\n"
            "r1: x [<= 4; missing]\n"
            "r2: x [<= 4]\n"
            "r3: x [<= 4; missing]\n"
            "r4: x [missing]\n"
            "r5: x [<= 3; >= 5 or missing]\n"
            "r6: then (lt (unwrap (input x)) 5) then (lt (unwrap (input x)) 9)\n"
            "r7: then (or (is_present (input x)) (lt (unwrap (input x)) 5))\n");
}

TEST_F(Normalize, TextsAndPrefixes) {
  const ExprId s = in("s", b.string_type());
  const auto is = [&](const char* text) { return b.op(Op::eq, s, b.text(text)); };
  const auto starts = [&](const char* text) { return b.op(Op::starts_with, s, b.text(text)); };
  rule({is("abc")});
  rule({is("")});
  rule({starts("ab")});
  rule({starts("abcdefgh")});
  rule({starts("abcdefghi")});
  rule({is("abcdefgh")});
  rule({is_not(is("abc"))});
  rule({is_not(is("abcdefgh"))});
  rule({b.in_set(s, {b.text("x"), b.text("y")})});
  EXPECT_EQ(told(),
            "r0: s [\"abc\"]\n"
            "r1: s [\"\"]\n"
            "r2: s [\"ab\"...]\n"
            "r3: s [\"abcdefgh\"...]\n"
            "r4: s [\"abcdefgh\"...] then (starts_with (input s) \"abcdefghi\")\n"
            "r5: s [\"abcdefgh\"...] then (eq (input s) \"abcdefgh\")\n"
            "r6: s [before \"abc\"; after \"abc\"]\n"
            "r7: then (not (eq (input s) \"abcdefgh\"))\n"
            "r8: s [\"x\"; \"y\"]\n");
}

TEST_F(Normalize, TextsThatBeginAlikeHaveIds) {
  const ExprId s = in("s", b.string_type());
  for (int i = 0; i < 6; ++i) {
    rule({b.op(Op::eq, s, b.text("department-" + std::to_string(i)))});
  }
  rule({b.op(Op::starts_with, s, b.text("dep"))});
  rule({b.op(Op::ne, s, b.text("department-3"))});
  EXPECT_EQ(told(),
            "r0: s [\"department-0\"]\nr1: s [\"department-1\"]\nr2: s [\"department-2\"]\n"
            "r3: s [\"department-3\"]\nr4: s [\"department-4\"]\nr5: s [\"department-5\"]\n"
            "r6: s [\"dep\"...]\n"
            "r7: s [\"department-0\", \"department-1\", \"department-2\"; \"department-4\", "
            "\"department-5\", any other text]\n");
  EXPECT_EQ(table().columns.size(), 2u);
}

TEST_F(Normalize, WhatCanFailEndsTheTests) {
  const ExprId x = in("x", b.int_type());
  const ExprId y = in("y", b.int_type());
  const ExprId sum = b.op(Op::gt, b.op(Op::add, x, y), b.integer(5));  // may overflow
  rule({below(x, 5), sum, below(y, 5)});
  rule({below(y, 5)});
  EXPECT_EQ(told(),
            "r0: x [<= 4] then (gt (add (input x) (input y)) 5) then (lt (input y) 5)\n"
            "r1: y [<= 4]\n");
}

TEST_F(Normalize, SharedExpressionsAreColumns) {
  const ExprId x = in("x", b.int_type(), b.between(0, 100));
  const ExprId y = in("y", b.int_type(), b.between(0, 100));
  const ExprId sum = b.op(Op::add, x, y);
  const ExprId more = b.op(Op::lt, x, y);
  rule({below(sum, 50), more});
  rule({below(sum, 70), is_not(more)});
  rule({b.op(Op::eq, x, b.op(Op::mul, y, b.integer(2)))});  // asked once: evaluated
  EXPECT_EQ(told(),
            "r0: x [<= 99], (add (input x) (input y)) [<= 49], "
            "(lt (input x) (input y)) [true]\n"
            "r1: (add (input x) (input y)) [<= 69], (lt (input x) (input y)) [false]\n"
            "r2: then (eq (input x) (mul (input y) 2))\n");
}

TEST_F(Normalize, ParametersBoundWhatTheyAreComparedWith) {
  const ExprId x = in("x", b.int_type());
  const ExprId day = in("day", b.date_type(), b.between(100, 200));
  d().as_of_slot = 1;
  d().roles[1] = ir::SlotRole::context;
  const ir::ParamId limit =
      b.param("limit", b.int_type(), {{0, b.integer(10)}, {150, b.integer(20)}});
  rule({b.op(Op::gt, x, b.param(limit, day))});
  EXPECT_EQ(told(), "r0: x [>= 11] then (gt (input x) (param limit (input day)))\n");
  rule({b.op(Op::gt, x, b.param(limit, day))});
  EXPECT_EQ(told(),
            "r0: x [>= 11], (gt (input x) (param limit (input day))) [true]\n"
            "r1: x [>= 11], (gt (input x) (param limit (input day))) [true]\n");
}

TEST_F(Normalize, EffectiveDatesAreTestsOfTheDate) {
  const ExprId x = in("x", b.int_type());
  in("day", b.date_type(), b.between(0, 1000));
  d().as_of_slot = 1;
  d().roles[1] = ir::SlotRole::context;
  ir::Rule& dated = rule({below(x, 5)});
  dated.has_effective = true;
  dated.effective_from = 31;
  dated.effective_to = 5000;
  EXPECT_EQ(told(), "r0: x [<= 4], day [>= 1970-02-01]\n");
}

TEST_F(Normalize, LetsAreSeenThrough) {
  const ExprId x = in("x", b.int_type(), b.between(0, 100));
  const uint32_t name = b.let(d(), x);
  const uint32_t small = b.let(d(), below(b.read(d(), name), 5));
  rule({b.read(d(), small)});
  rule({is_not(b.read(d(), small)), below(b.read(d(), name), 50)});
  EXPECT_EQ(told(), "r0: x [<= 4]\nr1: x [5 .. 49]\n");
}

TEST_F(Normalize, OnlyTheColumnsThatMostRulesTestStay) {
  std::vector<ExprId> fields;
  for (uint32_t i = 0; i < match::kMaxColumns + 3; ++i) {
    fields.push_back(in("f" + std::to_string(i), b.int_type()));
  }
  for (const ExprId field : fields) rule({below(field, 5)});
  for (uint32_t i = 3; i < fields.size(); ++i) rule({below(fields[i], 6)});
  const match::Table made = table();
  EXPECT_EQ(made.columns.size(), match::kMaxColumns);
  EXPECT_EQ(made.columns[0].slot, 3u);
  for (uint32_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(made.rows[i].tests.empty());
    EXPECT_EQ(made.rows[i].rest.size(), 1u);
  }
  EXPECT_EQ(made.rows[3].tests.size(), 1u);
}

TEST_F(Normalize, ATestOfTooManyRangesIsWiderAndItsConditionStays) {
  const ExprId x = in("x", b.int_type());
  std::vector<ExprId> members;
  for (uint32_t i = 0; i <= match::kMaxTestRanges; ++i) members.push_back(b.integer(2 * i));
  rule({b.in_set(x, members)});
  members.pop_back();
  rule({b.in_set(x, members)});
  const match::Table made = table();
  EXPECT_EQ(made.rows[0].tests[0].cells.size(), 1u);
  EXPECT_EQ(made.rows[0].rest.size(), 1u);
  EXPECT_EQ(made.rows[1].tests[0].cells.size(), match::kMaxTestRanges);
  EXPECT_TRUE(made.rows[1].rest.empty());
}

TEST_F(Normalize, APlanIsToldInTheAuthorsWords) {
  const ExprId amount = in("amount", b.optional(b.decimal_type(2)), b.between(0, 100000));
  const ir::EnumId purpose = b.enumeration("Purpose", {"home", "car"});
  const ExprId what = in("purpose", b.enum_type(purpose));
  const ExprId s = in("code", b.string_type());
  rule({b.op(Op::is_present, amount), b.op(Op::ge, b.op(Op::unwrap, amount), b.decimal(5000, 2))});
  rule({b.op(Op::eq, what, b.number(b.enum_type(purpose), 1))});
  rule({b.op(Op::starts_with, s, b.text("HOU"))});
  const match::Plan plan = match::make_plan(table(), {});
  const std::string text = match::print(b.rule_set, d(), plan);
  for (const char* part :
       {"d: 3 rules, chain\n  because few rules", "  memory ",
        "  column amount, asked by 1 rule, 3 cells: <= 49.99 | >= 50.00 | missing\n",
        "  column purpose, asked by 1 rule, 2 cells: Purpose.home | Purpose.car\n",
        "  column code, asked by 1 rule, 3 cells: before \"HOU\" | \"HOU\"... | from \"HOV\"\n",
        "  r0: amount [>= 50.00]\n", "  r2: code [\"HOU\"...]\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
  }
  EXPECT_EQ(match::print(b.rule_set, d(), plan, {1, 1}).find("r1:"), std::string::npos);
}

TEST_F(Normalize, ConditionsBeyondTheMostCutsAreEvaluated) {
  const ExprId x = in("x", b.int_type());
  for (int64_t i = 0; i < 10; ++i) rule({b.op(Op::eq, x, b.integer(2 * i))});
  const match::Table made = table({.cut_uses = 8});
  EXPECT_EQ(made.columns[0].cuts.size(), 8u);
  for (uint32_t i = 0; i < 10; ++i) EXPECT_EQ(made.rows[i].rest.size(), i < 4 ? 0u : 1u);
}

}  // namespace

}  // namespace pac::test
