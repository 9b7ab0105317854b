#include "tests/fuzz/target.h"

#include <cstdio>
#include <cstdlib>

namespace pac::fuzz {

namespace {

constexpr Target kTargets[] = {
    {"parse", run_parse},           {"check", run_check},
    {"format", run_format},         {"ir_decode", run_ir_decode},
    {"bundle", run_bundle},         {"side_json", run_side_json},
    {"json_input", run_json_input}, {"csv_input", run_csv_input},
    {"regex", run_regex},           {"text_numbers", run_text_numbers},
    {"native", run_native},         {"zip", run_zip},
    {"documents", run_documents},   {"ledger", run_ledger},
};

}  // namespace

const Target* find_target(std::string_view name) {
  for (const Target& target : kTargets) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

std::vector<std::string_view> target_names() {
  std::vector<std::string_view> names;
  for (const Target& target : kTargets) names.push_back(target.name);
  return names;
}

void claim(bool holds, std::string_view what, std::string_view detail) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: does not hold: %.*s\n%.*s\n", static_cast<int>(what.size()),
               what.data(), static_cast<int>(detail.size()), detail.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace pac::fuzz
