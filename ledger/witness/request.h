// The body of an add-checkpoint request (C2SP tlog-witness): the size that the witness cosigned
// last, the proof from there, and the checkpoint. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/hash.h"
#include "runtime/base/result.h"

namespace pac::ledger {

struct AddCheckpoint {
  std::uint64_t old_size = 0;
  std::vector<Hash> proof;
  std::string checkpoint;  // the signed note
};

std::string encode(const AddCheckpoint& request);
// PAC6502: not that form.
[[nodiscard]] Result<AddCheckpoint> decode_add_checkpoint(std::string_view body);

// A number without leading zeros, as sizes are written; nothing of anything else. PAC6502.
[[nodiscard]] Result<std::uint64_t> read_size(std::string_view digits);

}  // namespace pac::ledger
