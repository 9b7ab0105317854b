// Batches that overlap in a ledger whose answers wait for witnesses and whose keys are exchanged:
// what is hashed ahead is recorded, cosigned and signed as if it had come one after the other.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "ledger/file/committer.h"
#include "ledger/file/entry.h"
#include "ledger/file/pipeline.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

const std::string kFolder = "ledger";
constexpr const char* kName = "log.example/w";

crypto::SigningKey key(std::uint8_t first) {
  crypto::Seed seed{};
  seed[0] = first;
  return *crypto::SigningKey::from_seed(seed);
}

// Witnesses that cosign, are silent, or have seen something else.
class Panel final : public Witnessing {
 public:
  enum class Says : std::uint8_t { yes, nothing, conflict };

  Result<CosignOutcome> cosign(const TileReader&, const std::string& note,
                               const Checkpoint&) override {
    if (before) std::exchange(before, {})();
    if (says == Says::nothing) return fail("PAC6505", "nobody answered");
    CosignOutcome out;
    out.is_conflict = says == Says::conflict;
    out.reason = "a witness has seen something else";
    out.note = note;
    return out;
  }

  std::atomic<Says> says = Says::yes;
  std::function<void()> before;  // once
};

class WitnessedBatchesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(init_store(files_, kFolder, {kName, test::ledger_key().public_key()}));
    open(test::ledger_key());
  }
  void open(const crypto::SigningKey& with) {
    store_.reset();
    Surroundings around = test::surroundings();
    around.witnessing = panel_;
    auto store = Store::open(files_, kFolder, with, std::move(around));
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  static void submit(Pipeline& pipeline, const std::vector<std::string>& entries) {
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    pipeline.submit(views);
  }
  Result<StagedBatch> stage(std::string_view entry) { return store_->stage(std::span(&entry, 1)); }
  bool append(std::string_view entry) { return store_->append(std::span(&entry, 1)).has_value(); }
  static std::string code(const Result<Appended>& appended) {
    return appended ? "" : appended.error().code;
  }
  std::vector<std::string> entries() {
    auto out = test::entries_of_stream(files_, kFolder, 1);
    out.erase(out.begin());  // that opens the stream
    return out;
  }
  void expect_verified() {
    ASSERT_TRUE(store_->publish());
    for (const unsigned threads : {1u, 4u}) {
      const auto verified =
          verify_store(files_, kFolder, test::ledger_key().public_key(), {}, {}, {}, threads);
      ASSERT_TRUE(verified);
      for (const LedgerFinding& finding : verified->findings) ADD_FAILURE() << finding.what;
    }
  }
  std::size_t lines_of_checkpoint() const {
    return decode_note(store_->writer().checkpoint())->signatures.size();
  }

  test::FaultyFiles files_{1};
  std::shared_ptr<Panel> panel_ = std::make_shared<Panel>();
  std::unique_ptr<Store> store_;
};

// The witnesses answer for the first batch only once the second is hashed and handed over.
TEST_F(WitnessedBatchesTest, TheNextBatchIsHashedWhileWitnessesAreAsked) {
  Pipeline pipeline(*store_);
  std::atomic<bool> is_second_there = false;
  bool was_there_in_time = false;
  panel_->before = [&] {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!is_second_there && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    was_there_in_time = is_second_there;
  };
  submit(pipeline, {"one", "two"});
  submit(pipeline, {"three"});
  is_second_there = true;
  const auto first = pipeline.collect();
  const auto second = pipeline.collect();
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(was_there_in_time);
  EXPECT_EQ(first->size, 3u);
  EXPECT_EQ(second->first, 3u);
  EXPECT_EQ(second->size, 4u);
  expect_verified();
}

TEST_F(WitnessedBatchesTest, BehindABatchThatIsNotWitnessedNothingIsRecorded) {
  Pipeline pipeline(*store_);
  std::atomic<bool> is_second_there = false;
  panel_->before = [&] {
    while (!is_second_there) std::this_thread::yield();
  };
  panel_->says = Panel::Says::nothing;
  submit(pipeline, {"one"});
  submit(pipeline, {"two"});
  is_second_there = true;
  EXPECT_EQ(code(pipeline.collect()), "PAC6505");
  EXPECT_EQ(code(pipeline.collect()), "PAC6204");
  EXPECT_EQ(entries(), (std::vector<std::string>{"one"}));
  panel_->says = Panel::Says::yes;
  submit(pipeline, {"two"});
  const auto again = pipeline.collect();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->first, 2u);
  EXPECT_EQ(entries(), (std::vector<std::string>{"one", "two"}));
  expect_verified();
}

TEST_F(WitnessedBatchesTest, BehindAConflictNothingIsRecordedThatWasHashedAhead) {
  auto one = stage("one");
  auto two = stage("two");
  ASSERT_TRUE(one && two);
  panel_->says = Panel::Says::conflict;
  EXPECT_EQ(code(store_->commit(std::move(*one))), "PAC6503");
  panel_->says = Panel::Says::yes;
  EXPECT_EQ(code(store_->commit(std::move(*two))), "PAC6503");
  auto three = stage("three");
  ASSERT_TRUE(three);
  EXPECT_EQ(three->first, 2u);  // it stands on what is recorded
  EXPECT_EQ(code(store_->commit(std::move(*three))), "PAC6503");
  EXPECT_EQ(entries(), (std::vector<std::string>{"one"}));
  EXPECT_EQ(store_->last_appended().size, 2u);
}

// Callers whose batches overlap are told alike what is recorded and has no witnesses.
TEST_F(WitnessedBatchesTest, ManyCallersAreToldWhereTheirEntriesAre) {
  Committer committer(*store_, [] { return std::int64_t{0}; });
  panel_->says = Panel::Says::nothing;
  std::atomic<int> unwitnessed = 0;
  std::vector<std::thread> threads;
  std::set<std::uint64_t> places;
  std::mutex mutex;
  for (char name = 'a'; name < 'e'; ++name) {
    threads.emplace_back([&, name] {
      // Two of them are enough that a batch is hashed while another is written.
      const std::string entry(60'000, name);
      for (int i = 0; i < 5; ++i) {
        const auto recorded = committer.record(entry);
        if (!recorded || !recorded->unwitnessed) continue;
        if (recorded->unwitnessed->code == "PAC6505") ++unwitnessed;
        const std::lock_guard lock(mutex);
        places.insert(recorded->index);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(unwitnessed, 20);
  EXPECT_EQ(places.size(), 20u);
  EXPECT_EQ(entries().size(), 20u);
  panel_->says = Panel::Says::yes;
  EXPECT_TRUE(store_->witness());
  expect_verified();
}

TEST_F(WitnessedBatchesTest, EntriesThatExchangeKeysAreNotHashedAheadByOthers) {
  KeyEvent event;
  event.key = {store_->origin(), key(30).public_key()};
  event.role = kLogRole;
  event.reason = "mine";
  const Stamp stamp = *store_->stamp();
  event.at = time_text(stamp.at_us);
  const auto entry = key_entry(stamp, event);
  ASSERT_TRUE(entry);
  const auto staged = stage(*entry);
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().code, "PAC6207");
  EXPECT_TRUE(append("one"));
  expect_verified();
}

// What the log says counts, whether or not a witness has seen it: a key that retired signs no more.
TEST_F(WitnessedBatchesTest, AKeyIsExchangedAlsoWhereThatIsNotWitnessed) {
  ASSERT_TRUE(append("one"));
  panel_->says = Panel::Says::nothing;
  EXPECT_EQ(store_->rotate(key(30), "yearly").error().code, "PAC6505");
  EXPECT_EQ(lines_of_checkpoint(), 2u);
  EXPECT_EQ(store_->retire("yearly").error().code, "PAC6505");
  EXPECT_EQ(lines_of_checkpoint(), 1u);
  panel_->says = Panel::Says::yes;
  ASSERT_TRUE(append("two"));
  expect_verified();
  open(key(30));
  ASSERT_TRUE(append("three"));
  expect_verified();
}

TEST_F(WitnessedBatchesTest, KeysAreExchangedBetweenBatchesOfManyThreads) {
  Committer committer(*store_, [] { return std::int64_t{0}; });
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (char name = 'a'; name < 'e'; ++name) {
    threads.emplace_back([&, name] {
      const std::string entry(40'000, name);
      for (int i = 0; i < 25; ++i) {
        if (!committer.record(entry)) ++failed;
      }
    });
  }
  for (std::uint8_t i = 30; i < 33; ++i) {
    committer.with_store([&](Store& store) { EXPECT_TRUE(store.rotate(key(i), "soon")); });
    committer.with_store([&](Store& store) { EXPECT_TRUE(store.retire("soon")); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(entries().size(), 106u);
  expect_verified();
}

}  // namespace
}  // namespace pac::ledger
