// The audit wall: a second store, in other hands than the first, which gets the same entries and
// signed checkpoints. Who can change the one can't change the other, so that where the two disagree
// one of them was changed. An AuditWall belongs to one thread; folder and files outlive it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/file/verify.h"
#include "ledger/pg/ship.h"
#include "ledger/pg/ship_turn.h"

namespace pac::ledger::pg {

class Run;

class AuditWall {
 public:
  AuditWall(FileSystem& files, std::string folder, AuditSettings audit, ShipSettings settings);
  ~AuditWall();

  // Ships what is published; `store` is what the first store calls itself. One that can't be
  // shipped to now (PAC6301, PAC6302, PAC6308) is no failure unless it is too far behind, PAC6314.
  // PAC6311: the two are one and the same. Else as ship().
  [[nodiscard]] Result<AuditState> keep_up(const std::string& store);
  // Whether it could be a wall of that store, as far as that is known; one that is down could be.
  [[nodiscard]] Result<void> check(const std::string& store);
  // As HeldCopy::compare; nothing where it can't be reached.
  [[nodiscard]] Result<std::optional<Damage>> compare(const std::string& store,
                                                      const NoteKey& stream,
                                                      const TileReader& tiles,
                                                      const Checkpoint& published);
  // As keep_up() without shipping: whether it may be gone on, for who ships to the first store
  // next.
  [[nodiscard]] Result<void> may_go_on();
  void lend(const WithStore& store);

 private:
  Result<void> reach(const std::string& store);
  Result<Shipped> ship(const std::string& store);
  Result<std::uint64_t> behind() const;
  Result<void> judge(const AuditState& state) const;

  FileSystem& files_;
  std::string folder_;
  AuditSettings audit_;
  ShipSettings settings_;
  std::unique_ptr<Run> run_;
  std::optional<Error> why_;  // it could not be shipped to, the last time
  std::chrono::steady_clock::time_point rests_until_;
};

struct ShippedTwice {
  Shipped store;
  AuditState wall;
};
// Ships to a store and its audit wall. Where the wall may not be left behind any further nothing is
// shipped to the store either, PAC6314.
[[nodiscard]] Result<ShippedTwice> ship_with_wall(FileSystem& files, const std::string& folder,
                                                  const std::string& url,
                                                  const ShipSettings& settings,
                                                  const AuditSettings& audit);

// Where two stores that were verified have other histories: the first entry that differs. Streams
// in which something was found are left out. `wall` was verified before `store`, so that entries
// which it alone has are missing in the store.
[[nodiscard]] Result<std::vector<LedgerFinding>> compare_with_wall(const std::string& store_url,
                                                                   const VerifiedStore& store,
                                                                   const std::string& wall_url,
                                                                   const VerifiedStore& wall);

}  // namespace pac::ledger::pg
