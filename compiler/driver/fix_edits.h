// Edits that would cure a finding, as changes of the source text and nothing else. Whether one is
// safe is for fix.cpp to prove. Internal to the driver. Any thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/compile.h"

namespace pac::driver {

// What the old and the new version may answer differently.
enum class Allowed : uint8_t {
  nothing,
  errors_only,  // inputs that ended in a clash or found no rule
};

struct Edit {
  Span span;  // replaced; of the compilation's own files
  std::string replacement;
  std::string text;  // "delete rule `minor`"
  Allowed allowed = Allowed::nothing;
  // Other ways of curing the same; where one of them proves as good, none is evident.
  std::vector<Edit> rivals;
  // Why it is not even tried; then it is only offered.
  std::string obstacle;
};

// Rows for a gap of a table whose outcome the author has said already: every row that is alike but
// for one cell yields the same. Empty where that is not so. (fix_rows.cpp)
std::vector<Edit> rows_for_gap(const Compilation& compilation, const ast::Module& module,
                               const ast::Decision& decision, const diag::Diagnostic& diagnostic);

// In the order in which they are to be tried; empty where nothing is proposed.
std::vector<Edit> edits_for(const Compilation& compilation, const diag::Diagnostic& diagnostic);

}  // namespace pac::driver
