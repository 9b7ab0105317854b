// The body of a decision: hit policy, rules, outcomes, duties.
#include <algorithm>

#include "runtime/base/date.h"
#include "runtime/ir/print.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

namespace {

bool is_collect(HitPolicy policy) {
  return policy == HitPolicy::collect_list || policy == HitPolicy::collect_folds;
}

bool has_effect_only(HitPolicy policy) {
  return policy == HitPolicy::deny_overrides || policy == HitPolicy::permit_overrides;
}

}  // namespace

bool Verifier::check_result_type(const Decision& decision) {
  const Type& type = rs_.type(decision.result_type);
  if (decision.policy == HitPolicy::collect_folds) {
    return is_type(decision.result_type, TypeKind::record) ||
           fail_in_decision("PAC4109", "its result is no record");
  }
  Type outcome{TypeKind::record, false, 0, index(decision.output), TypeId::none};
  if (decision.policy == HitPolicy::collect_list) {
    const bool is_right =
        is_type(decision.result_type, TypeKind::list) && rs_.type(type.element) == outcome;
    return is_right || fail_in_decision("PAC4109", "its result is no list of its output record");
  }
  if (type != outcome) return fail_in_decision("PAC4109", "its result is not its output record");
  const std::vector<Field>& fields = rs_.record(decision.output).fields;
  if (has_effect_only(decision.policy) &&
      (fields.size() != 1 || !is_type(fields[0].type, TypeKind::effect))) {
    return fail_in_decision("PAC4109", "its output is not one effect");
  }
  return true;
}

bool Verifier::check_body(const Decision& decision) {
  if (!check_policy(decision)) return false;
  if (decision.policy == HitPolicy::result) {
    if (!decision.rules.empty() || decision.has_otherwise) {
      return fail_in_decision("PAC4110", "a decision with a result has no rules");
    }
    return check_outcome(decision, decision.result);
  }
  if (!decision.result.empty()) {
    return fail_in_decision("PAC4110", "a decision with rules has no result of its own");
  }
  for (const Rule& rule : decision.rules) {
    if (!check_rule(decision, rule, false)) return false;
  }
  if (decision.has_otherwise && !check_rule(decision, decision.otherwise, true)) return false;
  if (!decision.has_otherwise && decision.otherwise != Rule{}) {
    return fail_in_decision("PAC4110", "`otherwise` is present and not in force");
  }
  rule_ = nullptr;
  return check_overrides(decision);
}

bool Verifier::check_rule(const Decision& decision, const Rule& rule, bool is_otherwise) {
  rule_ = &rule;
  if (is_otherwise &&
      (rule.name != "otherwise" || rule.priority != 0 || !rule.conditions.empty() ||
       !rule.overrides.empty() || rule.has_effective || rule.each_list != ExprId::none)) {
    return fail_in_decision("PAC4110", "`otherwise` has nothing but an outcome and duties");
  }
  if (rule.has_effective) {
    if (decision.as_of_slot == kNone) {
      return fail_in_decision("PAC4110", "it is bounded in time and the decision has no `as_of`");
    }
    if (!is_valid_date(rule.effective_from) || !is_valid_date(rule.effective_to) ||
        rule.effective_from > rule.effective_to) {
      return fail_in_decision("PAC4110", "its dates are out of range or in the wrong order");
    }
  } else if (rule.effective_from != 0 || rule.effective_to != 0) {
    return fail_in_decision("PAC4110", "its dates are present and not in force");
  }
  if (!check_each(decision, rule)) return false;
  for (const ExprId condition : rule.conditions) {
    if (index(condition) < rs_.exprs.size() && !is_plain(index(condition), TypeKind::boolean)) {
      return fail_in_decision("PAC4103", "a condition is no bool");
    }
    const TypeId type =
        index(condition) < rs_.exprs.size() ? type_id(index(condition)) : TypeId::none;
    if (!check_root(decision, condition, type, "a condition")) return false;
  }
  if (!check_outcome(decision, rule.outcome) || !check_duties(decision, rule)) return false;
  if (side_ != nullptr) {
    const DecisionSide& side = side_->decisions[decision_id_];
    const size_t place = static_cast<size_t>(&rule - decision.rules.data());
    if (!check_explanations(decision, is_otherwise ? side.otherwise : side.rules[place]))
      return false;
  }
  bool owns = true;
  for_each_root(rule, [&](ExprId root) {
    owns = owns && own_slots(decision, facts_[index(root)].bound, kOwnedByRules);
  });
  return owns;
}

bool Verifier::check_each(const Decision& decision, const Rule& rule) {
  if (rule.each_list == ExprId::none) {
    return rule.each_var == kNone || fail_in_decision("PAC4113", "a variable without a `for each`");
  }
  if (!is_collect(decision.policy)) {
    return fail_in_decision("PAC4110", "`for each` under a hit policy that does not collect");
  }
  if (index(rule.each_list) >= rs_.exprs.size()) {
    return fail_in_decision("PAC4102", "the list of `for each` does not exist");
  }
  if (!is_plain_list(index(rule.each_list))) {
    return fail_in_decision("PAC4103", "`for each` does not go over a list");
  }
  if (rule.each_var >= decision.var_count) {
    return fail_in_decision("PAC4113", "the variable of `for each` does not exist");
  }
  const uint32_t own = slots_.intern({SlotSets::element(rule.each_var, 0)});
  return own_slots(decision, own, kOwnedByRules) &&
         check_root(decision, rule.each_list, type_id(index(rule.each_list)),
                    "the list of `for each`");
}

bool Verifier::check_duties(const Decision& decision, const Rule& rule) {
  for (const DutyUse& use : rule.duties) {
    if (index(use.duty) >= rs_.duties.size()) {
      return fail_in_decision("PAC4102", "a duty that does not exist is used");
    }
    const std::vector<Field>& fields = rs_.record(rs_.duties[index(use.duty)].arguments).fields;
    if (use.arguments.size() != fields.size()) {
      return fail_in_decision("PAC4110", "there is not one argument per field of a duty");
    }
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!check_root(decision, use.arguments[i], fields[i].type, "a duty's argument"))
        return false;
    }
  }
  return true;
}

bool Verifier::check_outcome(const Decision& decision, const std::vector<ExprId>& outcome) {
  const std::vector<Field>& fields = rs_.record(decision.output).fields;
  if (outcome.size() != fields.size()) {
    return fail_in_decision("PAC4110", "there is not one outcome per output");
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!check_root(decision, outcome[i], fields[i].type, "an outcome")) return false;
    if (!own_slots(decision, facts_[index(outcome[i])].bound, kOwnedByRules)) return false;
  }
  return true;
}

bool Verifier::check_policy(const Decision& decision) {
  const bool must_rank =
      decision.policy == HitPolicy::by_outcome || decision.policy == HitPolicy::by_highest;
  if (must_rank && decision.ranking.empty())
    return fail_in_decision("PAC4110", "nothing ranks the outcomes");
  if (!must_rank && decision.policy != HitPolicy::collect_list && !decision.ranking.empty()) {
    return fail_in_decision("PAC4110", "a ranking under a hit policy that has none");
  }
  const bool has_folds = decision.policy == HitPolicy::collect_folds;
  if (!has_folds && !decision.folds.empty()) {
    return fail_in_decision("PAC4110", "folds under a hit policy that has none");
  }
  return check_ranking(decision) && (!has_folds || check_folds(decision));
}

bool Verifier::check_ranking(const Decision& decision) {
  const std::vector<Field>& fields = rs_.record(decision.output).fields;
  for (const RankedColumn& ranked : decision.ranking) {
    if (ranked.column >= fields.size()) {
      return fail_in_decision("PAC4102", "a ranked column does not exist");
    }
    const Field& field = fields[ranked.column];
    if (ranked.highest) {
      if (has_order(field.type) && ranked.values.empty()) continue;
      return fail_in_decision("PAC4110",
                              "`" + field.name + "` can't be ranked by its highest value");
    }
    if (ranked.values.empty()) return fail_in_decision("PAC4110", "a ranking without values");
    std::vector<ConstantId> distinct = ranked.values;
    std::ranges::sort(distinct);
    if (std::ranges::adjacent_find(distinct) != distinct.end()) {
      return fail_in_decision("PAC4110", "a ranking names a value twice");
    }
    for (const ConstantId value : ranked.values) {
      if (index(value) >= rs_.constants.size()) {
        return fail_in_decision("PAC4102", "a ranked value does not exist");
      }
      if (!is_scalar(field.type) || rs_.constant(value).type != field.type) {
        return fail_in_decision("PAC4103",
                                "a ranked value is not of the type of `" + field.name + "`");
      }
    }
  }
  return true;
}

bool Verifier::check_folds(const Decision& decision) {
  const std::vector<Field>& columns = rs_.record(decision.output).fields;
  const std::vector<Field>& results = rs_.records[rs_.type(decision.result_type).ref].fields;
  if (decision.folds.size() != results.size()) {
    return fail_in_decision("PAC4110", "there is not one fold per field of the result");
  }
  for (size_t i = 0; i < results.size(); ++i) {
    const Fold& fold = decision.folds[i];
    if (static_cast<uint32_t>(fold.kind) >= kFoldKindCount) {
      return fail_in_decision("PAC4110", "unknown kind of fold");
    }
    const bool has_column = fold.kind != FoldKind::count && fold.kind != FoldKind::rule_list;
    if (has_column ? fold.column >= columns.size() : fold.column != kNone) {
      return fail_in_decision("PAC4102", "the column of a fold does not exist");
    }
    const TypeId result = results[i].type;
    const TypeId column = has_column ? columns[fold.column].type : TypeId::none;
    bool is_right = false;
    switch (fold.kind) {
      case FoldKind::sum:
        is_right = result == column &&
                   (is_type(column, TypeKind::integer) || is_type(column, TypeKind::decimal) ||
                    is_type(column, TypeKind::duration));
        break;
      case FoldKind::count:
        is_right = is_type(result, TypeKind::integer);
        break;
      case FoldKind::min:
      case FoldKind::max:
        is_right = has_order(column) && is_optional_of(result, column);
        break;
      case FoldKind::rule_list:
        is_right =
            is_type(result, TypeKind::list) && is_type(rs_.type(result).element, TypeKind::string);
        break;
    }
    if (!is_right) {
      return fail_in_decision("PAC4103", "`" + results[i].name + "` does not have its fold's type");
    }
  }
  return true;
}

bool Verifier::check_overrides(const Decision& decision) {
  const size_t count = decision.rules.size();
  std::vector<uint32_t> overriders_left(count, 0);
  for (const Rule& rule : decision.rules) {
    if (!rule.overrides.empty() && decision.policy != HitPolicy::unique_with_exceptions) {
      return fail_in_decision("PAC4110", "overrides under a hit policy that has none");
    }
    std::vector<uint32_t> distinct = rule.overrides;
    std::ranges::sort(distinct);
    if (std::ranges::adjacent_find(distinct) != distinct.end()) {
      return fail_in_decision("PAC4110", "a rule overrides another twice");
    }
    for (const uint32_t target : rule.overrides) {
      if (target >= count)
        return fail_in_decision("PAC4102", "a rule that does not exist is overridden");
      ++overriders_left[target];
    }
  }
  // Overriders before what they override; reversed, each rule's reach is complete when it is used.
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < count; ++i) {
    if (overriders_left[i] == 0) order.push_back(i);
  }
  for (size_t next = 0; next < order.size(); ++next) {
    for (const uint32_t target : decision.rules[order[next]].overrides) {
      if (--overriders_left[target] == 0) order.push_back(target);
    }
  }
  if (order.size() != count)
    return fail_in_decision("PAC4110", "rules override each other in a circle");

  std::vector<std::vector<uint32_t>> reach(count);
  size_t pair_count = 0;
  for (auto rule = order.rbegin(); rule != order.rend(); ++rule) {
    std::vector<uint32_t>& all = reach[*rule];
    const auto drop_repeats = [&] {
      std::ranges::sort(all);
      all.erase(std::unique(all.begin(), all.end()), all.end());
    };
    for (const uint32_t target : decision.rules[*rule].overrides) {
      all.push_back(target);
      all.insert(all.end(), reach[target].begin(), reach[target].end());
      if (all.size() <= 2 * limits_.override_pairs) continue;
      drop_repeats();
      if (all.size() > limits_.override_pairs) break;
    }
    drop_repeats();
    pair_count += all.size();
    if (pair_count > limits_.override_pairs) {
      return fail_in_decision("PAC4101", "overrides reach more than " +
                                             std::to_string(limits_.override_pairs) +
                                             " pairs of rules");
    }
  }
  return true;
}

}  // namespace pac::ir
