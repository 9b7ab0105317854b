// pac test: runs the tests that stand in the policies, in both engines.
#include <cstdio>

#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/support.h"
#include "compiler/diag/junit.h"
#include "compiler/driver/run_tests.h"
#include "compiler/driver/witness.h"
#include "runtime/base/json.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>(), "file, or a bundle (.pacb)")(
      "engine", po::value<std::string>()->default_value("both"), "both, native or interp")(
      "filter", po::value<std::string>(), "only tests whose title contains this");
  add_evidence(o);
  add_trust(o);
  add_format(o, "pretty, json or junit");
}

std::string place(const driver::Compilation& c, Span span) {
  const SourceFile& file = c.sources.file(span.file);
  return file.path() + ":" + std::to_string(file.location(span.begin).line);
}

const char* name(driver::Engine engine) {
  return engine == driver::Engine::native ? "native" : "interp";
}

void print_failure(const driver::Compilation& c, const driver::TestResult& result) {
  const auto& decision = c.checked->rules.decision(result.test->decision);
  std::printf("FAIL %s \"%s\" (%s)\n  at %s\n", decision.name.c_str(), result.test->title.c_str(),
              name(result.engine), place(c, result.test->span).c_str());
  for (const auto& problem : result.problems) std::printf("  %s\n", problem.c_str());
  std::printf("  got %s\n\n", result.actual.c_str());
}

std::string as_junit(const driver::Compilation& c, const std::vector<driver::TestResult>& results) {
  junit::Suite suite;
  suite.name = c.checked->rules.package;
  for (const auto& result : results) {
    junit::Case test;
    test.name = result.test->title;
    test.class_name = suite.name + "." + c.checked->rules.decision(result.test->decision).name +
                      "." + name(result.engine);
    if (!result.passed()) {
      test.outcome = junit::Outcome::failed;
      test.message = result.problems[0];
      for (const auto& problem : result.problems) test.details += problem + "\n";
      test.details += "got " + result.actual + "\nat " + place(c, result.test->span);
    }
    suite.cases.push_back(std::move(test));
  }
  return junit::write("pac test", {suite});
}

// The tests and witnesses that a bundle carries, against the answers that it recorded.
int test_bundle(const std::string& path, const po::variables_map& values,
                const std::vector<driver::Engine>& engines) {
  int exit = kFine;
  const auto bundle = bundle_or_report(path, values, &exit);
  if (bundle == nullptr) return exit;
  auto file = driver::decode_witnesses(bundle->rules()->rule_set(),
                                       *bundle->member(engine::kWitnessesMember));
  if (!file) return failed(kFindings, file.error().code, file.error().message);
  std::vector<driver::Witness> all = std::move(file->tests);
  const size_t test_count = all.size();
  for (auto& witness : file->generated) all.push_back(std::move(witness));
  size_t failures = 0;
  for (const auto engine : engines) {
    auto loaded = driver::load(*bundle, {engine, 2});
    if (!loaded) return failed(kBug, loaded.error().code, loaded.error().message);
    auto differences = driver::compare_answers(*loaded, all, engine);
    if (!differences)
      return failed(kFindings, differences.error().code, differences.error().message);
    for (const auto& one : *differences) std::printf("FAIL %s\n", one.c_str());
    failures += differences->size();
  }
  std::printf("%zu tests and %zu witnesses of the bundle in %s: %zu passed, %zu failed\n",
              test_count, all.size() - test_count,
              engines.size() == 2 ? "both engines" : name(engines[0]),
              all.size() * engines.size() - failures, failures);
  return failures == 0 ? kFine : kFindings;
}

int run(const po::variables_map& values) {
  if (!check_evidence(values)) return kUsage;
  const std::string path = required(values, "path", "which file: pac test FILE");
  if (path.empty()) return kUsage;
  const auto& format = values["format"].as<std::string>();
  const auto& which = values["engine"].as<std::string>();
  std::vector<driver::Engine> engines;
  if (which == "both" || which == "interp") engines.push_back(driver::Engine::interp);
  if (which == "both" || which == "native") engines.push_back(driver::Engine::native);
  if (engines.empty())
    return failed(kUsage, "", "there is no engine `" + which + "`: both, native, interp");
  if (format != "pretty" && format != "json" && format != "junit") {
    return failed(kUsage, "", "there is no format `" + format + "`: pretty, json, junit");
  }
  if (is_bundle(path)) {
    if (format != "pretty" || values.contains("filter") || wants_evidence(values)) {
      return failed(kUsage, "",
                    "of the options of `pac test` only --engine and --trust are supported for "
                    "bundles");
    }
    return test_bundle(path, values, engines);
  }
  int exit = kFine;
  auto c = compile_or_report(path, diag::Format::pretty, &exit);
  if (c == nullptr) return exit;
  if (values.contains("filter")) {
    const auto& filter = values["filter"].as<std::string>();
    std::erase_if(c->checked->tests,
                  [&](const auto& test) { return test.title.find(filter) == std::string::npos; });
  }
  auto results = driver::run_tests(*c->checked, engines);
  if (!results) return failed(kBug, results.error().code, results.error().message);
  size_t failures = 0;
  for (const auto& result : *results) {
    failures += result.passed() ? 0 : 1;
    if (format == "pretty" && !result.passed()) print_failure(*c, result);
  }
  if (format == "junit") {
    const std::string text = as_junit(*c, *results);
    std::fwrite(text.data(), 1, text.size(), stdout);
  } else if (format == "json") {
    for (const auto& result : *results) {
      std::string line = "{\"title\":";
      json::append_quoted(result.test->title, &line);
      line += std::string(",\"engine\":\"") + name(result.engine) +
              "\",\"passed\":" + (result.passed() ? "true" : "false") + ",\"problems\":[";
      for (size_t i = 0; i < result.problems.size(); ++i) {
        if (i > 0) line += ',';
        json::append_quoted(result.problems[i], &line);
      }
      std::printf("%s],\"actual\":%s}\n", line.c_str(), result.actual.c_str());
    }
  } else if (failures > 0 || !wants_evidence(values)) {
    std::printf(
        "%s in %s: %zu passed, %zu failed\n", counted(c->checked->tests.size(), "test").c_str(),
        engines.size() == 2 ? "both engines" : which.c_str(), results->size() - failures, failures);
  }
  if (failures == 0 && wants_evidence(values)) return show_evidence(*c, path, values);
  return failures == 0 ? kFine : kFindings;
}

}  // namespace

const Command kTest{"test",
                    "run the tests of a policy, in both engines",
                    "pac test FILE|BUNDLE [options]",
                    "pac test examples/loan/loan.pac",
                    options,
                    "path",
                    run};

}  // namespace pac::cli
