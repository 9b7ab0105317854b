// What a store of the level `witnessed` asks before it acknowledges: that witnesses have cosigned
// its published checkpoint. Who implements it reaches them; the store's thread calls it, and waits.
#pragma once

#include <cstdint>
#include <string>

#include "ledger/log/checkpoint.h"
#include "ledger/log/tile.h"
#include "runtime/base/result.h"

namespace pac::ledger {

struct CosignOutcome {
  // A witness cosigned what this stream does not have: the folder was put back to an earlier state,
  // or another one goes on in its stream.
  bool is_conflict = false;
  std::uint64_t seen = 0;  // the size that it cosigned; 0: not known
  std::string reason;
  std::string note;  // else: the checkpoint with the cosignatures that are needed
};

class Witnessing {
 public:
  virtual ~Witnessing() = default;
  // Of a published checkpoint, whose tiles are those. PAC6505: too few answered in time.
  [[nodiscard]] virtual Result<CosignOutcome> cosign(const TileReader& tiles,
                                                     const std::string& note,
                                                     const Checkpoint& checkpoint) = 0;
};

// The policy of a ledger whose acknowledgements wait for witnesses, in its folder; and the newest
// cosigned checkpoint, in that of a stream.
inline constexpr const char* kPolicyFile = "witness.policy";
inline constexpr const char* kCosignedFile = "cosigned";

}  // namespace pac::ledger
