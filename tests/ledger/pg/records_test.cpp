// What entries of a store say, beyond that they are as they were signed: the same that is looked at
// in a folder, by the same code.
#include "ledger/file/blobs.h"
#include "ledger/record/verify_records.h"
#include "runtime/crypto/encoding.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class StoredRecords : public PgStore {
 protected:
  void SetUp() override {
    PgStore::SetUp();
    if (!IsSkipped()) book_ = make_ledger();
  }
  // With the time of the ledger's own clock unless `at` says another; its index.
  std::uint64_t put(const std::string& kind, const std::string& rest, const std::string& at = "") {
    auto store = Store::open(*files_, book_, key_of(1), real_surroundings());
    const auto stamp = *(*store)->stamp();
    const std::string entry = "{\"at\":\"" + (at.empty() ? time_text(stamp.at_us) : at) + "\"," +
                              rest + (rest.empty() ? "" : ",") + "\"kind\":\"" + kind +
                              "\",\"schema\":1}";
    const std::string_view view = entry;
    const auto appended = (*store)->append(std::span(&view, 1));
    EXPECT_TRUE(appended);
    EXPECT_TRUE((*store)->publish());
    return appended->first;
  }
  // What the store and the folder say; they say the same.
  std::string said() {
    RecordCheck check;
    pg::VerifySettings settings;
    settings.ledger = kLedger;
    settings.key = key_of(1).public_key();
    settings.watch = &check;
    EXPECT_TRUE(ship(book_));
    const auto stored = pg::verify(url(), settings);
    EXPECT_TRUE(stored && stored->findings.empty());
    const auto verified = verify_store(*files_, book_, key_of(1).public_key());
    EXPECT_TRUE(verified && verified->findings.empty());
    const auto records = verify_records(*files_, book_, *verified);
    EXPECT_TRUE(records);
    EXPECT_EQ(text(check.found()), text(*records));
    EXPECT_EQ(check.found().decisions, records->decisions);
    return text(check.found());
  }
  static std::string text(const VerifiedRecords& records) {
    std::string out;
    for (const LedgerFinding& one : records.findings) {
      out += std::to_string(one.stream) + "/" + std::to_string(one.index) + ": " + one.what + "\n";
    }
    return out;
  }
  std::string leaf(std::uint64_t index) {
    return ask(
        "select encode(sha256('\\x00'::bytea || body), 'hex') from ledger.entry where idx = " +
        std::to_string(index));
  }
  static std::string corrects(const std::string& origin, const std::string& index,
                              const std::string& leaf) {
    return R"("corrects":{"index":)" + index + R"(,"leaf":")" + leaf + R"(","origin":")" + origin +
           R"("})";
  }
  std::string book_;
};

TEST_F(StoredRecords, ADecisionWhosePolicyWasNotActivated) {
  append(book_, 400);  // by a policy that is nowhere
  EXPECT_EQ(said(), "1/1: it names a policy that was not activated before it\n");
}

TEST_F(StoredRecords, ATimeThatGoesBack) {
  put("external", "");
  const std::uint64_t index = put("external", "", "2020-01-01T00:00:00.000000Z");
  EXPECT_EQ(said(), "1/" + std::to_string(index) +
                        ": its time stands before that of the entry before it\n");
}

TEST_F(StoredRecords, CorrectionsNameAnEarlierEntryAndItsHash) {
  const std::uint64_t wrong = put("external", "");
  ASSERT_TRUE(ship(book_));
  const std::string own = std::string(kLedger) + "/1";
  put("correction", corrects(own, std::to_string(wrong), leaf(wrong)));
  EXPECT_EQ(said(), "");
  const std::uint64_t index =
      put("correction", corrects(own, std::to_string(wrong), std::string(64, '0')));
  EXPECT_EQ(said(), "1/" + std::to_string(index) +
                        ": it corrects entry 1/1 by another hash than that has\n");
}

TEST_F(StoredRecords, CorrectionsOfWhatIsNotBeforeThem) {
  put("correction", corrects(std::string(kLedger) + "/1", "9", std::string(64, '0')));
  EXPECT_EQ(said(), "1/1: it corrects entry 1/9, which does not stand before it\n");
}

TEST_F(StoredRecords, CorrectionsOfAnotherLedger) {
  int number = 0;
  for (const std::string origin : {"other.example/book/1", "bank.example/credit/2",
                                   "bank.example/credit/0", "bank.example/credit"}) {
    book_ = make_ledger("book" + std::to_string(++number));
    put("correction", corrects(origin, "0", std::string(64, '0')));
    const auto verified = verify_store(*files_, book_, key_of(1).public_key());
    ASSERT_TRUE(verified);
    EXPECT_EQ(text(*verify_records(*files_, book_, *verified)),
              "1/1: it corrects an entry of `" + origin +
                  "`, which is no stream of this ledger up to its own\n");
  }
}

TEST_F(StoredRecords, ASubjectIsErasedOnce) {
  const std::string subject(32, 'c');
  put("erase", R"("erase":{"epoch":1,"subject":")" + subject + R"("})");
  put("erase", R"("erase":{"began":2,"ended":1})");
  EXPECT_EQ(said(), "");
  const std::uint64_t again = put("erase", R"("erase":{"epoch":2,"subject":")" + subject + R"("})");
  EXPECT_EQ(said(), "1/" + std::to_string(again) + ": it erases the subject " + subject +
                        ", which was erased before it\n");
}

TEST_F(StoredRecords, AnErasureThatDoesNotSayOfWhat) {
  put("erase", R"("erase":{"began":1,"ended":2})");
  EXPECT_EQ(said(), "1/1: it does not say what is erased\n");
}

// The policy itself, where another one's bytes stand under its name.
TEST_F(StoredRecords, APolicyThatIsNone) {
  const BlobRef blob = *put_blob(*files_, book_, "no policy");
  put("activate", R"("blob":{"bytes":9,"sha256":")" + blob.sha256 + "\"}");
  const std::string found = said();
  EXPECT_TRUE(found.starts_with("1/1: the policy can't be loaded: ")) << found;
}

// An entry that is not as it was signed is told as that alone.
TEST_F(StoredRecords, WhatIsNotAsSignedIsNotLookedAt) {
  for (int i = 0; i < 5; ++i) put("external", "");
  ASSERT_TRUE(ship(book_));
  tamper(
      "update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), "
      "'\"at\":\"20', "
      "'\"at\":\"19'), 'UTF8') where idx = 3");
  RecordCheck check;
  pg::VerifySettings settings;
  settings.ledger = kLedger;
  settings.key = key_of(1).public_key();
  settings.watch = &check;
  const auto report = pg::verify(url(), settings);
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->findings.empty());
  EXPECT_TRUE(check.found().findings.empty()) << text(check.found());
}

// The first entry of a stream opens it, in a store as in a folder.
TEST_F(StoredRecords, AStreamThatWasNotOpened) {
  EXPECT_EQ(findings(), "0: there is no entry of bank.example/credit\n");
  const auto signer = NoteSigner::make(std::string(kLedger) + "/1", key_of(1));
  const std::string body = R"({"kind":"external"})";
  const Hash leaf = leaf_hash(body);
  Checkpoint head{std::string(kLedger) + "/1", 1, leaf, {}};
  const auto note = sign_checkpoint(head, std::span(&*signer, 1));
  ASSERT_TRUE(note);
  const auto hex = [](std::string_view bytes) { return "'\\x" + crypto::to_hex(bytes) + "'"; };
  const std::string root = hex(crypto::view(leaf));
  sql("insert into ledger.stream (origin, key) values ('" + head.origin + "', " +
      hex(crypto::view(key_of(1).public_key())) + "); insert into ledger.ship select id, 1, " +
      root + ", " + root +
      " from ledger.stream; select ledger.ensure_partitions(id, 1) from ledger.stream; "
      "insert into ledger.entry (stream, idx, kind, body) select id, 0, 'external', " +
      hex(body) + " from ledger.stream; insert into ledger.checkpoint select id, 1, " + hex(*note) +
      " from ledger.stream; insert into ledger.shipment (stream, lo, hi, root) select id, 0, 1, " +
      root + " from ledger.stream");
  EXPECT_EQ(findings(), "0: the first entry does not open the stream\n");
}

}  // namespace
}  // namespace pac::ledger::test
