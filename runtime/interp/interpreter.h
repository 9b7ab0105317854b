// Interpreter: the reference interpreter, the definition of what a rule set decides. Plain and
// slow; native code must give the same answer on every input (docs/design/semantics.md). Owned by
// whoever loaded the rule set, which must be verified with stdlib::find and, like its layout,
// outlive the interpreter unchanged. All of it is const after construction and may be called from
// any thread at once; deciding never allocates, throws or locks. Texts and lists in an output point
// into the input, the scratch memory and the rule set.
#pragma once

#include <memory>

#include "runtime/abi.h"
#include "runtime/interp/domain.h"
#include "runtime/interp/observer.h"
#include "runtime/interp/values.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/model.h"
#include "runtime/match/kernel.h"

namespace pac::interp {

struct Program;

// How the rules are found whose conditions hold. The plain way, rule by rule, defines the answer;
// by plans (runtime/match) it is the same and sooner where there are many rules. An observer hears
// of each rule, so with one decisions go rule by rule.
struct Options {
  bool by_plan = false;
  match::Options plan = {};
  match::Path path = match::best_path();
};

// Which assume does not let an input pass.
struct AssumeOutcome {
  uint32_t failed = ir::kNone;   // index in Decision::assumes, or kNone where all hold
  pac_error error = PAC_E_NONE;  // where it has no value at all
};

class Interpreter {
 public:
  Interpreter(const ir::RuleSet& rules, const ir::Layout& layout, const Options& options = {});
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  // `input` is the decision's input record, within its domains and assumes. `output` has room for a
  // value of the result type, at its alignment. The caller sets result->fired and result->duties;
  // all else in it is set here. Returns result->status. What the decision hands out lies before
  // scratch->next afterwards.
  uint32_t decide(ir::DecisionId decision, const void* input, void* output, pac_result* result,
                  pac_scratch* scratch, Observer* observer = nullptr) const noexcept;

  // Evaluates the decision's assumes over an input record, in order.
  AssumeOutcome check_assumes(ir::DecisionId decision, const void* input,
                              pac_scratch* scratch) const noexcept;

  // Evaluates an expression over an input record, for the engine (keys of features) and for tools.
  pac_error evaluate(ir::DecisionId decision, ir::ExprId expr, const void* input,
                     pac_scratch* scratch, Value* out) const noexcept;

  // Whether a value as it lies in a field of this type and domain is within the domain.
  bool within(ir::TypeId type, ir::DomainId domain, const void* stored) const noexcept;

  // Scratch memory that decide() takes at most for its own tables (lets, operands, inputs and
  // outcomes of called decisions), where no list of a `for each` is longer than `each_items`.
  // Texts, lists and records that the decision makes come on top of it.
  uint64_t table_bytes(ir::DecisionId decision, uint64_t each_items = 0) const;

  // The plan by which this decision finds its rules; null where it goes rule by rule.
  const match::Plan* plan(ir::DecisionId decision) const noexcept;

  const Values& values() const noexcept;
  const Domains& domains() const noexcept;

 private:
  std::unique_ptr<const Program> program_;
};

}  // namespace pac::interp
