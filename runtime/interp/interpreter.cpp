#include "runtime/interp/interpreter.h"

#include <algorithm>

#include "runtime/interp/activation.h"
#include "runtime/interp/ruling.h"
#include "runtime/interp/table_bytes.h"

namespace pac::interp {

Interpreter::Interpreter(const ir::RuleSet& rules, const ir::Layout& layout, const Options& options)
    : program_(std::make_unique<const Program>(rules, layout, options)) {}

Interpreter::~Interpreter() = default;

uint32_t Interpreter::decide(ir::DecisionId decision, const void* input, void* output,
                             pac_result* result, pac_scratch* scratch,
                             Observer* observer) const noexcept {
  result->fired_count = 0;
  result->duty_count = 0;
  Failure failure;
  Activation activation(*program_, decision, input, *scratch, failure, observer, 0);
  pac_status status = PAC_ERROR;
  if (activation.prepare() == PAC_E_NONE) {
    status = rule_on(activation, output, result);
  } else {
    failure.error = PAC_E_LIMIT;
    failure.path[failure.depth++] = index(decision);
  }
  if (status == PAC_ERROR) {
    result->fired_count = 0;
    result->duty_count = 0;
  }
  result->status = status;
  result->error = failure.error;
  result->error_rule = failure.rule;
  result->error_other = failure.other;
  result->error_depth = failure.depth;
  std::copy_n(failure.path, failure.depth, result->error_path);
  return status;
}

AssumeOutcome Interpreter::check_assumes(ir::DecisionId decision, const void* input,
                                         pac_scratch* scratch) const noexcept {
  Failure failure;
  Activation activation(*program_, decision, input, *scratch, failure, nullptr, 0);
  AssumeOutcome outcome;
  outcome.error = activation.prepare();
  if (outcome.error != PAC_E_NONE) {
    outcome.failed = 0;
    return outcome;
  }
  outcome.error = activation.test_assumes(&outcome.failed);
  return outcome;
}

pac_error Interpreter::evaluate(ir::DecisionId decision, ir::ExprId expr, const void* input,
                                pac_scratch* scratch, Value* out) const noexcept {
  Failure failure;
  Activation activation(*program_, decision, input, *scratch, failure, nullptr, 0);
  if (const pac_error error = activation.prepare()) return error;
  return activation.evaluate(expr, *out);
}

bool Interpreter::within(ir::TypeId type, ir::DomainId domain, const void* stored) const noexcept {
  const Value value = program_->values.load(type, program_->layout.field(type, domain), stored);
  return program_->domains.contains(type, domain, value);
}

uint64_t Interpreter::table_bytes(ir::DecisionId decision, uint64_t each_items) const {
  return interp::table_bytes(*program_, decision, each_items);
}

const match::Plan* Interpreter::plan(ir::DecisionId decision) const noexcept {
  return program_->decisions[index(decision)].match.get();
}

const Values& Interpreter::values() const noexcept { return program_->values; }

const Domains& Interpreter::domains() const noexcept { return program_->domains; }

}  // namespace pac::interp
