// The store of a ledger in PostgreSQL, on a server of its own: shipping over a mere COPY of the
// same rows in transactions of the same size, and over one of a single column; verifying over
// hashing the same bytes once on one core. In turns, medians of wall time, which is what rows a
// second are; those of the CPU time of client and server together are figures of their own.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/locked_chain.h"
#include "bench/summary.h"
#include "ledger/file/entry.h"
#include "ledger/file/store.h"
#include "ledger/pg/columns.h"
#include "ledger/pg/copy.h"
#include "ledger/pg/migrate.h"
#include "ledger/pg/ship.h"
#include "ledger/pg/verify.h"
#include "runtime/base/json.h"
#include "runtime/crypto/sha256.h"
#include "tests/ledger/pg/cluster.h"

namespace pac::bench {
namespace {

namespace fs = std::filesystem;
namespace pg = ledger::pg;

constexpr const char* kCommand = "make bench-store";
constexpr const char* kLedger = "bank.example/credit";
constexpr int kTurns = 5;
constexpr std::uint64_t kEntries = 200'000;
constexpr std::uint64_t kRows = 65'536;  // of a transaction, everywhere
constexpr std::size_t kBatch = 1'000;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result) give_up(result.error().code + " " + result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// An entry as pac records a decision on a loan, of some 1,000 bytes.
std::string decision(const ledger::Stamp& stamp, std::uint64_t n) {
  json::Value input = json::Value::object();
  for (const char* name : {"age", "amount", "checking_account", "credit_history", "debt_ratio",
                           "employment_since", "income", "months", "purpose", "savings"}) {
    input.set(name, std::to_string(n * 7919 % 100'000) + ".00");
  }
  json::Value answer = json::Value::object();
  json::Value fired = json::Value::array();
  fired.push_back(n % 3 == 0 ? "too_much_debt" : "sound_long");
  answer.set("fired", std::move(fired));
  answer.set("output", input);
  answer.set("status", "ok");
  json::Value entry = json::Value::object();
  entry.set("answer", std::move(answer));
  entry.set("as_of", "2026-03-01");
  entry.set("at", ledger::time_text(stamp.at_us));
  entry.set("duration_ns", 1000 + n % 700);
  entry.set("engine", "native");
  entry.set("function", "lending.loan.grant");
  entry.set("function_digest", std::string(64, 'b'));
  entry.set("input", std::move(input));
  entry.set("kind", "decision");
  entry.set("nonce", stamp.nonce);
  entry.set("origin", stamp.origin);
  entry.set("run", std::string(32, '0'));
  entry.set("schema", 1);
  entry.set("snapshot", std::string(64, 'a'));
  entry.set("tenant", n % 2 == 0 ? "north" : "south");
  return json::canonical(entry);
}

struct Work {
  std::vector<std::string> entries;  // what the baselines copy
  std::uint64_t bytes = 0;
};

Work make_ledger(ledger::FileSystem& files, const std::string& folder,
                 const crypto::SigningKey& key) {
  must(ledger::init_store(files, folder, {kLedger, key.public_key()}));
  auto store = must(ledger::Store::open(files, folder, key, ledger::real_surroundings()));
  Work out;
  while (out.entries.size() + kBatch <= kEntries) {
    std::vector<std::string_view> batch;
    const std::size_t first = out.entries.size();
    for (std::size_t i = 0; i < kBatch; ++i) {
      out.entries.push_back(decision(must(store->stamp()), out.entries.size()));
      out.bytes += out.entries.back().size();
    }
    for (std::size_t i = first; i < out.entries.size(); ++i) batch.push_back(out.entries[i]);
    must(store->append(batch));
  }
  must(store->publish());
  return out;
}

// Rows of each transaction, encoded before the clock starts.
std::vector<std::string> encoded(const Work& work, bool is_whole) {
  std::vector<std::string> out;
  pg::ColumnReader reader;
  for (std::size_t at = 0; at < work.entries.size();) {
    pg::CopyRows rows;
    for (std::size_t n = 0; n < kRows && at < work.entries.size(); ++n, ++at) {
      const std::string& body = work.entries[at];
      if (!is_whole) {
        rows.begin_row(1).bytes(body);
        continue;
      }
      const pg::Columns& columns = reader.read(body);
      rows.begin_row(8).int4(1).int8(static_cast<std::int64_t>(at)).time_us(*columns.at_us);
      rows.bytes(*columns.tenant).bytes(*columns.kind).bytes(*columns.function);
      rows.bytes(*columns.snapshot).bytes(body);
    }
    out.emplace_back(rows.take(true));
  }
  return out;
}

void copy(const std::string& url, const std::string& table, const std::vector<std::string>& all) {
  auto connection = must(pg::Connection::open(url, "pac bench"));
  for (const std::string& rows : all) {
    must(connection.script("begin"));
    must(connection.copy_in("copy " + table + " from stdin (format binary)"));
    for (std::size_t at = 0; at < rows.size(); at += std::size_t{128} << 10) {
      must(connection.copy_put(std::string_view(rows).substr(at, std::size_t{128} << 10)));
    }
    must(connection.copy_end());
    must(connection.script("commit"));
  }
}

double wall_s() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

double own_cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

struct Times {
  std::vector<double> wall, cpu, own;  // own: of the client alone
};

// Of what is done in the same time, and for the same work of the processors. Ours has them do
// several things at once, which the first shows and the second does not.
double ratio(const Times& limit, const Times& ours) {
  return median(limit.wall) / median(ours.wall);
}
double cpu_ratio(const Times& limit, const Times& ours) {
  return median(limit.cpu) / median(ours.cpu);
}

void print(const char* name, const Times& times) {
  std::printf("%-12s wall %.3f s, CPU of client and server %.3f s, of the client %.3f s\n", name,
              median(times.wall), median(times.cpu), median(times.own));
}

void run_ship() {
  ledger::test::Cluster cluster;
  if (!cluster.create() || !cluster.start("-c max_wal_size=2GB -c shared_buffers=128MB")) {
    give_up(cluster.problem());
  }
  const auto files = ledger::posix_file_system();
  const std::string folder =
      (fs::temp_directory_path() / ("pac_store_bench_" + std::to_string(getpid()))).string();
  const crypto::SigningKey key = must(crypto::SigningKey::generate());
  const Work work = make_ledger(*files, folder, key);
  const std::vector<std::string> same = encoded(work, true);
  const std::vector<std::string> raw = encoded(work, false);
  auto admin = must(pg::Connection::open(cluster.url("postgres"), "pac bench"));
  must(admin.script("create database pattern"));
  {
    auto pattern = must(pg::Connection::open(cluster.url("pattern"), "pac bench"));
    must(pg::prepare_store(pattern));
    must(pg::migrate(pattern, pg::store_version()));
    must(
        pattern.script("create table public.same (stream integer not null, idx bigint not null, at "
                       "timestamptz, tenant "
                       "text, kind text, fn text, snapshot bytea, body bytea not null); create "
                       "table public.raw (body "
                       "bytea)"));
  }
  Times ship, same_shape, one_column, verify, hash;
  for (int turn = 0; turn < kTurns; ++turn) {
    must(admin.script("drop database if exists bench with (force)"));
    must(admin.script("create database bench template pattern"));
    must(admin.script("checkpoint"));
    const std::string url = cluster.url("bench");
    fs::remove_all(folder + "/shipped");
    const auto timed = [&](Times* out, const std::function<void()>& what) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));  // connections end
      const double own = own_cpu_s();
      const double cpu = own + cluster.ended_cpu_s();
      const double begin = wall_s();
      what();
      out->wall.push_back(wall_s() - begin);
      out->own.push_back(own_cpu_s() - own);
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      out->cpu.push_back(own_cpu_s() + cluster.ended_cpu_s() - cpu);
    };
    timed(&same_shape, [&] { copy(url, "public.same", same); });
    timed(&one_column, [&] { copy(url, "public.raw", raw); });
    timed(&ship, [&] {
      pg::ShipSettings settings;
      settings.rows = kRows;
      settings.bytes = UINT64_MAX;
      settings.key = &key;
      must(pg::ship(*files, folder, url, settings));
    });
    timed(&verify, [&] {
      const auto report = must(pg::verify(url, {kLedger, key.public_key(), {}, {}}));
      if (!report.findings.empty()) give_up("a clean store raises an alarm");
    });
    timed(&hash, [&] {
      std::uint8_t mixed = 0;
      for (const std::string& body : work.entries) mixed ^= crypto::sha256(body)[0];
      if (mixed == 255) std::fprintf(stderr, " ");
    });
  }
  fs::remove_all(folder);
  std::printf("%zu entries of %llu bytes, transactions of %llu\n", work.entries.size(),
              static_cast<unsigned long long>(work.bytes / work.entries.size()),
              static_cast<unsigned long long>(kRows));
  print("ship", ship);
  print("same shape", same_shape);
  print("one column", one_column);
  print("verify", verify);
  print("hash once", hash);
  const std::vector<Figure> figures = {
      {"ship_vs_copy_same_shape", ratio(same_shape, ship)},
      {"ship_vs_copy_raw", ratio(one_column, ship)},
      {"verify_vs_sha256_pg", ratio(hash, verify)},
      {"ship_vs_copy_same_shape_cpu", cpu_ratio(same_shape, ship)},
      {"ship_vs_copy_raw_cpu", cpu_ratio(one_column, ship)},
      {"verify_vs_sha256_pg_cpu", cpu_ratio(hash, verify)},
      {"ship_rows_per_s", static_cast<double>(work.entries.size()) / median(ship.wall)},
  };
  if (!merge_summary(PAC_SUMMARY, figures, kCommand)) std::exit(1);
}

// Both on the disk, where a commit and a sync of the ledger cost what they cost.
void run_chain() {
  ledger::test::Cluster cluster;
  const std::string folder =
      (fs::temp_directory_path() / ("pac_chain_bench_" + std::to_string(getpid()))).string();
  if (!cluster.create(fs::temp_directory_path().string()) ||
      !cluster.start("-c max_wal_size=2GB -c shared_buffers=128MB")) {
    give_up(cluster.problem());
  }
  {
    auto admin = must(pg::Connection::open(cluster.url("postgres"), "pac bench"));
    must(admin.script("create database chain"));
    auto chain = must(pg::Connection::open(cluster.url("chain"), "pac bench"));
    must(pg::prepare_store(chain));
    must(pg::migrate(chain, pg::store_version()));
  }
  const auto files = ledger::posix_file_system();
  const crypto::SigningKey key = must(crypto::SigningKey::generate());
  must(ledger::init_store(*files, folder, {kLedger, key.public_key()}));
  std::vector<std::string> entries;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    entries.push_back(decision({kLedger, 1'790'000'000'000'000, std::string(32, 'n')}, i));
  }
  const auto figures = measure_locked_chain(*files, folder, key, cluster.url("chain"), entries);
  fs::remove_all(folder);
  if (!merge_summary(PAC_SUMMARY, figures, kCommand)) std::exit(1);
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  const std::string_view part = argc > 1 ? argv[1] : "all";
  if (part != "all" && part != "ship" && part != "chain") {
    std::fprintf(stderr, "usage: store_bench [ship|chain]\n");
    return 2;
  }
  if (part != "chain") pac::bench::run_ship();
  if (part != "ship") pac::bench::run_chain();
}
