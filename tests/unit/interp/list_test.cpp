// Lists, sets, quantifiers, folds, templates.
#include "tests/unit/interp/harness.h"

#include "runtime/base/date.h"

namespace pac::test {

class ListTest : public Harness {
 protected:
  // A variable of the decision and its value as an expression.
  uint32_t new_var() {
    if (b.rule_set.decisions.empty()) in_int(0);
    return b.var(b.rule_set.decisions[0]);
  }
  ExprId item(uint32_t slot) { return b.var(b.int_type(), slot); }
  // true for items below `limit`; fails for the item 0.
  ExprId below(uint32_t slot, int64_t limit) {
    const ExprId fails = b.op(Op::mod, b.integer(1), item(slot));
    return b.op(Op::and_, b.op(Op::ge, fails, b.integer(INT64_MIN)),
                b.op(Op::lt, item(slot), b.integer(limit)));
  }
};

TEST_F(ListTest, ListsKeepTheirOrderSetsDont) {
  EXPECT_EQ(eval(ints({3, 1, 2, 1})), "[3, 1, 2, 1]");
  EXPECT_EQ(eval(ints({})), "[]");
  EXPECT_EQ(eval(b.ops(Op::make_set, {in_int(3), in_int(-1), in_int(3), in_int(2)})), "[-1, 2, 3]");
  EXPECT_EQ(
      eval(b.ops(Op::make_set, {b.text("b"), b.text("ä"), b.text("a"), b.text("B"), b.text("")})),
      R"(["", "B", "a", "b", "ä"])");
  EXPECT_EQ(eval(b.ops(Op::make_set, {b.boolean(true), b.boolean(false), b.boolean(true)})),
            "[false, true]");
}

TEST_F(ListTest, SetsOfListsAndRecords) {
  EXPECT_EQ(eval(b.ops(Op::make_set, {ints({2}), ints({1, 5}), ints({1}), ints({2}), ints({})})),
            "[[], [1], [1, 5], [2]]");
  const ir::RecordId pair =
      b.record("pair", {b.field("a", b.optional(b.int_type())), b.field("b", b.string_type())});
  const auto make = [&](ExprId a, const char* c) { return b.make_record(pair, {a, b.text(c)}); };
  const ExprId one = b.op(Op::some, b.integer(1));
  EXPECT_EQ(eval(b.ops(Op::make_set, {make(one, "y"), make(one, "x"),
                                      make(b.missing(b.int_type()), "z"), make(one, "y")})),
            R"([{a: missing, b: "z"}, {a: 1, b: "x"}, {a: 1, b: "y"}])");
}

TEST_F(ListTest, Membership) {
  EXPECT_EQ(eval(b.op(Op::in_list, in_int(2), ints({1, 2}))), "true");
  EXPECT_EQ(eval(b.op(Op::in_list, in_int(3), ints({1, 2}))), "false");
  EXPECT_EQ(eval(b.op(Op::in_list, in_decimal(20, 1), ints({1, 2}))), "true");
  EXPECT_EQ(eval(b.op(Op::in_list, in_int(3), ints({}))), "false");
  EXPECT_EQ(eval(b.op(Op::intersects, ints({1, 2}), ints({5, 2}))), "true");
  EXPECT_EQ(eval(b.op(Op::intersects, ints({1, 2}), ints({3}))), "false");
  EXPECT_EQ(eval(b.op(Op::intersects, ints({}), ints({3}))), "false");
  EXPECT_EQ(eval(b.op(Op::subset_of, ints({1, 2}), ints({2, 1, 0}))), "true");
  EXPECT_EQ(eval(b.op(Op::subset_of, ints({1, 4}), ints({2, 1, 0}))), "false");
  EXPECT_EQ(eval(b.op(Op::subset_of, ints({}), ints({}))), "true");
  EXPECT_EQ(eval(b.op(Op::len, ints({7, 7}))), "2");
}

TEST_F(ListTest, QuantifiersStopWhenTheAnswerIsKnown) {
  const uint32_t v = new_var();
  const auto quantified = [&](Op op, const std::vector<int64_t>& list) {
    return eval(b.quantifier(op, ints(list), v, below(v, 10)));
  };
  EXPECT_EQ(quantified(Op::any, {20, 5, 0}), "true");
  EXPECT_EQ(quantified(Op::any, {20, 0, 5}), "PAC5002");
  EXPECT_EQ(quantified(Op::any, {20}), "false");
  EXPECT_EQ(quantified(Op::any, {}), "false");
  EXPECT_EQ(quantified(Op::all, {5, 20, 0}), "false");
  EXPECT_EQ(quantified(Op::all, {5, 0, 20}), "PAC5002");
  EXPECT_EQ(quantified(Op::all, {5, 6}), "true");
  EXPECT_EQ(quantified(Op::all, {}), "true");
  EXPECT_EQ(quantified(Op::none, {20, 5, 0}), "false");
  EXPECT_EQ(quantified(Op::none, {20, 30}), "true");
  EXPECT_EQ(quantified(Op::none, {}), "true");
}

TEST_F(ListTest, Counts) {
  const uint32_t v = new_var();
  EXPECT_EQ(eval(b.quantifier(Op::count, ints({5, 20, 6}), v, below(v, 10))), "2");
  EXPECT_EQ(eval(b.quantifier(Op::count, ints({5, 20, 6}), v, ExprId::none)), "3");
  EXPECT_EQ(eval(b.quantifier(Op::count, ints({5, 0, 6}), v, below(v, 10))), "PAC5002");
  EXPECT_EQ(eval(b.quantifier(Op::count, ints({}), v, below(v, 10))), "0");
}

TEST_F(ListTest, Sums) {
  const uint32_t v = new_var();
  const ExprId twice = b.op(Op::mul, item(v), b.integer(2));
  EXPECT_EQ(eval(b.fold(Op::sum, ints({5, 20, 6}), v, twice, below(v, 10))), "22");
  EXPECT_EQ(eval(b.fold(Op::sum, ints({}), v, twice)), "0");
  EXPECT_EQ(eval(b.fold(Op::sum, ints({INT64_MAX, 1, -5}), v, item(v))), "PAC5001")
      << "the first prefix";
  EXPECT_EQ(eval(b.fold(Op::sum, ints({INT64_MAX, -5, 1}), v, item(v))), "9223372036854775803");
  const ExprId cents = b.ops(Op::make_list, {b.decimal(kMaxDecimal, 2), b.decimal(1, 2)});
  const ExprId cent = b.var(b.decimal_type(2), v);
  EXPECT_EQ(eval(b.fold(Op::sum, cents, v, cent)), "PAC5001");
}

TEST_F(ListTest, SmallestAndLargestOfAList) {
  const uint32_t v = new_var();
  EXPECT_EQ(eval(b.fold(Op::min, ints({5, 20, 6}), v, item(v))), "5");
  EXPECT_EQ(eval(b.fold(Op::max, ints({5, 20, 6}), v, item(v), below(v, 10))), "6");
  EXPECT_EQ(eval(b.fold(Op::max, ints({}), v, item(v))), "missing");
  EXPECT_EQ(eval(b.fold(Op::min, ints({30}), v, item(v), below(v, 10))), "missing");
}

TEST_F(ListTest, NestedQuantifiersKeepTheirVariables) {
  const uint32_t outer = new_var();
  const uint32_t inner = new_var();
  const ExprId exists_larger =
      b.quantifier(Op::any, ints({1, 2, 3}), inner, b.op(Op::gt, item(inner), item(outer)));
  EXPECT_EQ(eval(b.quantifier(Op::count, ints({1, 2, 3, 4}), outer, exists_larger)), "2");
}

TEST_F(ListTest, ALetReadInAQuantifierMayUseTheSameSlot) {
  const uint32_t v = new_var();
  ir::Decision& d = b.rule_set.decisions[0];
  const uint32_t total = b.let(d, b.fold(Op::sum, ints({10, 20}), v, item(v)));
  const ExprId condition = b.op(Op::and_, b.op(Op::gt, b.read(d, total), b.integer(29)),
                                b.op(Op::eq, item(v), b.integer(1)));
  EXPECT_EQ(eval(b.quantifier(Op::any, ints({1}), v, condition)), "true");
}

TEST_F(ListTest, QuantifiersOverRecords) {
  const ir::RecordId person =
      b.record("person", {b.field("age", b.int_type(), b.between(0, 150)),
                          b.field("net", b.decimal_type(2), b.between(0, 9999))});
  const auto make = [&](int64_t age, int64_t net) {
    return b.make_record(person, {b.integer(age), b.decimal(net, 2)});
  };
  const uint32_t v = new_var();
  const ExprId people = b.ops(Op::make_list, {make(17, 100), make(40, 250), make(70, 50)});
  const ExprId p = b.var(b.record_type(person), v);
  EXPECT_EQ(
      eval(b.fold(Op::sum, people, v, b.field(p, 1), b.op(Op::ge, b.field(p, 0), b.integer(18)))),
      "3.00");
}

TEST_F(ListTest, TemplatesAreCanonical) {
  const ir::EnumId purpose = b.enumeration("purpose", {"housing", "vehicle"});
  b.rule_set.enums[0].values[1].wire = "VEHICLE LOAN";
  const ExprId vehicle = in(b.enum_type(purpose), number(1));
  EXPECT_EQ(eval(b.ops(Op::template_,
                       {b.text("a "), in_int(-5), b.text(" "), in_decimal(5, 2), b.text(" "),
                        in_bool(true), b.text(" "), vehicle, b.text(" "), b.date(0)})),
            "a -5 0.05 true VEHICLE LOAN 1970-01-01");
  EXPECT_EQ(eval(b.ops(Op::template_,
                       {in(b.datetime_type(), number(0)), in(b.duration_type(), number(500'000))})),
            "1970-01-01T00:00:00ZPT0.5S");
  EXPECT_EQ(eval(b.ops(Op::template_, {})), "");
}

TEST_F(ListTest, TemplatesAreNoLongerThanTheLimit) {
  const std::string half(PAC_MAX_TEXT / 2, 'x');
  const ExprId part = in_text(half);
  EXPECT_EQ(eval(b.op(Op::len, b.ops(Op::template_, {part, part, b.text("y")}))),
            std::to_string(PAC_MAX_TEXT));
  EXPECT_EQ(eval(b.ops(Op::template_, {part, part, b.text("yz")})), "PAC5009");
  const ExprId bad = b.op(Op::mod, b.integer(1), b.integer(0));
  EXPECT_EQ(eval(b.ops(Op::template_, {part, part, b.text("yz"), bad})), "PAC5002")
      << "operands first";
}

TEST_F(ListTest, ScratchMemoryThatIsUsedUpIsALimit) {
  const std::string thousand(1000, 'x');
  const ExprId part = in_text(thousand);
  scratch_size = 2000;
  EXPECT_EQ(eval(b.op(Op::len, b.ops(Op::template_, {part}))), "1000");
  EXPECT_EQ(eval(b.op(Op::len, b.ops(Op::template_, {part, part}))), "PAC5009");
  EXPECT_EQ(eval(b.ops(Op::make_list, std::vector<ExprId>(100, b.integer(1)))), "PAC5009");
  scratch_size = 0;
  EXPECT_EQ(eval(b.integer(1)), "1");
  EXPECT_EQ(eval(ints({1})), "PAC5009");
}

}  // namespace pac::test
