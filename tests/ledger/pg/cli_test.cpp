// pac ledger with a store, as a user meets it.
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "ledger/log/cosignature.h"
#include "ledger/log/limits.h"
#include "ledger/witness/cosigned.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class StoreCli : public PgStore {
 protected:
  // The exit code; what was printed is in out_ and err_.
  int pac(const std::string& arguments) { return program("ledger " + arguments); }
  int program(const std::string& arguments) {
    const std::string base = (folder_ / "said").string();
    const int status = std::system(("cd '" + folder_.string() + "' && " PAC_BINARY " " + arguments +
                                    " </dev/null >" + base + ".out 2>" + base + ".err")
                                       .c_str());
    out_ = *read_whole(*files_, base + ".out", 1 << 26);
    err_ = *read_whole(*files_, base + ".err", 1 << 26);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
  }
  std::string quoted_url(const std::string& user = "postgres") const {
    return "'" + url(user) + "'";
  }

  std::string out_, err_;
};

TEST_F(StoreCli, FromAnEmptyDatabaseToAnAlarm) {
  sql("drop schema ledger cascade");
  const std::string store = " --store " + quoted_url();
  EXPECT_EQ(pac("verify" + store), 3);
  EXPECT_TRUE(has(err_, "PAC6303")) << err_;
  EXPECT_EQ(pac("init" + store), 0) << err_;
  EXPECT_TRUE(has(out_, "pac_ledger_ship")) << out_;
  EXPECT_EQ(pac("init" + store), 0) << err_;
  EXPECT_TRUE(has(out_, "as before")) << out_;

  ASSERT_EQ(pac("init book --origin bank.example/credit"), 0) << err_;
  const std::string key = out_.substr(out_.rfind('\n', out_.size() - 2) + 1);
  std::ofstream lines(folder_ / "lines");
  for (int i = 0; i < 500; ++i) {
    lines << R"({"status":"ok","fired":["r)" << i % 5 << R"("],"subject":"ann","amount":")" << i
          << "\"}\n";
  }
  lines.close();
  ASSERT_EQ(pac("append book --input lines"), 0) << err_;
  EXPECT_EQ(pac("ship book" + store), 0) << err_;
  EXPECT_EQ(out_, "bank.example/credit/1: 501 records shipped, the store has 501\n");
  EXPECT_EQ(pac("ship book --format json" + store), 0) << err_;
  EXPECT_EQ(out_, "{\"from\":501,\"origin\":\"bank.example/credit/1\",\"size\":501}\n");

  const std::string trusted = " --verifier '" + key.substr(0, key.size() - 1) + "'";
  EXPECT_EQ(pac("verify " + quoted_url() + trusted), 0) << err_;
  EXPECT_TRUE(out_.starts_with("bank.example/credit/1: 501 entries as signed, ")) << out_;
  EXPECT_EQ(pac("verify" + store), 0) << err_;
  EXPECT_TRUE(has(out_, "--verifier")) << out_;
  EXPECT_EQ(pac("index" + store), 0) << err_;
  EXPECT_EQ(out_, "501 records indexed\n");
  EXPECT_EQ(pac("query --rule r3 --subject ann --limit 2 --format json" + store), 0) << err_;
  EXPECT_EQ(std::ranges::count(out_, '\n'), 2);
  EXPECT_TRUE(has(out_, "\"amount\":\"3\"") && has(out_, "\"index\":9,\"stream\":1}")) << out_;
  EXPECT_EQ(pac("query " + quoted_url() + " --from 10 --to 19"), 0) << err_;
  EXPECT_EQ(std::ranges::count(out_, '\n'), 10);
  EXPECT_EQ(pac("migrate --to-version 1" + store), 0) << err_;
  EXPECT_EQ(pac("verify" + store), 3);
  EXPECT_TRUE(has(err_, "pac ledger migrate")) << err_;
  EXPECT_EQ(pac("migrate" + store), 0) << err_;

  tamper(
      "update ledger.entry set body = set_byte(body, 70, get_byte(body, 70) # 1) where idx = 77");
  EXPECT_EQ(pac("verify " + quoted_url() + trusted), 1);
  EXPECT_TRUE(has(err_, "PAC6212") && has(err_, "stream 1, entry 77")) << err_;
  EXPECT_EQ(pac("verify --format json" + store + trusted), 1);
  EXPECT_TRUE(has(out_, "\"index\":77")) << out_;
}

TEST_F(StoreCli, ARewoundStoreIsAnAlarm) {
  ASSERT_EQ(pac("init book --origin bank.example/credit"), 0) << err_;
  const std::string store = " --store " + quoted_url();
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin->script("create database " + database_ + "_old template " + database_));
  ASSERT_EQ(pac("ship book" + store), 0) << err_;
  ASSERT_TRUE(admin->script("drop database " + database_ + " with (force)"));
  ASSERT_TRUE(admin->script("alter database " + database_ + "_old rename to " + database_));
  EXPECT_EQ(pac("ship book" + store), 1);
  EXPECT_TRUE(has(err_, "PAC6307") && has(err_, "it had 1 and was back at 0")) << err_;
  EXPECT_EQ(pac("ship book" + store), 0) << err_;
  EXPECT_EQ(pac("verify" + store), 0) << err_;
}

TEST_F(StoreCli, DecisionsAreAnsweredOnceTheStoreHasThem) {
  std::ofstream(folder_ / "p.pac") << R"(package p edition 1
decision d {
  input { x: int in 0 .. 9 }
  output { y: int }
  rules first {
    rule large { when x > 4 then { y: 1 } }
    otherwise { y: 0 }
  }
}
)";
  std::ofstream(folder_ / "in.jsonl") << "{\"x\":3}\n{\"x\":7}\n";
  ASSERT_EQ(pac("init book --origin bank.example/credit"), 0) << err_;
  const std::string run = "run p.pac --input in.jsonl --format json --ledger book ";
  const std::string store = " --store " + quoted_url();
  EXPECT_EQ(program(run + "--ack pg" + store), 0) << err_;
  EXPECT_TRUE(has(out_, "\"entry\":\"1/2\"") && has(out_, "\"entry\":\"1/3\"")) << out_;
  EXPECT_EQ(ask("select count(*) from ledger.entry"), "4");
  EXPECT_EQ(pac("verify" + store), 0) << err_;
  // There is no standby: nothing is decided.
  EXPECT_EQ(program(run + "--ack pg_sync" + store), 3);
  EXPECT_TRUE(has(err_, "PAC6313")) << err_;
  EXPECT_EQ(out_, "");
  EXPECT_EQ(program(run + "--ack pg --store 'postgres://u@/d?host=/nowhere'"), 3);
  EXPECT_TRUE(has(err_, "PAC6301")) << err_;
  EXPECT_EQ(out_, "");
  for (const std::string wrong : {"--ack pg", "--ack witnessed", "--ack twice"}) {
    EXPECT_EQ(program(run + wrong), 2) << wrong;
    if (wrong.ends_with("witnessed")) {
      EXPECT_TRUE(has(err_, "always waits for them")) << err_;
    }
  }
  EXPECT_EQ(program(run + store), 2) << "--store alone";
  // The store in place of the folder, which is then the way to it.
  const std::string to_store = "run p.pac --input in.jsonl --format json --ledger " + quoted_url();
  EXPECT_EQ(program(to_store + " --spool book"), 0) << err_;
  EXPECT_TRUE(has(out_, "\"entry\":\"1/5\"")) << out_;
  EXPECT_EQ(ask("select count(*) from ledger.entry where kind = 'decision'"), "4");
  EXPECT_EQ(program(to_store + " --spool book --ack pg_sync"), 3);
  EXPECT_TRUE(has(err_, "PAC6313")) << err_;
  EXPECT_EQ(program(to_store), 2);
  EXPECT_TRUE(has(err_, "--spool FOLDER") && has(err_, "pac ledger init")) << err_;
  for (const std::string wrong : {" --spool book --ack spool", " --spool book --store u"}) {
    EXPECT_EQ(program(to_store + wrong), 2) << wrong;
  }
  EXPECT_EQ(program("run p.pac --input in.jsonl --ledger mysql://u@h/d --spool book"), 2);
  EXPECT_TRUE(has(err_, "postgres://")) << err_;
  EXPECT_EQ(program(run + "--spool book"), 2);
  EXPECT_EQ(program(to_store + " --spool none"), 3) << "no ledger there";
  EXPECT_TRUE(has(err_, "PAC6209")) << err_;
  EXPECT_EQ(program("run p.pac --input in.jsonl --ack pg" + store), 2) << "without a ledger";
}

TEST_F(StoreCli, AFolderThatWasPutBackIsRecovered) {
  ASSERT_EQ(pac("init book --origin bank.example/credit"), 0) << err_;
  const std::string store = " --store " + quoted_url();
  ASSERT_EQ(pac("ship book" + store), 0) << err_;
  fs::copy(folder_ / "book", folder_ / "backup", fs::copy_options::recursive);
  std::ofstream(folder_ / "line") << "{\"a\":1}\n";
  ASSERT_EQ(pac("append book --input line"), 0) << err_;
  ASSERT_EQ(pac("ship book" + store), 0) << err_;
  EXPECT_EQ(pac("recover book" + store), 0) << err_;
  EXPECT_TRUE(has(out_, "nothing to recover")) << out_;
  EXPECT_EQ(pac("ship backup" + store), 3);
  EXPECT_TRUE(has(err_, "PAC6306") && has(err_, "pac ledger recover")) << err_;
  EXPECT_EQ(pac("recover backup" + store), 1);
  EXPECT_TRUE(has(err_, "the store has 2 entries") && has(out_, "credit/2 goes on"))
      << err_ << out_;
  EXPECT_EQ(pac("ship backup" + store), 0) << err_;
  EXPECT_EQ(pac("verify" + store), 0) << err_;
}

TEST_F(StoreCli, TheFurtherLineIsAskedForInAStoreToo) {
  const auto second_of = [&](const std::string& name) {
    EXPECT_EQ(pac("init " + name + " --origin bank.example/" + name + " --also-key " + name +
                  "/second.key"),
              0)
        << err_;
    const std::string line = out_.substr(out_.rfind('\n', out_.size() - 2) + 1);
    return " --also-verifier '" + line.substr(0, line.find(' ')) + "'";
  };
  const std::string store = " --store " + quoted_url();
  const std::string own = second_of("book"), other = second_of("other");
  ASSERT_EQ(pac("ship book" + store), 0) << err_;
  EXPECT_EQ(pac("verify" + store + own), 0) << err_;
  EXPECT_EQ(pac("verify" + store + other), 1);
  EXPECT_TRUE(has(err_, "PAC6212")) << err_;
  EXPECT_EQ(pac("verify --also-verifier nonsense" + store), 2);
  // A store that lost entries: who records that signs both lines.
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin->script("create database " + database_ + "_old template " + database_));
  std::ofstream(folder_ / "line") << "{\"a\":1}\n";
  ASSERT_EQ(pac("append book --input line"), 0) << err_;
  ASSERT_EQ(pac("ship book" + store), 0) << err_;
  ASSERT_TRUE(admin->script("drop database " + database_ + " with (force)"));
  ASSERT_TRUE(admin->script("alter database " + database_ + "_old rename to " + database_));
  EXPECT_EQ(pac("ship book" + store), 1);
  EXPECT_TRUE(has(err_, "PAC6307")) << err_;
  EXPECT_EQ(pac("verify" + store + own), 0) << err_;
}

TEST_F(StoreCli, OneOfSeveralLedgersIsAskedFor) {
  const std::string store = " --store " + quoted_url();
  for (const std::string name : {"credit", "claims"}) {
    ASSERT_EQ(pac("init " + name + " --origin bank.example/" + name), 0) << err_;
    std::ofstream(folder_ / "lines") << "{\"of\":\"" << name << "\"}\n";
    ASSERT_EQ(pac("append " + name + " --input lines"), 0) << err_;
    ASSERT_EQ(pac("ship " + name + store), 0) << err_;
    if (name == "credit") {
      EXPECT_EQ(pac("query --format json" + store), 0) << "one needs no name";
    }
  }
  for (const std::string what : {"query", "verify"}) {
    EXPECT_EQ(pac(what + store), 2);
    EXPECT_TRUE(has(err_, "PAC6311") && has(err_, "`bank.example/claims`, `bank.example/credit`") &&
                has(err_, "--origin"))
        << err_;
    EXPECT_EQ(pac(what + store + " --origin bank.example/other"), 2);
    EXPECT_TRUE(has(err_, "the store has no ledger `bank.example/other`")) << err_;
    EXPECT_EQ(pac(what + " credit --origin bank.example/credit"), 2) << "of a folder";
  }
  EXPECT_EQ(pac("query --format json --kind external --origin bank.example/claims" + store), 0);
  EXPECT_EQ(std::ranges::count(out_, '\n'), 1) << out_;
  EXPECT_TRUE(has(out_, "\"of\":\"claims\"")) << out_;
  EXPECT_EQ(pac("verify --origin bank.example/credit" + store), 0) << err_;
  EXPECT_TRUE(has(out_, "bank.example/credit/1: 2 entries") && !has(out_, "claims")) << out_;
}

TEST_F(StoreCli, AnAuditWallIsShippedToAndCompared) {
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin->script("create database " + database_ + "_wall template pattern"));
  const std::string store = " --store " + quoted_url();
  const std::string wall = " --audit '" + cluster()->url(database_ + "_wall") + "'";
  {
    auto copy = pg::Connection::open(cluster()->url(database_ + "_wall"), "pac test");
    ASSERT_TRUE(copy->script("update ledger.setting set value = 'wall' where name = 'store'"));
  }
  const std::string nowhere = " --audit 'postgres://u@/d?host=/nowhere'";
  ASSERT_EQ(pac("init book --origin bank.example/credit"), 0) << err_;
  EXPECT_EQ(pac("ship book" + store + nowhere), 0) << err_;
  EXPECT_TRUE(has(err_, "PAC6301") && has(err_, "lacks 1 entry")) << err_;
  EXPECT_EQ(pac("ship book" + store + nowhere + " --audit-behind 0"), 3);
  EXPECT_TRUE(has(err_, "PAC6314")) << err_;
  EXPECT_EQ(pac("ship book" + store + wall), 0) << err_;
  EXPECT_TRUE(has(out_, "1 record shipped, the audit wall has 1")) << out_;
  EXPECT_EQ(pac("verify" + store + wall), 0) << err_;
  EXPECT_TRUE(has(out_, "the audit wall has 1 of 1 entry")) << out_;
  EXPECT_EQ(pac("verify --format json" + store + wall), 0) << err_;
  EXPECT_TRUE(has(out_, "{\"audit_size\":1,\"origin\":\"bank.example/credit/1\"}")) << out_;

  std::ofstream(folder_ / "p.pac")
      << "package p edition 1\ndecision d {\n  input { x: int in 0 .. 9 "
         "}\n  output { y: int }\n  result { y: x }\n}\n";
  std::ofstream(folder_ / "in.jsonl") << "{\"x\":3}\n{\"x\":7}\n";
  const std::string run = "run p.pac --input in.jsonl --format json --ledger book --ack pg" + store;
  EXPECT_EQ(program(run + wall), 0) << err_;
  EXPECT_EQ(pac("verify" + store + wall), 0) << err_;
  EXPECT_TRUE(has(out_, "the audit wall has 4 of 4 entries")) << out_;
  EXPECT_EQ(program(run + nowhere), 0) << err_;
  EXPECT_TRUE(has(err_, "lacks 3 entries")) << err_;
  EXPECT_EQ(program(run + " --audit " + quoted_url()), 2) << "itself";
  EXPECT_EQ(out_, "");
  EXPECT_EQ(program(run + nowhere + " --audit-behind 0"), 3) << err_;
  EXPECT_TRUE(has(err_, "PAC6314")) << err_;
  EXPECT_EQ(out_, "") << "nothing is answered";
  EXPECT_EQ(program(run + " --audit-behind 5"), 2) << "of no wall";
  EXPECT_EQ(program("run p.pac --input in.jsonl --ledger book" + wall), 2) << "without --ack pg";
  EXPECT_EQ(pac("ship book --audit-behind 1" + store), 2);
  EXPECT_EQ(pac("verify book" + wall), 2) << "a folder";
  EXPECT_EQ(pac("ship book" + store + " --audit " + quoted_url()), 2) << "itself";
  ASSERT_TRUE(admin->script("drop database " + database_ + "_wall with (force)"));
}

TEST_F(StoreCli, WitnessesAreAskedForAsOfAFolder) {
  const std::string store = " --store " + quoted_url();
  ASSERT_EQ(pac("init book --origin bank.example/credit"), 0) << err_;
  const auto witness = Cosigner::make("w.example/one", key_of(90));
  const std::string asked = " --witness '" + verifier_text(witness->key()) + "'";
  ASSERT_EQ(pac("ship book" + store), 0) << err_;
  EXPECT_EQ(pac("verify" + store + asked), 1);
  EXPECT_TRUE(has(err_, "no witness has cosigned this stream")) << err_;
  const std::string stream = stream_folder((folder_ / "book").string(), 1);
  const auto note = read_whole(*files_, stream + "/checkpoint", kMaxNoteBytes);
  const auto line = witness->cosign(decode_note(*note)->text, 1'772'355'600);
  ASSERT_TRUE(keep_cosigned(*files_, stream, *note, {*line}, nullptr));
  ASSERT_EQ(pac("ship book" + store), 0) << err_;
  for (const std::string& where : {store, std::string(" book")}) {
    EXPECT_EQ(pac("verify" + where + asked), 0) << err_;
    EXPECT_TRUE(has(out_,
                    "stream 1: the first 1 entries were witnessed by w.example/one at "
                    "2026-03-01T09:00:00Z"))
        << out_;
  }
}

TEST_F(StoreCli, WhatIsWrongIsSaid) {
  EXPECT_EQ(pac("ship book"), 2);
  EXPECT_EQ(pac("ship book --store nowhere"), 3);  // no such folder
  ASSERT_EQ(pac("init book --origin bank.example/credit"), 0);
  EXPECT_EQ(pac("ship book --store nowhere"), 2);
  EXPECT_TRUE(has(err_, "PAC6311")) << err_;
  for (const char* url : {"postgres://u:s3cret%word@h/d", "postgres://u:s3cret/word@h/d",
                          "postgres://u:s3cret#wo@rd@127.0.0.1/d", "postgresq://u:s3cret@h/d"}) {
    EXPECT_EQ(pac("ship book --store '" + std::string(url) + "'"), 2) << url;
    EXPECT_TRUE(has(err_, "PAC6311")) << err_;
    EXPECT_FALSE(has(err_, "s3cret")) << err_;
    pac("verify '" + std::string(url) + "'");
    EXPECT_FALSE(has(err_, "s3cret")) << err_;
  }
  EXPECT_EQ(pac("ship book --store 'postgres://u@/d?host=/nowhere'"), 3);
  EXPECT_TRUE(has(err_, "PAC6301")) << err_;
  EXPECT_EQ(pac("append --store " + quoted_url()), 2);
  EXPECT_EQ(pac("verify book --store " + quoted_url()), 2);
  EXPECT_EQ(pac("index"), 2);
  EXPECT_EQ(pac("query --store " + quoted_url() + " --since yesterday"), 2);
  EXPECT_EQ(pac("sql oracle"), 2);
  for (const std::string name : {"postgresql", "bigquery", "snowflake"}) {
    EXPECT_EQ(pac("sql " + name), 0);
    EXPECT_TRUE(has(out_, "-- chain_linkage: ")) << out_;
  }
  EXPECT_EQ(pac("verify " + quoted_url("reader")), 3);
  EXPECT_TRUE(has(err_, "PAC6310")) << err_;
}

}  // namespace
}  // namespace pac::ledger::test
