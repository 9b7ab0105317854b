// Account: why a decision came out as it did, and for any rule why not. Explainer is the observer
// that writes it while a recorded input is replayed:
//
//   Explainer explainer(ExplainOptions{});
//   interpreter.decide(decision, input, &output, &result, &scratch, &explainer);
//   explainer.accounts().back()   // the decision asked for; before it the decisions that it called
//
// Values are text already, so an account outlives input and scratch memory. Expressions stay ids:
// who prints them knows names and sources (ir::Side). Allocates; never on the decision path; one
// thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/interp/observer.h"

namespace pac::interp {

// What a condition reads, with the value it had: inputs, lets, parameters, their fields, calls.
struct Reading {
  ir::ExprId expr = ir::ExprId::none;
  pac_error error = PAC_E_NONE;  // then there is no value
  std::string value;             // as Values::format writes it
};

struct ConditionAccount {
  ir::ExprId expr = ir::ExprId::none;
  bool tested = false;  // by the decision; else evaluated only to explain
  bool holds = false;
  pac_error error = PAC_E_NONE;
  std::vector<Reading> readings;
};

enum class RuleState : uint8_t {
  not_tried,      // the decision was made, or failed, before
  not_effective,  // outside its dates
  failed,         // a condition ended in an error
  missed,
  hit,
  removed,  // hit, but overridden by `removed_by`
};

struct RuleAccount {
  uint32_t rule = ir::kNone;
  uint32_t item = ir::kNone;  // under `for each`: one account for each item that was tested
  RuleState state = RuleState::not_tried;
  uint32_t removed_by = ir::kNone;
  std::string outcome;  // of a survivor, as a record; empty where there is none
  std::vector<ConditionAccount> conditions;
};

struct LetAccount {
  uint32_t let = ir::kNone;
  pac_error error = PAC_E_NONE;
  std::string value;
};

struct DecisionAccount {
  ir::DecisionId decision = ir::DecisionId::none;
  uint32_t depth = 0;  // 0: the decision asked for
  pac_status status = PAC_OK;
  pac_error error = PAC_E_NONE;
  uint32_t error_rule = PAC_NO_RULE;
  std::vector<RuleAccount>
      rules;  // in source order, items in list order; `otherwise` only if it fired
  std::vector<LetAccount> lets;  // in the order of evaluation
};

struct ExplainOptions {
  uint32_t rule = ir::kNone;               // only this rule of the decision asked for; kNone: all
  bool called_decisions = true;            // accounts of these, too
  size_t scratch_bytes = size_t{1} << 20;  // for evaluating what the decision did not
};

class Explainer final : public Observer {
 public:
  explicit Explainer(ExplainOptions options = {})
      : options_(options), scratch_(options.scratch_bytes) {}
  const std::vector<DecisionAccount>& accounts() const { return accounts_; }

  void on_enter(const Activation&) override;
  void on_condition(const Activation&, uint32_t rule, uint32_t item, uint32_t condition,
                    pac_error error, bool holds) override;
  void on_rule(const Activation&, uint32_t rule, uint32_t item, bool hit) override;
  void on_not_effective(const Activation&, uint32_t rule) override;
  void on_removed(const Activation&, uint32_t rule, uint32_t by) override;
  void on_outcome(const Activation&, uint32_t rule, uint32_t item, const void* outcome) override;
  void on_let(const Activation&, uint32_t let, pac_error error, const Value& value) override;
  void on_leave(const Activation&, pac_status status, pac_error error,
                uint32_t error_rule) override;

 private:
  bool wants(const Activation&, uint32_t rule) const;
  RuleAccount& current(uint32_t rule, uint32_t item);
  RuleAccount& earlier(uint32_t rule, uint32_t item);
  void complete(const Activation&, RuleAccount&);
  void add_condition(const Activation&, RuleAccount&, uint32_t condition, bool tested);
  void read(const Activation&, const RuleAccount&, ir::ExprId root, std::vector<Reading>& out);
  pac_error probe(const Activation&, const RuleAccount&, ir::ExprId expr, Value& out);

  ExplainOptions options_;
  std::vector<char> scratch_;
  std::vector<DecisionAccount> open_;  // decisions being made, outermost first
  std::vector<DecisionAccount> accounts_;
};

}  // namespace pac::interp
