#include "tests/ledger/pg/support.h"

#include <unistd.h>

#include <cstdlib>

#include "ledger/log/checkpoint.h"
#include "ledger/log/limits.h"

namespace pac::ledger::test {
namespace {

std::unique_ptr<Cluster> the_cluster;

// One server for all tests, and a database to copy that has the tables.
class Server : public testing::Environment {
 public:
  void SetUp() override {
    auto server = std::make_unique<Cluster>();
    if (!server->create()) {
      ASSERT_EQ(std::getenv("PAC_REQUIRE_PG"), nullptr) << server->problem();
      return;
    }
    ASSERT_TRUE(server->start("-c max_wal_size=64MB")) << server->problem();
    auto admin = pg::Connection::open(server->url("postgres"), "pac test");
    ASSERT_TRUE(admin) << admin.error().message;
    ASSERT_TRUE(admin->script("create database pattern"));
    auto pattern = pg::Connection::open(server->url("pattern"), "pac test");
    ASSERT_TRUE(pattern) << pattern.error().message;
    const auto prepared = pg::prepare_store(*pattern);
    ASSERT_TRUE(prepared) << prepared.error().message;
    const auto migrated = pg::migrate(*pattern, pg::store_version());
    ASSERT_TRUE(migrated) << migrated.error().message;
    ASSERT_TRUE(
        admin->script("create role shipper login in role pac_ledger_ship; "
                      "create role reader login in role pac_ledger_read; "
                      "create role auditor login in role pac_ledger_read; "
                      "create role keeper login in role pac_ledger_maintain"));
    the_cluster = std::move(server);
  }
  void TearDown() override { the_cluster.reset(); }
};

const auto* const kServer = testing::AddGlobalTestEnvironment(new Server);

}  // namespace

Cluster* cluster() { return the_cluster.get(); }

std::string decision(const Stamp& stamp, std::uint64_t number) {
  const std::string n = std::to_string(number);
  json::Value answer = json::Value::object();
  json::Value fired = json::Value::array();
  fired.push_back(number % 3 == 0 ? "too_much_debt" : "sound");
  answer.set("fired", std::move(fired));
  answer.set("status", number % 10 == 9 ? "error" : "ok");
  json::Value entry = json::Value::object();
  entry.set("answer", std::move(answer));
  entry.set("at", time_text(stamp.at_us));
  entry.set("duration_ns", 1000 + number % 7);
  entry.set("function", number % 2 == 0 ? "lending.loan.grant" : "lending.loan.review");
  entry.set("kind", "decision");
  entry.set("nonce", stamp.nonce);
  entry.set("origin", stamp.origin);
  entry.set("run", "00000000000000000000000000000000");
  entry.set("schema", 1);
  entry.set("snapshot", kDigest);
  entry.set("subject", "person-" + std::to_string(number % 50));
  entry.set("tenant", number % 4 == 0 ? "north" : "south");
  return json::canonical(entry);
}

void PgStore::SetUp(const std::string& pattern) {
  if (cluster() == nullptr) GTEST_SKIP() << "no PostgreSQL here: install postgresql";
  static int number = 0;
  database_ = "t" + std::to_string(++number);
  folder_ = fs::temp_directory_path() / ("pac_pg_test_" + std::to_string(getpid()));
  fs::create_directories(folder_);
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin) << admin.error().message;
  const auto made = admin->script("create database " + database_ + " template " + pattern);
  ASSERT_TRUE(made) << made.error().message;
  sql("update ledger.setting set value = '1000' where name = 'partition_rows'");
}

void PgStore::TearDown() {
  if (database_.empty()) return;
  fs::remove_all(folder_);
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin);
  EXPECT_TRUE(admin->script("drop database if exists " + database_ + " with (force)"));
}

std::string PgStore::make_ledger(const std::string& name) {
  const std::string folder = (folder_ / name).string();
  EXPECT_TRUE(init_store(*files_, folder, {kLedger, key_of(1).public_key()}));
  EXPECT_TRUE(Store::open(*files_, folder, key_of(1), real_surroundings()));
  return folder;
}

void PgStore::append(const std::string& folder, std::uint64_t count, std::uint64_t batch) {
  auto store = Store::open(*files_, folder, key_of(1), real_surroundings());
  ASSERT_TRUE(store) << store.error().message;
  while (count > 0) {
    std::vector<std::string> entries;
    for (; count > 0 && entries.size() < batch; --count) {
      entries.push_back(decision(*(*store)->stamp(), next_++));
    }
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    ASSERT_TRUE((*store)->append(views));
  }
  ASSERT_TRUE((*store)->publish());
}

pg::ShipSettings PgStore::small() {
  pg::ShipSettings out;
  out.rows = 300;
  out.patience_ms = 20'000;
  return out;
}

Result<pg::Shipped> PgStore::ship(const std::string& folder, pg::ShipSettings settings) {
  static const crypto::SigningKey key = key_of(1);
  if (settings.key == nullptr) settings.key = &key;
  return pg::ship(*files_, folder, url(), settings);
}

void PgStore::shipped(const std::string& folder, std::uint64_t size) {
  const auto out = ship(folder);
  ASSERT_TRUE(out) << out.error().code << " " << out.error().message;
  ASSERT_EQ(out->streams.size(), 1u);
  EXPECT_EQ(out->streams[0].size, size);
  EXPECT_TRUE(out->rewound.empty());
}

Result<VerifiedStore> PgStore::verify(std::span<const Checkpoint> known) {
  return pg::verify(url(), {kLedger, key_of(1).public_key(), known, {}});
}

std::string PgStore::findings(std::span<const Checkpoint> known) {
  const auto report = verify(known);
  if (!report) return report.error().code + " " + report.error().message;
  std::string out;
  for (const LedgerFinding& finding : report->findings) {
    out += std::to_string(finding.index) + ": " + finding.what + "\n";
  }
  return out;
}

Checkpoint PgStore::published(const std::string& folder) {
  const auto note = read_whole(*files_, stream_folder(folder, 1) + "/checkpoint", kMaxNoteBytes);
  EXPECT_TRUE(note);
  const NoteKey key{stream_origin(kLedger, 1), key_of(1).public_key()};
  return *open_checkpoint(*note, key.name, std::span(&key, 1));
}

void PgStore::sql(const std::string& statements) {
  auto connection = pg::Connection::open(url(), "pac test");
  ASSERT_TRUE(connection) << connection.error().message;
  const auto done = connection->script(statements);
  ASSERT_TRUE(done) << done.error().message << "\n" << statements;
}

std::string PgStore::ask(const std::string& query) {
  auto connection = pg::Connection::open(url(), "pac test");
  if (!connection) return connection.error().message;
  const auto rows = connection->run(query);
  if (!rows) return rows.error().message;
  return rows->count() == 0 ? "" : std::string(rows->text(0, 0));
}

void PgStore::tamper(const std::string& statements) {
  const std::string each =
      "do $$ declare t record; begin for t in select c.oid::regclass as name from pg_class c where "
      "c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p') loop "
      "execute format('alter table %s ";
  sql(each + "disable trigger user', t.name); end loop; end $$; " + statements + "; " + each +
      "enable trigger user', t.name); end loop; end $$");
}

}  // namespace pac::ledger::test
