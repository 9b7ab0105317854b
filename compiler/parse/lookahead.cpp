#include "compiler/parse/lookahead.h"

namespace pac::parse {

// Looks a short way ahead only: this is asked at every line, and the work must stay linear.
size_t Lookahead::skip_annotations(size_t i) const {
  const size_t limit = i + 100;
  while (i < limit && kind(i) == T::AT_SIGN && is_name(kind(i + 1))) {
    i += 2;
    if (kind(i) != T::LPAREN) continue;
    while (i < limit && kind(i) != T::RPAREN && kind(i) != kEndOfFile) ++i;
    ++i;
  }
  return i;
}

bool Lookahead::starts_item(size_t i) const {
  i = skip_annotations(i);
  for (int n = 0;
       n < 3 && (kind(i) == T::PRIVATE || kind(i) == T::PARTIAL || kind(i) == T::ORDERED); ++n)
    ++i;
  const uint16_t word = kind(i);
  if (!is_name(kind(i + 1))) return false;
  const uint16_t third = kind(i + 2);
  if (word == T::PARAM) return third == T::COLON;
  if (word == T::TEST) return third == T::STRING;
  return third == T::LBRACE && (word == T::ENUM || word == T::RECORD || word == T::OBLIGATION ||
                                word == T::ADVICE || word == T::DECISION);
}

// Words that no expression holds side by side.
bool Lookahead::starts_clause(size_t i) const {
  const uint16_t next = kind(i + 1);
  const uint16_t third = kind(i + 2);
  switch (kind(i)) {
    case T::LET:
      return is_name(next) && (third == T::ASSIGN || third == T::COLON);
    case T::RULE:
      return is_name(next) && third == T::LBRACE;
    case T::FEATURE:
      return is_name(next) && third == T::COLON;
    case T::INPUT:
    case T::OUTPUT:
    case T::CONTEXT:
    case T::RESULT:
      return next == T::LBRACE;
    default:
      return false;
  }
}

// `cites finlex "…"`, `explain en "…"`, `oblige x {` and the like: no cell looks so, though each of
// these words may be the name of a column.
bool Lookahead::is_row_clause(size_t i) const {
  if (!is_name(kind(i + 1))) return false;
  const uint16_t third = kind(i + 2);
  switch (kind(i)) {
    case T::CITES:
      return third == T::STRING;
    case T::EXPLAIN:
      return third == T::STRING || third == T::MINUS;
    case T::OBLIGE:
    case T::ADVISE:
      return third == T::LBRACE;
    case T::MAY_USE:
      return third == T::DOT || third == T::CITES;
    default:
      return false;
  }
}

// A row may continue within brackets, so a forgotten one would swallow the rows below it. But no
// bracket holds a `=>`. Looks a short way ahead only.
bool Lookahead::never_closes_in_row(size_t i) const {
  size_t depth = 0;
  for (size_t j = i + 1; j < i + 500; ++j) {
    const uint16_t k = kind(j);
    if (k == T::ARROW || k == kEndOfFile) return true;
    if (is_opener(k)) ++depth;
    if (is_closer(k) && depth-- == 0) return false;
  }
  return false;
}

bool Lookahead::item_lacks_brace(size_t i) const {
  const uint16_t word = kind(i);
  const bool has_braces = word == T::ENUM || word == T::RECORD || word == T::OBLIGATION ||
                          word == T::ADVICE || word == T::DECISION;
  return has_braces && starts_line(i) && is_name(kind(i + 1)) && starts_line(i + 2) &&
         kind(i + 2) != T::LBRACE && kind(i + 2) != kEndOfFile;
}

// A policy holds no `|` or `=>`, and no two words of which the first is `rule`.
bool Lookahead::body_lacks_brace(size_t i) const {
  const bool table = kind(i) == T::TABLE;
  for (size_t j = i + 1; j < i + 100; ++j) {
    const uint16_t k = kind(j);
    if (k == T::LBRACE || k == kEndOfFile) return false;
    if (table && (k == T::BAR || k == T::ARROW)) return true;
    if (!table && k == T::RULE && starts_line(j) && is_name(kind(j + 1))) return true;
  }
  return false;
}

// Two names and a colon stand together only where the type of a field ends in `then`.
bool Lookahead::outcome_lacks_brace(size_t i) const {
  if (kind(i) != T::THEN || i == 0) return false;
  const uint16_t before = kind(i - 1);
  return before != T::COLON && before != T::DOT && before != T::LT && is_name(kind(i + 1)) &&
         kind(i + 2) == T::COLON;
}

}  // namespace pac::parse
