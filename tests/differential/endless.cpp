#include "tests/differential/endless.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace pac::differential {

namespace {

Result<bool> write(const std::filesystem::path& path, const std::string& text) {
  if (std::ofstream(path, std::ios::binary) << text) return true;
  return fail("PAC0107", "can't write `" + path.string() + "`; choose another folder with --out");
}

Result<bool> write_found(const std::string& folder, const Report& report) {
  std::error_code ignored;  // what can't be made can't be written to
  std::filesystem::create_directories(folder, ignored);
  const std::filesystem::path at(folder);
  if (report.disagreements.empty()) return write(at / "refused.txt", report.refused[0] + "\n");
  const Disagreement& found = report.disagreements[0];
  if (auto done = write(at / "disagreement.txt", found.to_text()); !done) return done;
  if (auto done = write(at / "input.txt", found.input_text + "\n"); !done) return done;
  return write(at / "ir.json", found.program_json);
}

}  // namespace

Result<bool> run_endless(Plan plan, const std::string& folder, uint64_t rounds_max) {
  plan.disagreements_max = 1;
  plan.progress = false;
  uint64_t pairs = 0;
  for (uint64_t round = 1; rounds_max == 0 || round <= rounds_max; ++round, ++plan.seed) {
    const Report report = run(plan);
    pairs += report.coverage.pairs;
    std::fprintf(stderr, "round %llu, seed %llu: %llu pairs so far, %zu disagreements\n",
                 static_cast<unsigned long long>(round), static_cast<unsigned long long>(plan.seed),
                 static_cast<unsigned long long>(pairs), report.disagreements.size());
    if (report.disagreements.empty() && report.refused.empty()) continue;
    if (!report.disagreements.empty()) {
      std::fprintf(stderr, "---- %s\n", report.disagreements[0].to_text().c_str());
    }
    return write_found(folder, report);
  }
  return false;
}

}  // namespace pac::differential
