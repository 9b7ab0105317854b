// pac run: decides inputs from JSON, JSON lines or CSV and writes one JSON object a line.
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "cli/commands.h"
#include "cli/support.h"
#include "cli/surroundings.h"
#include "runtime/engine/csv_binder.h"
#include "runtime/engine/session.h"
#include "runtime/engine/write.h"

namespace pac::cli {

namespace {

// What nearly every answer fits in.
constexpr size_t kAnswerBytes = size_t{64} << 10;

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>(), "file with the policy, or a bundle (.pacb)")(
      "decision", po::value<std::string>()->default_value(""),
      "may be left out where there is one")(
      "input,i", po::value<std::string>()->default_value("-"),
      "DATA.json, DATA.jsonl, DATA.csv, or - for JSON lines from standard input")(
      "engine", po::value<std::string>()->default_value("native"), "native or interp")(
      "format", po::value<std::string>()->default_value("pretty"),
      "pretty (a summary) or json (an answer a line)")(
      "exit-decision", "exit 4 where a decision is no_match or error")(
      "quiet,q", "no summary on standard error");
  add_trust(o);
  add_surroundings(o);
}

// Counts for the summary.
struct Tally {
  size_t ok = 0, no_match = 0, error = 0, refused = 0;
  std::map<std::string, size_t> fired;
  std::map<std::string, size_t> outputs;
  size_t total() const { return ok + no_match + error + refused; }
};

class Runner {
 public:
  Runner(engine::Session& session, ir::DecisionId decision, const engine::Context& context,
         engine::FeatureSource* features, bool json)
      : session_(session),
        decision_(decision),
        context_(context),
        features_(features),
        json_(json),
        buffer_(kAnswerBytes, '\0') {}

  void decide_json(std::string_view text, uint32_t line) {
    session_.refusals().set_line(line);
    finish(session_.bind_json(decision_, text));
  }

  bool decide_csv(std::istream& in) {
    engine::CsvBinder rows(session_, decision_, [&in](char* buffer, size_t capacity) {
      in.read(buffer, static_cast<std::streamsize>(capacity));
      return static_cast<size_t>(in.gcount());
    });
    if (!rows.read_header()) {
      finish(false);
      return false;
    }
    for (auto row = rows.next(); row != engine::CsvBinder::Row::end; row = rows.next()) {
      finish(row == engine::CsvBinder::Row::bound);
    }
    return true;
  }

  const Tally& tally() const { return tally_; }

 private:
  void finish(bool bound) {
    const bool decided = bound && session_.prepare(context_, features_);
    if (decided) {
      count(session_.decide());
    } else {
      ++tally_.refused;
      if (!json_) print_refusal(session_.refusals()[0]);
    }
    if (json_) print_answer(decided);
  }

  // Answers that are longer than the buffer make it larger.
  void print_answer(bool decided) {
    for (;;) {
      engine::TextSink sink(buffer_.data(), buffer_.size());
      if (decided) {
        engine::write_decision(session_, sink);
      } else {
        engine::write_refusal(session_.refusals()[0], sink);
      }
      if (sink.fits()) {
        std::fwrite(buffer_.data(), 1, sink.size(), stdout);
        std::fputc('\n', stdout);
        return;
      }
      buffer_.resize(sink.size());
    }
  }

  static void print_refusal(const engine::Refusal& refusal) {
    const auto text = [](std::string_view view) { return std::string(view); };
    std::fprintf(stderr, "refused%s: %s: %s [%s]\n", where(refusal.line).c_str(),
                 text(refusal.path.view()).c_str(), text(refusal.message.view()).c_str(),
                 text(engine::code_text(refusal.code)).c_str());
  }

  static std::string where(uint32_t line) {
    return line == 0 ? "" : " line " + std::to_string(line);
  }

  void count(pac_status status) {
    const ir::Decision& d = session_.rules().rule_set().decision(decision_);
    const pac_result& r = session_.result();
    if (status == PAC_OK) ++tally_.ok;
    if (status == PAC_NO_MATCH) ++tally_.no_match;
    if (status == PAC_ERROR) ++tally_.error;
    if (json_) return;
    for (uint32_t i = 0; i < r.fired_count; ++i) {
      ++tally_.fired[std::string(engine::rule_name(d, r.fired[i]))];
    }
    if (status != PAC_OK) return;
    engine::TextSink sink(buffer_.data(), buffer_.size());
    engine::write_decision(session_, sink);
    if (tally_.total() == 1) first_.assign(sink.view());
  }

 public:
  const std::string& first() const { return first_; }

 private:
  engine::Session& session_;
  ir::DecisionId decision_;
  const engine::Context& context_;
  engine::FeatureSource* features_;
  bool json_;
  std::string buffer_, first_;
  Tally tally_;
};

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// One JSON object over several lines, or one a line: told by whether the first line is a whole
// object.
bool is_lines(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return true;
  const size_t end = text.find('\n', begin);
  if (end == std::string::npos || blank(std::string_view(text).substr(end))) return true;
  int depth = 0;
  bool quoted = false;
  for (size_t i = begin; i < end; ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  return depth == 0;
}

void decide_lines(std::istream& in, Runner& runner) {
  std::string line;
  for (uint32_t number = 1; std::getline(in, line); ++number) {
    if (!blank(line)) runner.decide_json(line, number);
  }
}

int decide_all(const std::string& input, Runner& runner) {
  if (input == "-") {
    decide_lines(std::cin, runner);
    return kFine;
  }
  std::ifstream in(input, std::ios::binary);
  if (!in) return failed(kCouldNotRun, "PAC0101", "can't read " + input);
  if (input.ends_with(".csv")) {
    runner.decide_csv(in);
    return kFine;
  }
  if (input.ends_with(".jsonl") || input.ends_with(".ndjson")) {
    decide_lines(in, runner);
    return kFine;
  }
  std::stringstream text;
  text << in.rdbuf();
  const std::string whole = text.str();
  if (is_lines(whole)) {
    text.clear();
    text.seekg(0);
    decide_lines(text, runner);
  } else {
    runner.decide_json(whole, 1);
  }
  return kFine;
}

void print_summary(const Tally& tally, const Runner& runner) {
  if (tally.total() == 1 && tally.refused == 0) {
    if (!runner.first().empty()) std::printf("%s\n", runner.first().c_str());
    if (tally.ok == 1) return;
  }
  std::printf("%zu inputs: %zu ok, %zu no_match, %zu error, %zu refused\n", tally.total(), tally.ok,
              tally.no_match, tally.error, tally.refused);
  for (const auto& [rule, count] : tally.fired) std::printf("  %8zu  %s\n", count, rule.c_str());
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
  int exit = kFine;
  const auto policy = policy_or_report(path, values, &exit);
  if (!policy) return exit;
  const auto decision = choose_decision(policy->rules(), values["decision"].as<std::string>());
  if (decision == ir::DecisionId::none) return kUsage;
  auto loaded = policy->load(*engine);
  if (!loaded) return failed(kBug, loaded.error().code, loaded.error().message);

  auto around = read_surroundings(values, &exit);
  if (around == nullptr) return exit;
  engine::Session session(*loaded, {});
  Runner runner(session, decision, around->context, around->source(), format == "json");
  const std::clock_t begin = std::clock();
  if (const int code = decide_all(values["input"].as<std::string>(), runner); code != kFine)
    return code;
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const Tally& tally = runner.tally();
  if (format == "pretty") print_summary(tally, runner);
  if (!values.contains("quiet") && tally.total() > 1) {
    std::fprintf(stderr, "%zu decisions in %.3f s of CPU time (%.0f a second), %s\n", tally.total(),
                 seconds, seconds > 0 ? static_cast<double>(tally.total()) / seconds : 0.0,
                 *engine == driver::Engine::native ? "native" : "interp");
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
