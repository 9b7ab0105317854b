// Deciding at any size: native code against what can be written by hand, over generated tables and
// the examples. Each set is measured in a process of its own, and compiled once before in another,
// with a limit: what takes longer is told and has no figure.
//   match_bench [SET...]      all sets, or these
//   match_bench --compile SET, --measure SET, --measure-by-hand SET, --analyze SET   one step of it
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>

#include "bench/chain_source.h"
#include "bench/handwritten_match.h"
#include "bench/match_batch.h"
#include "bench/measure.h"
#include "bench/policies.h"
#include "bench/process.h"
#include "bench/random.h"
#include "bench/subject.h"
#include "bench/summary.h"

namespace pac::bench {
namespace {

constexpr const char* kCommand = "make bench-match";
const std::string kSource = PAC_SOURCE_DIR;
const std::string kWork = PAC_WORK;

constexpr uint32_t kSeed = 1;
// 300 KiB with their texts: they stay in the second cache.
constexpr size_t kInputs = 4'096;
// So many that the processor does not learn them by heart.
constexpr size_t kBatchRows = 16'384;
constexpr size_t kComparedTests = 4'000'000;  // rules times inputs that the interpreter looks at
constexpr size_t kLeastCompared = 128;
constexpr uint64_t kMostRowBytes = 128 << 20;
constexpr size_t kMostCompiledRules = 10'000;  // of a chain as code; clang takes a minute for more
constexpr double kMeasureSeconds = 300;
constexpr double kAnalysisSeconds = 60;

struct TableSet {
  const char* name;
  MatchShape shape;
  int rules;
  const char* size;        // as figures name it
  double compile_limit_s;  // CPU time of text to first answer
};
constexpr std::array kTables{
    TableSet{"random_10", MatchShape::random, 10, "10", 20},
    TableSet{"random_100", MatchShape::random, 100, "100", 20},
    TableSet{"random_1k", MatchShape::random, 1'000, "1k", 40},
    TableSet{"random_10k", MatchShape::random, 10'000, "10k", 40},
    TableSet{"random_100k", MatchShape::random, 100'000, "100k", 60},
    TableSet{"same_pair_1k", MatchShape::same_pair, 1'000, "1k", 40},
    TableSet{"same_pair_10k", MatchShape::same_pair, 10'000, "10k", 40},
    TableSet{"same_pair_100k", MatchShape::same_pair, 100'000, "100k", 60},
    TableSet{"wide_1k", MatchShape::wide, 1'000, "1k", 40},
    TableSet{"wide_10k", MatchShape::wide, 10'000, "10k", 40},
    TableSet{"shared_cuts_1k", MatchShape::shared_cuts, 1'000, "1k", 40},
    TableSet{"shared_cuts_10k", MatchShape::shared_cuts, 10'000, "10k", 40},
};

const TableSet* table_named(const std::string& name) {
  const auto* found = std::ranges::find_if(kTables, [&](const auto& s) { return name == s.name; });
  return found == kTables.end() ? nullptr : found;
}

// ---- Tables.

struct ByHand {
  std::unique_ptr<TouchTables> touch = touch_tables(kSeed);
  ChainTables walked, called;
  std::unique_ptr<RowTables> exact, coarse_64, coarse_256;
};

ByHand by_hand(const MatchSet& set, const std::string& name) {
  ByHand out;
  out.walked = chain_tables(set);
  if (set.rules.size() <= kMostCompiledRules) {
    const CompiledChain chain = compile_chain(set, kWork, name);
    if (chain.code == nullptr)
      std::printf("%s, chain as code: %s\n", name.c_str(), chain.fault.c_str());
    out.called.code = chain.code;
    out.called.outcomes = out.walked.outcomes;
  } else {
    std::printf("%s: the chain is walked as data only; as code clang would take minutes\n",
                name.c_str());
  }
  out.exact = row_tables(set, 0, kMostRowBytes);
  out.coarse_64 = row_tables(set, 64, kMostRowBytes);
  out.coarse_256 = row_tables(set, 256, kMostRowBytes);
  return out;
}

std::vector<Timed> timed_by_hand(const ByHand& tables, const Timed& like) {
  std::vector<Timed> out;
  const auto one = [&](const char* name, pac_decide_fn function, const void* data) {
    if (data == nullptr) return;
    out.push_back(like);
    out.back().name = name;
    out.back().decide = function;
    out.back().tables = data;
  };
  one("touch_8", touch_8, tables.touch.get());
  one("chain_walked", walk_chain, &tables.walked);
  one("chain_as_code", call_chain, tables.called.code == nullptr ? nullptr : &tables.called);
  one("exact_rows", exact_rows, tables.exact.get());
  one("coarse_rows_64", coarse_rows, tables.coarse_64.get());
  one("coarse_rows_256", coarse_rows, tables.coarse_256.get());
  return out;
}

struct Answer {
  uint32_t status = 0, fired = 0;
  int64_t outcome = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer answer_of(const Timed& timed, size_t i, std::vector<uint32_t>& fired) {
  char memory[64];
  pac_result result{};
  result.fired = fired.data();
  HandScratch scratch{{memory, memory + sizeof memory, timed.zones}, timed.tables};
  Answer out;
  out.status = timed.decide(timed.records + i * timed.stride, &out.outcome, &result, &scratch.base);
  out.fired = result.fired_count == 1 ? result.fired[0] : PAC_NO_RULE;
  return out;
}

// All functions but touch_8 over all inputs; the first one, which is the interpreter's or was
// compared with it, over a sample.
void compare_functions(const std::vector<Timed>& all, size_t rules) {
  std::vector<uint32_t> fired(rules + 1);
  const Timed* first = nullptr;
  size_t hits = 0;
  for (const Timed& timed : all) {
    if (timed.decide == touch_8) continue;
    if (first == nullptr) first = &timed;
    for (size_t i = 0; i < timed.count; ++i) {
      const Answer wanted = answer_of(*first, i, fired), got = answer_of(timed, i, fired);
      if (&timed == first && wanted.fired < rules) ++hits;
      if (wanted == got) continue;
      give_up(timed.name + " and " + first->name + " disagree on input " + std::to_string(i) +
              ": " + std::to_string(got.fired) + " and " + std::to_string(wanted.fired));
    }
  }
  std::printf("%zu inputs, %.0f %% hit a rule; all functions agree\n", all[0].count,
              100.0 * static_cast<double>(hits) / static_cast<double>(all[0].count));
}

double least(const std::map<std::string, double>& ns, std::initializer_list<const char*> names) {
  double out = 0;
  for (const char* name : names) {
    const auto found = ns.find(name);
    if (found != ns.end() && (out == 0 || found->second < out)) out = found->second;
  }
  return out;
}

std::vector<Figure> table_figures(const TableSet& table, std::map<std::string, double> ns) {
  const bool is_random = table.shape == MatchShape::random;
  const std::string size = is_random ? table.size : table.name;
  const double touch = ns["touch_8_latency"];
  const double chain = least(ns, {"chain_walked_latency", "chain_as_code_latency"});
  const double rows =
      least(ns, {"exact_rows_latency", "coarse_rows_64_latency", "coarse_rows_256_latency"});
  std::vector<Figure> out{{"chain_vs_touch8_" + size, chain / touch},
                          {"rows_by_hand_vs_touch8_" + size, rows / touch},
                          {"touch8_ns_" + size, touch},
                          {"chain_ns_" + size, chain},
                          {"rows_by_hand_ns_" + size, rows}};
  if (is_random && table.rules == 1'000) out.push_back({"touch8_floor_ns", touch});
  const double native = ns["native_latency"];
  if (native == 0) return out;
  out.push_back({"jit_vs_touch8_" + size, native / touch});
  out.push_back({"jit_vs_rows_by_hand_" + size, native / rows});
  out.push_back({"native_ns_" + size, native});
  out.push_back({"native_throughput_ns_" + size, ns["native_throughput"]});
  if (const double batch = ns["batch"] / kBatchRows; batch > 0) {
    // Both ways take and check what a caller brings; the function alone takes checked records.
    out.push_back({"batch_" + size + "_vs_single", batch * kBatchRows / ns["one_by_one"]});
    out.push_back({"batch_" + size + "_vs_function", batch / ns["native_throughput"]});
    out.push_back({"batch_ns_" + size, batch});
  }
  if (table.rules >= 1'000) out.push_back({"plan_" + size + "_vs_chain", chain / native});
  if (ns.contains("native_traced"))
    out.push_back({"trace_overhead_ns", ns["native_traced"] - ns["native_throughput"]});
  return out;
}

// The inputs in the order in which throughput is measured.
std::vector<uint32_t> random_order(size_t count) {
  Order order(count);
  std::vector<uint32_t> out;
  while (out.size() < kBatchRows) out.push_back(static_cast<uint32_t>(order.next()));
  return out;
}

int measure_table(const TableSet& table, bool with_native) {
  const MatchSet set = match_set(table.shape, table.rules, kSeed);
  const MatchInputs inputs = match_inputs(set, kInputs, kSeed + 1);
  const std::string text = to_pac(set);
  Subject interpreted(text, "d", driver::Engine::interp);
  interpreted.bind(inputs.records);
  std::unique_ptr<Subject> native;
  Subject* subject = &interpreted;
  const size_t compared = std::max(kLeastCompared, kComparedTests / set.rules.size());
  std::vector<Timed> all;
  if (with_native) {
    native = std::make_unique<Subject>(text, "d", driver::Engine::native);
    native->bind(inputs.records);
    subject = native.get();
    compare_answers(*native, interpreted, compared);
  }
  // First, as it takes time: native code that is being made beside it is then there.
  const ByHand tables = by_hand(set, table.name);
  Timed like{"native",
             subject->native(),
             subject->record(0),
             subject->count(),
             subject->stride(),
             subject->output_bytes(),
             subject->fired_count(),
             nullptr,
             subject->rules().zones(),
             false};
  if (with_native) {
    if (like.decide == nullptr) give_up("there is no native code");
    like.with_trace = table.shape == MatchShape::random && table.rules == 1'000;
    all.push_back(like);
    like.with_trace = false;
  }
  for (Timed& timed : timed_by_hand(tables, like)) all.push_back(std::move(timed));
  compare_functions(all, set.rules.size());
  if (!with_native) {
    // The chain was not held against native code, so it is against the interpreter.
    std::vector<uint32_t> fired(set.rules.size() + 1);
    for (size_t i = 0; i < subject->count(); i += subject->count() / kLeastCompared) {
      const uint32_t rule = answer_of(all[1], i, fired).fired;
      const std::string name =
          rule < set.rules.size() ? "row_" + std::to_string(rule + 1) : "otherwise";
      if (!interpreted.answer(i).contains("\"fired\":[\"" + name + "\"]"))
        give_up("what was written by hand and the interpreter disagree");
    }
  }
  for (const Timed& timed : all) add(timed);
  std::unique_ptr<MatchBatch> batch;
  if (with_native) {
    batch = std::make_unique<MatchBatch>(*subject, inputs, random_order(subject->count()));
    batch->decide();  // and again, where answers are known by then
    batch->decide();
    std::vector<uint32_t> fired(set.rules.size() + 1), rule_of;
    for (size_t i = 0; i < subject->count(); ++i)
      rule_of.push_back(answer_of(all[0], i, fired).fired);
    batch->compare(rule_of);
    add_whole("batch", [&] { batch->decide(); });
    add_whole("one_by_one", [&] { batch->decide_one_by_one(); });
  }
  return merge_summary(PAC_SUMMARY, table_figures(table, run_all()), kCommand) ? 0 : 1;
}

// ---- Policies: native code against the interpreter and against what is written by hand.

// The interpreter in the shape of native code: it reaches its subject through the scratch.
struct Interpreted {
  const interp::Interpreter* interpreter;
  ir::DecisionId id;
};
uint32_t interpret(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const auto& with =
      *static_cast<const Interpreted*>(reinterpret_cast<const HandScratch*>(scratch)->tables);
  return with.interpreter->decide(with.id, input, output, result, scratch);
}

int measure_policy(const std::string& name) {
  const Policy policy = policy_named(name, kSource, kWork);
  Subject native(policy.text, policy.decision, driver::Engine::native);
  Subject interpreted(policy.text, policy.decision, driver::Engine::interp);
  policy.bind(native);
  policy.bind(interpreted);
  if (native.native() == nullptr) give_up("there is no native code");
  compare_answers(native, interpreted, native.count());
  size_t hits = 0;
  for (size_t i = 0; i < native.count(); ++i) {
    hits += native.answer(i).contains("\"fired\":[\"otherwise\"]") ? 0 : 1;
  }
  std::printf("%zu inputs, %zu hit a rule; the engines agree\n", native.count(), hits);
  const Interpreted with{&native.rules().interpreter(), native.id()};
  Timed timed{"native",
              native.native(),
              native.record(0),
              native.count(),
              native.stride(),
              native.output_bytes(),
              native.fired_count(),
              nullptr,
              native.rules().zones(),
              false};
  const Timed native_code = timed;
  add(timed);
  timed.name = "interpreter";
  timed.decide = interpret;
  timed.tables = &with;
  add(timed);
  const ByHandCode by_hand = policy.by_hand();
  if (by_hand.decide != nullptr) {
    Timed other = timed;
    other.name = "by_hand";
    other.decide = by_hand.decide;
    other.tables = by_hand.tables.get();
    if (name != "loan") compare_functions({native_code, other}, native.fired_count() - 1);
    add(other);
  }
  auto ns = run_all();
  std::vector<Figure> figures{{"native_ns_" + name, ns["native_latency"]},
                              {"native_throughput_ns_" + name, ns["native_throughput"]},
                              {"native_vs_interp_speedup_" + name + "_latency",
                               ns["interpreter_latency"] / ns["native_latency"]}};
  if (by_hand.decide != nullptr) {
    figures.push_back({by_hand.figure, ns["native_latency"] / ns["by_hand_latency"]});
    figures.push_back({"by_hand_ns_" + name, ns["by_hand_latency"]});
  }
  return merge_summary(PAC_SUMMARY, figures, kCommand) ? 0 : 1;
}

// ---- Compiling: from text to the first answer.

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int compile_table(const TableSet& table) {
  std::string text;
  MatchInputs inputs;
  {
    const MatchSet set = match_set(table.shape, table.rules, kSeed);
    text = to_pac(set);
    inputs = match_inputs(set, 1, kSeed + 1);
  }
  const double begin = cpu_s();
  Subject subject(text, "d", driver::Engine::native);
  if (subject.native() == nullptr) give_up("there is no native code");
  subject.bind(inputs.records);
  const std::string answer = subject.answer(0);
  const double seconds = cpu_s() - begin;
  if (!answer.contains("\"status\":\"ok\"")) give_up("the first answer is " + answer);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%s: %.2f s from text to the first answer\n", table.name, seconds);
  if (table.shape != MatchShape::random || table.rules < 1'000) return 0;
  std::vector<Figure> figures{{std::string("compile_") + table.size + "_s", seconds}};
  if (table.rules == 100'000)
    figures.push_back({"compile_100k_mib", static_cast<double>(usage.ru_maxrss) / 1024});
  return merge_summary(PAC_SUMMARY, figures, kCommand) ? 0 : 1;
}

// Analysis, apart from it: `pac check` of the table as a file, to its end or to the limit.
int analyze_table(const TableSet& table) {
  // A folder of its own: files of one folder are one package.
  const std::string folder = kWork + "/" + table.name;
  const std::string file = folder + "/table.pac";
  std::filesystem::create_directories(folder);
  write_file(file, to_pac(match_set(table.shape, table.rules, kSeed)));
  const Cost cost =
      run_within(kAnalysisSeconds, {PAC_PROGRAM, "check", file}, kWork + "/check.txt");
  if (cost.exit == kOutOfTime) {
    std::printf("%s: pac check is not done within %.0f s\n", table.name, kAnalysisSeconds);
    return 0;
  }
  if (cost.exit != 0 && cost.exit != 1) give_up("pac check failed");
  const std::vector<Figure> figures{{std::string("check_random_") + table.size + "_s", cost.cpu_s}};
  return merge_summary(PAC_SUMMARY, figures, kCommand) ? 0 : 1;
}

// ---- All of them, each in a process of its own.

bool step(const std::string& program, const char* what, const std::string& name, double limit) {
  std::printf("\n== %s %s\n", name.c_str(), what + 2);
  std::fflush(stdout);
  const Cost cost = run_within(limit, {program, what, name}, "");
  if (cost.exit == 0) return true;
  std::printf(cost.exit == kOutOfTime
                  ? "%s: not done within %.0f s of CPU time, so it has no figure\n"
                  : "%s: failed, so it has no figure\n",
              name.c_str(), limit);
  return false;
}

int run_sets(const std::string& program, const std::vector<std::string>& wanted) {
  const auto is_wanted = [&](const std::string& name) {
    return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
  };
  std::vector<std::string> missing, measured;
  bool failed = false;
  for (const TableSet& table : kTables) {
    if (!is_wanted(table.name)) continue;
    const bool compiles = step(program, "--compile", table.name, table.compile_limit_s);
    const char* what = compiles ? "--measure" : "--measure-by-hand";
    const bool is_done = step(program, what, table.name, kMeasureSeconds);
    const bool is_analyzed = table.shape == MatchShape::random && table.rules >= 1'000;
    if (is_analyzed && !step(program, "--analyze", table.name, kMeasureSeconds)) failed = true;
    if (!is_done) failed = true;
    (compiles && is_done ? measured : missing).emplace_back(table.name);
  }
  for (const char* name : kPolicies) {
    if (is_wanted(name) && !step(program, "--measure", name, kMeasureSeconds)) failed = true;
  }
  const auto is_measured = [&](const char* name) {
    return std::ranges::find(measured, name) != measured.end();
  };
  if (is_measured("random_1k") && is_measured("random_100k")) {
    const std::vector<Figure> growth{
        {"growth_100k_over_1k", summary_value(PAC_SUMMARY, "native_ns_100k") /
                                    summary_value(PAC_SUMMARY, "native_ns_1k")}};
    if (!merge_summary(PAC_SUMMARY, growth, kCommand)) return 1;
  }
  for (const std::string& name : missing) {
    std::printf("%s has no figures of native code: see above\n", name.c_str());
  }
  return failed ? 1 : 0;
}

int main_of(const std::vector<std::string>& arguments, const std::string& program) {
  const bool is_step = arguments.size() == 2 && arguments[0].starts_with("--");
  for (size_t i = is_step ? 1 : 0; i < arguments.size(); ++i) {
    if (table_named(arguments[i]) == nullptr &&
        std::ranges::find(kPolicies, arguments[i]) == kPolicies.end())
      give_up("there is no set " + arguments[i]);
  }
  if (!is_step) return run_sets(program, arguments);
  const TableSet* table = table_named(arguments[1]);
  if (arguments[0] == "--measure" && table == nullptr) return measure_policy(arguments[1]);
  if (table == nullptr) give_up(arguments[1] + " is no table");
  if (arguments[0] == "--compile") return compile_table(*table);
  if (arguments[0] == "--analyze") return analyze_table(*table);
  if (arguments[0] == "--measure") return measure_table(*table, true);
  if (arguments[0] == "--measure-by-hand") return measure_table(*table, false);
  give_up("there is no step " + arguments[0]);
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  ::setenv("PAC_CACHE", "off", 1);  // what is measured is compiled
  return pac::bench::main_of({argv + 1, argv + argc}, argv[0]);
}
