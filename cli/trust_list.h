// The part of `pac key` that is about trust lists: whose keys sign which ledger, in versions that
// people sign.
#pragma once

#include <string>

#include "cli/command.h"

namespace pac::cli {

void add_trust_list(po::options_description& o);

// Signs the next version of the list in the file, adds signatures to the newest one, or shows it.
int run_trust_list(const std::string& path, const po::variables_map& values);

}  // namespace pac::cli
