// Writing a file back where it was. Any thread.
#pragma once

#include <string>

#include "runtime/base/result.h"

namespace pac::cli {

// A link stays a link, rights stay as they are, and what is not writable is left alone. PAC0107.
[[nodiscard]] Result<void> replace_file(const std::string& path, const std::string& text);

}  // namespace pac::cli
