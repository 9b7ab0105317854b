// What proofs cost: cold runs of the program over generated policies, and its tests as evidence
// over the examples. Writes its figures to the summary. The policies stay in build/bench/rule_sets.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "bench/process.h"
#include "bench/rule_sets.h"
#include "bench/summary.h"
#include "runtime/base/json.h"

namespace pac::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCommand = "make bench-analysis";
constexpr uint32_t kSeed = 1;
const std::string kPac = PAC_PROGRAM;
const std::string kSource = PAC_SOURCE_DIR;
const std::string kWork = PAC_WORK;

struct RuleSet {
  std::string name;
  int rules = 0;
  std::string text;
  int times = 5;
};

struct Checked {
  Cost cost;
  size_t findings = 0, unknown = 0, without_witness = 0;
};

bool starts_with_any(const std::string& code, std::initializer_list<const char*> beginnings) {
  return std::ranges::any_of(beginnings, [&](const char* one) { return code.starts_with(one); });
}

// Gaps, clashes and errors are shown by an input.
bool needs_witness(const std::string& code) {
  return starts_with_any(code, {"PAC20", "PAC21", "PAC23", "PAC24"});
}

std::string path_of(const std::string& name) { return kWork + "/" + name + "/policy.pac"; }

void put(const std::string& name, const std::string& text) {
  fs::create_directories(kWork + "/" + name);
  write_file(path_of(name), text);
}

// A whole cold `pac check`.
Checked check(const RuleSet& set) {
  put(set.name, set.text);
  const std::string out = kWork + "/" + set.name + "/findings.jsonl";
  Checked checked;
  checked.cost = median_run(set.times, {kPac, "check", path_of(set.name), "--format", "json"}, out);
  const std::string lines = read_file(out);
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    const auto finding = json::parse(std::string_view(lines).substr(at, end - at));
    at = end + 1;
    if (!finding || finding->find("code") == nullptr) continue;
    const std::string& code = finding->find("code")->as_string();
    if (code.starts_with("PAC1")) {
      std::fprintf(stderr, "%s: the generated policy has errors\n", set.name.c_str());
      std::exit(1);
    }
    ++checked.findings;
    checked.unknown += code == "PAC2901" ? 1 : 0;
    if (needs_witness(code) &&
        json::canonical(*finding->find("notes")).find("for example {") == std::string::npos) {
      ++checked.without_witness;
    }
  }
  std::printf("%-16s %8.0f ms %6.0f MiB %6zu findings %3zu unknown\n", set.name.c_str(),
              checked.cost.cpu_s * 1e3, checked.cost.peak_mib, checked.findings, checked.unknown);
  std::fflush(stdout);
  return checked;
}

void check_all(std::vector<Figure>* out) {
  const std::vector<RuleSet> sets = {
      {"tree_1500", 1'500, tree_policy(1'500, 5, kSeed)},
      {"sparse_1500", 1'500, sparse_policy(1'500, 3, 6, kSeed)},
      {"classbench_1500", 1'500, classbench_policy(1'500, kSeed)},
      {"tree_10k", 10'000, tree_policy(10'000, 8, kSeed), 3},
      {"sparse_10k", 10'000, sparse_policy(10'000, 3, 6, kSeed), 3},
      {"classbench_10k", 10'000, classbench_policy(10'000, kSeed), 3},
      {"hard_crowded", 10'000, sparse_policy(10'000, 2, 5, kSeed), 1},
      {"hard_wide", 1'000, wide_policy(1'000, kSeed), 3},
      {"hard_chain", 15, chain_policy(12, kSeed), 3},
      {"hard_regex", 60, regex_policy(60, kSeed), 3},
      {"hard_fold", 20, fold_policy(20, kSeed), 3},
  };
  double most_memory = 0, without_witness = 0;
  for (const RuleSet& set : sets) {
    const Checked checked = check(set);
    const double ms = checked.cost.cpu_s * 1e3;
    out->push_back({"analyze_" + set.name + "_ms", ms});
    if (set.name == "tree_1500") out->push_back({"analyze_1500x5_ms", ms});
    if (set.name == "tree_10k") out->push_back({"analyze_10k_x8_ms", ms});
    if (set.name.ends_with("_10k")) most_memory = std::max(most_memory, checked.cost.peak_mib);
    out->push_back({"unknown_ratio_" + set.name,
                    static_cast<double>(checked.unknown) / static_cast<double>(set.rules)});
    without_witness += static_cast<double>(checked.without_witness);
  }
  out->push_back({"analyze_10k_x8_mib", most_memory});
  out->push_back({"findings_without_witness", without_witness});
}

// Six rows of ten thousand with another outcome.
void diff_versions(std::vector<Figure>* out) {
  const std::string before = tree_policy(10'000, 8, kSeed);
  std::string after = before;
  size_t at = 0;
  for (int row = 0; row < 9'600; ++row) {
    at = after.find(" => ", at + 4);
    if (row > 0 && row % 1'600 == 0) after[at + 4] = '9';
  }
  put("diff_old", before);
  put("diff_new", after);
  const Cost cost =
      median_run(3, {kPac, "diff", path_of("diff_old"), path_of("diff_new")}, kWork + "/diff.txt");
  std::printf("diff of 10,000 rows: %.0f ms\n", cost.cpu_s * 1e3);
  out->push_back({"diff_10k_ms", cost.cpu_s * 1e3});
}

// A million recorded decisions of the credit example against a version with another threshold.
void impact(std::vector<Figure>* out) {
  const std::string credit = kSource + "/examples/credit/";
  const std::string recorded = kWork + "/recorded.jsonl";
  const Cost recording =
      run({kPac, "run", credit + "credit.pac", "--input", credit + "applications.csv", "--decision",
           "credit", "--record", recorded},
          kWork + "/run.txt");
  const std::string thousand = read_file(recorded);
  if (recording.exit != 0 || std::ranges::count(thousand, '\n') != 1'000) {
    std::fprintf(stderr, "the credit example could not be recorded\n");
    std::exit(1);
  }
  std::string million;
  million.reserve(thousand.size() * 1'000);
  for (int i = 0; i < 1'000; ++i) million += thousand;
  write_file(recorded, million);
  std::string changed = read_file(credit + "credit.pac");
  const std::string was = "2024-01-01: 12_500.00", now = "2024-01-01: 15_000.00";
  const size_t at = changed.find(was);
  if (at == std::string::npos) {
    std::fprintf(stderr, "the credit example has no limit of 12,500\n");
    std::exit(1);
  }
  put("credit_changed", changed.replace(at, was.size(), now));
  // What the recorded decisions add to the proof: native code of both versions, and deciding.
  const std::vector<std::string> diff = {kPac, "diff", credit + "credit.pac",
                                         path_of("credit_changed")};
  std::vector<std::string> with_decisions = diff;
  with_decisions.insert(with_decisions.end(), {"--decisions", recorded, "--decision", "credit"});
  const std::string report = kWork + "/impact.txt";
  const double proof = median_run(3, diff, report).cpu_s;
  const double whole = median_run(3, with_decisions, report).cpu_s;
  std::printf("impact on 1,000,000 decisions: %.2f s, with the proof %.2f s\n", whole - proof,
              whole);
  out->push_back({"impact_1m_rows_s", whole - proof});
  out->push_back({"impact_1m_rows_with_proof_s", whole});
  fs::remove(recorded);
}

struct Mutation {
  int64_t killed = 0, survived = 0, equivalent = 0, undecided = 0;
  double score() const {
    const auto counted = static_cast<double>(killed + survived + undecided);
    return counted == 0 ? 1 : static_cast<double>(killed) / counted;
  }
};

void mutate(const std::string& path, Mutation* sum) {
  const std::string file = kWork + "/mutants.json";
  run({kPac, "test", path, "--mutate=json"}, file);
  const auto report = json::parse(read_file(file));
  if (!report) {
    std::fprintf(stderr, "%s: no report of mutants\n", path.c_str());
    std::exit(1);
  }
  const auto number = [&](const char* name) { return report->find(name)->as_int(); };
  sum->killed += number("killed");
  sum->survived += number("survived");
  sum->equivalent += number("equivalent");
  sum->undecided += number("undecided");
}

// The same files without their tests.
std::string without_tests(const std::string& text) {
  std::string out;
  bool in_test = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    in_test = in_test || line.starts_with("test ");
    if (!in_test) out += line;
    if (in_test && line.starts_with("}")) in_test = false;
    at = end;
  }
  return out;
}

void mutation(std::vector<Figure>* out) {
  Mutation by_hand, generated;
  for (const auto& folder : fs::directory_iterator(kSource + "/examples")) {
    if (!folder.is_directory()) continue;
    const std::string name = folder.path().filename();
    const std::string own = kWork + "/generated/" + name;
    fs::remove_all(own);
    fs::create_directories(own);
    bool has_policies = false;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      if (file.path().extension() != ".pac") continue;
      has_policies = true;
      write_file(own + "/" + file.path().filename().string(),
                 without_tests(read_file(file.path())));
    }
    if (!has_policies) continue;
    mutate(folder.path(), &by_hand);
    const Cost cost =
        run({kPac, "test", own, "--generate=" + own + "/generated.pac"}, kWork + "/generate.txt");
    std::printf("tests generated for %s: %.1f s\n", name.c_str(), cost.cpu_s);
    std::fflush(stdout);
    mutate(own, &generated);
  }
  std::printf("mutants: by hand %.3f, generated %.3f, undecided %ld\n", by_hand.score(),
              generated.score(), static_cast<long>(generated.undecided));
  out->push_back({"mutation_score_examples", by_hand.score()});
  out->push_back({"mutation_score_generated", generated.score()});
  out->push_back({"mutants_undecided", static_cast<double>(generated.undecided)});
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  using namespace pac::bench;
  const std::string part = argc > 1 ? argv[1] : "all";
  const std::vector<std::pair<std::string, std::function<void(std::vector<Figure>*)>>> parts = {
      {"check", check_all}, {"diff", diff_versions}, {"impact", impact}, {"mutation", mutation}};
  fs::create_directories(kWork);
  std::vector<Figure> figures;
  bool is_known = false;
  for (const auto& [name, measure] : parts) {
    if (part != "all" && part != name) continue;
    is_known = true;
    measure(&figures);
  }
  if (!is_known) {
    std::fprintf(stderr, "usage: analysis_bench [check|diff|impact|mutation]\n");
    return 2;
  }
  return merge_summary(PAC_SUMMARY, figures, kCommand) ? 0 : 1;
}
