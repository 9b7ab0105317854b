// Numbers, dates, instants and durations as text, both ways, exactly. All functions are pure, take
// the whole text or refuse it, never allocate and never touch a double or the locale; any thread.
// Writers fill a buffer of the size named beside them and return the number of bytes, without a
// final zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/base/decimal.h"

namespace pac {

enum class TextStatus : std::uint8_t {
  ok,
  syntax,                    // not written as the format says
  too_many_fraction_digits,  // exact only at a larger scale, or finer than a microsecond
  too_large,                 // more digits than the type holds
  no_such_date,              // 2023-02-29, 24:00:00, year 0
};

// A JSON number (-12.50, 1e3) as a decimal(scale), scale in 0..38. What counts is the value, not
// the spelling: 12.500 and 1250e-2 fit scale 2, zeros at the end are no digits too many.
TextStatus parse_decimal(std::string_view text, int scale, Int128* out) noexcept;

// A JSON number whose value is an integer of 64 bits.
TextStatus parse_int(std::string_view text, std::int64_t* out) noexcept;

inline constexpr std::size_t kDecimalTextBytes = 44;  // sign, 39 digits, point, a zero before it
// Exactly `scale` digits after the point, no point for scale 0, never -0.
std::size_t format_decimal(Int128 value, int scale, char* out) noexcept;

inline constexpr std::size_t kIntTextBytes = 20;
std::size_t format_int(std::int64_t value, char* out) noexcept;

// 2026-03-01, years 0001 to 9999.
TextStatus parse_date(std::string_view text, std::int32_t* out) noexcept;
inline constexpr std::size_t kDateTextBytes = 10;
std::size_t format_date(std::int32_t date, char* out) noexcept;

// RFC 3339 in UTC with capitals: 2026-03-01T12:30Z, 2026-03-01T12:30:00.25Z; up to six digits of a
// second, no leap second (instants have none). Written with seconds, and with as many digits of a
// second as are needed.
TextStatus parse_datetime(std::string_view text, std::int64_t* out) noexcept;
inline constexpr std::size_t kDatetimeTextBytes = 27;
std::size_t format_datetime(std::int64_t micros, char* out) noexcept;

// ISO 8601: written in seconds only (PT86400S, PT0.5S, -PT1S), read also as P1DT2H3M4.5S with a day
// of 86400 seconds. Months, years and weeks are refused: they are not exact, or not needed.
TextStatus parse_duration(std::string_view text, std::int64_t* out) noexcept;
inline constexpr std::size_t kDurationTextBytes = 24;
std::size_t format_duration(std::int64_t micros, char* out) noexcept;

}  // namespace pac
