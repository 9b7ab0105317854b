// CLIPS in its own process, as peers/run.mjs runs the others: clips_peer FOLDER reads set.json and
// inputs.jsonl and prints the answers and the median time as one JSON object. A rule each with its
// place as salience; an input is asserted as a fact, one activation runs, the fact is retracted.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "bench/process.h"
#include "runtime/base/json.h"

// Its header is C and defines macros; it comes last.
extern "C" {
#include <clips/clips.h>
}

namespace pac::bench {
namespace {

constexpr double kAnswersS = 4, kWarmUpS = 1.5, kTurnS = 0.12;  // as in peers/run.mjs
constexpr int kTurns = 9;
constexpr int kHighestSalience = 10'000;

struct FieldOf {
  std::string name, kind;
};
struct Value {
  int type = 0;
  long long number = 0;
  std::string text;
};

double now() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::string pattern(const json::Value& condition) {
  const std::string& name = condition.find("field")->as_string();
  const std::string& kind = condition.find("kind")->as_string();
  if (kind == "range") {
    return "(" + name + " ?" + name + "&:(<= " + condition.find("low")->number_text() + " ?" +
           name + " " + condition.find("high")->number_text() + "))";
  }
  if (kind == "is") {
    return "(" + name + (condition.find("value")->as_bool() ? " TRUE)" : " FALSE)");
  }
  if (kind == "prefix") {
    const std::string& text = condition.find("text")->as_string();
    return "(" + name + " ?" + name + "&:(eq (sub-string 1 " + std::to_string(text.size()) + " ?" +
           name + ") \"" + text + "\"))";
  }
  std::string values;
  for (const json::Value& value : condition.find("values")->elements()) {
    values += (values.empty() ? "" : "|") + value.as_string();
  }
  return "(" + name + " " + values + ")";
}

bool build(void* clips, const json::Value& set, std::vector<FieldOf>& fields) {
  std::string slots;
  for (const json::Value& one : set.find("fields")->elements()) {
    fields.push_back({one.find("name")->as_string(), one.find("kind")->as_string()});
    const std::string& kind = fields.back().kind;
    slots += " (slot " + fields.back().name + " (type " +
             (kind == "int"    ? "INTEGER"
              : kind == "text" ? "STRING"
                               : "SYMBOL") +
             "))";
  }
  if (!EnvBuild(clips, "(defglobal ?*fired* = -1)")) return false;
  if (!EnvBuild(clips, ("(deftemplate in" + slots + ")").c_str())) return false;
  int index = 0;
  for (const json::Value& rule : set.find("rules")->elements()) {
    std::string patterns;
    for (const json::Value& condition : rule.elements()) patterns += " " + pattern(condition);
    const std::string text = "(defrule r" + std::to_string(index) + " (declare (salience " +
                             std::to_string(kHighestSalience - index) + ")) (in" + patterns +
                             ") => (bind ?*fired* " + std::to_string(index) + "))";
    if (!EnvBuild(clips, text.c_str())) return false;
    ++index;
  }
  return true;
}

std::vector<Value> values_of(const json::Value& input, const std::vector<FieldOf>& fields) {
  std::vector<Value> out;
  for (const FieldOf& field : fields) {
    const json::Value& value = *input.find(field.name);
    if (field.kind == "int") {
      out.push_back({INTEGER, value.as_int(), ""});
    } else if (field.kind == "bool") {
      out.push_back({SYMBOL, 0, value.as_bool() ? "TRUE" : "FALSE"});
    } else {
      out.push_back({field.kind == "text" ? STRING : SYMBOL, 0, value.as_string()});
    }
  }
  return out;
}

long long decide(void* clips, void* deftemplate, const std::vector<FieldOf>& fields,
                 const std::vector<Value>& input, long long otherwise) {
  auto* fact = EnvCreateFact(clips, deftemplate);
  for (size_t i = 0; i < fields.size(); ++i) {
    DATA_OBJECT slot;
    slot.type = static_cast<unsigned short>(input[i].type);
    slot.value = input[i].type == INTEGER ? EnvAddLong(clips, input[i].number)
                                          : EnvAddSymbol(clips, input[i].text.c_str());
    EnvPutFactSlot(clips, fact, fields[i].name.c_str(), &slot);
  }
  auto* asserted = EnvAssert(clips, fact);
  long long out = otherwise;
  if (EnvRun(clips, 1) == 1) {
    DATA_OBJECT fired;
    EnvGetDefglobalValue(clips, "fired", &fired);
    out = ValueToLong(fired.value);
  }
  EnvRetract(clips, asserted);
  return out;
}

int run_clips(const std::string& folder) {
  const auto set = json::parse(read_file(folder + "/set.json"));
  if (!set) return 1;
  const double begin = now();
  void* clips = CreateEnvironment();
  std::vector<FieldOf> fields;
  const auto otherwise = static_cast<long long>(set->find("rules")->elements().size());
  if (otherwise > 2 * kHighestSalience) {
    std::fprintf(stderr, "CLIPS has no more than 20,001 saliences\n");
    return 1;
  }
  if (!build(clips, *set, fields)) return 1;
  void* deftemplate = EnvFindDeftemplate(clips, "in");
  const double made_s = now() - begin;
  std::vector<std::vector<Value>> inputs;
  const std::string lines = read_file(folder + "/inputs.jsonl");
  for (size_t at = 0; at < lines.size();) {
    const size_t end = lines.find('\n', at);
    inputs.push_back(values_of(*json::parse(lines.substr(at, end - at)), fields));
    at = end + 1;
  }
  json::Value answers = json::Value::array();
  size_t used = 0;
  for (const double until = now() + kAnswersS; used < inputs.size() && now() < until; ++used) {
    answers.push_back(json::Value(decide(clips, deftemplate, fields, inputs[used], otherwise)));
  }
  size_t next = 0;
  const auto turn = [&](double seconds) {
    const double turn_begin = now();
    size_t count = 0;
    do {
      decide(clips, deftemplate, fields, inputs[next], otherwise);
      next = (next + 1) % used;
      ++count;
    } while (now() - turn_begin < seconds);
    return (now() - turn_begin) * 1e9 / static_cast<double>(count);
  };
  turn(kWarmUpS);
  std::vector<double> turns;
  for (int i = 0; i < kTurns; ++i) turns.push_back(turn(kTurnS));
  std::ranges::sort(turns);
  json::Value out = json::Value::object();
  out.set("version", json::Value("6.30"));
  out.set("made_ms", json::Value(made_s * 1e3));
  out.set("ns", json::Value(turns[kTurns / 2]));
  out.set("answers", std::move(answers));
  std::printf("%s\n", json::canonical(out).c_str());
  return 0;
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  if (argc == 2) return pac::bench::run_clips(argv[1]);
  std::fprintf(stderr, "clips_peer FOLDER\n");
  return 2;
}
