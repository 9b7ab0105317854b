// Coverage: what really happened while pairs of program and input were decided, counted for each
// engine by itself. An operation, type, hit policy or error counts once per pair in which the
// engine evaluated it: the interpreter tells an observer, native code sets a mark (Options::marks
// of codegen) where it evaluates an expression or enters a decision. What native code finds in a
// table instead of computing it sets no mark and is not counted. Values, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/interp/activation.h"
#include "runtime/interp/observer.h"

namespace pac::differential {

inline constexpr uint32_t kErrorCount = PAC_E_MISSING + 1;
inline constexpr uint32_t kRoundingCount = static_cast<uint32_t>(Rounding::floor) + 1;

// One engine's part.
struct Tally {
  std::array<uint64_t, ir::kOpCount> ops{};
  std::array<uint64_t, ir::kTypeKindCount> types{};
  std::array<uint64_t, ir::kHitPolicyCount> policies{};
  std::array<uint64_t, ir::kFoldKindCount> folds{};
  std::array<uint64_t, kErrorCount> errors{};  // 0: decided without one
  std::array<uint64_t, kRoundingCount> roundings{};
  std::map<std::string, uint64_t> functions;  // of the standard library
  uint64_t no_matches = 0, duties = 0, optional_values = 0;
  uint64_t out_of_scratch = 0;  // decisions with too little memory that ended in PAC5009

  // One pair: the expressions that were evaluated and the decisions that were entered, each once.
  void add(const ir::RuleSet& rules, const std::vector<uint32_t>& exprs,
           const std::vector<uint32_t>& decisions, const pac_result& result);
};

struct Coverage {
  uint64_t pairs = 0;
  uint64_t programs = 0;
  uint64_t skipped_inputs = 0;  // refused by the decision's own assumes
  Tally interpreted, native;
  // Heard from the interpreter only: what native code inlines has no mark of its own.
  uint64_t calls_without_match = 0, calls_three_deep = 0;

  struct Entry {
    std::string name;
    uint64_t interpreted = 0, native = 0;
    uint64_t count() const { return interpreted < native ? interpreted : native; }
  };
  // "op add", "type record", "policy first", "error PAC5004", "function year".
  std::vector<Entry> entries() const;
  // The rest: "rounding half_even", "fold sum".
  std::vector<Entry> further_entries() const;
  Entry least_seen() const;
};

// Hears one evaluation after another of one rule set.
class Witness : public interp::Observer {
 public:
  explicit Witness(const ir::RuleSet& rules)
      : rules_(rules), seen_(rules.exprs.size(), 0), entered_(rules.decisions.size(), 0) {}
  void on_enter(const interp::Activation& activation) override;
  void on_expr(const interp::Activation& activation, ir::ExprId expr) override;
  void on_leave(const interp::Activation& activation, pac_status status, pac_error error,
                uint32_t error_rule) override;
  // Counts what was heard since the last call.
  void count(const pac_result& result, Coverage& coverage);

 private:
  const ir::RuleSet& rules_;
  std::vector<uint32_t> seen_;  // by expression and by decision: in which pair last
  std::vector<uint32_t> entered_;
  uint32_t pair_ = 1;
  std::vector<uint32_t> exprs_, decisions_;  // of this pair
  bool callee_without_match_ = false;
  uint32_t depth_ = 0;
};

// Counts the marks that native code left since they were cleared last, and clears them.
void count_marks(const ir::RuleSet& rules, uint8_t* marks, const pac_result& result, Tally& tally);

}  // namespace pac::differential
