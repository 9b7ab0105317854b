// pac run: decides inputs from JSON, JSON lines or CSV and writes one JSON object a line.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/commands.h"
#include "cli/growing_file.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "cli/recording.h"
#include "cli/support.h"
#include "cli/surroundings.h"
#include "compiler/driver/build.h"
#include "compiler/driver/decide_inputs.h"

namespace pac::cli {

namespace {

// A ledger is made durable once for several batches of a block.
constexpr size_t kRecordedBlockBytes = size_t{1} << 20;

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
      "threads", po::value<unsigned>()->value_name("N"),
      "how many threads decide, as many as the machine has unless said; the output is the same")(
      "no-progress", "no bar on standard error, for what takes over a second")(
      "quiet,q", "no summary and no count of warnings on standard error");
  add_recording(o);
  add_package_path(o);
  add_trust(o);
  add_surroundings(o);
}

void put(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

int64_t elapsed_ms(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               since)
      .count();
}

void print_summary(const driver::DecideTally& tally) {
  if (tally.total() == 1 && tally.refused == 0) {
    std::printf("%s\n", tally.first.c_str());
    return;
  }
  const auto wide = [](uint64_t count) { return static_cast<unsigned long long>(count); };
  std::printf("%s: %llu ok, %llu no_match, %llu error, %llu refused\n",
              counted(tally.total(), "input").c_str(), wide(tally.ok), wide(tally.no_match),
              wide(tally.error), wide(tally.refused));
  for (const auto& [rule, count] : tally.fired) {
    std::printf("  %8llu  %s\n", wide(count), rule.c_str());
  }
}

// The rate says nothing where a run is shorter than what a clock tells apart.
void print_throughput(const driver::DecideTally& tally, int64_t ms, const std::string& engine) {
  std::string rate;
  if (ms >= 10)
    rate = ", " + grouped(tally.total() * 1000 / static_cast<uint64_t>(ms)) + " a second";
  std::fprintf(stderr, "%s inputs in %.2f s%s, %s\n", grouped(tally.total()).c_str(),
               static_cast<double>(ms) / 1000, rate.c_str(), engine.c_str());
}

// --threads, or those of the machine; nothing, with a message, where it is none of them.
std::optional<unsigned> threads_of(const po::variables_map& values) {
  if (!values.contains("threads")) {
    return std::clamp(std::thread::hardware_concurrency(), 1u, driver::kMostThreads);
  }
  const auto threads = values["threads"].as<unsigned>();
  if (threads >= 1 && threads <= driver::kMostThreads) return threads;
  failed(kUsage, "", "--threads takes 1 to " + std::to_string(driver::kMostThreads));
  return std::nullopt;
}

// What a ledger keeps of a policy: the bundle of a source is built first, with all its tests, and
// then decides. 0, or the exit code.
int bundle_for_ledger(const std::string& path, Policy* policy, std::string* bytes) {
  if (policy->bundle != nullptr) {
    auto read = read_file(path);
    if (!read) return failed(read.error());
    const auto again = engine::Bundle::load(*read, {});
    if (!again || (*again)->manifest().bundle_digest != policy->bundle->manifest().bundle_digest) {
      return failed(kCouldNotRun, "PAC0101", path + " was changed while it was read");
    }
    *bytes = std::move(*read);
    return kFine;
  }
  driver::BuildOptions options;
  options.with_native = false;
  options.pac_version = PAC_VERSION;
  auto built = driver::build(*policy->compilation, options);
  if (!built) return failed(built.error());
  if (!built->problems.empty()) {
    for (const auto& problem : built->problems) {
      std::fprintf(stderr, "FAIL %s\n", problem.c_str());
    }
    return failed(kFindings, "", "nothing was decided: the policy does not pass its own tests");
  }
  auto bundle = engine::Bundle::load(built->bytes, {});
  if (!bundle) return failed(bundle.error());
  policy->bundle = std::move(*bundle);
  *bytes = std::move(built->bytes);
  return kFine;
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
  const auto threads = threads_of(values);
  if (!threads) return kUsage;
  const bool quiet = values.contains("quiet");
  int exit = kFine;
  const auto ledger = ledger_target(values, &exit);
  if (exit != kFine) return exit;
  auto policy = policy_or_report(path, values, quiet ? Warnings::silent : Warnings::counted, &exit);
  if (!policy) return exit;
  std::string bundle_bytes;
  if (ledger) {
    if (const int failure = bundle_for_ledger(path, &*policy, &bundle_bytes); failure != kFine) {
      return failure;
    }
  }
  const auto decision =
      choose_decision(policy->rules(), values["decision"].as<std::string>(), Asks::caller);
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

  std::unique_ptr<Recording> recording;
  if (ledger) {
    recording = Recording::open(*ledger, values, around->json, &exit);
    if (recording == nullptr) return exit;
    exit = recording->activate(*policy->bundle, bundle_bytes, values["engine"].as<std::string>(),
                               *loaded, decision);
    if (exit != kFine) return exit;
    inputs->blocks().set_block_bytes(kRecordedBlockBytes);
  }

  driver::DecideOptions options;
  if (recording != nullptr) options.observer = recording->observer();
  options.decision = decision;
  options.context = around->context;
  options.features = around->source();
  options.answers = format == "json";
  options.records = record.is_open();
  options.threads = *threads;
  Progress progress(stderr, isatty(STDERR_FILENO) != 0 && !values.contains("no-progress"),
                    inputs->total_bytes());
  const auto begin = std::chrono::steady_clock::now();
  uint64_t count = 0;
  std::string recorded_answers;
  // Blocks of whole lines go out each in one piece, so that an interrupt leaves no part of a line.
  if (options.answers) std::setvbuf(stdout, nullptr, _IONBF, 0);
  const driver::DecideTally tally =
      driver::decide_inputs(*loaded, inputs->blocks(), options, [&](const auto& block) {
        bool goes_on = true;
        std::string_view answers = block.answers;
        if (recording != nullptr) {
          goes_on = recording->take(block, &recorded_answers);
          answers = recorded_answers;
        }
        put(stdout, answers);
        if (goes_on) put(stderr, block.faults);
        if (record.is_open()) {
          record.stream().write(block.records.data(),
                                static_cast<std::streamsize>(block.records.size()));
        }
        count += block.count;
        progress.update(elapsed_ms(begin), block.done_bytes, count);
        return goes_on;
      });
  progress.clear();
  if (recording != nullptr) {
    exit = recording->finish(quiet);
    if (exit != kFine) return exit;
  }
  if (format == "pretty") print_summary(tally);
  std::fflush(stdout);
  if (!quiet && tally.total() > 1)
    print_throughput(tally, elapsed_ms(begin), values["engine"].as<std::string>());
  if (record.is_open()) {
    if (const auto finished = record.finish(); !finished) return failed(finished.error());
  }
  if (tally.refused > 0 || (recording != nullptr && recording->conflicts() > 0)) return kFindings;
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
