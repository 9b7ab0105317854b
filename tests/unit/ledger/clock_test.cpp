// Clocks: the times of a stream never go back, what the machine's clock did is recorded, and beyond
// the bound nothing else is until it is right again.
#include "ledger/file/clock.h"

#include <gtest/gtest.h>

#include "ledger/file/committer.h"
#include "runtime/base/json.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

using test::FaultyFiles;
using test::ledger_key;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kStart = 1'772'355'600 * kSecond;
const std::string kFolder = "ledger";

class ClockTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(init_store(files_, kFolder, {"log.example/clock", ledger_key().public_key()}));
  }
  std::unique_ptr<Store> open(bool refuses = true) {
    Surroundings around = test::surroundings();
    around.now_us = [this] { return now_; };
    around.steady_us = [this] { return steady_; };
    around.clock.refuses = refuses;
    auto store = Store::open(files_, kFolder, ledger_key(), std::move(around));
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  Result<Appended> append(Store& store) {
    const auto entry = external_entry(*store.stamp(), "{\"a\":1}");
    const std::string_view view = *entry;
    return store.append(std::span(&view, 1));
  }
  void pass(std::int64_t us) {
    now_ += us;
    steady_ += us;
  }
  std::vector<json::Value> entries() {
    std::vector<json::Value> out;
    for (const std::string& text : test::entries_of_stream(files_, kFolder, 1)) {
      out.push_back(*json::parse(text));
    }
    return out;
  }
  static std::string member(const json::Value& entry, const char* name) {
    return entry.find(name)->as_string();
  }
  void expect_times_in_order() {
    std::string last;
    for (const json::Value& entry : entries()) {
      EXPECT_LE(last, member(entry, "at"));
      last = member(entry, "at");
    }
  }

  FaultyFiles files_{1};
  std::int64_t now_ = kStart, steady_ = 5 * kSecond;
};

TEST_F(ClockTest, GoesOnWithTheMachine) {
  auto store = open();
  pass(10 * kSecond);
  ASSERT_TRUE(append(*store));
  pass(3600 * kSecond);
  ASSERT_TRUE(append(*store));
  const auto all = entries();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(member(all[1], "at"), time_text(kStart + 10 * kSecond));
  EXPECT_EQ(member(all[2], "at"), time_text(kStart + 3610 * kSecond));
}

TEST_F(ClockTest, ASmallStepBackIsEvenedOutAndNotTold) {
  auto store = open();
  now_ -= kSecond / 2;
  ASSERT_TRUE(append(*store));
  const auto all = entries();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(member(all[1], "at"), time_text(kStart));
}

TEST_F(ClockTest, AStepBackIsClampedAndRecordedOnce) {
  auto store = open();
  now_ -= 60 * kSecond;
  ASSERT_TRUE(append(*store));
  ASSERT_TRUE(append(*store));
  const auto all = entries();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(member(all[2], "kind"), "clock");
  EXPECT_EQ(all[2].find("behind_us")->as_int(), 60 * kSecond);
  EXPECT_FALSE(all[2].find("refused")->as_bool());
  expect_times_in_order();
  // When it was right in between, it is told again.
  pass(100 * kSecond);
  ASSERT_TRUE(append(*store));
  now_ -= 30 * kSecond;
  ASSERT_TRUE(append(*store));
  EXPECT_EQ(entries().size(), 7u);
  expect_times_in_order();
}

TEST_F(ClockTest, BeyondTheBoundNothingIsRecordedButThat) {
  auto store = open();
  now_ -= 301 * kSecond;
  for (int i = 0; i < 3; ++i) {
    const auto refused = append(*store);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "PAC6214");
  }
  const auto all = entries();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(member(all[1], "kind"), "clock");
  EXPECT_TRUE(all[1].find("refused")->as_bool());
  pass(301 * kSecond);
  EXPECT_TRUE(append(*store));
  expect_times_in_order();
}

TEST_F(ClockTest, WhoAcceptsTheClockGoesOn) {
  auto store = open(false);
  now_ -= 24 * 3600 * kSecond;
  EXPECT_TRUE(append(*store));
  EXPECT_EQ(member(entries().back(), "kind"), "clock");
  expect_times_in_order();
}

TEST_F(ClockTest, AJumpAheadIsRefusedUntilTheLedgerIsOpenedAgain) {
  auto store = open();
  now_ += 3600 * kSecond;
  const auto refused = append(*store);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PAC6214");
  EXPECT_EQ(entries().back().find("jumped_us")->as_int(), 3600 * kSecond);
  EXPECT_FALSE(append(*store));
  store.reset();
  store = open();
  EXPECT_TRUE(append(*store));
  expect_times_in_order();
}

TEST_F(ClockTest, ASmallJumpAheadIsRecorded) {
  auto store = open();
  now_ += 20 * kSecond;
  ASSERT_TRUE(append(*store));
  EXPECT_EQ(entries().back().find("jumped_us")->as_int(), 20 * kSecond);
  ASSERT_TRUE(append(*store));
  EXPECT_EQ(member(entries().back(), "kind"), "external");
}

TEST_F(ClockTest, AStreamThatIsOpenedAgainGoesOnFromItsLastEntry) {
  {
    auto store = open();
    pass(50 * kSecond);
    // To the end of a bundle, so that the next one is empty.
    for (int i = 1; i < 256; ++i) ASSERT_TRUE(append(*store));
  }
  now_ -= 40 * kSecond;
  auto store = open();
  ASSERT_TRUE(append(*store));
  const auto all = entries();
  ASSERT_EQ(all.size(), 258u);
  EXPECT_EQ(member(all[256], "at"), time_text(kStart + 50 * kSecond));
  EXPECT_EQ(member(all[257], "kind"), "clock");
}

TEST_F(ClockTest, ACommitterWritesTheTimeWhereTheEntryGetsItsPlace) {
  auto store = open();
  Committer committer(*store, [this] { return now_; });
  const auto early = external_entry(*committer.stamp(), "{\"a\":1}");
  pass(10 * kSecond);
  const auto late = external_entry(*committer.stamp(), "{\"a\":2}");
  ASSERT_TRUE(committer.record(*late));
  std::string entry = *early;
  ASSERT_TRUE(committer.record(entry, entry.find("\"at\":\"") + 6));
  expect_times_in_order();
  EXPECT_EQ(entries().size(), 3u);
}

}  // namespace
}  // namespace pac::ledger
