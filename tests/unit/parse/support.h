// What the parser's tests share: parsing a text, and showing the result in a form that is short to
// compare.
#pragma once

#include <string>
#include <string_view>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/parse/parse_work.h"

namespace pac::parse {

struct Parsed {
  SourceSet sources;
  const SourceFile* file = nullptr;
  ast::Module module;
  diag::Emitter emitter;
  Work work;
};

// The text must be one that the loader accepts.
void parse_text(std::string_view text, Parsed* out);
void parse_file(const std::string& path, Parsed* out);

// Each diagnostic as `line:column code [text it points at] message`, one a line.
std::string problems(const Parsed& parsed);
// The same with label, notes, helps and fix, to search in.
std::string details(const Parsed& parsed);
// (and (lt age 18) (call f x=1)).
std::string show(const Parsed& parsed, ast::ExprId id);
// The value of `let it = …` in a decision with nothing else; fails the test on an error.
std::string show_expr(std::string_view expr);

// A decision around some clauses, the clauses beginning on line 4.
std::string in_decision(std::string_view clauses);
// A decision with one rule around a condition, which stands alone on line 6 from column 12.
std::string in_rule(std::string_view condition);

std::string read_text(const std::string& path);

}  // namespace pac::parse
