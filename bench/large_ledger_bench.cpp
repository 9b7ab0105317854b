// A ledger of 10,000,000 small entries: the memory that the program needs at most to verify it, and
// how long a start takes. large_ledger_bench [ROWS [FOLDER]]; takes 3 GB in build/bench/large, or
// there.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/process.h"
#include "bench/summary.h"
#include "ledger/file/pipeline.h"
#include "ledger/file/store.h"

namespace pac::bench {
namespace {

constexpr std::size_t kBatch = 5'000;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

crypto::SigningKey key() {
  crypto::Seed seed{};
  seed[0] = 7;
  return std::move(*crypto::SigningKey::from_seed(seed));
}

void record(ledger::FileSystem& files, const std::string& folder, std::size_t rows) {
  if (!ledger::init_store(files, folder, {"bank.example/large", key().public_key()})) {
    give_up("no ledger can be made in " + folder);
  }
  const crypto::SigningKey signing = key();
  auto store = ledger::Store::open(files, folder, signing, ledger::real_surroundings());
  if (!store) give_up(store.error().message);
  ledger::Pipeline pipeline(**store);
  std::vector<std::string> batch(kBatch);
  std::vector<std::string_view> views(kBatch);
  const auto collect = [&] {
    if (const auto done = pipeline.collect(); !done) give_up(done.error().message);
  };
  for (std::size_t written = 0; written < rows; written += kBatch) {
    const std::string at = (*store)->time();
    for (std::size_t k = 0; k < kBatch; ++k) {
      batch[k] = R"({"at":")" + at + R"(","kind":"external","record":{"n":")" +
                 std::to_string(written + k) + R"("},"schema":1})";
      views[k] = batch[k];
    }
    pipeline.submit(views);
    if (pipeline.pending() > 2) collect();
    if (written % 1'000'000 == 0) {
      while (pipeline.pending() > 0) collect();
      if (!(*store)->publish()) give_up("the ledger can't be published");
    }
  }
  while (pipeline.pending() > 0) collect();
  if (!(*store)->publish()) give_up("the ledger can't be published");
}

int main_of(std::size_t rows, const std::string& folder) {
  std::filesystem::remove_all(folder);
  const auto files = ledger::posix_file_system();
  record(*files, folder, rows);
  const double begin = seconds();
  {
    const crypto::SigningKey signing = key();
    const auto store = ledger::Store::open(*files, folder, signing, ledger::real_surroundings());
    if (!store || !(*store)->reason().empty()) give_up("the ledger does not open as it was");
  }
  const double start = seconds() - begin;
  const Cost cost =
      run({PAC_PROGRAM, "ledger", "verify", folder, "--no-progress"}, folder + "/said");
  std::printf("%s", read_file(folder + "/said").c_str());
  if (cost.exit != 0) give_up("a ledger that nobody changed raises an alarm");
  std::printf("%zu entries: opened in %.2f s, verified with %.1f MiB at most, %.1f s of CPU\n",
              rows, start, cost.peak_mib, cost.cpu_s);
  std::filesystem::remove_all(folder);
  if (rows < 10'000'000) return 0;
  return merge_summary(PAC_SUMMARY, {{"verify_10m_mib", cost.peak_mib}, {"startup_10m_s", start}},
                       "make bench-ledger-10m")
             ? 0
             : 1;
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  return pac::bench::main_of(argc > 1 ? std::stoull(argv[1]) : 10'000'000,
                             argc > 2 ? argv[2] : PAC_WORK);
}
