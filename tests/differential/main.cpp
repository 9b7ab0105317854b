// pac-differential: the long run of the differential tester.
//   pac-differential [--programs N] [--inputs N] [--seed N] [--json FILE]
// Ends with 0 where all engines agree, 1 where they don't, 2 for a wrong command line.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/differential/tester.h"

int main(int argc, char** argv) {
  pac::differential::Plan plan;
  plan.programs = 1000;
  plan.inputs = 100;
  plan.progress = true;
  std::string json;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--json") {
      json = argv[i + 1];
      continue;
    }
    char* end = nullptr;
    const unsigned long long value = std::strtoull(argv[i + 1], &end, 10);
    const bool is_number = *argv[i + 1] != '\0' && *end == '\0';
    if (is_number && option == "--programs") {
      plan.programs = static_cast<uint32_t>(value);
    } else if (is_number && option == "--inputs") {
      plan.inputs = static_cast<uint32_t>(value);
    } else if (is_number && option == "--seed") {
      plan.seed = value;
    } else {
      std::fprintf(stderr, "pac-differential: `%s %s` is no option\n", argv[i], argv[i + 1]);
      return 2;
    }
  }
  if (argc % 2 == 0) {
    std::fputs("pac-differential: an option has no value\n", stderr);
    return 2;
  }
  const pac::differential::Report report = pac::differential::run(plan);
  for (const auto& disagreement : report.disagreements) {
    std::printf("---- %s\n", disagreement.to_text().c_str());
  }
  for (const std::string& refused : report.refused) std::printf("not run: %s\n", refused.c_str());
  const std::string text = report.to_json(plan);
  std::fputs(text.c_str(), stdout);
  if (!json.empty() && !(std::ofstream(json) << text)) {
    std::fprintf(stderr, "pac-differential: can't write `%s`\n", json.c_str());
    return 2;
  }
  return report.disagreements.empty() && report.refused.empty() ? 0 : 1;
}
