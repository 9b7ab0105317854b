// A service that records through pac/ledger.h and answers once a store has the entry: with an audit
// wall, and with what it must be told.
#include <fstream>

#include "compiler/driver/build.h"
#include "pac/ledger.h"
#include "runtime/crypto/key_file.h"
#include "tests/ledger/pg/support.h"
#include "tests/unit/ledger/bank.h"

namespace pac::ledger::test {
namespace {

class Service : public PgStore {
 protected:
  void SetUp() override {
    PgStore::SetUp();
    if (IsSkipped()) return;
    book_ = (folder_ / "book").string();
    ASSERT_TRUE(init_store(*files_, book_, {kLedger, key_of(1).public_key()}));
    std::ofstream(book_ + "/signing.key") << crypto::private_key_pem(key_of(1));
    const auto built = driver::build(compiled(), {false, "1.0", {}, nullptr});
    ASSERT_TRUE(built) << built.error().message;
    bundle_ = built->bytes;
    store_ = url("shipper");
    wall_name_ = database_ + "_wall";
    wall_ = cluster()->url(wall_name_, "shipper");
    failure_.size_bytes = sizeof failure_;
    options_.size_bytes = sizeof options_;
    options_.folder = {book_.data(), book_.size()};
    options_.ack_level = PAC_ACK_PG;
    options_.store = {store_.data(), store_.size()};
    options_.alarm_data = this;
    options_.alarm = [](void* data, const char* code, const char* message) {
      static_cast<Service*>(data)->alarms_.push_back(std::string(code) + " " + message);
    };
  }
  void TearDown() override {
    close();
    if (!database_.empty()) admin("drop database if exists " + wall_name_ + " with (force)");
    PgStore::TearDown();
  }

  void admin(const std::string& statement) {
    auto connection = pg::Connection::open(cluster()->url("postgres"), "pac test");
    ASSERT_TRUE(connection) << connection.error().message;
    const auto done = connection->script(statement);
    ASSERT_TRUE(done) << done.error().message;
  }
  // A store of its own, which the options name from now on.
  void make_wall() {
    admin("create database " + wall_name_ + " template pattern");
    auto own = pg::Connection::open(cluster()->url(wall_name_), "pac test");
    ASSERT_TRUE(own->script("update ledger.setting set value = 'wall' where name = 'store'"));
    options_.audit = {wall_.data(), wall_.size()};
  }
  std::string in_wall(const std::string& question) {
    auto connection = pg::Connection::open(cluster()->url(wall_name_), "pac test");
    const auto rows = connection->run(question);
    return rows ? std::string(rows->text(0, 0)) : rows.error().message;
  }

  void open() {
    ASSERT_EQ(pac_recorder_open(&options_, &recorder_, &failure_), PAC_DONE) << failure_.message;
    ASSERT_EQ(pac_engine_new(nullptr, &engine_), PAC_DONE);
    ASSERT_EQ(pac_rule_set_load_bundle(engine_, bundle_.data(), bundle_.size(), nullptr, &rules_,
                                       &failure_),
              PAC_DONE)
        << failure_.message;
    ASSERT_EQ(pac_recorder_activate(recorder_, rules_, bundle_.data(), bundle_.size(), &policy_,
                                    &failure_),
              PAC_DONE)
        << failure_.message;
    ASSERT_EQ(pac_recording_new(policy_, 0, &recording_), PAC_DONE);
    ASSERT_EQ(pac_input_new(rules_, &input_), PAC_DONE);
  }
  void close() {
    pac_input_free(std::exchange(input_, nullptr));
    pac_recording_free(std::exchange(recording_, nullptr));
    pac_policy_free(std::exchange(policy_, nullptr));
    pac_rule_set_free(std::exchange(rules_, nullptr));
    pac_engine_free(std::exchange(engine_, nullptr));
    pac_recorder_free(std::exchange(recorder_, nullptr));
  }
  pac_answer decide() {
    const std::string json = R"({"who":{"name":"A"},"amount":"1.00"})";
    const std::string around =
        R"({"as_of":"2026-03-01","now":"2026-03-01T09:00:00Z","caller":"desk"})";
    pac_context context{};
    context.size_bytes = sizeof context;
    context.json = {around.data(), around.size()};
    pac_input_bind_json(input_, 0, json.data(), json.size());
    return pac_recording_decide(recording_, input_, &context, nullptr, nullptr, &failure_);
  }

  std::string book_, bundle_, store_, wall_name_, wall_;
  pac_recorder_options options_{};
  pac_failure failure_{};
  std::vector<std::string> alarms_;
  pac_recorder* recorder_ = nullptr;
  pac_engine* engine_ = nullptr;
  pac_rule_set* rules_ = nullptr;
  pac_policy* policy_ = nullptr;
  pac_recording* recording_ = nullptr;
  pac_input* input_ = nullptr;
};

constexpr const char* kDecisions = "select count(*) from ledger.entry where kind = 'decision'";

TEST_F(Service, AnAnswerIsInTheStore) {
  open();
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  EXPECT_EQ(ask(kDecisions), "1");
  EXPECT_EQ(decide(), PAC_DONE);
  EXPECT_EQ(ask(kDecisions), "2");
  // So is what a service does beside deciding.
  pac_recorded recorded{};
  recorded.size_bytes = sizeof recorded;
  ASSERT_EQ(pac_recorder_end_epoch(recorder_, &recorded, &failure_), PAC_DONE) << failure_.message;
  EXPECT_EQ(ask("select kind from ledger.entry where idx = " + std::to_string(recorded.index)),
            "erase");
  EXPECT_TRUE(alarms_.empty());
}

TEST_F(Service, TheWallGetsTheSameAndMayBeAway) {
  make_wall();
  open();
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  EXPECT_EQ(in_wall(kDecisions), "1");
  admin("drop database " + wall_name_ + " with (force)");
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  ASSERT_EQ(alarms_.size(), 1u);
  EXPECT_TRUE(alarms_[0].starts_with("PAC6301 the audit wall can't be shipped to, and lacks "))
      << alarms_[0];
  EXPECT_EQ(ask(kDecisions), "2");
}

TEST_F(Service, BeyondItsBoundNothingIsAnsweredWithoutTheWall) {
  make_wall();
  options_.bounds_audit = 1;
  options_.audit_behind = 0;
  open();
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  admin("drop database " + wall_name_ + " with (force)");
  EXPECT_EQ(decide(), PAC_FAILED);
  EXPECT_STREQ(failure_.code, "PAC6314");
}

TEST_F(Service, AStoreThatWasPutBackIsToldOf) {
  open();
  admin("create database " + database_ + "_old template pattern");
  auto old = pg::Connection::open(cluster()->url(database_ + "_old"), "pac test");
  ASSERT_TRUE(old->script("update ledger.setting set value = '" +
                          ask("select value from ledger.setting where name = 'store'") +
                          "' where name = 'store'"));
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  old = fail("", "closed");
  admin("drop database " + database_ + " with (force)");
  admin("alter database " + database_ + "_old rename to " + database_);
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  ASSERT_EQ(alarms_.size(), 1u);
  EXPECT_TRUE(alarms_[0].starts_with("PAC6307 the store had lost entries of ")) << alarms_[0];
  EXPECT_EQ(ask(kDecisions), "2");
}

TEST_F(Service, AFolderThatWasPutBackGoesOnInANewStream) {
  open();
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  close();
  const fs::path backup = folder_ / "backup";
  fs::copy(book_, backup, fs::copy_options::recursive);
  open();
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  close();
  fs::remove_all(book_);
  fs::rename(backup, book_);
  open();
  EXPECT_EQ(decide(), PAC_DONE) << failure_.message;
  EXPECT_EQ(ask("select max(stream) from ledger.entry"), "2");
  EXPECT_EQ(ask(kDecisions), "3");
}

TEST_F(Service, AWallBelongsToAStore) {
  options_.ack_level = PAC_ACK_SPOOL;
  options_.audit = {wall_.data(), wall_.size()};
  EXPECT_EQ(pac_recorder_open(&options_, &recorder_, &failure_), PAC_MISUSED);
}

}  // namespace
}  // namespace pac::ledger::test
