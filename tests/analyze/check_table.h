// Holds the analysis of a small decision against what trying all its inputs shows.
#pragma once

#include <string>

#include "compiler/analyze/analysis.h"
#include "tests/analyze/table.h"

namespace pac::analyze_check {

struct Verdict {
  std::string difference;  // "" where both say the same; else the policy and what differs
  bool is_settled = true;  // no finding was "unknown"
  uint64_t findings = 0;
};

Verdict check_table(const Table& table, const analyze::Options& options = {});

}  // namespace pac::analyze_check
