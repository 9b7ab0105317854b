// std.decimals and std.money against exact fractions (exact.h).
#include "tests/unit/stdlib/generators.h"

#include "tests/unit/stdlib/caller.h"
#include "tests/unit/stdlib/exact.h"

namespace pac::stdlib::test {
namespace {

const Integer kMaxInt = big(INT64_MAX);

Answer int_answer(const Integer& value) {
  return value == -kMaxInt - 1 ? number(INT64_MIN) : as_answer(value, kMaxInt);
}

// Whole numbers near the ends of 64 bits are as likely as all others.
Int128 any_value_at(int scale) {
  if (scale > 18 || in_range(0, 2) == 0) return any_decimal();
  const Int128 edge = in_range(0, 2) == 0 ? Int128{INT64_MAX} : Int128{INT64_MIN};
  return edge * pow10(scale) +
         in_range<std::int64_t>(-2 * static_cast<std::int64_t>(pow10(scale)),
                                2 * static_cast<std::int64_t>(pow10(scale)) + 1);
}

RC_GTEST_PROP(Decimals, AbsAndSign, ()) {
  const Int128 x = any_decimal();
  RC_ASSERT(Call("abs").decimal(x, in_range(0, 39)).run() == number(x < 0 ? -x : x));
  RC_ASSERT(Call("sign").decimal(x, in_range(0, 39)).run() == number((x > 0) - (x < 0)));
}

RC_GTEST_PROP(Decimals, RoundingToIntegers, ()) {
  const int scale = in_range(0, 39);
  const Int128 x = any_value_at(scale);
  const Fraction value = fraction(x, scale);
  const auto call = [&](const char* name) { return Call(name).decimal(x, scale).run(); };
  RC_ASSERT(call("floor_int") == int_answer(rounded_integer(value, Rounding::floor)));
  RC_ASSERT(call("ceiling_int") == int_answer(rounded_integer(value, Rounding::ceiling)));
  RC_ASSERT(call("trunc_int") == int_answer(rounded_integer(value, Rounding::down)));
  const Rounding mode = any_rounding();
  RC_ASSERT(Call("round_int").decimal(x, scale).integer(static_cast<int>(mode)).run() ==
            int_answer(rounded_integer(value, mode)));
  const Integer whole = floor_of(value);
  const Answer exact = whole * value.den == value.num ? int_answer(whole) : error(PAC_E_ARGUMENT);
  RC_ASSERT(call("to_int") == exact);
  RC_ASSERT(Call("to_int").decimal(x / pow10(scale) * pow10(scale), scale).run() ==
            int_answer(big(x / pow10(scale))));
}

RC_GTEST_PROP(Decimals, ClampIsTheNearestValue, ()) {
  Int128 value[3];
  int scale[3];
  for (int i = 0; i < 3; ++i) {
    scale[i] = in_range(0, 39);
    value[i] = any_decimal();
  }
  Call call("clamp");
  for (int i = 0; i < 3; ++i) call.decimal(value[i], scale[i]);
  const int widest = std::max({scale[0], scale[1], scale[2]});
  Integer at_widest[3];
  for (int i = 0; i < 3; ++i) at_widest[i] = big(value[i]) * big(pow10(widest - scale[i]));
  const auto& [x, low, high] = at_widest;
  RC_ASSERT(call.run() == (low > high ? error(PAC_E_ARGUMENT)
                                      : as_answer(std::clamp(x, low, high), big(kMaxDecimal))));
}

RC_GTEST_PROP(Decimals, PowerIsExact, ()) {
  const bool ordinary = in_range(0, 2) == 0;
  const int scale = ordinary ? in_range(0, 6) : in_range(0, 39);
  const Int128 base = ordinary ? Int128{in_range(-300'000, 300'001)} : any_decimal();
  const int exponent = in_range(0, 4) == 0 ? in_range(-1200, 1201) : in_range(-12, 13);
  const int digits = in_range(0, 39);
  const Rounding mode = any_rounding();
  const Answer answer =
      Call("power").decimal(base, scale).integer(exponent).rounded(digits, mode).run();
  if (base == 0 && exponent < 0) {
    RC_ASSERT(answer == error(PAC_E_DIVISION_BY_ZERO));
  } else {
    RC_ASSERT(answer == rounded(power_of(fraction(base, scale), exponent), digits, mode));
  }
}

TEST(Decimals, PowersAtTheBorder) {
  const auto power = [](Int128 base, int scale, std::int64_t n, int digits, Rounding mode) {
    return Call("power").decimal(base, scale).integer(n).rounded(digits, mode).run();
  };
  EXPECT_EQ(power(0, 0, 0, 2, Rounding::half_up), number(100));
  EXPECT_EQ(power(0, 5, 3, 2, Rounding::up), number(0));
  EXPECT_EQ(power(0, 0, -1, 2, Rounding::half_up), error(PAC_E_DIVISION_BY_ZERO));
  EXPECT_EQ(power(0, 38, -7, 2, Rounding::half_up), error(PAC_E_DIVISION_BY_ZERO));
  EXPECT_EQ(power(7, 0, 0, 38, Rounding::half_up), error(PAC_E_OVERFLOW));
  EXPECT_EQ(power(10, 0, 37, 0, Rounding::half_up), number(pow10(37)));
  EXPECT_EQ(power(10, 0, 38, 0, Rounding::half_up), error(PAC_E_OVERFLOW));
  EXPECT_EQ(power(10, 0, 1200, 0, Rounding::half_up), error(PAC_E_OVERFLOW));
  EXPECT_EQ(power(10, 0, -1200, 38, Rounding::half_up), number(0));
  EXPECT_EQ(power(10, 0, -1200, 38, Rounding::up), number(1));
  EXPECT_EQ(power(2, 0, 1201, 0, Rounding::half_up), error(PAC_E_ARGUMENT));
  EXPECT_EQ(power(1, 0, INT64_MIN, 0, Rounding::half_up), error(PAC_E_ARGUMENT));
  EXPECT_EQ(power(-15, 1, 3, 0, Rounding::half_up), number(-3));
  EXPECT_EQ(power(15, 1, 2, 1, Rounding::half_even), number(22));
  EXPECT_EQ(power(25, 1, 1, 0, Rounding::half_even), number(2));
  EXPECT_EQ(power(25, 1, 1, 0, Rounding::half_down), number(2));
  EXPECT_EQ(power(25, 1, 1, 0, Rounding::half_up), number(3));
  // (10^38 - 1) / 10^38 is a little below 1, whatever the power.
  EXPECT_EQ(power(kMaxDecimal, 38, 1200, 0, Rounding::floor), number(0));
  EXPECT_EQ(power(kMaxDecimal, 38, 1200, 0, Rounding::ceiling), number(1));
}

RC_GTEST_PROP(Money, PercentOfIsExact, ()) {
  const int scale = in_range(0, 39);
  const int percent_scale = in_range(0, 39);
  const bool ordinary = in_range(0, 2) == 0;
  const Int128 amount = ordinary ? Int128{in_range(-1'000'000, 1'000'001)} : any_decimal();
  const Int128 percent = ordinary ? Int128{in_range(-100, 101)} : any_decimal();
  const int digits = in_range(0, 39);
  const Rounding mode = any_rounding();
  RC_ASSERT(Call("percent_of")
                .decimal(amount, scale)
                .decimal(percent, percent_scale)
                .rounded(digits, mode)
                .run() ==
            rounded(fraction(amount, scale) * fraction(percent, percent_scale) / fraction(100),
                    digits, mode));
}

RC_GTEST_PROP(Money, RoundToMultipleIsExact, ()) {
  const bool ordinary = in_range(0, 2) == 0;
  const int scale = ordinary ? 2 : in_range(0, 39);
  const int multiple_scale = ordinary ? in_range(0, 4) : in_range(0, 39);
  const Int128 x = ordinary ? Int128{in_range(-100'000, 100'001)} : any_decimal();
  const Int128 multiple = ordinary ? Int128{in_range(-1, 51)} : any_decimal();
  const Rounding mode = any_rounding();
  const Answer answer = Call("round_to_multiple")
                            .decimal(x, scale)
                            .decimal(multiple, multiple_scale)
                            .integer(static_cast<int>(mode))
                            .run();
  if (multiple <= 0) {
    RC_ASSERT(answer == error(PAC_E_ARGUMENT));
    return;
  }
  const Integer count =
      rounded_integer(fraction(x, scale) / fraction(multiple, multiple_scale), mode);
  const int widest = std::max(scale, multiple_scale);
  RC_ASSERT(answer == as_answer(count * big(multiple) * big(pow10(widest - multiple_scale)),
                                big(kMaxDecimal)));
}

TEST(Money, CashRounding) {
  const auto cash = [](int cents) {
    return Call("round_to_multiple").decimal(cents, 2).decimal(5, 2).integer(0).run().number;
  };
  constexpr int kRounded[] = {0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10};
  for (int cents = 0; cents <= 10; ++cents) EXPECT_EQ(cash(cents), kRounded[cents]) << cents;
  EXPECT_EQ(cash(-3), -5);
}

}  // namespace
}  // namespace pac::stdlib::test
