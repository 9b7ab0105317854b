// The part of `pac ledger` that is about keys: rotate, revoke, keys, receipt verify, and proofs
// that a checkpoint is continued.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "ledger/file/store.h"
#include "runtime/base/json.h"

namespace pac::cli {

// The exit code where the words are about keys.
std::optional<int> run_keys(const std::vector<std::string>& words, const po::variables_map& values);

// --rotate-after, an exit code where it is no number of days.
std::optional<int> rotate_days(const po::variables_map& values, std::uint32_t* days);

// Since when the key signs, and when another one is due: as a line, and as members.
void print_rotation(ledger::FileSystem& files, const std::string& folder,
                    const ledger::StoreSettings& settings);
void add_rotation(ledger::FileSystem& files, const std::string& folder,
                  const ledger::StoreSettings& settings, json::Value* out);

}  // namespace pac::cli
