// Keeps the index tables of a store behind its entries, with how far they are, and finds entries by
// what they say. Belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::ledger::pg {

// Brings the index tables to where the entries are; how many entries that took. Another indexer is
// waited for. PAC6301 to PAC6303.
[[nodiscard]] Result<std::uint64_t> index(const std::string& url,
                                          std::uint64_t entries_at_once = 20'000);

// What is looked for; all of it must hold.
struct Query {
  std::string ledger;        // by its origin; empty: all that the store has
  std::uint32_t stream = 0;  // its number in its ledger; 0: each
  std::uint64_t first = 0;
  std::uint64_t last = UINT64_MAX;
  std::optional<std::int64_t> from_us, until_us;  // recorded at or after, and before
  // A function may be named by the end of its name: grant for lending.loan.grant.
  std::optional<std::string> function, rule, subject, status, kind;
  std::uint64_t limit = UINT64_MAX;
};

struct Found {
  std::string stream;
  std::uint64_t index = 0;
  std::string body;
};

// Calls `take` with each entry, by stream and index, until it says no; also with those that the
// index tables don't have yet. How many there were.
[[nodiscard]] Result<std::uint64_t> query(const std::string& url, const Query& wanted,
                                          const std::function<bool(const Found&)>& take);

}  // namespace pac::ledger::pg
