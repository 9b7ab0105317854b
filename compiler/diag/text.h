// How texts look on a terminal: which column a byte of a line stands in, and what may be printed at
// all. Source and messages hold whatever an author or an attacker wrote, so nothing that moves the
// cursor, changes colours or reverses the direction of writing reaches the terminal. Pure
// functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pac::diag {

// Tab stops stand every 4 columns, which is what editors show for languages that indent with
// spaces.
inline constexpr uint32_t kTabWidth = 4;

// The columns a code point takes: 0 for combining marks, 2 for wide letters and emoji, else 1. A
// table of the main blocks only: a rare script may be a column off, which moves an underline and
// nothing else.
uint32_t width_of(char32_t code_point);

// The display column (from 0) at which byte `offset` of `line` begins. Stops at the end of the
// line.
uint32_t column_at(std::string_view line, size_t offset);

// The part of `line` that lies in display columns [from, to), as it may be printed: tabs as spaces,
// controls as visible signs. A wide letter that is cut in two leaves a space.
std::string cut_columns(std::string_view line, uint32_t from, uint32_t to);

// The columns of a line that are shown where it is longer than the room for it.
struct Window {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool cut_left = false;
  bool cut_right = false;

  // The column on the screen; what lies outside is in the dots.
  uint32_t to_screen(uint32_t column) const;
  // The part of the line, as it may be printed, with dots where it is cut.
  std::string show(std::string_view line) const;
};

// A window of at most `room` columns (at least 20) of a line of `length` columns, around the
// columns [low, high) that are of interest; where these don't fit, from a little before `focus` on.
Window choose_window(uint32_t length, uint32_t low, uint32_t high, uint32_t focus, uint32_t room);

// The whole text as it may be printed on one line; line ends become spaces.
std::string printable(std::string_view text);

// The text with every byte that is not UTF-8 replaced by U+FFFD: what JSON and XML may carry.
std::string valid_text(std::string_view text);

}  // namespace pac::diag
