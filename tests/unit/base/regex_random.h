// Random patterns and texts over a small alphabet, so that random texts often match.
#pragma once

#include <string>

#include "tests/unit/base/property.h"

namespace pac::test {

inline std::string any_pattern(int depth) {
  constexpr const char* kLeaves[] = {"a",       "b",        "c",   "ä",      "€",     "𝄞",
                                     ".",       "\\d",      "\\W", "[ab]",   "[^a]",  "[^ä]",
                                     "\\n",     "[a-cä-€]", "",    "[b\\d]", "[€-𝄞]", "\\x{e4}b",
                                     "[^\\w€]", "\\s?",     "\\D"};
  if (depth == 0 || in_range(0, 4) == 0) {
    return kLeaves[in_range<std::size_t>(0, std::size(kLeaves))];
  }
  switch (in_range(0, 6)) {
    case 0:
    case 1:
      return any_pattern(depth - 1) + any_pattern(depth - 1);
    case 2:
      return "(" + any_pattern(depth - 1) + "|" + any_pattern(depth - 1) + ")";
    case 3:
      return "(?:" + any_pattern(depth - 1) + ")" + "*+?"[in_range(0, 3)];
    case 4: {
      const int min = in_range(0, 3);
      const int max = min + in_range(0, 3);
      return "(" + any_pattern(depth - 1) + "){" + std::to_string(min) + "," +
             (in_range(0, 3) == 0 ? "" : std::to_string(max)) + "}";
    }
    default:
      return "(" + any_pattern(depth - 1) + "|" + any_pattern(depth - 1) + ")" + any_pattern(1);
  }
}

inline std::string any_short_text() {
  constexpr const char* kPieces[] = {"a", "b", "c", "ä", "€", "𝄞", "7", "\n", " ", "A"};
  std::string text;
  for (int i = in_range(0, 7); i > 0; --i)
    text += kPieces[in_range<std::size_t>(0, std::size(kPieces))];
  return text;
}

}  // namespace pac::test
