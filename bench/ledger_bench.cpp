// The ledger: what recording a decision costs, how near durable decisions come to what the device
// and the processor allow, and how fast past decisions are made again. What is compared is measured
// in turns, medians; single parts: ledger_bench record, durable, receipt, verify [ROWS] or replay
// [ROWS].
// verify 10000000 takes 12 GB; verify_10m_mib is of large_ledger_bench.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bench/receipt_latency.h"
#include "bench/summary.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "ledger/file/pipeline.h"
#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "ledger/record/decision_entry.h"
#include "ledger/record/nonces.h"
#include "runtime/base/json.h"
#include "runtime/engine/session.h"

namespace pac::bench {
namespace {

constexpr const char* kCommand = "make bench-ledger";
constexpr int kTurns = 5;
const std::string kSource = PAC_SOURCE_DIR;
const std::string kWork = PAC_WORK;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// The loan example with inputs, decided natively and written as entries.
class Loans {
 public:
  Loans() {
    auto compiled = driver::compile(kSource + "/examples/loan/loan.pac");
    if (!compiled || !(*compiled)->checked) give_up("the loan example does not compile");
    compiled_ = std::move(*compiled);
    auto loaded = driver::load(compiled_->checked->rules, {driver::Engine::native, 2});
    if (!loaded) give_up(loaded.error().message);
    rules_ = std::move(*loaded);
    decision_ = rules_->find("loan");
    session_ = std::make_unique<engine::Session>(rules_, engine::SessionOptions{});
    ledger::RunFacts facts;
    facts.origin = "bank.example/loans/1";
    facts.run = std::string(ledger::kNonceBytes, '0');
    facts.snapshot = std::string(64, 'a');
    facts.engine = "native";
    facts.pac_version = "bench";
    writer_ = std::make_unique<ledger::DecisionWriter>(rules_, compiled_->checked->side, decision_,
                                                       facts);
    for (int i = 0; i < 1024; ++i) {
      inputs_.push_back("{\"credit_score\":" + std::to_string(300 + i * 7 % 551) +
                        ",\"amount\":\"" + std::to_string(1 + i * 7919 % 20'000) + ".00\"}");
    }
  }

  void prepare(std::size_t i) {
    if (!session_->bind_json(decision_, inputs_[i % inputs_.size()]) ||
        !session_->prepare(context_, writer_->features().watch(nullptr))) {
      give_up("an input was refused");
    }
  }
  std::string_view decide() {
    session_->decide();
    ledger::DecisionFacts facts;
    facts.nonce = nonces_.next();
    facts.duration_ns = 100;
    const auto made = writer_->make(*session_, true, facts, &buffer_);
    if (!made) give_up(made.error().message);
    return made->entry;
  }

 private:
  std::unique_ptr<driver::Compilation> compiled_;
  std::shared_ptr<engine::LoadedRuleSet> rules_;
  ir::DecisionId decision_{};
  std::unique_ptr<engine::Session> session_;
  std::unique_ptr<ledger::DecisionWriter> writer_;
  std::vector<std::string> inputs_;
  engine::Context context_;
  ledger::Nonces nonces_;
  std::string buffer_;
};

// A native decision and its entry in the memory of a frame: beyond binding the input.
void measure_record(Loans& loans, std::vector<Figure>* out) {
  constexpr std::size_t kDecisions = 200'000;
  std::vector<double> times;
  std::string frame;
  for (int turn = 0; turn <= kTurns; ++turn) {
    double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (std::size_t i = 0; i < kDecisions; ++i) loans.prepare(i);
    const double bound = seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
    begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (std::size_t i = 0; i < kDecisions; ++i) {
      loans.prepare(i);
      if (frame.size() > (std::size_t{1} << 18)) frame.clear();
      frame += loans.decide();
    }
    const double all = seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
    if (turn > 0) times.push_back((all - bound) / kDecisions * 1e9);
  }
  std::printf("a native decision and its entry: %.0f ns CPU beyond binding\n", median(times));
  out->push_back({"decide_record_ns", median(times)});
}

// What the ledger at least has to do for batches, each of these once: append and sync; hash twice
// and sign.
double sync_alone(const std::vector<std::string>& batch, int count) {
  const auto files = ledger::posix_file_system();
  const std::string path = kWork + "/plain";
  std::filesystem::remove(path);
  auto file = files->create(path);
  if (!file) give_up(file.error().message);
  std::string bytes;
  for (const std::string& entry : batch) bytes += entry;
  const double begin = seconds(CLOCK_MONOTONIC);
  for (int i = 0; i < count; ++i) {
    if (!(*file)->write_at(static_cast<std::uint64_t>(i) * bytes.size(), bytes) ||
        !(*file)->sync_data()) {
      give_up("the plain file can't be written");
    }
  }
  return seconds(CLOCK_MONOTONIC) - begin;
}

double hash_alone(const std::vector<std::string>& batch, int count,
                  const ledger::NoteSigner& signer) {
  const double begin = seconds(CLOCK_MONOTONIC);
  std::uint8_t used = 0;
  for (int i = 0; i < count; ++i) {
    for (int twice = 0; twice < 2; ++twice) {
      for (const std::string& entry : batch) used ^= ledger::leaf_hash(entry)[0];
    }
    const auto note =
        ledger::sign_checkpoint({"bank.example/loans/1", 1, {}, {}}, std::span(&signer, 1));
    if (!note) give_up(note.error().message);
  }
  if (used == 1 && count < 0) std::printf(" ");
  return seconds(CLOCK_MONOTONIC) - begin;
}

// An empty ledger in the folder, and its key.
crypto::SigningKey new_ledger(ledger::FileSystem& files, const std::string& folder) {
  std::filesystem::remove_all(folder);
  crypto::Seed seed{};
  seed[0] = 7;
  auto key = crypto::SigningKey::from_seed(seed);
  if (!ledger::init_store(files, folder, {"bank.example/loans", key->public_key()})) {
    give_up("no ledger can be made in " + folder);
  }
  return std::move(*key);
}

double store_alone(Loans& loans, std::size_t batch_size, int count) {
  const auto files = ledger::posix_file_system();
  const std::string folder = kWork + "/store";
  const crypto::SigningKey key = new_ledger(*files, folder);
  auto store = ledger::Store::open(*files, folder, key, ledger::real_surroundings(), {});
  if (!store) give_up(store.error().message);
  std::vector<std::string> batch(batch_size);
  std::vector<std::string_view> views(batch_size);
  ledger::Pipeline pipeline(**store);
  const auto collect = [&] {
    if (const auto done = pipeline.collect(); !done) give_up(done.error().message);
  };
  const double begin = seconds(CLOCK_MONOTONIC);
  for (int i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < batch_size; ++k) {
      loans.prepare(k);
      batch[k] = loans.decide();
      views[k] = batch[k];
    }
    pipeline.submit(views);
    if (pipeline.pending() > 2) collect();
  }
  while (pipeline.pending() > 0) collect();
  return seconds(CLOCK_MONOTONIC) - begin;
}

void measure_durable(Loans& loans, std::vector<Figure>* out) {
  crypto::Seed seed{};
  seed[0] = 7;
  const auto signer =
      ledger::NoteSigner::make("bank.example/loans/1", *crypto::SigningKey::from_seed(seed));
  if (!signer) give_up(signer.error().message);
  for (const std::size_t kib : {4, 64, 256}) {
    std::vector<std::string> batch;
    for (std::size_t bytes = 0; bytes < kib << 10;) {
      loans.prepare(batch.size());
      batch.emplace_back(loans.decide());
      bytes += batch.back().size();
    }
    const int count = kib == 4 ? 400 : kib == 64 ? 150 : 60;
    std::vector<double> ratios, rates, syncs, hashes;
    for (int turn = 0; turn <= kTurns; ++turn) {
      const double sync = sync_alone(batch, count);
      const double hash = hash_alone(batch, count, *signer);
      const double all = store_alone(loans, batch.size(), count);
      if (turn == 0) continue;
      syncs.push_back(sync / count * 1e6);
      hashes.push_back(hash / count * 1e6);
      ratios.push_back(std::max(sync, hash) / all);
      rates.push_back(static_cast<double>(batch.size()) * count / all);
    }
    std::printf(
        "frames of %zu KiB (%zu decisions): %.0f durable decisions/s, %.2f of the roofline (append "
        "and sync %.0f us, hash twice and sign %.0f us)\n",
        kib, batch.size(), median(rates), median(ratios), median(syncs), median(hashes));
    out->push_back({"embedded_vs_roofline_" + std::to_string(kib) + "k", median(ratios)});
  }
}

void measure_receipt(Loans& loans, std::vector<Figure>* out) {
  const auto files = ledger::posix_file_system();
  const std::string folder = kWork + "/receipts";
  const crypto::SigningKey key = new_ledger(*files, folder);
  loans.prepare(0);
  for (const Figure& figure : measure_receipts(folder, key, std::string(loans.decide()))) {
    out->push_back(figure);
  }
  std::filesystem::remove_all(folder);
}

// Verifies, and says how much memory this process had at most, in KiB.
int verify_one(const std::string& folder) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return 1;
  const auto report = ledger::verify_store(*files, folder, settings->key);
  if (!report || !report->findings.empty()) return 1;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) std::printf("%s\n", line.substr(6).c_str());
  }
  return 0;
}

// Peak memory of a process that verifies it and nothing else, in MiB.
double memory_of_verify(const std::string& program, const std::string& folder) {
  const std::string said = kWork + "/said";
  if (std::system((program + " verify-one " + folder + " >" + said).c_str()) != 0) {
    give_up("a process that verifies failed");
  }
  double kib = 0;
  std::ifstream(said) >> kib;
  return kib / 1024;
}

// Verifying a folder over hashing its entries once, on one core and on two.
void measure_verify(const std::string& program, Loans& loans, std::size_t rows,
                    std::vector<Figure>* out) {
  constexpr std::size_t kBatch = 500, kKept = 400'000;
  const auto files = ledger::posix_file_system();
  const std::string folder = kWork + "/verified";
  const crypto::SigningKey key = new_ledger(*files, folder);
  std::vector<std::string> kept;
  std::size_t written = 0;
  {
    auto store = ledger::Store::open(*files, folder, key, ledger::real_surroundings(), {});
    if (!store) give_up(store.error().message);
    ledger::Pipeline pipeline(**store);
    std::vector<std::string> batch(kBatch);
    std::vector<std::string_view> views(kBatch);
    for (; written < rows; written += kBatch) {
      for (std::size_t k = 0; k < kBatch; ++k) {
        loans.prepare(written + k);
        batch[k] = loans.decide();
        views[k] = batch[k];
        if (kept.size() < kKept) kept.push_back(batch[k]);
      }
      pipeline.submit(views);
      if (pipeline.pending() > 2 && !pipeline.collect()) give_up("a batch is not recorded");
    }
    while (pipeline.pending() > 0) (void)pipeline.collect();
    if (!(*store)->publish()) give_up("the ledger can't be published");
  }
  const auto verify = [&](unsigned threads) {
    const double begin = seconds(CLOCK_MONOTONIC);
    const auto report = ledger::verify_store(*files, folder, key.public_key(), {}, {}, {}, threads);
    if (!report || !report->findings.empty()) give_up("a clean ledger raises an alarm");
    return seconds(CLOCK_MONOTONIC) - begin;
  };
  std::vector<double> hashes, ones, twos, over_one, speedups;
  std::uint8_t used = 0;
  for (int turn = 0; turn <= kTurns; ++turn) {
    const double begin = seconds(CLOCK_MONOTONIC);
    for (const std::string& body : kept) used ^= crypto::sha256(body)[0];
    const double hash = (seconds(CLOCK_MONOTONIC) - begin) * static_cast<double>(written) /
                        static_cast<double>(kept.size());
    const double one = verify(1), two = verify(2);
    if (turn == 0) continue;
    hashes.push_back(hash);
    ones.push_back(one);
    twos.push_back(two);
    over_one.push_back(hash / one);
    speedups.push_back(one / two);
  }
  if (used == 1 && written == 1) std::printf(" ");
  const double memory = memory_of_verify(program, folder);
  std::printf(
      "%zu entries: hashed once in %.3f s, verified in %.3f s on one core, %.3f s on two; %.0f "
      "MiB\n",
      written, median(hashes), median(ones), median(twos), memory);
  out->push_back({"verify_vs_sha256_files", median(over_one)});
  out->push_back({"verify_threads_speedup", median(speedups)});
  std::filesystem::remove_all(folder);
}

void run_program(const std::string& arguments) {
  const std::string command = std::string(PAC_PROGRAM) + " " + arguments;
  if (const int status = std::system(command.c_str()); status != 0) give_up(command + " failed");
}

void measure_replay(std::size_t rows, std::vector<Figure>* out) {
  const std::string input = kWork + "/rows.csv", folder = kWork + "/replayed";
  std::filesystem::remove_all(folder);
  {
    std::ifstream from(kSource + "/examples/credit/applications.csv");
    std::vector<std::string> lines;
    for (std::string line; std::getline(from, line);) lines.push_back(line);
    std::ofstream to(input, std::ios::binary);
    to << lines[0] << "\n";
    for (std::size_t i = 0; i < rows; ++i) to << lines[1 + i % (lines.size() - 1)] << "\n";
  }
  run_program("ledger init " + folder + " --origin bank.example/credit >" + kWork + "/said");
  double begin = seconds(CLOCK_MONOTONIC);
  run_program("run " + kSource + "/examples/credit/credit.pac --decision credit --input " + input +
              " --as-of 2026-03-01 --format json --ledger " + folder + " >" + kWork +
              "/answers.jsonl 2>" + kWork + "/said");
  const double recorded = seconds(CLOCK_MONOTONIC) - begin;
  std::filesystem::remove(kWork + "/answers.jsonl");
  begin = seconds(CLOCK_MONOTONIC);
  run_program("replay " + folder + " --json --no-progress >" + kWork + "/replay.json");
  const double replayed = seconds(CLOCK_MONOTONIC) - begin;
  std::ifstream file(kWork + "/replay.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto result = json::parse(text);
  if (!result || result->find("same") == nullptr) give_up("pac replay said nothing");
  const auto same = static_cast<double>(result->find("same")->as_int());
  const double mismatch = static_cast<double>(rows) - same;
  std::printf(
      "%zu decisions recorded in %.1f s (%.0f/s), replayed by both engines in %.1f s "
      "(%.0f/s); %.0f otherwise\n",
      rows, recorded, static_cast<double>(rows) / recorded, replayed,
      static_cast<double>(rows) / replayed, mismatch);
  out->push_back({"record_rows_per_s", static_cast<double>(rows) / recorded});
  out->push_back({"replay_rows_per_s", static_cast<double>(rows) / replayed});
  out->push_back({"replay_mismatch", mismatch});
  out->push_back({"replay_rows", static_cast<double>(rows)});
  std::filesystem::remove_all(folder);
  std::filesystem::remove(input);
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  using namespace pac::bench;
  const std::string part = argc > 1 ? argv[1] : "all";
  if (part == "verify-one" && argc > 2) return verify_one(argv[2]);
  const std::string_view parts[] = {"all", "record", "durable", "receipt", "verify", "replay"};
  if (std::ranges::find(parts, part) == std::end(parts)) {
    std::fprintf(stderr,
                 "usage: ledger_bench [record|durable|receipt|replay [ROWS]|verify [ROWS]]\n");
    return 2;
  }
  std::filesystem::create_directories(kWork);
  std::vector<Figure> figures;
  if (part != "replay") {
    Loans loans;
    if (part == "all" || part == "record") measure_record(loans, &figures);
    if (part == "all" || part == "durable") measure_durable(loans, &figures);
    if (part == "all" || part == "receipt") measure_receipt(loans, &figures);
    if (part == "all" || part == "verify") {
      const std::size_t rows = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 400'000;
      measure_verify(argv[0], loans, rows, &figures);
    }
  }
  if (part == "all" || part == "replay") {
    measure_replay(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000'000, &figures);
  }
  return merge_summary(PAC_SUMMARY, figures, kCommand) ? 0 : 1;
}
