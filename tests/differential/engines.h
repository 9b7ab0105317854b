// Engines: one rule set in the interpreter and in native code at every level, ready to decide the
// same input, each with memory of its own kind. The rule sets given to it outlive it. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/codegen/native.h"
#include "runtime/interp/interpreter.h"

namespace pac::differential {

// Where native code comes from: compiled without and with optimisation, or from the optimised
// object after it was in a file.
enum class Native : uint8_t { level_0, level_2, reloaded };
inline constexpr uint32_t kNativeCount = 3;
const char* name(Native native);

class Engines {
 public:
  // `rules` is what the interpreter runs, `compiled` what native code is made of; they differ where
  // a fault is planted. The shapes of their declarations are equal.
  [[nodiscard]] static Result<std::unique_ptr<Engines>> make(const ir::RuleSet& rules,
                                                             const ir::RuleSet& compiled,
                                                             const std::vector<Native>& natives);

  const interp::Interpreter& interpreter() const { return interpreter_; }
  const ir::Layout& layout() const { return layout_; }
  // The answers as text (answer.h). `result` stays valid until the next decision.
  void interpret(ir::DecisionId id, const void* input, interp::Observer* observer,
                 std::string& answer);
  void run_native(size_t which, ir::DecisionId id, const void* input, std::string& answer);
  const pac_result& result() const { return result_; }
  bool assumes_hold(ir::DecisionId id, const void* input);

 private:
  explicit Engines(const ir::RuleSet& rules);
  void prepare(ir::DecisionId id);
  void tell(ir::DecisionId id, std::string& answer);
  pac_scratch scratch();

  const ir::RuleSet& rules_;
  ir::Layout layout_;
  interp::Interpreter interpreter_;
  std::vector<std::unique_ptr<codegen::NativeCode>> natives_;
  std::vector<std::max_align_t> scratch_bytes_, output_;
  std::vector<uint32_t> fired_;
  std::vector<pac_duty> duties_;
  pac_result result_{};
};

}  // namespace pac::differential
