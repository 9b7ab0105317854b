// The policies under a path that was named on the command line.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace pac::cli {

// The `.pac` files under a path, sorted; a file gives itself. Hidden folders are passed over. A
// bundle is none of them. PAC0101, PAC0105, PAC0106 (a bundle).
Result<std::vector<std::string>> files_under(const std::string& path);

// The same as packages, each the files of one folder with one `package` line; a file brings the
// other files of its package.
Result<std::vector<std::vector<std::string>>> packages_under(const std::string& path);

}  // namespace pac::cli
