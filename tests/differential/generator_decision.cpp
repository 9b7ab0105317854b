// Generator: decisions: slots, lets, features, hit policies, rules.
#include <algorithm>

#include "runtime/base/date.h"
#include "tests/differential/generator.h"

namespace pac::differential {

using ir::DomainId;
using ir::ExprId;
using ir::HitPolicy;
using ir::kNone;
using ir::Op;
using ir::SlotRole;
using ir::TypeId;
using ir::TypeKind;

ir::RuleSet Generator::generate(uint32_t decision_count) {
  declare();
  for (uint32_t i = 0; i < decision_count; ++i) add_decision(i);
  return std::move(b_.rule_set);
}

void Generator::add_decision(uint32_t number) {
  const std::string name = "d" + std::to_string(number);
  const ir::RecordId input = b_.record(name + ".in", {});
  const ir::RecordId output =
      random_record(name + ".out", static_cast<uint32_t>(random_.between(1, 3)), false, 20, 1);
  ir::Decision& decision = b_.decision(name, input, output);
  scope_ = Scope{&decision, 0, false, {}, {}};
  chain_ = 0;
  sure_chain_ = 0;
  separating_slot_ = kNone;
  last_outcome_.clear();
  showcases_.clear();
  shown_.clear();
  constant_outcomes_ = random_.percent(45);
  agreeing_ = random_.percent(45);
  separated_ = random_.percent(60);
  by_columns_ = random_.percent(15);

  if (by_columns_) held_ = held_record(name + ".held");
  add_slots(decision, b_.rule_set.records[index(input)]);
  add_features();
  if (random_.percent(15)) {
    scope_.inputs_only = true;
    decision.assumes.push_back(boolean(2));
    scope_.inputs_only = false;
    scope_.pool.clear();
  }
  add_lets();
  choose_policy(name);
  add_showcases();
  if (decision.policy == HitPolicy::result) {
    decision.result = outcome();
  } else {
    decision.partial = random_.percent(40);
    add_rules();
  }
  chains_.push_back(chain_);
  sure_chains_.push_back(sure_chain_);
}

void Generator::add_slots(ir::Decision& decision, ir::Record& input) {
  const auto add = [&](SlotRole role, TypeId type, DomainId domain) {
    input.fields.push_back(b_.field("i" + std::to_string(input.fields.size()), type, domain));
    decision.roles.push_back(role);
    return static_cast<uint32_t>(input.fields.size() - 1);
  };
  const auto add_any = [&](SlotRole role, bool optional) {
    TypeId type = random_type(2, !optional);
    const TypeKind kind = b_.rule_set.type(type).kind;
    const bool is_list = kind == TypeKind::list || kind == TypeKind::set;
    const DomainId domain =
        is_list || random_.percent(60) ? random_domain(type, true) : DomainId::none;
    add(role, optional ? b_.optional(type) : type, domain);
  };
  const int64_t inputs = random_.between(1, 5);
  for (int64_t i = 0; i < inputs; ++i) add_any(SlotRole::input, false);
  if (random_.percent(70)) {
    separating_slot_ = add(SlotRole::input, b_.int_type(), b_.between(0, 60));
  }
  if (by_columns_) add_column_slots(decision, input);
  if (random_.percent(50)) {
    decision.as_of_slot = add(SlotRole::context, b_.date_type(),
                              random_.percent(50) ? b_.between(19980, 20020) : DomainId::none);
  }
  if (random_.percent(30)) {
    decision.now_slot = add(SlotRole::context, b_.datetime_type(), DomainId::none);
    decision.zone = random_.pick(b_.rule_set.zones);
  }
  const int64_t features = random_.percent(30) ? random_.between(1, 2) : 0;
  for (int64_t i = 0; i < features; ++i) add_any(SlotRole::feature, true);
}

void Generator::add_features() {
  ir::Decision& decision = *scope_.decision;
  for (uint32_t slot = 0; slot < decision.roles.size(); ++slot) {
    if (decision.roles[slot] != SlotRole::feature) continue;
    scope_.inputs_only = true;
    ir::Feature feature;
    feature.slot = slot;
    feature.name = "store.f" + std::to_string(slot);
    feature.required = random_.percent(40);
    feature.key = leaf(b_.string_type());
    feature.max_age_us = random_.percent(50) ? -1 : 1000000;
    decision.features.push_back(feature);
    scope_.inputs_only = false;
  }
}

void Generator::add_lets() {
  ir::Decision& decision = *scope_.decision;
  const int64_t count = random_.between(0, 3);
  for (int64_t i = 0; i < count; ++i) {
    ExprId value = ExprId::none;
    std::vector<uint32_t> callees;
    for (uint32_t callee = 0; callee < chains_.size(); ++callee) {
      if (chains_[callee] < 3) callees.push_back(callee);
    }
    TypeId type = TypeId::none;
    if (!callees.empty() && random_.percent(35)) {
      uint32_t callee = random_.pick(callees);
      if (random_.percent(40)) {  // a long chain of calls
        for (const uint32_t other : callees)
          callee = chains_[other] > chains_[callee] ? other : callee;
      }
      value = call_decision(static_cast<ir::DecisionId>(callee), 2);
      type = b_.rule_set.expr(value).type;
    } else {
      type = random_.percent(15) ? b_.quotient_type(static_cast<int>(random_.between(-4, 6)))
                                 : random_type(1);
      value = expr(type, random_.percent(40) ? 3 : 2);
    }
    const DomainId domain = random_.percent(15) ? random_domain(type, false) : DomainId::none;
    decision.lets.push_back({type, domain, value});
    scope_.let_count = static_cast<uint32_t>(decision.lets.size());
    scope_.pool.clear();  // each let binds variables of its own
  }
}

void Generator::choose_policy(const std::string& name) {
  ir::Decision& decision = *scope_.decision;
  decision.policy = static_cast<HitPolicy>(random_.below(ir::kHitPolicyCount));
  switch (decision.policy) {
    case HitPolicy::deny_overrides:
    case HitPolicy::permit_overrides:
      b_.rule_set.records[index(decision.output)].fields = {b_.field("f0", b_.effect_type())};
      break;
    case HitPolicy::by_outcome:
    case HitPolicy::by_highest:
      add_ranking();
      break;
    case HitPolicy::collect_list:
      if (random_.percent(50)) add_ranking();
      decision.result_type = b_.list_type(b_.record_type(decision.output));
      break;
    case HitPolicy::collect_folds:
      add_folds(name);
      break;
    default:
      break;
  }
}

void Generator::add_ranking() {
  ir::Decision& decision = *scope_.decision;
  const int64_t count = random_.between(1, 2);
  for (int64_t i = 0; i < count; ++i) {
    const bool highest = decision.policy != HitPolicy::by_outcome && random_.percent(60);
    ir::RankedColumn ranked;
    ranked.highest = highest;
    TypeId type = highest ? ordered_type() : scalar_type();
    ir::Record& output = b_.rule_set.records[index(decision.output)];
    ranked.column = static_cast<uint32_t>(output.fields.size());
    output.fields.push_back(b_.field("f" + std::to_string(output.fields.size()), type));
    if (!highest) {
      for (int64_t value = random_.between(1, 6); value > 0; --value) {
        const ir::ConstantId id = static_cast<ir::ConstantId>(b_.rule_set.expr(constant(type)).a);
        if (std::ranges::find(ranked.values, id) == ranked.values.end())
          ranked.values.push_back(id);
      }
    }
    decision.ranking.push_back(std::move(ranked));
  }
}

void Generator::add_folds(const std::string& name) {
  ir::Decision& decision = *scope_.decision;
  ir::Record& output = b_.rule_set.records[index(decision.output)];
  std::vector<ir::Field> results;
  const int64_t count = random_.between(1, 4);
  for (int64_t i = 0; i < count; ++i) {
    ir::Fold fold;
    fold.kind = static_cast<ir::FoldKind>(random_.below(ir::kFoldKindCount));
    TypeId type = TypeId::none;
    if (fold.kind == ir::FoldKind::count) {
      type = b_.int_type();
    } else if (fold.kind == ir::FoldKind::rule_list) {
      type = b_.list_type(b_.string_type());
    } else {
      type = fold.kind == ir::FoldKind::sum
                 ? (random_.percent(85) ? number_type() : b_.duration_type())
                 : ordered_type();
      fold.column = static_cast<uint32_t>(output.fields.size());
      output.fields.push_back(b_.field("f" + std::to_string(output.fields.size()), type));
      if (fold.kind != ir::FoldKind::sum) type = b_.optional(type);
    }
    results.push_back(b_.field("r" + std::to_string(i), type));
    decision.folds.push_back(fold);
  }
  decision.result_type = b_.record_type(b_.record(name + ".result", std::move(results)));
}

// Rules that share no input, each a range of the same slot.
ExprId Generator::separating_condition(uint32_t number, uint32_t count) {
  const ExprId slot = b_.input(*scope_.decision, separating_slot_);
  const int64_t width = std::max<int64_t>(1, 60 / count);
  const int64_t low = number * width;
  const int64_t high = low + width - (random_.percent(90) ? 1 : 0);
  const TypeId type = b_.bool_type();
  if (random_.percent(10) && width == 1) return node(Op::eq, type, slot, b_.integer(low));
  return node(Op::in_range, type, slot, b_.integer(low), b_.integer(high),
              random_.percent(10) ? 2 : 0);
}

std::vector<ExprId> Generator::outcome() {
  if (agreeing_ && !last_outcome_.empty() && scope_.vars.empty() && random_.percent(75)) {
    return last_outcome_;
  }
  const ir::Decision& decision = *scope_.decision;
  const std::vector<ir::Field> fields = b_.rule_set.record(decision.output).fields;
  std::vector<ExprId> made;
  for (uint32_t i = 0; i < fields.size(); ++i) {
    const ir::RankedColumn* ranked = nullptr;
    for (const ir::RankedColumn& candidate : decision.ranking) {
      if (candidate.column == i && !candidate.values.empty()) ranked = &candidate;
    }
    const auto shown = std::ranges::find(shown_, i, &std::pair<uint32_t, ExprId>::first);
    if (shown != shown_.end()) {
      made.push_back(shown->second);
    } else if (ranked != nullptr && random_.percent(90)) {
      made.push_back(b_.constant(b_.rule_set.constant(random_.pick(ranked->values))));
    } else {
      made.push_back(constant_outcomes_ ? constant_expression(fields[i].type)
                                        : expr(fields[i].type, random_.percent(40) ? 2 : 1));
    }
  }
  if (scope_.vars.empty()) last_outcome_ = made;
  return made;
}

void Generator::add_duties(ir::Rule& rule) {
  const int64_t count = random_.percent(25) ? random_.between(1, 2) : 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto duty = static_cast<uint32_t>(random_.below(b_.rule_set.duties.size()));
    const std::vector<ir::Field> fields =
        b_.rule_set.record(b_.rule_set.duties[duty].arguments).fields;
    ir::DutyUse use{static_cast<ir::DutyId>(duty), {}};
    for (const ir::Field& field : fields) use.arguments.push_back(expr(field.type, 1));
    rule.duties.push_back(std::move(use));
  }
}

ir::Rule Generator::make_rule(uint32_t number, uint32_t count) {
  ir::Decision& decision = *scope_.decision;
  ir::Rule rule;
  rule.name = "r" + std::to_string(number);
  const bool collects =
      decision.policy == HitPolicy::collect_list || decision.policy == HitPolicy::collect_folds;
  if (collects && count < 100 && random_.percent(35)) {
    rule.each_list = any_list(2);
    rule.each_var = decision.var_count++;
    scope_.vars.emplace_back(b_.rule_set.type_of(rule.each_list).element, rule.each_var);
  }
  if (number == 0) rule.conditions = showcase_conditions();
  if (by_columns_ && scope_.vars.empty() && count < 100) {
    for (int64_t tests = random_.between(1, 3); tests > 0; --tests)
      rule.conditions.push_back(column_test());
    if (random_.percent(10)) rule.conditions.push_back(boolean(2));
  } else if (separated_ && separating_slot_ != kNone) {
    rule.conditions.push_back(separating_condition(number, count));
    if (!scope_.vars.empty()) rule.conditions.push_back(item_condition(2));
    if (random_.percent(15)) rule.conditions.push_back(boolean(2));
  } else {
    const int64_t conditions = random_.between(random_.percent(10) ? 0 : 1, 3);
    for (int64_t i = 0; i < conditions; ++i) {
      rule.conditions.push_back(boolean(count > 100 ? 1 : static_cast<int>(random_.between(1, 3))));
    }
  }
  if (decision.policy == HitPolicy::by_priority) {
    rule.priority = random_.percent(85) ? random_.between(-1, 2)
                                        : random_.pick({INT64_MIN, INT64_MAX, int64_t{0}});
  }
  if (decision.as_of_slot != kNone && random_.percent(20)) {
    rule.has_effective = true;
    rule.effective_from = static_cast<int32_t>(random_.between(19985, 20005));
    rule.effective_to = random_.percent(30)
                            ? (random_.percent(50) ? kMaxDate : rule.effective_from)
                            : rule.effective_from + static_cast<int32_t>(random_.between(0, 15));
  }
  rule.outcome = outcome();
  if (rule.each_list == ExprId::none) add_duties(rule);
  scope_.vars.clear();
  return rule;
}

void Generator::add_rules() {
  ir::Decision& decision = *scope_.decision;
  // More rules than native code puts into one function.
  const bool large = random_.below(250) == 0;
  const auto count =
      static_cast<uint32_t>(large         ? random_.between(257, 300)
                            : by_columns_ ? random_.between(3, 10)
                                          : random_.between(showcases_.empty() ? 0 : 1, 5));
  if (by_columns_ && random_.percent(80)) constant_outcomes_ = true;
  if (large) constant_outcomes_ = true;
  for (uint32_t i = 0; i < count; ++i) {
    ir::Rule rule = make_rule(i, count);
    decision.rules.push_back(std::move(rule));
  }
  if (decision.policy == HitPolicy::unique_with_exceptions && !large) {
    // Edges follow a random order of the rules, so that they make no circle.
    std::vector<uint32_t> order(count);
    for (uint32_t i = 0; i < count; ++i) order[i] = i;
    for (uint32_t i = count; i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    for (uint32_t i = 0; i < count; ++i) {
      for (uint32_t j = i + 1; j < count; ++j) {
        if (random_.percent(35)) decision.rules[order[i]].overrides.push_back(order[j]);
      }
    }
  }
  make_rules_clash();
  if (random_.percent(decision.partial ? 20 : 50)) {
    decision.has_otherwise = true;
    decision.otherwise.name = "otherwise";
    decision.otherwise.outcome = outcome();
    add_duties(decision.otherwise);
  }
}

}  // namespace pac::differential
