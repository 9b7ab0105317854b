// What the entries of a ledger say, beyond that they are as they were signed: each decision names a
// policy that was activated before it in its stream, whose bytes are there and unchanged; so are
// blobs of decisions; times don't go back. Reads files, takes no lock; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/file/verify.h"

namespace pac::ledger {

struct VerifiedRecords {
  std::uint64_t decisions = 0, activations = 0, blobs = 0;
  std::vector<LedgerFinding> findings;  // the first of each stream and kind
};

// Entries of each stream that are not as they were signed are not looked at: `verified` says how
// far they are. PAC6201.
[[nodiscard]] Result<VerifiedRecords> verify_records(FileSystem& files, const std::string& folder,
                                                     const VerifiedStore& verified);

}  // namespace pac::ledger
