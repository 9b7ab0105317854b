// Mutation for people and as JSON.
#include <algorithm>

#include "compiler/diag/text.h"
#include "compiler/driver/mutate.h"

namespace pac::driver {

using analyze::Mutant;
using State = MutantResult::State;

namespace {

constexpr size_t kMostListed = 100;

struct Where {
  std::string path, rule;
  uint32_t line = 0;
};

Where where(const Compilation& compilation, const Mutant& mutant) {
  const check::Checked& checked = *compilation.checked;
  const ir::Decision& decision = checked.rules.decision(mutant.decision);
  const ir::DecisionSide& side = checked.side.decisions[ir::index(mutant.decision)];
  Where out;
  const auto at = [&](Span span) {
    if (!span.has_place()) return;
    const SourceFile& file = compilation.sources.file(span.file);
    out.path = file.path();
    out.line = file.location(span.begin).line;
  };
  const auto at_place = [&](const ir::SourcePlace& place) {
    if (place.line != 0) out.line = place.line;
    if (place.file < compilation.sources.size()) {
      out.path = compilation.sources.file(place.file).path();
    }
  };
  at(checked.decision_spans[ir::index(mutant.decision)]);
  if (mutant.root == Mutant::Root::param) {
    out.rule = "param " + checked.rules.params[mutant.param].name;
    at_place(checked.side.params[mutant.param].words.place);
  } else if (mutant.root == Mutant::Root::let) {
    out.rule = "let " + side.lets[mutant.number].name;
    at_place(side.lets[mutant.number].place);
  } else if (mutant.root == Mutant::Root::result) {
    out.rule = "result";
  } else {
    const auto& spans = checked.rule_spans[ir::index(mutant.decision)];
    if (mutant.rule < spans.size()) at(spans[mutant.rule]);
    out.rule = mutant.rule < decision.rules.size() ? decision.rules[mutant.rule].name : "otherwise";
    const auto& places = checked.condition_places[ir::index(mutant.decision)];
    if (mutant.root == Mutant::Root::condition && mutant.rule < places.size() &&
        mutant.number < places[mutant.rule].size()) {
      at(places[mutant.rule][mutant.number].test);
    }
  }
  return out;
}

std::string change(const Mutant& mutant) {
  return mutant.now == "left out" ? "`" + mutant.was + "` left out"
                                  : "`" + mutant.was + "` -> `" + mutant.now + "`";
}

// "loan.pac:9 loan, minor: `<` -> `<=`"
std::string line_of(const Compilation& compilation, const Mutant& mutant) {
  const Where at = where(compilation, mutant);
  return at.path + ":" + std::to_string(at.line) + " " +
         compilation.checked->rules.decision(mutant.decision).name + ", " + at.rule + ": " +
         change(mutant);
}

const char* name(State state) {
  static constexpr const char* kNames[] = {"killed", "survived", "equivalent", "undecided",
                                           "invalid"};
  return kNames[static_cast<size_t>(state)];
}

json::Value question_json(const Candidate& candidate) {
  json::Value out = json::Value::object();
  out.set("given", candidate.input);
  if (!candidate.context.members().empty()) out.set("context", candidate.context);
  if (!candidate.features.members().empty()) out.set("features", candidate.features);
  return out;
}

void list(const Compilation& compilation, const Mutation& mutation, State state, const char* head,
          std::string* out) {
  size_t listed = 0;
  for (const MutantResult& one : mutation.results) {
    if (one.state != state) continue;
    if (listed == 0) *out += std::string("\n") + head + "\n";
    if (++listed > kMostListed) continue;
    *out += "  " + line_of(compilation, one.mutant) + "\n";
    if (one.witness) {
      *out += "      told by " + diag::printable(json::canonical(question_json(*one.witness))) +
              "\n        instead of " + diag::printable(one.answer) + "\n        it says   " +
              diag::printable(one.mutant_answer) + "\n";
    }
    if (state == State::undecided) *out += "      " + one.reason + "\n";
  }
  if (listed > kMostListed) *out += "  and " + std::to_string(listed - kMostListed) + " more\n";
}

}  // namespace

std::string mutation_table(const Compilation& compilation, const Mutation& mutation) {
  const check::Checked& checked = *compilation.checked;
  if (mutation.results.size() == mutation.count(State::invalid)) {
    return "There is nothing to try: " +
           std::string(checked.rules.decisions.empty()
                           ? "the package has no decisions.\n"
                           : "no decision has anything that a small mistake could change.\n");
  }
  std::vector<std::vector<std::string>> rows{
      {"decision", "mistakes", "noticed", "not noticed", "no difference", "open"}};
  const auto row = [&](const std::string& title, const Mutation& of) {
    if (of.results.empty()) return;
    rows.push_back(
        {title, std::to_string(of.results.size() - of.count(State::invalid)),
         std::to_string(of.count(State::killed)), std::to_string(of.count(State::survived)),
         std::to_string(of.count(State::equivalent)), std::to_string(of.count(State::undecided))});
  };
  for (uint32_t i = 0; i < checked.rules.decisions.size(); ++i) {
    Mutation part;
    for (const MutantResult& one : mutation.results) {
      if (ir::index(one.mutant.decision) == i) part.results.push_back(one);
    }
    row(checked.rules.decisions[i].name, part);
  }
  row("all", mutation);
  std::vector<size_t> widths(rows[0].size());
  for (const auto& one : rows) {
    for (size_t i = 0; i < one.size(); ++i) widths[i] = std::max(widths[i], one[i].size());
  }
  std::string out;
  for (const auto& one : rows) {
    std::string line;
    for (size_t i = 0; i < one.size(); ++i) {
      line += one[i] + std::string(widths[i] + 2 - one[i].size(), ' ');
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  char score[48];
  // Never rounded up to 100.
  std::snprintf(score, sizeof score, "%.1f",
                static_cast<double>(static_cast<int64_t>(mutation.score() * 1000)) / 10);
  out += mutation.can_be_noticed() == 0 ? "None of the mistakes makes a difference.\n"
                                        : std::string("The tests notice ") + score +
                                              " % of the mistakes that make a difference.\n";
  if (mutation.left_out > 0) {
    out += std::to_string(mutation.left_out) + " further mistakes were left out: too many.\n";
  }
  list(compilation, mutation, State::survived, "Not noticed by any test:", &out);
  list(compilation, mutation, State::undecided, "Open whether it makes a difference:", &out);
  return out;
}

std::vector<std::string> mutation_missing(const Compilation& compilation,
                                          const Mutation& mutation) {
  std::vector<std::string> out;
  for (const MutantResult& one : mutation.results) {
    if (one.state == State::survived || one.state == State::undecided) {
      out.push_back(line_of(compilation, one.mutant));
    }
  }
  return out;
}

std::string mutation_json(const Compilation& compilation, const Mutation& mutation) {
  const check::Checked& checked = *compilation.checked;
  json::Value mutants = json::Value::array();
  for (const MutantResult& one : mutation.results) {
    if (one.state == State::invalid) continue;
    const Where at = where(compilation, one.mutant);
    json::Value value = json::Value::object();
    value.set("decision", checked.rules.decision(one.mutant.decision).name);
    value.set("rule", at.rule);
    value.set("file", at.path);
    value.set("line", at.line);
    value.set("kind", analyze::name(one.mutant.kind));
    value.set("was", one.mutant.was);
    value.set("now", one.mutant.now);
    value.set("state", name(one.state));
    if (one.killed_by != ir::kNone) value.set("killed_by", checked.tests[one.killed_by].title);
    if (one.witness) value.set("witness", question_json(*one.witness));
    if (!one.reason.empty()) value.set("reason", one.reason);
    mutants.push_back(std::move(value));
  }
  json::Value out = json::Value::object();
  out.set("package", checked.rules.package);
  out.set("killed", mutation.count(State::killed));
  out.set("survived", mutation.count(State::survived));
  out.set("equivalent", mutation.count(State::equivalent));
  out.set("undecided", mutation.count(State::undecided));
  out.set("left_out", mutation.left_out);
  out.set("score", mutation.can_be_noticed() == 0 ? json::Value() : json::Value(mutation.score()));
  out.set("mutants", std::move(mutants));
  return json::canonical(out) + "\n";
}

}  // namespace pac::driver
