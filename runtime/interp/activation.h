// Activation: one decision while it is being made: its input record, the lets evaluated so far, the
// variables bound, the rule at work. Lives on the stack of the call, its tables in scratch memory.
// It evaluates expressions recursively, as docs/design/semantics.md says; ruling.h makes the
// decision from them. One thread; observers see it as const.
#pragma once

#include "runtime/interp/observer.h"
#include "runtime/interp/program.h"
#include "runtime/interp/scratch.h"
#include "runtime/interp/table_bytes.h"

namespace pac::interp {

// The error a decision ended in, shared with the decisions that it calls: the innermost one fills
// it.
struct Failure {
  pac_error error = PAC_E_NONE;
  uint32_t rule = PAC_NO_RULE;
  uint32_t other = PAC_NO_RULE;
  uint32_t depth = 0;
  uint32_t path[PAC_MAX_CALL_DEPTH];
};

class Activation {
 public:
  // `decision` is none for the constant expressions of parameters. `input` is the decision's input
  // record.
  Activation(const Program& program, ir::DecisionId decision, const void* input,
             pac_scratch& scratch, Failure& failure, Observer* observer, uint32_t depth) noexcept;

  // Takes the memory for lets and variables; before anything else.
  [[nodiscard]] pac_error prepare() noexcept;

  [[nodiscard]] pac_error evaluate(ir::ExprId expr, Value& out) noexcept;
  // *failed is the assume that is false or fails (then the error says how), or kNone.
  [[nodiscard]] pac_error test_assumes(uint32_t* failed) noexcept;

  // For observers: what an expression of this decision is at this point. The value lies in
  // `scratch`.
  [[nodiscard]] pac_error probe(ir::ExprId expr, pac_scratch& scratch, Value& out) const noexcept;
  // The same with a variable bound, to look into quantifiers and `for each`.
  [[nodiscard]] pac_error probe(ir::ExprId expr, uint32_t var, const Value& value,
                                pac_scratch& scratch, Value& out) const noexcept;
  const Program& program() const noexcept { return program_; }
  ir::DecisionId decision_id() const noexcept { return decision_id_; }
  const ir::Decision& decision() const noexcept { return program_.rules.decision(decision_id_); }
  const void* input() const noexcept { return input_; }
  uint32_t depth() const noexcept { return depth_; }  // 0: the decision that was asked for
  const pac_zone* zones() const noexcept { return scratch_.zones; }

  // For Ruling.
  pac_scratch& scratch() noexcept { return scratch_; }
  Failure& failure() noexcept { return failure_; }
  Observer* observer() const noexcept { return observer_; }
  void bind(uint32_t var, const Value& value) noexcept { vars_[var] = value; }
  // Checks the domain of each field, in order, then writes the record; PAC_E_DOMAIN where one is
  // violated.
  [[nodiscard]] pac_error store_record(ir::RecordId record, const Value* fields,
                                       char* place) const noexcept;

 private:
  struct LetSlot {
    bool done = false;
    Value value;
  };
  static_assert(sizeof(LetSlot) <= kLetBytes);
  using Expr = ir::Expr;

  [[nodiscard]] pac_error evaluate(uint32_t expr, Value& out) noexcept {
    return evaluate(static_cast<ir::ExprId>(expr), out);
  }
  // Evaluates all operands, in order, into an array of `operand_count` values.
  [[nodiscard]] pac_error evaluate_operands(const Expr& expr, Value* out) noexcept;
  const ir::Type& type(uint32_t expr) const noexcept {
    return program_.rules.type_of(static_cast<ir::ExprId>(expr));
  }
  ir::TypeId type_id(uint32_t expr) const noexcept { return program_.rules.exprs[expr].type; }
  int compare(uint32_t expr_a, const Value& a, uint32_t expr_b, const Value& b) const noexcept {
    return program_.values.compare(type_id(expr_a), a, type_id(expr_b), b);
  }

  // Reading (evaluate.cpp).
  pac_error let(uint32_t let, Value& out) noexcept;
  pac_error param(const Expr& expr, Value& out) noexcept;
  pac_error field(const Expr& expr, Value& out) noexcept;
  // Logic and comparison (evaluate.cpp).
  pac_error logic(const Expr& expr, Value& out) noexcept;
  pac_error conditional(const Expr& expr, Value& out) noexcept;
  pac_error comparison(const Expr& expr, Value& out) noexcept;
  pac_error in_range(const Expr& expr, Value& out) noexcept;
  pac_error in_set(const Expr& expr, Value& out) noexcept;
  pac_error presence(const Expr& expr, Value& out) noexcept;
  pac_error text_test(const Expr& expr, Value& out) noexcept;
  pac_error best_operand(const Expr& expr, Value& out) noexcept;
  // Numbers and times (arithmetic.cpp).
  pac_error arithmetic(const Expr& expr, Value& out) noexcept;
  pac_error negation(const Expr& expr, Value& out) noexcept;
  pac_error rescaling(const Expr& expr, Value& out) noexcept;
  pac_error rounding(const Expr& expr, Value& out) noexcept;
  // Lists (lists.cpp).
  pac_error list_test(const Expr& expr, Value& out) noexcept;
  pac_error length(const Expr& expr, Value& out) noexcept;
  pac_error quantifier(const Expr& expr, Value& out) noexcept;
  pac_error count(const Expr& expr, Value& out) noexcept;
  pac_error fold(const Expr& expr, Value& out) noexcept;
  // New values and calls (construct.cpp).
  pac_error make_record(const Expr& expr, Value& out) noexcept;
  pac_error make_list(const Expr& expr, Value& out) noexcept;
  pac_error join_template(const Expr& expr, Value& out) noexcept;
  pac_error call(const Expr& expr, Value& out) noexcept;
  pac_error call_std(const Expr& expr, Value& out) noexcept;

  const Program& program_;
  const ir::DecisionId decision_id_;
  const void* const input_;
  pac_scratch& scratch_;
  Failure& failure_;
  Observer* const observer_;
  const uint32_t depth_;
  Temporary memory_;  // of the two tables
  LetSlot* lets_ = nullptr;
  Value* vars_ = nullptr;
};

// Shared by sums in expressions and folds of `collect`: a + b as a number or duration of this type.
[[nodiscard]] pac_error add_checked(const ir::Type& type, Int128 a, Int128 b, Int128* out) noexcept;

}  // namespace pac::interp
