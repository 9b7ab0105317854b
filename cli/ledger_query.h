// Questions to a ledger: pac ledger query, export, correct.
#pragma once

#include <cstdint>
#include <string>

#include "cli/command.h"

namespace pac::cli {

void add_query(po::options_description& options);
// --to as an index, which is text where a command takes it otherwise, too. False, with a message,
// where it is none.
bool read_last(const po::variables_map& values, std::uint64_t* last);
// --from and --to as a half-open range. False, with a message, where they are none.
bool read_range(const po::variables_map& values, std::uint64_t* from, std::uint64_t* to);

int query_ledger(const std::string& folder, const po::variables_map& values);
int export_ledger(const std::string& folder, const po::variables_map& values);
// `key`: the path of the signing key.
int correct_entry(const std::string& folder, const std::string& index, const std::string& key,
                  const po::variables_map& values);

}  // namespace pac::cli
