// Holds what the analysis says of protected fields against trying every pair of inputs. Any thread.
#pragma once

#include <string>

#include "tests/analyze/table.h"

namespace pac::analyze_check {

struct ProtectedVerdict {
  std::string difference;  // empty: they agree
  bool depends = false;    // in truth
  bool reads = false;      // some rule or assume speaks of the field
};

ProtectedVerdict check_protected(const Table& table, size_t field);

}  // namespace pac::analyze_check
