// The embedded store: who may write it, what it does after damage, and that no change goes unseen.
#include "ledger/file/store.h"

#include <gtest/gtest.h>

#include <functional>

#include "ledger/file/folder_tiles.h"
#include "ledger/file/limits.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/verify.h"
#include "ledger/log/limits.h"
#include "ledger/log/proof.h"
#include "runtime/crypto/encoding.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

using test::FaultyFiles;
using test::ledger_key;
using test::surroundings;

const std::string kFolder = "ledger";
const std::string kStream = "ledger/streams/0001";
constexpr const char* kLedgerOrigin = "log.example/store";

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(init_store(files_, kFolder, {kLedgerOrigin, ledger_key().public_key()}));
  }
  Result<std::unique_ptr<Store>> open(StreamLimits limits = {}) {
    return Store::open(files_, kFolder, ledger_key(), surroundings(), limits);
  }
  // Entry i, from 1 on, has the text "entry-i." in it; entry 0 opens the stream.
  void fill(int batches, int each) {
    auto store = open({9'000, 1});
    ASSERT_TRUE(store) << store.error().message;
    for (int b = 0; b < batches; ++b) {
      std::vector<std::string> batch;
      for (int i = 0; i < each; ++i) batch.push_back("entry-" + std::to_string(++written_) + ".");
      const std::vector<std::string_view> views(batch.begin(), batch.end());
      ASSERT_TRUE((*store)->append(views));
    }
    ASSERT_TRUE((*store)->publish());
  }
  VerifiedStore verify() {
    auto verified = verify_store(files_, kFolder, ledger_key().public_key());
    EXPECT_TRUE(verified);
    return std::move(*verified);
  }
  std::string segment_with(const std::string& text, std::size_t* at) {
    for (const std::string& path : files_.paths()) {
      if (path.find("/segments/") == path.npos) continue;
      *at = files_.durable_bytes(path)->find(text);
      if (*at != std::string::npos) return path;
    }
    ADD_FAILURE() << "no segment has " << text;
    return {};
  }
  std::string newest_segment() { return segments_of(files_, kStream)->back().path; }

  FaultyFiles files_{1};
  int written_ = 0;
};

// Small frames get zeros behind them, so that a sync has less to do.
class RoomAhead : public StoreTest {
 protected:
  static constexpr StreamLimits kLimits{64'000, 0, 2'000, 8'000};

  Result<Appended> append_one(Store& store) {
    const std::string entry = "entry-" + std::to_string(++written_) + ".";
    const std::string_view view = entry;
    return store.append(std::span(&view, 1));
  }
  // Until there is some behind the last frame.
  void fill_to_room(Store& store) {
    for (int i = 0; i < 40 && room() == 0; ++i) ASSERT_TRUE(append_one(store));
    ASSERT_GT(room(), 1'000u);
  }
  std::size_t room() {
    const std::string& bytes = *files_.durable_bytes(newest_segment());
    const std::size_t last = bytes.find_last_not_of('\0');
    const std::size_t zeros = bytes.size() - 1 - last;
    return zeros < 10 ? 0 : zeros;  // a checksum may end with some
  }
  // The entries that can be read, but for those that the store wrote itself.
  std::size_t entries() {
    std::size_t found = 0;
    const auto read = read_entries(files_, kStream, 0, UINT64_MAX, [&](auto, std::string_view one) {
      found += one.starts_with("entry-") ? 1 : 0;
      return true;
    });
    EXPECT_TRUE(read) << read.error().message;
    return found;
  }
};

TEST_F(RoomAhead, IsNoPartOfTheLedger) {
  {
    auto store = open(kLimits);
    ASSERT_TRUE(store);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(append_one(**store));
    EXPECT_EQ(room(), 0u) << "a short segment has none";
    fill_to_room(**store);
    EXPECT_EQ(entries(), static_cast<std::size_t>(written_));
    const std::size_t before = room();
    const std::size_t size = files_.durable_bytes(newest_segment())->size();
    ASSERT_TRUE(append_one(**store));
    EXPECT_LT(room(), before);
    EXPECT_EQ(files_.durable_bytes(newest_segment())->size(), size) << "the frame went into it";
    ASSERT_TRUE((*store)->publish());
  }
  EXPECT_TRUE(verify().findings.empty());
  const int recorded = written_;
  {
    auto store = open(kLimits);
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->reason(), "") << "no damage";
    EXPECT_EQ(room(), 0u) << "the last segment is copied without it";
    EXPECT_EQ(entries(), static_cast<std::size_t>(recorded));
    // Over several segments, of which each says how much of the one before it counts.
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(append_one(**store));
    EXPECT_GT(segments_of(files_, kStream)->size(), 2u);
  }
  EXPECT_EQ(entries(), static_cast<std::size_t>(written_));
  EXPECT_TRUE(verify().findings.empty());
}

TEST_F(RoomAhead, HidesNoDamageOfTheFrameBeforeIt) {
  {
    auto store = open(kLimits);
    ASSERT_TRUE(store);
    fill_to_room(**store);
  }
  const std::string whole = *files_.durable_bytes(newest_segment());
  const std::size_t last = whole.find("entry-" + std::to_string(written_) + ".");
  ASSERT_NE(last, whole.npos);
  files_.durable_bytes(newest_segment())->at(last) ^= 1;
  EXPECT_EQ(verify().findings.size(), 1u);
  auto store = open(kLimits);
  ASSERT_TRUE(store);
  EXPECT_NE((*store)->reason(), "") << "it was written to its end, and is no torn one";
}

// Reading zeros has an end, however many somebody puts there.
TEST_F(RoomAhead, IsNeverLongerThanASegment) {
  {
    auto store = open(kLimits);
    ASSERT_TRUE(store);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(append_one(**store));
  }
  const auto last_step = [&](std::uint64_t zeros) {
    std::string& bytes = *files_.durable_bytes(newest_segment());
    const std::size_t frames = bytes.size();
    bytes.resize(frames + zeros);
    auto reader = SegmentReader::open(files_, newest_segment(), UINT64_MAX);
    EXPECT_TRUE(reader);
    auto step = reader->next();
    while (step && *step == SegmentReader::Step::frame) step = reader->next();
    EXPECT_EQ(reader->offset(), frames);
    EXPECT_TRUE(verify().findings.empty());
    bytes.resize(frames);
    return *step;
  };
  EXPECT_EQ(last_step(kSegmentBytes), SegmentReader::Step::end);
  EXPECT_EQ(last_step(kSegmentBytes + 1), SegmentReader::Step::damaged);
}

TEST_F(RoomAhead, LargeFramesGetNone) {
  auto store = open(kLimits);
  ASSERT_TRUE(store);
  for (int i = 0; i < 5; ++i) {
    const std::string entry(4'000, 'x');
    const std::string_view view = entry;
    ASSERT_TRUE((*store)->append(std::span(&view, 1)));
    EXPECT_EQ(room(), 0u);
  }
}

TEST_F(RoomAhead, IsDoneWithoutWhereTheDiskIsFull) {
  auto store = open(kLimits);
  ASSERT_TRUE(store);
  for (const auto fault : {test::Fault::no_room, test::Fault::short_write}) {
    fill_to_room(**store);
    const std::size_t all = room();
    ASSERT_TRUE(append_one(**store));
    const std::size_t frame = all - room();
    ASSERT_LT(frame, 1'000u);
    while (room() + 4 >= frame) ASSERT_TRUE(append_one(**store));
    // The next frame reaches the end: after its write comes that of more room.
    files_.fail_at(2, fault);
    ASSERT_TRUE(append_one(**store)) << "it has its own place";
    EXPECT_LT(room(), 8 * frame - 10);
  }
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(append_one(**store));
  EXPECT_EQ(entries(), static_cast<std::size_t>(written_));
}

TEST_F(StoreTest, IsMadeOnceAndOpenedByItsKeyByOneAtATime) {
  EXPECT_EQ(init_store(files_, kFolder, {"x", {}}).error().code, "PAC6208");
  EXPECT_EQ(init_store(files_, "other", {"a b", {}}).error().code, "PAC6208");
  EXPECT_EQ(Store::open(files_, "other", ledger_key(), surroundings()).error().code, "PAC6209");
  EXPECT_EQ(
      Store::open(files_, kFolder, *crypto::SigningKey::from_seed({}), surroundings()).error().code,
      "PAC6210");
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(open().error().code, "PAC6202");
  store->reset();
  EXPECT_TRUE(open());
}

TEST_F(StoreTest, GoesOnWhereItEnded) {
  fill(10, 9);
  const auto first = verify();
  ASSERT_EQ(first.streams.size(), 1u);
  EXPECT_EQ(first.streams[0].size, 91u);
  EXPECT_EQ(first.streams[0].published, 91u);
  EXPECT_TRUE(first.findings.empty());
  fill(40, 20);
  const auto second = verify();
  EXPECT_EQ(second.streams[0].size, 891u);
  EXPECT_TRUE(second.findings.empty()) << second.findings[0].what;
  EXPECT_GT(segments_of(files_, kStream)->size(), 2u);
  FolderTiles tiles(files_, kStream);
  Tree tree(tiles, 891);
  EXPECT_TRUE(verify_consistency(91, 891, first.streams[0].root, second.streams[0].root,
                                 *tree.consistency_proof(91, 891)));
  const auto bundle = tiles.bundle({891 / 256, 891 % 256});
  ASSERT_TRUE(bundle);
  EXPECT_EQ(entries_of(*bundle, 891 % 256, true)->back(), "entry-890.");
  EXPECT_EQ(files_.list(kStream + "/tile/entries/000.p")->size(), 0u) << "the full one is there";
}

TEST_F(StoreTest, AnyNumberOfThreadsFindsTheSame) {
  fill(60, 13);
  std::size_t at = 0;
  const std::string path = segment_with("entry-500.", &at);
  for (const bool is_changed : {false, true}) {
    if (is_changed) (*files_.durable_bytes(path))[at] = 'E';
    for (const unsigned threads : {1u, 2u, 7u}) {
      const auto report =
          verify_store(files_, kFolder, ledger_key().public_key(), {}, {}, {}, threads);
      ASSERT_TRUE(report);
      ASSERT_EQ(report->findings.size(), is_changed ? 1u : 0u) << threads;
      // Whose key may have signed the published one is only known once its entries were read.
      EXPECT_EQ(report->streams[0].checkpoints, is_changed ? 38u : 61u) << threads;
      if (is_changed) {
        EXPECT_EQ(report->findings[0].index, 500u) << threads;
      }
    }
  }
}

// Each entry, one of its bytes changed in the frames: the first bad index is that of the entry.
TEST_F(StoreTest, AChangedEntryIsNamed) {
  fill(30, 13);
  for (const int entry : {1, 2, 13, 14, 200, 255, 256, 257, 389, 390}) {
    std::size_t at = 0;
    const std::string path = segment_with("entry-" + std::to_string(entry) + ".", &at);
    std::string& bytes = *files_.durable_bytes(path);
    const std::string good = bytes;
    bytes[at] = 'E';
    const auto report = verify();
    ASSERT_FALSE(report.findings.empty()) << entry;
    EXPECT_EQ(report.findings[0].index, static_cast<std::uint64_t>(entry));
    bytes = good;
  }
  EXPECT_TRUE(verify().findings.empty());
}

// The last batch, acknowledged and not published yet: what was written to its end and became other
// bytes is no end of a batch that the power cut off.
TEST_F(StoreTest, ADecayedLastBatchIsDamageAndATornOneIsNot) {
  const auto last_batch = [&](const std::function<void(std::string&, std::size_t)>& change) {
    files_ = FaultyFiles(1);
    written_ = 0;
    SetUp();
    fill(3, 9);
    const std::string entry = "the last one, " + std::string(3'000, 'x');
    const std::string_view view = entry;
    {
      auto store = open();
      ASSERT_TRUE(store && (*store)->append(std::span(&view, 1)));
    }
    std::string& bytes = *files_.durable_bytes(newest_segment());
    change(bytes, bytes.rfind("pacf"));
  };
  const auto is_damage = [&] {
    const bool is_found = !verify().findings.empty();
    auto store = open();
    EXPECT_TRUE(store);
    EXPECT_EQ(!(*store)->reason().empty(), is_found) << (*store)->reason();
    return is_found;
  };
  last_batch([](std::string& bytes, std::size_t) { bytes[bytes.size() - 100] ^= 4; });
  EXPECT_TRUE(is_damage()) << "an entry";
  last_batch([](std::string& bytes, std::size_t frame) { bytes[frame + 30] ^= 4; });
  EXPECT_TRUE(is_damage()) << "the header";
  last_batch([](std::string& bytes, std::size_t) { bytes.resize(bytes.size() - 100); });
  EXPECT_FALSE(is_damage()) << "cut off";
  last_batch([](std::string& bytes, std::size_t frame) { bytes.resize(frame + 50); });
  EXPECT_FALSE(is_damage()) << "cut off in the header";
  last_batch([](std::string& bytes, std::size_t frame) {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(frame) + 1'000, 512, '\0');
  });
  EXPECT_FALSE(is_damage()) << "a sector was not written";
  last_batch([](std::string& bytes, std::size_t) { bytes.back() = '\0'; });
  EXPECT_FALSE(is_damage()) << "the last sector was not";
  last_batch([](std::string& bytes, std::size_t frame) {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(frame), 60, '\0');
  });
  EXPECT_FALSE(is_damage()) << "the first sector was not";
}

// Whoever mends the checksums as well is found by what was signed.
TEST_F(StoreTest, AForgedFrameIsNamed) {
  fill(30, 13);
  for (const int entry : {30, 390}) {
    std::size_t at = 0;
    const std::string path = segment_with("entry-" + std::to_string(entry) + ".", &at);
    std::string& bytes = *files_.durable_bytes(path);
    const std::string good = bytes;
    const std::size_t begin = bytes.rfind("pacf", at);
    const auto frame = read_frame(std::string_view(bytes).substr(begin));
    ASSERT_TRUE(frame);
    std::string body(frame->body);
    body[body.find("entry-" + std::to_string(entry))] = 'E';
    std::string forged;
    (void)build_frame(frame->header, frame->checkpoint, body, &forged);
    bytes.replace(begin, forged.size(), forged);
    const auto report = verify();
    ASSERT_FALSE(report.findings.empty()) << entry;
    EXPECT_EQ(report.findings[0].index, static_cast<std::uint64_t>(entry));
    bytes = good;
  }
}

TEST_F(StoreTest, ChangedFilesAreFound) {
  fill(45, 13);
  std::size_t changed = 0;
  for (const std::string& path : files_.paths()) {
    if (path.find("/tile/") == path.npos && !path.ends_with("/checkpoint")) continue;
    std::string& bytes = *files_.durable_bytes(path);
    const std::string good = bytes;
    for (const std::size_t at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
      EXPECT_FALSE(verify().findings.empty()) << path << " at " << at;
      bytes = good;
    }
    bytes.pop_back();
    EXPECT_FALSE(verify().findings.empty()) << path;
    bytes = good;
    ++changed;
  }
  EXPECT_GE(changed, 8u);
  EXPECT_TRUE(verify().findings.empty());
}

TEST_F(StoreTest, ARemovedFileIsFound) {
  fill(45, 13);
  for (const std::string& path : files_.paths()) {
    if (path.ends_with("ledger.json") || path.ends_with("lock")) continue;
    FaultyFiles copy = files_;
    copy.forget(path);
    const auto report = verify_store(copy, kFolder, ledger_key().public_key());
    ASSERT_TRUE(report) << path;
    EXPECT_FALSE(report->findings.empty()) << path;
  }
}

// All files put back to an earlier state fit each other: only what is held elsewhere shows it.
TEST_F(StoreTest, AnOldBackupIsFoundByWhoHoldsALaterCheckpoint) {
  fill(10, 10);
  std::map<std::string, std::string> backup;
  for (const std::string& path : files_.paths()) backup[path] = *files_.durable_bytes(path);
  const auto before = verify();
  fill(10, 10);
  const auto after = verify();
  const std::string origin = std::string(kLedgerOrigin) + "/1";
  const std::vector<Checkpoint> later = {{origin, 201, after.streams[0].root, {}}};
  const std::vector<Checkpoint> earlier = {{origin, 101, before.streams[0].root, {}}};
  const auto look = [&](const std::vector<Checkpoint>& known) {
    return *verify_store(files_, kFolder, ledger_key().public_key(), {}, known);
  };
  EXPECT_TRUE(look(later).findings.empty());
  EXPECT_TRUE(look(earlier).findings.empty());
  EXPECT_EQ(look({{origin, 101, after.streams[0].root, {}}}).findings.size(), 1u) << "a fork";
  EXPECT_EQ(look({{"log.example/other/1", 1, {}, {}}}).findings.size(), 1u);
  for (const std::string& path : files_.paths()) {
    if (backup.contains(path)) {
      *files_.durable_bytes(path) = backup[path];
    } else {
      files_.forget(path);
    }
  }
  ASSERT_TRUE(
      replace_file(files_, kStream + "/tile/0/000.p/101", backup[kStream + "/tile/0/000.p/101"]));
  ASSERT_TRUE(replace_file(files_, kStream + "/tile/entries/000.p/101",
                           backup[kStream + "/tile/entries/000.p/101"]));
  EXPECT_TRUE(look({}).findings.empty()) << look({}).findings[0].what;
  EXPECT_TRUE(look(earlier).findings.empty());
  const auto found = look(later).findings;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].index, 101u);
}

TEST_F(StoreTest, AnotherKeyIsNotBelieved) {
  fill(2, 3);
  const auto report =
      verify_store(files_, kFolder, crypto::SigningKey::from_seed({})->public_key());
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->findings.empty());
}

// A tail that is cut off below the published checkpoint is damage: the old stream is left as it is
// and a new one says what is missing.
TEST_F(StoreTest, AfterALostTailANewStreamNamesIt) {
  fill(10, 10);
  std::string& bytes = *files_.durable_bytes(newest_segment());
  bytes.resize(bytes.rfind("pacf"));
  const auto cut = verify();
  ASSERT_EQ(cut.findings.size(), 1u);
  EXPECT_EQ(cut.findings[0].index, 91u);
  const std::string left = bytes;
  {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ((*store)->stream(), 2u);
    EXPECT_NE((*store)->reason(), "");
  }
  EXPECT_EQ(*files_.durable_bytes(newest_segment()), left) << "evidence is not touched";
  const auto entries = test::entries_of_stream(files_, kFolder, 2);
  ASSERT_EQ(entries.size(), 1u);
  const auto opening = json::parse(entries[0]);
  ASSERT_TRUE(opening);
  const json::Value& previous = *opening->find("previous");
  EXPECT_EQ(previous.find("origin")->as_string(), std::string(kLedgerOrigin) + "/1");
  EXPECT_EQ(previous.find("size")->as_int(), 91);
  EXPECT_EQ(previous.find("missing_below")->as_int(), 101);
  EXPECT_EQ(previous.find("root")->as_string(),
            crypto::to_base64(crypto::view(cut.streams[0].root)));
  // It goes on in the new stream, and is not opened anew each time.
  {
    auto store = open();
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->stream(), 2u);
    EXPECT_EQ((*store)->reason(), "");
    const std::string_view entry = "more";
    EXPECT_TRUE((*store)->append(std::span(&entry, 1)));
    ASSERT_TRUE((*store)->publish());
  }
  const auto report = verify();
  ASSERT_EQ(report.streams.size(), 2u);
  EXPECT_EQ(report.streams[1].size, 2u);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].stream, 1u);
}

// The proof that a stream had more lies in the stream behind it.
TEST_F(StoreTest, AStreamThatIsPutBackIsGivenAwayByTheNextOne) {
  fill(3, 10);
  FaultyFiles earlier = files_;
  fill(7, 10);
  std::string& bytes = *files_.durable_bytes(newest_segment());
  bytes.resize(bytes.rfind("pacf"));
  ASSERT_TRUE(open());  // opens stream 2
  for (const std::string& file : files_.paths()) {
    if (file.starts_with(kStream)) files_.forget(file);
  }
  for (const std::string& file : earlier.paths()) {
    if (!file.starts_with(kStream)) continue;
    ASSERT_TRUE(files_.make_folders(folder_of(file)));
    ASSERT_TRUE(replace_file(files_, file, *earlier.durable_bytes(file)));
  }
  const auto report = verify();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].stream, 1u);
  EXPECT_EQ(report.findings[0].index, 31u);
}

TEST_F(StoreTest, AnEmptyLedgerIsAFinding) {
  fill(1, 1);
  for (const std::string& file : files_.paths()) {
    if (file.starts_with("ledger/streams/")) files_.forget(file);
  }
  const auto report = verify();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].what, "there is no entry, not even the one that opens a ledger");
}

TEST_F(StoreTest, DamageBeforeGoodFramesOpensANewStream) {
  fill(10, 10);
  std::size_t at = 0;
  const std::string path = segment_with("entry-55.", &at);
  (*files_.durable_bytes(path))[at] = 'E';
  // Where tiles and checkpoint are gone too, nothing but the frames behind it shows the damage.
  for (const std::string& file : files_.paths()) {
    if (file.find("/tile/") != file.npos || file.ends_with("/checkpoint")) files_.forget(file);
  }
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->stream(), 2u);
}

TEST_F(StoreTest, ATornTailIsCutAndTheStreamGoesOn) {
  fill(3, 10);
  auto store = open();
  ASSERT_TRUE(store);
  const std::string_view entry = "never published";
  ASSERT_TRUE((*store)->append(std::span(&entry, 1)));
  store->reset();
  std::string& bytes = *files_.durable_bytes(newest_segment());
  bytes.pop_back();
  EXPECT_TRUE(verify().findings.empty()) << "it was never acknowledged as far as the files show";
  store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->stream(), 1u);
  EXPECT_EQ((*store)->writer().size(), 31u);
}

TEST_F(StoreTest, LostTilesAreMadeAgain) {
  fill(45, 13);
  const auto before = verify();
  for (const std::string& path : files_.paths()) {
    if (path.find("/tile/") != path.npos) files_.forget(path);
  }
  ASSERT_FALSE(verify().findings.empty());
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->stream(), 1u) << "what is derived is no evidence";
  store->reset();
  const auto after = verify();
  EXPECT_TRUE(after.findings.empty()) << after.findings[0].what;
  EXPECT_EQ(after.streams[0].root, before.streams[0].root);
}

TEST(LedgerEntry, IsCanonicalAndRefusesWhatWouldChange) {
  const Stamp stamp{"o/1", 1'772'355'600'000'001, std::string(32, 'a')};
  EXPECT_EQ(*external_entry(stamp, " {\"b\": 1.50, \"a\": [true]} "),
            "{\"at\":\"2026-03-01T09:00:00.000001Z\",\"kind\":\"external\",\"nonce\":\"" +
                std::string(32, 'a') +
                "\",\"origin\":\"o/1\",\"record\":{\"a\":[true],\"b\":1.5},\"schema\":1}");
  for (const char* bad :
       {"", "[]", "1", "{\"a\":1,\"a\":2}", "{\"a\":12345678901234567890}",
        "{\"a\":[{\"b\":0.12345678901234567}]}", "{\"a\":1e-400}", "{\"a\":\"\\ud800\"}"}) {
    const auto entry = external_entry(stamp, bad);
    ASSERT_FALSE(entry) << bad;
    EXPECT_EQ(entry.error().code, "PAC6207") << bad;
  }
}

TEST(LimitsOfALedger, BytesOfAnEntry) {
  FaultyFiles files(1);
  ASSERT_TRUE(init_store(files, kFolder, {kLedgerOrigin, ledger_key().public_key()}));
  auto store = Store::open(files, kFolder, ledger_key(), surroundings());
  ASSERT_TRUE(store);
  std::string entry(kMaxEntryBytes, 'x');
  std::string_view view = entry;
  EXPECT_TRUE((*store)->append(std::span(&view, 1)));
  entry += 'x';
  view = entry;
  EXPECT_EQ((*store)->append(std::span(&view, 1)).error().code, "PAC6206");
}

TEST(LimitsOfALedger, EntriesOfABatch) {
  FaultyFiles files(1);
  ASSERT_TRUE(init_store(files, kFolder, {kLedgerOrigin, ledger_key().public_key()}));
  auto store = Store::open(files, kFolder, ledger_key(), surroundings());
  ASSERT_TRUE(store);
  std::vector<std::string_view> batch(kMaxFrameEntries, "x");
  EXPECT_TRUE((*store)->append(batch));
  batch.push_back("x");
  EXPECT_EQ((*store)->append(batch).error().code, "PAC6206");
  const std::string large(kMaxFrameBytes / 2 / 256 - 2, 'x');
  batch.assign(256, large);
  EXPECT_TRUE((*store)->append(batch));
  batch.push_back("");
  EXPECT_EQ((*store)->append(batch).error().code, "PAC6206");
  EXPECT_EQ((*store)->append({}).error().code, "PAC6206");
}

TEST(LimitsOfALedger, Streams) {
  FaultyFiles files(1);
  ASSERT_TRUE(init_store(files, kFolder, {kLedgerOrigin, ledger_key().public_key()}));
  const std::string last = stream_folder(kFolder, kMaxStreams);
  ASSERT_TRUE(files.make_folders(last));
  ASSERT_TRUE(replace_file(files, last + "/checkpoint", "damaged"));
  EXPECT_EQ(Store::open(files, kFolder, ledger_key(), surroundings()).error().code, "PAC6205");
}

}  // namespace
}  // namespace pac::ledger
