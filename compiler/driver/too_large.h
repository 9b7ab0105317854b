// What the verifier refuses for its size in a rule set that was just compiled is a mistake of the
// author's, not of ours: it becomes a message with a place. Pure but for what it emits.
#pragma once

#include <span>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"
#include "runtime/base/result.h"

namespace pac::driver {

// Whether the refusal is about a size or a depth, and then tells it (PAC1228).
bool report_too_large(const Error& refusal, std::span<const ast::Module> modules,
                      diag::Emitter* emitter);

}  // namespace pac::driver
