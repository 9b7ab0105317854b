#include "runtime/interp/ruling.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/interp/table_bytes.h"

namespace pac::interp {

using ir::ExprId;
using ir::FoldKind;
using ir::HitPolicy;
using ir::kNone;

namespace {

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

  static_assert(sizeof(RuleState) <= kRuleBytes && sizeof(Contribution) <= kContributionBytes);

  pac_error decide() noexcept;
  pac_error enter() noexcept;
  pac_error result_outcome() noexcept;

  pac_error test_rules() noexcept;
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
  RuleState* states_ = nullptr;  // by rule
  uint32_t hit_count_ = 0;       // over all rules and items
  Contribution* contributions_ = nullptr;
  uint32_t contribution_count_ = 0;
  pac_duty* duties_ = nullptr;
  uint32_t duty_count_ = 0;
};

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
  states_ = memory_.take_array<RuleState>(decision_.rules.size());
  if (states_ == nullptr) return PAC_E_LIMIT;
  for (size_t i = 0; i < plan_.order.size(); ++i) {
    const uint32_t rule = plan_.order[i];
    if (decision_.policy == HitPolicy::first && hit_count_ > 0) break;
    if (decision_.policy == HitPolicy::by_priority && hit_count_ > 0 &&
        decision_.rules[rule].priority != decision_.rules[plan_.order[i - 1]].priority) {
      break;
    }
    rule_ = rule;
    if (const pac_error error = test_rule(rule)) return error;
    hit_count_ += states_[rule].hit_count;
  }
  return PAC_E_NONE;
}

bool Ruling::is_effective(const ir::Rule& rule) const noexcept {
  if (!rule.has_effective) return true;
  const Value as_of =
      program_.values.load_field(decision_.input, decision_.as_of_slot, activation_.input());
  return rule.effective_from <= as_of.number && as_of.number <= rule.effective_to;
}

pac_error Ruling::test_rule(uint32_t rule_index) noexcept {
  const ir::Rule& rule = decision_.rules[rule_index];
  RuleState& state = states_[rule_index];
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
  for (uint32_t rule = 0; rule < decision_.rules.size(); ++rule) {
    if (states_[rule].hit_count == 0) continue;
    for (const uint32_t target : plan_.reach[rule]) {
      RuleState& state = states_[target];
      if (state.hit_count == 0 || state.removed) continue;
      state.removed = true;
      if (Observer* observer = activation_.observer())
        observer->on_removed(activation_, target, rule);
    }
  }
}

pac_error Ruling::refuse_overlap() noexcept {
  if (hit_count_ < 2) return PAC_E_NONE;
  rule_ = PAC_NO_RULE;
  for (uint32_t rule = 0; rule < decision_.rules.size(); ++rule) {
    if (states_[rule].hit_count == 0) continue;
    if (rule_ != PAC_NO_RULE) {
      other_ = rule;
      return PAC_E_OVERLAP;
    }
    rule_ = rule;
  }
  PAC_CHECK(false, "two hits under `unique` are two rules");
}

// ---- Phase 4: outcomes and duties
// -----------------------------------------------------------------------

// The outcomes lie one after the other, as the list that `collect list` hands out.
pac_error Ruling::collect_contributions() noexcept {
  const bool stays = decision_.policy == HitPolicy::collect_list;
  const bool otherwise = hit_count_ == 0 && decision_.has_otherwise;
  const uint32_t room = otherwise ? 1 : hit_count_;
  const size_t bytes = size_t{room} * record_.size;
  contributions_ = memory_.take_array<Contribution>(room);
  duties_ = memory_.take_array<pac_duty>(plan_.duty_count);
  char* place = stays ? take_front(activation_.scratch(), bytes, record_.align)
                      : memory_.take(bytes, record_.align);
  if (contributions_ == nullptr || duties_ == nullptr || place == nullptr) return PAC_E_LIMIT;
  const auto rule_count = static_cast<uint32_t>(decision_.rules.size());
  if (otherwise) return contribute(rule_count, kNone, place);
  for (uint32_t rule = 0; rule < rule_count; ++rule) {
    const RuleState& state = states_[rule];
    if (state.hit_count == 0 || state.removed) continue;
    if (state.item_hits == nullptr) {
      if (const pac_error error = contribute(rule, kNone, place)) return error;
      place += record_.size;
      continue;
    }
    const ir::Rule& each = decision_.rules[rule];
    const ir::TypeId element = program_.rules.type_of(each.each_list).element;
    for (uint32_t item = 0; item < state.items.count; ++item) {
      if (state.item_hits[item] == 0) continue;
      activation_.bind(each.each_var, program_.values.load_item(element, state.items, item));
      if (const pac_error error = contribute(rule, item, place)) return error;
      place += record_.size;
    }
  }
  rule_ = PAC_NO_RULE;
  return PAC_E_NONE;
}

pac_error Ruling::contribute(uint32_t rule_index, uint32_t item, char* place) noexcept {
  rule_ = rule_index;
  const ir::Rule& rule = rule_at(rule_index);
  Temporary temporary(activation_.scratch());
  Value* const fields = temporary.take_array<Value>(rule.outcome.size());
  if (fields == nullptr) return PAC_E_LIMIT;
  for (size_t i = 0; i < rule.outcome.size(); ++i) {
    if (const pac_error error = activation_.evaluate(rule.outcome[i], fields[i])) return error;
  }
  if (const pac_error error = activation_.store_record(decision_.output, fields, place))
    return error;
  Contribution& contribution = contributions_[contribution_count_];
  contribution = {rule_index, item, place, duty_count_, 0};
  if (const pac_error error = duties(rule, rule_index, &contribution.duty_count)) return error;
  ++contribution_count_;
  if (Observer* observer = activation_.observer()) {
    observer->on_outcome(activation_, rule_index, item, place);
  }
  return PAC_E_NONE;
}

pac_error Ruling::duties(const ir::Rule& rule, uint32_t rule_index, uint32_t* count) noexcept {
  for (const ir::DutyUse& use : rule.duties) {
    Temporary temporary(activation_.scratch());
    const ir::RecordId record = program_.rules.duties[index(use.duty)].arguments;
    const ir::RecordLayout& layout = program_.layout.record(record);
    Value* const arguments = temporary.take_array<Value>(use.arguments.size());
    char* const place = take_front(activation_.scratch(), layout.size, layout.align);
    // The room is for each use once: rules with duties under `for each` are not verified.
    if (arguments == nullptr || place == nullptr || duty_count_ == plan_.duty_count)
      return PAC_E_LIMIT;
    for (size_t i = 0; i < use.arguments.size(); ++i) {
      if (const pac_error error = activation_.evaluate(use.arguments[i], arguments[i]))
        return error;
    }
    if (const pac_error error = activation_.store_record(record, arguments, place)) return error;
    duties_[duty_count_++] = {index(use.duty), rule_index, place};
    ++*count;
  }
  return PAC_E_NONE;
}

// ---- Phase 5: agreement, ranking, folding
// ---------------------------------------------------------------

pac_error Ruling::choose() noexcept {
  switch (decision_.policy) {
    case HitPolicy::unique_with_exceptions:
    case HitPolicy::any:
    case HitPolicy::by_priority:
      if (const pac_error error = require_agreement()) return error;
      break;
    case HitPolicy::by_outcome:
    case HitPolicy::by_highest: {
      if (const pac_error error = check_ranks()) return error;
      uint32_t best = 0;
      for (uint32_t i = 1; i < contribution_count_; ++i) {
        if (compare_ranks(contributions_[i], contributions_[best]) < 0) best = i;
      }
      output_chosen(best);
      return PAC_E_NONE;
    }
    case HitPolicy::collect_list:
      return output_list();
    case HitPolicy::collect_folds:
      return output_folds();
    case HitPolicy::deny_overrides:
    case HitPolicy::permit_overrides:
      output_effect();
      return PAC_E_NONE;
    default:
      break;  // first, unique: there is one
  }
  output_chosen(0);
  return PAC_E_NONE;
}

pac_error Ruling::require_agreement() noexcept {
  for (uint32_t i = 1; i < contribution_count_; ++i) {
    if (program_.values.compare_records(decision_.output, contributions_[0].outcome,
                                        contributions_[i].outcome) != 0) {
      rule_ = contributions_[0].rule;
      other_ = contributions_[i].rule;
      return PAC_E_OVERLAP;
    }
  }
  return PAC_E_NONE;
}

// Position in the list, best first; kNone where the list does not name the value.
uint32_t Ruling::rank(const ir::RankedColumn& column, const Value& value) const noexcept {
  const ir::TypeId type = program_.rules.record(decision_.output).fields[column.column].type;
  for (uint32_t i = 0; i < column.values.size(); ++i) {
    const ir::TypeId constant_type = program_.rules.constant(column.values[i]).type;
    const Value& named = program_.constants[index(column.values[i])];
    if (program_.values.compare(type, value, constant_type, named) == 0) return i;
  }
  return kNone;
}

pac_error Ruling::check_ranks() noexcept {
  for (uint32_t i = 0; i < contribution_count_; ++i) {
    for (const ir::RankedColumn& ranked : decision_.ranking) {
      if (ranked.highest || rank(ranked, column(contributions_[i], ranked.column)) != kNone)
        continue;
      rule_ = contributions_[i].rule;
      return PAC_E_DOMAIN;
    }
  }
  return PAC_E_NONE;
}

// Negative where a is better than b.
int Ruling::compare_ranks(const Contribution& a, const Contribution& b) const noexcept {
  for (const ir::RankedColumn& ranked : decision_.ranking) {
    const Value x = column(a, ranked.column);
    const Value y = column(b, ranked.column);
    const ir::TypeId type = program_.rules.record(decision_.output).fields[ranked.column].type;
    const auto x_rank = int64_t{ranked.highest ? 0 : rank(ranked, x)};
    const auto y_rank = int64_t{ranked.highest ? 0 : rank(ranked, y)};
    const int order = ranked.highest ? program_.values.compare(type, y, x)
                                     : (x_rank < y_rank ? -1 : (x_rank > y_rank ? 1 : 0));
    if (order != 0) return order;
  }
  return 0;
}

void Ruling::output_chosen(uint32_t contribution) noexcept {
  std::memcpy(output_, contributions_[contribution].outcome, record_.size);
  fire(contribution);
}

// Every survivor with the winning effect fires; the first of them is the outcome.
void Ruling::output_effect() noexcept {
  const Int128 winner = decision_.policy == HitPolicy::deny_overrides ? 1 : 0;
  const auto has = [&](Int128 effect, uint32_t i) {
    return column(contributions_[i], plan_.effect_column).number == effect;
  };
  bool won = false;
  for (uint32_t i = 0; i < contribution_count_; ++i) won = won || has(winner, i);
  const Int128 effect = won ? winner : 1 - winner;
  bool chosen = false;
  for (uint32_t i = 0; i < contribution_count_; ++i) {
    if (!has(effect, i)) continue;
    if (!chosen) std::memcpy(output_, contributions_[i].outcome, record_.size);
    chosen = true;
    fire(i);
  }
}

pac_error Ruling::output_list() noexcept {
  for (uint32_t i = 0; i < contribution_count_; ++i) fire(i);
  const char* data = contribution_count_ == 0 ? nullptr : contributions_[0].outcome;
  if (!decision_.ranking.empty() && contribution_count_ > 0) {
    if (const pac_error error = check_ranks()) return error;
    char* const sorted = take_front(activation_.scratch(),
                                    size_t{contribution_count_} * record_.size, record_.align);
    if (sorted == nullptr) return PAC_E_LIMIT;
    // Outcomes lie in source order, so their places settle ties: the sort is stable.
    std::sort(contributions_, contributions_ + contribution_count_,
              [&](const Contribution& a, const Contribution& b) {
                const int order = compare_ranks(a, b);
                return order != 0 ? order < 0 : a.outcome < b.outcome;
              });
    for (uint32_t i = 0; i < contribution_count_; ++i) {
      std::memcpy(sorted + size_t{i} * record_.size, contributions_[i].outcome, record_.size);
    }
    data = sorted;
  }
  const pac_list list{data, contribution_count_, 0};
  std::memcpy(output_, &list, sizeof list);
  return PAC_E_NONE;
}

pac_error Ruling::output_folds() noexcept {
  for (uint32_t i = 0; i < contribution_count_; ++i) fire(i);
  const auto record = static_cast<ir::RecordId>(program_.rules.type(decision_.result_type).ref);
  const auto& fields = program_.rules.record(record).fields;
  std::memset(output_, 0, program_.layout.record(record).size);
  for (uint32_t i = 0; i < decision_.folds.size(); ++i) {
    Value value;
    if (const pac_error error = fold(decision_.folds[i], fields[i].type, value)) return error;
    program_.values.store_field(record, i, value, output_);
  }
  return PAC_E_NONE;
}

pac_error Ruling::fold(const ir::Fold& fold, ir::TypeId type_id, Value& out) noexcept {
  const ir::Type& type = program_.rules.type(type_id);
  if (fold.kind == FoldKind::count) {
    out = Value::of(Int128{contribution_count_});
    return PAC_E_NONE;
  }
  if (fold.kind == FoldKind::rule_list) {
    char* const data = take_front(
        activation_.scratch(), size_t{contribution_count_} * sizeof(pac_text), alignof(pac_text));
    if (data == nullptr) return PAC_E_LIMIT;
    for (uint32_t i = 0; i < contribution_count_; ++i) {
      const Value name = Value::of(text_of(rule_at(contributions_[i].rule).name));
      program_.values.store_item(type.element, name, data, i);
    }
    out = Value::of(pac_list{data, contribution_count_, 0});
    return PAC_E_NONE;
  }
  out = fold.kind == FoldKind::sum ? Value::of(Int128{0}) : Value::missing();
  for (uint32_t i = 0; i < contribution_count_; ++i) {
    const Value value = column(contributions_[i], fold.column);
    if (!value.present) continue;
    if (fold.kind == FoldKind::sum) {
      if (const pac_error error = add_checked(type, out.number, value.number, &out.number))
        return error;
      continue;
    }
    const int order = out.present ? program_.values.compare(type_id, value, out) : 0;
    if (!out.present || (fold.kind == FoldKind::min ? order < 0 : order > 0)) out = value;
  }
  return PAC_E_NONE;
}

// Contributions fire in source order; those of one rule stand together and count once.
void Ruling::fire(uint32_t index) noexcept {
  if (result_ == nullptr) return;
  const Contribution& contribution = contributions_[index];
  const uint32_t count = result_->fired_count;
  if (count == 0 || result_->fired[count - 1] != contribution.rule) {
    result_->fired[result_->fired_count++] = contribution.rule;
  }
  for (uint32_t i = 0; i < contribution.duty_count; ++i) {
    result_->duties[result_->duty_count++] = duties_[contribution.first_duty + i];
  }
}

}  // namespace

pac_status rule_on(Activation& activation, void* output, pac_result* result) noexcept {
  return Ruling(activation, output, result).run();
}

}  // namespace pac::interp
