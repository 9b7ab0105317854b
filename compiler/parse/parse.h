// From text to what the author wrote. Never throws; every mistake is a diagnostic, and the module
// holds what could be read, so several mistakes in one file give several messages. Reentrant; the
// file must outlive the module, whose names are views into it.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/diag/source.h"

namespace pac::parse {

// Brackets, `not`, `-`, `if`, quantifiers and calls within one another. Real policies stay below
// 12; the bound keeps every recursion over an expression, here and later, within a small stack.
inline constexpr int kMaxNesting = 200;
// Operands of `and` and `or` in a row. Longer lists are sets (`x in {…}`) and tables.
inline constexpr int kMaxChain = 1000;
// Operands of any other operator in a row (`a + b + …`). They are computed from left to right, each
// may overflow, so they stay a tree as deep as the row is long: within what the checker admits.
inline constexpr int kMaxSum = 400;
// Levels of an expression's tree, chains and nesting together: what a pass may recurse over.
inline constexpr int kMaxTreeDepth = 2000;
// Digits of a number, as in the decimals of the language.
inline constexpr int kMaxDigits = 38;

ast::Module parse(const SourceFile& file, diag::Emitter& emitter);

}  // namespace pac::parse
