// Not API; include compiler/parse/parse.h instead.
// Characters that people type or paste and that the language does not have: signs of other
// languages, what word processors put for quotes, dashes and spaces. Pure functions and tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pac::parse {

// `kind` 0: it is dropped.
struct Stray {
  std::string_view text;
  uint16_t kind;
  std::string_view instead;  // what the language writes; empty where there is nothing alike
  std::string_view help;
};

// The sign that a text begins with; null: none of these.
const Stray* stray_at(std::string_view text);

// Bytes of the dash, hyphen or minus sign beyond ASCII that a text begins with; 0: none.
size_t dash_at(std::string_view text);
// Of these the ones that also stand between the ends of a range: a minus sign and a hyphen do not.
bool joins_ranges(std::string_view dash);

// A space, or a character without width, that looks like none or like an ordinary space.
struct Blank {
  size_t bytes = 0;  // 0: none
  bool has_width = false;
  const char* name = "";
};
Blank blank_at(std::string_view text);

// “text” as word processors quote it, up to the closing quote on the same line. Bytes of the whole;
// 0: none. `*inside` is what stands between the quotes.
size_t quoted_at(std::string_view line, std::string_view* inside);
// Where a text that was opened by `"` is closed by the quote of a word processor: `"text”`. Offset
// of that quote from the opening one; npos: nowhere. `*bytes` is its length.
size_t curly_end(std::string_view line, size_t* bytes);

// Whether a character beyond ASCII can be part of a word of some language, as é is and • is not.
bool is_letter_like(char32_t character);

// A blank or invisible character by its number, any other as it is.
std::string display(std::string_view character);

// Characters that make a line look different from what it says. In a text that carries legal weight
// they have no place; a string can name them as \u{…}.
bool is_direction_mark(std::string_view at);

}  // namespace pac::parse
