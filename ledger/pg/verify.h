// Verifying a store in PostgreSQL from its rows alone: every entry hashed again, the tree built
// anew, every checkpoint's signature, every tile, every shipment, and each column taken from the
// entry once more. Rows are streamed: memory does not grow with the store. Called on one thread;
// hashing and columns are shared by several.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "ledger/file/verify.h"
#include "ledger/log/witness_policy.h"

namespace pac::ledger::pg {

struct VerifySettings {
  std::string ledger;                    // its origin; empty: all that are there
  std::optional<crypto::PublicKey> key;  // to believe; nothing: those that the store names
  std::span<const Checkpoint> known;     // held elsewhere, which the store must continue
  VerifyProgress progress;
  KeyTrust trust{};      // what is known of keys from elsewhere
  unsigned threads = 0;  // 0: as many as the machine has; what is found is the same
  // By which cosigned checkpoints are judged; null: no witness is needed.
  const WitnessPolicy* policy = nullptr;
  EntryWatch* watch = nullptr;  // is shown the entries; null: nobody
};

// PAC6301 to PAC6303; PAC6310 where the login may not see all entries, so that nothing can be said.
[[nodiscard]] Result<VerifiedStore> verify(const std::string& url, const VerifySettings& settings);

// The first key and the entries of the kind `key` of a ledger, as the store has them: for who looks
// for a key. They prove nothing.
[[nodiscard]] Result<StoreSettings> settings_of(const std::string& url, const std::string& ledger);

// How many entries the store says it has.
[[nodiscard]] Result<std::uint64_t> entries_of(const std::string& url);

// The ledgers whose streams the store has, by origin.
[[nodiscard]] Result<std::vector<std::string>> ledgers_of(const std::string& url);

}  // namespace pac::ledger::pg
