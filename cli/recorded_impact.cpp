#include "cli/recorded_impact.h"

#include <cstdio>
#include <thread>

#include "compiler/driver/load.h"

namespace pac::cli {

namespace {

// "line 7" or "entry 1/7".
std::string place_of(uint64_t line, const std::vector<ledger::EntryPlace>* places) {
  if (places == nullptr || line > places->size()) return "line " + std::to_string(line);
  const ledger::EntryPlace& place = (*places)[line - 1];
  return "entry " + std::to_string(place.stream) + "/" + std::to_string(place.index);
}

}  // namespace

std::optional<driver::DiffVersion> version_of(const Policy& policy, driver::Engine engine,
                                              int* exit) {
  auto loaded = policy.load(engine);
  if (!loaded) {
    *exit = failed(kBug, loaded.error().code, loaded.error().message);
    return std::nullopt;
  }
  const ir::Side& side =
      policy.bundle != nullptr ? policy.bundle->side() : policy.compilation->checked->side;
  return driver::DiffVersion{&policy.rules(), &side, std::move(*loaded)};
}

void print_impact(const driver::Impact& impact, const std::vector<ledger::EntryPlace>* places) {
  std::printf("recorded decisions: %llu of %llu change\n",
              static_cast<unsigned long long>(impact.changed),
              static_cast<unsigned long long>(impact.decided));
  const auto refused = [](uint64_t count, const char* by) {
    if (count > 0) std::printf("  %llu %s\n", static_cast<unsigned long long>(count), by);
  };
  refused(impact.refused_before, "that only the new version accepts");
  refused(impact.refused_after, "that only the old version accepts");
  refused(impact.refused_by_both, "that neither version accepts");
  for (const auto& one : impact.classes) {
    std::printf("\n  %llu: `%s` -> `%s`\n", static_cast<unsigned long long>(one.count),
                one.before.c_str(), one.after.c_str());
    for (const auto& line : one.lines) {
      std::printf("     %s\n       old: %s\n       new: %s\n",
                  place_of(line.number, places).c_str(), line.before_answer.c_str(),
                  line.after_answer.c_str());
    }
  }
}

json::Value to_json(const driver::Impact& impact, const std::vector<ledger::EntryPlace>* places) {
  const auto number = [](uint64_t value) { return json::Value(static_cast<int64_t>(value)); };
  json::Value out = json::Value::object();
  out.add("decided", number(impact.decided));
  out.add("changed", number(impact.changed));
  out.add("refused_by_old", number(impact.refused_before));
  out.add("refused_by_new", number(impact.refused_after));
  out.add("refused_by_both", number(impact.refused_by_both));
  json::Value classes = json::Value::array();
  for (const auto& one : impact.classes) {
    json::Value shown = json::Value::object();
    shown.add("old", one.before);
    shown.add("new", one.after);
    shown.add("count", number(one.count));
    json::Value lines = json::Value::array();
    for (const auto& line : one.lines) {
      json::Value entry = json::Value::object();
      if (places != nullptr) {
        entry.add("entry", place_of(line.number, places).substr(sizeof "entry"));
      } else {
        entry.add("line", number(line.number));
      }
      for (const auto& [key, text] :
           {std::pair{"old", &line.before_answer}, {"new", &line.after_answer}}) {
        if (auto value = json::parse(*text)) entry.add(key, std::move(*value));
      }
      lines.push_back(std::move(entry));
    }
    shown.add("lines", std::move(lines));
    classes.push_back(std::move(shown));
  }
  out.add("classes", std::move(classes));
  return out;
}

int recorded_impact(const engine::Bundle& before, const Policy& after,
                    const ledger::RecordedLines& recorded, const po::variables_map& values,
                    bool is_json) {
  const std::string& function = recorded.functions[0];
  const std::string name = function.substr(function.rfind('.') + 1);
  const auto find = [&](const ir::RuleSet& rules) {
    const ir::DecisionId id = rules.find_decision(name);
    return id != ir::DecisionId::none ? id : rules.find_decision(function);
  };
  const ir::DecisionId old_id = find(before.rules()->rule_set()), new_id = find(after.rules());
  if (new_id == ir::DecisionId::none || old_id == ir::DecisionId::none) {
    return failed(kUsage, "", "the policy has no decision `" + name + "`");
  }
  auto old_loaded = driver::load(before, {driver::Engine::native, 2});
  if (!old_loaded) return failed(old_loaded.error());
  const driver::DiffVersion x{&before.rules()->rule_set(), &before.side(), std::move(*old_loaded)};
  int exit = kFine;
  const auto y = version_of(after, driver::Engine::native, &exit);
  if (!y) return exit;
  driver::ImpactOptions options;
  options.first = values["first"].as<unsigned>();
  options.threads = values.contains("threads") ? values["threads"].as<unsigned>()
                                               : std::max(1u, std::thread::hardware_concurrency());
  const driver::Impact impact = driver::impact(x, old_id, *y, new_id, recorded.text, options);
  if (is_json) {
    std::printf("%s\n", json::canonical(to_json(impact, &recorded.places)).c_str());
  } else {
    print_impact(impact, &recorded.places);
    if (recorded.left_out > 0) {
      std::printf("  %llu without an input, which was refused or erased\n",
                  static_cast<unsigned long long>(recorded.left_out));
    }
  }
  return impact.changed + impact.refused_before + impact.refused_after > 0 ? kFindings : kFine;
}

int tell_closed(const ledger::RecordedLines& recorded, const ledger::Subjects& subjects) {
  if (recorded.erased > 0) {
    std::fprintf(stderr, "%s left out: the personal data was erased\n",
                 counted(recorded.erased, "decision").c_str());
  }
  if (recorded.closed == 0) return kFine;
  std::string why = subjects.why_closed();
  if (!why.empty()) why.insert(0, ": ");
  return failed(kCouldNotRun, "PAC6602",
                "the personal data of " + counted(recorded.closed, "decision") +
                    " can't be opened here" + why);
}

}  // namespace pac::cli
