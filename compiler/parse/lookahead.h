// Not API; include compiler/parse/parse.h instead.
// What a few tokens ahead show about the layout of a text whose words are nearly all names
// elsewhere too. Each question looks a bounded way, so that asking at every line keeps the work
// linear.
#pragma once

#include <vector>

#include "compiler/parse/token.h"

namespace pac::parse {

class Lookahead {
 public:
  explicit Lookahead(const std::vector<Token>& tokens) : tokens_(tokens) {}

  uint16_t kind(size_t i) const { return i < tokens_.size() ? tokens_[i].kind : kEndOfFile; }

  // Whether a declaration begins here beyond doubt; only asked at the start of a line that is not
  // indented more than the declaration that is open.
  bool starts_item(size_t i) const;
  // Whether a clause begins here that can't stand within `(` or `[`.
  bool starts_clause(size_t i) const;
  // Whether what begins here can only be a clause behind the cells of a row.
  bool is_row_clause(size_t i) const;
  // Whether a `=>` comes before the bracket at i is closed.
  bool never_closes_in_row(size_t i) const;
  // Whether the braces of the head that begins here are missing: of `enum E`, of `table unique`.
  bool item_lacks_brace(size_t i) const;
  bool body_lacks_brace(size_t i) const;
  // `then eligible: …`, an outcome without its brace.
  bool outcome_lacks_brace(size_t i) const;

 private:
  size_t skip_annotations(size_t i) const;
  bool starts_line(size_t i) const { return i < tokens_.size() && tokens_[i].starts_line; }

  const std::vector<Token>& tokens_;
};

}  // namespace pac::parse
