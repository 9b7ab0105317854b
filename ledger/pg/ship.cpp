#include "ledger/pg/ship.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "ledger/pg/audit.h"
#include "ledger/pg/ship_run.h"

namespace pac::ledger::pg {
namespace {

using Clock = std::chrono::steady_clock;

// While a standby catches up, which takes it less than a millisecond or long.
constexpr auto kFirstPause = std::chrono::microseconds(200);
constexpr auto kLongPause = std::chrono::microseconds(20'000);

// Ships for as long as somebody records.
class LiveShipper final : public Acknowledger {
 public:
  LiveShipper(FileSystem& files, std::string folder, Run run, std::unique_ptr<AuditWall> wall,
              AckLevel level, LiveEvents events)
      : files_(files),
        folder_(std::move(folder)),
        run_(std::move(run)),
        wall_(std::move(wall)),
        level_(level),
        events_(std::move(events)) {}

  Result<void> acknowledge(const WithStore& store) override {
    run_.lend(store);
    Result<void> done;
    store([&](Store& open) { done = open.publish(); });
    for (int failures = 0; done; ++failures) {
      done = once();
      if (done || done.error().code != "PAC6301" || failures >= run_.settings().tries) break;
      done = run_.reconnect();
    }
    if (done && level_ == AckLevel::pg_sync) done = wait_for_standby();
    return done && wall_ != nullptr ? keep_wall(store) : done;
  }

  // The wall too, where it can be reached.
  Result<std::optional<Damage>> compare(const NoteKey& stream, const TileReader& tiles,
                                        const Checkpoint& published) override {
    auto out = run_.compare(stream, tiles, published);
    if (!out || *out || wall_ == nullptr) return out;
    return wall_->compare(run_.store(), stream, tiles, published);
  }

  Result<void> check_standby() {
    if (level_ != AckLevel::pg_sync) return {};
    const auto named = run_.connection().run(
        "select setting <> '' from pg_catalog.pg_settings where name = "
        "'synchronous_standby_names'");
    if (!named) return std::unexpected(named.error());
    if (named->count() == 1 && named->is_true(0, 0)) return {};
    return no_standby("the server names none (synchronous_standby_names is empty)");
  }

 private:
  static std::unexpected<Error> no_standby(const std::string& why) {
    return fail("PAC6313", "no synchronous standby of the store is known to have the entries: " +
                               why + ". They are recorded in the folder");
  }

  // A turn each time: between two batches others may ship, too.
  Result<void> once() {
    auto turn = ShipTurn::take(files_, folder_, run_.settings().lock_ms);
    if (!turn) return std::unexpected(turn.error());
    const auto shipped = run_.all(*turn);
    if (!shipped) return std::unexpected(shipped.error());
    tell(*shipped);
    return {};
  }

  void tell(const Shipped& shipped) {
    for (const Rewound& one : shipped.rewound) {
      if (events_.rewound) events_.rewound(one);
    }
  }

  Result<void> keep_wall(const WithStore& store) {
    wall_->lend(store);
    const auto kept = wall_->keep_up(run_.store());
    if (!kept) return std::unexpected(kept.error());
    tell(kept->shipped);
    if (events_.wall && kept->has_changed) events_.wall(*kept);
    return {};
  }

  // A COMMIT that waits for a standby and is cut off there looks as if it had succeeded, so that is
  // not what is relied on: a standby itself must have said that it has what was committed.
  Result<void> wait_for_standby() {
    if (const auto named = check_standby(); !named) return named;
    Connection& connection = run_.connection();
    const auto end = connection.run("select pg_catalog.pg_current_wal_flush_lsn()");
    if (!end) return std::unexpected(end.error());
    const std::string lsn(end->text(0, 0));
    const auto until = Clock::now() + std::chrono::milliseconds(run_.settings().patience_ms);
    for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongPause)) {
      const auto seen = connection.run(
          "select count(*) filter (where flush_lsn >= $1::pg_catalog.pg_lsn), count(*), "
          "pg_has_role(current_user, 'pg_read_all_stats', 'usage') "
          "from pg_catalog.pg_stat_replication where state = 'streaming' and "
          "sync_state in ('sync', 'quorum')",
          {lsn});
      if (!seen) return std::unexpected(seen.error());
      if (seen->integer(0, 0) > 0) return {};
      if (!seen->is_true(0, 2)) {
        return no_standby("the login may not see; grant it pg_read_all_stats");
      }
      if (Clock::now() > until) {
        return no_standby(seen->integer(0, 1) == 0 ? "none is connected"
                                                   : "the one that is connected stays behind");
      }
      std::this_thread::sleep_for(pause);
    }
  }

  FileSystem& files_;
  std::string folder_;
  Run run_;
  std::unique_ptr<AuditWall> wall_;  // null: there is none
  AckLevel level_;
  LiveEvents events_;
};

}  // namespace

Error alarm_of(const Rewound& rewound) {
  return {"PAC6307", "the store had lost entries of " + rewound.origin + ": it had " +
                         std::to_string(rewound.from) + " and was back at " +
                         std::to_string(rewound.to) +
                         ". They are shipped again, and the ledger has a record of it; find out "
                         "who put the store back"};
}

Error alarm_of(const AuditState& state) {
  if (!state.why) return {"", "the audit wall has all entries again"};
  return {state.why->code,
          "the audit wall can't be shipped to, and lacks " + std::to_string(state.behind) +
              (state.behind == 1 ? " entry: " : " entries: ") + state.why->message};
}

Result<Shipped> ship(FileSystem& files, const std::string& folder, const std::string& url,
                     const ShipSettings& settings) {
  Result<StoreSettings> ledger = read_settings(files, folder);
  if (!ledger) return std::unexpected(ledger.error());
  auto turn = ShipTurn::take(files, folder, settings.lock_ms);
  if (!turn) return std::unexpected(turn.error());
  Run run(files, folder, url, std::move(*ledger), settings);
  if (const auto started = run.start(); !started) return std::unexpected(started.error());
  return run.all(*turn);
}

Result<std::unique_ptr<Acknowledger>> acknowledge_in(FileSystem& files, const std::string& folder,
                                                     const std::string& url, AckLevel level,
                                                     const ShipSettings& settings,
                                                     LiveEvents events,
                                                     const std::optional<AuditSettings>& audit) {
  Result<StoreSettings> ledger = read_settings(files, folder);
  if (!ledger) return std::unexpected(ledger.error());
  ShipSettings own = settings;
  own.waits_for_standbys = false;
  own.threads = 1;  // a few entries each time
  std::unique_ptr<AuditWall> wall;
  if (audit) wall = std::make_unique<AuditWall>(files, folder, *audit, own);
  Run run(files, folder, url, std::move(*ledger), std::move(own));
  if (const auto started = run.start(); !started) return std::unexpected(started.error());
  if (wall != nullptr) {
    if (const auto good = wall->check(run.store()); !good) return std::unexpected(good.error());
  }
  auto out = std::make_unique<LiveShipper>(files, folder, std::move(run), std::move(wall), level,
                                           std::move(events));
  if (const auto named = out->check_standby(); !named) return std::unexpected(named.error());
  return Result<std::unique_ptr<Acknowledger>>(std::move(out));
}

}  // namespace pac::ledger::pg
