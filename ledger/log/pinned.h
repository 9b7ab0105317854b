// Receipts under a list of keys some of which were revoked: what such a key signed counts up to its
// pin, and only where the pinned tree continues it. Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/key_chain.h"
#include "ledger/log/receipt.h"

namespace pac::ledger {

// That a tree of a stream is continued by a larger one.
struct ConsistencyProof {
  std::string origin;
  std::uint64_t old_size = 0, size = 0;
  std::vector<Hash> proof;
};
std::string encode(const ConsistencyProof& proof);
// PAC6106 for what is not exactly that form, or beyond a limit.
[[nodiscard]] Result<ConsistencyProof> decode_consistency(std::string_view text);

// The stream that a receipt is of; nothing vouches for it.
[[nodiscard]] Result<std::string> origin_of(const Receipt& receipt);

// That the entry stands at the receipt's index in a tree that one of the keys signed, and, where
// that key was revoked, that its pin has the tree. PAC6101 to PAC6104; PAC6107 where only revoked
// keys signed and the tree lies above the pin, or a proof to the pin is missing.
[[nodiscard]] Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view entry,
                                                std::span<const crypto::PublicKey> keys,
                                                std::span<const KeyRevocation> revoked,
                                                const std::optional<ConsistencyProof>& to_pin);

}  // namespace pac::ledger
