// The audit wall: a second server that gets the same, stopped and started again; what it shows
// where the two disagree. And two processes that ship one folder.
#include <unistd.h>

#include <atomic>
#include <thread>

#include "ledger/file/acknowledge.h"
#include "ledger/pg/audit.h"
#include "ledger/pg/ship_turn.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class Wall : public PgStore {
 protected:
  static inline std::unique_ptr<Cluster> other_;
  void SetUp() override {
    PgStore::SetUp();
    if (IsSkipped()) return;
    if (other_ == nullptr) {
      other_ = std::make_unique<Cluster>();
      ASSERT_TRUE(other_->create()) << other_->problem();
    } else {
      other_->stop();
    }
    ASSERT_TRUE(other_->start()) << other_->problem();
    wall_name_ = "w" + database_;
    auto admin = pg::Connection::open(other_->url("postgres"), "pac test");
    ASSERT_TRUE(admin && admin->script("create database " + wall_name_));
    auto wall = pg::Connection::open(wall_url(), "pac test");
    ASSERT_TRUE(wall && pg::prepare_store(*wall) && pg::migrate(*wall, pg::store_version()));
    book_ = make_ledger();
  }
  static void TearDownTestSuite() { other_.reset(); }

  std::string wall_url() const { return other_->url(wall_name_); }
  pg::AuditSettings audit(std::optional<std::uint64_t> most_behind = {}) const {
    return {wall_url(), most_behind, 0};
  }
  Result<pg::ShippedTwice> ship_both(const pg::AuditSettings& audit) {
    static const crypto::SigningKey key = key_of(1);
    pg::ShipSettings settings = small();
    settings.key = &key;
    return pg::ship_with_wall(*files_, book_, url(), settings, audit);
  }
  std::string in_wall(const std::string& question) {
    auto connection = pg::Connection::open(wall_url(), "pac test");
    const auto rows = connection->run(question);
    return rows ? std::string(rows->text(0, 0)) : rows.error().message;
  }
  // As `pac ledger verify URL --audit URL` does.
  std::string disagreements() {
    const auto wall = pg::verify(wall_url(), {kLedger, key_of(1).public_key(), {}, {}});
    const auto store = pg::verify(url(), {kLedger, key_of(1).public_key(), {}, {}});
    if (!wall || !store) return "not verified";
    EXPECT_TRUE(wall->findings.empty() && store->findings.empty());
    const auto found = pg::compare_with_wall(url(), *store, wall_url(), *wall);
    if (!found) return found.error().message;
    std::string out;
    for (const LedgerFinding& one : *found) {
      out += std::to_string(one.stream) + "/" + std::to_string(one.index) + ": " + one.what + "\n";
    }
    return out;
  }
  std::string book_, wall_name_;
};

TEST_F(Wall, HasTheSame) {
  append(book_, 1000, 50);
  const auto out = ship_both(audit());
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->store.streams[0].size, 1001u);
  EXPECT_EQ(out->wall.shipped.streams[0].size, 1001u);
  EXPECT_FALSE(out->wall.why);
  EXPECT_EQ(in_wall("select count(*) from ledger.entry"), "1001");
  EXPECT_EQ(disagreements(), "");
}

TEST_F(Wall, ThatIsDownIsToldAndCatchesUp) {
  append(book_, 100);
  ASSERT_TRUE(ship_both(audit()));
  append(book_, 300);
  other_->stop();
  const auto out = ship_both(audit());
  ASSERT_TRUE(out) << out.error().message;
  ASSERT_TRUE(out->wall.why);
  EXPECT_EQ(out->wall.why->code, "PAC6301");
  EXPECT_EQ(out->wall.behind, 300u);
  EXPECT_EQ(ask("select size from ledger.ship"), "401") << "the store goes on";
  ASSERT_TRUE(other_->start()) << other_->problem();
  EXPECT_EQ(in_wall("select size from ledger.ship"), "101");
  EXPECT_EQ(disagreements(), "") << "behind is not wrong";
  const auto again = ship_both(audit());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->wall.why);
  EXPECT_EQ(in_wall("select size from ledger.ship"), "401");
  EXPECT_EQ(disagreements(), "");
}

TEST_F(Wall, ThatMayNotBeFurtherBehindStopsTheStore) {
  append(book_, 99);
  ASSERT_TRUE(ship_both(audit(50)));
  other_->stop();
  append(book_, 50);
  const auto out = ship_both(audit(50));
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->wall.behind, 50u);
  append(book_, 1);
  const auto beyond = ship_both(audit(50));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, "PAC6314");
  EXPECT_EQ(ask("select size from ledger.ship"), "150") << "nothing was shipped without it";
  ASSERT_TRUE(other_->start());
  ASSERT_TRUE(ship_both(audit(50)));
  EXPECT_EQ(in_wall("select size from ledger.ship"), "151");
}

TEST_F(Wall, ThatWasNeverThereIsBehindByAll) {
  append(book_, 20);
  other_->stop();
  EXPECT_EQ(ship_both(audit(20)).error().code, "PAC6314");
  EXPECT_EQ(ship_both(audit(21))->wall.behind, 21u);
}

TEST_F(Wall, IsNotTheStoreItself) {
  const auto out = ship_both({url(), {}, 0});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6311");
}

TEST_F(Wall, WhoeverWaitsForTheStoreGoesOnWithoutItAndIsStoppedWhereThatIsSaid) {
  auto store = Store::open(*files_, book_, key_of(1), real_surroundings());
  ASSERT_TRUE(store);
  std::vector<pg::AuditState> told;
  pg::LiveEvents events;
  events.wall = [&](const pg::AuditState& state) { told.push_back(state); };
  auto acknowledger = pg::acknowledge_in(*files_, book_, url(), pg::AckLevel::pg, small(),
                                         std::move(events), audit(3));
  ASSERT_TRUE(acknowledger) << acknowledger.error().message;
  const auto record = [&]() -> std::string {
    const std::string entry = decision(*(*store)->stamp(), next_++);
    const std::string_view view = entry;
    EXPECT_TRUE((*store)->append(std::span(&view, 1)));
    const auto done = (*acknowledger)->acknowledge([&](const auto& use) { use(**store); });
    return done ? "" : done.error().code;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(record(), "");
  EXPECT_EQ(in_wall("select size from ledger.ship"), "4");
  EXPECT_TRUE(told.empty());
  other_->stop();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(record(), "");
  ASSERT_EQ(told.size(), 1u) << "once, not each time";
  EXPECT_EQ(told[0].behind, 1u);
  EXPECT_EQ(record(), "PAC6314");
  EXPECT_EQ(ask("select size from ledger.ship"), "8") << "it is recorded, and not answered";
  ASSERT_TRUE(other_->start());
  EXPECT_EQ(record(), "");
  EXPECT_EQ(told.size(), 2u);
  EXPECT_EQ(in_wall("select size from ledger.ship"), "9");
}

// Whoever has the key signs another history and puts it in the store: the wall has the first one.
TEST_F(Wall, TwoSignedHistoriesAreAFork) {
  append(book_, 399, 50);
  const std::string copy = (folder_ / "copy").string();
  fs::copy(book_, copy, fs::copy_options::recursive);
  append(book_, 300, 50);
  ASSERT_TRUE(ship_both(audit()));
  const std::string first = book_;
  book_ = copy;
  fs::remove_all(book_ + "/shipped");
  next_ = 5000;
  append(book_, 800, 50);
  const auto refused = ship(book_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PAC6305");
  // A store made anew has only the other history.
  sql("drop schema ledger cascade");
  {
    auto connection = pg::Connection::open(url(), "pac test");
    ASSERT_TRUE(pg::prepare_store(*connection) && pg::migrate(*connection, pg::store_version()));
  }
  shipped(book_, 1200);
  EXPECT_TRUE(disagreements().starts_with("1/400: the audit wall has another entry here"))
      << disagreements();
  const auto out = ship_both(audit());
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6305");
  EXPECT_TRUE(out.error().message.starts_with("the audit wall: ")) << out.error().message;
}

TEST_F(Wall, AStoreThatWasPutBackHasLessThanTheWall) {
  append(book_, 99);
  ASSERT_TRUE(ship_both(audit()));
  append(book_, 100);
  pg::AuditWall wall(*files_, book_, audit(), small());
  ASSERT_TRUE(wall.keep_up("another"));
  EXPECT_TRUE(
      disagreements().starts_with("1/100: the audit wall has 200 entries: the store was put"))
      << disagreements();
}

// One that lost entries is told, and filled again.
TEST_F(Wall, ThatLostEntriesIsFilledAgain) {
  append(book_, 100);
  ASSERT_TRUE(ship_both(audit()));
  auto admin = pg::Connection::open(other_->url("postgres"), "pac test");
  ASSERT_TRUE(admin->script("create database old template " + wall_name_));
  append(book_, 100);
  ASSERT_TRUE(ship_both(audit()));
  ASSERT_TRUE(admin->script("drop database " + wall_name_ + " with (force)"));
  ASSERT_TRUE(admin->script("alter database old rename to " + wall_name_));
  const auto out = ship_both(audit());
  ASSERT_TRUE(out) << out.error().message;
  ASSERT_EQ(out->wall.shipped.rewound.size(), 1u);
  EXPECT_EQ(out->wall.shipped.rewound[0].to, 101u);
  EXPECT_EQ(ask("select size from ledger.ship"), "202") << "with the record of it";
  EXPECT_EQ(in_wall("select size from ledger.ship"), "202");
  EXPECT_EQ(disagreements(), "");
}

using Turns = PgStore;

TEST_F(Turns, WhoShipsLetsOthersGoBetweenTransactions) {
  const std::string book = make_ledger();
  append(book, 3000);
  std::atomic<int> before = 0, after = 0;
  std::atomic<bool> has_other_shipped = false;
  std::optional<Result<pg::Shipped>> second;
  std::jthread other;
  pg::ShipSettings settings = small();
  settings.at = [&](pg::ShipStep step) {
    if (step != pg::ShipStep::committed) return true;
    ++(has_other_shipped ? after : before);
    if (before == 1 && !other.joinable()) {
      other = std::jthread([&] {
        pg::ShipSettings own = small();
        own.at = [&](pg::ShipStep) {
          has_other_shipped = true;
          return true;
        };
        second = ship(book, own);
      });
      // Until it waits for its turn.
      while (files_->lock(book + "/ship.next")) std::this_thread::yield();
    }
    return true;
  };
  const auto first = ship(book, settings);
  other.join();
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(*second) << second->error().message;
  EXPECT_TRUE(has_other_shipped);
  EXPECT_EQ(before, 1) << "it had its turn after one transaction";
  EXPECT_EQ(ask("select count(*) from ledger.entry"), "3001");
  EXPECT_EQ(findings(), "");
}

TEST_F(Turns, WhoRecordsHoldsNoTurnBetweenBatches) {
  const std::string book = make_ledger();
  auto store = Store::open(*files_, book, key_of(1), real_surroundings());
  auto acknowledger = pg::acknowledge_in(*files_, book, url(), pg::AckLevel::pg, small());
  ASSERT_TRUE(acknowledger);
  for (int i = 0; i < 5; ++i) {
    const std::string entry = decision(*(*store)->stamp(), next_++);
    const std::string_view view = entry;
    ASSERT_TRUE((*store)->append(std::span(&view, 1)));
    ASSERT_TRUE((*store)->publish());
    const auto shipped_by_another = i % 2 == 0 ? ship(book) : pg::Shipped();
    ASSERT_TRUE(shipped_by_another) << shipped_by_another.error().message;
    const auto done = (*acknowledger)->acknowledge([&](const auto& use) { use(**store); });
    ASSERT_TRUE(done) << done.error().message;
  }
  EXPECT_EQ(ask("select size from ledger.ship"), "6");
  EXPECT_EQ(findings(), "");
}

TEST_F(Turns, WhoHasItAndDoesNotLetGoIsNamed) {
  const std::string book = make_ledger();
  const auto held = pg::ShipTurn::take(*files_, book, 0);
  ASSERT_TRUE(held);
  pg::ShipSettings settings = small();
  settings.lock_ms = 20;
  const auto out = ship(book, settings);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6202");
  const std::string& message = out.error().message;
  EXPECT_NE(message.find("another process ships this folder"), std::string::npos) << message;
  EXPECT_TRUE(message.find("is held by process " + std::to_string(getpid())) != message.npos ||
              message.find("is held by another process") != message.npos)
      << message;
}

}  // namespace
}  // namespace pac::ledger::test
