// Tampering: each way in which the owner of the database, or its superuser, may change what is
// there, found with the index of the first entry concerned; and no alarm where nobody did.
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class Tampering : public PgStore {
 protected:
  // All tests begin with the same store: shipped once, and copied.
  static inline fs::path pattern_;
  void SetUp() override {
    if (pattern_.empty()) {
      PgStore::SetUp();
      if (IsSkipped()) return;
      book_ = make_ledger();
      append(book_, 1099, 50);
      shipped(book_, 1100);  // tiles 0 to 3, and 76 entries behind them; partitions 0 and 1
      pattern_ = folder_.string() + "_pattern";
      fs::rename(folder_, pattern_);
      auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
      ASSERT_TRUE(admin->script("alter database " + database_ + " rename to tampered"));
    }
    PgStore::SetUp("tampered");
    if (IsSkipped()) return;
    fs::remove_all(folder_);
    fs::copy(pattern_, folder_, fs::copy_options::recursive);
    book_ = (folder_ / "book").string();
    next_ = 1099;
  }
  static void TearDownTestSuite() {
    if (!pattern_.empty()) fs::remove_all(pattern_);
  }
  // The index of the first finding, and what it says.
  void expect(std::uint64_t index, const std::string& what,
              std::span<const Checkpoint> known = {}) {
    const std::string found = findings(known);
    EXPECT_TRUE(found.starts_with(std::to_string(index) + ": ") &&
                found.find(what) != std::string::npos)
        << "wanted " << index << ": " << what << "\nfound " << found;
  }
  std::string book_;
};

constexpr const char* kFlip =
    "update ledger.entry set body = set_byte(body, length(body) - 3, get_byte(body, length(body) - "
    "3) # 1) ";

TEST_F(Tampering, NobodyDid) { EXPECT_EQ(findings(), ""); }

// A stream put back to what was signed earlier, in everything that speaks of it: the stream that
// follows it says that there was more.
TEST_F(Tampering, AStreamThatEndedIsCutBack) {
  const std::string segment = segments_of(*files_, stream_folder(book_, 1))->back().path;
  fs::resize_file(segment, fs::file_size(segment) / 2);
  {
    const auto store = Store::open(*files_, book_, key_of(1), real_surroundings());
    ASSERT_TRUE(store);
    ASSERT_EQ((*store)->stream(), 2u) << "the first one is damaged";
  }
  const auto out = ship(book_);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(findings(), "") << "the store has what the folder lost";
  const std::string n = ask("select min(hi) from ledger.shipment where stream = 1");
  tamper(
      "update ledger.ship set size = " + n +
      ", root = (select root from ledger.shipment where stream = 1 and hi = " + n +
      "), edge = (select string_agg(sha256('\\x00'::bytea || body), ''::bytea order by idx) from "
      "ledger.entry where stream = 1 and idx >= " +
      n + " / 256 * 256 and idx < " + n +
      ") where stream = 1; delete from ledger.entry where stream = 1 and idx >= " + n +
      "; delete from ledger.checkpoint where stream = 1 and size > " + n +
      "; delete from ledger.shipment where stream = 1 and hi > " + n +
      "; delete from ledger.tile where stream = 1 and idx >= " + n + " / 256");
  expect(std::stoull(n), "the next stream says that there were 1100 entries");
}

TEST_F(Tampering, AByteOfABody) {
  tamper(std::string(kFlip) + "where idx = 421");
  expect(421, "the entry is not what was signed");
}

TEST_F(Tampering, AByteOfABodyBehindTheLastFullTile) {
  tamper(std::string(kFlip) + "where idx = 1090");
  expect(1090, "the entry is not what was signed");
}

TEST_F(Tampering, TheFirstOfSeveral) {
  tamper(std::string(kFlip) + "where idx in (900, 77, 78)");
  expect(77, "the entry is not what was signed");
}

TEST_F(Tampering, ABodyWithItsTile) {
  tamper(std::string(kFlip) +
         "where idx = 300; update ledger.tile set hashes = overlay(hashes placing "
         "(select sha256('\\x00'::bytea || body) from ledger.entry where idx = 300) "
         "from 32 * 44 + 1 for 32) where level = 0 and idx = 1");
  // The tile fits the changed entry, so that the checkpoints alone tell, and how near.
  const std::string found = findings();
  EXPECT_TRUE(found.find("one of the entries from here to") != std::string::npos) << found;
  const auto index = std::stoull(found);
  EXPECT_LE(index, 300u);
  EXPECT_GE(index + 350, 300u);
}

TEST_F(Tampering, AColumnWithoutTheBody) {
  const std::vector<std::pair<std::string, std::string>> columns = {
      {"tenant", "'east'"},
      {"kind", "'external'"},
      {"fn", "null"},
      {"snapshot", "'\\x00'"},
      {"at", "at + interval '1 microsecond'"}};
  std::uint64_t index = 900;
  for (const auto& [name, value] : columns) {
    index -= 100;
    tamper("update ledger.entry set " + name + " = " + value +
           " where idx = " + std::to_string(index));
    expect(index, "the column " + name + " says other than the entry itself");
  }
}

TEST_F(Tampering, BackDated) {
  tamper(
      "update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), "
      "'\"at\":\"20', "
      "'\"at\":\"19'), 'UTF8'), at = at - interval '100 years' where idx = 640");
  expect(640, "the entry is not what was signed");
}

TEST_F(Tampering, EqualJsonInOtherBytes) {
  tamper(
      "update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), ',', ', '), "
      "'UTF8') where idx = 5");
  expect(5, "the entry is not what was signed");
}

TEST_F(Tampering, ARowDeleted) {
  tamper("delete from ledger.entry where idx = 512");
  expect(512, "the entry is not there");
}

TEST_F(Tampering, TheTailCut) {
  tamper("delete from ledger.entry where idx >= 1050");
  expect(1050, "the entries from here to 1099 are not there");
}

TEST_F(Tampering, TheTailCutWithAllThatSpeaksOfIt) {
  const std::vector<Checkpoint> known = {published(book_)};
  EXPECT_EQ(findings(known), "");
  tamper(
      "delete from ledger.entry where idx >= (select lo from ledger.shipment where hi = 1100); "
      "delete from ledger.checkpoint where size = 1100; "
      "update ledger.ship set (size, root) = (select lo, (select root from ledger.shipment where "
      "hi = s.lo) "
      "from ledger.shipment s where hi = 1100); "
      "delete from ledger.shipment where hi = 1100; "
      "delete from ledger.tile t where level = 0 and idx >= (select size / 256 from ledger.ship)");
  const std::string cut = ask("select size from ledger.ship");
  expect(std::stoull(cut), "put back to an earlier state", known);
}

TEST_F(Tampering, EverythingDeleted) {
  tamper(
      "delete from ledger.entry; delete from ledger.checkpoint; delete from ledger.shipment; "
      "delete from ledger.tile; delete from ledger.ship; delete from ledger.stream");
  EXPECT_NE(findings(), "");
  sql("alter table ledger.entry detach partition ledger.entry_s1_p0; "
      "alter table ledger.entry detach partition ledger.entry_s1_p1");
  tamper("delete from ledger.partition");
  expect(0, "there is no entry of");
}

TEST_F(Tampering, ATableOfEntriesThatNobodyShipped) {
  tamper(
      "create table ledger.stray (like ledger.entry including all); insert into ledger.stray "
      "select 99, idx, at, tenant, kind, fn, snapshot, body from ledger.entry where idx = 7; alter "
      "table ledger.entry attach partition ledger.stray for values from (99, 0) to (99, 9)");
  expect(0, "a table that no shipment made: stray");
}

TEST_F(Tampering, RowsOfTheIndexAheadOfIt) {
  tamper("insert into ledger.index_status select 'ok', stream, 1090, null from ledger.ship");
  expect(1090, "rows of entries that are not indexed yet");
}

TEST_F(Tampering, TwoSwapped) {
  tamper(
      "update ledger.entry set idx = case idx when 33 then 34 else 33 end where idx in (33, 34)");
  expect(33, "the entry is not what was signed");
}

TEST_F(Tampering, Reordered) {
  tamper("update ledger.entry set idx = 299 - idx where idx between 100 and 199");
  expect(100, "the entry is not what was signed");
}

TEST_F(Tampering, Duplicated) {
  tamper("insert into ledger.entry select * from ledger.entry where idx = 700");
  expect(700, "the entry is there twice");
}

TEST_F(Tampering, ABodyTakenAway) {
  tamper(
      "alter table ledger.entry alter body drop not null; update ledger.entry set body = null "
      "where "
      "idx = 700");
  expect(700, "the entry is empty");
}

TEST_F(Tampering, ACheckpointOfANegativeSize) {
  tamper(
      "alter table ledger.checkpoint drop constraint checkpoint_size_check; update "
      "ledger.checkpoint "
      "set size = -size where size = 1100");
  expect(0, "is not what was signed");
}

TEST_F(Tampering, AGapInserted) {
  tamper("update ledger.entry set idx = idx + 1 where idx >= 600 and idx < 1000");
  expect(600, "the entry is not there");
}

TEST_F(Tampering, AnEntryAdded) {
  tamper(
      "insert into ledger.entry select stream, 1100, at, tenant, kind, fn, snapshot, body "
      "from ledger.entry where idx = 1");
  expect(1100, "");
  tamper(
      "insert into ledger.shipment (stream, lo, hi, root) values (1, 1100, 1101, sha256('')); "
      "update ledger.ship set size = 1101, root = sha256('')");
  expect(1100, "");
}

TEST_F(Tampering, SessionReplicationRole) {
  // ENABLE ALWAYS holds against it; with the trigger off, the rows tell.
  auto connection = pg::Connection::open(url(), "pac test");
  ASSERT_TRUE(connection->script("set session_replication_role = replica"));
  EXPECT_FALSE(connection->run("delete from ledger.entry where idx = 10"));
  EXPECT_EQ(connection->sqlstate(), "PL003");
  sql("alter table ledger.entry disable trigger keeps; set session_replication_role = replica; "
      "delete from ledger.entry where idx = 10; alter table ledger.entry enable always trigger "
      "keeps");
  expect(10, "the entry is not there");
}

TEST_F(Tampering, APartitionDetachedDroppedAndAttachedAgain) {
  sql("alter table ledger.entry detach partition ledger.entry_s1_p1");
  expect(1000, "their partition entry_s1_p1 is detached or gone");
  sql("alter table ledger.entry attach partition ledger.entry_s1_p1 for values from (1, 1000) to "
      "(1, 2000)");
  EXPECT_EQ(findings(), "");
  sql("alter table ledger.entry detach partition ledger.entry_s1_p0; "
      "alter table ledger.entry_s1_p0 disable trigger keeps; "
      "update ledger.entry_s1_p0 set body = body || ' ' where idx = 998; "
      "alter table ledger.entry_s1_p0 enable always trigger keeps; "
      "alter table ledger.entry attach partition ledger.entry_s1_p0 for values from (1, 0) to (1, "
      "1000)");
  expect(998, "the entry is not what was signed");
  sql("drop table ledger.entry_s1_p0");
  expect(0, "their partition entry_s1_p0 is detached or gone");
}

TEST_F(Tampering, ACheckpointEdited) {
  tamper(
      "update ledger.checkpoint set note = overlay(note placing '\\x31' from 23 for 1) "
      "where size = (select min(size) from ledger.checkpoint)");
  const std::uint64_t size = std::stoull(ask("select min(size) from ledger.checkpoint"));
  expect(size - 1, "the checkpoint of " + std::to_string(size) + " entries is not what was signed");
}

TEST_F(Tampering, ACheckpointDeletedOrMoved) {
  tamper("delete from ledger.checkpoint where size = 1100");
  const std::uint64_t before = std::stoull(ask("select max(size) from ledger.checkpoint"));
  expect(before, "no checkpoint that can be believed");
  tamper(
      "insert into ledger.checkpoint select stream, 1100, note from ledger.checkpoint where size "
      "= " +
      std::to_string(before));
  expect(1099, "the checkpoint of 1100 entries is not what was signed");
}

TEST_F(Tampering, ATileEdited) {
  tamper(
      "update ledger.tile set hashes = set_byte(hashes, 32 * 7, 255 - get_byte(hashes, 32 * 7)) "
      "where level = 0 and idx = 2");
  expect(519, "tile/0/002 is not what was signed");
}

TEST_F(Tampering, ATileDeletedOrAdded) {
  tamper("delete from ledger.tile where level = 0 and idx = 3");
  expect(768, "tile/0/003 is not what was signed");
  tamper(
      "insert into ledger.tile select stream, level, 3, hashes from ledger.tile where idx = 2; "
      "insert into ledger.tile select stream, level, 77, hashes from ledger.tile where idx = 2");
  expect(768, "tile/0/003 is not what was signed");
}

TEST_F(Tampering, AShipmentEdited) {
  tamper("delete from ledger.shipment where lo = (select max(lo) from ledger.shipment)");
  expect(std::stoull(ask("select max(hi) from ledger.shipment")), "in no shipment");
}

TEST_F(Tampering, AShipmentOfAnotherRoot) {
  tamper("update ledger.shipment set root = sha256('') where hi = 1100");
  expect(std::stoull(ask("select lo from ledger.shipment where hi = 1100")), "another root");
}

TEST_F(Tampering, ThePositionEdited) {
  tamper("update ledger.ship set edge = ''");
  expect(1100, "the position of the store");
}

TEST_F(Tampering, ASnapshotSwapped) {
  // Needs an entry that names one.
  const std::string bytes = "a policy";
  const std::string digest = crypto::to_hex(crypto::view(crypto::sha256(bytes)));
  {
    auto store = Store::open(*files_, book_, key_of(1), real_surroundings());
    const std::string entry =
        R"({"blob":{"bytes":8,"sha256":")" + digest + R"("},"kind":"activate"})";
    const std::string_view view = entry;
    ASSERT_TRUE((*store)->append(std::span(&view, 1)));
    ASSERT_TRUE((*store)->publish());
  }
  EXPECT_FALSE(ship(book_));  // its bytes are not there
  ASSERT_TRUE(files_->make_folders(book_ + "/blobs/" + digest.substr(0, 2)));
  ASSERT_TRUE(replace_file(*files_, book_ + "/blobs/" + digest.substr(0, 2) + "/" + digest, bytes));
  shipped(book_, 1101);
  EXPECT_EQ(findings(), "");
  tamper("update ledger.snapshot set bytes = 'another'");
  expect(1100, "other bytes");
  tamper("delete from ledger.snapshot");
  expect(1100, "is not there");
}

TEST_F(Tampering, AnotherKey) {
  const auto report = pg::verify(url(), {kLedger, key_of(9).public_key(), {}, {}});
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->findings.empty());
  tamper("update ledger.stream set key = sha256('')");
  EXPECT_EQ(findings(), "");  // who says the key is not misled
  const auto unsaid = pg::verify(url(), {kLedger, std::nullopt, {}, {}});
  ASSERT_TRUE(unsaid);
  EXPECT_FALSE(unsaid->findings.empty());
}

TEST_F(Tampering, SpaceUsedAgainIsNoAlarm) {
  // Rows of a killed shipment, cleaned up: the next ones lie before the old ones.
  auto connection = pg::Connection::open(url(), "pac test");
  ASSERT_TRUE(
      connection->script("begin; insert into ledger.entry select stream, idx + 1000, at, tenant, "
                         "kind, fn, snapshot, body "
                         "from ledger.entry where idx between 100 and 899; rollback"));
  ASSERT_TRUE(connection->script("vacuum ledger.entry_s1_p1"));
  append(book_, 850, 50);
  shipped(book_, 1950);
  EXPECT_EQ(findings(), "");
}

}  // namespace
}  // namespace pac::ledger::test
