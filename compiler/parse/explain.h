// Not API; include compiler/parse/parse.h instead.
// From a place where the grammar does not fit to a message in the author's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/parse/layout.h"
#include "compiler/parse/piece_parser.h"

namespace pac::parse {

class Explainer {
 public:
  Explainer(const SourceFile& file, const std::vector<Token>& tokens, const Layout& layout,
            const PieceParser& pieces, diag::Emitter& emitter)
      : file_(file), tokens_(tokens), layout_(layout), pieces_(pieces), emitter_(emitter) {}

  // Emits one diagnostic, or none where the mistake is a consequence of one that has been reported.
  // Returns the token at fault: what comes before it is lost, the next piece may begin there.
  size_t explain(const Failure& failure);
  // The same for a token that fits nowhere: `expected` is said as it is.
  void unexpected(size_t token, const std::string& expected, const std::string& help = {});
  bool is_consequence(size_t token) const;
  // Whether a clause begins at a token that has been read as the name of a value; and the message
  // for it.
  bool begins_clause(size_t token) const;
  void swallowed(size_t token);

 private:
  const Token& at(size_t i) const { return tokens_[i < tokens_.size() ? i : tokens_.size() - 1]; }
  uint16_t kind(size_t i) const { return at(i).kind; }
  Span span(size_t i) const { return {file_.id(), at(i).begin, at(i).end}; }
  Span span(size_t from, size_t to) const { return {file_.id(), at(from).begin, at(to).end}; }
  Span after(size_t i) const { return {file_.id(), at(i).end, at(i).end}; }
  std::string text(size_t i) const { return std::string(file_.text(span(i))); }
  bool touches(size_t i) const { return i > 0 && i < tokens_.size() && !at(i).spaced; }
  void explain_in_general(const Failure& failure, size_t i);
  bool ends_value(size_t i) const;
  bool begins_value(size_t i) const;
  bool in_rule(const Failure& failure, std::initializer_list<size_t> rules) const;
  std::string seen(size_t i) const;
  std::string words(const Failure& failure) const;
  std::string word(size_t kind) const;
  std::string form_of(const Failure& failure) const;
  std::string nearest_word(const Failure& failure, size_t i) const;
  bool wants_condition(size_t i) const;
  bool follows_value(const Failure& failure) const;
  void foreign(size_t from, size_t to, const std::string& instead);

  // Each looks at the tokens around the mistake and says whether it knew it (explain_special.cpp).
  bool special(const Failure& failure);
  bool special_sign(const Failure& failure);
  bool special_colon(size_t i);
  bool special_row(const Failure& failure);
  bool wants_colon(size_t i) const;
  bool special_assign(const Failure& failure);
  bool special_bar(const Failure& failure);
  bool special_word(const Failure& failure);
  bool special_type(const Failure& failure);
  bool special_foreign_word(const Failure& failure);
  bool special_duration(const Failure& failure);
  bool special_negation(const Failure& failure);
  bool special_policy(const Failure& failure);
  bool special_separator(const Failure& failure);
  bool special_condition(const Failure& failure);
  // Habits from elsewhere (explain_habits.cpp).
  bool habit(const Failure& failure);
  bool say(const void* known, size_t i);
  bool habit_number(const Failure& failure);
  bool habit_range(const Failure& failure);
  bool habit_comment(const Failure& failure);
  bool habit_form(const Failure& failure);
  bool habit_rule(const Failure& failure);
  bool habit_table(const Failure& failure);
  bool is_chained(size_t i) const;
  bool inside(size_t i, uint16_t opener) const;

  const SourceFile& file_;
  const std::vector<Token>& tokens_;
  const Layout& layout_;
  const PieceParser& pieces_;
  diag::Emitter& emitter_;
};

}  // namespace pac::parse
