// Not API; include compiler/format/format.h instead.
// Writes a module's tokens in their order, each exactly once. The functions for declarations say
// which stretch is a statement; `range` lays a statement out. One file, one Printer.
#pragma once

#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/format/lines.h"
#include "compiler/format/marks.h"
#include "compiler/format/tokens.h"

namespace pac::format {

class Printer {
 public:
  Printer(const ast::Module& module, const SourceFile& file)
      : module_(module),
        tokens_(scan(module, file.text())),
        marks_(module, tokens_),
        break_at_(tokens_.all.size(), -1),
        stops_(tokens_.all.size(), false) {}

  std::string print();

 private:
  // Statements (printer.cpp).
  void start(uint32_t i, int indent, bool first);
  void lead_comments(uint32_t i, int indent, bool first);
  void put(uint32_t i);
  int next_column(uint32_t i) const;
  bool fits(uint32_t i, uint32_t j) const;
  void range(uint32_t i, uint32_t j);
  void group(uint32_t open);
  // Whether the items of a broken bracket share lines.
  bool shares_lines(uint32_t open, const std::vector<uint32_t>& starts, int indent) const;
  void fill(const std::vector<uint32_t>& starts, uint32_t partner, int indent);
  void break_chains(uint32_t i, uint32_t j);
  void statement(uint32_t i, uint32_t j, int indent, bool first, Align align = Align::none);
  // On one line, where the author wrote it so and it fits.
  bool one_line(uint32_t i, uint32_t j, int indent) const;
  void close(uint32_t i, int indent);
  uint32_t annotations(uint32_t i, int indent, bool* first);
  uint32_t end_of_cites(uint32_t i) const;
  // Tokens of a span, both inclusive.
  uint32_t begin(Span s) const { return tokens_.at(s.begin); }
  uint32_t end(Span s) const { return tokens_.before(s.end); }

  // Declarations (declarations.cpp).
  void item(const ast::Item& item);
  void head(uint32_t i, uint32_t open, int indent, bool first, Align align);
  struct Piece {
    uint32_t begin, end, type, annotation;
  };
  std::vector<Piece> pieces(const std::vector<ast::Field>& fields,
                            const std::vector<ast::ZoneClause>& zones) const;
  // A block of fields from its first word i; `open` is its brace.
  void fields(uint32_t i, uint32_t open, const std::vector<Piece>& all, int indent, bool first,
              Align align);
  void enumeration(uint32_t i, const ast::EnumDecl& decl);
  void param(uint32_t i, const ast::ParamDecl& decl);
  void test(uint32_t i, const ast::Test& decl);
  void cases(uint32_t open, const ast::Test& decl);

  // Decisions (decisions.cpp).
  void decision(uint32_t i, const ast::Decision& decl);
  uint32_t decision_block(uint32_t i, const ast::Decision& decl, bool first);
  void rules(uint32_t open, const ast::Decision& decl);
  void rule(uint32_t i, const ast::Rule& rule, bool first);
  void otherwise(uint32_t i, const ast::Otherwise& decl, bool first);
  std::vector<uint32_t> clause_starts(const ast::Clauses& clauses) const;
  void clauses(const ast::Clauses& clauses, uint32_t end, int indent, bool first);

  // Tables (tables.cpp).
  struct Row {
    uint32_t begin = 0, end = 0;  // of the cells
    uint32_t last = 0;            // of the row with its clauses
    bool has_label = false;
    bool is_otherwise = false;
    std::vector<uint32_t> clauses;  // where they begin
    std::string label;
    std::vector<std::string> left, right;
  };
  void table(uint32_t open, const ast::Decision& decl);
  void grid(uint32_t open, std::vector<Row> rows);
  static Row plain_row(uint32_t i, uint32_t j);
  void split(Row* row) const;
  void row(const Row& row, const std::vector<int>& left, const std::vector<int>& right,
           int label_width, int indent, bool first);
  void row_clauses(const Row& row, int indent);
  void hoist(uint32_t i, uint32_t j, int indent);
  std::string flat(uint32_t i, uint32_t j) const;

  const ast::Module& module_;
  Tokens tokens_;
  Marks marks_;
  Lines lines_;
  std::vector<int> break_at_;  // the column of a token that a broken chain puts on a new line
  std::vector<bool> stops_;    // tokens to align
  int continuation_ = 0;       // where a line goes on that a comment has ended
  uint32_t led_ = kNone;       // the token whose comments have been written
  bool field_commas_ = false;  // writing a block of fields on one line
};

}  // namespace pac::format
