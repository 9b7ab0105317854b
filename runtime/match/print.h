// A plan in words: `pac inspect --dump=plan`, messages of tests. Columns and cells are told as the
// author of the rules would write the values. Deterministic; pure functions.
#pragma once

#include <string>

#include "runtime/match/plan.h"

namespace pac::match {

// At most so many cells of a column, and rules, are told; how many there are is told always.
struct Telling {
  uint32_t cells = 12;
  uint32_t rules = 20;
};

std::string print(const ir::RuleSet& rule_set, const ir::Decision& decision, const Plan& plan,
                  const Telling& telling = {});

// The values of a range of cells: "< 100.00", "missing", "\"HOU\"…".
std::string cells_text(const ir::RuleSet& rule_set, const Column& column, CellRange cells);
// One line a rule: what it wants of which columns, and what is left to evaluate.
std::string row_text(const ir::RuleSet& rule_set, const ir::Decision& decision, const Table& table,
                     const Row& row);

}  // namespace pac::match
