// Applies fix-its to a source text, for `pac fix` and for the tests that a fix-it cures what it
// claims to.
#pragma once

#include <span>
#include <string>

#include "compiler/diag/diagnostic.h"
#include "compiler/diag/source.h"

namespace pac::diag {

struct FixedText {
  std::string text;
  size_t applied_count = 0;
  size_t skipped_count = 0;  // they touch a place that another one changes: run again for them
};

// The text of `file` with the fix-its of the diagnostics that lie in it. Where two touch, the one
// whose diagnostic comes first is applied. Pure; writes no file.
FixedText apply_fixes(const SourceFile& file, std::span<const Diagnostic> diagnostics);

}  // namespace pac::diag
