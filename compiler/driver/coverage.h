// Coverage: what the tests of a package show of its rules and conditions, decision by decision, and
// for what they don't an input that would. The interpreter tells how each test was decided; native
// code is not listened to. Decisions that a tested one calls count too. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/driver/input_search.h"

namespace pac::driver {

struct GoalCover {
  uint32_t tests = 0;
  uint32_t first_test = ir::kNone;   // in the order of Checked::tests
  bool is_impossible = false;        // proved: no input reaches it
  std::optional<Candidate> example;  // that would reach it, where no test does
  std::string reason;                // where neither is known
};

// So many of so many; what is proved impossible is left out of both.
struct Share {
  size_t shown = 0, of = 0;
  double percent() const {
    return of == 0 ? 100.0 : 100.0 * static_cast<double>(shown) / static_cast<double>(of);
  }
  void add(const Share& other) {
    shown += other.shown;
    of += other.of;
  }
};

struct DecisionCover {
  ir::DecisionId decision = ir::DecisionId::none;
  Share rules;
  Share conditions;  // each counts twice: met and not met
  Share cells;       // of tables: those that are seen met and not met
  Share effects;     // conditions that make the difference both ways (MC/DC)
};

struct Coverage {
  std::unique_ptr<const Goals> goals;
  std::vector<GoalCover> covers;  // by goal
  std::vector<DecisionCover> decisions;
  DecisionCover all;
  // Rules and conditions together.
  Share branches() const {
    Share out = all.rules;
    out.add(all.conditions);
    return out;
  }
};

// The compilation has no errors and outlives the coverage.
[[nodiscard]] Result<Coverage> cover(const Compilation& compilation,
                                     const SearchLimits& limits = {});

std::string coverage_table(const Compilation& compilation, const Coverage& coverage);
// What no test shows, a line each.
std::vector<std::string> coverage_missing(const Compilation& compilation, const Coverage& coverage);
std::string coverage_lcov(const Compilation& compilation, const Coverage& coverage);
std::string coverage_json(const Compilation& compilation, const Coverage& coverage);

}  // namespace pac::driver
