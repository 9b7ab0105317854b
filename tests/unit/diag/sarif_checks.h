// The rules of SARIF 2.1.0 (and GitHub's limits) that can be checked without its schema, as
// assertions.
#pragma once

#include <string>

#include "runtime/base/json.h"

namespace pac::diag::test {

// Parses a log and checks its structure; the value, for further questions.
json::Value check_sarif(const std::string& text);

}  // namespace pac::diag::test
