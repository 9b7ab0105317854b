// pac test --coverage, --mutate, --generate: tests as evidence. What is measured, what is printed,
// and the thresholds of `pac.toml` and --fail-under.
#pragma once

#include "cli/command.h"
#include "compiler/driver/compile.h"

namespace pac::cli {

void add_evidence(po::options_description& options);
// False, with a message, where an option has a value that it does not take.
bool check_evidence(const po::variables_map& values);
bool wants_evidence(const po::variables_map& values);
// All tests of the compilation pass. Prints to standard output, or writes --output.
int show_evidence(const driver::Compilation& compilation, const std::string& path,
                  const po::variables_map& values);

}  // namespace pac::cli
