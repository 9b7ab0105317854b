// What ruling*.cpp share: the phases of one decision, as methods over what the phases hand on. Made
// for one decision and dropped with it; one thread. Internal to interp.
#pragma once

#include "runtime/base/check.h"
#include "runtime/interp/ruling.h"
#include "runtime/interp/table_bytes.h"

namespace pac::interp {

using ir::FoldKind;
using ir::HitPolicy;
using ir::kNone;

class Ruling {
 public:
  Ruling(Activation& activation, void* output, pac_result* result) noexcept
      : activation_(activation),
        program_(activation.program()),
        decision_(activation.decision()),
        plan_(program_.decisions[index(activation.decision_id())]),
        record_(program_.layout.record(decision_.output)),
        output_(static_cast<char*>(output)),
        result_(result),
        memory_(activation.scratch()) {}

  pac_status run() noexcept;

 private:
  // What phase 2 finds out about a rule.
  struct RuleState {
    uint32_t hit_count = 0;  // items under `for each`, else 0 or 1
    bool removed = false;
    pac_list items = {};           // under `for each`
    uint8_t* item_hits = nullptr;  // one per item
  };
  // The outcome of one survivor; under `for each` of one of its items.
  struct Contribution {
    uint32_t rule = kNone;
    uint32_t item = kNone;
    const char* outcome = nullptr;  // in the layout of the output record
    uint32_t first_duty = 0;        // in duties_
    uint32_t duty_count = 0;
  };

  static_assert(sizeof(RuleState) + sizeof(uint32_t) <= kRuleBytes &&
                sizeof(Contribution) <= kContributionBytes);

  pac_error decide() noexcept;
  pac_error enter() noexcept;
  pac_error result_outcome() noexcept;

  pac_error test_rules() noexcept;
  void note_hits(uint32_t rule) noexcept;
  // By the plan of the decision (ruling_candidates.cpp).
  pac_error test_candidates(const match::Plan& plan) noexcept;
  pac_error read_keys(const match::Plan& plan, match::Keys* keys) noexcept;
  pac_error test_rest(const match::Row& row) noexcept;
  pac_error test_rule(uint32_t rule) noexcept;
  pac_error test_conditions(uint32_t rule, uint32_t item, bool* hit) noexcept;
  bool is_effective(const ir::Rule& rule) const noexcept;

  void apply_overrides() noexcept;
  pac_error refuse_overlap() noexcept;

  pac_error collect_contributions() noexcept;
  pac_error contribute(uint32_t rule, uint32_t item, char* place) noexcept;
  pac_error duties(const ir::Rule& rule, uint32_t rule_index, uint32_t* count) noexcept;

  pac_error choose() noexcept;
  pac_error require_agreement() noexcept;
  pac_error check_ranks() noexcept;
  uint32_t rank(const ir::RankedColumn& column, const Value& value) const noexcept;
  int compare_ranks(const Contribution& a, const Contribution& b) const noexcept;
  pac_error output_list() noexcept;
  pac_error output_folds() noexcept;
  pac_error fold(const ir::Fold& fold, ir::TypeId type, Value& out) noexcept;
  void output_effect() noexcept;
  void output_chosen(uint32_t contribution) noexcept;
  void fire(uint32_t contribution) noexcept;

  const ir::Rule& rule_at(uint32_t rule) const noexcept {
    return rule == decision_.rules.size() ? decision_.otherwise : decision_.rules[rule];
  }
  Value column(const Contribution& contribution, uint32_t column) const noexcept {
    return program_.values.load_field(decision_.output, column, contribution.outcome);
  }
  bool collects() const noexcept {
    return decision_.policy == HitPolicy::collect_list ||
           decision_.policy == HitPolicy::collect_folds;
  }

  Activation& activation_;
  const Program& program_;
  const ir::Decision& decision_;
  const DecisionPlan& plan_;
  const ir::RecordLayout& record_;
  char* const output_;
  pac_result* const result_;
  Temporary memory_;

  uint32_t rule_ = PAC_NO_RULE;  // at work: at fault if there is an error
  uint32_t other_ = PAC_NO_RULE;
  pac_status status_ = PAC_OK;
  RuleState* states_ = nullptr;  // by rule; those that were tested
  uint32_t* hits_ = nullptr;     // rules that hit, in source order once all have been tested
  uint32_t hit_rules_ = 0;
  uint32_t hit_count_ = 0;  // over all rules and items
  Contribution* contributions_ = nullptr;
  uint32_t contribution_count_ = 0;
  pac_duty* duties_ = nullptr;
  uint32_t duty_count_ = 0;
};

}  // namespace pac::interp
