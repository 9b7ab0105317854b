// Exchanging the key of a ledger: who trusts the first key alone verifies all of it, and a key that
// nobody introduced, or that was revoked, is found with its entry.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "ledger/file/committer.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/log/pinned.h"
#include "ledger/log/tree.h"
#include "tests/unit/ledger/rotation.h"

namespace pac::ledger {
namespace {

using test::FaultyFiles;
using test::key;
using test::kFolder;
using test::kName;
using test::kStream;
using test::kStreamName;
using test::ledger_key;
using test::RotationTest;
using test::surroundings;

TEST_F(RotationTest, WhoTrustsTheFirstKeyVerifiesAll) {
  auto store = open(ledger_key());
  append(*store, 5);
  EXPECT_EQ(lines_of_checkpoint(store->writer().checkpoint()), 1u);
  ASSERT_TRUE(store->rotate(key(20), "yearly"));
  append(*store, 5);
  EXPECT_EQ(lines_of_checkpoint(store->writer().checkpoint()), 2u) << "both sign meanwhile";
  ASSERT_TRUE(store->retire("yearly"));
  append(*store, 5);
  EXPECT_EQ(lines_of_checkpoint(store->writer().checkpoint()), 1u);
  const NoteKey fresh{kStreamName, key(20).public_key()};
  EXPECT_TRUE(open_checkpoint(store->writer().checkpoint(), kStreamName, std::span(&fresh, 1)));
  ASSERT_TRUE(store->publish());
  const auto report = verify();
  EXPECT_TRUE(report.findings.empty()) << report.findings[0].what;
  EXPECT_EQ(report.streams[0].size, 18u);
  ASSERT_EQ(report.keys.size(), 2u);
  EXPECT_EQ(report.keys[0].usage.last_size, 12u) << "the last tree of the old key";
  EXPECT_EQ(report.keys[1].usage.first_size, 7u);
  EXPECT_EQ(report.keys[1].period.entry, 6u);
  EXPECT_EQ(report.keys[0].period.until, 12u);
  // Who trusts the newer key verifies it too; who trusts a stranger does not.
  EXPECT_TRUE(verify(key(20)).findings.empty());
  EXPECT_FALSE(verify(key(21)).findings.empty());
}

TEST_F(RotationTest, OnlyTheNewKeyGoesOn) {
  auto store = open(ledger_key());
  ASSERT_TRUE(store->rotate(key(20), "x"));
  EXPECT_EQ(store->rotate(key(21), "x").error().code, "PAC6218") << "two sign already";
  ASSERT_TRUE(store->retire("x"));
  EXPECT_EQ(store->retire("x").error().code, "PAC6218") << "only one is left";
  EXPECT_EQ(store->rotate(ledger_key(), "x").error().code, "PAC6218") << "a key is new once";
  store.reset();
  const auto old = Store::open(files_, kFolder, ledger_key(), surroundings());
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, "PAC6210");
  EXPECT_NE(old.error().message.find("retired"), std::string::npos) << old.error().message;
  store = open(key(20));
  ASSERT_TRUE(store);
  EXPECT_TRUE(store->reason().empty()) << store->reason();
  append(*store, 3);
  ASSERT_TRUE(store->rotate(key(21), "again"));
  ASSERT_TRUE(store->retire("again"));
  ASSERT_TRUE(store->publish());
  EXPECT_TRUE(verify().findings.empty());
}

TEST_F(RotationTest, EitherKeyOpensTheOverlapAndBothSign) {
  auto store = open(ledger_key());
  ASSERT_TRUE(store->rotate(key(20), "x"));
  store.reset();
  for (const auto& keys :
       {std::vector{ledger_key()}, std::vector{key(20)}, std::vector{key(20), ledger_key()}}) {
    auto both = Store::open(files_, kFolder, std::span(keys), surroundings());
    ASSERT_TRUE(both) << both.error().message;
    append(**both, 2);
    EXPECT_EQ(lines_of_checkpoint((*both)->writer().checkpoint()), keys.size());
    ASSERT_TRUE((*both)->publish());
    both->reset();
    EXPECT_TRUE(verify().findings.empty());
  }
}

// No entry of a caller can say which keys sign.
TEST_F(RotationTest, EntriesOfKeysAreNotTakenFromCallers) {
  auto store = open(ledger_key());
  KeyEvent event;
  event.key = {kStreamName, key(66).public_key()};
  event.role = kLogRole;
  const std::string entry = *key_entry(*store->stamp(), event);
  const std::string_view view = entry;
  EXPECT_EQ(store->append(std::span(&view, 1)).error().code, "PAC6207");
  EXPECT_EQ(store->writer().size(), 1u);
}

// A thief who can write the folder, but has not the key: he appends the entry that introduces his
// own key, and goes on with that.
TEST_F(RotationTest, AKeyThatNobodyIntroducedIsFoundWithItsEntry) {
  {
    auto store = open(ledger_key());
    append(*store, 4);
    ASSERT_TRUE(store->publish());
  }
  auto recovered = recover(files_, kStream, NoteKey{kStreamName, ledger_key().public_key()});
  ASSERT_TRUE(recovered);
  const NoteSigner thief = *NoteSigner::make(kStreamName, key(66));
  auto writer = StreamWriter::open(files_, kStream, thief, std::move(*recovered));
  ASSERT_TRUE(writer);
  KeyEvent event;
  event.key = {kStreamName, key(66).public_key()};
  event.role = kLogRole;
  for (const std::string& entry :
       {*key_entry({kStreamName, 0, std::string(32, '0')}, event), std::string("more")}) {
    const std::string_view view = entry;
    ASSERT_TRUE((*writer)->append(std::span(&view, 1)));
  }
  ASSERT_TRUE((*writer)->publish());
  const auto report = verify();
  ASSERT_FALSE(report.findings.empty());
  bool names_entry = false;
  for (const LedgerFinding& one : report.findings) names_entry = names_entry || one.index == 5;
  EXPECT_TRUE(names_entry) << report.findings[0].index << report.findings[0].what;
}

// The same, and the frame with the entry has the last checkpoint that the good key signed.
TEST_F(RotationTest, AKeyThatIntroducesItselfIsFound) {
  {
    auto store = open(ledger_key());
    append(*store, 4);
    ASSERT_TRUE(store->publish());
  }
  auto recovered = recover(files_, kStream, NoteKey{kStreamName, ledger_key().public_key()});
  ASSERT_TRUE(recovered);
  NoteSigner signer = *NoteSigner::make(kStreamName, ledger_key());
  auto writer = StreamWriter::open(files_, kStream, signer, std::move(*recovered));
  ASSERT_TRUE(writer);
  signer.replace_keys({key(66)});
  KeyEvent event;
  event.key = {kStreamName, key(66).public_key()};
  event.role = kLogRole;
  for (const std::string& entry :
       {*key_entry({kStreamName, 0, std::string(32, '0')}, event), std::string("more")}) {
    const std::string_view view = entry;
    ASSERT_TRUE((*writer)->append(std::span(&view, 1)));
  }
  const auto report = verify();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].index, 6u);
  EXPECT_NE(report.findings[0].what.find("never introduced: no key before it signed the entry 5"),
            std::string::npos)
      << report.findings[0].what;
}

// Without such an entry it is a signature of nobody.
TEST_F(RotationTest, AnotherKeyIsFound) {
  auto store = open(ledger_key());
  append(*store, 4);
  ASSERT_TRUE(store->publish());
  const auto checkpoint =
      Checkpoint{kStreamName, store->writer().size(), store->writer().root(), {}};
  const NoteSigner thief = *NoteSigner::make(kStreamName, key(66));
  const std::string forged = *sign_checkpoint(checkpoint, std::span(&thief, 1));
  *files_.durable_bytes(kStream + "/checkpoint") = forged;
  EXPECT_FALSE(verify().findings.empty());
}

TEST_F(RotationTest, ARetiredKeySignsNoMore) {
  auto store = open(ledger_key());
  ASSERT_TRUE(store->rotate(key(20), "x"));
  ASSERT_TRUE(store->retire("x"));
  append(*store, 2);
  ASSERT_TRUE(store->publish());
  const auto checkpoint =
      Checkpoint{kStreamName, store->writer().size(), store->writer().root(), {}};
  const NoteSigner old = *NoteSigner::make(kStreamName, ledger_key());
  *files_.durable_bytes(kStream + "/checkpoint") = *sign_checkpoint(checkpoint, std::span(&old, 1));
  const auto report = verify();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_NE(report.findings[0].what.find("retired"), std::string::npos) << report.findings[0].what;
}

TEST_F(RotationTest, AnEditedKeyEntryIsFound) {
  auto store = open(ledger_key());
  append(*store, 2);
  ASSERT_TRUE(store->rotate(key(20), "x"));
  append(*store, 2);
  ASSERT_TRUE(store->retire("x"));
  ASSERT_TRUE(store->publish());
  const std::string segment = segments_of(files_, kStream)->front().path;
  std::string& bytes = *files_.durable_bytes(segment);
  const std::size_t at = bytes.find("\"event\":\"introduce\"");
  ASSERT_NE(at, bytes.npos);
  bytes[bytes.find("\"reason\":\"x\"", at) + 10] = 'y';
  const auto report = verify();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].index, 3u) << report.findings[0].what;
}

// ledger.json is a help for finding keys, not a witness: what verifies does not believe it.
TEST_F(RotationTest, ALedgerJsonThatLiesIntroducesNobody) {
  auto store = open(ledger_key());
  append(*store, 2);
  ASSERT_TRUE(store->publish());
  StoreSettings lying = store->settings();
  KeyEvent event;
  event.key = {kStreamName, key(66).public_key()};
  event.role = kLogRole;
  lying.keys.push_back({1, 1, *key_entry(*store->stamp(), event)});
  store.reset();
  ASSERT_TRUE(write_settings(files_, kFolder, lying));
  EXPECT_TRUE(read_settings(files_, kFolder)->keys.empty()) << "the log says nothing of the kind";
  EXPECT_EQ(Store::open(files_, kFolder, key(66), surroundings()).error().code, "PAC6210");
  EXPECT_TRUE(verify().findings.empty());
}

TEST_F(RotationTest, ALedgerJsonOfAnEarlierDayIsMended) {
  auto store = open(ledger_key());
  const StoreSettings before = store->settings();
  append(*store, 2);
  ASSERT_TRUE(store->rotate(key(20), "x"));
  ASSERT_TRUE(store->retire("x"));
  store.reset();
  ASSERT_TRUE(write_settings(files_, kFolder, before));
  EXPECT_EQ(Store::open(files_, kFolder, key(66), surroundings()).error().code, "PAC6210");
  ASSERT_TRUE(write_settings(files_, kFolder, before));
  store = open(key(20));
  ASSERT_TRUE(store);
  EXPECT_EQ(store->stream(), 1u);
  EXPECT_EQ(store->settings().keys.size(), 2u);
  append(*store, 2);
  ASSERT_TRUE(store->publish());
  store.reset();
  ASSERT_TRUE(write_settings(files_, kFolder, before));
  EXPECT_EQ(Store::open(files_, kFolder, ledger_key(), surroundings()).error().code, "PAC6210")
      << "the key that retired opens nothing";
  EXPECT_TRUE(verify().findings.empty());
}

// The record is written before the entry: without the entry it says nothing.
TEST_F(RotationTest, ARotationThatFoundNoRoomDidNotHappen) {
  auto store = open(ledger_key());
  append(*store, 2);
  StoreSettings planned = store->settings();
  KeyEvent event;
  event.key = {kStreamName, key(20).public_key()};
  event.role = kLogRole;
  planned.keys.push_back({1, store->writer().size(), *key_entry(*store->stamp(), event)});
  store.reset();
  ASSERT_TRUE(write_settings(files_, kFolder, planned));
  store = open(ledger_key());
  ASSERT_TRUE(store);
  EXPECT_TRUE(store->settings().keys.empty());
  append(*store, 2);
  ASSERT_TRUE(store->rotate(key(20), "now"));
  ASSERT_TRUE(store->retire("now"));
  EXPECT_EQ(read_settings(files_, kFolder)->keys.size(), 2u);
  EXPECT_TRUE(verify().findings.empty());
}

TEST_F(RotationTest, UnderLoadEachAnswerIsTrueAndTheLogVerifies) {
  auto store = open(ledger_key());
  std::int64_t clock = 0;
  Committer committer(*store, [&clock] { return clock += 300'000; });
  std::atomic<int> wrong = 0;
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 150; ++i) {
        const auto recorded = committer.record(std::to_string(t) + "/" + std::to_string(i));
        if (!recorded) ++wrong;
        ++done;
      }
    });
  }
  for (int rotation = 0; rotation < 3; ++rotation) {
    while (done < 120 * (rotation + 1)) std::this_thread::yield();
    committer.with_store([&](Store& s) {
      if (!s.rotate(key(static_cast<std::uint8_t>(20 + rotation)), "load")) ++wrong;
    });
    while (done < 120 * (rotation + 1) + 60) std::this_thread::yield();
    committer.with_store([&](Store& s) {
      if (!s.retire("load")) ++wrong;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  ASSERT_TRUE(store->publish());
  const auto report = verify();
  EXPECT_TRUE(report.findings.empty()) << report.findings[0].what;
  EXPECT_EQ(report.streams[0].size, 1u + 600u + 6u);
  EXPECT_EQ(report.keys.size(), 4u);
}

// What can go wrong at each operation of a rotation: whoever has the keys that he still needs goes
// on in the same stream, and the first key verifies all of it.
TEST(RotationAndPowerLoss, AtEveryOperation) {
  using test::Fault;
  const auto put = [](Store& store, const std::string& entry) {
    const std::string_view view = entry;
    return store.append(std::span(&view, 1)).has_value();
  };
  // Until something fails; whether the old key was seen to have retired.
  const auto live = [&](FaultyFiles& files) {
    const std::array keys = {ledger_key(), key(20)};
    auto store = Store::open(files, kFolder, std::span(keys), surroundings());
    if (!store || !put(**store, "a") || !put(**store, "b")) return false;
    if (!(*store)->rotate(key(20), "x") || !put(**store, "c")) return false;
    if (!(*store)->retire("x")) return false;
    (void)put(**store, "d");
    return true;
  };
  const auto init = [](FaultyFiles& files) {
    EXPECT_TRUE(init_store(files, kFolder, {kName, ledger_key().public_key()}));
  };
  FaultyFiles counted(1);
  init(counted);
  ASSERT_TRUE(live(counted));
  const std::uint64_t operations = counted.operations();
  int finished = 0;
  for (const Fault fault : {Fault::power, Fault::no_room, Fault::short_write, Fault::device}) {
    for (std::uint64_t at = 1; at <= operations; ++at) {
      FaultyFiles files(at);
      init(files);
      files.fail_at(at, fault);
      const bool has_retired = live(files);
      finished += has_retired ? 1 : 0;
      if (fault == Fault::power) files.lose_power();
      files.fail_at(0, Fault::none);
      const std::string where =
          "fault " + std::to_string(static_cast<int>(fault)) + " at " + std::to_string(at);
      // The old key is destroyed once it was seen to have retired.
      const std::array both = {key(20), ledger_key()};
      auto store =
          Store::open(files, kFolder, std::span(both).first(has_retired ? 1 : 2), surroundings());
      ASSERT_TRUE(store) << where << ": " << store.error().message;
      ASSERT_EQ((*store)->stream(), 1u) << where << ": " << (*store)->reason();
      ASSERT_TRUE(put(**store, "e")) << where;
      const StreamKeys now = stream_keys((*store)->settings(), 1);
      if (now.place_of(key(20).public_key()) == std::nullopt) {
        ASSERT_TRUE((*store)->rotate(key(20), "again")) << where;
      }
      if (stream_keys((*store)->settings(), 1).newest().size() == 2) {
        ASSERT_TRUE((*store)->retire("again")) << where;
      }
      ASSERT_TRUE((*store)->publish()) << where;
      store->reset();
      const auto verified = verify_store(files, kFolder, ledger_key().public_key());
      ASSERT_TRUE(verified && verified->findings.empty())
          << where << ": " << (verified ? verified->findings[0].what : verified.error().message);
      EXPECT_TRUE(Store::open(files, kFolder, key(20), surroundings())) << where;
    }
  }
  EXPECT_GT(finished, 0);
}

// One entry and one batch: nobody waits for more than that.
TEST_F(RotationTest, CostsABatch) {
  auto store = open(ledger_key());
  append(*store, 300);
  const std::uint64_t before = store->writer().size();
  ASSERT_TRUE(store->rotate(key(20), "x"));
  EXPECT_EQ(store->writer().size(), before + 1);
}

TEST_F(RotationTest, ANewStreamGoesOnWithTheKeysOfTheOneBefore) {
  auto store = open(ledger_key(), {9'000, 1});
  ASSERT_TRUE(store->rotate(key(20), "x"));
  ASSERT_TRUE(store->retire("x"));
  append(*store, 400);
  ASSERT_TRUE(store->publish());
  store.reset();
  std::string& bytes = *files_.durable_bytes(segments_of(files_, kStream)->back().path);
  bytes[bytes.size() / 2] ^= 1;
  EXPECT_EQ(Store::open(files_, kFolder, ledger_key(), surroundings()).error().code, "PAC6210");
  store = open(key(20));
  ASSERT_TRUE(store);
  EXPECT_EQ(store->stream(), 2u);
  append(*store, 3);
  ASSERT_TRUE(store->rotate(key(21), "y"));
  ASSERT_TRUE(store->retire("y"));
  ASSERT_TRUE(store->publish());
  for (const LedgerFinding& one : verify().findings) EXPECT_EQ(one.stream, 1u) << one.what;
}

TEST(LimitsOfALedger, RecordsOfKeys) {
  FaultyFiles files(1);
  StoreSettings settings;
  settings.origin = kName;
  settings.key = ledger_key().public_key();
  ASSERT_TRUE(init_store(files, kFolder, settings));
  settings.keys.push_back({1, 1, std::string((std::size_t{1} << 20) - 1000, 'x')});
  EXPECT_TRUE(write_settings(files, kFolder, settings));
  settings.keys.back().entry += std::string(1000, 'x');
  EXPECT_EQ(write_settings(files, kFolder, settings).error().code, "PAC6218");
}

}  // namespace
}  // namespace pac::ledger
