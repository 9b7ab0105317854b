// Sets a store up in PostgreSQL and brings its tables from one version to another, forward and
// back, in one transaction each, after which the tables are as they were the last time. Belongs to
// one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/pg/connection.h"

namespace pac::ledger::pg {

struct Migration {
  int version = 0;
  std::string_view name, up, down;
};
// In order, from version 1.
const std::vector<Migration>& migrations();
// What this program works with.
int store_version();

// The roles, once for the whole server, and the place for the tables; harmless where they are
// there. PAC6302 where the login may not.
[[nodiscard]] Result<void> prepare_store(Connection& connection);

// The version of the tables; 0: none. PAC6303 where it is no store.
[[nodiscard]] Result<int> version_of(Connection& connection);

// From whatever version to that one. PAC6309 where going back would lose entries, or where the
// tables are not the same afterwards as they were in that version before.
[[nodiscard]] Result<void> migrate(Connection& connection, int version);

// PAC6303 where the tables are of another version than store_version().
[[nodiscard]] Result<void> check_version(Connection& connection);

// PAC6304 where the server may lose what it said was durable.
[[nodiscard]] Result<void> check_durability(Connection& connection);

// What the tables are made of, as text: columns, constraints, triggers, functions, rights.
[[nodiscard]] Result<std::string> description_of(Connection& connection);

}  // namespace pac::ledger::pg
