#include "compiler/driver/gates.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "compiler/driver/analyze.h"
#include "compiler/driver/coverage.h"
#include "compiler/driver/mutate.h"
#include "compiler/format/format.h"

namespace pac::driver {

namespace {

using diag::Kind;

constexpr size_t kMostListed = 10;  // cases and mistakes named in one message

std::string counted(size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// Never rounded up to 100.
std::string percent_text(double percent) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f %%",
                static_cast<double>(static_cast<int64_t>(percent * 10)) / 10);
  return buffer;
}

std::string least_text(double percent) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g %%", percent);
  return buffer;
}

bool has_syntax_errors(const Compilation& c) {
  return std::ranges::any_of(c.emitter.all(), [](const diag::Diagnostic& d) {
    return d.severity == diag::Severity::error &&
           std::string_view(diag::info(d.kind).code).starts_with("PAC10");
  });
}

class Gates {
 public:
  Gates(std::unique_ptr<Compilation> compilation, const GateOptions& options)
      : options_(options), c_(*compilation) {
    out_.compilation = std::move(compilation);
  }

  Result<PackageGates> run() {
    Gate layout = check_layout();
    if (auto done = check(); !done) return std::unexpected(done.error());
    out_.gates.insert(out_.gates.begin(), std::move(layout));
    if (auto done = test(); !done) return std::unexpected(done.error());
    if (auto done = coverage(); !done) return std::unexpected(done.error());
    if (auto done = mutation(); !done) return std::unexpected(done.error());
    if (options_.is_base_asked) compare();
    c_.emitter.sort();
    return std::move(out_);
  }

 private:
  Gate& add(const char* name) {
    out_.gates.push_back({});
    out_.gates.back().name = name;
    return out_.gates.back();
  }

  static void settle(Gate& gate, bool is_passed) {
    gate.state = is_passed ? Gate::State::passed : Gate::State::failed;
  }

  Span package_span() const { return c_.modules.empty() ? Span{} : c_.modules[0].package.span; }

  // Of the files of the package itself; nothing can be laid out where one can't be read.
  Gate check_layout() {
    Gate gate;
    gate.name = "format";
    if (has_syntax_errors(c_) || c_.packages.empty()) {
      gate.text = "not asked: there are mistakes in the syntax";
      return gate;
    }
    size_t others = 0;
    const auto& own = c_.packages[0].modules;
    for (const uint32_t module : own) {
      const SourceFile& file = c_.sources.file(c_.modules[module].file);
      const std::string text = format::format(c_.modules[module], file);
      if (text == file.text()) continue;
      ++others;
      const auto [mine, theirs] = std::ranges::mismatch(file.text(), text);
      const auto at = static_cast<uint32_t>(mine - file.text().begin());
      c_.emitter.emit(Kind::not_laid_out, {file.id(), at, at})
          .label("this is where it begins to differ")
          .help("pac fmt " + file.path());
    }
    settle(gate, others == 0);
    gate.text = others == 0 ? counted(own.size(), "file") + " in the one layout"
                            : std::to_string(others) + " of " + counted(own.size(), "file") +
                                  " not in the one layout";
    gate.facts.set("files", own.size());
    gate.facts.set("other_layout", others);
    return gate;
  }

  Result<void> check() {
    const size_t layout_errors =
        std::ranges::count(c_.emitter.all(), Kind::not_laid_out, &diag::Diagnostic::kind);
    if (c_.checked) {
      const auto done = analyze(&c_);
      if (!done) return std::unexpected(done.error());
      if (options_.keeps_contract && options_.base != nullptr) {
        check_contract(options_.base->contract, &c_);
      }
    }
    Gate& gate = add("check");
    const size_t errors = c_.emitter.error_count() - layout_errors;
    const size_t warnings = c_.emitter.warning_count();
    settle(gate, errors == 0 && (warnings == 0 || !options_.denies_warnings));
    size_t rules = 0, decisions = 0;
    for (uint32_t i = 0; c_.checked && i < c_.checked->rules.decisions.size(); ++i) {
      rules += c_.checked->rules.decisions[i].rules.size();
      ++decisions;
    }
    gate.text = counted(decisions, "decision") + ", " + counted(rules, "rule") + ": " +
                counted(errors, "error") + ", " + counted(warnings, "warning");
    gate.facts.set("decisions", decisions);
    gate.facts.set("rules", rules);
    gate.facts.set("errors", errors);
    gate.facts.set("warnings", warnings);
    return {};
  }

  Result<void> test() {
    Gate& gate = add("test");
    if (!c_.checked) {
      gate.text = "not run: the policy has errors";
      return {};
    }
    auto results = run_tests(*c_.checked, {Engine::interp, Engine::native});
    if (!results) return std::unexpected(results.error());
    out_.tests = std::move(*results);
    size_t failures = 0;
    for (const check::TestCase& test : c_.checked->tests) failures += tell_failure(test) ? 1 : 0;
    settle(gate, failures == 0);
    const size_t all = c_.checked->tests.size();
    gate.text = failures == 0
                    ? counted(all, "test") + " passed in both engines"
                    : std::to_string(failures) + " of " + counted(all, "test") + " failed";
    gate.facts.set("tests", all);
    gate.facts.set("failed", failures);
    return {};
  }

  bool tell_failure(const check::TestCase& test) {
    const TestResult* worst = nullptr;
    std::string engines;
    for (const TestResult& one : out_.tests) {
      if (one.test != &test || one.passed()) continue;
      worst = worst == nullptr ? &one : worst;
      engines += engines.empty() ? "" : " and ";
      engines += one.engine == Engine::native ? "in native code" : "in the interpreter";
    }
    if (worst == nullptr) return false;
    auto builder = c_.emitter.emit(
        Kind::failed_test, test.span,
        {{"title", test.title}, {"decision", c_.checked->rules.decision(test.decision).name}});
    builder.label(engines);
    for (const std::string& problem : worst->problems) builder.note(problem);
    builder.note("got " + worst->actual);
    return true;
  }

  // What tests show is asked of tests that pass.
  bool has_good_tests() const {
    return c_.checked && std::ranges::all_of(out_.tests, &TestResult::passed);
  }

  bool reaches(const std::string& what, double percent, const std::optional<double>& least,
               const std::vector<std::string>& missing) {
    if (!least || percent >= *least) return true;
    auto builder = c_.emitter.emit(
        Kind::too_little_shown, package_span(),
        {{"what", what}, {"percent", percent_text(percent)}, {"least", least_text(*least)}});
    for (size_t i = 0; i < missing.size() && i < kMostListed; ++i) builder.note(missing[i]);
    if (missing.size() > kMostListed) {
      builder.note("and " + std::to_string(missing.size() - kMostListed) + " more");
    }
    builder.help("pac test --generate proposes the tests that are missing");
    return false;
  }

  static std::string asked(const std::optional<double>& least) {
    return least ? " (at least " + least_text(*least) + ")" : "";
  }

  Result<void> coverage() {
    Gate& gate = add("coverage");
    if (!has_good_tests()) {
      gate.text =
          "not measured: " + std::string(c_.checked ? "tests fail" : "the policy has errors");
      return {};
    }
    const auto covered = cover(c_);
    if (!covered) return std::unexpected(covered.error());
    const double branch = covered->branches().percent();
    const double mcdc = covered->all.effects.percent();
    const auto missing = coverage_missing(c_, *covered);
    bool is_enough =
        reaches("rules and conditions that tests show", branch, options_.least.branch, missing);
    is_enough =
        reaches("conditions shown each alone (MC/DC)", mcdc, options_.least.mcdc, missing) &&
        is_enough;
    settle(gate, is_enough);
    gate.text = "rules and conditions " + percent_text(branch) + asked(options_.least.branch) +
                ", each alone " + percent_text(mcdc) + asked(options_.least.mcdc);
    gate.facts.set("branch", percent_text(branch));
    gate.facts.set("mcdc", percent_text(mcdc));
    return {};
  }

  Result<void> mutation() {
    Gate& gate = add("mutation");
    if (!options_.has_mutation || !has_good_tests()) {
      gate.text =
          !options_.has_mutation
              ? "not asked for"
              : "not measured: " + std::string(c_.checked ? "tests fail" : "the policy has errors");
      return {};
    }
    const auto mutated = mutate(c_);
    if (!mutated) return std::unexpected(mutated.error());
    const double score = 100 * mutated->score();
    settle(gate, reaches("mistakes that tests notice", score, options_.least.mutation,
                         mutation_missing(c_, *mutated)));
    using State = MutantResult::State;
    const size_t killed = mutated->count(State::killed);
    const size_t open = mutated->count(State::survived) + mutated->count(State::undecided);
    gate.text = std::to_string(killed) + " of " + counted(killed + open, "mistake") + " noticed, " +
                percent_text(score) + asked(options_.least.mutation);
    gate.facts.set("noticed", killed);
    gate.facts.set("not_noticed", mutated->count(State::survived));
    gate.facts.set("no_difference", mutated->count(State::equivalent));
    gate.facts.set("open", mutated->count(State::undecided));
    gate.facts.set("left_out", mutated->left_out);
    return {};
  }

  void compare() {
    Gate& gate = add("base");
    if (!c_.checked) {
      gate.text = "not compared: the policy has errors";
      return;
    }
    if (options_.base == nullptr) {
      gate.text = "the package is new";
      gate.state = Gate::State::passed;
      return;
    }
    auto loaded = load(c_.checked->rules, {Engine::interp, 2});
    if (!loaded) {
      gate.text = "not compared: " + loaded.error().message;
      gate.state = Gate::State::failed;
      return;
    }
    const DiffReport report =
        diff(options_.base->version, {&c_.checked->rules, &c_.checked->side, std::move(*loaded)});
    size_t changed = 0;
    for (const DecisionReport& one : report.decisions) changed += tell_change(one) ? 1 : 0;
    settle(gate, changed == 0 || !options_.denies_changes);
    gate.text = changed == 0 ? "answers as in " + options_.base->name + ", proved"
                             : counted(changed, "decision") + " of " +
                                   std::to_string(report.decisions.size()) + " other than in " +
                                   options_.base->name;
    gate.facts = to_json(report);
  }

  bool tell_change(const DecisionReport& one) {
    if (one.verdict == Verdict::equivalent) return false;
    const auto id = c_.checked->rules.find_decision(one.name);
    const Span span =
        id == ir::DecisionId::none ? package_span() : c_.checked->decision_spans[ir::index(id)];
    auto builder = c_.emitter.emit(Kind::changed_decision, span,
                                   {{"decision", one.name}, {"base", options_.base->name}});
    builder.label(std::string(name(one.verdict)));
    for (const SchemaChange& change : one.schema) builder.note(change.what + " " + change.text);
    for (const ShownClass& each : one.classes) builder.note(class_line(each));
    for (const std::string& line : unsettled_lines(one)) builder.note(line);
    return true;
  }

  // One class of inputs, short: rules, the first region, what changes for the witness.
  static std::string class_line(const ShownClass& one) {
    const auto names = [](const std::vector<RuleWords>& rules) {
      std::string out;
      for (const RuleWords& rule : rules) out += (out.empty() ? "`" : ", `") + rule.name + "`";
      return out.empty() ? std::string("no rule") : out;
    };
    std::string out = names(one.before) + " -> " + names(one.after);
    if (!one.places.empty()) {
      const std::string& region = one.places[0].region;
      out += " for " + (region.empty() ? "every input" : region);
      const size_t more = one.places.size() - 1 + one.more_places;
      if (more > 0) out += " and " + counted(more, "further region");
    }
    for (const OutputChange& change : one.changes) {
      out += "\n" + (change.name.empty() ? "answer" : change.name) + ": " + change.before + " -> " +
             change.after;
    }
    return out + "\nfor example " + json::canonical(one.input);
  }

  const GateOptions& options_;
  Compilation& c_;
  PackageGates out_;
};

}  // namespace

bool PackageGates::is_clean() const {
  return std::ranges::none_of(gates,
                              [](const Gate& gate) { return gate.state == Gate::State::failed; });
}

Result<PackageGates> run_gates(const std::vector<std::string>& files, const GateOptions& options) {
  auto compiled = compile(files);
  if (!compiled) return std::unexpected(compiled.error());
  return run_gates(std::move(*compiled), options);
}

Result<PackageGates> run_gates(std::unique_ptr<Compilation> compilation,
                               const GateOptions& options) {
  return Gates(std::move(compilation), options).run();
}

}  // namespace pac::driver
