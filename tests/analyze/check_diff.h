// Holds the difference of two versions of a small decision against what trying all inputs shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/analyze/table.h"

namespace pac::analyze_check {

// What a table answers, by a meaning of its own: an outcome, or (negative) which error. Nothing
// where an assume leaves the input out.
std::optional<int> answer(const Table& table, const std::vector<size_t>& input);

struct DiffVerdict {
  std::string difference;  // "" where both say the same; else the policies and what differs
  bool is_settled = true;
  uint64_t changed = 0, inputs = 0;  // inputs that are answered otherwise, of all
};

DiffVerdict check_diff(const Table& before, const Table& after);

// The table with one to three of its parts changed: rules, their conditions, order, outcomes and
// priorities, `otherwise`, the policy.
Table mutated(const Table& table, uint64_t seed);

}  // namespace pac::analyze_check
