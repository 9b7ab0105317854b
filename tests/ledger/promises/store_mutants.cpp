// Mutants of the store in PostgreSQL: its functions and triggers replaced, and what its rows are
// held against.
#include "tests/ledger/pg/support.h"
#include "tests/ledger/promises/mutants.h"
#include "tests/ledger/promises/switches.h"

namespace pac::ledger::test {
namespace {

class Rows : public PgStore {
 public:
  Rows() {
    PgStore::SetUp();
    book = make_ledger();
  }
  ~Rows() override { PgStore::TearDown(); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  using PgStore::append;
  using PgStore::ask;
  using PgStore::findings;
  using PgStore::folder_;
  using PgStore::ship;
  using PgStore::shipped;
  using PgStore::small;
  using PgStore::sql;
  using PgStore::tamper;
  using PgStore::url;
  void TestBody() override {}

  std::string book;
};

// A second shipper does all of its work while the first one is about to copy.
int doubled(bool is_removed) {
  const Switched off;
  Rows rows;
  rows.append(rows.book, 250);
  if (is_removed) {
    rows.sql(
        "create or replace function ledger.hold(of_stream integer, lo bigint, lo_root bytea, "
        "version integer) returns void language sql as ''; create or replace function "
        "ledger.advance(of_stream integer, lo bigint, lo_root bytea, hi bigint, hi_root bytea, "
        "new_edge bytea) returns void language sql security definer as 'update ledger.ship set "
        "size = hi, root = hi_root, edge = new_edge where stream = of_stream; insert into "
        "ledger.shipment (stream, lo, hi, root, login) values (of_stream, lo, hi, hi_root, "
        "session_user) on conflict do nothing'; alter table ledger.tile drop constraint tile_pkey; "
        "alter table ledger.checkpoint drop constraint checkpoint_pkey");
  }
  const fs::path copy = rows.folder_ / "copy";
  fs::copy(rows.book, copy, fs::copy_options::recursive);
  bool is_first = true;
  pg::ShipSettings settings = Rows::small();
  settings.at = [&](pg::ShipStep step) {
    if (step != pg::ShipStep::begun || !std::exchange(is_first, false)) return true;
    pg::ShipSettings other = Rows::small();
    other.lock_ms = 200;
    other.tries = 1;
    // Refused where the first one holds the stream.
    static_cast<void>(rows.ship(copy.string(), other));
    return true;
  };
  const auto done = rows.ship(rows.book, settings);
  EXPECT_TRUE(done || is_removed) << done.error().message;
  return std::stoi(rows.ask("select count(*) - count(distinct idx) from ledger.entry"));
}

int changed_column(bool is_removed) {
  const Switched off;
  Rows rows;
  rows.append(rows.book, 100);
  rows.shipped(rows.book, 101);
  if (is_removed) {
    switches().believed_body = rows.ask(
        "select convert_from(body, 'UTF8') from ledger.entry "
        "where idx = 40");
    switches().believed_function = "another.function";
  }
  rows.tamper("update ledger.entry set fn = 'another.function' where idx = 40");
  return rows.findings().empty() ? 1 : 0;
}

int changed_row(bool is_removed) {
  const Switched off;
  Rows rows;
  rows.append(rows.book, 100);
  rows.shipped(rows.book, 101);
  const std::string body = "select convert_from(body, 'UTF8') from ledger.entry where idx = 40";
  const std::string good = rows.ask(body);
  rows.tamper(
      "update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), "
      "'\"duration_ns\":100', '\"duration_ns\":900'), 'UTF8') where idx = 40");
  EXPECT_NE(rows.ask(body), good);
  if (is_removed) switches().believed_leaves.emplace(rows.ask(body), leaf_hash(good));
  return rows.findings().empty() ? 1 : 0;
}

int changed_by_its_writer(bool is_removed) {
  const Switched off;
  Rows rows;
  rows.append(rows.book, 100);
  rows.shipped(rows.book, 101);
  if (is_removed) rows.sql("alter table ledger.entry disable trigger keeps");
  auto owner = pg::Connection::open(rows.url(), "pac test");
  EXPECT_TRUE(owner);
  return owner->run("delete from ledger.entry where idx = 40") ? 1 : 0;
}

int seen_by_another_tenant(bool is_removed) {
  const Switched off;
  Rows rows;
  rows.append(rows.book, 100);
  rows.shipped(rows.book, 101);
  rows.sql("insert into ledger.reader values ('reader', 'north')");
  if (is_removed) rows.sql("alter table ledger.entry disable row level security");
  auto reader = pg::Connection::open(rows.url("reader"), "pac test");
  EXPECT_TRUE(reader);
  const auto others =
      reader->run("select count(*) from ledger.entry where tenant is distinct from 'north'");
  EXPECT_TRUE(others) << others.error().message;
  return others && std::string(others->text(0, 0)) != "0" ? 1 : 0;
}

// The folder put back to a backup that the store has gone on from, and opened.
int signed_again(bool is_removed) {
  const Switched off;
  Rows rows;
  rows.append(rows.book, 100);
  const std::string backup = (rows.folder_ / "backup").string();
  fs::copy(rows.book, backup, fs::copy_options::recursive);
  rows.append(rows.book, 100);
  rows.shipped(rows.book, 201);
  const auto files = posix_file_system();
  const auto held = pg::acknowledge_in(*files, backup, rows.url("shipper"), pg::AckLevel::pg);
  EXPECT_TRUE(held) << held.error().message;
  Surroundings around = real_surroundings();
  if (!is_removed) around.copy = held->get();
  const auto store = Store::open(*files, backup, key_of(1), std::move(around));
  EXPECT_TRUE(store) << store.error().message;
  const std::string_view entry = R"({"kind":"external"})";
  const auto appended = (*store)->append(std::span(&entry, 1));
  EXPECT_TRUE(appended) << appended.error().message;
  // An entry at a place where the store has another one.
  return (*store)->stream() == 1 && appended->first < 201 ? 1 : 0;
}

}  // namespace

std::vector<PromiseMutant> store_mutants() {
  constexpr const char* kUnseen = "no change goes unseen";
  return {
      {"CompareAndSwap", "each entry is in the store once",
       "the compare-and-swap of a stream's position",
       "a second shipper works while the first one is about to copy",
       "Shipping.TwoShippersOfACopiedFolderDoubleNothing", true, doubled},
      {"TheStoreIsAsked", "one root for one size", "the store is asked before a start signs",
       "the folder put back to a backup", "HeldCopies.AFolderThatWasPutBackGoesOnInANewStream",
       true, signed_again},
      {"ColumnsAreMadeAgain", kUnseen, "who verifies makes each column from the entry's bytes",
       "a column changed, the bytes not", "Tampering.AColumnWithoutTheBody", true, changed_column},
      {"RowsAreHashed", kUnseen, "who verifies hashes each row", "the bytes of a row changed",
       "Tampering.AByteOfABody", true, changed_row},
      {"TheTriggerRefuses", "the store refuses changes to what it has",
       "the trigger on each partition", "a row deleted by the owner",
       "Migrations.ChangesAreRefusedOnEachTableAndPartition", true, changed_by_its_writer},
      {"TenantsAreKeptApart", "a reader sees his tenant alone", "row-level security",
       "a reader of one tenant asks for the others' rows", "Migrations.AReaderSeesItsTenantOnly",
       true, seen_by_another_tenant},
  };
}

}  // namespace pac::ledger::test
