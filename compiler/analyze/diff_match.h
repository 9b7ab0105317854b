// Which rules of two versions are the same: for inputs that meet none but these, both versions
// answer alike. Pure functions.
#pragma once

#include <array>
#include <vector>

#include "compiler/analyze/join.h"

namespace pac::analyze {

struct Matched {
  std::array<std::vector<bool>, 2> is_changed;  // by rule
  bool is_all_changed = false;                  // the hit policy is another
  bool is_otherwise_changed = false;
};

Matched match(const Joined& joined);

}  // namespace pac::analyze
