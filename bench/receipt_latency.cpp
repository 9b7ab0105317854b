#include "bench/receipt_latency.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "ledger/file/committer.h"
#include "ledger/file/store.h"
#include "ledger/io/file_system.h"

namespace pac::bench {
namespace {

using ledger::File;
using ledger::FileLock;

constexpr int kClients = 16;
constexpr double kFullS = 2;  // of the run at full load
constexpr double kHalfS = 5;  // of each run at half load
constexpr int kTurns = 5;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double at_share(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

// Begin and end of each sync of a file.
struct Sync {
  double begin, end;
};
class Syncs {
 public:
  void add(const Sync& sync) {
    const std::lock_guard lock(mutex_);
    all_.push_back(sync);
  }
  std::vector<Sync> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(all_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Sync> all_;
};

class TimedFile final : public File {
 public:
  TimedFile(std::unique_ptr<File> file, Syncs& syncs) : file_(std::move(file)), syncs_(syncs) {}
  Result<std::size_t> write_at(std::uint64_t offset, std::string_view bytes) override {
    return file_->write_at(offset, bytes);
  }
  Result<std::string> read_at(std::uint64_t offset, std::size_t length) override {
    return file_->read_at(offset, length);
  }
  Result<std::uint64_t> size() override { return file_->size(); }
  Result<void> sync_data() override {
    const double begin = now_s();
    Result<void> done = file_->sync_data();
    syncs_.add({begin, now_s()});
    return done;
  }

 private:
  std::unique_ptr<File> file_;
  Syncs& syncs_;
};

// The files of this machine, and when each sync of one began and ended.
class TimedFiles final : public ledger::FileSystem {
 public:
  Result<std::unique_ptr<File>> create(const std::string& path, bool is_secret) override {
    return timed(files_->create(path, is_secret));
  }
  Result<std::unique_ptr<File>> open(const std::string& path) override {
    return timed(files_->open(path));
  }
  Result<void> make_folders(const std::string& path) override { return files_->make_folders(path); }
  Result<void> sync_folder(const std::string& path) override { return files_->sync_folder(path); }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return files_->rename(from, to);
  }
  Result<void> remove(const std::string& path) override { return files_->remove(path); }
  bool exists(const std::string& path) override { return files_->exists(path); }
  Result<std::vector<std::string>> list(const std::string& path) override {
    return files_->list(path);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    return files_->lock(path);
  }
  Syncs& syncs() { return syncs_; }

 private:
  Result<std::unique_ptr<File>> timed(Result<std::unique_ptr<File>> file) {
    if (!file) return file;
    return std::make_unique<TimedFile>(std::move(*file), syncs_);
  }

  std::unique_ptr<ledger::FileSystem> files_ = ledger::posix_file_system();
  Syncs syncs_;
};

struct Wait {
  double begin, end;
};

// Sixteen callers for so long; with a rate, each comes at times of its own, as customers do, else
// again as soon as it is answered.
std::vector<Wait> serve(ledger::Committer& committer, const std::string& entry, double length_s,
                        double rate) {
  std::vector<std::vector<Wait>> waits(kClients);
  const double start = now_s();
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        std::mt19937_64 random(static_cast<std::uint64_t>(i) + 1);
        std::exponential_distribution<double> gap(rate > 0 ? rate / kClients : 1);
        for (double due = start + (rate > 0 ? gap(random) : 0); due < start + length_s;) {
          if (const double early = due - now_s(); early > 0) {
            std::this_thread::sleep_for(std::chrono::duration<double>(early));
          }
          const double begin = now_s();
          if (const auto done = committer.record(entry); !done) {
            std::fprintf(stderr, "%s\n", done.error().message.c_str());
            std::exit(1);
          }
          const double end = now_s();
          waits[static_cast<std::size_t>(i)].push_back({begin, end});
          due = rate > 0 ? due + gap(random) : end;
        }
      });
    }
  }
  std::vector<Wait> out;
  for (const auto& some : waits) out.insert(out.end(), some.begin(), some.end());
  return out;
}

// Without what was left, when the caller came, of the sync that ran then.
double beyond_running(const Wait& wait, const std::vector<Sync>& syncs) {
  const auto after = std::ranges::upper_bound(syncs, wait.begin, {}, &Sync::begin);
  const double running = after == syncs.begin() ? 0 : std::prev(after)->end - wait.begin;
  return wait.end - wait.begin - std::max(running, 0.0);
}

}  // namespace

std::vector<Figure> measure_receipts(const std::string& folder, const crypto::SigningKey& key,
                                     const std::string& entry) {
  TimedFiles files;
  auto store = ledger::Store::open(files, folder, key, ledger::real_surroundings());
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    std::exit(1);
  }
  ledger::Committer committer(**store, ledger::real_surroundings().now_us);
  const double full = static_cast<double>(serve(committer, entry, kFullS, 0).size()) / kFullS;
  std::vector<double> ratios, receipts, syncs_p99, medians;
  for (int turn = 0; turn < kTurns; ++turn) {
    files.syncs().take();
    const std::vector<Wait> waits = serve(committer, entry, kHalfS, full / 2);
    std::vector<Sync> syncs = files.syncs().take();
    std::ranges::sort(syncs, {}, &Sync::begin);
    std::vector<double> beyond, alone;
    for (const Wait& wait : waits) beyond.push_back(beyond_running(wait, syncs));
    for (const Sync& sync : syncs) alone.push_back(sync.end - sync.begin);
    receipts.push_back(at_share(beyond, 0.99));
    syncs_p99.push_back(at_share(alone, 0.99));
    medians.push_back(at_share(beyond, 0.5));
    ratios.push_back(receipts.back() / syncs_p99.back());
  }
  std::printf(
      "16 callers get through %.0f receipts/s; at half of that: median %.0f us beyond the batch "
      "that runs, 99th percentile %.0f us, of an fdatasync %.0f us\n",
      full, at_share(medians, 0.5) * 1e6, at_share(receipts, 0.5) * 1e6,
      at_share(syncs_p99, 0.5) * 1e6);
  return {{"receipt_p99_over_fsync_p99", at_share(ratios, 0.5)},
          {"receipt_p99_us", at_share(receipts, 0.5) * 1e6}};
}

}  // namespace pac::bench
