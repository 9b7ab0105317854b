// A store whose answers wait for witnesses: what is answered is cosigned, and a folder that was put
// back or copied opens a new stream before it signs anything in the old one.
#include <gtest/gtest.h>

#include <filesystem>

#include "ledger/file/committer.h"
#include "ledger/witness/cosigned.h"
#include "ledger/witness/push.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/support.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

namespace fs = std::filesystem;
using test::FaultyFiles;

const std::string kBook = "book";
const std::string kOrigin = "bank.example/credit";

// That signs after the first one, once it was exchanged.
crypto::SigningKey next_key() {
  crypto::Seed seed{};
  seed[0] = 8;
  return *crypto::SigningKey::from_seed(seed);
}

// A witness, and how it is to behave.
struct House {
  explicit House(int number) {
    crypto::Seed seed{};
    seed[1] = static_cast<std::uint8_t>(number);
    auto cosigner =
        Cosigner::make("w.example/" + std::to_string(number), *crypto::SigningKey::from_seed(seed));
    key = cosigner->key();
    std::vector<WitnessedLog> logs;
    for (const auto& signer : {test::ledger_key(), next_key()}) {
      logs.push_back({kOrigin, stream_key({kOrigin, signer.public_key()}, 1), true});
    }
    auto made = Witness::open(files, "w", std::move(*cosigner), std::move(logs),
                              [] { return std::int64_t{1'772'355'600}; });
    EXPECT_TRUE(made);
    witness = std::move(*made);
  }
  FaultyFiles files{1};
  std::unique_ptr<Witness> witness;
  WitnessKey key;
  bool is_silent = false;
  std::optional<WitnessAnswer> says;  // instead of its own answer
  int asked = 0;
};

class ToHouse final : public WitnessTransport {
 public:
  explicit ToHouse(House& house) : house_(house) {}
  Result<WitnessAnswer> add_checkpoint(const std::string& body) override {
    ++house_.asked;
    if (house_.is_silent) return fail("PAC7005", "no answer");
    if (house_.says) return *house_.says;
    return house_.witness->add_checkpoint(body);
  }

 private:
  House& house_;
};

class WitnessedStoreTest : public testing::Test {
 protected:
  void SetUp() override { make(files_); }
  void make(FileSystem& files) {
    ASSERT_TRUE(init_store(files, kBook, {kOrigin, test::ledger_key().public_key()}));
    ASSERT_TRUE(replace_file(files, kBook + "/" + kPolicyFile, policy_text(policy())));
  }
  WitnessPolicy policy() const {
    return policy_of({{one_.key, "1"}, {two_.key, "2"}, {three_.key, "3"}}, 2);
  }
  Surroundings around() {
    const auto reach = [this](const std::string& url) -> Result<std::unique_ptr<WitnessTransport>> {
      return std::make_unique<ToHouse>(url == "1" ? one_ : url == "2" ? two_ : three_);
    };
    Surroundings out = test::surroundings();
    // Two entries of the same time are told apart, as those of two folders are.
    out.nonce = [this]() -> Result<std::string> {
      std::string digits = std::to_string(++nonces_);
      return std::string(32 - digits.size(), '0') + digits;
    };
    out.witnessing = *PolicyWitnessing::make(policy(), reach, [this] { return now_us_; });
    return out;
  }
  Result<std::unique_ptr<Store>> open(FileSystem& files) {
    return Store::open(files, kBook, test::ledger_key(), around());
  }
  Result<Appended> append(Store& store, int from, int count) {
    std::vector<std::string> entries;
    for (int i = from; i < from + count; ++i) {
      entries.push_back(test::entry(static_cast<std::uint64_t>(i)));
    }
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    return store.append(views);
  }
  std::size_t cosigners(const std::string& checkpoint) {
    const auto by = cosigners_of(*decode_note(checkpoint), policy().keys());
    EXPECT_TRUE(by);
    return by ? by->size() : 0;
  }
  void expect_in_order(FileSystem& files) {
    const auto key = test::ledger_key().public_key();
    const auto verified = verify_store(files, kBook, key);
    ASSERT_TRUE(verified);
    for (const auto& finding : verified->findings) ADD_FAILURE() << finding.what;
    const WitnessPolicy wanted = policy();
    const auto witnesses = verify_witnesses(files, kBook, *verified, &wanted);
    ASSERT_TRUE(witnesses) << witnesses.error().message;
    for (const auto& finding : witnesses->findings) ADD_FAILURE() << finding.what;
  }

  House one_{1}, two_{2}, three_{3};
  FaultyFiles files_{1};
  std::int64_t now_us_ = 0;
  std::uint64_t nonces_ = 0;
};

TEST_F(WitnessedStoreTest, WhatIsAnsweredIsCosigned) {
  auto store = open(files_);
  ASSERT_TRUE(store) << store.error().message;
  for (int i = 0; i < 5; ++i) {
    const auto appended = append(**store, i * 300, 300);
    ASSERT_TRUE(appended) << appended.error().message;
    EXPECT_EQ(cosigners(appended->checkpoint), 3u);
    EXPECT_EQ(one_.witness->head(kOrigin + "/1")->size, appended->size);
  }
  expect_in_order(files_);
}

TEST_F(WitnessedStoreTest, WitnessesWhoKnowBothKeysGoOnWhileOneIsExchanged) {
  auto store = open(files_);
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE(append(**store, 0, 3));
  ASSERT_TRUE((*store)->rotate(next_key(), "yearly"));
  ASSERT_TRUE(append(**store, 3, 2));
  ASSERT_TRUE((*store)->retire("yearly"));
  const auto last = append(**store, 5, 2);
  ASSERT_TRUE(last) << last.error().message;
  EXPECT_GE(cosigners(last->checkpoint), 2u);
  ASSERT_TRUE((*store)->publish());
  store->reset();
  expect_in_order(files_);
}

TEST_F(WitnessedStoreTest, AWriterThatReachesNoWitnessesIsRefused) {
  const auto store = Store::open(files_, kBook, test::ledger_key(), test::surroundings());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "PAC6506");
}

// Two of three are enough, and the third is not waited for each time.
TEST_F(WitnessedStoreTest, OneThatIsSilentIsLeftAloneForAWhile) {
  auto store = open(files_);
  ASSERT_TRUE(store);
  three_.is_silent = true;
  const int before = three_.asked;
  for (int i = 0; i < 5; ++i) {
    const auto appended = append(**store, i, 1);
    ASSERT_TRUE(appended) << appended.error().message;
    EXPECT_EQ(cosigners(appended->checkpoint), 2u);
  }
  // It has an answer in the first round alone, or none.
  EXPECT_LE(three_.asked, before + 2);
  three_.is_silent = false;
  now_us_ += kWitnessRestUs;
  EXPECT_EQ(cosigners(append(**store, 9, 1)->checkpoint), 3u);
  expect_in_order(files_);
}

TEST_F(WitnessedStoreTest, TooFewInTimeIsAnUnknownOutcomeAndComesRightLater) {
  auto store = open(files_);
  ASSERT_TRUE(store);
  two_.is_silent = three_.is_silent = true;
  const auto refused = append(**store, 0, 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PAC6505");
  EXPECT_EQ((*store)->last_appended().size, 5u);  // recorded all the same
  EXPECT_EQ((*store)->witness().error().code, "PAC6505");
  two_.is_silent = false;
  EXPECT_TRUE((*store)->witness());
  EXPECT_EQ(two_.witness->head(kOrigin + "/1")->size, 5u);
  EXPECT_TRUE(append(**store, 4, 1));
  expect_in_order(files_);
}

TEST_F(WitnessedStoreTest, CallersAreToldWhereTheirEntriesAre) {
  auto store = open(files_);
  ASSERT_TRUE(store);
  Committer committer(**store, [] { return std::int64_t{0}; });
  two_.is_silent = three_.is_silent = true;
  const auto unwitnessed = committer.record(test::entry(1));
  ASSERT_TRUE(unwitnessed);
  ASSERT_TRUE(unwitnessed->unwitnessed);
  EXPECT_EQ(unwitnessed->unwitnessed->code, "PAC6505");
  EXPECT_EQ(unwitnessed->index, 1u);
  two_.is_silent = three_.is_silent = false;
  const auto recorded = committer.record(test::entry(2));
  ASSERT_TRUE(recorded);
  EXPECT_FALSE(recorded->unwitnessed);
  EXPECT_EQ(recorded->index, 2u);
  EXPECT_GE(cosigners(recorded->checkpoint), 2u);
}

TEST_F(WitnessedStoreTest, WithoutWitnessesItDoesNotOpen) {
  {
    ASSERT_TRUE(open(files_));
  }
  one_.is_silent = two_.is_silent = three_.is_silent = true;
  const auto store = open(files_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "PAC6505");
  EXPECT_EQ(streams_of(files_, kBook)->size(), 1u);  // and begins no stream for it
}

TEST_F(WitnessedStoreTest, WhatWitnessesAnswerIsNotBelieved) {
  auto store = open(files_);
  ASSERT_TRUE(store);
  const auto other = *cosigners_of(*decode_note((*store)->writer().checkpoint()), {});
  EXPECT_TRUE(other.empty());
  for (const WitnessAnswer& says :
       {WitnessAnswer{200, "", ""}, WitnessAnswer{200, "", "— w.example/1 AAAAAAAA\n"},
        WitnessAnswer{409, "", "x"}, WitnessAnswer{409, "", "1"}, WitnessAnswer{409, "", "1\n"},
        WitnessAnswer{404, "", "no\n"}, WitnessAnswer{500, "", ""}}) {
    one_.says = two_.says = says;
    now_us_ += kWitnessRestUs;
    const auto refused = append(**store, 0, 1);
    ASSERT_FALSE(refused) << says.status << says.body;
    EXPECT_EQ(refused.error().code, "PAC6505") << says.status << says.body;
  }
  one_.says = two_.says = std::nullopt;
  EXPECT_TRUE(append(**store, 1, 1));
}

// In a real folder, which is copied and put back.
class PutBackTest : public WitnessedStoreTest {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("pac_put_back_" + std::to_string(getpid()));
    fs::create_directories(root_);
    before_ = fs::current_path();
    fs::current_path(root_);
    disk_ = posix_file_system();
    make(*disk_);
    auto store = open(*disk_);
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(append(**store, 0, 300));
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(root_);
  }
  void go_on(const std::string& why) {
    const std::string old = read("checkpoint");
    auto store = open(*disk_);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ((*store)->stream(), 2u);
    EXPECT_NE((*store)->reason().find(why), std::string::npos) << (*store)->reason();
    EXPECT_EQ(read("checkpoint"), old);  // nothing was signed in the old stream
    const auto appended = append(**store, 7, 1);
    ASSERT_TRUE(appended) << appended.error().message;
    EXPECT_EQ(cosigners(appended->checkpoint), 3u);
  }
  std::string read(const std::string& name) {
    return *read_whole(*disk_, kBook + "/streams/0001/" + name, 1'000'000);
  }

  fs::path root_, before_;
  std::unique_ptr<FileSystem> disk_;
};

TEST_F(PutBackTest, AFolderThatWasPutBackOpensANewStream) {
  fs::copy(kBook, "backup", fs::copy_options::recursive);
  {
    auto store = open(*disk_);
    ASSERT_TRUE(append(**store, 300, 50));
  }
  fs::remove_all(kBook);
  fs::rename("backup", kBook);
  go_on("has cosigned 351 entries");
  // Who verifies learns what is missing.
  const auto verified = verify_store(*disk_, kBook, test::ledger_key().public_key());
  ASSERT_EQ(verified->findings.size(), 1u);
  EXPECT_EQ(verified->findings[0].stream, 1u);
  EXPECT_EQ(verified->findings[0].index, 301u);
}

// The copy goes on as well as the original: whoever is second is found out.
TEST_F(PutBackTest, AClonedFolderOpensANewStream) {
  fs::copy(kBook, "clone", fs::copy_options::recursive);
  {
    auto store = open(*disk_);
    ASSERT_TRUE(append(**store, 300, 50));
  }
  fs::rename(kBook, "original");
  fs::rename("clone", kBook);
  go_on("has cosigned 351 entries");
  // And the original goes on in its own.
  fs::rename(kBook, "clone");
  fs::rename("original", kBook);
  auto store = open(*disk_);
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->stream(), 1u);
  EXPECT_TRUE(append(**store, 350, 5));
}

TEST_F(PutBackTest, ACloneThatWroteMoreWithoutWitnessesHasAnotherHistory) {
  fs::copy(kBook, "clone", fs::copy_options::recursive);
  {
    auto store = open(*disk_);
    ASSERT_TRUE(append(**store, 300, 50));
  }
  fs::rename(kBook, "original");
  fs::rename("clone", kBook);
  {
    // Somebody took the policy away, wrote, and put it back.
    fs::rename(kBook + "/witness.policy", "policy");
    auto store = Store::open(*disk_, kBook, test::ledger_key(), test::surroundings());
    ASSERT_TRUE(append(**store, 900, 80));
    ASSERT_TRUE((*store)->publish());
    fs::rename("policy", kBook + "/witness.policy");
  }
  go_on("has another history");
}

// What is durable and was never published is not signed before the witnesses were asked.
TEST_F(PutBackTest, AnUnpublishedEndIsNotSignedBeforeTheWitnessesWereAsked) {
  fs::copy(kBook, "clone", fs::copy_options::recursive);
  {
    auto store = open(*disk_);
    ASSERT_TRUE(append(**store, 300, 50));
  }
  fs::rename(kBook, "original");
  fs::rename("clone", kBook);
  {
    fs::rename(kBook + "/witness.policy", "policy");
    auto store = Store::open(*disk_, kBook, test::ledger_key(), test::surroundings());
    ASSERT_TRUE(append(**store, 900, 20));
    fs::rename("policy", kBook + "/witness.policy");
  }
  go_on("has cosigned 351 entries");
}

TEST_F(PutBackTest, BothRunningAtOnceAndTheSecondStops) {
  auto original = open(*disk_);
  ASSERT_TRUE(original);
  fs::copy(kBook, "clone", fs::copy_options::recursive);
  Surroundings second = around();
  auto clone = Store::open(*disk_, "clone", test::ledger_key(), std::move(second));
  ASSERT_TRUE(clone) << clone.error().message;
  ASSERT_TRUE(append(**original, 300, 5));
  const auto refused = append(**clone, 400, 5);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PAC6503");
  EXPECT_EQ(append(**clone, 500, 5).error().code, "PAC6503");
  ASSERT_TRUE(append(**original, 310, 5));
  // Opened again it is a stream of its own.
  clone->reset();
  auto again = Store::open(*disk_, "clone", test::ledger_key(), around());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->stream(), 2u);
}

TEST_F(PutBackTest, ANumberThatAnotherFolderHasTakenIsPassedOver) {
  fs::copy(kBook, "backup", fs::copy_options::recursive);
  {
    auto store = open(*disk_);
    ASSERT_TRUE(append(**store, 300, 50));
  }
  fs::copy("backup", "other", fs::copy_options::recursive);
  auto other = Store::open(*disk_, "other", test::ledger_key(), around());
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->stream(), 2u);
  ASSERT_TRUE(append(**other, 0, 3));
  auto backup = Store::open(*disk_, "backup", test::ledger_key(), around());
  ASSERT_TRUE(backup) << backup.error().message;
  EXPECT_EQ((*backup)->stream(), 3u);
  ASSERT_TRUE(append(**backup, 0, 3));
}

// A witness that always says to have seen more.
TEST_F(PutBackTest, NewStreamsOfOneStart) {
  one_.says = WitnessAnswer{409, std::string(kTreeSizeType), "999\n"};
  const auto store = open(*disk_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "PAC6503");
  EXPECT_NE(store.error().message.find("is who says so to be trusted"), std::string::npos);
  EXPECT_EQ(streams_of(*disk_, kBook)->size(), 1u + 4u);
  one_.says = std::nullopt;
  auto again = open(*disk_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(append(**again, 1, 1));
}

TEST_F(PutBackTest, VerifyingNamesWhatIsWrongWithCosignatures) {
  const auto key = test::ledger_key().public_key();
  const WitnessPolicy wanted = policy();
  const std::string path = kBook + "/streams/0001/cosigned";
  const std::string good = read("cosigned");
  const auto first_finding = [&](const WitnessPolicy* by) {
    const auto verified = verify_store(*disk_, kBook, key);
    if (!verified) return verified.error().message;
    const auto report = verify_witnesses(*disk_, kBook, *verified, by);
    return report && !report->findings.empty() ? report->findings[0].what : std::string();
  };
  EXPECT_EQ(first_finding(&wanted), "");
  // Each line changed; the log's own is found without a policy.
  const Note note = *decode_note(good);
  for (std::size_t i = 0; i < note.signatures.size(); ++i) {
    Note bad = note;
    bad.signatures[i].bytes.back() = static_cast<char>(bad.signatures[i].bytes.back() ^ 1);
    ASSERT_TRUE(replace_file(*disk_, path, encode(bad)));
    EXPECT_NE(first_finding(&wanted), "") << i;
    EXPECT_EQ(first_finding(nullptr) != "", i == 0) << i;
  }
  Note fewer = note;
  fewer.signatures.resize(2);
  ASSERT_TRUE(replace_file(*disk_, path, encode(fewer)));
  EXPECT_NE(first_finding(&wanted).find("too few witnesses"), std::string::npos);
  // A cosigned checkpoint of more than there is, and of another root.
  const NoteSigner signer = *NoteSigner::make(kOrigin + "/1", test::ledger_key());
  for (const std::uint64_t size : {200, 999}) {
    const auto forged =
        sign_checkpoint({kOrigin + "/1", size, leaf_hash("x"), {}}, std::span(&signer, 1));
    ASSERT_TRUE(replace_file(*disk_, path, *forged));
    EXPECT_NE(first_finding(nullptr).find(size == 999 ? "put back" : "written anew"),
              std::string::npos)
        << first_finding(nullptr);
  }
  fs::remove(path);
  EXPECT_NE(first_finding(&wanted).find("no witness"), std::string::npos);
  EXPECT_EQ(first_finding(nullptr), "");
}

// Power that goes at each operation: what was answered is there, cosigned, and the witnesses'
// history goes on in the same stream, as nothing was put back.
TEST(WitnessedPowerTest, LostPowerIsNoRollback) {
  int cut = 0;
  for (std::uint64_t at = 1; at < 120; at += 3) {
    class Life : public WitnessedStoreTest {
     public:
      void TestBody() override {}
      void live(std::uint64_t operation, int* count) {
        SetUp();
        std::uint64_t acknowledged = 0;
        {
          auto store = open(files_);
          ASSERT_TRUE(store);
          files_.fail_at(operation, test::Fault::power);
          for (int i = 0; i < 6; ++i) {
            const auto appended = append(**store, i * 10, 10);
            if (!appended) break;
            acknowledged = appended->size;
          }
          *count += files_.is_off() ? 1 : 0;
        }
        files_.lose_power();
        auto store = open(files_);
        ASSERT_TRUE(store) << store.error().message;
        EXPECT_EQ((*store)->stream(), 1u) << (*store)->reason();
        EXPECT_GE((*store)->writer().size(), acknowledged);
        EXPECT_TRUE(append(**store, 100, 1));
        expect_in_order(files_);
      }
    };
    Life life;
    life.live(at, &cut);
  }
  EXPECT_GT(cut, 10);
}

}  // namespace
}  // namespace pac::ledger
