// Coverage for people, for other tools (LCOV) and as JSON.
#include <algorithm>
#include <map>

#include "compiler/diag/text.h"
#include "compiler/driver/coverage.h"

namespace pac::driver {

namespace {

constexpr size_t kMostListed = 100;

std::string of(const Share& share) {
  if (share.of == 0) return "-";
  return std::to_string(share.shown) + " of " + std::to_string(share.of);
}

std::string percent(const Share& share) {
  if (share.of == 0) return "-";
  char buffer[32];
  // Never rounded up to 100.
  const double value = static_cast<double>(static_cast<int64_t>(share.percent() * 10)) / 10;
  std::snprintf(buffer, sizeof buffer, "%.1f %%", value);
  return buffer;
}

std::string padded(const std::string& text, size_t width) {
  return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

json::Value question_json(const Candidate& candidate) {
  json::Value out = json::Value::object();
  out.set("given", candidate.input);
  if (!candidate.context.members().empty()) out.set("context", candidate.context);
  if (!candidate.features.members().empty()) out.set("features", candidate.features);
  return out;
}

std::string example_text(const Candidate& candidate) {
  std::string out = json::canonical(candidate.input);
  if (!candidate.context.members().empty()) {
    out += " in the context " + json::canonical(candidate.context);
  }
  if (!candidate.features.members().empty()) {
    out += " with the features " + json::canonical(candidate.features);
  }
  return diag::printable(out);
}

class Listing {
 public:
  Listing(const Compilation& compilation, const Coverage& coverage)
      : compilation_(compilation), coverage_(coverage), goals_(*coverage.goals) {}

  GoalWords words(uint32_t goal) const {
    return words_of(*compilation_.checked, compilation_.sources, goals_, goals_.all()[goal]);
  }

  // What is not shown, without what follows from something listed already.
  std::vector<uint32_t> open() const {
    std::vector<uint32_t> out;
    for (uint32_t i = 0; i < coverage_.covers.size(); ++i) {
      const GoalCover& cover = coverage_.covers[i];
      if (cover.tests > 0 || cover.is_impossible) continue;
      const Goal& goal = goals_.all()[i];
      if (goal.kind == Goal::Kind::shown) {
        const auto state = [&](Goal::Kind kind, bool value) -> const GoalCover& {
          return coverage_
              .covers[goals_.of_atom(goal.decision, goal.point, goal.atom, kind, value)];
        };
        if (state(Goal::Kind::value, goal.value).tests == 0) continue;
        if (state(Goal::Kind::shown, !goal.value).is_impossible) continue;
      }
      out.push_back(i);
    }
    return out;
  }

  // "loan.pac:9 loan, minor: no test reaches it"
  std::string line(uint32_t number) const {
    const GoalWords words = this->words(number);
    const ir::DecisionId decision = goals_.all()[number].decision;
    return words.path + ":" + std::to_string(words.line) + " " +
           compilation_.checked->rules.decision(decision).name + ", " + words.rule + ": " +
           what(number);
  }

  std::string what(uint32_t number) const {
    const Goal& goal = goals_.all()[number];
    const GoalWords words = this->words(number);
    const std::string condition = "`" + words.condition + "`";
    switch (goal.kind) {
      case Goal::Kind::rule:
        return "no test reaches it";
      case Goal::Kind::value:
        return condition + (goal.value ? " is never met" : " is always met");
      case Goal::Kind::shown:
        return condition + (goal.value ? " is never what makes the difference when it is met"
                                       : " is never the only one that is not met");
    }
    return {};
  }

 private:
  const Compilation& compilation_;
  const Coverage& coverage_;
  const Goals& goals_;
};

}  // namespace

std::string coverage_table(const Compilation& compilation, const Coverage& coverage) {
  const check::Checked& checked = *compilation.checked;
  if (coverage.branches().of == 0) {
    return "There is nothing to cover: " + std::string(checked.rules.decisions.empty()
                                                           ? "the package has no decisions.\n"
                                                           : "no rule of it can be reached.\n");
  }
  std::vector<std::vector<std::string>> rows{
      {"decision", "rules", "conditions", "table cells", "each alone (MC/DC)"}};
  for (const DecisionCover& one : coverage.decisions) {
    rows.push_back({checked.rules.decision(one.decision).name, of(one.rules), of(one.conditions),
                    of(one.cells), of(one.effects)});
  }
  const DecisionCover& all = coverage.all;
  rows.push_back({"all", percent(all.rules), percent(all.conditions), percent(all.cells),
                  percent(all.effects)});
  std::vector<size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i] + 2);
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  const Listing listing(compilation, coverage);
  const std::vector<uint32_t> open = listing.open();
  if (!open.empty()) out += "\nNot shown by any test:\n";
  for (size_t i = 0; i < open.size(); ++i) {
    if (i == kMostListed) {
      out += "  and " + std::to_string(open.size() - i) + " more\n";
      break;
    }
    const GoalCover& cover = coverage.covers[open[i]];
    out += "  " + listing.line(open[i]) + "\n";
    out += cover.example ? "      would be shown by " + example_text(*cover.example) + "\n"
                         : "      " + cover.reason + "\n";
  }
  size_t impossible = 0;
  for (const GoalCover& cover : coverage.covers) impossible += cover.is_impossible ? 1 : 0;
  if (impossible > 0) {
    out += "\nNot counted: " + std::to_string(impossible) +
           (impossible == 1 ? " case that no input can bring about\n"
                            : " cases that no input can bring about\n");
  }
  return out;
}

std::vector<std::string> coverage_missing(const Compilation& compilation,
                                          const Coverage& coverage) {
  const Listing listing(compilation, coverage);
  std::vector<std::string> out;
  for (const uint32_t goal : listing.open()) out.push_back(listing.line(goal));
  return out;
}

// A line is a rule or the place of a condition; a branch is a condition that is met or not.
std::string coverage_lcov(const Compilation& compilation, const Coverage& coverage) {
  struct File {
    std::map<uint32_t, uint32_t> lines;
    std::string functions, counts, branches;
    size_t function_count = 0, functions_hit = 0, branch_count = 0, branches_hit = 0;
  };
  std::map<std::string, File> files;
  const check::Checked& checked = *compilation.checked;
  const Listing listing(compilation, coverage);
  const auto tests_of = [&](uint32_t goal) { return coverage.covers[goal].tests; };
  for (const DecisionCover& one : coverage.decisions) {
    const SourceFile& source =
        compilation.sources.file(checked.decision_spans[ir::index(one.decision)].file);
    const uint32_t line =
        source.location(checked.decision_spans[ir::index(one.decision)].begin).line;
    const std::string& name = checked.rules.decision(one.decision).name;
    uint32_t calls = 0;
    for (uint32_t rule = 0; rule < coverage.goals->rule_count(one.decision); ++rule) {
      calls += tests_of(coverage.goals->of_rule(one.decision, rule));
    }
    File& file = files[source.path()];
    file.functions += "FN:" + std::to_string(line) + "," + name + "\n";
    file.counts += "FNDA:" + std::to_string(calls) + "," + name + "\n";
    ++file.function_count;
    file.functions_hit += calls > 0 ? 1 : 0;
  }
  for (uint32_t i = 0; i < coverage.covers.size(); ++i) {
    const Goal& goal = coverage.goals->all()[i];
    if (goal.kind == Goal::Kind::shown) continue;
    const GoalWords words = listing.words(i);
    File& file = files[words.path];
    uint32_t& line = file.lines[words.line];
    line = std::max(line, tests_of(i));
    if (goal.kind == Goal::Kind::rule || coverage.covers[i].is_impossible) continue;
    const bool is_reached = tests_of(i) + tests_of(goal.value ? i - 1 : i + 1) > 0;
    file.branches += "BRDA:" + std::to_string(words.line) + "," + std::to_string(goal.point) + "," +
                     std::to_string(2 * goal.atom + (goal.value ? 1 : 0)) + "," +
                     (is_reached ? std::to_string(tests_of(i)) : "-") + "\n";
    ++file.branch_count;
    file.branches_hit += tests_of(i) > 0 ? 1 : 0;
  }
  std::string out = "TN:\n";
  for (const auto& [path, file] : files) {
    size_t hit = 0;
    std::string lines;
    for (const auto& [line, count] : file.lines) {
      lines += "DA:" + std::to_string(line) + "," + std::to_string(count) + "\n";
      hit += count > 0 ? 1 : 0;
    }
    out += "SF:" + path + "\n" + file.functions + file.counts +
           "FNF:" + std::to_string(file.function_count) +
           "\nFNH:" + std::to_string(file.functions_hit) + "\n" + file.branches +
           "BRF:" + std::to_string(file.branch_count) +
           "\nBRH:" + std::to_string(file.branches_hit) + "\n" + lines +
           "LF:" + std::to_string(file.lines.size()) + "\nLH:" + std::to_string(hit) +
           "\nend_of_record\n";
  }
  return out;
}

std::string coverage_json(const Compilation& compilation, const Coverage& coverage) {
  const check::Checked& checked = *compilation.checked;
  const Goals& goals = *coverage.goals;
  const Listing listing(compilation, coverage);
  const auto share = [](const Share& one) {
    json::Value out = json::Value::object();
    out.set("shown", one.shown);
    out.set("of", one.of);
    return out;
  };
  const auto shares = [&](const DecisionCover& one, json::Value* out) {
    out->set("rules", share(one.rules));
    out->set("conditions", share(one.conditions));
    out->set("cells", share(one.cells));
    out->set("mcdc", share(one.effects));
  };
  json::Value decisions = json::Value::array();
  for (const DecisionCover& one : coverage.decisions) {
    json::Value out = json::Value::object();
    out.set("decision", checked.rules.decision(one.decision).name);
    shares(one, &out);
    json::Value pairs = json::Value::array();
    for (uint32_t p = 0; p < goals.points(one.decision).size(); ++p) {
      for (uint32_t atom = 0; atom < goals.points(one.decision)[p].atoms.size(); ++atom) {
        const uint32_t fails = goals.of_atom(one.decision, p, atom, Goal::Kind::shown, false);
        const uint32_t holds = goals.of_atom(one.decision, p, atom, Goal::Kind::shown, true);
        if (coverage.covers[fails].tests == 0 || coverage.covers[holds].tests == 0) continue;
        const GoalWords words = listing.words(holds);
        json::Value pair = json::Value::object();
        pair.set("rule", words.rule);
        pair.set("condition", words.condition);
        pair.set("line", words.line);
        pair.set("met", checked.tests[coverage.covers[holds].first_test].title);
        pair.set("not_met", checked.tests[coverage.covers[fails].first_test].title);
        pairs.push_back(std::move(pair));
      }
    }
    out.set("pairs", std::move(pairs));
    decisions.push_back(std::move(out));
  }
  json::Value open = json::Value::array();
  for (const uint32_t i : listing.open()) {
    const GoalWords words = listing.words(i);
    json::Value one = json::Value::object();
    one.set("decision", checked.rules.decision(goals.all()[i].decision).name);
    one.set("rule", words.rule);
    if (!words.condition.empty()) one.set("condition", words.condition);
    one.set("file", words.path);
    one.set("line", words.line);
    one.set("what", listing.what(i));
    if (coverage.covers[i].example) one.set("input", question_json(*coverage.covers[i].example));
    if (!coverage.covers[i].reason.empty()) one.set("reason", coverage.covers[i].reason);
    open.push_back(std::move(one));
  }
  json::Value out = json::Value::object();
  out.set("package", checked.rules.package);
  json::Value total = json::Value::object();
  shares(coverage.all, &total);
  out.set("all", std::move(total));
  out.set("decisions", std::move(decisions));
  out.set("not_shown", std::move(open));
  return json::canonical(out) + "\n";
}

}  // namespace pac::driver
