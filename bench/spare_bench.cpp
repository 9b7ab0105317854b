// What the checks cost that a proof spares: a `unique` table of 1,000 rows that neither clash nor
// leave a gap, in native code with and without the proof, over the same inputs in turns.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

#include "bench/summary.h"
#include "compiler/driver/analyze.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "compiler/driver/spare.h"

namespace pac::bench {
namespace {

constexpr int kBands = 40, kAmounts = 25;
constexpr int kScores = 4'000, kMost = 100'000;  // values of each field
constexpr size_t kInputs = 4096;
constexpr int kTurns = 61;

// Bands of two numbers, a row for each pair, in random order.
std::string table_policy() {
  std::vector<std::string> rows;
  for (int i = 0; i < kBands; ++i) {
    for (int k = 0; k < kAmounts; ++k) {
      const int score = i * (kScores / kBands), amount = k * (kMost / kAmounts);
      rows.push_back(std::to_string(score) + " .. " + std::to_string(score + kScores / kBands - 1) +
                     " | " + std::to_string(amount) + " .. " +
                     std::to_string(amount + kMost / kAmounts - 1) + " => " +
                     std::to_string(i * kAmounts + k) + "\n");
    }
  }
  std::mt19937 random(11);
  for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random() % i]);
  std::string out = "package bench.spare edition 1\ndecision d {\n  input { score: int in 0 .. " +
                    std::to_string(kScores - 1) + ", amount: int in 0 .. " +
                    std::to_string(kMost - 1) +
                    " }\n  output { r: int }\n  table unique {\n    score | amount => r\n";
  for (const std::string& row : rows) out += "    " + row;
  return out + "  }\n}\n";
}

struct Input {
  int64_t score, amount;
};

double cpu_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Pass {
  double ns = 0;  // a decision
  int64_t sum = 0;
};

Pass pass(const std::vector<Input>& inputs, pac_decide_fn decide) {
  Pass out;
  int64_t output = 0;
  uint32_t fired[1001];
  pac_result result{};
  result.fired = fired;
  char memory[64];
  pac_scratch scratch{memory, memory + sizeof memory, nullptr};
  const double begin = cpu_now();
  for (const Input& input : inputs) {
    if (decide(&input, &output, &result, &scratch) != PAC_OK) std::abort();
    out.sum += output * 31 + fired[0];
  }
  out.ns = (cpu_now() - begin) / static_cast<double>(inputs.size()) * 1e9;
  return out;
}

std::shared_ptr<engine::LoadedRuleSet> native(const ir::RuleSet& rules,
                                              const codegen::Proofs& proofs) {
  auto loaded = engine::LoadedRuleSet::load(rules);
  if (!loaded) std::abort();
  const auto object = driver::compile_native(**loaded, 2, proofs);
  if (!object || !driver::use_native(**loaded, *object)) std::abort();
  return *loaded;
}

int run() {
  auto c = driver::compile_texts({{"bench.pac", table_policy()}});
  if (!c || !(*c)->checked) std::abort();
  analyze::Options options;
  options.certify = true;
  const auto analysis = driver::analyze(&**c, options);
  if (!analysis) std::abort();
  const ir::RuleSet& rules = (*c)->checked->rules;
  const codegen::Proofs proofs = driver::proofs_of(rules, analysis->certified.claims);
  const auto spared = driver::spared_by(rules, proofs);
  for (const auto& one : spared) std::printf("spared: the check %s\n", to_text(one).c_str());
  if (spared.size() != 2) return 1;
  const auto checked = native(rules, {}), sparing = native(rules, proofs);
  const auto id = checked->find("d");
  std::mt19937 random(7);
  std::vector<Input> inputs(kInputs);
  for (Input& one : inputs) {
    one = {static_cast<int64_t>(random() % kScores), static_cast<int64_t>(random() % kMost)};
  }
  std::vector<double> with_checks, without;
  for (int i = 0; i < kTurns; ++i) {
    const Pass a = pass(inputs, checked->native()->decide(id));
    const Pass b = pass(inputs, sparing->native()->decide(id));
    if (a.sum != b.sum) std::abort();
    with_checks.push_back(a.ns);
    without.push_back(b.ns);
  }
  const double before = median(with_checks), after = median(without);
  std::printf("a unique table of 1,000 rows: checked %.0f ns, spared %.0f ns, ratio %.2f\n", before,
              after, before / after);
  const std::vector<Figure> figures = {{"native_unique_1000_rows_ns", before},
                                       {"native_unique_1000_rows_proved_ns", after},
                                       {"native_unique_1000_rows_proved_speedup", before / after}};
  return merge_summary(PAC_SUMMARY, figures, "make bench") ? 0 : 1;
}

}  // namespace
}  // namespace pac::bench

int main() { return pac::bench::run(); }
