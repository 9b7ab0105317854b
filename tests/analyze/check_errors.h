// Small random decisions whose evaluation may divide by zero or leave a domain, with a meaning of
// their own: what the analysis says of errors is held against trying every input. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace pac::analyze_check {

struct ErrorsVerdict {
  std::string difference;   // empty: they agree
  size_t reported = 0;      // findings
  bool is_clean = false;    // no input ends in an error
  bool is_noticed = false;  // a meaning that overlooks one condition would differ
};

ErrorsVerdict check_errors(uint64_t seed);

}  // namespace pac::analyze_check
