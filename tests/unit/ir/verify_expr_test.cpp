// The verifier's checks of single expressions: members, types of every operation, variables,
// nesting.
#include <gtest/gtest.h>

#include <functional>

#include "runtime/ir/limits.h"
#include "runtime/ir/shape.h"
#include "tests/unit/ir/damage.h"

namespace pac::ir {
namespace {

using test::refuses;
using test::Sample;
using test::takes;

// Changes the first expression of this op in the sample.
template <typename Change>
auto change(Op op, Change make) {
  return [=](Sample& s) {
    for (Expr& expr : s.rs().exprs) {
      if (expr.op == op) return make(s, expr);
    }
    FAIL() << "the sample has no " << name(op);
  };
}

TEST(VerifyExpr, MembersAreInRange) {
  refuses("PAC4102", "unknown operation",
          change(Op::ge, [](Sample&, Expr& e) { e.op = static_cast<Op>(200); }));
  refuses("PAC4102", "type does not exist",
          change(Op::ge, [](Sample&, Expr& e) { e.type = TypeId{9'999}; }));
  refuses("PAC4102", "before their users", change(Op::ge, [](Sample& s, Expr& e) {
            e.a = static_cast<uint32_t>(&e - s.rs().exprs.data());
          }));
  refuses("PAC4102", "before their users", change(Op::ge, [](Sample&, Expr& e) { e.b = kNone; }));
  refuses("PAC4102", "does not exist", change(Op::constant, [](Sample&, Expr& e) { e.a = 9'999; }));
  refuses("PAC4102", "does not exist", change(Op::param, [](Sample&, Expr& e) { e.a = 9'999; }));
  refuses("PAC4102", "does not exist", change(Op::call, [](Sample&, Expr& e) { e.a = 9'999; }));
  refuses("PAC4102", "does not exist", change(Op::var, [](Sample&, Expr& e) { e.a = kMaxVars; }));
  refuses("PAC4102", "does not exist",
          change(Op::input, [](Sample&, Expr& e) { e.a = kMaxFields; }));
  refuses("PAC4102", "does not exist", change(Op::let, [](Sample&, Expr& e) { e.a = kMaxLets; }));
  refuses("PAC4102", "unused member `b`", change(Op::constant, [](Sample&, Expr& e) { e.b = 0; }));
  refuses("PAC4102", "unused member `c`", change(Op::ge, [](Sample&, Expr& e) { e.c = 0; }));
  refuses("PAC4102", "unused member `extra`",
          change(Op::ge, [](Sample&, Expr& e) { e.extra = 1; }));
  refuses("PAC4102", "list of operands",
          change(Op::ge, [](Sample&, Expr& e) { e.operand_count = 1; }));
  refuses("PAC4102", "outside the table",
          change(Op::call, [](Sample&, Expr& e) { e.first_operand = kNone; }));
  refuses("PAC4102", "outside the table",
          change(Op::template_, [](Sample&, Expr& e) { e.operand_count = kNone; }));
  refuses("PAC4102", "before their users", change(Op::template_, [](Sample& s, Expr& e) {
            s.rs().operands[e.first_operand] = 9'999;
          }));
  refuses("PAC4102", "does not exist", [](Sample& s) {
    s.rs().add(Expr{Op::call_std, s.b.int_type(), 0, kNone, kNone, 0, 0, 0});
  });
}

TEST(VerifyExpr, MessagesNameTheUser) {
  refuses("PAC4103", "decision `loan`, rule `base`, expression",
          change(Op::le, [](Sample& s, Expr& e) { e.type = s.b.int_type(); }));
  refuses("PAC4103", "param `cap`, expression", [](Sample& s) {
    Expr& value = s.rs().exprs[index(s.rs().params[0].lines[1].value)];
    value.type = s.b.int_type();
  });
}

// Values to build wrong expressions of.
struct Parts {
  explicit Parts(Builder& builder) : b(builder) {}
  Builder& b;
  ExprId yes = b.boolean(true), one = b.integer(1), cents = b.decimal(100, 2), text = b.text("x");
  ExprId day = b.date(0), instant = b.number(b.datetime_type(), 0),
         span = b.number(b.duration_type(), 1);
  ExprId maybe = b.missing(b.int_type()), list = b.ops(Op::make_list, {one, one});
  ExprId texts = b.ops(Op::make_set, {text});
  ExprId quotient = b.op(Op::quot, cents, one);
  ExprId purpose = b.number(b.enum_type(EnumId{0}), 0), level = b.number(b.enum_type(EnumId{1}), 0);
};

// Adds one expression that belongs to no decision: its types are checked nevertheless.
void refuses_op(const std::string& words, std::function<void(Builder&, Parts&)> make) {
  refuses("PAC4103", words, [&](Sample& s) {
    Parts parts(s.b);
    make(s.b, parts);
  });
}

void takes_op(std::function<void(Builder&, Parts&)> make) {
  takes([&](Sample& s) {
    Parts parts(s.b);
    make(s.b, parts);
  });
}

Expr raw(Op op, TypeId type, ExprId a, ExprId b = ExprId::none, ExprId c = ExprId::none,
         uint32_t extra = 0) {
  return Expr{op, type, index(a), index(b), index(c), extra, 0, 0};
}

TEST(VerifyOps, WhatIsRight) {
  takes_op([](Builder& b, Parts& p) {
    const TypeId boolean = b.bool_type();
    b.op(Op::lt, p.one, p.cents);
    b.op(Op::ge, p.quotient, p.cents);
    b.op(Op::eq, p.maybe, p.maybe);
    b.op(Op::eq, p.list, p.list);
    b.op(Op::lt, p.level, p.level);
    b.rule_set.add(raw(Op::in_range, boolean, p.one, p.cents, p.quotient, 3));
    b.in_set(p.one, {p.cents, p.one});
    b.rule_set.add(raw(Op::in_list, boolean, p.cents, p.list));
    b.op(Op::starts_with, p.text, p.text);
    b.matches(p.text, "[a-z]");
    b.rule_set.add(raw(Op::intersects, boolean, p.texts, p.texts));
    b.op(Op::len, p.texts);
    b.op(Op::neg, p.span);
    b.op(Op::add, p.day, p.span);
    b.op(Op::sub, p.instant, p.instant);
    b.op(Op::mul, p.cents, p.one);
    b.op(Op::mul, p.span, p.one);
    b.rescale(p.one, b.decimal_type(4));
    b.rescale(p.cents, b.quotient_type(2));
    b.round(p.quotient, 3, Rounding::half_even);
    b.op(Op::mod, p.one, p.one);
    b.ops(Op::min_of, {p.day, p.day});
    b.op(Op::default_, p.maybe, p.one);
    b.op(Op::unwrap, p.maybe);
    b.op(Op::is_present, b.op(Op::some, p.list));
    b.op(Op::if_, p.yes, p.quotient, p.quotient);
    b.quantifier(Op::any, p.list, 0, b.op(Op::gt, b.var(b.int_type(), 0), p.one));
    b.quantifier(Op::count, p.list, 0, ExprId::none);
    b.fold(Op::max, p.list, 0, p.span, p.yes);
    b.ops(Op::template_, {p.text, p.day, p.level, p.yes});
  });
}

TEST(VerifyOps, Leaves) {
  refuses_op("another type", [](Builder& b, Parts& p) {
    b.rule_set.add(
        raw(Op::constant, b.string_type(), static_cast<ExprId>(b.rule_set.expr(p.one).a)));
  });
  refuses_op("another type", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::param, b.int_type(), ExprId{0}, p.day));
  });
  refuses_op("read at a date", [](Builder& b, Parts& p) { b.param(ParamId{0}, p.one); });
  refuses_op("only a let", [](Builder& b, Parts&) { b.var(b.quotient_type(0), 0); });
}

TEST(VerifyOps, Fields) {
  const auto item = [](Builder& b, bool optional) {
    const TypeId type = b.record_type(RecordId{0});
    return b.var(optional ? b.optional(type) : type, 0);
  };
  takes_op([&](Builder& b, Parts&) { b.field(item(b, true), 0), b.field(item(b, true), 1); });
  refuses_op("no record", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::field, b.int_type(), p.one, ExprId{0}));
  });
  refuses_op("no such field", [&](Builder& b, Parts&) {
    b.rule_set.add(raw(Op::field, b.int_type(), item(b, false), ExprId{2}));
  });
  refuses_op("another type", [&](Builder& b, Parts&) {
    b.rule_set.add(raw(Op::field, b.int_type(), item(b, false), ExprId{0}));
  });
  refuses_op("another type", [&](Builder& b, Parts&) {  // of an optional record: optional
    b.rule_set.add(raw(Op::field, b.decimal_type(2), item(b, true), ExprId{0}));
  });
}

TEST(VerifyOps, Logic) {
  refuses_op("first operand", [](Builder& b, Parts& p) { b.op(Op::not_, p.one); });
  refuses_op("first operand", [](Builder& b, Parts& p) { b.op(Op::and_, p.one, p.yes); });
  refuses_op("second operand", [](Builder& b, Parts& p) { b.op(Op::or_, p.yes, p.one); });
  refuses_op("result is a bool",
             [](Builder& b, Parts& p) { b.rule_set.add(raw(Op::not_, b.int_type(), p.yes)); });
  refuses_op("first operand", [](Builder& b, Parts& p) { b.op(Op::if_, p.one, p.one, p.one); });
  refuses_op("branches", [](Builder& b, Parts& p) { b.op(Op::if_, p.yes, p.one, p.cents); });
}

TEST(VerifyOps, Comparisons) {
  refuses_op("not comparable", [](Builder& b, Parts& p) { b.op(Op::eq, p.one, p.text); });
  refuses_op("not comparable", [](Builder& b, Parts& p) { b.op(Op::ne, p.one, p.maybe); });
  refuses_op("no common order", [](Builder& b, Parts& p) { b.op(Op::lt, p.text, p.text); });
  refuses_op("no common order", [](Builder& b, Parts& p) { b.op(Op::lt, p.purpose, p.purpose); });
  refuses_op("no common order", [](Builder& b, Parts& p) { b.op(Op::lt, p.maybe, p.maybe); });
  refuses_op("no common order", [](Builder& b, Parts& p) { b.op(Op::ge, p.day, p.instant); });
  refuses_op("no common order",
             [](Builder& b, Parts& p) { b.op(Op::in_range, p.one, p.one, p.text); });
  refuses_op("flags", [](Builder& b, Parts& p) { b.op(Op::in_range, p.one, p.one, p.one, 4); });
  refuses_op("member", [](Builder& b, Parts& p) { b.in_set(p.one, {p.one, p.text}); });
  refuses_op("no list", [](Builder& b, Parts& p) { b.op(Op::in_list, p.one, p.one); });
  refuses_op("another type", [](Builder& b, Parts& p) { b.op(Op::in_list, p.text, p.list); });
  refuses_op("result is a bool",
             [](Builder& b, Parts& p) { b.rule_set.add(raw(Op::eq, b.int_type(), p.one, p.one)); });
}

TEST(VerifyOps, TextsAndLists) {
  refuses_op("first operand", [](Builder& b, Parts& p) { b.op(Op::contains, p.one, p.text); });
  refuses_op("second operand", [](Builder& b, Parts& p) { b.op(Op::contains, p.text, p.list); });
  refuses_op("first operand", [](Builder& b, Parts& p) { b.matches(p.one, "a"); });
  refuses_op("pattern is no string", [](Builder& b, Parts& p) {
    b.rule_set.add(
        raw(Op::matches, b.bool_type(), p.text, static_cast<ExprId>(b.rule_set.expr(p.one).a)));
  });
  refuses("PAC4106", "pattern", [](Sample& s) { s.b.matches(s.b.text("x"), "(["); });
  refuses_op("no length", [](Builder& b, Parts& p) { b.op(Op::len, p.one); });
  refuses_op("result is an int",
             [](Builder& b, Parts& p) { b.rule_set.add(raw(Op::len, b.bool_type(), p.text)); });
  refuses_op("no lists", [](Builder& b, Parts& p) { b.op(Op::intersects, p.text, p.list); });
  refuses_op("different elements",
             [](Builder& b, Parts& p) { b.op(Op::subset_of, p.texts, p.list); });
}

TEST(VerifyOps, Numbers) {
  refuses_op("no sign", [](Builder& b, Parts& p) { b.op(Op::neg, p.text); });
  refuses_op("one type", [](Builder& b, Parts& p) { b.op(Op::add, p.one, p.cents); });
  refuses_op("can't be added", [](Builder& b, Parts& p) { b.op(Op::add, p.quotient, p.quotient); });
  refuses_op("can't be added", [](Builder& b, Parts& p) { b.op(Op::add, p.text, p.span); });
  refuses_op("no duration", [](Builder& b, Parts& p) { b.op(Op::add, p.day, p.day); });
  refuses_op("no duration", [](Builder& b, Parts& p) { b.op(Op::add, p.day, p.one); });
  refuses_op("no numbers", [](Builder& b, Parts& p) { b.op(Op::mod, p.span, p.span); });
  refuses_op("is a duration", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::sub, b.int_type(), p.day, p.day));
  });
  refuses_op("scales' sum", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::mul, b.decimal_type(2), p.cents, p.cents));
  });
  refuses_op("with an int", [](Builder& b, Parts& p) { b.op(Op::mul, p.span, p.cents); });
  refuses_op("no numbers", [](Builder& b, Parts& p) { b.op(Op::quot, p.quotient, p.one); });
  refuses_op("scales' difference", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::quot, b.quotient_type(0), p.cents, p.one));
  });
  refuses_op("no smaller scale",
             [](Builder& b, Parts& p) { b.rescale(p.cents, b.decimal_type(1)); });
  refuses_op("operand's scale",
             [](Builder& b, Parts& p) { b.rescale(p.cents, b.quotient_type(0)); });
  refuses_op("no number", [](Builder& b, Parts& p) { b.rescale(p.text, b.decimal_type(1)); });
  refuses_op("no number", [](Builder& b, Parts& p) { b.round(p.text, 1, Rounding::up); });
  refuses_op("mode", [](Builder& b, Parts& p) { b.round(p.one, 1, static_cast<Rounding>(7)); });
  refuses_op("result is a decimal",
             [](Builder& b, Parts& p) { b.rule_set.add(raw(Op::round, b.int_type(), p.one)); });
  refuses_op("at least two", [](Builder& b, Parts& p) { b.ops(Op::min_of, {p.one}); });
  refuses_op("no order", [](Builder& b, Parts& p) { b.ops(Op::max_of, {p.text, p.text}); });
  refuses_op("another type", [](Builder& b, Parts& p) { b.ops(Op::max_of, {p.one, p.cents}); });
}

TEST(VerifyOps, Presence) {
  refuses_op("never missing", [](Builder& b, Parts& p) { b.op(Op::is_present, p.one); });
  refuses_op("without `?`", [](Builder& b, Parts& p) { b.op(Op::unwrap, p.one); });
  refuses_op("with `?`", [](Builder& b, Parts& p) { b.op(Op::some, p.maybe); });
  refuses_op("first operand", [](Builder& b, Parts& p) { b.op(Op::default_, p.one, p.one); });
  refuses_op("first operand", [](Builder& b, Parts& p) { b.op(Op::default_, p.maybe, p.maybe); });
  refuses_op("first operand", [](Builder& b, Parts& p) { b.op(Op::default_, p.maybe, p.cents); });
  refuses_op("second operand", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::default_, b.int_type(), p.maybe, p.cents));
  });
}

TEST(VerifyOps, Quantifiers) {
  refuses_op("no list", [](Builder& b, Parts& p) { b.quantifier(Op::any, p.text, 0, p.yes); });
  refuses_op("condition", [](Builder& b, Parts& p) { b.quantifier(Op::all, p.list, 0, p.one); });
  refuses_op("is an int", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::count, b.bool_type(), p.list, p.yes, ExprId{0}));
  });
  refuses_op("no number", [](Builder& b, Parts& p) { b.fold(Op::sum, p.list, 0, p.text); });
  refuses_op("no order", [](Builder& b, Parts& p) { b.fold(Op::min, p.list, 0, p.yes); });
  refuses_op("with `?`", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::max, b.int_type(), p.list, ExprId::none, ExprId{0}, index(p.one)));
  });
  refuses_op("what it sums", [](Builder& b, Parts& p) {
    b.rule_set.add(raw(Op::sum, b.decimal_type(2), p.list, ExprId::none, ExprId{0}, index(p.one)));
  });
}

TEST(VerifyOps, Composites) {
  const auto make = [](Builder& b, Op op, TypeId type, std::vector<ExprId> parts) {
    Expr expr;
    expr.op = op;
    expr.type = type;
    b.rule_set.add(expr, parts);
  };
  refuses_op("can't be formatted", [](Builder& b, Parts& p) { b.ops(Op::template_, {p.maybe}); });
  refuses_op("can't be formatted",
             [](Builder& b, Parts&) { b.ops(Op::template_, {b.effect(true)}); });
  refuses_op("one operand per field",
             [&](Builder& b, Parts& p) { b.make_record(RecordId{2}, {p.one, p.one}); });
  refuses_op("operand 0", [&](Builder& b, Parts& p) { b.make_record(RecordId{2}, {p.text}); });
  refuses_op("operand 1", [&](Builder& b, Parts& p) {
    make(b, Op::make_list, b.list_type(b.int_type()), {p.one, p.text});
  });
  refuses_op("something else", [&](Builder& b, Parts& p) {
    make(b, Op::make_set, b.list_type(b.int_type()), {p.one});
  });
  refuses_op("one operand per input", [&](Builder& b, Parts&) { b.call(DecisionId{1}, {}); });
  refuses_op("operand 0", [&](Builder& b, Parts& p) { b.call(DecisionId{1}, {p.one}); });
  refuses_op("another result", [&](Builder& b, Parts& p) {
    Expr expr = b.rule_set.expr(b.call(DecisionId{1}, {p.day}));
    expr.type = b.optional(expr.type);
    b.rule_set.add(expr, {p.day});
  });
}

TEST(VerifyStd, CallsAreHeldAgainstTheRegistry) {
  // value (decimal, scale), mode, digits, zone, days
  const auto call = [](Sample& s, int scale, int mode, int digits, int zone, bool dates = true) {
    Builder& b = s.b;
    std::vector<ExprId> arguments = {b.decimal(1, 2), b.integer(scale), b.integer(mode),
                                     b.integer(digits), b.integer(zone)};
    arguments.push_back(b.ops(Op::make_set, {dates ? b.date(0) : b.integer(0)}));
    return arguments;
  };
  const auto with = [&](auto... arguments) {
    return [=](Sample& s) { s.b.call_std("mix", 2, s.b.decimal_type(4), call(s, arguments...)); };
  };
  takes(with(2, 1, 4, 0));
  refuses("PAC4114", "`value`", with(3, 1, 4, 0));
  refuses("PAC4114", "`mode`", with(2, 2, 4, 0));
  refuses("PAC4114", "`mode`", with(2, -1, 4, 0));
  refuses("PAC4114", "`digits`", with(2, 1, 39, 0));
  refuses("PAC4114", "another type", with(2, 1, 3, 0));
  refuses("PAC4114", "`zone`", with(2, 1, 4, 1));
  refuses("PAC4114", "`days`", with(2, 1, 4, 0, false));
  refuses("PAC4114", "no function `mix` version 3",
          [&](Sample& s) { s.b.call_std("mix", 3, s.b.decimal_type(4), call(s, 2, 1, 4, 0)); });
  refuses("PAC4114", "too few",
          [&](Sample& s) { s.b.call_std("mix", 2, s.b.decimal_type(4), {}); });
  refuses("PAC4114", "too many", [&](Sample& s) {
    std::vector<ExprId> arguments = call(s, 2, 1, 4, 0);
    arguments.push_back(arguments.back());
    s.b.call_std("mix", 2, s.b.decimal_type(4), arguments);
  });
  refuses("PAC4114", "`mode`", [&](Sample& s) {  // an option that is not constant
    std::vector<ExprId> arguments = call(s, 2, 1, 4, 0);
    arguments[2] = s.b.op(Op::neg, s.b.integer(-1));
    s.b.call_std("mix", 2, s.b.decimal_type(4), arguments);
  });
  Sample s = test::sample();
  with(2, 1, 4, 0)(s);
  EXPECT_FALSE(verify(s.rs()).has_value()) << "without a registry there are no functions";
}

TEST(VerifyVariables, OfQuantifiers) {
  refuses("PAC4113", "another type", [](Sample& s) {
    Parts p(s.b);
    s.b.quantifier(Op::any, p.list, 0, s.b.op(Op::contains, s.b.var(s.b.string_type(), 0), p.text));
  });
  refuses("PAC4113", "bound again", [](Sample& s) {
    Parts p(s.b);
    const ExprId inner = s.b.quantifier(Op::any, p.list, 0, p.yes);
    s.b.quantifier(Op::any, p.list, 0, inner);
  });
  takes([](Sample& s) {  // one after the other
    Parts p(s.b);
    const ExprId first = s.b.quantifier(Op::any, p.list, 0, p.yes);
    s.b.op(Op::and_, first, s.b.quantifier(Op::all, p.list, 0, p.yes));
  });
}

TEST(VerifyNesting, OfExpressions) {
  const auto nest = [](Builder& b, uint32_t depth) {
    ExprId value = b.boolean(true);
    for (uint32_t i = 1; i < depth; ++i) value = b.op(Op::not_, value);
    return value;
  };
  takes([&](Sample& s) { nest(s.b, kMaxExprDepth); });
  refuses("PAC4112", "nested deeper", [&](Sample& s) { nest(s.b, kMaxExprDepth + 1); });
}

}  // namespace
}  // namespace pac::ir
