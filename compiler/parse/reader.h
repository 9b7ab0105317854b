// Not API; include compiler/parse/parse.h instead.
// Walks a file from declaration to declaration and from clause to clause, giving each to the
// grammar as a piece. A piece that fails is reported and skipped; the next one starts fresh. Trees
// live as long as their piece, so memory beyond tokens and AST does not grow with the file.
#pragma once

#include <functional>
#include <optional>

#include "compiler/parse/build.h"
#include "compiler/parse/explain.h"
#include "compiler/parse/layout.h"
#include "compiler/parse/parse_work.h"
#include "compiler/parse/piece_parser.h"

namespace pac::parse {

class Reader {
 public:
  Reader(const SourceFile& file, Tokens& tokens, const Layout& layout, ast::Module& module,
         diag::Emitter& emitter)
      : file_(file),
        tokens_(tokens.all),
        pieces_(tokens.all),
        module_(module),
        emitter_(emitter),
        builder_(file, tokens, module, emitter),
        explainer_(file, tokens.all, layout, pieces_, emitter) {}

  void read();
  Work work() const { return {tokens_.size(), pieces_.piece_count(), pieces_.retry_count()}; }

 private:
  // Tokens. at_ is the next one to read.
  uint16_t kind(size_t i) const { return i < tokens_.size() ? tokens_[i].kind : kEndOfFile; }
  bool here(size_t wanted) const { return kind(at_) == wanted; }
  Span span(size_t i) const { return {file_.id(), tokens_[i].begin, tokens_[i].end}; }
  Span span(size_t from, size_t to) const { return join(span(from), span(to)); }
  std::string_view text(size_t i) const { return file_.text(span(i)); }
  // After a line end or a bracket: where the next clause may begin.
  bool is_fresh(size_t i) const {
    return tokens_[i].starts_line || (i > 0 && (is_closer(kind(i - 1)) || kind(i - 1) == T::COMMA));
  }

  // Reads one piece at at_ and moves behind it; where it does not fit, reports that and returns
  // nullptr.
  template <class Context>
  Context* piece(Context* (T::*rule)()) {
    size_t end = at_;
    Context* tree = pieces_.parse(rule, at_, tokens_.size() - 1, &end);
    failed_ = tree != nullptr ? 0 : explainer_.explain(pieces_.failure());
    if (tree != nullptr && end > at_ + 1 && explainer_.begins_clause(end - 1)) {
      explainer_.swallowed(failed_ = end - 1);
      return nullptr;
    }
    if (tree != nullptr) at_ = end;
    return tree;
  }
  using Starts = std::function<bool(size_t)>;
  // After a failed piece that began at `begin`: on to where the next one starts, or to `close`.
  void resume(size_t begin, size_t close, const Starts& starts);
  // Reads `one` until the bracket at `close`; `starts` says where to go on after a mistake.
  void sequence(size_t close, const Starts& starts, const std::function<bool()>& one);
  // Between items with commas; a trailing comma is fine.
  void comma(size_t close);
  // The brace that opens the body of a head which failed to parse, if it is there.
  std::optional<size_t> find_body(size_t from, size_t close) const;

  // The file (reader.cpp).
  void read_package();
  void read_item();
  bool starts_item(size_t i) const;
  bool read_declaration(ast::Item* item);
  void check_modifiers(size_t first, size_t last, ast::Item* item);
  bool read_annotations(std::vector<ast::Annotation>* annotations, std::string_view* doc);
  void resume_item(size_t begin);
  bool read_enum();
  bool read_record();
  bool read_duty();
  bool read_param();
  bool read_test();
  void read_cases(size_t open, ast::Test* test);
  std::vector<ast::Field> read_fields(size_t open);

  // Decisions (read_decision.cpp).
  bool read_decision();
  bool starts_decision_item(size_t i) const;
  bool read_decision_item(ast::Decision* decision);
  bool read_fields_block(ast::Decision* decision);
  bool read_context(ast::Decision* decision);
  bool read_result(ast::Decision* decision);
  bool read_rules(ast::Decision* decision);
  bool read_rule(ast::Decision* decision);
  bool read_table(ast::Decision* decision);
  bool read_row(ast::Decision* decision);
  bool read_policy_head(ast::Decision* decision, size_t* open);
  bool claim_body(ast::Decision* decision, Span place, const char* clause);
  void check_nothing_follows(const ast::Decision& decision, const char* what);
  void add_otherwise(ast::Decision* decision, ast::Otherwise otherwise);

  const SourceFile& file_;
  const std::vector<Token>& tokens_;
  PieceParser pieces_;
  ast::Module& module_;
  diag::Emitter& emitter_;
  Builder builder_;
  Explainer explainer_;
  size_t at_ = 0;
  size_t failed_ = 0;  // the token at fault in the last piece, if it failed
  bool otherwise_reported_ = false;
  Span body_;  // of the decision being read: its first rules, table or result
};

}  // namespace pac::parse
