// Not API; include compiler/parse/parse.h instead.
// A token as the parser keeps it: a place in the file and a kind. 64 bytes of ANTLR's own token are
// 32 here, which matters in files of a hundred thousand rows. Owned by one vector that never moves
// while ANTLR looks at it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "PacParser.h"
#include "compiler/ast/ast.h"

namespace pac::parse {

// Token kinds by the grammar's names: T::LBRACE.
using T = pac_grammar::PacParser;

inline constexpr uint16_t kEndOfFile = 0xffff;
inline constexpr uint32_t kNoPartner = 0xffffffff;

class Token final : public antlr4::Token {
 public:
  Token(uint16_t kind_in, uint32_t begin_in, uint32_t end_in)
      : kind(kind_in), begin(begin_in), end(end_in) {}

  uint16_t kind;
  bool starts_line = false;
  bool spaced = true;          // something stands between it and the token before
  bool after_garbage = false;  // what stood before it has been reported and dropped
  bool synthetic = false;      // a bracket that the author forgot; reported
  uint32_t begin;
  uint32_t end;
  uint32_t index = 0;
  uint32_t partner = kNoPartner;  // of a bracket: the index of the one that matches it

  bool is(size_t wanted) const { return kind == wanted; }

  size_t getType() const override { return kind == kEndOfFile ? antlr4::Token::EOF : kind; }
  size_t getTokenIndex() const override { return index; }
  size_t getStartIndex() const override { return begin; }
  size_t getStopIndex() const override { return end - 1; }
  size_t getChannel() const override { return 0; }
  // ANTLR asks for these in its own messages only, which nobody sees.
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string getText() const override { return {}; }
  std::string toString() const override { return {}; }
};

// The `///` lines that stand before a token.
struct Doc {
  uint32_t token;  // index in Tokens::all
  uint32_t begin;
  uint32_t end;
};

struct Tokens {
  std::vector<Token> all;  // ends with one kEndOfFile
  std::vector<Doc> docs;   // by token
  std::vector<ast::Comment> comments;
};

// Any word but the nine reserved ones.
inline bool is_name(uint16_t kind) {
  return kind == T::IDENT || (kind >= T::PACKAGE && kind <= T::TIME_UNIT);
}
inline bool is_reserved(uint16_t kind) { return kind >= T::AND && kind <= T::FALSE; }
inline bool is_opener(uint16_t kind) {
  return kind == T::LBRACE || kind == T::LPAREN || kind == T::LBRACK;
}
inline bool is_closer(uint16_t kind) {
  return kind == T::RBRACE || kind == T::RPAREN || kind == T::RBRACK;
}
inline uint16_t closer_of(uint16_t opener) {
  return opener == T::LBRACE ? T::RBRACE : opener == T::LPAREN ? T::RPAREN : T::RBRACK;
}

}  // namespace pac::parse
