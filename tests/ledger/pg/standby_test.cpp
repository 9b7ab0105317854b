// Callers that are answered once the store, or its synchronous standby, has what was recorded: with
// two servers, of which either is killed and the standby takes over; and a backup that is restored
// to a point in time.
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "ledger/file/read_entries.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

using pg::AckLevel;

class Standby : public testing::Test {
 protected:
  void SetUp() override {
    if (cluster() == nullptr) GTEST_SKIP() << "no PostgreSQL here: install postgresql";
    folder_ = fs::temp_directory_path() / ("pac_standby_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    ASSERT_TRUE(primary_.create()) << primary_.problem();
    archive_ = primary_.folder() + "/archive";
    fs::create_directories(archive_);
    ASSERT_EQ(chmod(archive_.c_str(), 0777), 0);
    ASSERT_TRUE(primary_.start("-c archive_mode=on -c archive_command='cp %p " + archive_ + "/%f'"))
        << primary_.problem();
    sql(primary_, "postgres", "create database book");
    auto connection = pg::Connection::open(primary_.url("book"), "pac test");
    ASSERT_TRUE(connection);
    ASSERT_TRUE(pg::prepare_store(*connection));
    ASSERT_TRUE(pg::migrate(*connection, pg::store_version()));
    book_ = (folder_ / "book").string();
    ASSERT_TRUE(init_store(*files_, book_, {kLedger, key_of(1).public_key()}));
    reopen();
  }
  void TearDown() override {
    acknowledger_.reset();
    store_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  void reopen() {
    store_.reset();
    auto store = Store::open(*files_, book_, key_of(1), real_surroundings());
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  void add_standby() {
    ASSERT_TRUE(standby_.clone(primary_, true)) << standby_.problem();
    ASSERT_TRUE(standby_.start()) << standby_.problem();
    sql(primary_, "postgres", "alter system set synchronous_standby_names = '*'");
    sql(primary_, "postgres", "select pg_reload_conf()");
    wait_for(primary_, "select count(*) = 1 from pg_stat_replication where sync_state = 'sync'");
  }
  static void sql(Cluster& at, const std::string& database, const std::string& text) {
    auto connection = pg::Connection::open(at.url(database), "pac test");
    ASSERT_TRUE(connection) << connection.error().message;
    const auto done = connection->script(text);
    ASSERT_TRUE(done) << done.error().message;
  }
  static std::string ask(Cluster& at, const std::string& query) {
    auto connection = pg::Connection::open(at.url("book"), "pac test");
    if (!connection) return connection.error().message;
    const auto rows = connection->run(query);
    if (!rows) return rows.error().message;
    return rows->count() == 0 ? "" : std::string(rows->text(0, 0));
  }
  static void wait_for(Cluster& at, const std::string& query) {
    for (int i = 0; i < 600 && ask(at, query) != "t"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ASSERT_EQ(ask(at, query), "t") << query;
  }
  void take_over() {
    primary_.stop(true);
    sql(standby_, "book", "select pg_promote()");
    wait_for(standby_, "select not pg_is_in_recovery()");
  }

  Result<void> open(AckLevel level, const std::string& url, int patience_ms = 20'000) {
    acknowledger_.reset();
    pg::ShipSettings settings;
    settings.patience_ms = patience_ms;
    auto made =
        pg::acknowledge_in(*files_, book_, url, level, settings,
                           {[this](const pg::Rewound& one) { rewound_.push_back(one); }, {}});
    if (!made) return std::unexpected(made.error());
    acknowledger_ = std::move(*made);
    return {};
  }
  void append(int count) {
    std::vector<std::string> entries;
    for (int i = 0; i < count; ++i) entries.push_back(decision(*store_->stamp(), next_++));
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    ASSERT_TRUE(store_->append(views));
  }
  Result<void> acknowledge() {
    return acknowledger_->acknowledge(
        [this](const std::function<void(Store&)>& use) { use(*store_); });
  }
  // "" where it works, else the code.
  std::string code() {
    const auto done = acknowledge();
    return done ? ""
                : done.error().code +
                      (done.error().code == "PAC6313" ? "" : " " + done.error().message);
  }
  static std::string size_at(Cluster& at) { return ask(at, "select size from ledger.ship"); }
  std::string size() const { return std::to_string(store_->writer().size()); }
  static std::string findings(Cluster& at) {
    const auto report = pg::verify(at.url("book"), {kLedger, key_of(1).public_key(), {}, {}});
    if (!report) return report.error().message;
    std::string out;
    for (const LedgerFinding& one : report->findings) {
      out += std::to_string(one.index) + ": " + one.what + "\n";
    }
    return out;
  }
  // Whether the folder has a signed entry that says so.
  bool is_recorded(const std::string& event) {
    bool out = false;
    const auto read = read_entries(*files_, stream_folder(book_, 1), 0, UINT64_MAX,
                                   [&](std::uint64_t, std::string_view entry) {
                                     out = out || entry.find(event) != entry.npos;
                                     return true;
                                   });
    EXPECT_TRUE(read);
    return out;
  }

  Cluster primary_, standby_;
  std::unique_ptr<FileSystem> files_ = posix_file_system();
  fs::path folder_;
  std::string book_, archive_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Acknowledger> acknowledger_;
  std::vector<pg::Rewound> rewound_;
  std::uint64_t next_ = 0;
};

TEST_F(Standby, WithoutOneNothingIsAcknowledgedAtThatLevel) {
  EXPECT_EQ(open(AckLevel::pg_sync, primary_.url("book")).error().code, "PAC6313");
  ASSERT_TRUE(open(AckLevel::pg, primary_.url("book")));
  append(10);
  EXPECT_EQ(code(), "");
  EXPECT_EQ(size_at(primary_), size());
  append(10);
  EXPECT_EQ(code(), "");
  EXPECT_EQ(size_at(primary_), size());
  EXPECT_EQ(findings(primary_), "");
}

// What was answered is on the standby, whatever becomes of the primary; what was not may be lost
// there, is in the folder, and is shipped again.
TEST_F(Standby, NothingAcknowledgedAtPgSyncIsLost) {
  add_standby();
  const std::string url = primary_.url_with(standby_, "book");
  ASSERT_TRUE(open(AckLevel::pg_sync, url, 300));
  std::uint64_t acknowledged = 0;
  for (int i = 0; i < 5; ++i) {
    append(20);
    ASSERT_EQ(code(), "") << i;
    acknowledged = store_->writer().size();
  }
  // The standby is gone: the store has what comes, and nobody is answered.
  standby_.stop(true);
  append(20);
  EXPECT_EQ(code(), "PAC6313");
  EXPECT_EQ(size_at(primary_), size());
  // It comes back and catches up.
  ASSERT_TRUE(standby_.start()) << standby_.problem();
  wait_for(primary_, "select count(*) = 1 from pg_stat_replication where sync_state = 'sync'");
  EXPECT_EQ(code(), "");
  acknowledged = store_->writer().size();
  // It is gone again while more is shipped, and then has to take over.
  standby_.stop(true);
  append(20);
  EXPECT_EQ(code(), "PAC6313");
  primary_.stop(true);
  ASSERT_TRUE(standby_.start()) << standby_.problem();
  take_over();
  EXPECT_GE(std::stoull(size_at(standby_)), acknowledged);
  EXPECT_LT(std::stoull(size_at(standby_)), store_->writer().size());
  EXPECT_EQ(findings(standby_), "");
  // It has no standby of its own yet; what it lost is recorded and shipped again all the same.
  append(5);
  EXPECT_EQ(code(), "PAC6313");
  ASSERT_EQ(rewound_.size(), 1u);
  EXPECT_EQ(rewound_[0].to, acknowledged);
  EXPECT_TRUE(is_recorded("store-rewound"));
  EXPECT_EQ(size_at(standby_), size());
  EXPECT_EQ(findings(standby_), "");
}

TEST_F(Standby, AStandbyThatTakesOverTooEarlyIsNoticedAndFilledAgain) {
  add_standby();
  ASSERT_TRUE(open(AckLevel::pg, primary_.url_with(standby_, "book")));
  append(50);
  ASSERT_EQ(code(), "");
  wait_for(standby_, "select size = " + size() + " from ledger.ship");
  standby_.stop(true);
  const std::uint64_t lagging = store_->writer().size();
  append(50);
  ASSERT_EQ(code(), "") << "at this level no standby is waited for";
  primary_.stop(true);
  ASSERT_TRUE(standby_.start()) << standby_.problem();
  take_over();
  EXPECT_EQ(size_at(standby_), std::to_string(lagging));
  append(1);
  EXPECT_EQ(code(), "");
  ASSERT_EQ(rewound_.size(), 1u);
  EXPECT_EQ(rewound_[0].from, lagging + 50);
  EXPECT_EQ(rewound_[0].to, lagging);
  EXPECT_TRUE(is_recorded("store-rewound"));
  EXPECT_EQ(size_at(standby_), size());
  EXPECT_EQ(ask(standby_, "select count(*) from ledger.entry"), size());
  EXPECT_EQ(findings(standby_), "");
  append(1);
  EXPECT_EQ(code(), "");
  EXPECT_EQ(rewound_.size(), 1u) << "once is enough";
}

// The drill of docs/design/ledger_store.md: a backup and the log of the server, restored to a
// point.
TEST_F(Standby, ABackupIsRestoredToAPointInTimeAndFilledAgain) {
  ASSERT_TRUE(open(AckLevel::pg, primary_.url("book")));
  append(100);
  ASSERT_EQ(code(), "");
  ASSERT_TRUE(standby_.clone(primary_, false)) << standby_.problem();
  append(100);
  ASSERT_EQ(code(), "");
  const std::string at_point = size();
  sql(primary_, "book", "select pg_create_restore_point('audit')");
  append(100);
  ASSERT_EQ(code(), "");
  const std::string last = ask(primary_, "select pg_walfile_name(pg_current_wal_lsn())");
  sql(primary_, "book", "select pg_switch_wal()");
  wait_for(primary_, "select last_archived_wal >= '" + last + "' from pg_stat_archiver");
  primary_.stop();
  std::ofstream(standby_.folder() + "/data/recovery.signal").close();
  ASSERT_TRUE(standby_.start("-c restore_command='cp " + archive_ +
                             "/%f %p' -c recovery_target_name=audit "
                             "-c recovery_target_action=promote"))
      << standby_.problem();
  wait_for(standby_, "select not pg_is_in_recovery()");
  EXPECT_EQ(size_at(standby_), at_point);
  EXPECT_EQ(findings(standby_), "");
  ASSERT_TRUE(open(AckLevel::pg, standby_.url("book")));
  EXPECT_EQ(code(), "");
  ASSERT_EQ(rewound_.size(), 1u);
  EXPECT_EQ(std::to_string(rewound_[0].to), at_point);
  EXPECT_TRUE(is_recorded("store-rewound"));
  EXPECT_EQ(size_at(standby_), size());
  EXPECT_EQ(findings(standby_), "");
}

}  // namespace
}  // namespace pac::ledger::test
