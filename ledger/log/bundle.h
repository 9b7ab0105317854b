// Entry bundles: the entries of a level 0 tile, each behind its length in two bytes, the most
// significant first. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac::ledger {

// Appends one entry, which has at most kMaxEntryBytes (PAC_CHECK).
void append_entry(std::string_view entry, std::string* bundle);

// The first `count` entries as views of the bundle. PAC6105 where it ends before, or, with
// `is_exact`, goes on after them.
[[nodiscard]] Result<std::vector<std::string_view>> entries_of(std::string_view bundle,
                                                               std::size_t count, bool is_exact);

}  // namespace pac::ledger
