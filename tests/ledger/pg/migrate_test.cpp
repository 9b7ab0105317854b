// The tables of a store: made, taken back, made again; what the roles may do.
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class Migrations : public PgStore {
 protected:
  Result<void> to(int version) {
    auto connection = pg::Connection::open(url(), "pac test");
    if (!connection) return std::unexpected(connection.error());
    return pg::migrate(*connection, version);
  }
  std::string described() {
    auto connection = pg::Connection::open(url(), "pac test");
    return connection ? *pg::description_of(*connection) : connection.error().message;
  }
  // The SQLSTATE of a statement; "" where it is taken.
  std::string refusal(const std::string& user, const std::string& statement) {
    auto connection = pg::Connection::open(url(user), "pac test");
    if (!connection) return connection.error().message;
    return connection->run(statement) ? "" : connection->sqlstate();
  }
};

TEST_F(Migrations, BackAndForthEachStepIsTheSameAgain) {
  std::vector<std::string> seen = {described()};
  for (int v = pg::store_version() - 1; v >= 0; --v) {
    const auto done = to(v);
    ASSERT_TRUE(done) << v << ": " << done.error().message;
    seen.push_back(described());
    EXPECT_NE(seen.back(), seen[seen.size() - 2]) << v;
  }
  EXPECT_EQ(ask("select count(*) from pg_class where relnamespace = 'ledger'::regnamespace and "
                "relkind = 'r'"),
            "1");  // ledger.migration
  for (int v = 1; v <= pg::store_version(); ++v) {
    ASSERT_TRUE(to(v)) << v;
    seen.pop_back();
    EXPECT_EQ(described(), seen.back()) << v;
  }
}

TEST_F(Migrations, AStepBackOverTablesThatSomebodyChangedIsRefused) {
  sql("create table ledger.mine (n integer)");
  const auto back = to(1);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "PAC6309");
  EXPECT_EQ(ask("select max(version) from ledger.migration"), std::to_string(pg::store_version()));
}

TEST_F(Migrations, EntriesAreNotMigratedAway) {
  const std::string book = make_ledger();
  shipped(book, 1);
  const auto back = to(0);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "PAC6309");
  EXPECT_EQ(findings(), "");
  EXPECT_TRUE(to(1));
  EXPECT_TRUE(to(pg::store_version()));
  EXPECT_EQ(findings(), "");
}

TEST_F(Migrations, AnotherVersionIsRefused) {
  ASSERT_TRUE(to(1));
  const std::string book = make_ledger();
  const auto out = ship(book);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6303");
  EXPECT_EQ(to(99).error().code, "PAC6309");
  sql("drop schema ledger cascade");
  EXPECT_EQ(ship(book).error().code, "PAC6303");
}

TEST_F(Migrations, EveryColumnSaysWhatItIs) {
  EXPECT_EQ(
      ask("select string_agg(format('%s.%s', c.relname, a.attname), ', ') from pg_class c "
          "join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'ledger'::regnamespace "
          "and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped and "
          "col_description(c.oid, a.attnum) is null"),
      "");
}

TEST_F(Migrations, NobodyLogsInAsTheOwner) {
  EXPECT_EQ(ask("select count(*) from pg_roles where rolname like 'pac_ledger_%' and rolcanlogin"),
            "0");
  EXPECT_EQ(
      ask("select count(*) from pg_class where relnamespace = 'ledger'::regnamespace and relowner "
          "<> 'pac_ledger_owner'::regrole"),
      "0");
}

TEST_F(Migrations, ChangesAreRefusedOnEachTableAndPartition) {
  const std::string book = make_ledger();
  append(book, 1500);
  shipped(book, 1501);
  for (const std::string table :
       {"entry", "entry_s1_p0", "entry_s1_p1", "shipment", "tile", "checkpoint"}) {
    EXPECT_EQ(refusal("postgres", "update ledger." + table + " set stream = 2"), "PL003") << table;
    EXPECT_EQ(refusal("postgres", "delete from ledger." + table), "PL003") << table;
    EXPECT_EQ(refusal("postgres", "truncate ledger." + table), "PL003") << table;
  }
  // Also where a session says that it is a replica.
  EXPECT_EQ(ask("select count(*) from pg_trigger where tgname = 'keeps' and tgenabled <> 'A'"),
            "0");
  EXPECT_EQ(findings(), "");
}

TEST_F(Migrations, EachRoleMayDoItsWorkOnly) {
  const std::string book = make_ledger();
  append(book, 400);
  // All that shipping needs is granted to the shipping role.
  const auto out = pg::ship(*files_, book, url("shipper"), small());
  ASSERT_TRUE(out) << out.error().message;
  for (const std::string user : {"shipper", "reader", "keeper"}) {
    EXPECT_EQ(refusal(user, "update ledger.ship set size = 0"), "42501") << user;
    EXPECT_EQ(refusal(user, "delete from ledger.entry"), "42501") << user;
    EXPECT_EQ(refusal(user, "drop table ledger.tile"), "42501") << user;
    EXPECT_EQ(refusal(user, "select * from ledger.subject_key"), "42501") << user;
  }
  EXPECT_EQ(refusal("reader", "insert into ledger.tile values (1, 0, 0, '')"), "42501");
  EXPECT_EQ(refusal("reader", "select ledger.advance(1, 0, '', 1, '', '')"), "42501");
  EXPECT_EQ(refusal("reader", "insert into ledger.reader values ('reader', '*')"), "42501");
  EXPECT_EQ(refusal("reader", "select * from ledger.entry_s1_p0"), "42501");
  EXPECT_EQ(refusal("keeper", "insert into ledger.reader values ('reader', 'north')"), "");
  EXPECT_EQ(refusal("keeper", "select ledger.seal_partitions()"), "");
}

TEST_F(Migrations, AReaderSeesItsTenantOnly) {
  const std::string book = make_ledger();
  append(book, 400);
  shipped(book, 401);
  sql("insert into ledger.reader values ('reader', 'north'), ('auditor', '*')");
  const auto count = [&](const std::string& user, const std::string& where) {
    auto connection = pg::Connection::open(url(user), "pac test");
    const auto rows = connection->run("select count(*) from ledger.entry where " + where);
    return rows ? rows->integer(0, 0) : -1;
  };
  EXPECT_EQ(count("reader", "true"), 100);
  EXPECT_EQ(count("reader", "tenant <> 'north' or tenant is null"), 0);
  EXPECT_EQ(count("auditor", "true"), 401);
  EXPECT_EQ(count("keeper", "true"), 401);
  // Inputs too long for an entry are nobody's in particular.
  sql("insert into ledger.snapshot (digest, bytes) values (sha256('a secret'), 'a secret')");
  const auto blobs = [&](const std::string& user) {
    auto connection = pg::Connection::open(url(user), "pac test");
    const auto rows = connection->run("select count(*) from ledger.snapshot");
    return rows ? rows->integer(0, 0) : -1;
  };
  EXPECT_EQ(blobs("reader"), 0);
  EXPECT_EQ(blobs("auditor"), 1);
  EXPECT_EQ(blobs("shipper"), 1);
  // Nor does it take what it can't see for missing.
  const auto hidden = pg::verify(url("reader"), {kLedger, key_of(1).public_key(), {}, {}});
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().code, "PAC6310");
  const auto seen = pg::verify(url("auditor"), {kLedger, key_of(1).public_key(), {}, {}});
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_TRUE(seen->findings.empty());
}

TEST_F(Migrations, AFullPartitionIsSealed) {
  const std::string book = make_ledger();
  append(book, 2500);
  shipped(book, 2501);
  EXPECT_EQ(ask("select ledger.seal_partitions()"), "2");
  EXPECT_EQ(ask("select ledger.seal_partitions()"), "0");
  append(book, 10);
  shipped(book, 2511);
  EXPECT_EQ(findings(), "");
}

}  // namespace
}  // namespace pac::ledger::test
