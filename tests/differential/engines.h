// Engines: one rule set in the interpreter and in native code at every level, ready to decide the
// same input, each with memory of its own kind. The rule sets given to it outlive it. One thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "compiler/codegen/native.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/interp/interpreter.h"

namespace pac::differential {

// Where native code comes from: compiled without and with optimisation, from the optimised object
// after it was in the cache of objects, at level 0 with marks of what it evaluates (coverage.h),
// with optimisation and without the checks that proofs spare; or with each way of finding rules
// forced (runtime/match/plan.h), where a decision's rules allow it. Rule sets take turns with the
// instructions that these three may use and with which of them is optimised.
enum class Native : uint8_t {
  level_0,
  level_2,
  reloaded,
  marked,
  proved,
  exact_rows,
  coarse_rows,
  pair_grid,
};
inline constexpr uint32_t kNativeCount = 8;
// Ample, so that PAC5009 comes from texts that are too long, which both engines must agree on, and
// not from memory used up, which they may not.
inline constexpr size_t kScratchBytes = size_t{16} << 20;
const char* name(Native native);
// How such code of this rule set is made. What the machine lacks is left out: code for all of the
// machine stands in for it.
codegen::Options options_for(Native native, const ir::RuleSet& rules);

// The interpreter also finds its rules by plans: by each strategy, whatever the cost model would
// choose, on one path or another of those that the machine has.
inline constexpr std::array kPlanned = {match::Strategy::chain, match::Strategy::exact_rows,
                                        match::Strategy::coarse_rows, match::Strategy::pair_grid};
std::string planned_name(size_t which);

class Engines {
 public:
  // `rules` is what the interpreter runs, `compiled` what native code is made of; they differ where
  // a fault is planted. The shapes of their declarations are equal. `proofs` are for
  // Native::proved.
  [[nodiscard]] static Result<std::unique_ptr<Engines>> make(const ir::RuleSet& rules,
                                                             const ir::RuleSet& compiled,
                                                             const std::vector<Native>& natives,
                                                             const codegen::Proofs& proofs = {});

  // The same with native code made as these say.
  [[nodiscard]] static Result<std::unique_ptr<Engines>> make(
      const ir::RuleSet& rules, const std::vector<codegen::Options>& natives);

  const interp::Interpreter& interpreter() const { return interpreter_; }
  const ir::Layout& layout() const { return layout_; }
  // The answers as text (answer.h). `result` stays valid until the next decision.
  void interpret(ir::DecisionId id, const void* input, interp::Observer* observer,
                 std::string& answer, size_t scratch_bytes = kScratchBytes);
  void run_planned(size_t which, ir::DecisionId id, const void* input, std::string& answer,
                   size_t scratch_bytes = kScratchBytes);
  void run_native(size_t which, ir::DecisionId id, const void* input, std::string& answer,
                  size_t scratch_bytes = kScratchBytes);
  // As a service decides: by the interpreter and its plans until native code is swapped in, which
  // comes from a cache on disk.
  void run_tiered(ir::DecisionId id, const void* input, std::string& answer,
                  size_t scratch_bytes = kScratchBytes);
  [[nodiscard]] Result<void> swap_in();
  // Of the native code at this place, where it has them.
  uint8_t* marks(size_t which) const { return natives_[which]->marks(); }
  const pac_result& result() const { return result_; }
  bool assumes_hold(ir::DecisionId id, const void* input);

 private:
  explicit Engines(const ir::RuleSet& rules);
  void prepare(ir::DecisionId id);
  void tell(ir::DecisionId id, std::string& answer);
  // Guarded where it ends.
  pac_scratch scratch(size_t size = kScratchBytes);
  void check_scratch(const pac_scratch& memory, std::string& answer) const;

  const ir::RuleSet& rules_;
  ir::Layout layout_;
  interp::Interpreter interpreter_;
  std::vector<std::unique_ptr<interp::Interpreter>> planned_;  // as kPlanned
  std::vector<std::unique_ptr<codegen::NativeCode>> natives_;
  std::shared_ptr<engine::LoadedRuleSet> tiered_;
  std::string tiered_object_;  // as it came from the cache
  std::vector<std::max_align_t> scratch_bytes_, output_;
  std::vector<uint32_t> fired_;
  std::vector<pac_duty> duties_;
  pac_result result_{};
};

}  // namespace pac::differential
