// Ships a ledger in a folder to a store in PostgreSQL: every published entry once, with tiles and
// signed checkpoints, in transactions that each move the store from one size and root to the next
// or do nothing. Who ships belongs to one thread; of several processes that ship a folder one has
// its turn at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/file/acknowledge.h"
#include "ledger/file/store.h"
#include "ledger/io/file_system.h"
#include "ledger/pg/columns.h"
#include "ledger/pg/connection.h"
#include "ledger/pg/source.h"
#include "runtime/crypto/ed25519.h"

namespace pac::ledger::pg {

// Where tests break in; each is called once for each transaction.
enum class ShipStep : std::uint8_t { begun, copied, stepped, committed };

struct ShipSettings {
  std::uint64_t rows = 65'536;  // of a transaction, more where a batch is larger
  std::uint64_t bytes = std::uint64_t{32} << 20;
  unsigned threads = 0;      // that hash and make rows ahead; 0: as many as the machine has
  int tries = 5;             // of a transaction whose connection was lost
  int patience_ms = 30'000;  // until a lost store must answer again
  int lock_ms = 15'000;      // for another shipper to end its turn, or its transaction
  // With which it is recorded in the ledger that a store had lost entries; null: that is refused.
  const crypto::SigningKey* key = nullptr;
  // The key of its further line, where the ledger has one.
  std::optional<crypto::EcdsaKey> also_key;
  // What asks its witnesses, where the ledger has a policy of them: that entry is witnessed too.
  std::shared_ptr<Witnessing> witnessing;
  // Lends the store where it is open here: that is recorded there then, and none of these three is
  // needed.
  WithStore store;
  // Whether a COMMIT waits for the standbys that the server names. Else it is durable on the server
  // alone, and does not hang where they are gone.
  bool waits_for_standbys = true;
  // Called with the entries shipped so far.
  std::function<void(std::uint64_t)> progress;
  // False: the answer of the server is lost here.
  std::function<bool(ShipStep)> at;
};

// The store had these entries before and had lost them.
struct Rewound {
  std::string origin;
  std::uint64_t from = 0, to = 0;
};

struct ShippedStream {
  std::string origin;
  std::uint64_t from = 0, size = 0;  // before and after
};

struct Shipped {
  std::vector<ShippedStream> streams;
  std::vector<Rewound> rewound;  // recorded in the ledger, and shipped again
};

// PAC6202: another process ships this folder and does not let go for `lock_ms`. PAC6301 to PAC6304:
// the store. PAC6305: the store has another history (nothing was changed). PAC6306: the store has
// entries that the folder has not. PAC6307: the store was rewound and there is no key to record it.
// PAC6308: another shipper is at work there.
[[nodiscard]] Result<Shipped> ship(FileSystem& files, const std::string& folder,
                                   const std::string& url, const ShipSettings& settings = {});

// When a caller is answered, as docs/design/ledger_store.md has it: `pg`, durable in the store;
// `pg_sync`, durable on a synchronous standby of it too.
enum class AckLevel : std::uint8_t { pg, pg_sync };

// A second store that gets the same, run by others than the first.
struct AuditSettings {
  std::string url;
  // Where it can't be shipped to: how many entries it may lack before nothing goes on without it.
  // Nothing: any number, and how many is told.
  std::optional<std::uint64_t> most_behind;
  int rest_ms = 5'000;  // until one that was not reached is tried again
};

// How far the audit wall is.
struct AuditState {
  Shipped shipped;
  std::uint64_t behind = 0;  // published entries that it is not known to have
  std::optional<Error> why;  // it can't be shipped to
  bool has_changed = false;  // whether it can be, since the time before
};

// What whoever runs the ledger must hear of: a code and a sentence. The state is one that changed.
Error alarm_of(const Rewound& rewound);
Error alarm_of(const AuditState& state);

// What is told while somebody records.
struct LiveEvents {
  std::function<void(const Rewound&)> rewound;  // of each that was recorded
  std::function<void(const AuditState&)> wall;  // where that changed
};

// Ships after each batch, over one connection, for as long as it lives; folder and files outlive
// it. What was recorded before is brought there first. Between two batches others may ship the
// folder. Codes as ship(), also while it acknowledges; PAC6313: there is no synchronous standby, or
// none had it in time; PAC6314: the audit wall is too far behind. PAC6307 as a failure only where
// it could not be recorded.
[[nodiscard]] Result<std::unique_ptr<Acknowledger>> acknowledge_in(
    FileSystem& files, const std::string& folder, const std::string& url, AckLevel level,
    const ShipSettings& settings = {}, LiveEvents events = {},
    const std::optional<AuditSettings>& audit = {});

}  // namespace pac::ledger::pg
