// pac-differential: the long run of the differential tester, or one without an end.
//   pac-differential [--programs N] [--inputs N] [--seed N] [--json FILE]
// One program in ten is a table more, whose native code spares the checks that are proved needless.
//   pac-differential --endless [--programs N] [--inputs N] [--seed N] [--out FOLDER]
// Ends with 0 where all engines agree, 1 where they don't, 2 for a wrong command line.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "tests/differential/endless.h"
#include "tests/differential/tables.h"

namespace pac::differential {
namespace {

struct Options {
  Plan plan;
  std::string json;
  std::string out = "differential-found";
  bool endless = false;
};

std::optional<uint64_t> number(const char* text) {
  char* end = nullptr;
  const unsigned long long value = std::strtoull(text, &end, 10);
  if (*text == '\0' || *text == '-' || *end != '\0') return std::nullopt;
  return value;
}

std::optional<Options> options_of(int argc, char** argv) {
  Options options;
  options.plan.programs = 1000;
  options.plan.inputs = 100;
  options.plan.progress = true;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--endless") {
      options.endless = true;
      continue;
    }
    const char* value = i + 1 < argc ? argv[++i] : "";
    const auto count = number(value);
    if (option == "--json" && *value != '\0') {
      options.json = value;
    } else if (option == "--out" && *value != '\0') {
      options.out = value;
    } else if (option == "--programs" && count && *count > 0 && *count <= 1000000) {
      options.plan.programs = static_cast<uint32_t>(*count);
    } else if (option == "--inputs" && count && *count > 0 && *count <= 1000000) {
      options.plan.inputs = static_cast<uint32_t>(*count);
    } else if (option == "--seed" && count) {
      options.plan.seed = *count;
    } else {
      std::fprintf(stderr, "pac-differential: `%s %s` is no option, or has no such value\n",
                   option.c_str(), value);
      return std::nullopt;
    }
  }
  return options;
}

// What did not go well, for people.
bool tell(const Report& report) {
  for (const Disagreement& found : report.disagreements) {
    std::printf("---- %s\n", found.to_text().c_str());
  }
  for (const std::string& refused : report.refused) std::printf("not run: %s\n", refused.c_str());
  return report.disagreements.empty() && report.refused.empty();
}

int run_once(const Options& options) {
  constexpr uint32_t kProgramsPerTable = 10;
  const Report report = run(options.plan);
  Plan plan = options.plan;
  plan.programs = (plan.programs + kProgramsPerTable - 1) / kProgramsPerTable;
  const TableReport tables = run_tables(plan);
  const bool programs_agree = tell(report), tables_agree = tell(tables.report);
  std::string text = report.to_json(options.plan);
  text.erase(text.rfind('}'));
  text += ",\n" + tables.to_json() + "}\n";
  std::fputs(text.c_str(), stdout);
  if (!options.json.empty() && !(std::ofstream(options.json) << text)) {
    std::fprintf(stderr, "pac-differential: can't write `%s`\n", options.json.c_str());
    return 2;
  }
  return programs_agree && tables_agree ? 0 : 1;
}

}  // namespace
}  // namespace pac::differential

int main(int argc, char** argv) {
  using namespace pac::differential;
  std::optional<Options> options = options_of(argc, argv);
  if (!options) return 2;
  if (!options->endless) return run_once(*options);
  const auto found = run_endless(options->plan, options->out);
  if (!found) std::fprintf(stderr, "pac-differential: %s\n", found.error().message.c_str());
  return found ? 1 : 2;
}
