// Registry entries of std.time. Not API; include stdlib/registry.h.
#pragma once

#include "stdlib/entries.h"

PAC_STD_DECLARE(local_date);
PAC_STD_DECLARE(local_hour);
PAC_STD_DECLARE(local_minute);
PAC_STD_DECLARE(local_weekday);
PAC_STD_DECLARE(local_time_of_day);
PAC_STD_DECLARE(start_of_day);
PAC_STD_DECLARE(date_of);
PAC_STD_DECLARE(days);
PAC_STD_DECLARE(hours);
PAC_STD_DECLARE(minutes);
PAC_STD_DECLARE(seconds);
PAC_STD_DECLARE(duration_of_days);
PAC_STD_DECLARE(duration_of_hours);
PAC_STD_DECLARE(duration_of_minutes);
PAC_STD_DECLARE(duration_of_seconds);

namespace pac::stdlib {

inline constexpr Parameter kInstantZone[] = {{"at", Kind::datetime}, {"zone", Kind::zone}};
inline constexpr Parameter kDateZone[] = {{"date", Kind::date}, {"zone", Kind::zone}};
inline constexpr Parameter kInstant[] = {{"at", Kind::datetime}};
inline constexpr Parameter kDuration[] = {{"duration", Kind::duration}};
inline constexpr Parameter kCount[] = {{"count", Kind::integer}};

inline constexpr Function kTime[] = {
    entry("time", PAC_STD_NAMES(local_date), kInstantZone, Kind::date, kDateRange,
          "The date that a calendar in the zone shows at an instant.",
          "local_date(2026-07-01T22:30:00Z, \"Europe/Helsinki\") is 2026-07-02"),
    entry("time", PAC_STD_NAMES(local_hour), kInstantZone, Kind::integer, kNoErrors,
          "The hour, 0 to 23, that a clock in the zone shows at an instant.",
          "local_hour(2026-07-01T22:30:00Z, \"Europe/Helsinki\") is 1"),
    entry("time", PAC_STD_NAMES(local_minute), kInstantZone, Kind::integer, kNoErrors,
          "The minute, 0 to 59, that a clock in the zone shows at an instant.",
          "local_minute(2026-07-01T22:30:00Z, \"Europe/Helsinki\") is 30"),
    entry("time", PAC_STD_NAMES(local_weekday), kInstantZone, Kind::integer, kNoErrors,
          "The day of the week in the zone: Monday is 1, Sunday is 7.",
          "local_weekday(2026-07-01T22:30:00Z, \"Europe/Helsinki\") is 4"),
    entry("time", PAC_STD_NAMES(local_time_of_day), kInstantZone, Kind::duration, kNoErrors,
          "What a clock in the zone shows, as a duration from 0 to 24 hours.",
          "local_time_of_day(2026-07-01T22:30:00Z, \"Europe/Helsinki\") is 90 minutes"),
    entry("time", PAC_STD_NAMES(start_of_day), kDateZone, Kind::datetime, kDateRange,
          "The first instant of a local date: midnight, or where clocks skip midnight, the change.",
          "start_of_day(2026-07-02, \"Europe/Helsinki\") is 2026-07-01T21:00:00Z"),
    entry("time", PAC_STD_NAMES(date_of), kInstant, Kind::date, kDateRange,
          "The date of an instant in UTC; `local_date` is the one of a zone.",
          "date_of(2026-07-01T22:30:00Z) is 2026-07-01"),
    entry("time", PAC_STD_NAMES(days), kDuration, Kind::integer, kNoErrors,
          "The whole days (24 hours) of a duration, cut towards zero.", "days(36 hours) is 1"),
    entry("time", PAC_STD_NAMES(hours), kDuration, Kind::integer, kNoErrors,
          "The whole hours of a duration, cut towards zero.", "hours(2 days) is 48"),
    entry("time", PAC_STD_NAMES(minutes), kDuration, Kind::integer, kNoErrors,
          "The whole minutes of a duration, cut towards zero.", "minutes(90 seconds) is 1"),
    entry("time", PAC_STD_NAMES(seconds), kDuration, Kind::integer, kNoErrors,
          "The whole seconds of a duration, cut towards zero.", "seconds(2 minutes) is 120"),
    entry("time", PAC_STD_NAMES(duration_of_days), kCount, Kind::duration, kOverflow,
          "A number of days of 24 hours as a duration.", "duration_of_days(2) is 48 hours"),
    entry("time", PAC_STD_NAMES(duration_of_hours), kCount, Kind::duration, kOverflow,
          "A number of hours as a duration.", "duration_of_hours(-3) is -180 minutes"),
    entry("time", PAC_STD_NAMES(duration_of_minutes), kCount, Kind::duration, kOverflow,
          "A number of minutes as a duration.", "duration_of_minutes(90) is 5400 seconds"),
    entry("time", PAC_STD_NAMES(duration_of_seconds), kCount, Kind::duration, kOverflow,
          "A number of seconds as a duration.", "duration_of_seconds(120) is 2 minutes"),
};

}  // namespace pac::stdlib
