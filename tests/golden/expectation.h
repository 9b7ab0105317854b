// How an expectation is written and known again, a line at a time. Internal to the golden library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/diag/source.h"

namespace pac::golden {

// What a line of a golden file is.
enum class LineKind : uint8_t { ordinary, expectation, output };

// `after` is the kind of the line before: some lines are expectations only after another one.
LineKind kind_of_line(std::string_view line, LineKind after);

// A comment that somebody surely meant as an expectation, but that is none.
bool is_malformed(std::string_view line, LineKind kind);

// The comment lines for one diagnostic at its own place, and for one of its second places.
std::vector<std::string> write_primary(const SourceSet& sources, const SourceFile& file,
                                       const diag::Diagnostic& diagnostic);
std::string write_second(const SourceSet& sources, const SourceFile& file,
                         const diag::Diagnostic& diagnostic, const diag::Label& label);

// Whether the place lies after the last line: such expectations stand at the end, under `//@end`.
bool is_at_end(const SourceFile& file, Span span);

}  // namespace pac::golden
