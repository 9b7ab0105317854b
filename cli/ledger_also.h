// The part of `pac ledger` that is about the further line by an ECDSA key below each checkpoint.
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "ledger/file/store.h"
#include "ledger/file/verify.h"

namespace pac::cli {

// The key of --also-key, or else the one in the folder, if there is one.
Result<std::optional<crypto::EcdsaKey>> also_key(ledger::FileSystem& files,
                                                 const std::string& folder,
                                                 const po::variables_map& values);
Result<std::optional<crypto::EcdsaKey>> also_key_in(ledger::FileSystem& files,
                                                    const std::string& folder);
// --lines; false, after saying so, where it is neither of both, or there is no --also-key.
bool read_lines(const po::variables_map& values, bool* is_needed);
// Which key signs the further line, where one does.
void print_also(const ledger::Store& store, const std::string& path);

// The keys that sign or signed the further line, for `keys`.
void print_also_keys(const ledger::VerifiedStore& report, bool as_json);

// rotate FOLDER --also-key FILE: another key signs the further line from now on, or the first one.
int also_sign(const std::string& folder, const po::variables_map& values);

}  // namespace pac::cli
