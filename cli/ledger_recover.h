// pac ledger recover: brings a ledger into order whose program or machine ended suddenly.
#pragma once

#include <string>

#include "cli/command.h"

namespace pac::cli {

// What every program that records does when it starts, and nothing else: entries that were durable
// and not published yet are signed and published; after damage a new stream is opened.
int recover_ledger(const std::string& folder, const std::string& key_path,
                   const po::variables_map& values);

}  // namespace pac::cli
