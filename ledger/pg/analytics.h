// The table for analysis and the questions that every auditor asks of it, written once and put into
// the words of each database: PostgreSQL, where a view answers, BigQuery and Snowflake, where
// exported rows do. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pac::ledger::pg {

enum class Dialect : std::uint8_t { postgresql, bigquery, snowflake };
std::optional<Dialect> dialect_of(std::string_view name);

struct CanonicalQuery {
  std::string name;  // daily_summary
  std::string what;  // what it answers
  std::string sql;
};
std::vector<CanonicalQuery> canonical_queries(Dialect dialect);

// The table with seven years of retention; of PostgreSQL nothing, as migrations make the view.
std::string analytics_table(Dialect dialect);

// Both, as a script with comments.
std::string analytics_script(Dialect dialect);

}  // namespace pac::ledger::pg
