// A folder that was put back or copied: the store knows what it lost, and is asked before anything
// is signed.
#include "ledger/pg/audit.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class HeldCopies : public PgStore {
 protected:
  // Opens the ledger as who answers at `pg` does, appends so many entries and waits for the store.
  // The reason of a new stream, or "code" of the failure.
  std::string record(const std::string& folder, int count,
                     const std::optional<pg::AuditSettings>& audit = {}) {
    auto held =
        pg::acknowledge_in(*files_, folder, url("shipper"), pg::AckLevel::pg, small(), {}, audit);
    if (!held) return held.error().code;
    Surroundings around = real_surroundings();
    around.copy = held->get();
    auto store = Store::open(*files_, folder, key_of(1), std::move(around));
    if (!store) return store.error().code;
    for (int i = 0; i < count; ++i) {
      const std::string entry = decision(*(*store)->stamp(), next_++);
      const std::string_view view = entry;
      if (const auto done = (*store)->append(std::span(&view, 1)); !done) return done.error().code;
    }
    const auto done =
        (*held)->acknowledge([&](const std::function<void(Store&)>& use) { use(**store); });
    return done ? (*store)->reason() : done.error().code;
  }
  std::string copy_of(const std::string& book, const std::string& name) {
    const std::string copy = (folder_ / name).string();
    fs::copy(book, copy, fs::copy_options::recursive);
    return copy;
  }
  std::string sizes() {
    return ask(
        "select string_agg(right(origin, 2) || ':' || size, ' ' order by origin) from "
        "ledger.stream s join ledger.ship p on p.stream = s.id");
  }
};

TEST_F(HeldCopies, AFolderThatWasPutBackGoesOnInANewStream) {
  const std::string book = make_ledger();
  EXPECT_EQ(record(book, 5), "");
  const std::string backup = copy_of(book, "backup");
  EXPECT_EQ(record(book, 5), "");
  EXPECT_EQ(sizes(), "/1:11");
  EXPECT_EQ(ship(backup).error().code, "PAC6306");
  const std::string reason = record(backup, 2);
  EXPECT_TRUE(
      reason.starts_with("the store has 11 entries of bank.example/credit/1 and the folder "
                         "6: it was put back to an earlier state"))
      << reason;
  EXPECT_EQ(sizes(), "/1:11 /2:3");
  EXPECT_EQ(findings(), "");
  // The folder says what it lost, is opened as ever, and shipped.
  EXPECT_EQ(record(backup, 1), "");
  const auto shipped = ship(backup);
  ASSERT_TRUE(shipped) << shipped.error().message;
  EXPECT_EQ(sizes(), "/1:11 /2:4");
  const auto verified = verify_store(*files_, backup, key_of(1).public_key());
  ASSERT_TRUE(verified);
  ASSERT_EQ(verified->findings.size(), 1u);
  EXPECT_EQ(verified->findings[0].index, 6u);
  EXPECT_EQ(findings(), "");
}

TEST_F(HeldCopies, OfTwoThatRunOneStops) {
  const std::string book = make_ledger();
  EXPECT_EQ(record(book, 5), "");
  const std::string copy = copy_of(book, "copy");
  EXPECT_EQ(record(book, 0), "");
  EXPECT_EQ(record(copy, 3), "");
  // The first one did not know: what the store has does not continue its entries.
  append(book, 1);
  EXPECT_EQ(record(book, 1), "PAC6305");
  EXPECT_EQ(sizes(), "/1:9");
  EXPECT_EQ(findings(), "");
}

TEST_F(HeldCopies, EachCopyHasAStreamOfItsOwn) {
  const std::string book = make_ledger();
  EXPECT_EQ(record(book, 5), "");
  const std::string one = copy_of(book, "one"), other = copy_of(book, "other");
  EXPECT_EQ(record(book, 1), "");
  EXPECT_NE(record(one, 1), "");
  EXPECT_NE(record(other, 2), "") << "the number 2 is taken";
  EXPECT_EQ(sizes(), "/1:7 /2:2 /3:3");
  EXPECT_EQ(record(book, 1), "");
  EXPECT_EQ(record(one, 1), "");
  EXPECT_EQ(record(other, 1), "");
  EXPECT_EQ(sizes(), "/1:8 /2:3 /3:4");
  EXPECT_EQ(findings(), "");
}

TEST_F(HeldCopies, TilesThatDoNotFitAreMadeAnewFirst) {
  const std::string book = make_ledger();
  append(book, 600);
  EXPECT_EQ(record(book, 1), "");
  const std::string backup = copy_of(book, "backup");
  EXPECT_EQ(record(book, 1), "");
  const std::string tile = backup + "/streams/0001/tile/0/001";
  ASSERT_TRUE(files_->exists(tile));
  ASSERT_TRUE(replace_file(*files_, tile, std::string(8192, 'x')));
  EXPECT_NE(record(backup, 1), "");
  EXPECT_EQ(findings(), "");
}

TEST_F(HeldCopies, TheWallIsAskedToo) {
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin);
  ASSERT_TRUE(admin->script("create database " + database_ + "_wall template pattern"));
  const std::string wall = cluster()->url(database_ + "_wall", "shipper");
  auto named = pg::Connection::open(cluster()->url(database_ + "_wall", "postgres"), "pac test");
  ASSERT_TRUE(named);
  ASSERT_TRUE(named->script("update ledger.setting set value = 'wall' where name = 'store'"));
  const pg::AuditSettings audit{wall, {}, 0};
  const std::string book = make_ledger();
  EXPECT_EQ(record(book, 1, audit), "");
  const std::string backup = copy_of(book, "backup");
  ASSERT_TRUE(admin->script("create database " + database_ + "_old template " + database_));
  EXPECT_EQ(record(book, 1, audit), "");
  // Store and folder are put back together, and the wall is not.
  ASSERT_TRUE(admin->script("drop database " + database_ + " with (force)"));
  ASSERT_TRUE(admin->script("alter database " + database_ + "_old rename to " + database_));
  const std::string reason = record(backup, 1, audit);
  EXPECT_TRUE(reason.starts_with("of the audit wall: the store has 3 entries")) << reason;
  // One that is down is gone on without.
  ASSERT_TRUE(admin->script("drop database " + database_ + "_wall with (force)"));
  EXPECT_EQ(record(backup, 1, audit), "");
}

TEST_F(HeldCopies, WithoutAnAnswerNothingIsSigned) {
  const std::string book = make_ledger();
  EXPECT_EQ(record(book, 1), "");
  auto held = pg::acknowledge_in(*files_, book, url("shipper"), pg::AckLevel::pg, small());
  ASSERT_TRUE(held);
  sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'shipper'");
  Surroundings around = real_surroundings();
  around.copy = held->get();
  const auto store = Store::open(*files_, book, key_of(1), std::move(around));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "PAC6301");
}

}  // namespace
}  // namespace pac::ledger::test
