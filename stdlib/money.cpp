// std.money: percentages and cash rounding.
#include "stdlib/call.h"

namespace pac::stdlib {

// amount * percent / 100: 25.5 as `percent` means 25.5 %.
PAC_STD_FUNCTION(percent_of) {
  const Decimal amount = decimal_at(arguments, 0);
  const Decimal percent = decimal_at(arguments, 2);
  const auto digits = static_cast<int>(arguments[4].number);
  const auto mode = option_at<Rounding>(arguments, 5);
  // Below 2^127 * 2^127 * 10^38 < 2^381 and 10^78 < 2^260.
  Wide<6> num;
  mul(Wide<6>::from_magnitude(amount.value), Wide<6>::from_magnitude(percent.value), &num);
  Wide<6> den(1);
  const int shift = digits - (amount.scale + percent.scale + 2);
  if (shift > 0) mul_pow10(num, shift, &num);
  if (shift < 0) mul_pow10(den, -shift, &den);
  Wide<6> whole;
  Wide<6> rest;
  divmod(num, den, &whole, &rest);
  if (!whole.fits_128()) return PAC_E_OVERFLOW;
  Wide<6> other;
  sub(den, rest, &other);
  const bool negative = (amount.value < 0) != (percent.value < 0);
  Int128 rounded = 0;
  if (!decimal_detail::finish(negative, whole.low_128(), rest.is_zero(), compare(rest, other), mode,
                              &rounded)) {
    return PAC_E_OVERFLOW;
  }
  return answer(out, rounded);
}

// The multiple of `multiple` that x rounds to, at the larger scale of the two. Cash rounding to
// five cents (in Finland under the act 890/2000 on the rounding of payments in euros) is
// round_to_multiple(x, 0.05, half_up).
PAC_STD_FUNCTION(round_to_multiple) {
  const Decimal x = decimal_at(arguments, 0);
  const Decimal multiple = decimal_at(arguments, 2);
  const auto mode = option_at<Rounding>(arguments, 4);
  if (multiple.value <= 0) return PAC_E_ARGUMENT;
  const Quotient quotient{x.value, multiple.value, x.scale - multiple.scale};
  Int128 count = 0;
  Int128 result = 0;
  // A count of more than 38 digits makes a result of more than 38, since multiple.value is at
  // least 1.
  if (!round_quotient(quotient, 0, mode, &count)) return PAC_E_OVERFLOW;
  if (!checked_mul(count, multiple.value, &result)) return PAC_E_OVERFLOW;
  const int scale = x.scale > multiple.scale ? x.scale : multiple.scale;
  if (!widen(result, multiple.scale, scale, &result)) return PAC_E_OVERFLOW;
  return answer(out, result);
}

}  // namespace pac::stdlib
