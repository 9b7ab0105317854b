// pac run: decides inputs from JSON, JSON lines or CSV and writes one JSON object a line.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <map>

#include "cli/commands.h"
#include "cli/growing_file.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "cli/support.h"
#include "cli/surroundings.h"
#include "runtime/engine/write.h"

namespace pac::cli {

namespace {

// What nearly every answer fits in.
constexpr size_t kAnswerBytes = size_t{64} << 10;
// Answers are given out this much at a time, and in whole lines.
constexpr size_t kOutBytes = size_t{64} << 10;

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>()->value_name("FILE"),
                  "the policy (.pac), its folder, or a bundle (.pacb)")(
      "decision", po::value<std::string>()->default_value("")->value_name("NAME"),
      "may be left out where there is one")(
      "input,i", po::value<std::string>()->default_value("-")->value_name("FILE"),
      "DATA.jsonl, DATA.json, DATA.csv, or - for JSON from standard input")(
      "engine", po::value<std::string>()->default_value("native")->value_name("native|interp"),
      "what decides; the answers are the same")(
      "format", po::value<std::string>()->default_value("pretty")->value_name("pretty|json"),
      "a summary, or an answer a line")("exit-decision",
                                        "exit 4 where a decision is no_match or error")(
      "record", po::value<std::string>()->value_name("FILE"),
      "write each decision with its input, a line each, as `pac diff --decisions` reads them")(
      "no-progress", "no bar on standard error, for what takes over a second")(
      "quiet,q", "no summary and no count of warnings on standard error");
  add_package_path(o);
  add_trust(o);
  add_surroundings(o);
}

// Counts for the summary.
struct Tally {
  size_t ok = 0, no_match = 0, error = 0, refused = 0;
  std::map<std::string, size_t> fired;
  size_t total() const { return ok + no_match + error + refused; }
};

int64_t elapsed_ms(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               since)
      .count();
}

class Runner {
 public:
  Runner(engine::Session& session, ir::DecisionId decision, const Surroundings& around,
         engine::FeatureSource* features, bool json, GrowingFile* record)
      : session_(session),
        decision_(decision),
        context_(around.context),
        features_(features),
        json_(json),
        record_(record),
        buffer_(kAnswerBytes, '\0') {}

  // An input was bound, or was refused.
  void finish(bool bound, uint32_t line, uint32_t item) {
    session_.refusals().set_line(line);
    line_ = line;
    item_ = item;
    const bool decided = bound && session_.prepare(context_, features_);
    if (decided) {
      count(session_.decide());
    } else {
      ++tally_.refused;
      if (!json_) print_refusal(session_.refusals()[0]);
    }
    if (decided && record_->is_open()) {
      record_->stream() << written([&](engine::TextSink& sink) { write_recorded(session_, sink); })
                        << '\n';
    }
    if (json_) {
      out_.append(answer(decided)).append(1, '\n');
      if (on_terminal_ || out_.size() >= kOutBytes) flush();
    }
  }

  // An interrupt comes between two of these, so that what stands in a file ends with a line.
  void flush() {
    std::fwrite(out_.data(), 1, out_.size(), stdout);
    std::fflush(stdout);
    out_.clear();
  }

  const Tally& tally() const { return tally_; }
  const std::string& first() const { return first_; }

 private:
  std::string_view answer(bool decided) {
    return written([&](engine::TextSink& sink) {
      if (decided) {
        engine::write_decision(session_, sink);
      } else {
        engine::write_refusal(session_.refusals()[0], sink);
      }
    });
  }

  // What is longer than the buffer makes it larger.
  template <typename Write>
  std::string_view written(Write write) {
    for (;;) {
      engine::TextSink sink(buffer_.data(), buffer_.size());
      write(sink);
      if (sink.fits()) return sink.view();
      buffer_.resize(sink.size());
    }
  }

  // Where the input stands, for people.
  std::string place() const {
    return (item_ > 0 ? " input " + std::to_string(item_) + "," : "") + " line " +
           std::to_string(line_);
  }

  void print_refusal(const engine::Refusal& refusal) const {
    const auto text = [](std::string_view view) { return std::string(view); };
    const std::string path = text(refusal.path.view());
    std::fprintf(stderr, "refused%s: %s%s%s [%s]\n", place().c_str(), path.c_str(),
                 path.empty() ? "" : ": ", text(refusal.message.view()).c_str(),
                 text(engine::code_text(refusal.code)).c_str());
  }

  void print_error() {
    const ir::Decision& d = session_.rules().rule_set().decision(decision_);
    const pac_result& r = session_.result();
    const auto rule = [&](uint32_t index) { return std::string(engine::rule_name(d, index)); };
    std::string rules;
    if (r.error_rule != PAC_NO_RULE && r.error_depth <= 1) {
      const bool is_pair = r.error_other != PAC_NO_RULE;
      rules = (is_pair ? ", in rules " : ", in rule ") + rule(r.error_rule);
      if (is_pair) rules += " and " + rule(r.error_other);
    }
    std::string feature(engine::absent_feature(session_));
    if (!feature.empty()) feature = ": `" + feature + "`";
    std::fprintf(stderr, "error%s: %s%s%s [%s]\n", place().c_str(),
                 std::string(engine::error_message(r.error)).c_str(), feature.c_str(),
                 rules.c_str(), std::string(engine::error_code(r.error)).c_str());
  }

  void count(pac_status status) {
    const ir::Decision& d = session_.rules().rule_set().decision(decision_);
    const pac_result& r = session_.result();
    if (status == PAC_OK) ++tally_.ok;
    if (status == PAC_NO_MATCH) ++tally_.no_match;
    if (status == PAC_ERROR) ++tally_.error;
    if (json_) return;
    if (status == PAC_ERROR) print_error();
    for (uint32_t i = 0; i < r.fired_count; ++i) {
      ++tally_.fired[std::string(engine::rule_name(d, r.fired[i]))];
    }
    if (tally_.total() == 1) first_.assign(answer(true));
  }

  engine::Session& session_;
  ir::DecisionId decision_;
  const engine::Context& context_;
  engine::FeatureSource* features_;
  bool json_;
  GrowingFile* record_;  // not open: nothing is recorded
  std::string buffer_, first_, out_;
  bool on_terminal_ = isatty(STDOUT_FILENO) != 0;
  uint32_t line_ = 0, item_ = 0;  // where the input stands
  Tally tally_;
};

void print_summary(const Tally& tally, const Runner& runner) {
  if (tally.total() == 1 && tally.refused == 0) {
    std::printf("%s\n", runner.first().c_str());
    return;
  }
  std::printf("%s: %zu ok, %zu no_match, %zu error, %zu refused\n",
              counted(tally.total(), "input").c_str(), tally.ok, tally.no_match, tally.error,
              tally.refused);
  for (const auto& [rule, count] : tally.fired) std::printf("  %8zu  %s\n", count, rule.c_str());
}

// The rate says nothing where a run is shorter than what a clock tells apart.
void print_throughput(const Tally& tally, int64_t ms, const std::string& engine) {
  std::string rate;
  if (ms >= 10)
    rate = ", " + grouped(tally.total() * 1000 / static_cast<uint64_t>(ms)) + " a second";
  std::fprintf(stderr, "%s inputs in %.2f s%s, %s\n", grouped(tally.total()).c_str(),
               static_cast<double>(ms) / 1000, rate.c_str(), engine.c_str());
}

int run(const po::variables_map& values) {
  const std::string path = required(values, "path", "which file: pac run FILE --input DATA");
  if (path.empty()) return kUsage;
  const auto engine = engine_of(values);
  if (!engine) return kUsage;
  const auto& format = values["format"].as<std::string>();
  if (format != "pretty" && format != "json") {
    return failed(kUsage, "", "there is no format `" + format + "`: pretty, json");
  }
  const bool quiet = values.contains("quiet");
  int exit = kFine;
  const auto policy =
      policy_or_report(path, values, quiet ? Warnings::silent : Warnings::counted, &exit);
  if (!policy) return exit;
  const auto decision = choose_decision(policy->rules(), values["decision"].as<std::string>());
  if (decision == ir::DecisionId::none) return kUsage;
  const auto around = read_surroundings(values, &exit);
  if (around == nullptr) return exit;
  if (!knows_features(*around, {&policy->rules()}, &exit)) return exit;
  const auto inputs = Inputs::open(values["input"].as<std::string>(), &exit);
  if (inputs == nullptr) return exit;
  auto loaded = policy->load(*engine);
  if (!loaded) return failed(loaded.error());

  GrowingFile record;
  if (values.contains("record")) {
    const auto opened = record.open(values["record"].as<std::string>());
    if (!opened) return failed(opened.error());
  }

  engine::Session session(*loaded, {});
  Runner runner(session, decision, *around, around->source(), format == "json", &record);
  Progress progress(stderr, isatty(STDERR_FILENO) != 0 && !values.contains("no-progress"),
                    inputs->total_bytes());
  const auto begin = std::chrono::steady_clock::now();
  inputs->bind_each(session, decision, [&](bool bound) {
    runner.finish(bound, inputs->line(), inputs->item());
    if (progress.wants_time())
      progress.update(elapsed_ms(begin), inputs->done_bytes(), runner.tally().total());
    return true;
  });
  progress.clear();
  runner.flush();
  const Tally& tally = runner.tally();
  if (format == "pretty") print_summary(tally, runner);
  std::fflush(stdout);
  if (!quiet && tally.total() > 1)
    print_throughput(tally, elapsed_ms(begin), values["engine"].as<std::string>());
  if (record.is_open()) {
    if (const auto finished = record.finish(); !finished) return failed(finished.error());
  }
  if (tally.refused > 0) return kFindings;
  if (values.contains("exit-decision") && tally.no_match + tally.error > 0) return kNoDecision;
  return kFine;
}

}  // namespace

const Command kRun{
    "run",
    "decide inputs from JSON, JSON lines or CSV",
    "pac run FILE|BUNDLE --input DATA [--decision NAME] [options]",
    "pac run examples/loan/loan.pac --input examples/loan/applications.jsonl --format json",
    options,
    "path",
    run};

}  // namespace pac::cli
