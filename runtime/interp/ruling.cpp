// Phases 1 to 3: entering, conditions, overrides and overlap.
#include <algorithm>
#include <new>

#include "runtime/interp/ruling_phases.h"

namespace pac::interp {

using ir::ExprId;

pac_status Ruling::run() noexcept {
  Observer* const observer = activation_.observer();
  if (observer != nullptr) observer->on_enter(activation_);
  Failure& failure = activation_.failure();
  if (const pac_error error = decide()) {
    status_ = PAC_ERROR;
    // A called decision that failed has said so already; only the path grows.
    if (failure.depth == 0) {
      failure.error = error;
      failure.rule = rule_;
      failure.other = other_;
    }
    PAC_CHECK(failure.depth < PAC_MAX_CALL_DEPTH, "calls are no deeper than the verifier allows");
    failure.path[failure.depth++] = index(activation_.decision_id());
  }
  if (observer != nullptr) {
    const bool failed = status_ == PAC_ERROR;
    observer->on_leave(activation_, status_, failed ? failure.error : PAC_E_NONE,
                       failed ? failure.rule : PAC_NO_RULE);
  }
  return status_;
}

pac_error Ruling::decide() noexcept {
  if (const pac_error error = enter()) return error;
  if (decision_.policy == HitPolicy::result) return result_outcome();
  if (const pac_error error = test_rules()) return error;
  if (decision_.policy == HitPolicy::unique_with_exceptions) apply_overrides();
  if (decision_.policy == HitPolicy::unique) {
    if (const pac_error error = refuse_overlap()) return error;
  }
  rule_ = PAC_NO_RULE;
  if (hit_count_ == 0 && !decision_.has_otherwise && !collects()) {
    if (!decision_.partial) return PAC_E_GAP;
    status_ = PAC_NO_MATCH;
    return PAC_E_NONE;
  }
  if (const pac_error error = collect_contributions()) return error;
  return choose();
}

// ---- Phase 1: entering
// ----------------------------------------------------------------------------------

pac_error Ruling::enter() noexcept {
  for (const uint32_t slot : plan_.required_slots) {
    if (!program_.values.load_field(decision_.input, slot, activation_.input()).present) {
      return PAC_E_FEATURE;
    }
  }
  return PAC_E_NONE;
}

pac_error Ruling::result_outcome() noexcept {
  Value* const fields = memory_.take_array<Value>(decision_.result.size());
  if (fields == nullptr) return PAC_E_LIMIT;
  for (size_t i = 0; i < decision_.result.size(); ++i) {
    if (const pac_error error = activation_.evaluate(decision_.result[i], fields[i])) return error;
  }
  return activation_.store_record(decision_.output, fields, output_);
}

// ---- Phase 2: conditions
// --------------------------------------------------------------------------------

pac_error Ruling::test_rules() noexcept {
  // Not initialised: a rule's state is when the rule is tested.
  const size_t count = decision_.rules.size();
  states_ =
      reinterpret_cast<RuleState*>(memory_.take(count * sizeof(RuleState), alignof(RuleState)));
  hits_ = reinterpret_cast<uint32_t*>(memory_.take(count * sizeof(uint32_t), alignof(uint32_t)));
  if (states_ == nullptr || hits_ == nullptr) return PAC_E_LIMIT;
  if (plan_.match != nullptr && activation_.observer() == nullptr) {
    if (const pac_error error = test_candidates(*plan_.match)) return error;
  } else {
    for (size_t i = 0; i < plan_.order.size(); ++i) {
      const uint32_t rule = plan_.order[i];
      if (decision_.policy == HitPolicy::first && hit_count_ > 0) break;
      if (decision_.policy == HitPolicy::by_priority && hit_count_ > 0 &&
          decision_.rules[rule].priority != decision_.rules[plan_.order[i - 1]].priority) {
        break;
      }
      rule_ = rule;
      if (const pac_error error = test_rule(rule)) return error;
      note_hits(rule);
    }
  }
  std::sort(hits_, hits_ + hit_rules_);
  return PAC_E_NONE;
}

void Ruling::note_hits(uint32_t rule) noexcept {
  if (states_[rule].hit_count == 0) return;
  hit_count_ += states_[rule].hit_count;
  hits_[hit_rules_++] = rule;
}

bool Ruling::is_effective(const ir::Rule& rule) const noexcept {
  if (!rule.has_effective) return true;
  const Value as_of =
      program_.values.load_field(decision_.input, decision_.as_of_slot, activation_.input());
  return rule.effective_from <= as_of.number && as_of.number <= rule.effective_to;
}

pac_error Ruling::test_rule(uint32_t rule_index) noexcept {
  const ir::Rule& rule = decision_.rules[rule_index];
  RuleState& state = *::new (states_ + rule_index) RuleState();
  if (!is_effective(rule)) {
    if (Observer* observer = activation_.observer())
      observer->on_not_effective(activation_, rule_index);
    return PAC_E_NONE;
  }
  bool hit = false;
  if (rule.each_list == ExprId::none) {
    if (const pac_error error = test_conditions(rule_index, kNone, &hit)) return error;
    state.hit_count = hit ? 1 : 0;
    return PAC_E_NONE;
  }
  Value list;
  if (const pac_error error = activation_.evaluate(rule.each_list, list)) return error;
  state.items = list.list;
  state.item_hits = memory_.take_array<uint8_t>(list.list.count);
  if (state.item_hits == nullptr) return PAC_E_LIMIT;
  const ir::TypeId element = program_.rules.type_of(rule.each_list).element;
  for (uint32_t item = 0; item < state.items.count; ++item) {
    activation_.bind(rule.each_var, program_.values.load_item(element, state.items, item));
    if (const pac_error error = test_conditions(rule_index, item, &hit)) return error;
    state.item_hits[item] = hit ? 1 : 0;
    state.hit_count += hit ? 1 : 0;
  }
  if (state.items.count == 0) {
    if (Observer* observer = activation_.observer())
      observer->on_rule(activation_, rule_index, kNone, false);
  }
  return PAC_E_NONE;
}

pac_error Ruling::test_conditions(uint32_t rule_index, uint32_t item, bool* hit) noexcept {
  const std::vector<ExprId>& conditions = decision_.rules[rule_index].conditions;
  Observer* const observer = activation_.observer();
  *hit = true;
  for (uint32_t i = 0; i < conditions.size() && *hit; ++i) {
    Value holds;
    const pac_error error = activation_.evaluate(conditions[i], holds);
    *hit = error == PAC_E_NONE && holds.is_true();
    if (observer != nullptr) observer->on_condition(activation_, rule_index, item, i, error, *hit);
    if (error != PAC_E_NONE) return error;
  }
  if (observer != nullptr) observer->on_rule(activation_, rule_index, item, *hit);
  return PAC_E_NONE;
}

// ---- Phase 3: overrides and overlap
// ---------------------------------------------------------------------

void Ruling::apply_overrides() noexcept {
  for (uint32_t i = 0; i < hit_rules_; ++i) {
    for (const uint32_t target : plan_.reach[hits_[i]]) {
      if (!std::binary_search(hits_, hits_ + hit_rules_, target)) continue;
      RuleState& state = states_[target];
      if (state.removed) continue;
      state.removed = true;
      if (Observer* observer = activation_.observer())
        observer->on_removed(activation_, target, hits_[i]);
    }
  }
}

pac_error Ruling::refuse_overlap() noexcept {
  if (hit_count_ < 2) return PAC_E_NONE;
  PAC_CHECK(hit_rules_ >= 2, "two hits under `unique` are two rules");
  rule_ = hits_[0];
  other_ = hits_[1];
  return PAC_E_OVERLAP;
}

pac_status rule_on(Activation& activation, void* output, pac_result* result) noexcept {
  return Ruling(activation, output, result).run();
}

}  // namespace pac::interp
