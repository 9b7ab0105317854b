// Phases 4 and 5: outcomes and duties; agreement, ranking, folding.
#include <algorithm>
#include <cstring>

#include "runtime/interp/ruling_phases.h"

namespace pac::interp {

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
  for (uint32_t i = 0; i < hit_rules_; ++i) {
    const uint32_t rule = hits_[i];
    const RuleState& state = states_[rule];
    if (state.removed) continue;
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

}  // namespace pac::interp
