// Group commit: many threads, one sync for all who wait; what is answered is there, once.
#include "ledger/file/committer.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

const std::string kFolder = "ledger";

class CommitterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(init_store(files_, kFolder, {"log.example/c", test::ledger_key().public_key()}));
    auto store = Store::open(files_, kFolder, test::ledger_key(), test::surroundings());
    ASSERT_TRUE(store);
    store_ = std::move(*store);
  }
  std::size_t frames() {
    std::size_t out = 0;
    const auto segments = segments_of(files_, stream_folder(kFolder, 1));
    for (const SegmentFile& segment : *segments) {
      auto reader = SegmentReader::open(files_, segment.path, UINT64_MAX);
      while (*reader->next() == SegmentReader::Step::frame) ++out;
    }
    return out;
  }
  test::FaultyFiles files_{1};
  std::unique_ptr<Store> store_;
};

TEST_F(CommitterTest, EachAnswerIsTrueAndThereOnce) {
  Committer committer(*store_, [] { return std::int64_t{0}; });
  std::mutex mutex;
  std::map<std::uint64_t, std::string> answers;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const std::string entry = std::to_string(t) + "/" + std::to_string(i);
        const auto recorded = committer.record(entry);
        ASSERT_TRUE(recorded) << recorded.error().message;
        EXPECT_LT(recorded->index, recorded->size);
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(answers.emplace(recorded->index, entry).second) << "two have one index";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answers.size(), 800u);
  const auto entries = test::entries_of_stream(files_, kFolder, 1);
  ASSERT_EQ(entries.size(), 801u);
  for (const auto& [index, entry] : answers) EXPECT_EQ(entries[index], entry);
  EXPECT_EQ(committer.waiting(), 0u);
}

// The first sync takes until seven others wait: they share one frame.
TEST_F(CommitterTest, ThoseWhoWaitShareAFrame) {
  Committer committer(*store_, [] { return std::int64_t{0}; });
  const std::size_t before = frames();
  files_.before_next_sync([&] {
    while (committer.waiting() < 8) std::this_thread::yield();
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] { EXPECT_TRUE(committer.record("waits " + std::to_string(t))); });
  }
  for (std::thread& thread : threads) thread.join();
  // The first of them may have had one or more with it.
  EXPECT_LE(frames(), before + 2);
  EXPECT_EQ(store_->writer().size(), 9u);
}

// While a first batch syncs, a second that is worth hashing is closed and hashed: it is written in
// a frame of its own.
TEST_F(CommitterTest, ManyWhoWaitAreHashedMeanwhile) {
  Committer committer(*store_, [] { return std::int64_t{0}; });
  const std::size_t before = frames();
  std::vector<std::thread> threads;
  files_.before_next_sync([&] {
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        const std::string entry = std::to_string(t) + std::string(20'000, 'x');
        EXPECT_TRUE(committer.record(entry));
      });
    }
    while (committer.waiting() < 9) std::this_thread::yield();
  });
  EXPECT_TRUE(committer.record("first"));
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(frames(), before + 4);
  EXPECT_EQ(store_->writer().size(), 10u);
  EXPECT_TRUE(store_->publish());
  const auto verified = verify_store(files_, kFolder, test::ledger_key().public_key());
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->findings.empty());
}

TEST(LimitsOfALedger, WhatWaits) {
  test::FaultyFiles files(1);
  ASSERT_TRUE(init_store(files, kFolder, {"log.example/c", test::ledger_key().public_key()}));
  auto store = Store::open(files, kFolder, test::ledger_key(), test::surroundings());
  ASSERT_TRUE(store);
  Committer committer(**store, [] { return std::int64_t{0}; }, {1'000, true});
  std::string refused;
  files.before_next_sync([&] {
    // 902 of the 1,000 bytes wait: 99 are too many.
    refused = committer.record(std::string(97, 'x')).error().code;
  });
  EXPECT_TRUE(committer.record(std::string(900, 'x')));
  EXPECT_EQ(refused, "PAC6213");
  EXPECT_TRUE(committer.record(std::string(5'000, 'x'))) << "one that waits alone is taken";
  EXPECT_EQ((*store)->writer().size(), 3u);
}

TEST_F(CommitterTest, AFailureIsToldToAllAndNothingMoreIsRecordedAfterAFailedSync) {
  Committer committer(*store_, [] { return std::int64_t{0}; });
  ASSERT_TRUE(committer.record("first"));
  files_.fail_at(2, test::Fault::device);  // the write succeeds, the sync does not
  EXPECT_EQ(committer.record("second").error().code, "PAC6205");
  EXPECT_EQ(committer.record("third").error().code, "PAC6205");
  EXPECT_EQ(committer.record(std::string(70'000, 'x')).error().code, "PAC6206");
}

}  // namespace
}  // namespace pac::ledger
