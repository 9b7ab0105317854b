// The part of `pac ledger` that is about stores in PostgreSQL: init, migrate, ship, index, verify,
// query, sql.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace pac::cli {

// The exit code where the words are about a store: `migrate`, `ship`, `index`, `sql`, or a URL in
// place of the folder.
std::optional<int> run_store(const std::vector<std::string>& words,
                             const po::variables_map& values);

}  // namespace pac::cli
