// Not API; include compiler/parse/parse.h instead.
// Children of a parse tree by position. The grammar fixes their types, so no dynamic cast is needed
// on the paths that every expression takes.
#pragma once

#include "compiler/parse/build.h"

namespace pac::parse {

template <class C>
C* child(const antlr4::ParserRuleContext* ctx, size_t i) {
  return static_cast<C*>(ctx->children[i]);
}

inline const Token& terminal(const antlr4::ParserRuleContext* ctx, size_t i) {
  return Builder::token(static_cast<antlr4::tree::TerminalNode*>(ctx->children[i]));
}

}  // namespace pac::parse
