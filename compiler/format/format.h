// The one layout of a policy. Keeps every word and every comment in its order, and the author's
// choice between one line and many; decides spaces, indentation, columns and line breaks. Pure and
// reentrant: reads the module and its file, owns what it returns.
#pragma once

#include <string>

#include "compiler/ast/ast.h"
#include "compiler/diag/source.h"

namespace pac::format {

// Code is kept within this many code points where a break is possible; texts and table rows are not
// cut.
inline constexpr int kMaxColumns = 100;

// The text of `file` laid out. `module` is the file parsed without an error.
std::string format(const ast::Module& module, const SourceFile& file);

}  // namespace pac::format
