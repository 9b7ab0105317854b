// std.decimals: numbers. A result that 38 digits (or, for an integer, 64 bits) do not hold is an
// overflow.
#include "stdlib/call.h"
#include "stdlib/ratio.h"

namespace pac::stdlib {
namespace {

uint32_t answer_rounded_int(const pac_value* arguments, Rounding mode, pac_value* out) noexcept {
  const Decimal x = decimal_at(arguments, 0);
  Int128 whole = 0;
  if (!round(x.value, x.scale, 0, mode, &whole)) return PAC_E_OVERFLOW;
  return answer_int(out, whole);
}

}  // namespace

PAC_STD_FUNCTION(abs) {
  const Int128 x = arguments[0].number;
  return answer(out, x < 0 ? -x : x);
}

PAC_STD_FUNCTION(sign) {
  const Int128 x = arguments[0].number;
  return answer(out, x < 0 ? -1 : (x > 0 ? 1 : 0));
}

PAC_STD_FUNCTION(floor_int) { return answer_rounded_int(arguments, Rounding::floor, out); }

PAC_STD_FUNCTION(ceiling_int) { return answer_rounded_int(arguments, Rounding::ceiling, out); }

PAC_STD_FUNCTION(trunc_int) { return answer_rounded_int(arguments, Rounding::down, out); }

PAC_STD_FUNCTION(round_int) {
  return answer_rounded_int(arguments, option_at<Rounding>(arguments, 2), out);
}

// The integer that x is, or an error where it has a fraction.
PAC_STD_FUNCTION(to_int) {
  const Decimal x = decimal_at(arguments, 0);
  if (x.value % pow10(x.scale) != 0) return PAC_E_ARGUMENT;
  return answer_int(out, x.value / pow10(x.scale));
}

// The nearest value within low .. high; at the largest scale of the three.
PAC_STD_FUNCTION(clamp) {
  const Decimal x = decimal_at(arguments, 0);
  const Decimal low = decimal_at(arguments, 2);
  const Decimal high = decimal_at(arguments, 4);
  if (pac::compare(low.value, low.scale, high.value, high.scale) > 0) return PAC_E_ARGUMENT;
  Decimal chosen = x;
  if (pac::compare(x.value, x.scale, low.value, low.scale) < 0) chosen = low;
  if (pac::compare(x.value, x.scale, high.value, high.scale) > 0) chosen = high;
  int scale = x.scale > low.scale ? x.scale : low.scale;
  if (high.scale > scale) scale = high.scale;
  Int128 widened = 0;
  if (!widen(chosen.value, chosen.scale, scale, &widened)) return PAC_E_OVERFLOW;
  return answer(out, widened);
}

// base^exponent, exactly, rounded once. x^0 is 1 for every x, also for 0, as in IEEE 754-2019
// (pown). Exponents are limited because an exact power's length grows with them (ratio.h).
PAC_STD_FUNCTION(power) {
  const Decimal base = decimal_at(arguments, 0);
  const std::int64_t exponent = int_at(arguments, 2);
  const auto digits = static_cast<int>(arguments[3].number);
  const auto mode = option_at<Rounding>(arguments, 4);
  if (exponent > kMaxPeriods || exponent < -kMaxPeriods) return PAC_E_ARGUMENT;
  if (base.value == 0 && exponent < 0) return PAC_E_DIVISION_BY_ZERO;
  if (base.value == 0 && exponent > 0) return answer(out, 0);
  const auto size = static_cast<int>(exponent < 0 ? -exponent : exponent);
  const auto mantissa = Wide<2>::from_magnitude(base.value);
  const Wide<2> unit(static_cast<UInt128>(pow10(base.scale)));
  const auto formula = [&](auto& num, auto& den, auto& spare, auto&) {
    num.set_power(exponent < 0 ? unit : mantissa, size, spare);
    den.set_power(exponent < 0 ? mantissa : unit, size, spare);
  };
  Int128 rounded = 0;
  const bool negative = base.value < 0 && size % 2 != 0;
  if (!round_ratio(formula, negative, digits, mode, &rounded)) return PAC_E_OVERFLOW;
  return answer(out, rounded);
}

}  // namespace pac::stdlib
