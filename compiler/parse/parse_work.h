// Not API; for tests. What parse() does, with its work counted, and the grammar on its own.
#pragma once

#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"

namespace pac::parse {

// Growth is measured in these, not in seconds.
struct Work {
  size_t token_count = 0;
  size_t piece_count = 0;
  size_t retry_count = 0;  // pieces that were read a second time, with full LL prediction
};

// Where the words and signs of a file stand.
std::vector<Span> token_places(const SourceFile& file);

ast::Module parse_counting(const SourceFile& file, diag::Emitter& emitter, Work* work);

// The rule `file` over a whole file, with exact detection of ambiguities: the grammar as a
// document, apart from how parse() uses it piece by piece.
struct GrammarReport {
  size_t token_error_count = 0;  // from before the grammar: characters, brackets
  size_t error_count = 0;
  size_t ambiguity_count = 0;
  std::string first;  // the rule and the place of the first of them
};
GrammarReport check_grammar(const SourceFile& file);

}  // namespace pac::parse
