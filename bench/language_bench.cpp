// From text to decision: parse, check, interpreter, native code. Writes its figures to the summary.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <sstream>

#include "bench/collect.h"
#include "bench/handwritten_loan.h"
#include "bench/summary.h"
#include "compiler/check/check.h"
#include "compiler/driver/build.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "compiler/parse/parse.h"
#include "runtime/engine/csv_binder.h"
#include "runtime/engine/session.h"
#include "runtime/engine/write.h"

namespace {

std::atomic<size_t> allocation_count{0};

}  // namespace

// Every way to the heap goes through malloc; counting there needs no operator new of our own.
extern "C" void* __libc_malloc(size_t size);
extern "C" [[gnu::visibility("default")]] void* malloc(size_t size) {
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}

namespace pac::bench {
namespace {

constexpr const char* kCommand = "make bench-language";
const std::string kSource = PAC_SOURCE_DIR;

// A table of n rows over an int, an enum and a bool, in the style of a rate table.
std::string table_policy(int rows) {
  std::mt19937 random(42);
  std::string out =
      "package bench edition 1\nenum Kind { a, b, c, d, e, f, g, h }\ndecision rate {\n"
      "  input { score: int in 0 .. 1_000_000, kind: Kind, member: bool }\n"
      "  output { rate: decimal(4), grade: string }\n  table first {\n"
      "    score | kind | member => rate | grade\n";
  for (int i = 0; i < rows; ++i) {
    const int low = static_cast<int>(random() % 900'000);
    out += "    r" + std::to_string(i) + ": " + std::to_string(low) + " .. " +
           std::to_string(low + 1 + static_cast<int>(random() % 1000)) + " | " +
           std::string(1, static_cast<char>('a' + random() % 8)) + ", " +
           std::string(1, static_cast<char>('a' + random() % 8)) + " | " +
           (random() % 2 != 0 ? "-" : "true") + " => 0.0" + std::to_string(100 + random() % 899) +
           " | \"G" + std::to_string(i % 7) + "\"\n";
  }
  return out + "    otherwise => 0.0999 | \"X\"\n  }\n}\n";
}

void parse_only(benchmark::State& state) {
  const std::string text = table_policy(static_cast<int>(state.range(0)));
  SourceSet sources;
  const auto file = sources.add("bench.pac", text);
  for (auto _ : state) {
    diag::Emitter emitter;
    const auto module = parse::parse(**file, emitter);
    if (emitter.has_errors()) state.SkipWithError("the generated policy has errors");
    benchmark::DoNotOptimize(module.decisions.size());
  }
  state.counters["lines"] = static_cast<double>((*file)->line_count());
}

void check_only(benchmark::State& state) {
  SourceSet sources;
  const auto file = sources.add("bench.pac", table_policy(static_cast<int>(state.range(0))));
  diag::Emitter parsing;
  std::vector<ast::Module> modules;
  modules.push_back(parse::parse(**file, parsing));
  for (auto _ : state) {
    diag::Emitter emitter;
    const auto checked = check::check(modules, sources, emitter);
    if (!checked) state.SkipWithError("the generated policy has errors");
  }
}

std::shared_ptr<engine::LoadedRuleSet> load_example(const std::string& path,
                                                    driver::Engine engine) {
  auto c = driver::compile(kSource + path);
  if (!c || !(*c)->checked) std::abort();
  auto loaded = driver::load((*c)->checked->rules, {engine, 2});
  if (!loaded) std::abort();
  return *loaded;
}

// Few inputs, over and over, are learned by the processor: it foresees every branch. Of many, it
// foresees none, as with applications that come in once.
constexpr size_t kLearnedInputs = 1024;
constexpr size_t kSurprisingInputs = 65536;

std::vector<LoanInput> loan_inputs(size_t count) {
  std::mt19937 random(7);
  std::vector<LoanInput> out(count);
  for (auto& in : out) {
    in = {300 + static_cast<int64_t>(random() % 551),
          1 + static_cast<int64_t>(random() % 2'000'000)};
  }
  return out;
}

// One pass over the inputs, as a caller would go: it looks at the status, then reads the outcome
// and what fired. Both functions fill the same structs with the same information: status, error
// fields, counts, the fired rule, the record with its text.
uint64_t pass(const std::vector<LoanInput>& inputs, pac_decide_fn decide) {
  alignas(64) LoanOutput output{};  // as a session lays it out: no cache line is crossed
  uint32_t fired[2];
  alignas(64) pac_result result{};
  result.fired = fired;
  char memory[64];
  pac_scratch scratch{memory, memory + sizeof memory, nullptr};
  uint64_t sum = 0;
  for (const auto& in : inputs) {
    decide(&in, &output, &result, &scratch);
    if (result.status != PAC_OK) continue;
    sum += output.eligible + output.reason.size + result.fired_count + result.fired[0];
    sum += reinterpret_cast<uintptr_t>(output.reason.data) & 1;
  }
  return sum;
}

double cpu_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Native code over C++ by hand: the two take turns, a few hundred microseconds each, so that noise
// of the machine meets both; the median over the turns of each.
double loan_ratio(pac_decide_fn native, size_t input_count) {
  constexpr int kTurns = 301;
  constexpr size_t kDecisionsPerTurn = 131'072;
  const auto inputs = loan_inputs(input_count);
  const size_t passes = kDecisionsPerTurn / input_count;
  std::vector<double> by_hand;
  std::vector<double> by_native;
  const auto turn = [&](pac_decide_fn decide) {
    const double begin = cpu_now();
    for (size_t i = 0; i < passes; ++i) benchmark::DoNotOptimize(pass(inputs, decide));
    return (cpu_now() - begin) / static_cast<double>(passes * input_count) * 1e9;
  };
  for (int i = 0; i < kTurns; ++i) {
    by_hand.push_back(turn(decide_loan_by_hand));
    by_native.push_back(turn(native));
  }
  std::printf("loan, %zu inputs: by hand %.2f ns, native %.2f ns\n", input_count, median(by_hand),
              median(by_native));
  return median(by_native) / median(by_hand);
}

// Decides a prepared input again and again: no binding, no writing.
void decide_loan_session(benchmark::State& state, driver::Engine engine) {
  const auto rules = load_example("/examples/loan/loan.pac", engine);
  engine::Session session(rules, {});
  const bool bound =
      session.bind_json(rules->find("loan"), R"({"credit_score":720,"amount":"5000.00"})");
  if (!bound || !session.prepare({}, nullptr)) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(session.decide());
}

// The same over the first application of the credit example.
void decide_credit_session(benchmark::State& state, driver::Engine engine) {
  const auto rules = load_example("/examples/credit/credit.pac", engine);
  std::ifstream in(kSource + "/examples/credit/applications.csv", std::ios::binary);
  engine::Session session(rules, {});
  engine::CsvBinder rows(session, rules->find("credit"), [&in](char* buffer, size_t capacity) {
    in.read(buffer, static_cast<std::streamsize>(capacity));
    return static_cast<size_t>(in.gcount());
  });
  engine::Context context;
  context.now_us = 1'780'000'000'000'000;  // a day in 2026
  if (!rows.read_header() || rows.next() != engine::CsvBinder::Row::bound ||
      !session.prepare(context, nullptr)) {
    std::abort();
  }
  for (auto _ : state) benchmark::DoNotOptimize(session.decide());
}

// Allocations from JSON text to JSON text, over the loan example. decision_path_test counts them
// for every policy there is.
double allocations_per_decision() {
  const auto rules = load_example("/examples/loan/loan.pac", driver::Engine::native);
  engine::Session session(rules, {});
  const auto id = rules->find("loan");
  std::string buffer(4096, '\0');
  const size_t before = allocation_count.load();
  constexpr int kRuns = 1000;
  for (int i = 0; i < kRuns; ++i) {
    engine::TextSink sink(buffer.data(), buffer.size());
    const bool bound =
        session.bind_json(id, i % 3 == 0 ? R"({"credit_score":900,"amount":"1.00"})"
                                         : R"({"credit_score":720,"amount":"1.00"})");
    if (bound && session.prepare({}, nullptr)) {
      session.decide();
      engine::write_decision(session, sink);
    } else {
      engine::write_refusal(session.refusals()[0], sink);
    }
  }
  return static_cast<double>(allocation_count.load() - before) / kRuns;
}

// From the bytes of a bundle to a rule set that decides, credit example: the median in ms.
struct BundleTimes {
  double trusted = 0, compiled = 0, interp = 0;
};

BundleTimes bundle_times() {
  auto c = driver::compile(kSource + "/examples/credit/credit.pac");
  const crypto::SigningKey key = crypto::SigningKey::generate().value();
  driver::BuildOptions options;
  options.pac_version = "bench";
  options.signers = {&key};
  const auto built = driver::build(**c, options);
  if (!built || !built->problems.empty()) std::abort();
  const engine::TrustStore trusted({{"bench", key.public_key()}});
  const auto time = [&](const engine::TrustStore& trust, driver::Engine engine, int runs) {
    std::vector<double> times;
    for (int i = 0; i < runs; ++i) {
      const double begin = cpu_now();
      const auto bundle = engine::Bundle::load(built->bytes, trust);
      if (!bundle || !driver::load(**bundle, {engine, 2})) std::abort();
      times.push_back((cpu_now() - begin) * 1e3);
    }
    return median(times);
  };
  return {time(trusted, driver::Engine::native, 15), time({}, driver::Engine::native, 5),
          time({}, driver::Engine::interp, 15)};
}

// Peak memory of parsing so many rows, in KiB: in a process of its own, which tells it by wait4().
double parse_peak_kib(int rows) {
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) {
    SourceSet sources;
    const auto file = sources.add("bench.pac", table_policy(rows));
    diag::Emitter emitter;
    const auto module = parse::parse(**file, emitter);
    _exit(emitter.has_errors() || module.decisions.empty() ? 1 : 0);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || status != 0) std::abort();
  return static_cast<double>(usage.ru_maxrss);
}

// What 10,000 rows take beyond no rows, over what 1,000 take.
double parse_memory_growth() {
  const double none = parse_peak_kib(1);
  const double thousand = parse_peak_kib(1000) - none;
  const double ten_thousand = parse_peak_kib(10000) - none;
  std::printf("parsing: 1,000 rows %.0f KiB, 10,000 rows %.0f KiB\n", thousand, ten_thousand);
  return ten_thousand / thousand;
}

std::vector<Figure> figures(Collect& times, pac_decide_fn loan, double memory_growth) {
  auto& t = times.median_ns;
  const double lines = 10'008;
  const BundleTimes loading = bundle_times();
  return {
      {"parse_lines_per_s", lines / (t["parse/10000"] * 1e-9)},
      {"parse_growth_10k_over_1k", t["parse/10000"] / t["parse/1000"]},
      {"check_10k_rules_ms", t["check/10000"] * 1e-6},
      {"parse_memory_growth_10k_over_1k", memory_growth},
      {"native_vs_handwritten_loan", loan_ratio(loan, kLearnedInputs)},
      {"native_vs_handwritten_loan_surprising", loan_ratio(loan, kSurprisingInputs)},
      {"native_vs_interp_speedup_loan", t["loan_interp_session"] / t["loan_native_session"]},
      {"native_vs_interp_speedup_credit", t["credit_interp_session"] / t["credit_native_session"]},
      {"native_vs_interp_speedup", t["credit_interp_session"] / t["credit_native_session"]},
      {"native_allocations_per_decision", allocations_per_decision()},
      {"bundle_load_ms", loading.trusted},
      {"bundle_load_compile_ms", loading.compiled},
      {"bundle_load_interp_ms", loading.interp},
  };
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  using namespace pac;
  using namespace pac::bench;
  benchmark::Initialize(&argc, argv);
  const double memory_growth = parse_memory_growth();  // first: a child begins with our memory
  const auto loan = load_example("/examples/loan/loan.pac", driver::Engine::native);
  const auto id = loan->find("loan");
  const auto& layout = loan->layout().record(loan->rule_set().decision(id).input);
  if (layout.offsets != std::vector<uint32_t>{0, 8} || layout.size != sizeof(LoanInput))
    std::abort();
  const auto add = [](const char* name, auto function) {
    return benchmark::RegisterBenchmark(name, function)->Repetitions(9)->ReportAggregatesOnly();
  };
  add("parse", parse_only)->Arg(1000)->Arg(10000)->Unit(benchmark::kNanosecond)->Repetitions(5);
  add("check", check_only)->Arg(10000)->Repetitions(5);
  const pac_decide_fn native = loan->native()->decide(id);
  for (const auto engine : {driver::Engine::native, driver::Engine::interp}) {
    const bool is_native = engine == driver::Engine::native;
    add(is_native ? "loan_native_session" : "loan_interp_session",
        [=](benchmark::State& s) { decide_loan_session(s, engine); });
    add(is_native ? "credit_native_session" : "credit_interp_session",
        [=](benchmark::State& s) { decide_credit_session(s, engine); });
  }
  Collect times;
  benchmark::RunSpecifiedBenchmarks(&times);
  if (times.median_ns.size() < 7) return 0;  // a filter was given
  return merge_summary(PAC_SUMMARY, figures(times, native, memory_growth), kCommand) ? 0 : 1;
}
