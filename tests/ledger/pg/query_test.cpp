// Index tables, queries, and the questions for analysis.
#include <algorithm>

#include "ledger/pg/analytics.h"
#include "ledger/pg/columns.h"
#include "ledger/pg/index.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

class Querying : public PgStore {
 protected:
  void SetUp() override {
    PgStore::SetUp();
    if (IsSkipped()) return;
    book_ = make_ledger();
    append(book_, 600);
    shipped(book_, 601);
  }
  std::vector<std::uint64_t> indices(const pg::Query& wanted,
                                     const std::string& user = "postgres") {
    std::vector<std::uint64_t> out;
    const auto count = pg::query(url(user), wanted, [&](const pg::Found& found) {
      EXPECT_EQ(found.stream, "bank.example/credit/1");
      out.push_back(found.index);
      return true;
    });
    EXPECT_TRUE(count) << count.error().message;
    EXPECT_TRUE(std::ranges::is_sorted(out));
    return out;
  }
  // Of the entries 1 to `size` - 1, the decisions 0 to `size` - 2.
  static std::vector<std::uint64_t> those(std::uint64_t size, auto&& holds) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 1; i < size; ++i) {
      if (holds(i - 1)) out.push_back(i);
    }
    return out;
  }
  std::string book_;
};

TEST_F(Querying, BySubjectRuleStatusAndFunctionWithAndWithoutAnIndex) {
  for (int round = 0; round < 3; ++round) {
    // Not indexed; indexed; indexed in part.
    if (round == 1) {
      const auto indexed = pg::index(url(), 250);
      ASSERT_TRUE(indexed) << indexed.error().message;
      EXPECT_EQ(*indexed, 601u);
      EXPECT_EQ(*pg::index(url()), 0u);
    }
    if (round == 2) {
      append(book_, 300);
      shipped(book_, 901);
    }
    const std::uint64_t size = next_ + 1;
    pg::Query wanted;
    wanted.subject = "person-7";
    EXPECT_EQ(indices(wanted), those(size, [](auto n) { return n % 50 == 7; })) << round;
    wanted = {};
    wanted.rule = "too_much_debt";
    wanted.status = "error";
    EXPECT_EQ(indices(wanted), those(size, [](auto n) { return n % 3 == 0 && n % 10 == 9; }))
        << round;
    wanted = {};
    wanted.function = "grant";
    wanted.subject = "person-8";
    wanted.first = 100;
    wanted.last = 400;
    EXPECT_EQ(indices(wanted), those(401, [](auto n) { return n >= 99 && n % 50 == 8; })) << round;
    wanted.function = "rant";
    EXPECT_TRUE(indices(wanted).empty());
    wanted = {};
    wanted.kind = "stream-open";
    EXPECT_EQ(indices(wanted), std::vector<std::uint64_t>{0});
    EXPECT_EQ(findings(), "") << round;
  }
}

TEST_F(Querying, ByTimeStreamAndLimit) {
  pg::Query wanted;
  wanted.limit = 5;
  wanted.first = 10;
  EXPECT_EQ(indices(wanted), (std::vector<std::uint64_t>{10, 11, 12, 13, 14}));
  wanted = {};
  wanted.stream = 2;
  EXPECT_TRUE(indices(wanted).empty());
  wanted.stream = 1;
  EXPECT_EQ(indices(wanted).size(), 601u);
  const std::int64_t at =
      *pg::read_time(ask("select convert_from(body, 'UTF8')::json ->> 'at' from "
                         "ledger.entry where idx = 300"));
  wanted = {};
  wanted.from_us = at;
  const auto later = indices(wanted);
  wanted.from_us.reset();
  wanted.until_us = at;
  const auto before = indices(wanted);
  EXPECT_EQ(before.size() + later.size(), 601u);
  EXPECT_TRUE(std::ranges::binary_search(later, 300u));
  EXPECT_FALSE(std::ranges::binary_search(before, 300u));
}

TEST_F(Querying, WordsAreWordsAndNoSql) {
  pg::Query wanted;
  wanted.subject = "x' or true or '\\";
  wanted.function = "'; drop table ledger.tile; --";
  EXPECT_TRUE(indices(wanted).empty());
  ASSERT_TRUE(pg::index(url()));
  EXPECT_TRUE(indices(wanted).empty());
  EXPECT_EQ(findings(), "");
}

TEST_F(Querying, AReaderFindsItsTenantOnly) {
  ASSERT_TRUE(pg::index(url("shipper")));  // with what shipping may
  sql("insert into ledger.reader values ('reader', 'north')");
  pg::Query wanted;
  wanted.status = "ok";
  EXPECT_EQ(indices(wanted, "reader"),
            those(601, [](auto n) { return n % 4 == 0 && n % 10 != 9; }));
  auto reader = pg::Connection::open(url("reader"), "pac test");
  for (const std::string name : {"subject", "rule", "status"}) {
    const auto rows = reader->run("select count(*) from ledger.index_" + name +
                                  " where tenant is distinct from 'north'");
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->integer(0, 0), 0) << name;
  }
}

TEST_F(Querying, AnIndexThatWasChangedIsFound) {
  ASSERT_TRUE(pg::index(url()));
  sql("update ledger.index_subject set value = 'person-9' where idx = 123");
  EXPECT_TRUE(findings().starts_with("123: the index of subject")) << findings();
  sql("update ledger.index_subject set value = 'person-22' where idx = 123");
  EXPECT_EQ(findings(), "");
  sql("delete from ledger.index_rule where idx = 44");
  EXPECT_TRUE(findings().starts_with("44: ")) << findings();
  sql("update ledger.index_status set tenant = null where idx = 12");
  EXPECT_TRUE(findings().starts_with("12: ")) << findings();
}

class Analysis : public Querying {
 protected:
  // The answer of a canonical question: the value of a column in its first row.
  std::string answer(const std::string& name, int column) {
    for (const auto& query : pg::canonical_queries(pg::Dialect::postgresql)) {
      if (query.name != name) continue;
      auto connection = pg::Connection::open(url(), "pac test");
      const auto rows = connection->run(query.sql);
      if (!rows) return rows.error().message;
      return rows->count() == 0 ? "" : std::string(rows->text(0, column));
    }
    return "no such question";
  }
};

TEST_F(Analysis, TheQuestionsAnswer) {
  // 60 of each function's 300, by the numbers of support.cpp: errors are the odd ones.
  EXPECT_EQ(answer("daily_summary", 1), "lending.loan.grant");
  EXPECT_EQ(answer("daily_summary", 2), "ok");
  EXPECT_EQ(answer("daily_summary", 3), "300");
  EXPECT_EQ(answer("error_rate", 1), "lending.loan.grant");
  EXPECT_EQ(std::stod(answer("error_rate", 4)), 0.0);
  EXPECT_EQ(ask("select count(*) from ledger.analytics where status = 'error'"), "60");
  EXPECT_NEAR(std::stod(answer("average_duration", 3)), 1.003, 0.01);
  EXPECT_EQ(answer("policy_coverage", 0), "600");
  EXPECT_EQ(std::stod(answer("policy_coverage", 1)), 100.0);
  EXPECT_EQ(answer("chain_linkage", 0), "601");
  EXPECT_EQ(std::stod(answer("chain_linkage", 1)), 100.0);
  // These decisions name a run that no entry began; with it they are linked.
  EXPECT_EQ(std::stod(answer("policy_linkage", 1)), 0.0);
}

TEST_F(Analysis, APolicyThatWasActivatedIsLinked) {
  const std::string other = (folder_ / "other").string();
  ASSERT_TRUE(init_store(*files_, other, {"bank.example/other", key_of(1).public_key()}));
  {
    auto store = Store::open(*files_, other, key_of(1), real_surroundings());
    ASSERT_TRUE(store);
    const std::string entry = R"({"at":"2020-01-01T00:00:00Z","kind":"activate","nonce":")" +
                              std::string(32, '0') + R"(","snapshot":")" + kDigest + R"("})";
    const std::string_view view = entry;
    ASSERT_TRUE((*store)->append(std::span(&view, 1)));
    ASSERT_TRUE((*store)->publish());
  }
  ASSERT_TRUE(ship(other));
  EXPECT_EQ(std::stod(answer("policy_linkage", 1)), 100.0);
}

TEST_F(Analysis, TheChainIsThatOfTheEntries) {
  std::string chain;
  for (int i = 0; i < 3; ++i) {
    auto connection = pg::Connection::open(url(), "pac test");
    const auto rows = connection->run(
        "select body, prev_hash, chain_hash from ledger.analytics where idx = $1", {i});
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->bytes(0, 1), chain);
    chain = crypto::view(crypto::sha256(chain + rows->bytes(0, 0)));
    EXPECT_EQ(rows->bytes(0, 2), chain);
  }
  tamper("delete from ledger.entry where idx = 50");
  EXPECT_LT(std::stod(answer("chain_linkage", 1)), 100.0);
}

TEST_F(Analysis, OtherDatabasesGetTheSameColumnsAndQuestions) {
  const std::string columns =
      ask("select string_agg(attname, ' ' order by attnum) from pg_attribute where attrelid = "
          "'ledger.analytics'::regclass and attnum > 0");
  for (const pg::Dialect dialect : {pg::Dialect::bigquery, pg::Dialect::snowflake}) {
    const std::string table = pg::analytics_table(dialect);
    std::string found;
    for (std::size_t at = table.find("\n  "); at != table.npos; at = table.find("\n  ", at + 1)) {
      const std::string name = table.substr(at + 3, table.find(' ', at + 3) - at - 3);
      if (table.find("\n)") != table.npos && at > table.find("\n)")) break;
      found += (found.empty() ? "" : " ") + name;
    }
    EXPECT_EQ(found, columns);
    const auto questions = pg::canonical_queries(dialect);
    ASSERT_EQ(questions.size(), pg::canonical_queries(pg::Dialect::postgresql).size());
    for (const auto& question : questions) {
      EXPECT_EQ(question.sql.find('{'), std::string::npos) << question.sql;
      EXPECT_EQ(question.sql.find("::"), std::string::npos) << question.sql;
    }
  }
  EXPECT_NE(pg::analytics_table(pg::Dialect::bigquery).find("partition_expiration_days = 2557"),
            std::string::npos);
  EXPECT_NE(pg::analytics_table(pg::Dialect::snowflake).find("dateadd(year, -7"),
            std::string::npos);
}

}  // namespace
}  // namespace pac::ledger::test
