// What else has a copy of a ledger, such as a store in PostgreSQL, and is asked before anything is
// signed: a folder that was put back to an earlier state, or that somebody copied, does not know it
// by itself. The thread that opens the store calls it, and waits.
#pragma once

#include <optional>

#include "ledger/file/recover.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/tile.h"
#include "runtime/base/result.h"

namespace pac::ledger {

class HeldCopy {
 public:
  virtual ~HeldCopy() = default;
  // Of a stream, by its origin and the first key of the ledger, and what the folder published of
  // it, which `tiles` are of. Damage: the copy has more entries, which continue these. PAC6305: it
  // has others. Else codes of its own, where it does not answer.
  [[nodiscard]] virtual Result<std::optional<Damage>> compare(const NoteKey& stream,
                                                              const TileReader& tiles,
                                                              const Checkpoint& published) = 0;
};

}  // namespace pac::ledger
