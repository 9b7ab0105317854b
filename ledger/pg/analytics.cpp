#include "ledger/pg/analytics.h"

#include <array>

namespace pac::ledger::pg {
namespace {

// Seven years of any kind have no more days.
constexpr int kRetentionDays = 7 * 365 + 2;

enum class Type : std::uint8_t { text, integer, time, bytes, json };

struct Column {
  const char* name;
  Type type;
  bool is_required;
  const char* what;
};

// As the view ledger.analytics has them.
constexpr std::array kColumns = {
    Column{"origin", Type::text, true, "the stream"},
    Column{"idx", Type::integer, true, "the index of the entry in its stream"},
    Column{"at", Type::time, false, "when it was recorded"},
    Column{"tenant", Type::text, false, "whose entry it is"},
    Column{"kind", Type::text, false, "decision, external, stream-open and so on"},
    Column{"fn", Type::text, false, "the decision function"},
    Column{"snapshot", Type::bytes, false, "the digest of the rule set that decided"},
    Column{"status", Type::text, false, "how the decision ended"},
    Column{"fired", Type::json, false, "the rules that fired"},
    Column{"duration_ns", Type::integer, false, "how long deciding took"},
    Column{"nonce", Type::text, false, "what tells the entry from every other"},
    Column{"run", Type::text, false, "the nonce of the entry that activated the policy"},
    Column{"body", Type::bytes, true, "the bytes that were signed"},
    Column{"prev_hash", Type::bytes, true, "chain_hash of the entry before; empty in the first"},
    Column{"chain_hash", Type::bytes, true, "SHA-256 of prev_hash and body"},
};

const char* type_name(Type type, Dialect dialect) {
  const bool is_bigquery = dialect == Dialect::bigquery;
  switch (type) {
    case Type::text:
      return is_bigquery ? "STRING" : "VARCHAR";
    case Type::integer:
      return is_bigquery ? "INT64" : "NUMBER(19, 0)";
    case Type::time:
      return is_bigquery ? "TIMESTAMP" : "TIMESTAMP_NTZ(6)";
    case Type::bytes:
      return is_bigquery ? "BYTES" : "BINARY";
    case Type::json:
      return is_bigquery ? "JSON" : "VARIANT";
  }
  return "";
}

// What the databases say differently, by the word that stands for it in the questions.
struct Words {
  const char* day;
  const char* chain;
  const char* nothing;
};

Words words_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::postgresql:
      return {"cast(at at time zone 'UTC' as date)", "sha256(prev_hash || body)", "''::bytea"};
    case Dialect::bigquery:
      return {"date(at)", "sha256(concat(prev_hash, body))", "b''"};
    case Dialect::snowflake:
      return {"to_date(at)", "sha2_binary(concat(prev_hash, body), 256)", "to_binary('', 'HEX')"};
  }
  return {};
}

std::string filled(std::string text, const Words& words) {
  const std::array<std::pair<std::string_view, const char*>, 3> all = {
      {{"{day}", words.day}, {"{chain}", words.chain}, {"{nothing}", words.nothing}}};
  for (const auto& [name, word] : all) {
    for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at)) {
      text.replace(at, name.size(), word);
    }
  }
  return text;
}

}  // namespace

std::optional<Dialect> dialect_of(std::string_view name) {
  if (name == "postgresql") return Dialect::postgresql;
  if (name == "bigquery") return Dialect::bigquery;
  if (name == "snowflake") return Dialect::snowflake;
  return std::nullopt;
}

std::vector<CanonicalQuery> canonical_queries(Dialect dialect) {
  std::vector<CanonicalQuery> out = {
      {"daily_summary", "decisions of each day, by function and how they ended",
       "select {day} as day, fn, status, count(*) as decisions\n"
       "from ledger.analytics\n"
       "where kind = 'decision'\n"
       "group by 1, 2, 3\n"
       "order by 1, 2, 3"},
      {"error_rate", "errors of each day and function, in percent of its decisions",
       "select {day} as day, fn, count(*) as decisions,\n"
       "       sum(case when status = 'error' then 1 else 0 end) as errors,\n"
       "       100.0 * sum(case when status = 'error' then 1 else 0 end) / count(*) as percent\n"
       "from ledger.analytics\n"
       "where kind = 'decision'\n"
       "group by 1, 2\n"
       "order by 1, 2"},
      {"average_duration",
       "how long deciding took on average, each day and function, in microseconds",
       "select {day} as day, fn, count(duration_ns) as timed, avg(duration_ns) / 1000.0 as "
       "average_us\n"
       "from ledger.analytics\n"
       "where kind = 'decision'\n"
       "group by 1, 2\n"
       "order by 1, 2"},
      {"policy_coverage",
       "decisions that name the rule set that made them, in percent; must be 100",
       "select count(*) as decisions,\n"
       "       100.0 * sum(case when snapshot is not null then 1 else 0 end) / nullif(count(*), 0) "
       "as percent\n"
       "from ledger.analytics\n"
       "where kind = 'decision'"},
      {"policy_linkage",
       "decisions whose rule set was activated in the ledger before, in percent; must be 100",
       "with activated as (\n"
       "  select nonce, snapshot, min(at) as since\n"
       "  from ledger.analytics\n"
       "  where kind = 'activate'\n"
       "  group by nonce, snapshot)\n"
       "select count(*) as decisions,\n"
       "       100.0 * sum(case when a.nonce is not null then 1 else 0 end) / nullif(count(*), 0) "
       "as percent\n"
       "from ledger.analytics d\n"
       "left join activated a on a.nonce = d.run and a.snapshot = d.snapshot and a.since <= d.at\n"
       "where d.kind = 'decision'"},
      {"chain_linkage", "entries that continue the one before them, in percent; must be 100",
       "with linked as (\n"
       "  select idx, prev_hash, chain_hash, body,\n"
       "         lag(idx) over (partition by origin order by idx) as idx_before,\n"
       "         lag(chain_hash) over (partition by origin order by idx) as hash_before\n"
       "  from ledger.analytics)\n"
       "select count(*) as entries,\n"
       "       100.0 * sum(case when chain_hash = {chain}\n"
       "                         and (idx_before is null or idx_before = idx - 1)\n"
       "                         and prev_hash = coalesce(hash_before, case when idx = 0 then "
       "{nothing} "
       "else prev_hash end)\n"
       "                        then 1 else 0 end) / nullif(count(*), 0) as percent\n"
       "from linked"},
  };
  const Words words = words_of(dialect);
  for (CanonicalQuery& query : out) query.sql = filled(query.sql, words);
  return out;
}

std::string analytics_table(Dialect dialect) {
  if (dialect == Dialect::postgresql) return "";
  std::string out = "create table if not exists ledger.analytics (\n";
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const Column& column = kColumns[i];
    const bool is_bigquery = dialect == Dialect::bigquery;
    out += std::string("  ") + column.name + " " + type_name(column.type, dialect);
    if (column.is_required) out += " not null";
    out += is_bigquery ? std::string(" options (description = \"") + column.what + "\")"
                       : std::string(" comment '") + column.what + "'";
    out += i + 1 < kColumns.size() ? ",\n" : "\n";
  }
  if (dialect == Dialect::bigquery) {
    return out +
           ")\npartition by date(at)\ncluster by origin, fn\noptions (\n  description = \"a row an "
           "entry of the ledger, for analysis\",\n  partition_expiration_days = " +
           std::to_string(kRetentionDays) + ")";
  }
  return out +
         ")\ncluster by (to_date(at), origin)\ncomment = 'a row an entry of the ledger, for "
         "analysis';\n\n"
         "create task if not exists ledger.analytics_retention\n"
         "  schedule = 'using cron 0 3 * * * UTC'\n"
         "as\n"
         "  delete from ledger.analytics where at < dateadd(year, -7, current_timestamp());\n\n"
         "alter task ledger.analytics_retention resume";
}

std::string analytics_script(Dialect dialect) {
  std::string out;
  if (const std::string table = analytics_table(dialect); !table.empty()) {
    out += "-- The table; rows are kept for seven years.\n" + table + ";\n";
  }
  for (const CanonicalQuery& query : canonical_queries(dialect)) {
    if (!out.empty()) out += "\n";
    out += "-- " + query.name + ": " + query.what + "\n" + query.sql + ";\n";
  }
  return out;
}

}  // namespace pac::ledger::pg
