// The server stopped, crashed and set wrongly, clocks that go back.
#include <atomic>
#include <optional>
#include <thread>

#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class Faults : public PgStore {
 protected:
  void TearDown() override {
    if (cluster() != nullptr) {
      cluster()->stop();
      ASSERT_TRUE(cluster()->start()) << cluster()->problem();
    }
    PgStore::TearDown();
  }
};

TEST_F(Faults, TheServerIsStoppedAndCrashesWhileShipping) {
  const std::string book = make_ledger();
  for (const bool is_crash : {false, true}) {
    append(book, 3000);
    std::atomic<int> pieces = 0;
    std::atomic<bool> is_done = false;
    pg::ShipSettings settings = small();
    settings.tries = 50;
    settings.at = [&](pg::ShipStep step) {
      // Slow enough to be met in the middle.
      if (step == pg::ShipStep::copied) {
        ++pieces;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
      return true;
    };
    // The server ends with the thread that started it, so that is this one.
    std::optional<Result<pg::Shipped>> out;
    std::thread shipper([&] {
      out = ship(book, settings);
      is_done = true;
    });
    while (pieces < 3 && !is_done) std::this_thread::yield();
    cluster()->stop(is_crash);
    EXPECT_TRUE(cluster()->start()) << cluster()->problem();
    shipper.join();
    ASSERT_TRUE(*out) << out->error().code << " " << out->error().message;
    EXPECT_EQ((*out)->streams[0].size, next_ + 1);
    EXPECT_EQ(findings(), "");
    EXPECT_EQ(ask("select count(*) from ledger.entry"), std::to_string(next_ + 1));
  }
}

TEST_F(Faults, AServerThatIsNotThereIsToldSoon) {
  const std::string book = make_ledger();
  cluster()->stop();
  const auto out = ship(book);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6301");
  EXPECT_EQ(pg::verify(url(), {kLedger, key_of(1).public_key(), {}, {}}).error().code, "PAC6301");
}

TEST_F(Faults, AServerThatMayLoseWhatItSaysIsRefused) {
  const std::string book = make_ledger();
  for (const std::string setting : {"fsync", "full_page_writes"}) {
    cluster()->stop();
    ASSERT_TRUE(cluster()->start("-c " + setting + "=off"));
    const auto out = ship(book);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, "PAC6304");
    EXPECT_NE(out.error().message.find(setting), std::string::npos);
  }
}

TEST_F(Faults, ALoginThatAsksForLessIsDurableAllTheSame) {
  const std::string book = make_ledger();
  sql("alter database " + database_ + " set synchronous_commit = off");
  append(book, 500);
  shipped(book, 501);
  cluster()->stop(true);
  ASSERT_TRUE(cluster()->start());
  EXPECT_EQ(ask("select size from ledger.ship"), "501");
  EXPECT_EQ(findings(), "");
}

TEST_F(Faults, AClockThatGoesBackIsNoAlarmOfTheStore) {
  const std::string book = make_ledger();
  Surroundings back = real_surroundings();
  const auto now = back.now_us;
  back.now_us = [now] { return now() - 60'000'000; };  // a minute
  back.steady_us = nullptr;
  {
    auto store = Store::open(*files_, book, key_of(1), back);
    ASSERT_TRUE(store);
    const std::string entry = decision(*(*store)->stamp(), 1);
    const std::string_view view = entry;
    ASSERT_TRUE((*store)->append(std::span(&view, 1)));
    ASSERT_TRUE((*store)->publish());
  }
  shipped(book, 3);  // the last one says what the clock did
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(ask("select count(*) from ledger.entry a, ledger.entry b where a.idx = 0 and b.idx = 1 "
                "and b.at >= a.at and b.at < a.at + interval '1 second'"),
            "1");
}

}  // namespace
}  // namespace pac::ledger::test
