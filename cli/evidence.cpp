#include "cli/evidence.h"

#include <cstdio>
#include <fstream>

#include "cli/support.h"
#include "cli/thresholds.h"
#include "compiler/driver/coverage.h"

namespace pac::cli {

namespace {

int write(const std::string& text, const po::variables_map& values) {
  if (!values.contains("output") || values["output"].as<std::string>() == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kFine;
  }
  const auto& path = values["output"].as<std::string>();
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  return out ? kFine : failed(kCouldNotRun, "PAC0107", "can't write " + path);
}

// Says so, and gives false, where the share is below what is asked for.
bool reaches(const char* name, double percent, const std::optional<double>& least) {
  if (!least || percent >= *least) return true;
  std::fprintf(stderr, "%s: %.1f %%, and at least %g %% is asked for\n", name, percent, *least);
  return false;
}

int show_coverage(const driver::Compilation& c, const Thresholds& least,
                  const po::variables_map& values) {
  const auto& format = values["coverage"].as<std::string>();
  if (format != "pretty" && format != "lcov" && format != "json") {
    return failed(kUsage, "", "--coverage takes pretty, lcov or json, after `=`");
  }
  const auto coverage = driver::cover(c);
  if (!coverage) return failed(kBug, coverage.error().code, coverage.error().message);
  const std::string text = format == "lcov"   ? driver::coverage_lcov(c, *coverage)
                           : format == "json" ? driver::coverage_json(c, *coverage)
                                              : driver::coverage_table(c, *coverage);
  if (const int exit = write(text, values); exit != kFine) return exit;
  const bool branch = reaches("rules and conditions", coverage->branches().percent(), least.branch);
  const bool mcdc = reaches("each alone (MC/DC)", coverage->all.effects.percent(), least.mcdc);
  return branch && mcdc ? kFine : kFindings;
}

}  // namespace

void add_evidence(po::options_description& o) {
  o.add_options()("coverage", po::value<std::string>()->implicit_value("pretty"),
                  "what the tests show of rules and conditions: --coverage, --coverage=lcov, "
                  "--coverage=json")(
      "fail-under", po::value<std::string>(),
      "exit 1 below so many percent: 90, or branch=100,mcdc=90,mutation=90")(
      "output,o", po::value<std::string>(), "the file to write to instead of standard output");
}

bool wants_evidence(const po::variables_map& values) { return values.contains("coverage"); }

int show_evidence(const driver::Compilation& c, const std::string& path,
                  const po::variables_map& values) {
  auto least = find_thresholds(path);
  if (!least) return failed(kUsage, least.error().code, least.error().message);
  if (values.contains("fail-under")) {
    const auto done = read_fail_under(values["fail-under"].as<std::string>(), &*least);
    if (!done) return failed(kUsage, done.error().code, "--fail-under: " + done.error().message);
  }
  return show_coverage(c, *least, values);
}

}  // namespace pac::cli
