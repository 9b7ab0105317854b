// pac ledger archive, and verify of what it makes.
#pragma once

#include <string>

#include "cli/command.h"

namespace pac::cli {

int archive_ledger(const std::string& folder, const std::string& path,
                   const po::variables_map& values);
// Whether verify is asked about an archive and not about a folder.
bool is_archive_file(const std::string& path);
int verify_archive_file(const std::string& path, const po::variables_map& values);

}  // namespace pac::cli
