// pac beside other engines of rules: the same generated rules and inputs for all. Each peer runs in
// a process of its own (peers/run.mjs, clips_peer); pac takes a turn before and after each, in its
// two forms: typed (native code over an input record) and JSON (text to text). A peer that gives
// another answer than pac to any input has no figures.
//   peers_bench NODE [SET...]      `make bench-peers` calls it
#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "bench/match_sets.h"
#include "bench/process.h"
#include "bench/random.h"
#include "bench/subject.h"
#include "bench/summary.h"
#include "runtime/base/json.h"
#include "runtime/engine/write.h"

namespace pac::bench {
namespace {

constexpr const char* kCommand = "make bench-peers";
const std::string kSource = PAC_SOURCE_DIR;
const std::string kFolder = PAC_PEERS;

constexpr uint32_t kSeed = 1;
constexpr size_t kInputs = 1024;
constexpr double kLimitS = 60;  // of a peer with one set, CPU time
constexpr int kTurns = 5;       // of pac before a peer, and again after it
constexpr double kTurnS = 0.03;
constexpr std::array kPeers{"zen",    "zen_054", "cedar", "json_rules_engine",
                            "casbin", "cel_js",  "clips"};

// ---- A set as all of them take it.

struct PeerSet {
  std::string name, text, decision;
  json::Value rules = json::Value::object();  // {"fields":[…],"rules":[[condition…]…]}
  std::vector<std::string> pac_inputs, peer_inputs;
  MatchInputs typed;  // no records: made from pac_inputs
};

json::Value field(const char* name, const char* kind) {
  json::Value out = json::Value::object();
  out.set("name", json::Value(name));
  out.set("kind", json::Value(kind));
  return out;
}

json::Value condition(const char* name, const char* kind) {
  json::Value out = json::Value::object();
  out.set("field", json::Value(name));
  out.set("kind", json::Value(kind));
  return out;
}

json::Value range(const char* name, int64_t low, int64_t high) {
  json::Value out = condition(name, "range");
  out.set("low", json::Value(low));
  out.set("high", json::Value(high));
  return out;
}

json::Value values(const char* name, uint64_t set, const std::string& prefix) {
  json::Value all = json::Value::array();
  for (; set != 0; set &= set - 1) {
    all.push_back(json::Value(prefix + std::to_string(std::countr_zero(set))));
  }
  json::Value out = condition(name, "set");
  out.set("values", std::move(all));
  return out;
}

json::Value conditions(const MatchRule& rule) {
  constexpr std::array kNames{"n", "m", "k", "l"};
  json::Value out = json::Value::array();
  for (int i = 0; i < 4; ++i) {
    const auto at = static_cast<size_t>(i);
    if (rule.tests(i)) out.push_back(range(kNames[at], rule.low[at], rule.high[at]));
  }
  if (rule.tests(4)) out.push_back(values("e", rule.e, "v"));
  if (rule.tests(5)) out.push_back(values("f", rule.f, "w"));
  if (rule.tests(6)) {
    out.push_back(condition("b", "is"));
    out.elements().back().set("value", json::Value(rule.flag == 1));
  }
  if (rule.tests(7)) {
    out.push_back(condition("s", "prefix"));
    out.elements().back().set("text", json::Value(rule.prefix));
  }
  return out;
}

PeerSet table_set(const std::string& name, int rules) {
  PeerSet out;
  out.name = name;
  out.decision = "d";
  const MatchSet set = match_set(MatchShape::random, rules, kSeed);
  out.text = to_pac(set);
  json::Value fields = json::Value::array(), all = json::Value::array();
  for (const char* one : {"n", "m", "k", "l"}) fields.push_back(field(one, "int"));
  for (const char* one : {"e", "f"}) fields.push_back(field(one, "enum"));
  fields.push_back(field("b", "bool"));
  fields.push_back(field("s", "text"));
  for (const MatchRule& rule : set.rules) all.push_back(conditions(rule));
  out.rules.set("fields", std::move(fields));
  out.rules.set("rules", std::move(all));
  out.typed = match_inputs(set, kInputs, kSeed + 1);
  for (const MatchInput& input : out.typed.records) out.pac_inputs.push_back(to_json(input));
  out.peer_inputs = out.pac_inputs;
  return out;
}

// The loan example. pac gets an amount as the text of a decimal; peers get whole cents, as their
// numbers are binary or there are none with a fraction.
PeerSet loan_set() {
  PeerSet out;
  out.name = "loan";
  out.decision = "loan";
  out.text = read_file(kSource + "/examples/loan/loan.pac");
  json::Value fields = json::Value::array(), rule = json::Value::array();
  fields.push_back(field("credit_score", "int"));
  fields.push_back(field("amount", "int"));
  rule.push_back(range("credit_score", 700, 850));
  rule.push_back(range("amount", 0, 1'000'000));
  out.rules.set("fields", std::move(fields));
  out.rules.set("rules", json::Value(json::Elements{std::move(rule)}));
  uint64_t drawn = 7;
  for (size_t i = 0; i < kInputs; ++i) {
    drawn = drawn * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    const std::string score = std::to_string(300 + (drawn >> 20) % 551);
    const uint64_t cents = 1 + (drawn >> 33) % 2'000'000;
    char amount[32];
    std::snprintf(amount, sizeof amount, "%llu.%02llu",
                  static_cast<unsigned long long>(cents / 100),
                  static_cast<unsigned long long>(cents % 100));
    out.pac_inputs.push_back("{\"credit_score\":" + score + ",\"amount\":\"" + amount + "\"}");
    out.peer_inputs.push_back("{\"credit_score\":" + score +
                              ",\"amount\":" + std::to_string(cents) + "}");
  }
  return out;
}

// ---- pac's side.

double cpu_now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double median(std::vector<double> values_of) {
  std::ranges::sort(values_of);
  return values_of[values_of.size() / 2];
}

class Ours {
 public:
  explicit Ours(const PeerSet& set)
      : set_(set),
        subject_(set.text, set.decision, driver::Engine::native),
        session_(subject_.shared(), {}),
        fired_(subject_.fired_count()),
        scratch_(64 << 10),
        output_(subject_.output_bytes() + 16),
        text_(64 << 10, '\0') {
    if (set.typed.records.empty()) {
      subject_.bind(set.pac_inputs, {});
    } else {
      subject_.bind(set.typed.records);
    }
    if (subject_.native() == nullptr) give_up("there is no native code of " + set.name);
    Subject interpreted(set.text, set.decision, driver::Engine::interp);
    interpreted.bind(set.pac_inputs, {});
    compare_answers(subject_, interpreted, kInputs);
    result_.fired = fired_.data();
    for (size_t i = 0; i < subject_.count(); ++i) answers.push_back(typed(i));
  }

  std::vector<uint32_t> answers;  // the rule that fired, by input

  void take_turns() {
    for (int i = 0; i < kTurns; ++i) {
      typed_.push_back(turn([&](size_t at) { return typed(at); }));
      json_.push_back(turn([&](size_t at) { return json(at); }));
    }
  }
  double typed_ns() const { return median(typed_); }
  double json_ns() const { return median(json_); }
  void forget_turns() { typed_.clear(), json_.clear(); }

 private:
  uint32_t typed(size_t i) {
    pac_scratch scratch{scratch_.data(), scratch_.data() + scratch_.size(),
                        subject_.rules().zones()};
    if (subject_.native()(subject_.record(i), output_.data(), &result_, &scratch) != PAC_OK)
      give_up("pac ends in an error");
    return result_.fired[0];
  }
  // From JSON text to JSON text, as a service would.
  uint32_t json(size_t i) {
    if (!session_.bind_json(subject_.id(), set_.pac_inputs[i]) || !session_.prepare({}, nullptr))
      give_up("pac refuses an input");
    session_.decide();
    engine::TextSink sink(text_.data(), text_.size());
    engine::write_decision(session_, sink);
    return session_.result().fired[0];
  }
  template <typename Decide>
  double turn(Decide decide) {
    Order order(subject_.count());
    const double begin = cpu_now();
    uint64_t sum = 0;
    size_t count = 0;
    do {
      for (size_t i = 0; i < subject_.count(); ++i) sum += decide(order.next());
      count += subject_.count();
    } while (cpu_now() - begin < kTurnS);
    asm volatile("" : : "r"(sum));
    return (cpu_now() - begin) * 1e9 / static_cast<double>(count);
  }

  const PeerSet& set_;
  Subject subject_;
  engine::Session session_;
  std::vector<uint32_t> fired_;
  std::vector<char> scratch_;
  std::vector<char> output_;
  std::string text_;
  pac_result result_{};
  std::vector<double> typed_, json_;
};

// ---- A peer beside it.

struct Row {
  std::string peer, version, fault;  // a fault: no figures
  double ns = 0, typed = 0, json = 0;
  double text = 0;  // both from JSON text; 0: the peer reads none
  size_t checked = 0;
};

std::string fault_of(const json::Value& said, const std::vector<uint32_t>& wanted, Row& row) {
  const json::Value* answers = said.find("answers");
  const json::Value* ns = said.find("ns");
  if (answers == nullptr || ns == nullptr || answers->elements().empty()) return "gave no answers";
  row.version = said.find("version")->as_string();
  row.ns = ns->as_double();
  if (const json::Value* text_ns = said.find("text_ns")) row.text = text_ns->as_double();
  row.checked = answers->elements().size();
  for (size_t i = 0; i < row.checked; ++i) {
    const json::Value& one = answers->elements()[i];
    if (one.is_int() && one.as_int() == static_cast<int64_t>(wanted[i])) continue;
    return "void: it disagrees on input " + std::to_string(i) + " (rule " +
           (one.is_int() ? std::to_string(one.as_int()) : "none") + ", pac " +
           std::to_string(wanted[i]) + ")";
  }
  return "";
}

Row run_peer(const std::string& node, const std::string& peer, const std::string& folder,
             Ours& ours) {
  Row row;
  row.peer = peer;
  ours.forget_turns();
  ours.take_turns();
  const std::string output = folder + "/" + peer + ".json";
  const std::vector<std::string> command =
      peer == "clips" ? std::vector<std::string>{PAC_CLIPS_PEER, folder}
                      : std::vector<std::string>{node, kFolder + "/run.mjs", peer, folder};
  const Cost cost = run_within(kLimitS, command, output);
  ours.take_turns();
  if (cost.exit == kOutOfTime) {
    row.fault = "not done within a minute of CPU time";
  } else if (cost.exit == 127 && peer == "clips") {
    row.fault = "was not built: libclips-dev is not there";
  } else if (cost.exit != 0) {
    row.fault = "ended with exit code " + std::to_string(cost.exit);
  } else if (const auto said = json::parse(read_file(output)); said) {
    row.fault = fault_of(*said, ours.answers, row);
  } else {
    row.fault = "said what is no JSON";
  }
  row.typed = row.ns / ours.typed_ns();
  row.json = row.ns / ours.json_ns();
  row.text /= ours.json_ns();
  std::printf("%-18s %-8s", peer.c_str(), row.version.c_str());
  if (row.fault.empty()) {
    std::printf(
        " %12.0f ns, %5zu answers agree; pac typed %.1f ns (%.1f times), JSON %.1f ns (%.1f)",
        row.ns, row.checked, ours.typed_ns(), row.typed, ours.json_ns(), row.json);
    if (row.text != 0) std::printf("; both from JSON text %.1f times", row.text);
    std::printf("\n");
  } else {
    std::printf(" %s\n", row.fault.c_str());
  }
  std::fflush(stdout);
  return row;
}

bool run_set(const std::string& node, const PeerSet& set) {
  const std::string folder = kFolder + "/" + set.name;
  std::filesystem::create_directories(folder);
  write_file(folder + "/set.json", json::canonical(set.rules));
  std::string lines;
  for (const std::string& input : set.peer_inputs) lines += input + "\n";
  write_file(folder + "/inputs.jsonl", lines);
  std::printf("\n== %s: %zu rules, %zu inputs\n", set.name.c_str(),
              set.rules.find("rules")->elements().size(), set.peer_inputs.size());
  std::fflush(stdout);
  Ours ours(set);
  std::vector<Figure> figures;
  for (const char* peer : kPeers) {
    const Row row = run_peer(node, peer, folder, ours);
    if (!row.fault.empty()) continue;
    const std::string key = "peer_" + row.peer + "_" + set.name;
    figures.push_back({key + "_typed_speedup", row.typed});
    figures.push_back({key + "_json_speedup", row.json});
    if (row.text != 0) figures.push_back({key + "_text_speedup", row.text});
    figures.push_back({key + "_ns", row.ns});
  }
  figures.push_back({"peer_pac_" + set.name + "_typed_ns", ours.typed_ns()});
  figures.push_back({"peer_pac_" + set.name + "_json_ns", ours.json_ns()});
  return merge_summary(PAC_SUMMARY, figures, kCommand);
}

PeerSet set_named(const std::string& name) {
  if (name == "loan") return loan_set();
  if (name == "random_10") return table_set(name, 10);
  if (name == "random_100") return table_set(name, 100);
  if (name == "random_1k") return table_set(name, 1'000);
  if (name == "random_10k") return table_set(name, 10'000);
  give_up("there is no set " + name);
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  using namespace pac::bench;
  if (argc < 2) give_up("peers_bench NODE [SET...]");
  std::vector<std::string> sets(argv + 2, argv + argc);
  if (sets.empty()) sets = {"loan", "random_10", "random_100", "random_1k"};
  for (const std::string& name : sets) {
    if (!run_set(argv[1], set_named(name))) return 1;
  }
  return 0;
}
