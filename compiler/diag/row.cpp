#include "compiler/diag/row.h"

namespace pac::diag {

namespace {

// Bold colours of the 8-colour palette: every terminal has them, and they are legible on both black
// and white.
std::string_view escape_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\033[1m";
    case Style::gutter:
      return "\033[1;34m";
    case Style::error:
      return "\033[1;31m";
    case Style::warning:
      return "\033[1;33m";
    case Style::note:
      return "\033[1;36m";
    case Style::second:
      return "\033[1;34m";
    case Style::help:
      return "\033[1;36m";
    case Style::added:
      return "\033[32m";
    case Style::removed:
      return "\033[31m";
  }
  return "";
}

bool is_blank(std::string_view text) { return text.find_first_not_of(' ') == text.npos; }

}  // namespace

void Row::put(size_t column, char sign, Style style) {
  if (column >= cells_.size()) cells_.resize(column + 1);
  cells_[column] = Cell{std::string(1, sign), style};
}

void Row::text(size_t column, std::string_view text, Style style) {
  if (text.empty()) return;
  if (column >= cells_.size()) cells_.resize(column + 1);
  cells_[column] = Cell{std::string(text), style};
}

bool Row::is_free(size_t column) const {
  return column >= cells_.size() || cells_[column].text == " ";
}

void Row::write(bool colour, std::string* out) const {
  size_t count = cells_.size();
  while (count > 0 && is_blank(cells_[count - 1].text)) --count;
  Style current = Style::plain;
  const auto change_to = [&](Style style) {
    if (!colour || style == current) return;
    if (current != Style::plain) out->append("\033[0m");
    out->append(escape_of(style));
    current = style;
  };
  for (size_t i = 0; i < count; ++i) {
    std::string_view text = cells_[i].text;
    if (i + 1 == count) text = text.substr(0, text.find_last_not_of(' ') + 1);
    // A space looks the same in every colour, so runs are not broken for it.
    if (!is_blank(text)) change_to(cells_[i].style);
    out->append(text);
  }
  change_to(Style::plain);
  out->push_back('\n');
}

}  // namespace pac::diag
