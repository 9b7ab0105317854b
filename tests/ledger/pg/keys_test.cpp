// Keys of a ledger in a store: who trusts the first key verifies all of it from the rows alone, and
// a key that was not introduced, or was revoked, is found.
#include "ledger/file/stream_writer.h"
#include "runtime/crypto/encoding.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class StoredKeys : public PgStore {
 protected:
  void SetUp() override {
    PgStore::SetUp();
    if (IsSkipped()) return;
    book_ = make_ledger();
    append(book_, 50);
  }
  std::unique_ptr<Store> open(std::uint8_t key) {
    auto store = Store::open(*files_, book_, key_of(key), real_surroundings());
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  void append_by(Store& store, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string entry = decision(*store.stamp(), next_++);
      const std::string_view view = entry;
      ASSERT_TRUE(store.append(std::span(&view, 1)));
    }
    ASSERT_TRUE(store.publish());
  }
  std::string findings_by(std::uint8_t key, const std::vector<KeyRevocation>& revoked = {}) {
    pg::VerifySettings settings;
    settings.ledger = kLedger;
    settings.key = key_of(key).public_key();
    settings.trust.revoked = revoked;
    std::vector<std::string> said;  // by one thread, and by several
    for (const unsigned threads : {1u, 4u}) {
      settings.threads = threads;
      const auto report = pg::verify(url(), settings);
      if (!report) return report.error().code;
      std::string& out = said.emplace_back();
      for (const LedgerFinding& one : report->findings) {
        out += std::to_string(one.index) + ": " + one.what + "\n";
      }
      keys_ = report->keys;
    }
    EXPECT_EQ(said[0], said[1]) << "what is found must not depend on threads";
    return said[0];
  }
  std::string book_;
  std::vector<VerifiedKey> keys_;
};

// The overlap is one entry long, and shipped in one go with all the rest.
TEST_F(StoredKeys, ARotationIsVerifiedFromTheRowsAlone) {
  {
    const auto store = open(1);
    ASSERT_TRUE(store->rotate(key_of(40), "yearly"));
    ASSERT_TRUE(store->retire("yearly"));
    append_by(*store, 20);
  }
  ASSERT_TRUE(ship(book_));
  EXPECT_EQ(findings_by(1), "");
  ASSERT_EQ(keys_.size(), 2u);
  EXPECT_GT(keys_[1].usage.checkpoints, 0u);
  EXPECT_EQ(findings_by(40), "") << "who believes the newer key";
  EXPECT_NE(findings_by(90), "");
  // It goes on: a second rotation, shipped in a second run.
  {
    const auto store = open(40);
    ASSERT_TRUE(store->rotate(key_of(70), "again"));
    append_by(*store, 5);
  }
  ASSERT_TRUE(ship(book_));
  EXPECT_EQ(findings_by(1), "");
}

// Who waits for the store while the key retires is answered all the same.
TEST_F(StoredKeys, AKeyIsExchangedWhileCallersWaitForTheStore) {
  const auto store = open(1);
  auto acknowledger = pg::acknowledge_in(*files_, book_, url(), pg::AckLevel::pg);
  ASSERT_TRUE(acknowledger) << acknowledger.error().message;
  const auto acknowledge = [&] {
    const auto done = (*acknowledger)->acknowledge([&](const auto& use) { use(*store); });
    return done ? "" : done.error().code + " " + done.error().message;
  };
  EXPECT_EQ(acknowledge(), "");
  ASSERT_TRUE(store->rotate(key_of(40), "yearly"));
  ASSERT_TRUE(store->retire("yearly"));
  append_by(*store, 20);
  EXPECT_EQ(acknowledge(), "");
  ASSERT_TRUE(store->rotate(key_of(70), "again"));
  append_by(*store, 5);
  EXPECT_EQ(acknowledge(), "");
  EXPECT_EQ(findings_by(1), "");
  EXPECT_EQ(keys_.size(), 3u);
}

TEST_F(StoredKeys, AnEntryThatIntroducesAKeyIsNotEdited) {
  {
    const auto store = open(1);
    ASSERT_TRUE(store->rotate(key_of(40), "yearly"));
    ASSERT_TRUE(store->retire("yearly"));
    append_by(*store, 5);
  }
  ASSERT_TRUE(ship(book_));
  tamper(
      "update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), 'yearly', "
      "'yearlx'), 'UTF8') where kind = 'key' and idx = 51");
  EXPECT_TRUE(findings_by(1).starts_with("51: ")) << findings_by(1);
}

// Who may write all tables and has not the key, but one of his own.
TEST_F(StoredKeys, AnotherKeysCheckpointIsFound) {
  ASSERT_TRUE(ship(book_));
  const Checkpoint good = published(book_);
  const NoteSigner thief = *NoteSigner::make(good.origin, key_of(90));
  const std::string note = *sign_checkpoint(good, std::span(&thief, 1));
  tamper("update ledger.checkpoint set note = decode('" + crypto::to_hex(note) +
         "', 'hex') where size = " + std::to_string(good.size));
  EXPECT_NE(findings_by(1), "");
}

TEST_F(StoredKeys, ARevokedKeyCountsUpToItsPin) {
  std::vector<KeyPin> pins;
  {
    const auto store = open(1);
    pins = *store->pins_now();
    append_by(*store, 10);
  }
  ASSERT_TRUE(ship(book_));
  const std::vector<KeyRevocation> revoked = {{key_of(1).public_key(), pins}};
  EXPECT_EQ(findings_by(1), "");
  EXPECT_TRUE(findings_by(1, revoked).starts_with("51: ")) << findings_by(1, revoked);
  // The newer key vouches for what is above the pin.
  {
    const auto store = open(1);
    ASSERT_TRUE(store->rotate(key_of(40), "stolen"));
    ASSERT_TRUE(store->revoke(key_of(1).public_key(), "stolen", *store->pins_now()));
    append_by(*store, 5);
  }
  ASSERT_TRUE(ship(book_));
  EXPECT_EQ(findings_by(1), "");
  EXPECT_EQ(findings_by(40), "");
}

}  // namespace
}  // namespace pac::ledger::test
