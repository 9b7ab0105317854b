// The witness: every row of the table of answers, and that what it cosigned never goes back, over
// restarts, lost power, requests at once and logs that fork.
#include "ledger/witness/witness.h"

#include <gtest/gtest.h>

#include <thread>

#include "ledger/log/tree.h"
#include "ledger/witness/http.h"
#include "ledger/witness/request.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

using test::FaultyFiles;

const std::string kFolder = "w";

Cosigner cosigner() {
  crypto::Seed seed{};
  seed[5] = 9;
  return *Cosigner::make("w.example/1", *crypto::SigningKey::from_seed(seed));
}

Result<std::unique_ptr<Witness>> opened(FileSystem& files) {
  return Witness::open(
      files, kFolder, cosigner(),
      {{test::kOrigin, test::signer().key(), false},
       {"bank.example/credit", test::signer("bank.example/credit/1", 77).key(), true}},
      [] { return std::int64_t{1'772'355'600}; });
}

// A log of entry(0), entry(1), … of which the entries from `fork` on are others.
class Log {
 public:
  explicit Log(std::uint64_t size, std::uint64_t fork = UINT64_MAX) {
    TileBuilder builder;
    const auto keep = [&](const TileId& id, const std::string& bytes) {
      tiles_.files_[tile_path(id)] = bytes;
    };
    for (std::uint64_t i = 0; i < size; ++i) {
      builder.push(leaf_hash(test::entry(i < fork ? i : i + 1'000'000)), keep);
    }
    builder.partial_tiles(keep);
    size_ = size;
  }
  std::string note(std::uint64_t size, const NoteSigner& by = test::signer()) const {
    const Hash root = size == 0 ? empty_root() : *Tree(tiles_, size_).root(size);
    return *sign_checkpoint({by.key().name, size, root, {}}, std::span(&by, 1));
  }
  std::vector<Hash> proof(std::uint64_t old, std::uint64_t size) const {
    if (old == 0 || old == size) return {};
    return *Tree(tiles_, size_).consistency_proof(old, size);
  }
  std::string request(std::uint64_t old, std::uint64_t size) const {
    return encode(AddCheckpoint{old, proof(old, size), note(size)});
  }

 private:
  test::MemoryTiles tiles_;
  std::uint64_t size_ = 0;
};

class WitnessTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    witness_.reset();
    auto made = opened(files_);
    ASSERT_TRUE(made) << made.error().message;
    witness_ = std::move(*made);
  }
  int status(const std::string& body) {
    answer_ = witness_->add_checkpoint(body);
    return answer_.status;
  }
  // Whether the answer is a cosignature of that checkpoint.
  void expect_cosigned(const std::string& note) {
    const auto lines = decode_lines(answer_.body);
    ASSERT_TRUE(lines) << answer_.body;
    Note whole = *decode_note(note);
    add_signatures(*lines, &whole);
    const WitnessKey key = cosigner().key();
    const auto by = cosigners_of(whole, std::span(&key, 1));
    ASSERT_TRUE(by) << by.error().message;
    ASSERT_EQ(by->size(), 1u);
    EXPECT_EQ((*by)[0].time_s, 1'772'355'600);
  }
  void expect_size(std::uint64_t size) {
    EXPECT_EQ(answer_.content_type, "text/x.tlog.size");
    EXPECT_EQ(answer_.body, std::to_string(size) + "\n");
  }

  FaultyFiles files_{1};
  std::unique_ptr<Witness> witness_;
  WitnessAnswer answer_;
  const Log log_{700};
};

TEST_F(WitnessTest, CosignsWhatContinuesWhatItCosigned) {
  std::uint64_t old = 0;
  for (const std::uint64_t size : {1, 2, 255, 256, 257, 700}) {
    EXPECT_EQ(status(log_.request(old, size)), 200) << answer_.body;
    expect_cosigned(log_.note(size));
    EXPECT_EQ(witness_->head(test::kOrigin)->size, size);
    old = size;
  }
  // The same again: another time, the same state.
  EXPECT_EQ(status(log_.request(700, 700)), 200);
  expect_cosigned(log_.note(700));
}

TEST_F(WitnessTest, ALogThatHasNothingYet) {
  EXPECT_EQ(status(log_.request(0, 0)), 200) << answer_.body;
  expect_cosigned(log_.note(0));
  EXPECT_EQ(status(log_.request(0, 10)), 200) << answer_.body;
}

TEST_F(WitnessTest, RequestsThatAreNone) {
  const std::string note = log_.note(5);
  const std::string line = crypto::to_base64(std::string(32, 'x')) + "\n";
  std::string many = "old 1\n";
  for (int i = 0; i < 64; ++i) many += line;
  for (const std::string& bad :
       {std::string(), std::string("old 0"), std::string("old 0\n"), std::string("old 0\n\n"),
        "old 00\n\n" + note, "old -1\n\n" + note, "old 0 \n\n" + note, "OLD 0\n\n" + note,
        "old  0\n\n" + note, "old 18446744073709551616\n\n" + note, "\nold 0\n\n" + note,
        "old 0\nnot base64\n\n" + note, "old 0\nAAAA\n\n" + note, many + "\n" + note,
        "old 0\r\n\r\n" + note, "old 0\n\n" + checkpoint_text({test::kOrigin, 1, {}, {}}),
        std::string("old 0\n\nnot a checkpoint\n\n— x AAAAAAAA\n")}) {
    EXPECT_EQ(status(bad), 400) << bad;
  }
  EXPECT_EQ(witness_->head(test::kOrigin), std::nullopt);
}

TEST_F(WitnessTest, AnOldSizeBeyondTheCheckpoint) {
  ASSERT_EQ(status(log_.request(0, 10)), 200);
  EXPECT_EQ(status(encode(AddCheckpoint{11, {}, log_.note(10)})), 400);
}

TEST_F(WitnessTest, ALogThatIsNotKnown) {
  const NoteSigner other = test::signer("log.example/other");
  EXPECT_EQ(status(encode(AddCheckpoint{0, {}, log_.note(5, other)})), 404);
}

TEST_F(WitnessTest, ACheckpointThatTheLogDidNotSign) {
  // By another key of the same name, and with a signature that was changed.
  EXPECT_EQ(status(encode(AddCheckpoint{0, {}, log_.note(5, test::signer(test::kOrigin, 99))})),
            403);
  Note forged = *decode_note(log_.note(5));
  forged.signatures[0].bytes[9] = static_cast<char>(forged.signatures[0].bytes[9] ^ 1);
  EXPECT_EQ(status(encode(AddCheckpoint{0, {}, encode(forged)})), 403);
  // Lines of others beside the log's own are passed over.
  Note more = *decode_note(log_.note(5));
  more.signatures.insert(more.signatures.begin(), *test::signer("x.example", 3).sign(more.text));
  EXPECT_EQ(status(encode(AddCheckpoint{0, {}, encode(more)})), 200);
}

TEST_F(WitnessTest, AnotherSizeThanItCosigned) {
  ASSERT_EQ(status(log_.request(0, 300)), 200);
  for (const std::uint64_t old : {0, 1, 299, 301}) {
    EXPECT_EQ(status(log_.request(old, 700)), 409);
    expect_size(300);
  }
  // A log that was put back learns that there was more.
  EXPECT_EQ(status(log_.request(200, 200)), 409);
  expect_size(300);
}

TEST_F(WitnessTest, AnotherRootOfTheSameSize) {
  ASSERT_EQ(status(log_.request(0, 300)), 200);
  const Log forked(700, 250);
  EXPECT_EQ(status(forked.request(300, 300)), 409);
  expect_size(300);
  // Both that the log signed are kept: that is evidence.
  const auto kept = files_.list(kFolder + "/refused");
  ASSERT_EQ(kept->size(), 1u);
  EXPECT_EQ(*read_whole(files_, kFolder + "/refused/" + (*kept)[0], 10'000), forked.note(300));
}

TEST_F(WitnessTest, AProofThatDoesNotHold) {
  ASSERT_EQ(status(log_.request(0, 300)), 200);
  const Log forked(700, 250);
  EXPECT_EQ(status(forked.request(300, 700)), 422);
  auto proof = log_.proof(300, 700);
  proof[1][3] ^= 1;
  EXPECT_EQ(status(encode(AddCheckpoint{300, proof, log_.note(700)})), 422);
  EXPECT_EQ(status(encode(AddCheckpoint{300, {}, log_.note(700)})), 422);
  // From nothing, and to the same, a proof is none.
  EXPECT_EQ(status(encode(AddCheckpoint{300, proof, log_.note(300)})), 422);
  EXPECT_EQ(witness_->head(test::kOrigin)->size, 300u);
  EXPECT_EQ(status(log_.request(300, 700)), 200);
}

// However often somebody sends what he signed: the disk does not fill up with it.
TEST_F(WitnessTest, RefusedNotesThatAreKept) {
  ASSERT_EQ(status(log_.request(0, 300)), 200);
  const NoteSigner signer = test::signer();
  for (std::size_t i = 0; i <= kMaxRefusedNotes; ++i) {
    const auto note = sign_checkpoint({test::kOrigin, 300, leaf_hash(std::to_string(i)), {}},
                                      std::span(&signer, 1));
    EXPECT_EQ(status(encode(AddCheckpoint{300, {}, *note})), 409);
    // The same again is kept once.
    if (i == 0) {
      EXPECT_EQ(status(encode(AddCheckpoint{300, {}, *note})), 409);
    }
    const std::size_t kept = files_.list(kFolder + "/refused")->size();
    if (i < 3) {
      EXPECT_EQ(kept, i + 1);
    }
    if (i + 1 >= kMaxRefusedNotes) {
      EXPECT_EQ(kept, kMaxRefusedNotes);
    }
  }
}

TEST_F(WitnessTest, EachStreamOfALedgerIsALog) {
  for (const char* origin : {"bank.example/credit/1", "bank.example/credit/2"}) {
    EXPECT_EQ(status(encode(AddCheckpoint{0, {}, log_.note(5, test::signer(origin, 77))})), 200)
        << origin;
    EXPECT_EQ(witness_->head(origin)->size, 5u);
  }
  for (const char* origin :
       {"bank.example/credit", "bank.example/credit/", "bank.example/credit/0",
        "bank.example/credit/1x", "bank.example/credit/10000", "bank.example/credits/1"}) {
    EXPECT_EQ(status(encode(AddCheckpoint{0, {}, log_.note(5, test::signer(origin, 77))})), 404)
        << origin;
  }
}

TEST_F(WitnessTest, ARestartForgetsNothing) {
  ASSERT_EQ(status(log_.request(0, 300)), 200);
  open();
  EXPECT_EQ(witness_->head(test::kOrigin)->size, 300u);
  EXPECT_EQ(status(Log(700, 250).request(0, 700)), 409);
  EXPECT_EQ(status(log_.request(300, 700)), 200);
}

TEST_F(WitnessTest, OneAtATime) {
  const auto second = opened(files_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "PAC6202");
}

// A state that was changed is not begun anew.
TEST_F(WitnessTest, DamagedStateIsRefused) {
  ASSERT_EQ(status(log_.request(0, 300)), 200);
  witness_.reset();
  const auto names = files_.list(kFolder + "/logs");
  ASSERT_EQ(names->size(), 1u);
  const std::string path = kFolder + "/logs/" + (*names)[0];
  const std::string good = *read_whole(files_, path, 10'000);
  std::string other_size = good;
  other_size.replace(other_size.find("\n300\n"), 5, "\n299\n");
  for (const std::string& bad :
       {std::string(), other_size, log_.note(300), good.substr(0, good.size() / 2)}) {
    ASSERT_TRUE(replace_file(files_, path, bad));
    const auto refused = opened(files_);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, "PAC6501") << refused.error().message;
  }
  ASSERT_TRUE(replace_file(files_, path, good));
  EXPECT_TRUE(opened(files_));
}

// Power that goes at each operation: what was answered is there afterwards, and never more than one
// history is cosigned.
TEST(WitnessPowerTest, WhatWasAnsweredIsNeverForgotten) {
  const Log log(60), forked(60, 7);
  int cut = 0;
  for (std::uint64_t at = 1; at < 60; ++at) {
    for (const test::Fault fault : {test::Fault::power, test::Fault::device, test::Fault::no_room,
                                    test::Fault::short_write}) {
      FaultyFiles files(at);
      std::uint64_t cosigned = 0;
      {
        auto witness = opened(files);
        ASSERT_TRUE(witness);
        files.fail_at(at, fault);
        for (std::uint64_t size = 10; size <= 60; size += 10) {
          const auto answer = (*witness)->add_checkpoint(log.request(cosigned, size));
          if (answer.status != 200) {
            EXPECT_EQ(answer.status, 500);
            ++cut;
            break;
          }
          cosigned = size;
        }
      }
      files.lose_power();
      auto witness = opened(files);
      ASSERT_TRUE(witness) << witness.error().message;
      const auto head = (*witness)->head(test::kOrigin);
      const std::uint64_t known = head ? head->size : 0;
      EXPECT_GE(known, cosigned) << "at " << at;
      EXPECT_LE(known, cosigned + 10) << "at " << at;
      if (known > 0) {
        EXPECT_NE((*witness)->add_checkpoint(forked.request(known, 60)).status, 200) << at;
      }
      EXPECT_EQ((*witness)->add_checkpoint(log.request(known, 60)).status, 200) << at;
    }
  }
  EXPECT_GT(cut, 20);
}

// That would not be seen if the disk only said that it had synced.
TEST(WitnessPowerTest, ADiskThatDoesNotSyncIsFoundByThisTest) {
  const Log log(60);
  int forgotten = 0;
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    FaultyFiles files(seed);
    files.ignore_sync_data();
    files.ignore_sync_folder();
    auto witness = opened(files);
    if (!witness) continue;
    if ((*witness)->add_checkpoint(log.request(0, 60)).status != 200) continue;
    witness->reset();
    files.lose_power();
    const auto again = opened(files);
    if (!again || !(*again)->head(test::kOrigin)) ++forgotten;
  }
  EXPECT_GT(forgotten, 0);
}

// Two histories, and two sizes, at once: one of each wins, and no size has two roots.
TEST(WitnessThreadsTest, RequestsAtOnceTakeTurns) {
  for (int round = 0; round < 20; ++round) {
    FaultyFiles files(1);
    auto witness = opened(files);
    ASSERT_TRUE(witness);
    const Log log(60), forked(60, 7);
    ASSERT_EQ((*witness)->add_checkpoint(log.request(0, 5)).status, 200);
    std::vector<int> statuses(8);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < statuses.size(); ++i) {
        const std::string body = (i % 2 == 0 ? log : forked).request(5, 20 + i / 2);
        threads.emplace_back(
            [&, i, body] { statuses[i] = (*witness)->add_checkpoint(body).status; });
      }
    }
    int cosigned = 0;
    for (const int status : statuses) {
      cosigned += status == 200 ? 1 : 0;
      EXPECT_TRUE(status == 200 || status == 409) << status;
    }
    EXPECT_EQ(cosigned, 1);
  }
}

TEST(WitnessHttpTest, ThereIsOnePath) {
  FaultyFiles files(1);
  auto witness = opened(files);
  const net::Handler handler = witness_handler(**witness);
  const Log log(5);
  EXPECT_EQ(handler({"GET", "/", {}, ""}).status, 404);
  EXPECT_EQ(handler({"GET", "/add-checkpoint", {}, ""}).status, 405);
  EXPECT_EQ(handler({"POST", "/add-checkpoint", {}, "x"}).status, 400);
  EXPECT_EQ(handler({"POST", "/add-checkpoint", {}, log.request(0, 5)}).status, 200);
  const auto conflict = handler({"POST", "/add-checkpoint", {}, log.request(0, 5)});
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(conflict.content_type, "text/x.tlog.size");
}

TEST(WitnessedLogTest, AnOriginAndItsKey) {
  const std::string stream = verifier_text(test::signer("bank.example/credit/1").key());
  EXPECT_TRUE(read_witnessed_log("bank.example/credit=" + stream)->has_streams);
  EXPECT_FALSE(read_witnessed_log("bank.example/credit/1=" + stream)->has_streams);
  for (const std::string& bad : {stream, "other.example=" + stream, "=" + stream,
                                 std::string("bank.example/credit="), "bank.example=" + stream}) {
    EXPECT_FALSE(read_witnessed_log(bad)) << bad;
  }
}

}  // namespace
}  // namespace pac::ledger
