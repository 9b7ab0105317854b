// Not API; include compiler/parse/parse.h instead.
// The values of literals: strings with their escapes, numbers, dates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/diag/diagnostic.h"

namespace pac::parse {

// Control characters as \u{…}, so that a message can show what is there.
std::string printable(std::string_view text);

struct DateGuess {
  bool looks_like_date = false;
  std::string iso;  // where it can only mean one day
};
// What `2026-1-1`, `2026/01/01`, `1.2.2026` may have meant. A year has four digits.
DateGuess guess_date(std::string_view text);

// The value of a string literal with its quotes at `span`; a wrong escape is reported and left out.
std::string decode_string(std::string_view literal, Span span, diag::Emitter& emitter);

// Digits with `_` between them. False, and a diagnostic, where they do not fit or a `_` stands at
// an end. `negative` lets the magnitude be one larger, and *out is then the negative number.
bool decode_int(std::string_view digits, bool negative, Span span, diag::Emitter& emitter,
                int64_t* out);
bool check_decimal(std::string_view digits, Span span, diag::Emitter& emitter);

}  // namespace pac::parse
