// pac replay: decides again what a ledger has recorded, and compares; or decides it by another
// policy and says what changes.
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/commands.h"
#include "cli/ledger_persons.h"
#include "cli/ledger_query.h"
#include "cli/ledger_support.h"
#include "cli/progress.h"
#include "cli/recorded_impact.h"
#include "cli/support.h"
#include "compiler/driver/decide_inputs.h"
#include "compiler/driver/load.h"
#include "ledger/replay/replay.h"
#include "runtime/base/json.h"

namespace pac::cli {

namespace {

constexpr const char* kEngines[] = {"both", "native", "interp"};

void options(po::options_description& o) {
  o.add_options()("ledger", po::value<std::string>()->value_name("FOLDER"), "the ledger")(
      "from", po::value<std::uint64_t>()->value_name("INDEX"), "the first entry; 0 unless said")(
      "to", po::value<std::vector<std::string>>()->value_name("INDEX"),
      "the last entry; all unless said")(
      "function", po::value<std::string>()->value_name("NAME"),
      "decisions of this name alone, such as lending.loan.grant or grant")(
      "engine", po::value<std::string>()->default_value("both")->value_name("both|native|interp"),
      "what decides again")("threads", po::value<unsigned>()->value_name("N"),
                            "how many threads decide; the result is the same")(
      "with", po::value<std::string>()->value_name("FILE"),
      "decide by this policy instead, and say what changes")(
      "first", po::value<unsigned>()->default_value(20)->value_name("N"),
      "decisions shown that come out otherwise")(
      "format", po::value<std::string>()->default_value("pretty")->value_name("pretty|json"),
      "json for programs")("json", "as --format json")("no-progress", "no bar on standard error");
  add_epoch_key(o);
  add_package_path(o);
  add_trust(o);
}

std::string place_of(const ledger::EntryPlace& place) {
  return std::to_string(place.stream) + "/" + std::to_string(place.index);
}

std::string listed(const std::vector<std::string>& rules) {
  std::string out;
  for (const std::string& rule : rules) out += (out.empty() ? "" : ", ") + rule;
  return out.empty() ? "no rule" : out;
}

// Why no decision was decided again.
std::string nothing_why(const ledger::Replayed& replayed) {
  const bool is_erased = replayed.not_replayed.size() == 1 &&
                         replayed.not_replayed.begin()->first == ledger::kErasedInput;
  return is_erased ? "the personal data of all of these decisions was erased"
                   : "none of these decisions could be decided again";
}

void print_pretty(const ledger::Replayed& replayed, const std::string& engines) {
  std::printf("%s replayed by %s: %s the same, %s otherwise\n",
              grouped(replayed.same + replayed.drifted, "decision", "decisions").c_str(),
              engines.c_str(), grouped(replayed.same).c_str(), grouped(replayed.drifted).c_str());
  for (const auto& [why, one] : replayed.not_replayed) {
    std::printf("  %s not replayed: %s (the first is entry %s)\n", grouped(one.count).c_str(),
                why.c_str(), place_of(one.first).c_str());
  }
  if (replayed.other_stdlib > 0) {
    std::printf("  %s were decided with another standard library\n",
                grouped(replayed.other_stdlib).c_str());
  }
  if (replayed.same + replayed.drifted == 0 && replayed.left_out() > 0) {
    std::printf("nothing was compared: %s\n", nothing_why(replayed).c_str());
  }
  for (const ledger::Drift& drift : replayed.drifts) {
    std::printf("\nentry %s, %s, by %s: `%s` -> `%s`%s%s\n  recorded: %s\n  now:      %s\n",
                place_of(drift.place).c_str(), drift.function.c_str(), drift.engine.c_str(),
                listed(drift.recorded_rules).c_str(), listed(drift.rules).c_str(),
                drift.hint.empty() ? "" : "; ", drift.hint.c_str(), drift.recorded.c_str(),
                drift.now.c_str());
  }
}

json::Value value_of(const std::string& text) {
  auto value = json::parse(text);
  return value ? std::move(*value) : json::Value(text);
}

void print_json(const ledger::Replayed& replayed) {
  const auto number = [](std::uint64_t value) {
    return json::Value::exact_int(static_cast<std::int64_t>(value));
  };
  json::Value out = json::Value::object();
  out.set("decisions", number(replayed.decisions));
  out.set("drifted", number(replayed.drifted));
  json::Value drifts = json::Value::array();
  for (const ledger::Drift& drift : replayed.drifts) {
    json::Value one = json::Value::object();
    one.set("engine", drift.engine);
    one.set("entry", place_of(drift.place));
    one.set("function", drift.function);
    if (!drift.hint.empty()) one.set("hint", drift.hint);
    one.set("now", value_of(drift.now));
    one.set("recorded", value_of(drift.recorded));
    drifts.push_back(std::move(one));
  }
  out.set("drifts", std::move(drifts));
  json::Value left_out = json::Value::array();
  for (const auto& [why, reason] : replayed.not_replayed) {
    json::Value one = json::Value::object();
    one.set("count", number(reason.count));
    one.set("first", place_of(reason.first));
    one.set("reason", why);
    left_out.push_back(std::move(one));
  }
  out.set("not_replayed", std::move(left_out));
  out.set("other_stdlib", number(replayed.other_stdlib));
  out.set("same", number(replayed.same));
  std::printf("%s\n", json::canonical(out).c_str());
}

// Nothing was asked for that the ledger has; a run that compared nothing must not pass.
int no_such_decisions(const std::set<std::string>& others) {
  std::string all;
  for (const std::string& one : others) all += (all.empty() ? "" : ", ") + one;
  return failed(kUsage, "",
                "the ledger has no such decisions" +
                    (all.empty() ? std::string() : "; it has those of " + all));
}

int run_replay(const std::string& folder, const po::variables_map& values, bool is_json) {
  const auto& engine = values["engine"].as<std::string>();
  if (std::ranges::find(kEngines, engine) == std::end(kEngines)) {
    return failed(kUsage, "", "there is no engine `" + engine + "`: both, native, interp");
  }
  const auto files = ledger::posix_file_system();
  if (const auto settings = ledger::read_settings(*files, folder); !settings) {
    return failed_ledger(settings.error());
  }
  ledger::ReplayOptions options;
  if (!read_range(values, &options.from, &options.to)) return kUsage;
  options.function = values.contains("function") ? values["function"].as<std::string>() : "";
  options.interp = engine != "native";
  options.shown = values["first"].as<unsigned>();
  options.threads = values.contains("threads") ? values["threads"].as<unsigned>()
                                               : std::max(1u, std::thread::hardware_concurrency());
  if (options.threads < 1 || options.threads > driver::kMostThreads) {
    return failed(kUsage, "", "--threads takes 1 to " + std::to_string(driver::kMostThreads));
  }
  if (engine != "interp") {
    options.native = [](const engine::Bundle& bundle) {
      return driver::load(bundle, {driver::Engine::native, 2});
    };
  }
  Progress progress(stderr, isatty(STDERR_FILENO) != 0 && !values.contains("no-progress"), 0,
                    "replayed");
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed_ms = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 begin)
        .count();
  };
  options.progress = [&](std::uint64_t count) { progress.update(elapsed_ms(), count, count); };
  const auto subjects = ledger::Subjects::open_to_read(*files, subject_paths(folder, values));
  if (!subjects) return failed_ledger(subjects.error());
  options.subjects = subjects->get();
  const auto replayed = ledger::replay(*files, folder, options);
  progress.clear();
  if (!replayed) return failed_ledger(replayed.error());
  const bool is_filtered =
      values.contains("function") || values.contains("from") || values.contains("to");
  if (is_filtered && replayed->decisions == 0 && replayed->left_out() == 0) {
    return no_such_decisions(replayed->others);
  }
  if (is_json) {
    print_json(*replayed);
  } else {
    print_pretty(*replayed, engine == "both" ? "both engines" : engine);
    const auto ms = elapsed_ms();
    if (ms >= 10) {
      std::fprintf(stderr, "%s decisions in %.2f s, %s a second\n",
                   grouped(replayed->decisions).c_str(), static_cast<double>(ms) / 1000,
                   grouped(replayed->decisions * 1000 / static_cast<std::uint64_t>(ms)).c_str());
    }
  }
  // Inputs that were refused are not kept by design, those of persons who were erased are gone by
  // right; whatever else is left out was not compared.
  std::uint64_t by_design = 0;
  for (const char* why : {ledger::kRefusedInput, ledger::kErasedInput}) {
    const auto found = replayed->not_replayed.find(why);
    if (found != replayed->not_replayed.end()) by_design += found->second.count;
  }
  return replayed->drifted > 0 || replayed->left_out() > by_design ? kFindings : kFine;
}

// By another policy: as `pac diff --decisions`, from the policy that the ledger recorded last.
int run_with(const std::string& folder, const po::variables_map& values, bool is_json) {
  const auto files = ledger::posix_file_system();
  ledger::LinesOptions lines;
  if (!read_range(values, &lines.from, &lines.to)) return kUsage;
  lines.function = values.contains("function") ? values["function"].as<std::string>() : "";
  const auto subjects = ledger::Subjects::open_to_read(*files, subject_paths(folder, values));
  if (!subjects) return failed_ledger(subjects.error());
  lines.subjects = subjects->get();
  const auto recorded = ledger::recorded_lines(*files, folder, lines);
  if (!recorded) return failed_ledger(recorded.error());
  if (recorded->functions.empty() && recorded->damaged > 0) {
    return failed_gaps(recorded->damaged, recorded->first_damaged);
  }
  if (const int exit = tell_closed(*recorded, **subjects); exit != kFine) return exit;
  if (recorded->functions.empty() && recorded->erased > 0) {
    std::printf("nothing was compared: the personal data of all of these decisions was erased\n");
    return kFine;
  }
  if (recorded->functions.size() != 1) {
    if (recorded->functions.empty()) return no_such_decisions(recorded->others);
    std::string all;
    for (const std::string& one : recorded->functions) all += (all.empty() ? "" : ", ") + one;
    return failed(kUsage, "", "say which decisions: --function NAME (" + all + ")");
  }
  ledger::Snapshots snapshots(*files, folder, {});
  if (const auto noted = snapshots.note_all(); !noted) return failed_ledger(noted.error());
  const ledger::LoadedSnapshot& old = snapshots.get(recorded->snapshot);
  if (!old.fault.empty()) {
    return failed(kCouldNotRun, "PAC6215", "the decisions can't be compared: " + old.fault);
  }
  int exit = kFine;
  const auto after =
      policy_or_report(values["with"].as<std::string>(), values, Warnings::silent, &exit);
  if (!after) return exit;
  exit = recorded_impact(*old.bundle, *after, *recorded, values, is_json);
  if (recorded->damaged == 0) return exit;
  const int told = failed_gaps(recorded->damaged, recorded->first_damaged);
  return exit == kFine ? told : exit;
}

int run(const po::variables_map& values) {
  const std::string folder =
      required(values, "ledger", "which ledger: pac replay FOLDER [--with FILE]");
  if (folder.empty()) return kUsage;
  const auto& format = values["format"].as<std::string>();
  if (format != "pretty" && format != "json") {
    return failed(kUsage, "", "there is no format `" + format + "`: pretty, json");
  }
  const bool is_json = format == "json" || values.contains("json");
  return values.contains("with") ? run_with(folder, values, is_json)
                                 : run_replay(folder, values, is_json);
}

}  // namespace

const Command kReplay{"replay",
                      "decide again what a ledger recorded, and compare",
                      "pac replay FOLDER [--with FILE] [options]",
                      "pac replay /tmp/ledger",
                      options,
                      "ledger",
                      run};

}  // namespace pac::cli
