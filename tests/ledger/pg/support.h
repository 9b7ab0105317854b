// What the tests of the PostgreSQL store share: one server for all of them, a database for each, a
// ledger in a folder, and entries that look like decisions.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ledger/file/entry.h"
#include "ledger/file/store.h"
#include "ledger/pg/connection.h"
#include "ledger/pg/migrate.h"
#include "ledger/pg/ship.h"
#include "ledger/pg/verify.h"
#include "runtime/base/json.h"
#include "tests/ledger/pg/cluster.h"

namespace pac::ledger::test {

namespace fs = std::filesystem;

// The server that main() started; null where there is no PostgreSQL here.
Cluster* cluster();

inline crypto::SigningKey key_of(std::uint8_t first) {
  crypto::Seed seed;
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
  return *crypto::SigningKey::from_seed(seed);
}

inline constexpr const char* kLedger = "bank.example/credit";
inline const std::string kDigest(64, 'a');

// A decision as pac records one, by its number.
std::string decision(const Stamp& stamp, std::uint64_t number);

class PgStore : public testing::Test {
 protected:
  void SetUp() override { SetUp("pattern"); }
  // With a copy of that database.
  void SetUp(const std::string& pattern);
  void TearDown() override;

  // A ledger in a folder of the test.
  std::string make_ledger(const std::string& name = "book");
  // Appends decisions, in batches of that many, and publishes.
  void append(const std::string& folder, std::uint64_t count, std::uint64_t batch = 100);

  std::string url(const std::string& user = "postgres") const {
    return cluster()->url(database_, user);
  }
  Result<pg::Shipped> ship(const std::string& folder, pg::ShipSettings settings = small());
  // Ships, and expects that it works.
  void shipped(const std::string& folder, std::uint64_t size);
  static pg::ShipSettings small();
  Result<VerifiedStore> verify(std::span<const Checkpoint> known = {});
  // "" where all is as it was signed; else the findings, a line each.
  std::string findings(std::span<const Checkpoint> known = {});
  Checkpoint published(const std::string& folder);

  // As the superuser.
  void sql(const std::string& statements);
  std::string ask(const std::string& query);
  // Switches what refuses changes off, and on again afterwards, as an owner would.
  void tamper(const std::string& statements);

  std::unique_ptr<FileSystem> files_ = posix_file_system();
  std::string database_;
  fs::path folder_;
  std::uint64_t next_ = 0;
};

}  // namespace pac::ledger::test
