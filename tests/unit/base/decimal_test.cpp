#include "runtime/base/decimal.h"

#include <array>

#include "tests/unit/base/property.h"

namespace pac {
namespace {

using test::any_decimal;
using test::any_nonzero_decimal;

constexpr std::array kAllModes = {Rounding::half_up, Rounding::half_even, Rounding::half_down,
                                  Rounding::up,      Rounding::down,      Rounding::ceiling,
                                  Rounding::floor};

int sign_of(const Wide<12>& a, bool a_negative, const Wide<12>& b, bool b_negative) {
  const int left = a.is_zero() ? 0 : (a_negative ? -1 : 1);
  const int right = b.is_zero() ? 0 : (b_negative ? -1 : 1);
  if (left != right) return left < right ? -1 : 1;
  return left < 0 ? -compare(a, b) : compare(a, b);
}

TEST(Decimal, RoundsAsTheTableSays) {
  struct Row {
    int value;                    // tenths
    std::array<int, 7> expected;  // in the order of kAllModes
  };
  const Row rows[] = {
      {24, {2, 2, 2, 3, 2, 3, 2}},         {25, {3, 2, 2, 3, 2, 3, 2}},
      {26, {3, 3, 3, 3, 2, 3, 2}},         {35, {4, 4, 3, 4, 3, 4, 3}},
      {30, {3, 3, 3, 3, 3, 3, 3}},         {-24, {-2, -2, -2, -3, -2, -2, -3}},
      {-25, {-3, -2, -2, -3, -2, -2, -3}}, {-26, {-3, -3, -3, -3, -2, -2, -3}},
      {-35, {-4, -4, -3, -4, -3, -3, -4}}, {0, {0, 0, 0, 0, 0, 0, 0}},
      {4, {0, 0, 0, 1, 0, 1, 0}},          {-4, {0, 0, 0, -1, 0, 0, -1}},
      {5, {1, 0, 0, 1, 0, 1, 0}},          {-5, {-1, 0, 0, -1, 0, 0, -1}},
  };
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kAllModes.size(); ++i) {
      Int128 out = 99;
      ASSERT_TRUE(round(row.value, 1, 0, kAllModes[i], &out));
      EXPECT_EQ(static_cast<int>(out), row.expected[i]) << row.value << " mode " << i;
      ASSERT_TRUE(round_quotient({row.value, -10, 0}, 0, kAllModes[i], &out));
      Int128 negated = 99;
      ASSERT_TRUE(round(-row.value, 1, 0, kAllModes[i], &negated));
      EXPECT_TRUE(out == negated) << row.value << " mode " << i;
    }
  }
}

TEST(Decimal, RefusesMoreThan38Digits) {
  Int128 out = 7;
  EXPECT_FALSE(checked_add(kMaxDecimal, 1, &out));
  EXPECT_FALSE(checked_add(kMaxDecimal, kMaxDecimal, &out));
  EXPECT_FALSE(checked_sub(-kMaxDecimal, kMaxDecimal, &out));
  EXPECT_FALSE(checked_mul(pow10(19), pow10(19), &out));
  EXPECT_FALSE(checked_mul(kMaxDecimal, -kMaxDecimal, &out));
  EXPECT_FALSE(widen(1, 0, 38, &out));
  EXPECT_FALSE(widen(1, 3, 2, &out));
  EXPECT_FALSE(round_quotient({kMaxDecimal, 1, -1}, 0, Rounding::down, &out));
  // 10^38 (d - 1) / d with d = 1.5 * 10^38 lies two thirds below 10^38: it fits when cut, not when
  // rounded up.
  const Int128 d = kMaxDecimal + kMaxDecimal / 2;
  EXPECT_FALSE(round_quotient({d - 1, d, -38}, 0, Rounding::up, &out));
  EXPECT_EQ(static_cast<int>(out), 7) << "a failed operation leaves its result alone";
  ASSERT_TRUE(round_quotient({d - 1, d, -38}, 0, Rounding::half_up, &out));
  EXPECT_TRUE(out == kMaxDecimal);
  ASSERT_TRUE(checked_mul(pow10(19), pow10(18), &out));
  EXPECT_TRUE(out == pow10(37));
  ASSERT_TRUE(round(kMaxDecimal, 38, 0, Rounding::half_up, &out));
  EXPECT_TRUE(out == 1);
  ASSERT_TRUE(round(1250, 0, -2, Rounding::half_even, &out));
  EXPECT_TRUE(out == 12);
  ASSERT_TRUE(round(-kMaxDecimal, 38, -38, Rounding::floor, &out));
  EXPECT_TRUE(out == -1);
}

TEST(Decimal, ModuloHasTheSignOfTheDivisor) {
  Int128 out = 99;
  ASSERT_TRUE(mod(7, 3, &out));
  EXPECT_EQ(static_cast<int>(out), 1);
  ASSERT_TRUE(mod(-7, 3, &out));
  EXPECT_EQ(static_cast<int>(out), 2);
  ASSERT_TRUE(mod(7, -3, &out));
  EXPECT_EQ(static_cast<int>(out), -2);
  ASSERT_TRUE(mod(-7, -3, &out));
  EXPECT_EQ(static_cast<int>(out), -1);
  ASSERT_TRUE(mod(6, -3, &out));
  EXPECT_EQ(static_cast<int>(out), 0);
  EXPECT_FALSE(mod(6, 0, &out));
}

RC_GTEST_PROP(Decimal, CheckedArithmeticAgreesWithWide, ()) {
  const Int128 a = any_decimal();
  const Int128 b = any_decimal();
  using Big = Wide<5>;
  const Big limit = Big::from_magnitude(kMaxDecimal);
  Big product;
  mul(Big::from_magnitude(a), Big::from_magnitude(b), &product);
  Int128 out = 0;
  const bool fits = checked_mul(a, b, &out);
  RC_ASSERT(fits == (compare(product, limit) <= 0));
  if (fits) {
    RC_ASSERT(compare(Big::from_magnitude(out), product) == 0);
    RC_ASSERT(out == 0 || (out < 0) == ((a < 0) != (b < 0)));
  }
  const bool sum_fits = checked_add(a, b, &out);
  // Both sides halved, so that the test's own sum cannot overflow.
  const Int128 half_sum = a / 2 + b / 2 + (a % 2 + b % 2) / 2;
  if (sum_fits) {
    RC_ASSERT(out - b == a);
    RC_ASSERT(fits_decimal(out));
    Int128 back = 0;
    RC_ASSERT(checked_sub(out, b, &back));
    RC_ASSERT(back == a);
  } else {
    RC_ASSERT(half_sum >= kMaxDecimal / 2 || half_sum <= -(kMaxDecimal / 2));
  }
}

RC_GTEST_PROP(Decimal, ComparesExactly, ()) {
  const Int128 a = any_decimal();
  const int scale_a = test::in_range(0, 39);
  const int scale_b = test::in_range(0, 39);
  // Half of the pairs are neighbours in value.
  Int128 b = any_decimal();
  if (*rc::gen::arbitrary<bool>() && round(a, scale_a, scale_b, Rounding::half_even, &b)) {
    b += test::in_range(-1, 2);
  }
  Wide<12> left;
  Wide<12> right;
  mul_pow10(Wide<12>::from_magnitude(a), 38 - scale_a, &left);
  mul_pow10(Wide<12>::from_magnitude(b), 38 - scale_b, &right);
  const int expected = sign_of(left, a < 0, right, b < 0);
  RC_ASSERT(compare(a, scale_a, b, scale_b) == expected);
  RC_ASSERT(compare(b, scale_b, a, scale_a) == -expected);
  RC_ASSERT(compare_quotient_decimal({a, 1, scale_a}, b, scale_b) == expected);
}

RC_GTEST_PROP(Decimal, QuotientsKeepTheirOrderUnderScaling, ()) {
  const Int128 num = any_decimal() / 1000;
  const Int128 den = any_nonzero_decimal() / 1000;
  if (den == 0) return;
  const int scale = test::in_range(-73, 74);
  const Int128 factor = *rc::gen::element<int>(-999, -7, -1, 1, 3, 10, 1000);
  const Quotient q{num, den, scale};
  RC_ASSERT(compare_quotients(q, {num * factor, den * factor, scale}) == 0);
  RC_ASSERT(compare_quotients(q, {num * 1000, den, scale + 3}) == 0);
  RC_ASSERT(compare_quotients(q, {num, den * 1000, scale - 3}) == 0);
  const int step = den > 0 ? -1 : 1;
  RC_ASSERT(compare_quotients(q, {num + 1, den, scale}) == step);
  RC_ASSERT(compare_quotients({num + 1, den, scale}, q) == -step);
}

// What a rounding is, said without arithmetic on digits: the result r is within one unit of the
// exact value, on the side the mode demands, within half a unit for the half_ modes.
RC_GTEST_PROP(Decimal, RoundedQuotientIsNearest, ()) {
  const Quotient q{any_decimal(), any_nonzero_decimal(), test::in_range(-38, 39)};
  const int to_scale = test::in_range(0, 39);
  const Rounding mode = *rc::gen::elementOf(kAllModes);
  Int128 r = 0;
  if (!round_quotient(q, to_scale, mode, &r)) {
    const Quotient size{q.num < 0 ? -q.num : q.num, q.den < 0 ? -q.den : q.den, q.scale};
    RC_ASSERT(compare_quotient_decimal(size, kMaxDecimal, to_scale) > 0);
    return;
  }
  const int side = compare_quotient_decimal(q, r, to_scale);
  RC_ASSERT(compare_quotient_decimal(q, r + 1, to_scale) < 0);
  RC_ASSERT(compare_quotient_decimal(q, r - 1, to_scale) > 0);
  const bool negative = (q.num < 0) != (q.den < 0);
  if (mode == Rounding::floor) RC_ASSERT(side >= 0);
  if (mode == Rounding::ceiling) RC_ASSERT(side <= 0);
  if (mode == Rounding::down) RC_ASSERT((negative ? -side : side) >= 0);
  if (mode == Rounding::up) RC_ASSERT((negative ? -side : side) <= 0);
  if (mode <= Rounding::half_down && r < kMaxDecimal / 2 && r > -kMaxDecimal / 2) {
    RC_ASSERT(compare_quotients(q, {2 * r + 1, 2, to_scale}) <= 0);
    RC_ASSERT(compare_quotients(q, {2 * r - 1, 2, to_scale}) >= 0);
  }
}

RC_GTEST_PROP(Decimal, RoundAgreesWithRoundQuotient, ()) {
  const Int128 value = any_decimal();
  const int scale = test::in_range(0, 39);
  const int to_scale = test::in_range(-38, 39);
  const Rounding mode = *rc::gen::elementOf(kAllModes);
  Int128 direct = 0;
  Int128 quotient = 0;
  const bool fits = round(value, scale, to_scale, mode, &direct);
  RC_ASSERT(fits == round_quotient({value, 1, scale}, to_scale, mode, &quotient));
  RC_ASSERT(direct == quotient);
}

}  // namespace
}  // namespace pac
