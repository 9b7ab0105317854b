// pac test: runs the tests that stand in the policies, in both engines; those of a bundle against
// the answers that it recorded.
#include <cstdio>

#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/support.h"
#include "cli/walk.h"
#include "compiler/diag/junit.h"
#include "compiler/driver/run_tests.h"
#include "compiler/driver/witness.h"
#include "runtime/base/json.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "policies (.pac), folders with all that is below them, or bundles (.pacb)")(
      "engine", po::value<std::string>()->default_value("both")->value_name("both|native|interp"),
      "where the tests run")("filter", po::value<std::string>()->value_name("TEXT"),
                             "only tests whose title contains this");
  add_evidence(o);
  add_package_path(o);
  add_trust(o);
  o.add_options()(
      "format", po::value<std::string>()->default_value("pretty")->value_name("pretty|json|junit"),
      "how results are written");
}

const char* name(driver::Engine engine) {
  return engine == driver::Engine::native ? "native" : "interp";
}

// One test in one engine.
struct Result {
  std::string decision, title;
  const char* engine = "";
  std::vector<std::string> problems;
  std::string actual;  // JSON
  std::string place;   // empty: none
};

// Those of one package.
struct Suite {
  std::string package;
  size_t test_count = 0, witness_count = 0;
  std::vector<Result> results;
  size_t failures() const {
    size_t count = 0;
    for (const auto& one : results) count += one.problems.empty() ? 0 : 1;
    return count;
  }
};

struct Request {
  std::vector<driver::Engine> engines;
  std::string filter;
  bool wants(const std::string& title) const { return title.find(filter) != std::string::npos; }
};

std::string place(const driver::Compilation& c, Span span) {
  const SourceFile& file = c.sources.file(span.file);
  return file.path() + ":" + std::to_string(file.location(span.begin).line);
}

std::optional<Suite> test_sources(const std::vector<std::string>& package,
                                  const po::variables_map& values, const Request& request,
                                  int* exit) {
  const auto c = compile_or_report(package, values, Warnings::counted, exit);
  if (c == nullptr) return std::nullopt;
  std::erase_if(c->checked->tests, [&](const auto& test) { return !request.wants(test.title); });
  const auto results = driver::run_tests(*c->checked, request.engines);
  if (!results) {
    *exit = failed(results.error());
    return std::nullopt;
  }
  Suite out{c->checked->rules.package, c->checked->tests.size(), 0, {}};
  for (const auto& result : *results) {
    out.results.push_back({c->checked->rules.decision(result.test->decision).name,
                           result.test->title, name(result.engine), result.problems, result.actual,
                           place(*c, result.test->span)});
  }
  return out;
}

// The tests and witnesses that a bundle carries.
std::optional<Suite> test_bundle(const std::string& path, const po::variables_map& values,
                                 const Request& request, int* exit) {
  const auto bundle = bundle_or_report(path, values, exit);
  if (bundle == nullptr) return std::nullopt;
  const ir::RuleSet& rules = bundle->rules()->rule_set();
  auto file = driver::decode_witnesses(rules, *bundle->member(engine::kWitnessesMember));
  if (!file) {
    *exit = failed(file.error());
    return std::nullopt;
  }
  std::vector<driver::Witness> all;
  Suite out{rules.package, 0, 0, {}};
  for (auto& witness : file->tests) {
    if (!request.wants(witness.title)) continue;
    all.push_back(std::move(witness));
    ++out.test_count;
  }
  for (auto& witness : file->generated) {
    witness.title = "witness of " + witness.rule;
    if (!request.wants(witness.title)) continue;
    all.push_back(std::move(witness));
    ++out.witness_count;
  }
  for (const auto engine : request.engines) {
    const auto loaded = driver::load(*bundle, {engine, 2});
    if (!loaded) {
      *exit = failed(loaded.error());
      return std::nullopt;
    }
    const auto answers = driver::answers_of(*loaded, all, engine);
    if (!answers) {
      *exit = failed(answers.error());
      return std::nullopt;
    }
    for (size_t i = 0; i < all.size(); ++i) {
      Result result{rules.decision(all[i].question.decision).name,
                    all[i].title,
                    name(engine),
                    {},
                    (*answers)[i],
                    ""};
      if (!driver::is_same_answer((*answers)[i], all[i].answer))
        result.problems.push_back("answer: expected " + all[i].answer);
      out.results.push_back(std::move(result));
    }
  }
  return out;
}

std::string as_junit(const std::vector<Suite>& suites) {
  std::vector<junit::Suite> out;
  for (const auto& suite : suites) {
    junit::Suite made;
    made.name = suite.package;
    for (const auto& result : suite.results) {
      junit::Case test;
      test.name = result.title;
      test.class_name = suite.package + "." + result.decision + "." + result.engine;
      if (!result.problems.empty()) {
        test.outcome = junit::Outcome::failed;
        test.message = result.problems[0];
        for (const auto& problem : result.problems) test.details += problem + "\n";
        test.details += "got " + result.actual;
        if (!result.place.empty()) test.details += "\nat " + result.place;
      }
      made.cases.push_back(std::move(test));
    }
    out.push_back(std::move(made));
  }
  return junit::write("pac test", out);
}

void print_json(const Suite& suite) {
  for (const auto& result : suite.results) {
    json::Value line = json::Value::object();
    line.set("package", suite.package);
    line.set("decision", result.decision);
    line.set("title", result.title);
    line.set("engine", result.engine);
    line.set("passed", result.problems.empty());
    json::Value problems = json::Value::array();
    for (const auto& problem : result.problems) problems.push_back(problem);
    line.set("problems", std::move(problems));
    std::string text = json::canonical(line);
    text.back() = ',';  // the answer's digits stay as they are
    std::printf("%s\"actual\":%s}\n", text.c_str(), result.actual.c_str());
  }
}

void print_pretty(const std::vector<Suite>& suites, const Request& request) {
  size_t tests = 0, witnesses = 0, passed = 0, failures = 0;
  for (const auto& suite : suites) {
    tests += suite.test_count;
    witnesses += suite.witness_count;
    failures += suite.failures();
    passed += suite.results.size() - suite.failures();
    for (const auto& result : suite.results) {
      if (result.problems.empty()) continue;
      std::printf("FAIL %s \"%s\" (%s)\n", result.decision.c_str(), result.title.c_str(),
                  result.engine);
      if (!result.place.empty()) std::printf("  at %s\n", result.place.c_str());
      for (const auto& problem : result.problems) std::printf("  %s\n", problem.c_str());
      std::printf("  got %s\n\n", result.actual.c_str());
    }
  }
  std::string what = counted(tests, "test");
  if (witnesses > 0)
    what += " and " + std::to_string(witnesses) + (witnesses == 1 ? " witness" : " witnesses");
  std::printf("%s in %s: %zu passed, %zu failed\n", what.c_str(),
              request.engines.size() == 2 ? "both engines" : name(request.engines[0]), passed,
              failures);
  if (tests + witnesses == 0) {
    std::fprintf(stderr, request.filter.empty()
                             ? "note: there are no tests; docs/language.md shows "
                               "how to write one\n"
                             : "note: no title contains the text of --filter\n");
  }
}

int run(const po::variables_map& values) {
  if (!check_evidence(values)) return kUsage;
  const auto paths = paths_of(values);
  if (values.contains("fail-under") && !values.contains("coverage") && !values.contains("mutate")) {
    return failed(kUsage, "", "--fail-under says how much --coverage or --mutate must show");
  }
  if (wants_evidence(values) && (paths.size() != 1 || is_bundle(paths[0]))) {
    return failed(kUsage, "",
                  "--coverage, --mutate and --generate take one file or folder of one package");
  }
  const auto& format = values["format"].as<std::string>();
  const auto& which = values["engine"].as<std::string>();
  Request request;
  if (which == "both" || which == "interp") request.engines.push_back(driver::Engine::interp);
  if (which == "both" || which == "native") request.engines.push_back(driver::Engine::native);
  if (request.engines.empty())
    return failed(kUsage, "", "there is no engine `" + which + "`: both, native, interp");
  if (format != "pretty" && format != "json" && format != "junit") {
    return failed(kUsage, "", "there is no format `" + format + "`: pretty, json, junit");
  }
  if (values.contains("filter")) request.filter = values["filter"].as<std::string>();
  int exit = kFine;
  std::vector<Suite> suites;
  const auto add = [&](std::optional<Suite> suite) {
    if (suite) suites.push_back(std::move(*suite));
  };
  for (const auto& path : paths_of(values)) {
    int found = kFine;
    if (is_bundle(path)) {
      add(test_bundle(path, values, request, &found));
    } else if (values.contains("require-signature")) {
      return source_is_unsigned(path);
    } else {
      const auto packages = packages_under(path);
      if (!packages) return failed(packages.error());
      for (const auto& package : *packages) add(test_sources(package, values, request, &found));
    }
    exit = std::max(exit, found);
  }
  if (format == "junit") {
    std::fputs(as_junit(suites).c_str(), stdout);
  } else if (format == "json") {
    for (const auto& suite : suites) print_json(suite);
  } else if (!suites.empty() && (!wants_evidence(values) || exit != kFine)) {
    print_pretty(suites, request);
  }
  for (const auto& suite : suites) {
    if (suite.failures() > 0) exit = std::max<int>(exit, kFindings);
  }
  if (exit != kFine || !wants_evidence(values)) return exit;
  const auto c = compile_or_report(paths[0], values, Warnings::counted, &exit);
  return c == nullptr ? exit : show_evidence(*c, paths[0], values);
}

}  // namespace

const Command kTest{"test",
                    "run the tests of policies, in both engines",
                    "pac test [FILE|FOLDER|BUNDLE…] [options]",
                    "pac test examples/loan/loan.pac",
                    options,
                    "path",
                    run};

}  // namespace pac::cli
