// Registry entries of std.dates. Not API; include stdlib/registry.h.
#pragma once

#include "stdlib/entries.h"

PAC_STD_DECLARE(whole_years);
PAC_STD_DECLARE(whole_months);
PAC_STD_DECLARE(days_between);
PAC_STD_DECLARE(add_days);
PAC_STD_DECLARE(add_months);
PAC_STD_DECLARE(add_years);
PAC_STD_DECLARE(make_date);
PAC_STD_DECLARE(year);
PAC_STD_DECLARE(quarter);
PAC_STD_DECLARE(month);
PAC_STD_DECLARE(day);
PAC_STD_DECLARE(weekday);
PAC_STD_DECLARE(is_weekend);
PAC_STD_DECLARE(iso_week);
PAC_STD_DECLARE(iso_year);
PAC_STD_DECLARE(day_of_year);
PAC_STD_DECLARE(days_in_month);
PAC_STD_DECLARE(is_leap_year);
PAC_STD_DECLARE(first_of_month);
PAC_STD_DECLARE(last_of_month);
PAC_STD_DECLARE(end_of_quarter);
PAC_STD_DECLARE(easter);
PAC_STD_DECLARE(is_business_day);
PAC_STD_DECLARE(next_business_day);
PAC_STD_DECLARE(add_business_days);
PAC_STD_DECLARE(business_days_between);

namespace pac::stdlib {

// Options stand in the order of the enumerations pac::LeapDay and pac::EndOfMonth, and of
// Convention in business_days.cpp.
inline constexpr const char* kLeapDays[] = {"feb_28", "mar_1"};
inline constexpr const char* kMonthEnds[] = {"clip", "next", "error"};
inline constexpr const char* kConventions[] = {"following", "modified_following", "preceding"};

inline constexpr Parameter kDate[] = {{"date", Kind::date}};
inline constexpr Parameter kYear[] = {{"year", Kind::integer}};
inline constexpr Parameter kFromTo[] = {{"from", Kind::date}, {"to", Kind::date}};
inline constexpr Parameter kWholeYears[] = {
    {"from", Kind::date}, {"to", Kind::date}, {"leap_day", Kind::option, kLeapDays, "feb_28"}};
inline constexpr Parameter kAddDays[] = {{"date", Kind::date}, {"days", Kind::integer}};
inline constexpr Parameter kAddMonths[] = {
    {"date", Kind::date}, {"months", Kind::integer}, {"end_of_month", Kind::option, kMonthEnds}};
inline constexpr Parameter kAddYears[] = {{"date", Kind::date},
                                          {"years", Kind::integer},
                                          {"leap_day", Kind::option, kLeapDays, "feb_28"}};
inline constexpr Parameter kMakeDate[] = {
    {"year", Kind::integer}, {"month", Kind::integer}, {"day", Kind::integer}};
inline constexpr Parameter kDateHolidays[] = {{"date", Kind::date},
                                              {"holidays", Kind::date_list, {}, "[]"}};
inline constexpr Parameter kNextBusinessDay[] = {{"date", Kind::date},
                                                 {"convention", Kind::option, kConventions},
                                                 {"holidays", Kind::date_list, {}, "[]"}};
inline constexpr Parameter kAddBusinessDays[] = {
    {"date", Kind::date}, {"days", Kind::integer}, {"holidays", Kind::date_list, {}, "[]"}};
inline constexpr Parameter kFromToHolidays[] = {
    {"from", Kind::date}, {"to", Kind::date}, {"holidays", Kind::date_list, {}, "[]"}};

inline constexpr pac_error kAddMonthsErrors[] = {PAC_E_DATE_RANGE, PAC_E_NO_SUCH_DAY};
inline constexpr pac_error kMakeDateErrors[] = {PAC_E_DATE_RANGE, PAC_E_NO_SUCH_DAY,
                                                PAC_E_ARGUMENT};

inline constexpr Function kDates[] = {
    entry("dates", PAC_STD_NAMES(whole_years), kWholeYears, Kind::integer, kNoErrors,
          "Completed years from one date to another, such as an age; -1 from the day before `from` "
          "down.",
          "whole_years(2000-02-29, 2026-02-28) is 26"),
    entry("dates", PAC_STD_NAMES(whole_months), kFromTo, Kind::integer, kNoErrors,
          "Completed months; where the month is too short, its last day completes it.",
          "whole_months(2026-01-31, 2026-02-28) is 1"),
    entry("dates", PAC_STD_NAMES(days_between), kFromTo, Kind::integer, kNoErrors,
          "Days from one date to another, negative where `to` is the earlier.",
          "days_between(2026-02-20, 2026-03-01) is 9"),
    entry("dates", PAC_STD_NAMES(add_days), kAddDays, Kind::date, kDateRange,
          "The date a number of days later, or earlier for a negative number.",
          "add_days(2024-02-28, 2) is 2024-03-01"),
    entry(
        "dates", PAC_STD_NAMES(add_months), kAddMonths, Kind::date, kAddMonthsErrors,
        "The same day some months later; `end_of_month` says what a month without that day gives: "
        "its last day (clip), the first day after it (next), or an error.",
        "add_months(2026-01-31, 1, end_of_month: clip) is 2026-02-28"),
    entry("dates", PAC_STD_NAMES(add_years), kAddYears, Kind::date, kDateRange,
          "The same day some years later; `leap_day` says what 29 February gives in a common year.",
          "add_years(2024-02-29, 1, leap_day: mar_1) is 2025-03-01"),
    entry("dates", PAC_STD_NAMES(make_date), kMakeDate, Kind::date, kMakeDateErrors,
          "The date with this year, month and day.", "make_date(2026, 12, 6) is 2026-12-06"),
    entry("dates", PAC_STD_NAMES(year), kDate, Kind::integer, kNoErrors, "The year of a date.",
          "year(2026-07-31) is 2026"),
    entry("dates", PAC_STD_NAMES(quarter), kDate, Kind::integer, kNoErrors,
          "The quarter of the year, 1 to 4.", "quarter(2026-07-31) is 3"),
    entry("dates", PAC_STD_NAMES(month), kDate, Kind::integer, kNoErrors, "The month, 1 to 12.",
          "month(2026-07-31) is 7"),
    entry("dates", PAC_STD_NAMES(day), kDate, Kind::integer, kNoErrors,
          "The day of the month, 1 to 31.", "day(2026-07-31) is 31"),
    entry("dates", PAC_STD_NAMES(weekday), kDate, Kind::integer, kNoErrors,
          "The day of the week: Monday is 1, Sunday is 7.", "weekday(2026-07-31) is 5"),
    entry("dates", PAC_STD_NAMES(is_weekend), kDate, Kind::boolean, kNoErrors,
          "Whether a date is a Saturday or a Sunday.", "is_weekend(2026-08-01) is true"),
    entry("dates", PAC_STD_NAMES(iso_week), kDate, Kind::integer, kNoErrors,
          "The week number of ISO 8601, 1 to 53; week 1 has the first Thursday of the `iso_year`.",
          "iso_week(2027-01-01) is 53"),
    entry("dates", PAC_STD_NAMES(iso_year), kDate, Kind::integer, kNoErrors,
          "The year to which ISO 8601 counts the week of a date.", "iso_year(2027-01-01) is 2026"),
    entry("dates", PAC_STD_NAMES(day_of_year), kDate, Kind::integer, kNoErrors,
          "The day of the year, 1 to 366.", "day_of_year(2024-12-31) is 366"),
    entry("dates", PAC_STD_NAMES(days_in_month), kDate, Kind::integer, kNoErrors,
          "How many days the month of a date has.", "days_in_month(2024-02-10) is 29"),
    entry("dates", PAC_STD_NAMES(is_leap_year), kYear, Kind::boolean, kArgument,
          "Whether a year from 1 to 9999 has a 29 February.", "is_leap_year(2100) is false"),
    entry("dates", PAC_STD_NAMES(first_of_month), kDate, Kind::date, kNoErrors,
          "The first day of the month of a date.", "first_of_month(2026-07-31) is 2026-07-01"),
    entry("dates", PAC_STD_NAMES(last_of_month), kDate, Kind::date, kNoErrors,
          "The last day of the month of a date.", "last_of_month(2026-02-10) is 2026-02-28"),
    entry("dates", PAC_STD_NAMES(end_of_quarter), kDate, Kind::date, kNoErrors,
          "The last day of the quarter of a date.", "end_of_quarter(2026-02-10) is 2026-03-31"),
    entry("dates", PAC_STD_NAMES(easter), kYear, Kind::date, kArgument,
          "Easter Sunday by the Gregorian calendar, for the years 1583 to 9999.",
          "easter(2026) is 2026-04-05"),
    entry("dates", PAC_STD_NAMES(is_business_day), kDateHolidays, Kind::boolean, kNoErrors,
          "Whether a date is neither a Saturday, a Sunday nor one of the holidays.",
          "is_business_day(2026-12-24, [2026-12-24, 2026-12-25]) is false"),
    entry(
        "dates", PAC_STD_NAMES(next_business_day), kNextBusinessDay, Kind::date, kDateRange,
        "The date itself if it is a business day, else the next one (following), the next one "
        "unless "
        "that is in another month and then the one before (modified_following), or the one before "
        "(preceding).",
        "next_business_day(2026-05-30, modified_following, []) is 2026-05-29"),
    entry("dates", PAC_STD_NAMES(add_business_days), kAddBusinessDays, Kind::date, kDateRange,
          "The n-th business day after a date, before it for a negative number; for 0 the date "
          "itself.",
          "add_business_days(2026-12-23, 2, [2026-12-24, 2026-12-25]) is 2026-12-29"),
    entry(
        "dates", PAC_STD_NAMES(business_days_between), kFromToHolidays, Kind::integer, kNoErrors,
        "Business days after `from` up to and including `to`; negative where `to` is the earlier.",
        "business_days_between(2026-12-23, 2026-12-29, [2026-12-24, 2026-12-25]) is 2"),
};

}  // namespace pac::stdlib
