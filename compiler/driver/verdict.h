// The verdict of a bundle (analysis.json): what the analysis found, proved and left open when the
// bundle was built. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/analyze.h"
#include "compiler/driver/spare.h"

namespace pac::driver {

// Null: {"status":"not analysed"}. `spared`: what the bundle's native object does not check.
std::string encode_verdict(const AnalysisSummary* summary, const std::vector<SparedCheck>& spared);

struct Verdict {
  bool is_analysed = false;
  std::map<std::string, size_t> findings, accepted;  // by code
  std::vector<Unsettled> unknown;
  std::vector<certificate::Claim> proved;
  std::vector<std::string> not_certified;
  std::vector<SparedCheck> spared;
  uint64_t witnesses = 0, steps = 0;
  std::string certificate;  // SHA-256 of certificate.json
};

// PAC4232: not that form.
[[nodiscard]] Result<Verdict> decode_verdict(std::string_view text);

// For people, a line each.
std::string to_text(const Verdict& verdict);

}  // namespace pac::driver
