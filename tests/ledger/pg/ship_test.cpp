// Shipping: every entry once, whatever is lost, killed, restored or run twice meanwhile.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

using Shipping = PgStore;
using pg::ShipStep;

// What is said of a store that should have a ledger.
constexpr const char* kNothing = "0: there is no entry of bank.example/credit\n";

TEST_F(Shipping, EachEntryOnceInManyRuns) {
  const std::string book = make_ledger();
  shipped(book, 1);
  for (const std::uint64_t more : {1, 254, 1, 300, 2000}) {
    append(book, more, 70);
    shipped(book, next_ + 1);
    EXPECT_EQ(findings(), "");
  }
  shipped(book, next_ + 1);  // nothing to do
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->streams.at(0).size, next_ + 1);
  EXPECT_EQ(report->streams.at(0).root, published(book).root);
  EXPECT_EQ(ask("select count(*) from ledger.entry"), std::to_string(next_ + 1));
  EXPECT_EQ(ask("select count(distinct idx) from ledger.entry"), std::to_string(next_ + 1));
  EXPECT_GT(report->streams.at(0).checkpoints, 8u);
  const std::vector<Checkpoint> known = {published(book)};
  EXPECT_EQ(findings(known), "");
}

TEST_F(Shipping, ColumnsSayWhatTheEntrySays) {
  const std::string book = make_ledger();
  append(book, 10);
  shipped(book, 11);
  EXPECT_EQ(ask("select tenant || ' ' || kind || ' ' || fn || ' ' || encode(snapshot, 'hex') from "
                "ledger.entry where idx = 5"),
            "north decision lending.loan.grant " + kDigest);
  EXPECT_EQ(ask("select count(*) from ledger.entry where to_char(at, "
                "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') = "
                "convert_from(body, 'UTF8')::json ->> 'at'"),
            "11");
}

TEST_F(Shipping, ALostCommitAnswerIsSettled) {
  const std::string book = make_ledger();
  append(book, 1000);
  for (const ShipStep lost :
       {ShipStep::begun, ShipStep::copied, ShipStep::stepped, ShipStep::committed}) {
    append(book, 1000);
    int reached = 0;
    pg::ShipSettings settings = small();
    settings.at = [&](ShipStep step) { return step != lost || ++reached != 2; };
    const auto out = ship(book, settings);
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_GT(reached, 2);
    EXPECT_EQ(out->streams[0].size, next_ + 1);
    EXPECT_EQ(findings(), "");
  }
  // Lost every time, it gives up, and what was committed counts.
  append(book, 1000);
  pg::ShipSettings settings = small();
  settings.at = [&](ShipStep step) { return step != ShipStep::copied; };
  const auto out = ship(book, settings);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6301");
  EXPECT_EQ(findings(), "");
  shipped(book, next_ + 1);
  EXPECT_EQ(findings(), "");
}

TEST_F(Shipping, KilledAnywhereNothingIsLostOrDoubled) {
  const std::string book = make_ledger();
  int kills = 0;
  for (int round = 0; round < 12; ++round) {
    append(book, 700);
    const auto step = static_cast<ShipStep>(round % 4);
    const pid_t child = fork();
    if (child == 0) {
      int reached = 0;
      pg::ShipSettings settings = small();
      settings.at = [&](ShipStep now) {
        if (now == step && ++reached == 1 + round / 4) raise(SIGKILL);
        return true;
      };
      static_cast<void>(ship(book, settings));
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    kills += WIFSIGNALED(status) ? 1 : 0;
    const bool is_empty = ask("select count(*) from ledger.entry") == "0";
    EXPECT_EQ(findings(), is_empty ? kNothing : "") << round;
  }
  EXPECT_GE(kills, 8);
  shipped(book, next_ + 1);
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(ask("select count(*) from ledger.entry"), std::to_string(next_ + 1));
}

TEST_F(Shipping, OneProcessShipsAFolder) {
  const std::string book = make_ledger();
  const auto lock = files_->lock(book + "/ship.lock");
  ASSERT_TRUE(lock);
  pg::ShipSettings settings = small();
  settings.lock_ms = 20;
  const auto out = ship(book, settings);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6202");
}

TEST_F(Shipping, TwoShippersOfACopiedFolderDoubleNothing) {
  const std::string book = make_ledger();
  append(book, 3000);
  const std::string copy = (folder_ / "copy").string();
  fs::copy(book, copy, fs::copy_options::recursive);
  const auto until_done = [&](const std::string& folder) {
    pg::ShipSettings settings = small();
    settings.tries = 100;
    for (int i = 0; i < 100; ++i) {
      const auto out = pg::ship(*posix_file_system(), folder, url(), settings);
      if (out) return;
      EXPECT_TRUE(out.error().code == "PAC6308" || out.error().code == "PAC6301")
          << out.error().code << " " << out.error().message;
    }
    ADD_FAILURE() << folder << " was never shipped";
  };
  std::thread other([&] { until_done(copy); });
  until_done(book);
  other.join();
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(ask("select count(*) from ledger.entry"), "3001");
  EXPECT_EQ(ask("select size from ledger.ship"), "3001");
}

// The client of a transaction is gone and the server does not know yet.
TEST_F(Shipping, AHalfOpenBackendIsEnded) {
  const std::string book = make_ledger();
  append(book, 500);
  shipped(book, 501);
  auto half_open = pg::Connection::open(
      url(),
      "pac ship " + crypto::to_hex(crypto::view(crypto::sha256(kLedger))).substr(0, 16) + " x");
  ASSERT_TRUE(half_open);
  ASSERT_TRUE(half_open->script("begin; select ledger.hold(1, size, root, 3) from ledger.ship"));
  append(book, 500);
  pg::ShipSettings settings = small();
  settings.lock_ms = 300;
  const auto out = ship(book, settings);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->streams[0].size, 1001u);
  EXPECT_EQ(findings(), "");
  // One that is none of ours is waited for, and then told.
  auto other = pg::Connection::open(url(), "psql");
  ASSERT_TRUE(other->script("begin; select ledger.hold(1, size, root, 3) from ledger.ship"));
  append(book, 500);
  const auto held = ship(book, settings);
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, "PAC6308");
}

TEST_F(Shipping, ABlindStepIsRefused) {
  const std::string book = make_ledger();
  append(book, 500);
  shipped(book, 501);
  auto connection = pg::Connection::open(url(), "pac test");
  ASSERT_TRUE(connection);
  EXPECT_FALSE(connection->run("select ledger.advance(1, 400, sha256(''), 600, sha256(''), '')"));
  EXPECT_EQ(connection->sqlstate(), "PL001");
  EXPECT_FALSE(connection->run("select ledger.hold(1, 501, sha256(''), 3)"));
  EXPECT_EQ(connection->sqlstate(), "PL001");
}

TEST_F(Shipping, ARestoredBackupIsAlarmedRecordedAndShippedAgain) {
  const std::string book = make_ledger();
  append(book, 500);
  shipped(book, 501);
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin->script("create database " + database_ + "_backup template " + database_));
  append(book, 500);
  shipped(book, 1001);
  const std::vector<Checkpoint> known = {published(book)};
  ASSERT_TRUE(admin->script("drop database " + database_ + " with (force)"));
  ASSERT_TRUE(admin->script("alter database " + database_ + "_backup rename to " + database_));
  // Seen by whoever holds a later checkpoint.
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(
      findings(known),
      "501: a checkpoint that is held elsewhere has 1001 entries: the store was put back to an "
      "earlier state\n");
  // Without the key it can't be recorded, so nothing is shipped.
  const auto refused = pg::ship(*files_, book, url(), small());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PAC6307");
  const auto out = ship(book);
  ASSERT_TRUE(out) << out.error().message;
  ASSERT_EQ(out->rewound.size(), 1u);
  EXPECT_EQ(out->rewound[0].from, 1001u);
  EXPECT_EQ(out->rewound[0].to, 501u);
  EXPECT_EQ(out->streams[0].size, 1002u);
  EXPECT_EQ(findings(known), "");
  EXPECT_EQ(ask("select kind from ledger.entry where idx = 1001"), "admin");
  EXPECT_EQ(
      ask("select convert_from(body, 'UTF8')::json -> 'admin' ->> 'from' from ledger.entry where "
          "idx = 1001"),
      "1001");
  shipped(book, 1002);  // once
}

TEST_F(Shipping, AnotherHistoryStops) {
  const std::string book = make_ledger();
  append(book, 100);
  const std::string copy = (folder_ / "copy").string();
  fs::copy(book, copy, fs::copy_options::recursive);
  append(book, 100);
  append(copy, 100);
  shipped(book, 201);
  const auto out = ship(copy);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6305");
  append(copy, 100);  // longer than the store
  EXPECT_EQ(ship(copy).error().code, "PAC6305");
  EXPECT_EQ(ask("select size from ledger.ship"), "201");
  EXPECT_EQ(findings(), "");
}

TEST_F(Shipping, AFolderThatLostItsEndIsTold) {
  const std::string book = make_ledger();
  append(book, 700);
  const std::string copy = (folder_ / "copy").string();
  fs::copy(book, copy, fs::copy_options::recursive);
  append(book, 300);
  shipped(book, 1001);
  const auto out = ship(copy);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6306") << out.error().message;
}

TEST_F(Shipping, AnotherKeyIsRefused) {
  const std::string book = make_ledger();
  shipped(book, 1);
  const std::string other = (folder_ / "other").string();
  ASSERT_TRUE(init_store(*files_, other, {kLedger, key_of(9).public_key()}));
  ASSERT_TRUE(Store::open(*files_, other, key_of(9), real_surroundings()));
  EXPECT_EQ(pg::ship(*files_, other, url(), small()).error().code, "PAC6305");
}

TEST_F(Shipping, WhatIsDamagedInTheFolderIsNotShipped) {
  const std::string book = make_ledger();
  append(book, 500);
  const std::string segment = book + "/streams/0001/segments/00000001-00000000000000000000.seg";
  std::string bytes = *read_whole(*files_, segment, 1 << 26);
  const std::size_t at = bytes.find("person-42");
  ASSERT_NE(at, bytes.npos);
  bytes[at + 7] = '5';
  ASSERT_TRUE(replace_file(*files_, segment, bytes));
  const auto out = ship(book);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6105") << out.error().message;
  EXPECT_EQ(findings(), kNothing);
}

TEST_F(Shipping, EntriesOfAnyFormAreShippedAndVerified) {
  const std::string book = make_ledger();
  {
    auto store = Store::open(*files_, book, key_of(1), real_surroundings());
    ASSERT_TRUE(store);
    const std::vector<std::string> odd = {"",
                                          "no json",
                                          "[]",
                                          std::string("\0\xff\n\\", 4),
                                          R"({"at":"yesterday","kind":7,"tenant":"a\u0000b"})",
                                          R"({"at":"0001-01-01T00:00:00Z","fired":[1,"r","r"]})",
                                          R"({"at":"9999-12-31T23:59:59.999999Z","snapshot":"zz"})",
                                          std::string(65'535, 'x')};
    const std::vector<std::string_view> views(odd.begin(), odd.end());
    ASSERT_TRUE((*store)->append(views));
    ASSERT_TRUE((*store)->publish());
  }
  shipped(book, 9);
  EXPECT_EQ(findings(), "");
}

TEST_F(Shipping, NewStreamsFollow) {
  const std::string book = make_ledger();
  append(book, 100);
  shipped(book, 101);
  const std::string segment = book + "/streams/0001/segments/00000001-00000000000000000000.seg";
  std::string bytes = *read_whole(*files_, segment, 1 << 26);
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(replace_file(*files_, segment, bytes));
  append(book, 50);  // goes to a new stream
  const auto out = ship(book);
  ASSERT_TRUE(out) << out.error().message;
  ASSERT_EQ(out->streams.size(), 2u);
  EXPECT_EQ(out->streams[1].size, 51u);
  EXPECT_EQ(findings(), "");
  tamper(
      "delete from ledger.shipment where stream = 1; delete from ledger.checkpoint where stream = "
      "1; "
      "delete from ledger.ship where stream = 1; delete from ledger.stream where id = 1");
  EXPECT_TRUE(findings().starts_with("0: stream 1 of bank.example/credit is not there"))
      << findings();
}

}  // namespace
}  // namespace pac::ledger::test
