// Compiling texts of a version whose folder lies elsewhere. Internal to the driver; compile.h is
// for everybody else.
#pragma once

#include "compiler/driver/compile.h"

namespace pac::driver {

// Packages that the texts use are looked for as if the texts lay in this folder.
Result<std::unique_ptr<Compilation>> compile_texts_in(
    const std::string& folder, const std::vector<std::pair<std::string, std::string>>& texts);

}  // namespace pac::driver
