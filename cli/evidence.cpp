#include "cli/evidence.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <span>

#include "cli/support.h"
#include "cli/thresholds.h"
#include "compiler/driver/build.h"
#include "compiler/driver/coverage.h"
#include "compiler/driver/generate_tests.h"
#include "compiler/driver/mutate.h"
#include "compiler/driver/run_tests.h"
#include "compiler/format/format.h"
#include "compiler/parse/parse.h"

namespace pac::cli {

namespace {

int write(const std::string& text, const po::variables_map& values) {
  if (!values.contains("output") || values["output"].as<std::string>() == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kFine;
  }
  const auto written = driver::write_file(values["output"].as<std::string>(), text);
  return written ? kFine : failed(written.error());
}

// Says so, and gives false, where the share is below what is asked for.
bool reaches(const char* name, double percent, const std::optional<double>& least) {
  if (!least || percent >= *least) return true;
  std::fprintf(stderr, "%s: %.1f %%, and at least %g %% is asked for\n", name, percent, *least);
  return false;
}

using Formats = std::span<const char* const>;
constexpr const char* kCoverageFormats[] = {"pretty", "lcov", "json"};
constexpr const char* kMutateFormats[] = {"pretty", "json"};

bool is_one_of(const std::string& text, Formats allowed) {
  return std::ranges::any_of(allowed, [&](const char* one) { return text == one; });
}

std::string listed(Formats formats) {
  std::string out;
  for (const char* one : formats) out += (out.empty() ? "" : ", ") + std::string(one);
  return out;
}

Result<bool> show_coverage(const driver::Compilation& c, const Thresholds& least,
                           const std::string& format, std::string* out) {
  const auto coverage = driver::cover(c);
  if (!coverage) return std::unexpected(coverage.error());
  *out += format == "lcov"   ? driver::coverage_lcov(c, *coverage)
          : format == "json" ? driver::coverage_json(c, *coverage)
                             : driver::coverage_table(c, *coverage);
  const bool branch = reaches("rules and conditions", coverage->branches().percent(), least.branch);
  const bool mcdc = reaches("each alone (MC/DC)", coverage->all.effects.percent(), least.mcdc);
  return branch && mcdc;
}

Result<bool> show_mutation(const driver::Compilation& c, const Thresholds& least,
                           const std::string& format, std::string* out) {
  const auto mutation = driver::mutate(c);
  if (!mutation) return std::unexpected(mutation.error());
  *out +=
      format == "json" ? driver::mutation_json(c, *mutation) : driver::mutation_table(c, *mutation);
  return reaches("mistakes noticed", 100 * mutation->score(), least.mutation);
}

// What we write has to be a policy, and its tests have to pass.
Result<std::string> proved(const driver::Compilation& c, const std::string& path,
                           const std::string& text) {
  SourceSet sources;
  diag::Emitter emitter;
  const auto file = sources.add(path, text);
  if (!file) return std::unexpected(file.error());
  const ast::Module module = parse::parse(**file, emitter);
  if (emitter.has_errors()) return fail("PAC0901", "the tests made would not be read");
  std::string out = format::format(module, **file);
  auto with = driver::compile_with(c, path, out);
  if (!with) return std::unexpected(with.error());
  if (!(*with)->checked) {
    return fail("PAC0901", "the tests made are not understood:\n" +
                               diag::render_pretty((*with)->sources, (*with)->emitter.all()));
  }
  const auto results =
      driver::run_tests(*(*with)->checked, {driver::Engine::interp, driver::Engine::native});
  if (!results) return std::unexpected(results.error());
  for (const auto& result : *results) {
    if (result.passed()) continue;
    return fail("PAC0901", "a test that was made does not pass: " + result.test->title + ": " +
                               result.problems[0]);
  }
  return out;
}

int generate(const driver::Compilation& c, const po::variables_map& values) {
  const auto& target = values["generate"].as<std::string>();
  std::error_code error;
  if (target != "-" && std::filesystem::exists(target, error)) {
    return failed(kCouldNotRun, "PAC0108", target + " exists already; nothing was written");
  }
  const auto made = driver::generate_tests(c);
  if (!made) return failed(kBug, made.error().code, made.error().message);
  for (const std::string& one : made->left) {
    std::fprintf(stderr, "open whether it makes a difference: %s\n", one.c_str());
  }
  if (made->tests == 0) {
    std::fprintf(stderr, "the tests show all that can be shown; nothing was written\n");
    return kFine;
  }
  const std::string path = target == "-" ? "generated_tests.pac" : target;
  const auto text = proved(c, path, made->text);
  if (!text) return failed(kBug, text.error().code, text.error().message);
  if (target == "-") {
    std::fwrite(text->data(), 1, text->size(), stdout);
  } else {
    const auto written = driver::write_file(target, *text);
    if (!written) return failed(written.error());
  }
  std::fprintf(stderr,
               "%s made, which show %s and notice %s; read them: they say what the rules do today, "
               "not what they should\n",
               counted(made->tests, "test").c_str(), counted(made->goals, "further case").c_str(),
               counted(made->mutants, "further mistake").c_str());
  return kFine;
}

}  // namespace

void add_evidence(po::options_description& o) {
  const auto optional = [](const char* value, const char* words) {
    return po::value<std::string>()->implicit_value(value)->value_name(words);
  };
  o.add_options()("coverage", optional("pretty", "pretty|lcov|json"),
                  "what the tests show of rules and conditions")(
      "mutate", optional("pretty", "pretty|json"),
      "which small mistakes in the rules the tests notice")(
      "generate", optional("-", "FILE"),
      "write the tests that are missing to standard output, or to a new FILE.pac of the package")(
      "fail-under", po::value<std::string>()->value_name("PERCENT"),
      "exit 1 below so many percent: 90, or branch=100,mcdc=90,mutation=90")(
      "output,o", po::value<std::string>()->value_name("FILE"),
      "of --coverage and --mutate: the file to write to instead of standard output");
}

bool wants_evidence(const po::variables_map& values) {
  return values.contains("coverage") || values.contains("mutate") || values.contains("generate");
}

int show_evidence(const driver::Compilation& c, const std::string& path,
                  const po::variables_map& values) {
  auto least = find_thresholds(path);
  if (!least) return failed(kUsage, least.error().code, least.error().message);
  if (values.contains("fail-under")) {
    const auto done = read_fail_under(values["fail-under"].as<std::string>(), &*least);
    if (!done) return failed(kUsage, done.error().code, "--fail-under: " + done.error().message);
  }
  if (values.contains("generate")) return generate(c, values);
  std::string text;
  bool is_enough = true;
  const auto add = [&](const char* option, auto show) -> Result<void> {
    if (!values.contains(option)) return {};
    if (!text.empty()) text += "\n";
    const auto shown = show(c, *least, values[option].as<std::string>(), &text);
    if (!shown) return std::unexpected(shown.error());
    is_enough = is_enough && *shown;
    return {};
  };
  auto done = add("coverage", show_coverage);
  if (done) done = add("mutate", show_mutation);
  if (!done) return failed(kBug, done.error().code, done.error().message);
  if (const int exit = write(text, values); exit != kFine) return exit;
  return is_enough ? kFine : kFindings;
}

bool check_evidence(const po::variables_map& values) {
  const auto paths = paths_of(values);
  std::error_code error;
  for (const auto& [option, formats] : {std::pair{"coverage", Formats(kCoverageFormats)},
                                        std::pair{"mutate", Formats(kMutateFormats)}}) {
    if (!values.contains(option)) continue;
    const auto& format = values[option].as<std::string>();
    const std::string dashes = std::string("--") + option;
    if (!is_one_of(format, formats)) {
      failed(kUsage, "", "there is no " + dashes + "=" + format + ": " + listed(formats));
      return false;
    }
    // Written as two words it is read as a file.
    for (const auto& path : paths) {
      if (!is_one_of(path, formats) || std::filesystem::exists(path, error)) continue;
      failed(kUsage, "", "write " + dashes + "=" + path);
      return false;
    }
  }
  if (!values.contains("generate")) return true;
  const auto& target = values["generate"].as<std::string>();
  if (target != "-" && !target.ends_with(".pac")) {
    failed(kUsage, "", "after --generate comes nothing, or =FILE.pac");
    return false;
  }
  if (std::ranges::find(paths, target) != paths.end()) {
    failed(kUsage, "", target + " is there already: write --generate=NEW.pac");
    return false;
  }
  if (paths.size() == 2 && !std::filesystem::exists(paths[1], error)) {
    failed(kUsage, "", "write --generate=" + paths[1] + " for tests in a new file");
    return false;
  }
  if (values.contains("coverage") || values.contains("mutate")) {
    failed(kUsage, "", "--generate goes alone: ask for --coverage or --mutate afterwards");
    return false;
  }
  return true;
}

}  // namespace pac::cli
