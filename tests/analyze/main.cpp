// pac-analyze-check: the analysis against brute force, over any number of small decisions.
#include <boost/program_options.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "tests/analyze/check_table.h"

namespace po = boost::program_options;

int main(int argc, char** argv) {
  po::options_description options("pac-analyze-check");
  options.add_options()("help", "show this")("tables", po::value<uint64_t>()->default_value(1000))(
      "seed", po::value<uint64_t>()->default_value(1))("json", po::value<std::string>(), "figures")(
      "by-clauses", "clause learning first, which else has only what splitting does not settle");
  po::variables_map values;
  try {
    po::store(po::parse_command_line(argc, argv, options), values);
  } catch (const po::error& error) {
    std::cerr << "pac-analyze-check: " << error.what() << "\n";
    return 2;
  }
  if (values.contains("help")) {
    std::cout << options;
    return 0;
  }
  const uint64_t first = values["seed"].as<uint64_t>(), count = values["tables"].as<uint64_t>();
  pac::analyze::Options how;
  if (values.contains("by-clauses")) how.steps_of_splitting = 0;
  uint64_t differences = 0, unsettled = 0, findings = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const auto verdict = pac::analyze_check::check_table(pac::analyze_check::make_table(seed), how);
    findings += verdict.findings;
    unsettled += verdict.is_settled ? 0 : 1;
    if (verdict.difference.empty()) continue;
    if (++differences <= 5) {
      std::printf("seed %llu\n%s\n", static_cast<unsigned long long>(seed),
                  verdict.difference.c_str());
    }
  }
  const std::string figures = "{\"tables\":" + std::to_string(count) +
                              ",\"findings\":" + std::to_string(findings) +
                              ",\"disagreements\":" + std::to_string(differences) +
                              ",\"unsettled\":" + std::to_string(unsettled) + "}\n";
  std::printf("%s", figures.c_str());
  if (values.contains("json")) std::ofstream(values["json"].as<std::string>()) << figures;
  return differences == 0 ? 0 : 1;
}
