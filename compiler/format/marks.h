// Not API; include compiler/format/format.h instead.
// What the module says about the tokens: where no space stands, what may be broken over lines and
// what the author has broken. Sums over all tokens make every question about a stretch one
// subtraction.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/format/tokens.h"

namespace pac::format {

// Operands joined by `and`, by `or`, by `+` and `-`, or the parts of an `if`: broken before each of
// `breaks` or before none.
struct Chain {
  uint32_t begin = 0, end = 0;  // tokens, both inclusive
  std::vector<uint32_t> breaks;
};

class Marks {
 public:
  Marks(const ast::Module& module, const Tokens& tokens);

  // Whether a space stands before a token that follows another on its line.
  bool space(uint32_t i) const { return space_[i]; }
  // Brackets whose items may stand on lines of their own.
  bool can_expand(uint32_t i) const { return can_expand_[i]; }
  // Ends a field; a comma follows where the next one stands on its line.
  bool ends_field(uint32_t i) const { return ends_field_[i]; }
  // Code points of tokens i .. j on one line.
  int width(uint32_t i, uint32_t j) const { return end_[j] - begin_[i]; }
  bool has_comment(uint32_t i, uint32_t j) const { return comments_[j] != comments_[i]; }
  bool is_broken(uint32_t i, uint32_t j) const { return broken_[j] != broken_[i]; }
  bool has_newline(uint32_t i, uint32_t j) const { return newlines_[j] != newlines_[i]; }
  // Chains that begin at a token: an index of chains(), outermost first; kNone for none.
  uint32_t first_chain(uint32_t i) const { return first_chain_[i]; }
  const std::vector<Chain>& chains() const { return chains_; }

 private:
  void mark_types();
  void mark_type(const ast::TypeRef& type);
  void mark_fields(const std::vector<ast::Field>& fields);
  void mark_blocks();
  void mark_clauses(const ast::Clauses& clauses);
  void mark_exprs();
  void mark_group(const ast::Expr& e);
  void find_chains();
  void add_chain(ast::ExprId id);
  void find_breaks();
  void find_spaces();
  void sum_up();

  const ast::Module& module_;
  const Tokens& tokens_;
  std::vector<bool> space_, can_expand_, ends_field_, call_, tight_, glue_before_, glue_after_,
      forced_;
  std::vector<int> begin_, end_;
  std::vector<uint32_t> comments_, broken_, newlines_;
  std::vector<uint32_t> first_chain_;
  std::vector<Chain> chains_;
};

}  // namespace pac::format
