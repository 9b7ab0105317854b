// Not API; include compiler/format/format.h instead.
// The words and signs of a file that parsed without errors, with the comments and line breaks
// between them. Read once more from the text, since the module holds no commas, brackets and key
// words.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.h"

namespace pac::format {

inline constexpr uint32_t kNone = 0xffffffff;

struct Comment {
  std::string_view text;
  bool blank_before = false;
};

struct Token {
  std::string_view text;        // as it is printed
  uint32_t begin = 0, end = 0;  // in the file
  uint32_t partner = kNone;     // of a bracket
  uint32_t lead_first = 0;      // comments on lines of their own before it: Tokens::comments
  uint32_t lead_count = 0;
  uint32_t trail = kNone;  // the comment behind it on its line
  bool newline_before = false;
  bool blank_before = false;  // between it and what precedes it, also a comment
};

struct Tokens {
  std::vector<Token> all;  // the last one has no text and stands for the end of the file
  std::vector<Comment> comments;
  std::deque<std::string> owned;  // texts that are printed otherwise than written

  // The first token that begins at or after a place.
  uint32_t at(uint32_t offset) const;
  // The last token that ends at or before a place.
  uint32_t before(uint32_t offset) const { return at(offset) - 1; }
  const std::string_view& text(uint32_t i) const { return all[i].text; }
};

inline bool is_opener(std::string_view t) { return t == "{" || t == "(" || t == "["; }
inline bool is_closer(std::string_view t) { return t == "}" || t == ")" || t == "]"; }

// Commas before a closing bracket and those after fields are left out; the layout writes the latter
// where fields share a line.
Tokens scan(const ast::Module& module, std::string_view text);

// Code points of a text.
int columns(std::string_view text);

}  // namespace pac::format
