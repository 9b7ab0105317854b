// One line of terminal output under construction: styled cells by display column. Internal to the
// pretty renderer (not API; include compiler/diag/render.h instead).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"

namespace pac::diag {

enum class Style : uint8_t {
  plain,
  bold,
  gutter,
  error,
  warning,
  note,
  second,
  help,
  added,
  removed
};

inline Style style_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return Style::error;
    case Severity::warning:
      return Style::warning;
    case Severity::note:
      return Style::note;
  }
  return Style::error;
}

class Row {
 public:
  // Puts one ASCII sign into a column and replaces what stands there.
  void put(size_t column, char sign, Style style);
  // Puts a text at a column; nothing is put to the right of it later. It is printable already.
  void text(size_t column, std::string_view text, Style style);
  // Puts a text after what is there.
  void append(std::string_view added, Style style) { text(cells_.size(), added, style); }
  bool is_free(size_t column) const;
  size_t size() const { return cells_.size(); }
  // The line with its line end, without spaces before it.
  void write(bool colour, std::string* out) const;

 private:
  struct Cell {
    std::string text = " ";
    Style style = Style::plain;
  };
  std::vector<Cell> cells_;  // a text is one cell
};

}  // namespace pac::diag
