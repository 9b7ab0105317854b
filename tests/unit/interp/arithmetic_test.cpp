// Numbers and times: results, and every way in which they leave their type.
#include "tests/unit/interp/harness.h"

#include "runtime/base/date.h"

namespace pac::test {

class ArithmeticTest : public Harness {
 protected:
  ExprId in_date(int32_t days) { return in(b.date_type(), number(days)); }
  ExprId in_datetime(int64_t micros) { return in(b.datetime_type(), number(micros)); }
  ExprId in_duration(int64_t micros) { return in(b.duration_type(), number(micros)); }
};

TEST_F(ArithmeticTest, IntegersOfSixtyFourBits) {
  const ExprId max = in_int(INT64_MAX);
  const ExprId min = in_int(INT64_MIN);
  const ExprId one = in_int(1);
  EXPECT_EQ(eval(b.op(Op::add, in_int(2), in_int(3))), "5");
  EXPECT_EQ(eval(b.op(Op::add, max, one)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::sub, min, one)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::sub, in_int(-1), max)), "-9223372036854775808");
  EXPECT_EQ(eval(b.op(Op::sub, in_int(0), min)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::mul, max, in_int(2))), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::mul, min, in_int(-1))), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::mul, in_int(-3), in_int(4))), "-12");
  EXPECT_EQ(eval(b.op(Op::neg, min)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::neg, max)), "-9223372036854775807");
}

TEST_F(ArithmeticTest, DecimalsOfThirtyEightDigits) {
  const ExprId max = in_decimal(kMaxDecimal, 2);
  const ExprId cent = in_decimal(1, 2);
  EXPECT_EQ(eval(b.op(Op::add, in_decimal(105, 2), in_decimal(-210, 2))), "-1.05");
  EXPECT_EQ(eval(b.op(Op::add, max, cent)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::add, max, max)), "PAC5001") << "the sum does not fit 128 bits either";
  EXPECT_EQ(eval(b.op(Op::sub, b.op(Op::neg, max), cent)), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::sub, max, max)), "0.00");
  EXPECT_EQ(eval(b.op(Op::mul, in_decimal(15, 1), in_decimal(-25, 2))), "-0.375");
  EXPECT_EQ(eval(b.op(Op::mul, in_decimal(15, 1), in_int(3))), "4.5");
  EXPECT_EQ(eval(b.op(Op::mul, max, in_int(2))), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::neg, in_decimal(15, 1))), "-1.5");
}

TEST_F(ArithmeticTest, Rescaling) {
  EXPECT_EQ(eval(b.rescale(in_int(-3), b.decimal_type(2))), "-3.00");
  EXPECT_EQ(eval(b.rescale(in_decimal(15, 1), b.decimal_type(3))), "1.500");
  EXPECT_EQ(eval(b.rescale(in_decimal(kMaxDecimal, 1), b.decimal_type(2))), "PAC5001");
  EXPECT_EQ(eval(b.rescale(in_decimal(0, 1), b.decimal_type(38))),
            "0.00000000000000000000000000000000000000");
}

TEST_F(ArithmeticTest, QuotientsAreRoundedOnce) {
  const ExprId two_thirds = b.op(Op::quot, in_int(2), in_int(3));
  EXPECT_EQ(eval(b.round(two_thirds, 2, Rounding::half_up)), "0.67");
  EXPECT_EQ(eval(b.round(two_thirds, 2, Rounding::down)), "0.66");
  EXPECT_EQ(eval(b.round(two_thirds, 0, Rounding::half_even)), "1");
  EXPECT_EQ(eval(b.round(b.op(Op::quot, in_decimal(1, 2), in_decimal(-3, 1)), 4, Rounding::floor)),
            "-0.0334");
  EXPECT_EQ(eval(b.op(Op::quot, in_int(1), in_decimal(0, 2))), "PAC5002");
  EXPECT_EQ(eval(b.round(b.op(Op::quot, in_decimal(kMaxDecimal, 0), in_int(1)), 1, Rounding::up)),
            "PAC5001");
}

TEST_F(ArithmeticTest, RoundingModes) {
  const auto round = [&](Int128 tenths, Rounding mode) {
    return eval(b.round(in_decimal(tenths, 1), 0, mode));
  };
  EXPECT_EQ(round(25, Rounding::half_up), "3");
  EXPECT_EQ(round(-25, Rounding::half_up), "-3");
  EXPECT_EQ(round(25, Rounding::half_even), "2");
  EXPECT_EQ(round(35, Rounding::half_even), "4");
  EXPECT_EQ(round(25, Rounding::half_down), "2");
  EXPECT_EQ(round(21, Rounding::up), "3");
  EXPECT_EQ(round(-21, Rounding::up), "-3");
  EXPECT_EQ(round(-29, Rounding::down), "-2");
  EXPECT_EQ(round(-29, Rounding::ceiling), "-2");
  EXPECT_EQ(round(-21, Rounding::floor), "-3");
  EXPECT_EQ(eval(b.round(in_int(7), 2, Rounding::half_up)), "7.00");
  EXPECT_EQ(eval(b.round(in_decimal(kMaxDecimal, 0), 1, Rounding::half_up)), "PAC5001");
}

TEST_F(ArithmeticTest, ModHasTheSignOfItsSecondOperand) {
  const auto mod = [&](int64_t a, int64_t c) { return eval(b.op(Op::mod, in_int(a), in_int(c))); };
  EXPECT_EQ(mod(7, 3), "1");
  EXPECT_EQ(mod(-7, 3), "2");
  EXPECT_EQ(mod(7, -3), "-2");
  EXPECT_EQ(mod(-7, -3), "-1");
  EXPECT_EQ(mod(-6, 3), "0");
  EXPECT_EQ(mod(INT64_MIN, -1), "0");
  EXPECT_EQ(mod(1, 0), "PAC5002");
  EXPECT_EQ(eval(b.op(Op::mod, in_decimal(-75, 1), in_decimal(20, 1))), "0.5");
}

TEST_F(ArithmeticTest, DatesMoveByWholeDays) {
  const ExprId date = in_date(100);
  EXPECT_EQ(eval(b.op(Op::add, date, in_duration(kMicrosPerDay))), "1970-04-12");
  EXPECT_EQ(eval(b.op(Op::sub, date, in_duration(100 * kMicrosPerDay))), "1970-01-01");
  EXPECT_EQ(eval(b.op(Op::add, date, in_duration(-kMicrosPerDay))), "1970-04-10");
  EXPECT_EQ(eval(b.op(Op::add, date, in_duration(kMicrosPerDay + 1))), "PAC5011");
  EXPECT_EQ(eval(b.op(Op::add, in_date(kMaxDate), in_duration(kMicrosPerDay))), "PAC5003");
  EXPECT_EQ(eval(b.op(Op::sub, in_date(kMinDate), in_duration(kMicrosPerDay))), "PAC5003");
  EXPECT_EQ(eval(b.op(Op::sub, in_date(3), in_date(5))), "-PT172800S");
  EXPECT_EQ(eval(b.op(Op::sub, in_date(kMaxDate), in_date(kMinDate))), "PT315537811200S");
}

TEST_F(ArithmeticTest, InstantsAndDurations) {
  const ExprId now = in_datetime(0);
  EXPECT_EQ(eval(b.op(Op::add, now, in_duration(1'500'000))), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(eval(b.op(Op::sub, now, in_duration(1'000'000))), "1969-12-31T23:59:59Z");
  EXPECT_EQ(eval(b.op(Op::add, in_datetime(kMaxDatetime), in_duration(1))), "PAC5003");
  EXPECT_EQ(eval(b.op(Op::sub, now, in_duration(INT64_MIN))), "PAC5003");
  EXPECT_EQ(eval(b.op(Op::sub, in_datetime(5'000'000), in_datetime(2'000'000))), "PT3S");
  EXPECT_EQ(eval(b.op(Op::add, in_duration(INT64_MAX), in_duration(1))), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::sub, in_duration(1'000'000), in_duration(3'000'000))), "-PT2S");
  EXPECT_EQ(eval(b.op(Op::mul, in_duration(2'000'000), in_int(3))), "PT6S");
  EXPECT_EQ(eval(b.op(Op::mul, in_duration(INT64_MAX), in_int(2))), "PAC5001");
  EXPECT_EQ(eval(b.op(Op::neg, in_duration(2'000'000))), "-PT2S");
  EXPECT_EQ(eval(b.op(Op::neg, in_duration(INT64_MIN))), "PAC5001");
}

TEST_F(ArithmeticTest, SmallestAndLargest) {
  EXPECT_EQ(eval(b.ops(Op::min_of, {in_int(3), in_int(-1), in_int(2)})), "-1");
  EXPECT_EQ(eval(b.ops(Op::max_of, {in_int(3), in_int(-1), in_int(3)})), "3");
  EXPECT_EQ(eval(b.ops(Op::max_of, {in_date(3), in_date(40)})), "1970-02-10");
  const ExprId bad = b.op(Op::mod, in_int(1), in_int(0));
  EXPECT_EQ(eval(b.ops(Op::min_of, {in_int(3), bad})), "PAC5002");
}

}  // namespace pac::test
