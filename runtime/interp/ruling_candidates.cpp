// Phase 2 by a plan: the rules whose tests hold come from the kernel, in the order in which rules
// are tried, and only what their rows leave is evaluated.
#include <new>

#include "runtime/interp/ruling_phases.h"
#include "runtime/match/keys.h"

namespace pac::interp {

pac_error Ruling::test_candidates(const match::Plan& plan) noexcept {
  match::Keys keys;
  if (const pac_error error = read_keys(plan, &keys)) return error;
  match::Search search(plan, keys, program_.path);
  for (uint32_t found = search.next(); found != kNone; found = search.next()) {
    const match::Row& row = plan.table.rows[found];
    if (decision_.policy == HitPolicy::first && hit_count_ > 0) break;
    if (decision_.policy == HitPolicy::by_priority && hit_count_ > 0 &&
        decision_.rules[row.rule].priority != decision_.rules[hits_[hit_rules_ - 1]].priority) {
      break;
    }
    rule_ = row.rule;
    if (const pac_error error = row.has_each ? test_rule(row.rule) : test_rest(row)) return error;
    note_hits(row.rule);
  }
  return PAC_E_NONE;
}

// What a column reads can't fail, so no error is found sooner here than rule by rule.
pac_error Ruling::read_keys(const match::Plan& plan, match::Keys* keys) noexcept {
  const std::vector<match::Column>& columns = plan.table.columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    const match::Column& column = columns[i];
    Value value;
    if (column.slot != kNone) {
      value = program_.values.load_field(decision_.input, column.slot, activation_.input());
    } else if (const pac_error error = activation_.evaluate(column.expr, value)) {
      return error;
    }
    if (!value.present) {
      keys->missing |= uint64_t{1} << i;
    } else if (column.key == match::KeyKind::text) {
      keys->key[i] = match::key_of_text(value.view());
    } else if (column.key == match::KeyKind::text_id) {
      keys->key[i] = match::key_of_text(value.view(), column.texts);
    } else if (column.key == match::KeyKind::ending) {
      keys->key[i] = match::key_of_ending(value.view(), column.texts, column.lengths);
    } else {
      keys->key[i] = match::key_of(value.number);
    }
  }
  return PAC_E_NONE;
}

pac_error Ruling::test_rest(const match::Row& row) noexcept {
  RuleState& state = *::new (states_ + row.rule) RuleState();
  for (const ir::ExprId condition : row.rest) {
    Value holds;
    if (const pac_error error = activation_.evaluate(condition, holds)) return error;
    if (!holds.is_true()) return PAC_E_NONE;
  }
  state.hit_count = 1;
  return PAC_E_NONE;
}

}  // namespace pac::interp
