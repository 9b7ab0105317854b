// The schema of SARIF 2.1.0, and its rules (and GitHub's limits) that are in no schema, as
// assertions.
#pragma once

#include <string>

#include "runtime/base/json.h"

namespace pac::diag::test {

// What the schema has against a log, a line each.
std::string sarif_problems(const json::Value& log);

// Parses a log and checks its structure; the value, for further questions.
json::Value check_sarif(const std::string& text);

}  // namespace pac::diag::test
