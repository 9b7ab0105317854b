// The cosigned checkpoint of a stream, which stands beside the published one: written when
// witnesses answered, read for receipts, verified against the tiles and by a policy. Belongs to the
// thread of the file system.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "ledger/log/witness_policy.h"

namespace pac::ledger {

struct CosignedHead {
  std::string note;
  Checkpoint checkpoint;
};

// Nothing where the stream has none. PAC6101 to PAC6103, PAC6201.
[[nodiscard]] Result<std::optional<CosignedHead>> read_cosigned(FileSystem& files,
                                                                const std::string& folder,
                                                                const StoreSettings& settings,
                                                                std::uint32_t stream);

// Puts lines below a checkpoint of the stream, beside those that are there for the same one. An
// earlier one that has all that the policy asks for stays until a later one has it too.
[[nodiscard]] Result<void> keep_cosigned(FileSystem& files, const std::string& stream,
                                         const std::string& note,
                                         const std::vector<NoteSignature>& lines,
                                         const WitnessPolicy* policy);

struct VerifiedWitnesses {
  std::vector<WitnessedStream> streams;
  std::vector<LedgerFinding> findings;
};

// After verify_store(), whose findings may explain those here, and by the keys that it found to
// sign: the cosigned checkpoint of each stream is of its entries, and what the policy asks for is
// there. Without a policy only the
// first. PAC6201.
[[nodiscard]] Result<VerifiedWitnesses> verify_witnesses(FileSystem& files,
                                                         const std::string& folder,
                                                         const VerifiedStore& verified,
                                                         const WitnessPolicy* policy);

// The policy by which a ledger's acknowledgements wait for witnesses; nothing where they do not.
// PAC6111, PAC6201.
[[nodiscard]] Result<std::optional<WitnessPolicy>> read_store_policy(FileSystem& files,
                                                                     const std::string& folder);

}  // namespace pac::ledger
