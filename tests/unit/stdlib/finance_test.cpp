// std.finance against exact fractions (exact.h).
#include "tests/unit/stdlib/generators.h"

#include "stdlib/level_payment.h"
#include "tests/unit/stdlib/caller.h"
#include "tests/unit/stdlib/exact.h"

namespace pac::stdlib::test {
namespace {

struct Number {
  Int128 value;
  int scale;
};

Fraction exact(Number x) { return fraction(x.value, x.scale); }

// Amounts and rates as policies have them, and any others.
Number any_amount() {
  if (in_range(0, 3) != 0) return {in_range<std::int64_t>(-100'000'000'000, 100'000'000'001), 2};
  return {any_decimal(), in_range(0, 39)};
}

Number any_rate() {
  const int kind = in_range(0, 4);
  if (kind < 2) return {in_range(0, 5000), in_range(4, 7)};
  if (kind == 2) return {any_decimal(), 38};
  return {any_decimal(), in_range(0, 39)};
}

Number any_positive_rate() {
  Number rate = any_rate();
  if (rate.value < 0) rate.value = -rate.value;
  return rate;
}

int any_months() { return in_range(0, 4) == 0 ? in_range(1, 1201) : in_range(1, 61); }

int any_digits() { return in_range(0, 2) == 0 ? 2 : in_range(0, 39); }

struct Loan {
  Number principal = any_amount();
  Number rate = any_positive_rate();
  int months = any_months();
  int digits = any_digits();
  Rounding mode = any_rounding();

  Fraction interest() const { return exact(rate) / fraction(12); }
  Fraction growth(int n) const { return power_of(fraction(1) + interest(), n); }
  // P i / (1 - (1 + i)^-n)
  Fraction payment() const {
    if (rate.value == 0) return exact(principal) / fraction(months);
    return exact(principal) * interest() / (fraction(1) - growth(-months));
  }
  Call call(const char* name) const {
    Call result(name);
    result.decimal(principal.value, principal.scale)
        .decimal(rate.value, rate.scale)
        .integer(months);
    return result;
  }
};

RC_GTEST_PROP(Finance, AnnuityIsExact, ()) {
  const Loan loan;
  RC_ASSERT(loan.call("annuity").rounded(loan.digits, loan.mode).run() ==
            rounded(loan.payment(), loan.digits, loan.mode));
}

// What the first step takes, and how near to a boundary it dares to go.
RC_GTEST_PROP(Finance, OrdinaryPaymentsAreSettledInOneStep, ()) {
  Loan loan;
  const int scale = in_range(2, 9);
  loan.principal = {in_range<std::int64_t>(1, 1'000'000'000), 2};
  loan.rate = {in_range<std::int64_t>(1, static_cast<std::int64_t>(pow10(scale)) / 4 + 2), scale};
  loan.months = in_range(1, 361);
  loan.digits = in_range(0, 4);
  HalfUnits found;
  const bool settled = settle_payment(static_cast<UInt128>(loan.principal.value),
                                      static_cast<UInt128>(loan.rate.value), scale, loan.months,
                                      loan.digits - 2, &found);
  const Fraction value = loan.payment() * fraction(2) * power_of(fraction(10), loan.digits);
  if (!settled) {
    RC_ASSERT(floor_of(value) >= (std::int64_t{1} << 32) || loan.months < 3);
    return;
  }
  const Fraction above = value - fraction(static_cast<Int128>(found.count));
  RC_ASSERT(above.num > 0);
  RC_ASSERT(above.num < above.den);
}

RC_GTEST_PROP(Finance, AnnuityPrincipalIsExact, ()) {
  const Loan loan;  // whose principal is the payment here
  const Fraction one = fraction(1);
  const Fraction value =
      loan.rate.value == 0
          ? exact(loan.principal) * fraction(loan.months)
          : exact(loan.principal) * (one - loan.growth(-loan.months)) / loan.interest();
  RC_ASSERT(loan.call("annuity_principal").rounded(loan.digits, loan.mode).run() ==
            rounded(value, loan.digits, loan.mode));
}

RC_GTEST_PROP(Finance, TotalInterestIsWhatIsPaidLessTheLoan, ()) {
  const Loan loan;
  const Fraction value = loan.payment() * fraction(loan.months) - exact(loan.principal);
  RC_ASSERT(loan.call("total_interest").rounded(loan.digits, loan.mode).run() ==
            rounded(value, loan.digits, loan.mode));
}

// P (1 + i)^k - A ((1 + i)^k - 1) / i: the loan with its interest less the payments with theirs.
RC_GTEST_PROP(Finance, RemainingBalanceIsExact, ()) {
  const Loan loan;
  const int paid = in_range(0, loan.months + 1);
  const Fraction one = fraction(1);
  const Fraction grown = loan.growth(paid);
  const Fraction paid_back = loan.rate.value == 0
                                 ? loan.payment() * fraction(paid)
                                 : loan.payment() * (grown - one) / loan.interest();
  RC_ASSERT(loan.call("remaining_balance").integer(paid).rounded(loan.digits, loan.mode).run() ==
            rounded(exact(loan.principal) * grown - paid_back, loan.digits, loan.mode));
}

RC_GTEST_PROP(Finance, CompoundAndPresentValueAreExact, ()) {
  const Number amount = any_amount();
  const Number rate = any_rate();
  const int periods = any_months() - 1;
  const int digits = any_digits();
  const Rounding mode = any_rounding();
  const auto call = [&](const char* name) {
    return Call(name)
        .decimal(amount.value, amount.scale)
        .decimal(rate.value, rate.scale)
        .integer(periods)
        .rounded(digits, mode)
        .run();
  };
  const Fraction growth = fraction(1) + exact(rate);
  if (growth.num <= 0) {
    RC_ASSERT(call("compound") == error(PAC_E_ARGUMENT));
    RC_ASSERT(call("present_value") == error(PAC_E_ARGUMENT));
    return;
  }
  RC_ASSERT(call("compound") == rounded(exact(amount) * power_of(growth, periods), digits, mode));
  RC_ASSERT(call("present_value") ==
            rounded(exact(amount) * power_of(growth, -periods), digits, mode));
}

RC_GTEST_PROP(Finance, EffectiveAnnualRateIsExact, ()) {
  const Number nominal = any_rate();
  const int periods = in_range(1, 367);
  const int digits = any_digits();
  const Rounding mode = any_rounding();
  const Answer answer = Call("effective_annual_rate")
                            .decimal(nominal.value, nominal.scale)
                            .integer(periods)
                            .rounded(digits, mode)
                            .run();
  const Fraction growth = fraction(1) + exact(nominal) / fraction(periods);
  if (growth.num <= 0) {
    RC_ASSERT(answer == error(PAC_E_ARGUMENT));
  } else {
    RC_ASSERT(answer == rounded(power_of(growth, periods) - fraction(1), digits, mode));
  }
}

Answer annuity(Int128 cents, Int128 rate, int rate_scale, std::int64_t months, int digits = 2,
               Rounding mode = Rounding::half_up) {
  return Call("annuity")
      .decimal(cents, 2)
      .decimal(rate, rate_scale)
      .integer(months)
      .rounded(digits, mode)
      .run();
}

TEST(Finance, KnownAnnuities) {
  // The lending example of the DMN specification (chapter 11): 350 000 at 3.95 % over 30 years.
  EXPECT_EQ(annuity(35'000'000, 395, 4, 360), number(166'088));
  // One payment: the loan and a month's interest, 100.50 exactly.
  EXPECT_EQ(annuity(10'000, 6, 2, 1), number(10'050));
  EXPECT_EQ(annuity(10'000, 6, 2, 1, 0, Rounding::half_even), number(100));
  EXPECT_EQ(annuity(10'000, 6, 2, 1, 0, Rounding::half_up), number(101));
  EXPECT_EQ(annuity(-10'000, 6, 2, 1, 0, Rounding::floor), number(-101));
  EXPECT_EQ(annuity(-10'000, 6, 2, 1, 0, Rounding::ceiling), number(-100));
  // No interest.
  EXPECT_EQ(annuity(10'000, 0, 4, 3), number(3333));
  EXPECT_EQ(annuity(10'000, 0, 4, 3, 2, Rounding::up), number(3334));
  EXPECT_EQ(annuity(0, 395, 4, 360), number(0));
}

TEST(Finance, ArgumentsOutsideAreErrors) {
  EXPECT_EQ(annuity(10'000, 6, 2, 0), error(PAC_E_ARGUMENT));
  EXPECT_EQ(annuity(10'000, 6, 2, -1), error(PAC_E_ARGUMENT));
  EXPECT_EQ(annuity(10'000, 6, 2, 1201), error(PAC_E_ARGUMENT));
  EXPECT_EQ(annuity(10'000'000, 6, 2, 1200), number(50'126));
  EXPECT_EQ(annuity(10'000, 6, 2, INT64_MIN), error(PAC_E_ARGUMENT));
  EXPECT_EQ(annuity(10'000, -1, 38, 12), error(PAC_E_ARGUMENT));
  EXPECT_EQ(annuity(kMaxDecimal, 6, 2, 12, 38), error(PAC_E_OVERFLOW));
  const auto balance = [](int paid) {
    return Call("remaining_balance")
        .decimal(100, 0)
        .decimal(6, 2)
        .integer(12)
        .integer(paid)
        .rounded(2, Rounding::half_up)
        .run();
  };
  EXPECT_EQ(balance(-1), error(PAC_E_ARGUMENT));
  EXPECT_EQ(balance(13), error(PAC_E_ARGUMENT));
  EXPECT_EQ(balance(0), number(10'000));
  EXPECT_EQ(balance(12), number(0));
}

// Values that lie on a rounding boundary, or just beside it, after factors of more bits than any
// interval has: 1.5^n with the rate written with 37 digits, and a rate of 10^-38.
TEST(Finance, ValuesAtABoundary) {
  const auto compound = [](Int128 rate, int scale, int periods, int digits, Rounding mode) {
    return Call("compound")
        .decimal(1, 0)
        .decimal(rate, scale)
        .integer(periods)
        .rounded(digits, mode)
        .run();
  };
  const Int128 half = 5 * pow10(36);
  for (int n = 1; n <= 30; ++n) {
    const Fraction value = power_of(fraction(15, 1), n);
    for (const Rounding mode : {Rounding::half_up, Rounding::half_even, Rounding::half_down,
                                Rounding::up, Rounding::down}) {
      for (const int digits : {n - 2, n - 1, n}) {
        if (digits < 0) continue;
        EXPECT_EQ(compound(half, 37, n, digits, mode), rounded(value, digits, mode))
            << n << ' ' << digits;
      }
    }
  }
  // 1 + 1200 * 10^-38 and a little more.
  EXPECT_EQ(compound(1, 38, 1200, 36, Rounding::floor), number(pow10(36) + 12));
  EXPECT_EQ(compound(1, 38, 1200, 36, Rounding::ceiling), number(pow10(36) + 13));
  EXPECT_EQ(compound(1, 38, 1200, 36, Rounding::half_up), number(pow10(36) + 12));
  EXPECT_EQ(compound(-1, 38, 1200, 36, Rounding::ceiling), number(pow10(36) - 11));
  EXPECT_EQ(compound(-1, 38, 1200, 36, Rounding::floor), number(pow10(36) - 12));
}

}  // namespace
}  // namespace pac::stdlib::test
