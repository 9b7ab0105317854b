// `pac ledger verify` of a store in PostgreSQL, and of its audit wall.
#pragma once

#include <string>

#include "cli/command.h"
#include "runtime/base/result.h"

namespace pac::cli {

// Which ledger of the store: that of --origin or --verifier, or the only one; "" where the store
// has none. PAC6311 where there are several, with their names, and where it has no such one.
[[nodiscard]] Result<std::string> ledger_in(const std::string& url,
                                            const po::variables_map& values);

int verify_stored(const std::string& url, const po::variables_map& values);

}  // namespace pac::cli
