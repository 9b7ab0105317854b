// Draws the lines of one file that a diagnostic speaks of, with its places underlined and labelled.
// Internal to the pretty renderer (not API; include compiler/diag/render.h instead).
#pragma once

#include <string>
#include <vector>

#include "compiler/diag/row.h"
#include "compiler/diag/source.h"

namespace pac::diag {

struct Mark {
  Span span;
  std::string label;  // may be empty
  bool is_primary = false;
};

struct SnippetLayout {
  size_t gutter_width = 1;  // digits of the largest line number shown
  size_t width = 100;       // of the whole line on the terminal
  Style primary = Style::error;
};

// The "14 | " before a line, or its empty form; what follows begins in column gutter_width + 3.
Row gutter(const SnippetLayout& layout, std::string_view number);

// Appends the annotated lines, without the file's name and the empty gutter line before them.
void draw_snippet(const SourceFile& file, const std::vector<Mark>& marks,
                  const SnippetLayout& layout, std::vector<Row>* out);

}  // namespace pac::diag
