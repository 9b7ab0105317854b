// Intervals of values: exact on small examples, and sound where they meet the limits of a type.
#include <gtest/gtest.h>

#include "runtime/ir/builder.h"
#include "runtime/ir/range.h"

namespace pac::ir {
namespace {

class RangeTest : public ::testing::Test {
 protected:
  RangeTest() {
    const RecordId part = b.record("part", {b.field("n", b.int_type(), b.between(2, 5))});
    const RecordId input =
        b.record("in", {b.field("small", b.int_type(), b.between(-10, 20)),
                        b.field("amount", b.decimal_type(2), b.between(1, 100'000'000)),
                        b.field("any_int", b.int_type()), b.field("any_decimal", b.decimal_type(4)),
                        b.field("parts", b.list_type(b.record_type(part)), b.items(50)),
                        b.field("day", b.date_type(), b.between(0, 100))});
    d = &b.decision("d", input, b.record("out", {}));
  }
  ExprId in(uint32_t slot) { return b.input(*d, slot); }
  Range range(ExprId id) { return analyse().range_of(id); }
  // The analysis looks at what the decision reaches.
  RangeAnalysis analyse() { return RangeAnalysis(b.rule_set, *d); }

  Builder b;
  Decision* d;
};

TEST_F(RangeTest, DomainsAndTypes) {
  EXPECT_EQ(range(in(0)), (Range{-10, 20}));
  EXPECT_EQ(range(in(2)), (Range{INT64_MIN, INT64_MAX}));
  EXPECT_EQ(range(in(3)), (Range{-kMaxDecimal, kMaxDecimal}));
  EXPECT_TRUE(range(in(1)).fits_64());
  EXPECT_FALSE(range(in(3)).fits_64());
}

TEST_F(RangeTest, Arithmetic) {
  EXPECT_EQ(range(b.op(Op::add, in(0), b.integer(5))), (Range{-5, 25}));
  EXPECT_EQ(range(b.op(Op::sub, in(0), in(0))), (Range{-30, 30}));
  EXPECT_EQ(range(b.op(Op::mul, in(0), in(0))), (Range{-200, 400}));
  EXPECT_EQ(range(b.op(Op::neg, in(0))), (Range{-20, 10}));
  EXPECT_EQ(range(b.op(Op::mod, in(0), b.integer(7))), (Range{0, 6}));
  EXPECT_EQ(range(b.op(Op::mod, in(0), b.integer(-7))), (Range{-6, 0}));
  EXPECT_EQ(range(b.rescale(in(1), b.decimal_type(4))), (Range{100, 10'000'000'000}));
  EXPECT_EQ(range(b.round(in(1), 0, Rounding::half_up)), (Range{0, 1'000'000}));
}

TEST_F(RangeTest, WhatCanOverflow) {
  const ExprId safe = b.op(Op::mul, in(0), in(0));
  const ExprId unsafe = b.op(Op::add, in(2), b.integer(1));
  const ExprId vast = b.op(Op::mul, in(3), in(3));
  RangeAnalysis analysis = analyse();
  EXPECT_TRUE(analysis.cannot_overflow(safe));
  EXPECT_FALSE(analysis.cannot_overflow(unsafe));
  EXPECT_EQ(analysis.range_of(unsafe), (Range{INT64_MIN + Int128{1}, INT64_MAX}));
  EXPECT_FALSE(analysis.cannot_overflow(vast));
  EXPECT_TRUE(analysis.cannot_fail(safe));
  EXPECT_FALSE(analysis.cannot_fail(unsafe));
}

TEST_F(RangeTest, VariablesTakeTheRangeOfTheirList) {
  const uint32_t v = b.var(*d);
  const TypeId part = b.rule_set.type(b.rule_set.record(d->input).fields[4].type).element;
  const ExprId n = b.field(b.var(part, v), 0);
  const ExprId sum = b.fold(Op::sum, in(4), v, n);
  d->policy = HitPolicy::result;
  d->result = {sum};
  RangeAnalysis analysis = analyse();
  EXPECT_EQ(analysis.range_of(n), (Range{2, 5}));
  EXPECT_EQ(analysis.range_of(sum), (Range{0, 250}));
  EXPECT_TRUE(analysis.cannot_fail(sum));
  EXPECT_EQ(analysis.range_of(b.op(Op::len, in(4))), (Range{0, 50}));
}

TEST_F(RangeTest, DomainsThatAreProved) {
  RangeAnalysis analysis = analyse();
  EXPECT_TRUE(analysis.lies_in(in(0), DomainId::none));
  EXPECT_TRUE(analysis.lies_in(in(0), b.between(-10, 20)));
  EXPECT_TRUE(analysis.lies_in(in(0), b.between(-11, 20)));
  EXPECT_FALSE(analysis.lies_in(in(0), b.between(-9, 20)));
  EXPECT_FALSE(analysis.lies_in(b.integer(3), b.between(4, 5)));
  EXPECT_TRUE(analysis.lies_in(b.integer(4), b.between(4, 5)));
}

TEST_F(RangeTest, DivisorsAndCalendars) {
  RangeAnalysis analysis = analyse();
  EXPECT_TRUE(analysis.cannot_fail(b.op(Op::quot, in(0), in(1))));
  EXPECT_FALSE(analysis.cannot_fail(b.op(Op::quot, in(1), in(0)))) << "zero is in the domain";
  EXPECT_EQ(analysis.range_of(b.op(Op::sub, in(5), in(5))).high, Int128{100} * 86'400'000'000);
  EXPECT_TRUE(analysis.cannot_fail(b.op(Op::sub, in(5), in(5))));
}

}  // namespace
}  // namespace pac::ir
