// Pipelining: the next batch is hashed while one is made durable, results come in order, and behind
// a failure nothing is recorded.
#include "ledger/file/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "ledger/log/note.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

using test::Fault;

const std::string kFolder = "ledger";

class PipelineTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(init_store(files_, kFolder, {"log.example/p", test::ledger_key().public_key()}));
    open(test::surroundings());
  }
  void open(Surroundings around) {
    store_.reset();
    auto store = Store::open(files_, kFolder, test::ledger_key(), std::move(around));
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  void submit(Pipeline& pipeline, const std::vector<std::string>& entries) {
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    pipeline.submit(views);
  }
  std::vector<std::string> entries() {
    auto out = test::entries_of_stream(files_, kFolder, 1);
    out.erase(out.begin());  // that opens the stream
    return out;
  }
  void expect_verified() {
    const auto verified = verify_store(files_, kFolder, test::ledger_key().public_key());
    ASSERT_TRUE(verified);
    for (const LedgerFinding& finding : verified->findings) ADD_FAILURE() << finding.what;
  }

  test::FaultyFiles files_{1};
  std::unique_ptr<Store> store_;
};

// The first sync ends only once the second batch is hashed and handed over.
TEST_F(PipelineTest, ABatchIsHashedWhileTheOneBeforeItSyncs) {
  Pipeline pipeline(*store_);
  std::atomic<bool> is_second_there = false;
  bool was_there_in_time = false;
  files_.before_next_sync([&] {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!is_second_there && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    was_there_in_time = is_second_there;
  });
  submit(pipeline, {"one", "two"});
  submit(pipeline, {"three"});
  is_second_there = true;
  const auto first = pipeline.collect();
  const auto second = pipeline.collect();
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(was_there_in_time);
  EXPECT_EQ(first->first, 1u);
  EXPECT_EQ(first->size, 3u);
  EXPECT_EQ(second->first, 3u);
  EXPECT_EQ(second->size, 4u);
  const auto checkpoint = read_checkpoint_text(decode_note(first->checkpoint)->text);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->size, 3u);
  EXPECT_EQ(entries(), (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(PipelineTest, ManyBatchesStandInTheirOrder) {
  std::vector<std::string> all;
  {
    Pipeline pipeline(*store_);
    std::size_t collected = 1;
    const auto collect = [&] {
      const auto done = pipeline.collect();
      ASSERT_TRUE(done) << done.error().message;
      EXPECT_EQ(done->first, collected);
      collected = done->size;
    };
    for (int i = 0; i < 200; ++i) {
      std::vector<std::string> batch;
      for (int k = 0; k <= i % 7; ++k) batch.push_back(std::to_string(i) + "/" + std::to_string(k));
      all.insert(all.end(), batch.begin(), batch.end());
      submit(pipeline, batch);
      if (pipeline.pending() > 2) collect();
    }
    while (pipeline.pending() > 0) collect();
    EXPECT_EQ(collected, all.size() + 1);
    ASSERT_TRUE(store_->publish());
  }
  EXPECT_EQ(entries(), all);
  expect_verified();
  open(test::surroundings());
  EXPECT_EQ(store_->writer().size(), all.size() + 1);
}

TEST_F(PipelineTest, WhatIsOnItsWayGetsThere) {
  {
    Pipeline pipeline(*store_);
    submit(pipeline, {"one"});
    submit(pipeline, {"two"});
  }
  EXPECT_EQ(entries(), (std::vector<std::string>{"one", "two"}));
}

// No room for the first: those behind it are not recorded either, however far they were, until the
// caller knows; then it goes on.
TEST_F(PipelineTest, BehindAFailureNothingIsRecordedUntilItIsKnown) {
  Pipeline pipeline(*store_);
  submit(pipeline, {"kept"});
  ASSERT_TRUE(pipeline.collect());
  files_.fail_at(1, Fault::no_room);
  for (int i = 0; i < 5; ++i) submit(pipeline, {"lost " + std::to_string(i)});
  for (int i = 0; i < 5; ++i) {
    const auto done = pipeline.collect();
    ASSERT_FALSE(done) << i;
    EXPECT_EQ(done.error().code, "PAC6204") << i;
  }
  submit(pipeline, {"again"});
  submit(pipeline, {"and on"});
  ASSERT_TRUE(pipeline.collect());
  ASSERT_TRUE(pipeline.collect());
  EXPECT_EQ(entries(), (std::vector<std::string>{"kept", "again", "and on"}));
  ASSERT_TRUE(store_->publish());
  expect_verified();
}

TEST_F(PipelineTest, AfterAFailedSyncNothingMoreIsWritten) {
  Pipeline pipeline(*store_);
  submit(pipeline, {"kept"});
  ASSERT_TRUE(pipeline.collect());
  files_.fail_at(2, Fault::device);  // the write succeeds, the sync does not
  submit(pipeline, {"unknown"});
  submit(pipeline, {"behind it"});
  EXPECT_EQ(pipeline.collect().error().code, "PAC6205");
  EXPECT_FALSE(pipeline.collect());
  submit(pipeline, {"later"});
  EXPECT_EQ(pipeline.collect().error().code, "PAC6205");
}

TEST_F(PipelineTest, ABatchThatIsTooLongIsRefusedInItsPlace) {
  Pipeline pipeline(*store_);
  submit(pipeline, {"one"});
  submit(pipeline, {std::string(70'000, 'x')});
  EXPECT_TRUE(pipeline.collect());
  EXPECT_EQ(pipeline.collect().error().code, "PAC6206");
}

// What the clock did is recorded behind the batch, and the next one stands behind that.
TEST_F(PipelineTest, TheClockIsWatched) {
  std::int64_t now = 1'772'355'600'000'000;
  Surroundings around = test::surroundings();
  around.now_us = [&] { return now; };
  open(around);
  Pipeline pipeline(*store_);
  submit(pipeline, {"one"});
  pipeline.settle();
  now -= 10'000'000;
  submit(pipeline, {"two"});
  submit(pipeline, {"three"});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pipeline.collect()) << i;
  const auto all = entries();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1], "two");
  EXPECT_NE(all[2].find("clock"), std::string::npos) << all[2];
  EXPECT_EQ(all[3], "three");
  now -= 1'000'000'000;
  submit(pipeline, {"refused"});
  EXPECT_EQ(pipeline.collect().error().code, "PAC6214");
}

}  // namespace
}  // namespace pac::ledger
