// std.finance: level payments and compound interest. Every result is the exact value of the
// formula, rounded once by the stated mode to the stated digits (ratio.h says how that is certain).
//
// Conventions, as in any textbook of financial mathematics (for example Kellison, The Theory of
// Interest, chapters 1 and 3): payments at the end of each period; a yearly rate r is paid as r/12
// a month; the payment that repays P in n months is P i / (1 - (1 + i)^-n) with i = r/12. Rates are
// fractions: 0.0395 is 3.95 %. No day count: months count as equal. A schedule whose payments are
// rounded one by one differs from these values by the sum of its roundings, which a lender settles
// with the last payment.
#include "stdlib/call.h"
#include "stdlib/level_payment.h"
#include "stdlib/ratio.h"

namespace pac::stdlib {
namespace {

// 1 + i = grown / base and i = rate / base, in whole numbers.
struct Growth {
  Wide<3> grown;
  Wide<3> base;
  Wide<2> rate;  // without its sign
  bool shrinks;  // i < 0
};

// i is `rate` divided by `parts`. False for i <= -1. base <= 366 * 10^38, which three limbs hold.
bool make_growth(Decimal rate, std::uint64_t parts, Growth* out) noexcept {
  mul_small(Wide<3>(static_cast<UInt128>(pow10(rate.scale))), parts, &out->base);
  out->rate = Wide<2>::from_magnitude(rate.value);
  out->shrinks = rate.value < 0;
  const auto step = Wide<3>::from_magnitude(rate.value);
  if (!out->shrinks) return add(out->base, step, &out->grown);
  return sub(out->base, step, &out->grown) && !out->grown.is_zero();
}

// What the functions on level payments have in common: (amount, yearly_rate, months, …, digits,
// mode).
struct Loan {
  Decimal amount;
  Decimal rate;
  int months;
  Growth growth;
};

bool read_loan(const pac_value* arguments, Loan* out) noexcept {
  out->amount = decimal_at(arguments, 0);
  out->rate = decimal_at(arguments, 2);
  const std::int64_t months = int_at(arguments, 4);
  if (months < 1 || months > kMaxPeriods || out->rate.value < 0) return false;
  out->months = static_cast<int>(months);
  return make_growth(out->rate, 12, &out->growth);
}

struct Ending {
  int digits;
  Rounding mode;
};

Ending ending_at(const pac_value* arguments, int index) noexcept {
  return {static_cast<int>(arguments[index].number), option_at<Rounding>(arguments, index + 1)};
}

template <typename Formula>
uint32_t answer_ratio(const Formula& formula, Decimal amount, bool negative, Ending ending,
                      pac_value* out) noexcept {
  if (amount.value == 0) return answer(out, 0);
  Int128 rounded = 0;
  const int shift = ending.digits - amount.scale;
  if (!round_ratio(formula, negative, shift, ending.mode, &rounded)) return PAC_E_OVERFLOW;
  return answer(out, rounded);
}

// amount * times / parts, parts > 0: what the formulas below come to where nothing bears interest.
uint32_t answer_share(Decimal amount, int times, int parts, Ending ending,
                      pac_value* out) noexcept {
  const auto share = [=](auto& num, auto& den, auto&, auto&) {
    num.set(Wide<2>::from_magnitude(amount.value));
    num.mul(Wide<2>(static_cast<UInt128>(times)));
    den.set(Wide<2>(static_cast<UInt128>(parts)));
  };
  return answer_ratio(share, amount, amount.value < 0, ending, out);
}

// out = grown^exponent - base^exponent.
template <typename Number>
void set_difference(const Growth& growth, int exponent, Number& out, Number& subtrahend,
                    Number& spare) noexcept {
  out.set_power(growth.grown, exponent, spare);
  subtrahend.set_power(growth.base, exponent, spare);
  out.sub(subtrahend);
}

// The same, and power = grown^exponent.
template <typename Number>
void set_power_and_difference(const Growth& growth, int exponent, Number& power, Number& difference,
                              Number& subtrahend, Number& spare) noexcept {
  power.set_power(growth.grown, exponent, spare);
  difference.set(power);
  subtrahend.set_power(growth.base, exponent, spare);
  difference.sub(subtrahend);
}

}  // namespace

// With g = grown, b = base: P i g^n / (g^n - b^n).
PAC_STD_FUNCTION(annuity) {
  Loan loan;
  if (!read_loan(arguments, &loan)) return PAC_E_ARGUMENT;
  const Ending ending = ending_at(arguments, 5);
  if (loan.rate.value == 0) return answer_share(loan.amount, 1, loan.months, ending, out);
  const bool negative = loan.amount.value < 0;
  HalfUnits half_units;
  if (settle_payment(magnitude(loan.amount.value), static_cast<UInt128>(loan.rate.value),
                     loan.rate.scale, loan.months, ending.digits - loan.amount.scale,
                     &half_units)) {
    Int128 rounded = 0;
    if (!round_half_units(half_units, negative, ending.mode, &rounded)) return PAC_E_OVERFLOW;
    return answer(out, rounded);
  }
  const auto payment = [&loan](auto& num, auto& den, auto& spare, auto& other) {
    set_power_and_difference(loan.growth, loan.months, num, den, other, spare);
    den.mul(loan.growth.base);
    num.mul(loan.growth.rate);
    num.mul(Wide<2>::from_magnitude(loan.amount.value));
  };
  return answer_ratio(payment, loan.amount, negative, ending, out);
}

// The inverse of annuity: C (g^n - b^n) / (i g^n), the loan that n payments of C repay.
PAC_STD_FUNCTION(annuity_principal) {
  Loan loan;
  if (!read_loan(arguments, &loan)) return PAC_E_ARGUMENT;
  const Ending ending = ending_at(arguments, 5);
  if (loan.rate.value == 0) return answer_share(loan.amount, loan.months, 1, ending, out);
  const auto principal = [&loan](auto& num, auto& den, auto& spare, auto& other) {
    set_power_and_difference(loan.growth, loan.months, den, num, other, spare);
    num.mul(loan.growth.base);
    num.mul(Wide<2>::from_magnitude(loan.amount.value));
    den.mul(loan.growth.rate);
  };
  return answer_ratio(principal, loan.amount, loan.amount.value < 0, ending, out);
}

// n payments less the loan: P (n R g^n - b (g^n - b^n)) / (b (g^n - b^n)), where i = R / b. The
// difference is not negative because a payment is at least P / n.
PAC_STD_FUNCTION(total_interest) {
  Loan loan;
  if (!read_loan(arguments, &loan)) return PAC_E_ARGUMENT;
  const Ending ending = ending_at(arguments, 5);
  if (loan.rate.value == 0) return answer(out, 0);
  const auto interest = [&loan](auto& num, auto& den, auto& spare, auto& other) {
    set_power_and_difference(loan.growth, loan.months, num, den, other, spare);
    den.mul(loan.growth.base);
    num.mul(loan.growth.rate);
    num.mul(Wide<2>(static_cast<UInt128>(loan.months)));
    num.sub(den);
    num.mul(Wide<2>::from_magnitude(loan.amount.value));
  };
  return answer_ratio(interest, loan.amount, loan.amount.value < 0, ending, out);
}

// After k of n payments: P (g^n - g^k b^(n-k)) / (g^n - b^n) = P g^k (g^m - b^m) / (g^n - b^n), m =
// n - k.
PAC_STD_FUNCTION(remaining_balance) {
  Loan loan;
  if (!read_loan(arguments, &loan)) return PAC_E_ARGUMENT;
  const std::int64_t paid_count = int_at(arguments, 5);
  if (paid_count < 0 || paid_count > loan.months) return PAC_E_ARGUMENT;
  const auto paid = static_cast<int>(paid_count);
  const Ending ending = ending_at(arguments, 6);
  if (loan.rate.value == 0) {
    return answer_share(loan.amount, loan.months - paid, loan.months, ending, out);
  }
  const auto balance = [&loan, paid](auto& num, auto& den, auto& spare, auto& other) {
    set_difference(loan.growth, loan.months - paid, num, other, spare);
    other.set_power(loan.growth.grown, paid, spare);
    num.mul(other, spare);
    num.mul(Wide<2>::from_magnitude(loan.amount.value));
    set_difference(loan.growth, loan.months, den, other, spare);
  };
  return answer_ratio(balance, loan.amount, loan.amount.value < 0, ending, out);
}

namespace {

// amount * (1 + rate)^periods, or divided by it.
uint32_t compounded(const pac_value* arguments, bool discount, pac_value* out) noexcept {
  const Decimal amount = decimal_at(arguments, 0);
  const std::int64_t period_count = int_at(arguments, 4);
  const Ending ending = ending_at(arguments, 5);
  Growth growth;
  if (!make_growth(decimal_at(arguments, 2), 1, &growth)) return PAC_E_ARGUMENT;
  if (period_count < 0 || period_count > kMaxPeriods) return PAC_E_ARGUMENT;
  const auto periods = static_cast<int>(period_count);
  const auto value = [&](auto& num, auto& den, auto& spare, auto&) {
    num.set_power(discount ? growth.base : growth.grown, periods, spare);
    num.mul(Wide<2>::from_magnitude(amount.value));
    den.set_power(discount ? growth.grown : growth.base, periods, spare);
  };
  return answer_ratio(value, amount, amount.value < 0, ending, out);
}

}  // namespace

PAC_STD_FUNCTION(compound) { return compounded(arguments, false, out); }

PAC_STD_FUNCTION(present_value) { return compounded(arguments, true, out); }

// (1 + r/m)^m - 1 = (g^m - b^m) / b^m, negative where r is.
PAC_STD_FUNCTION(effective_annual_rate) {
  constexpr std::int64_t kMostPeriods = 366;  // daily interest in a leap year
  const Decimal nominal = decimal_at(arguments, 0);
  const std::int64_t period_count = int_at(arguments, 2);
  const Ending ending = ending_at(arguments, 3);
  if (period_count < 1 || period_count > kMostPeriods) return PAC_E_ARGUMENT;
  const auto periods = static_cast<int>(period_count);
  Growth growth;
  if (!make_growth(nominal, static_cast<std::uint64_t>(period_count), &growth))
    return PAC_E_ARGUMENT;
  if (nominal.value == 0) return answer(out, 0);
  const auto rate = [&growth, periods](auto& num, auto& den, auto& spare, auto&) {
    num.set_power(growth.shrinks ? growth.base : growth.grown, periods, spare);
    den.set_power(growth.shrinks ? growth.grown : growth.base, periods, spare);
    num.sub(den);
    if (growth.shrinks) den.set_power(growth.base, periods, spare);
  };
  return answer_ratio(rate, Decimal{1, 0}, growth.shrinks, ending, out);
}
}  // namespace pac::stdlib
