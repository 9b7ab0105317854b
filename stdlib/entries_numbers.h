// Registry entries of std.decimals and std.money. Not API; include stdlib/registry.h.
#pragma once

#include "stdlib/entries.h"

PAC_STD_DECLARE(abs);
PAC_STD_DECLARE(sign);
PAC_STD_DECLARE(floor_int);
PAC_STD_DECLARE(ceiling_int);
PAC_STD_DECLARE(trunc_int);
PAC_STD_DECLARE(round_int);
PAC_STD_DECLARE(to_int);
PAC_STD_DECLARE(clamp);
PAC_STD_DECLARE(power);
PAC_STD_DECLARE(percent_of);
PAC_STD_DECLARE(round_to_multiple);

namespace pac::stdlib {

inline constexpr Parameter kNumber[] = {{"x", Kind::decimal, {}, nullptr, Unit::shared}};
inline constexpr Parameter kNumberMode[] = {{"x", Kind::decimal, {}, nullptr, Unit::shared},
                                            {"mode", Kind::option, kRoundings}};
inline constexpr Parameter kClamp[] = {{"x", Kind::decimal, {}, nullptr, Unit::shared},
                                       {"low", Kind::decimal, {}, nullptr, Unit::shared},
                                       {"high", Kind::decimal, {}, nullptr, Unit::shared}};
inline constexpr Parameter kPower[] = {{"base", Kind::decimal},
                                       {"exponent", Kind::integer},
                                       {"digits", Kind::digits},
                                       {"mode", Kind::option, kRoundings}};
inline constexpr Parameter kPercentOf[] = {{"amount", Kind::decimal, {}, nullptr, Unit::shared},
                                           {"percent", Kind::decimal},
                                           {"digits", Kind::digits},
                                           {"mode", Kind::option, kRoundings}};
inline constexpr Parameter kRoundToMultiple[] = {
    {"x", Kind::decimal, {}, nullptr, Unit::shared},
    {"multiple", Kind::decimal, {}, nullptr, Unit::shared},
    {"mode", Kind::option, kRoundings}};

inline constexpr pac_error kPowerErrors[] = {PAC_E_ARGUMENT, PAC_E_DIVISION_BY_ZERO,
                                             PAC_E_OVERFLOW};

inline constexpr Function kDecimals[] = {
    entry("decimals", PAC_STD_NAMES(abs), kNumber, Kind::decimal, kNoErrors,
          "The value without its sign.", "abs(-12.50) is 12.50", ResultScale::from_first_decimal,
          Unit::shared),
    entry("decimals", PAC_STD_NAMES(sign), kNumber, Kind::integer, kNoErrors,
          "-1, 0 or 1 as the value is negative, zero or positive.", "sign(-12.50) is -1"),
    entry("decimals", PAC_STD_NAMES(floor_int), kNumber, Kind::integer, kOverflow,
          "The largest integer that is not above the value.", "floor_int(-2.5) is -3",
          ResultScale::none, Unit::shared),
    entry("decimals", PAC_STD_NAMES(ceiling_int), kNumber, Kind::integer, kOverflow,
          "The smallest integer that is not below the value.", "ceiling_int(-2.5) is -2",
          ResultScale::none, Unit::shared),
    entry("decimals", PAC_STD_NAMES(trunc_int), kNumber, Kind::integer, kOverflow,
          "The integer left when the digits after the point are cut off.", "trunc_int(-2.9) is -2",
          ResultScale::none, Unit::shared),
    entry("decimals", PAC_STD_NAMES(round_int), kNumberMode, Kind::integer, kOverflow,
          "The value rounded to an integer.", "round_int(2.5, half_even) is 2", ResultScale::none,
          Unit::shared),
    entry("decimals", PAC_STD_NAMES(to_int), kNumber, Kind::integer, kArgumentOrOverflow,
          "The integer that the value is; an error where it has a fraction.", "to_int(12.00) is 12",
          ResultScale::none, Unit::shared),
    entry("decimals", PAC_STD_NAMES(clamp), kClamp, Kind::decimal, kArgumentOrOverflow,
          "The value nearest to x within low .. high; an error where low is above high.",
          "clamp(12.5, 0, 10.00) is 10.00", ResultScale::from_widest_decimal, Unit::shared),
    entry("decimals", PAC_STD_NAMES(power), kPower, Kind::decimal, kPowerErrors,
          "A power with an integer exponent from -1200 to 1200, exact and rounded once.",
          "power(1.05, -2, 6, half_up) is 0.907029", ResultScale::from_digits),
};

inline constexpr Function kMoney[] = {
    entry("money", PAC_STD_NAMES(percent_of), kPercentOf, Kind::decimal, kOverflow,
          "A percentage of an amount, exact and rounded once; 25.5 means 25.5 %.",
          "percent_of(19.90, 25.5, 2, half_up) is 5.07", ResultScale::from_digits, Unit::shared),
    entry("money", PAC_STD_NAMES(round_to_multiple), kRoundToMultiple, Kind::decimal,
          kArgumentOrOverflow,
          "The multiple of a positive number to which the value rounds, such as 0.05 for cash.",
          "round_to_multiple(12.37, 0.05, half_up) is 12.35", ResultScale::from_widest_decimal,
          Unit::shared),
};

}  // namespace pac::stdlib
