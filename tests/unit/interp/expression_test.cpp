// Reading, logic, comparison, presence and text: every operation, and the order in which operands
// fail.
#include "tests/unit/interp/harness.h"

#include "stdlib/registry.h"

namespace pac::test {

using ir::kNone;

class ExpressionTest : public Harness {};

TEST_F(ExpressionTest, ConstantsAndInputs) {
  EXPECT_EQ(eval(b.integer(-7)), "-7");
  EXPECT_EQ(eval(b.text("åä")), "åä");
  EXPECT_EQ(eval(b.decimal(-5, 2)), "-0.05");
  EXPECT_EQ(eval(b.missing(b.int_type())), "missing");
  EXPECT_EQ(eval(in_int(41)), "41");
  EXPECT_EQ(eval(in(b.optional(b.date_type()), Value::missing())), "missing");
  EXPECT_EQ(eval(in(b.optional(b.date_type()), number(0))), "1970-01-01");
}

TEST_F(ExpressionTest, NarrowDecimalsAreReadWithTheirSign) {
  EXPECT_EQ(eval(in(b.decimal_type(2), number(-123), b.between(-1000, 1000))), "-1.23");
  EXPECT_EQ(eval(in(b.optional(b.decimal_type(2)), Value::missing(), b.between(-1000, 1000))),
            "missing");
}

TEST_F(ExpressionTest, AndOrStopEarly) {
  const ExprId yes = in_bool(true);
  const ExprId no = in_bool(false);
  const ExprId bad = broken();
  EXPECT_EQ(eval(b.op(Op::and_, no, bad)), "false");
  EXPECT_EQ(eval(b.op(Op::and_, yes, bad)), "PAC5002");
  EXPECT_EQ(eval(b.op(Op::and_, bad, no)), "PAC5002");
  EXPECT_EQ(eval(b.op(Op::or_, yes, bad)), "true");
  EXPECT_EQ(eval(b.op(Op::or_, no, bad)), "PAC5002");
  EXPECT_EQ(eval(b.op(Op::or_, no, no)), "false");
  EXPECT_EQ(eval(b.op(Op::and_, yes, yes)), "true");
  EXPECT_EQ(eval(b.op(Op::not_, yes)), "false");
  EXPECT_EQ(eval(b.op(Op::not_, bad)), "PAC5002");
}

TEST_F(ExpressionTest, IfEvaluatesOneBranch) {
  const ExprId bad = broken();
  EXPECT_EQ(eval(b.op(Op::if_, in_bool(true), in_bool(false), bad)), "false");
  EXPECT_EQ(eval(b.op(Op::if_, in_bool(false), bad, in_bool(true))), "true");
  EXPECT_EQ(eval(b.op(Op::if_, bad, in_bool(true), in_bool(true))), "PAC5002");
}

TEST_F(ExpressionTest, ComparisonsOfNumbersAreExactAcrossScales) {
  const ExprId one = in_int(1);
  const ExprId same = in_decimal(100, 2);
  const ExprId more = in_decimal(1'001, 3);
  EXPECT_EQ(eval(b.op(Op::eq, one, same)), "true");
  EXPECT_EQ(eval(b.op(Op::ne, one, same)), "false");
  EXPECT_EQ(eval(b.op(Op::lt, same, more)), "true");
  EXPECT_EQ(eval(b.op(Op::le, same, one)), "true");
  EXPECT_EQ(eval(b.op(Op::gt, one, more)), "false");
  EXPECT_EQ(eval(b.op(Op::ge, more, one)), "true");
  EXPECT_EQ(eval(b.op(Op::gt, in_decimal(kMaxDecimal, 0), in_decimal(kMaxDecimal, 38))), "true");
}

TEST_F(ExpressionTest, ComparisonsOfQuotients) {
  const ExprId third = b.op(Op::quot, in_int(1), in_int(3));
  const ExprId same = b.op(Op::quot, in_decimal(200, 2), in_int(6));
  EXPECT_EQ(eval(b.op(Op::eq, third, same)), "true");
  EXPECT_EQ(eval(b.op(Op::lt, third, in_decimal(34, 2))), "true");
  EXPECT_EQ(eval(b.op(Op::gt, in_decimal(33, 2), third)), "false");
  EXPECT_EQ(eval(b.op(Op::lt, b.op(Op::quot, in_int(1), in_int(-3)), in_int(0))), "true");
  EXPECT_EQ(eval(b.op(Op::eq, b.rescale(in_int(2), b.quotient_type(0)), in_int(2))), "true");
}

TEST_F(ExpressionTest, EqualityIsDeep) {
  const ir::RecordId point =
      b.record("point", {b.field("x", b.int_type()), b.field("name", b.optional(b.string_type()))});
  const auto make = [&](int64_t x, ExprId name) {
    return b.make_record(point, {b.integer(x), name});
  };
  const ExprId named = b.op(Op::some, b.text("a"));
  const ExprId nameless = b.missing(b.string_type());
  EXPECT_EQ(eval(b.op(Op::eq, make(1, named), make(1, b.op(Op::some, in_text("a"))))), "true");
  EXPECT_EQ(eval(b.op(Op::eq, make(1, named), make(1, nameless))), "false");
  EXPECT_EQ(eval(b.op(Op::eq, make(1, nameless), make(1, nameless))), "true");
  EXPECT_EQ(eval(b.op(Op::ne, make(1, named), make(2, named))), "true");
  EXPECT_EQ(eval(b.op(Op::eq, ints({1, 2}), ints({1, 2}))), "true");
  EXPECT_EQ(eval(b.op(Op::eq, ints({1, 2}), ints({1}))), "false");
  EXPECT_EQ(eval(b.op(Op::eq, nameless, nameless)), "true");
}

TEST_F(ExpressionTest, OperandsAreEvaluatedFromLeftToRight) {
  const ExprId overflow = b.op(Op::add, in_int(INT64_MAX), in_int(1));
  const ExprId zero = b.op(Op::mod, in_int(1), in_int(0));
  EXPECT_EQ(eval(b.op(Op::add, overflow, zero)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::add, zero, overflow)), "PAC5002");
  EXPECT_EQ(eval(b.op(Op::lt, zero, overflow)), "PAC5002");
  EXPECT_EQ(eval(b.op(Op::in_range, in_int(5), overflow, zero)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::in_range, in_int(5), in_int(6), zero)), "PAC5002")
      << "all operands, then the operation";
  EXPECT_EQ(eval(b.ops(Op::make_list, {in_int(1), zero, overflow})), "PAC5002");
}

TEST_F(ExpressionTest, Ranges) {
  const ExprId low = in_int(1);
  const ExprId high = in_int(3);
  const auto in_range = [&](int64_t value, uint32_t left_out) {
    return eval(b.op(Op::in_range, in_int(value), low, high, left_out));
  };
  EXPECT_EQ(in_range(1, 0), "true");
  EXPECT_EQ(in_range(3, 0), "true");
  EXPECT_EQ(in_range(0, 0), "false");
  EXPECT_EQ(in_range(4, 0), "false");
  EXPECT_EQ(in_range(1, 1), "false");
  EXPECT_EQ(in_range(3, 1), "true");
  EXPECT_EQ(in_range(1, 2), "true");
  EXPECT_EQ(in_range(3, 2), "false");
  EXPECT_EQ(in_range(2, 3), "true");
  EXPECT_EQ(eval(b.op(Op::in_range, in_decimal(299, 2), low, high)), "true");
}

TEST_F(ExpressionTest, InSetStopsAtTheFirstThatIsEqual) {
  const ExprId bad = b.op(Op::mod, in_int(1), in_int(0));
  EXPECT_EQ(eval(b.in_set(in_int(2), {in_int(1), in_int(2), bad})), "true");
  EXPECT_EQ(eval(b.in_set(in_int(2), {in_int(1), bad, in_int(2)})), "PAC5002");
  EXPECT_EQ(eval(b.in_set(in_int(2), {in_decimal(20, 1)})), "true");
  EXPECT_EQ(eval(b.in_set(in_text("b"), {b.text("a"), b.text("c")})), "false");
  EXPECT_EQ(eval(b.in_set(in_text("b"), {})), "false");
}

TEST_F(ExpressionTest, TextTests) {
  const ExprId word = in_text("päivä");
  EXPECT_EQ(eval(b.op(Op::starts_with, word, b.text("pä"))), "true");
  EXPECT_EQ(eval(b.op(Op::starts_with, word, b.text("ä"))), "false");
  EXPECT_EQ(eval(b.op(Op::starts_with, b.text("a"), b.text("ab"))), "false");
  EXPECT_EQ(eval(b.op(Op::ends_with, word, b.text("ivä"))), "true");
  EXPECT_EQ(eval(b.op(Op::ends_with, word, b.text("ivo"))), "false");
  EXPECT_EQ(eval(b.op(Op::contains, word, b.text("iv"))), "true");
  EXPECT_EQ(eval(b.op(Op::contains, word, b.text(""))), "true");
  EXPECT_EQ(eval(b.op(Op::contains, b.text(""), word)), "false");
  EXPECT_EQ(eval(b.op(Op::len, word)), "5");
  EXPECT_EQ(eval(b.matches(word, "p.+")), "true");
  EXPECT_EQ(eval(b.matches(word, "p.")), "false") << "the whole text must match";
}

TEST_F(ExpressionTest, Presence) {
  const ExprId present = in(b.optional(b.int_type()), number(3));
  const ExprId absent = in(b.optional(b.int_type()), Value::missing());
  EXPECT_EQ(eval(b.op(Op::is_present, present)), "true");
  EXPECT_EQ(eval(b.op(Op::is_present, absent)), "false");
  EXPECT_EQ(eval(b.op(Op::default_, present, b.op(Op::mod, in_int(1), in_int(0)))), "3");
  EXPECT_EQ(eval(b.op(Op::default_, absent, in_int(9))), "9");
  EXPECT_EQ(eval(b.op(Op::unwrap, present)), "3");
  EXPECT_EQ(eval(b.op(Op::unwrap, absent)), "PAC5012");
  EXPECT_EQ(eval(b.op(Op::some, in_int(4))), "4");
}

TEST_F(ExpressionTest, FieldsOfRecordsAndOfMissingOnes) {
  const ir::RecordId inner = b.record("inner", {b.field("n", b.int_type())});
  const ir::RecordId outer =
      b.record("outer", {b.field("flag", b.bool_type()), b.field("inner", b.record_type(inner)),
                         b.field("maybe", b.optional(b.record_type(inner)))});
  const ExprId in = b.make_record(inner, {b.integer(8)});
  const ExprId whole = b.make_record(outer, {b.boolean(true), in, b.op(Op::some, in)});
  const ExprId half = b.make_record(outer, {b.boolean(true), in, b.missing(b.record_type(inner))});
  EXPECT_EQ(eval(b.field(b.field(whole, 1), 0)), "8");
  EXPECT_EQ(eval(b.field(b.field(whole, 2), 0)), "8");
  EXPECT_EQ(eval(b.field(b.field(half, 2), 0)), "missing");
  EXPECT_EQ(eval(whole), "{flag: true, inner: {n: 8}, maybe: {n: 8}}");
  EXPECT_EQ(eval(half), "{flag: true, inner: {n: 8}, maybe: missing}");
}

TEST_F(ExpressionTest, RecordsLieWithinTheDomainsOfTheirFields) {
  const ir::RecordId record = b.record("r", {b.field("n", b.decimal_type(2), b.between(0, 1000))});
  EXPECT_EQ(eval(b.make_record(record, {in_decimal(1000, 2)})), "{n: 10.00}");
  EXPECT_EQ(eval(b.make_record(record, {in_decimal(1001, 2)})), "PAC5006");
  EXPECT_EQ(eval(b.make_record(record, {in_decimal(Int128{1} << 64, 2)})), "PAC5006")
      << "not cut to 64 bits";
}

TEST_F(ExpressionTest, ParametersAreReadAtADate) {
  const ir::ParamId limit =
      b.param("limit", b.int_type(), {{10, b.integer(100)}, {20, b.integer(200)}});
  const auto at = [&](int32_t day) { return eval(b.param(limit, in(b.date_type(), number(day)))); };
  EXPECT_EQ(at(9), "PAC5008");
  EXPECT_EQ(at(10), "100");
  EXPECT_EQ(at(19), "100");
  EXPECT_EQ(at(20), "200");
  EXPECT_EQ(at(3000), "200");
}

TEST_F(ExpressionTest, ParametersHoldListsAndConstantExpressions) {
  const ExprId value = b.ops(Op::make_set, {b.text("FI"), b.text("SE"), b.text("FI")});
  const ir::ParamId countries = b.param("countries", b.set_type(b.string_type()), {{0, value}});
  EXPECT_EQ(eval(b.param(countries, b.date(5))), R"(["FI", "SE"])");
  std::vector<ExprId> many;
  for (int i = 0; i < 5000; ++i) many.push_back(b.integer(i));
  const ir::ParamId large =
      b.param("large", b.list_type(b.int_type()), {{0, b.ops(Op::make_list, many)}});
  EXPECT_EQ(eval(b.op(Op::len, b.param(large, b.date(5)))), "5000");
}

TEST_F(ExpressionTest, LetsAreEvaluatedOnceAndCheckTheirDomain) {
  const ExprId seven = in_int(7);
  ir::Decision& d = b.rule_set.decisions[0];
  b.let(d, b.op(Op::add, seven, seven), b.between(0, 14));
  b.let(d, b.op(Op::add, b.read(d, 0), seven), b.between(0, 20));
  b.let(d, b.op(Op::quot, b.read(d, 0), b.integer(4)));
  EXPECT_EQ(eval(b.read(d, 0)), "14");
  EXPECT_EQ(eval(b.op(Op::add, b.read(d, 0), b.read(d, 0))), "28");
  EXPECT_EQ(eval(b.read(d, 1)), "PAC5006");
  EXPECT_EQ(eval(b.round(b.read(d, 2), 1, Rounding::half_up)), "3.5") << "a let holds a quotient";
}

TEST_F(ExpressionTest, StandardFunctions) {
  const stdlib::Function* function = stdlib::find("whole_years");
  ASSERT_NE(function, nullptr);
  const ExprId birth = in(b.date_type(), number(0));
  const ExprId leap_day = b.integer(0);
  const auto years = [&](ExprId at) {
    return b.call_std("whole_years", function->version, b.int_type(), {birth, at, leap_day});
  };
  EXPECT_EQ(eval(years(b.date(365))), "1");
  EXPECT_EQ(eval(years(b.date(364))), "0");
  const ExprId late = b.op(Op::add, b.date(0), in(b.duration_type(), number(1)));
  EXPECT_EQ(eval(years(late)), "PAC5011") << "an operand's error is the call's";
}

}  // namespace pac::test
