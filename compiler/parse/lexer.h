// Not API; include compiler/parse/parse.h instead.
#pragma once

#include "compiler/diag/diagnostic.h"
#include "compiler/parse/token.h"

namespace pac::parse {

// The words and signs of a file in order, comments apart. What is not part of the language is
// reported here and either replaced by what was meant (`&&` becomes `and`) or dropped, so the
// parser goes on.
Tokens lex(const SourceFile& file, diag::Emitter& emitter);

}  // namespace pac::parse
