// Not API; include compiler/parse/parse.h instead.
// Between lexer and grammar: pairs the brackets, marks the ends of table rows, and bounds nesting,
// so that what follows sees balanced text of bounded depth.
#pragma once

#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/parse/token.h"

namespace pac::parse {

struct Damage {
  uint32_t begin;  // token indices, both inclusive
  uint32_t end;
};

struct Layout {
  std::vector<Damage> damages;

  // Whether the brackets around a token were mended: what the grammar says there is most likely a
  // consequence of the mistake that has been reported.
  bool is_damaged(uint32_t token) const;
};

// Every bracket in tokens->all has its partner afterwards. A bracket the author forgot is added as
// a synthetic token, one too many is dropped; both are reported at the likeliest place (by
// indentation).
Layout lay_out(const SourceFile& file, Tokens* tokens, diag::Emitter& emitter);

}  // namespace pac::parse
