// Registry entries of std.finance. Not API; include stdlib/registry.h.
#pragma once

#include "stdlib/entries.h"

PAC_STD_DECLARE(annuity);
PAC_STD_DECLARE(annuity_principal);
PAC_STD_DECLARE(total_interest);
PAC_STD_DECLARE(remaining_balance);
PAC_STD_DECLARE(compound);
PAC_STD_DECLARE(present_value);
PAC_STD_DECLARE(effective_annual_rate);

namespace pac::stdlib {

inline constexpr Parameter kLoan[] = {{"principal", Kind::decimal, {}, nullptr, Unit::shared},
                                      {"yearly_rate", Kind::decimal},
                                      {"months", Kind::integer},
                                      {"digits", Kind::digits},
                                      {"mode", Kind::option, kRoundings}};
inline constexpr Parameter kPayments[] = {{"payment", Kind::decimal, {}, nullptr, Unit::shared},
                                          {"yearly_rate", Kind::decimal},
                                          {"months", Kind::integer},
                                          {"digits", Kind::digits},
                                          {"mode", Kind::option, kRoundings}};
inline constexpr Parameter kBalance[] = {{"principal", Kind::decimal, {}, nullptr, Unit::shared},
                                         {"yearly_rate", Kind::decimal},
                                         {"months", Kind::integer},
                                         {"paid_months", Kind::integer},
                                         {"digits", Kind::digits},
                                         {"mode", Kind::option, kRoundings}};
inline constexpr Parameter kCompound[] = {{"amount", Kind::decimal, {}, nullptr, Unit::shared},
                                          {"rate", Kind::decimal},
                                          {"periods", Kind::integer},
                                          {"digits", Kind::digits},
                                          {"mode", Kind::option, kRoundings}};
inline constexpr Parameter kEffectiveRate[] = {{"nominal", Kind::decimal},
                                               {"periods_per_year", Kind::integer},
                                               {"digits", Kind::digits},
                                               {"mode", Kind::option, kRoundings}};

inline constexpr Function kFinance[] = {
    entry("finance", PAC_STD_NAMES(annuity), kLoan, Kind::decimal, kArgumentOrOverflow,
          "The level payment at the end of each month that repays a loan in 1 to 1200 months, "
          "exact and "
          "rounded once; the yearly rate is a fraction, not negative, a twelfth of it is due each "
          "month.",
          "annuity(350000.00, 0.0395, 360, 2, half_up) is 1660.88", ResultScale::from_digits,
          Unit::shared),
    entry("finance", PAC_STD_NAMES(annuity_principal), kPayments, Kind::decimal,
          kArgumentOrOverflow,
          "The loan that a level monthly payment repays: the inverse of `annuity`.",
          "annuity_principal(1000.00, 0.06, 120, 2, half_up) is 90073.45", ResultScale::from_digits,
          Unit::shared),
    entry("finance", PAC_STD_NAMES(total_interest), kLoan, Kind::decimal, kArgumentOrOverflow,
          "The interest over the life of an annuity loan with payments that are not rounded one by "
          "one.",
          "total_interest(350000.00, 0.0395, 360, 2, half_up) is 247916.92",
          ResultScale::from_digits, Unit::shared),
    entry("finance", PAC_STD_NAMES(remaining_balance), kBalance, Kind::decimal, kArgumentOrOverflow,
          "What is left of an annuity loan after some of its payments, none of them rounded one by "
          "one.",
          "remaining_balance(350000.00, 0.0395, 360, 120, 2, half_up) is 275276.92",
          ResultScale::from_digits, Unit::shared),
    entry("finance", PAC_STD_NAMES(compound), kCompound, Kind::decimal, kArgumentOrOverflow,
          "An amount after 0 to 1200 periods of compound interest; the rate of one period is a "
          "fraction "
          "above -1.",
          "compound(1000.00, 0.05, 10, 2, half_up) is 1628.89", ResultScale::from_digits,
          Unit::shared),
    entry("finance", PAC_STD_NAMES(present_value), kCompound, Kind::decimal, kArgumentOrOverflow,
          "What an amount due after some periods is worth now: the inverse of `compound`.",
          "present_value(1628.89, 0.05, 10, 2, half_up) is 1000.00", ResultScale::from_digits,
          Unit::shared),
    entry(
        "finance", PAC_STD_NAMES(effective_annual_rate), kEffectiveRate, Kind::decimal,
        kArgumentOrOverflow,
        "The yearly rate that a nominal rate comes to when it is compounded 1 to 366 times a year.",
        "effective_annual_rate(0.12, 12, 6, half_up) is 0.126825", ResultScale::from_digits),
};

}  // namespace pac::stdlib
