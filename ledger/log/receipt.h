// Receipts (C2SP tlog-proof): a checkpoint and the proof that an entry is in its tree, to be kept
// by whoever asked for the decision and verified without the log. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/checkpoint.h"
#include "ledger/log/hash.h"
#include "runtime/base/result.h"

namespace pac::ledger {

struct Receipt {
  std::string extra;  // nothing vouches for it; empty: none
  std::uint64_t index = 0;
  std::vector<Hash> proof;
  std::string checkpoint;  // the signed note
};

std::string encode(const Receipt& receipt);
// PAC6106 for what is not exactly that form, or beyond a limit.
[[nodiscard]] Result<Receipt> decode_receipt(std::string_view text);

// That the entry stands at the receipt's index in a tree of this log that a known key signed; what
// was signed. PAC6101 to PAC6104.
[[nodiscard]] Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view entry,
                                                std::string_view origin,
                                                std::span<const NoteKey> keys);

// The same by ECDSA keys, each of which signed the checkpoint in a line of its own; one at least.
[[nodiscard]] Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view entry,
                                                std::span<const EcdsaNoteKey> keys);

}  // namespace pac::ledger
