#include "compiler/codegen/spare.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "compiler/codegen/native.h"

namespace pac::codegen {

using ir::HitPolicy;

namespace {

// Testing the rule can't end in an error. A `for each` takes scratch memory, which may be used up.
bool is_tested_safely(const ir::Rule& rule, ir::RangeAnalysis& ranges) {
  return rule.each_list == ir::ExprId::none &&
         std::ranges::all_of(rule.conditions,
                             [&](ir::ExprId id) { return ranges.cannot_fail(id); });
}

bool is_made_safely(const ir::RuleSet& rule_set, const std::vector<ir::ExprId>& values,
                    ir::RecordId record, ir::RangeAnalysis& ranges) {
  const std::vector<ir::Field>& fields = rule_set.record(record).fields;
  if (values.size() != fields.size()) return false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!ranges.cannot_fail(values[i]) || !ranges.lies_in(values[i], fields[i].domain))
      return false;
  }
  return true;
}

// Neither the outcome nor the arguments of a duty can end in an error.
bool is_said_safely(const ir::RuleSet& rule_set, const ir::Decision& decision, const ir::Rule& rule,
                    ir::RangeAnalysis& ranges) {
  return is_made_safely(rule_set, rule.outcome, decision.output, ranges) &&
         std::ranges::all_of(rule.duties, [&](const ir::DutyUse& use) {
           const ir::RecordId record = rule_set.duties[ir::index(use.duty)].arguments;
           return is_made_safely(rule_set, use.arguments, record, ranges);
         });
}

// Whether the interpreter evaluates nothing that can fail after the first hit. Where several
// survivors have to agree, that is the outcomes of the others, too.
bool may_stop_at_first(const ir::RuleSet& rule_set, const ir::Decision& decision,
                       ir::RangeAnalysis& ranges) {
  if (decision.rules.size() < 2) return false;  // there is no second
  std::map<int64_t, size_t> of_level;
  for (const ir::Rule& rule : decision.rules) ++of_level[rule.priority];
  for (const ir::Rule& rule : decision.rules) {
    if (!is_tested_safely(rule, ranges)) return false;
    switch (decision.policy) {
      case HitPolicy::unique:
        break;
      case HitPolicy::by_priority:
        if (of_level[rule.priority] == 1) break;
        [[fallthrough]];
      case HitPolicy::any:
        if (!is_said_safely(rule_set, decision, rule, ranges)) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

}  // namespace

bool levels_are_plain(const ir::Decision& decision, ir::RangeAnalysis& ranges) {
  std::unordered_map<int64_t, const ir::Rule*> first;
  for (const ir::Rule& rule : decision.rules) {
    const auto [place, is_first] = first.emplace(rule.priority, &rule);
    if (is_first) continue;
    const ir::Rule& other = *place->second;
    if (rule.outcome != other.outcome || !rule.duties.empty() || !other.duties.empty())
      return false;
    for (const ir::Rule* one : {&rule, &other}) {
      for (const ir::ExprId id : one->conditions) {
        if (!ranges.cannot_fail(id)) return false;
      }
    }
  }
  return true;
}

Spared spare(const ir::RuleSet& rule_set, const ir::Decision& decision, const Proof& proof,
             ir::RangeAnalysis& ranges) {
  Spared out;
  const bool is_plain =
      decision.policy == HitPolicy::first ||
      (decision.policy == HitPolicy::by_priority && levels_are_plain(decision, ranges));
  out.clash = proof.no_clash && !is_plain && may_stop_at_first(rule_set, decision, ranges);
  if (!proof.no_gap || decision.has_otherwise || decision.partial || decision.rules.empty() ||
      (!is_plain && !out.clash)) {
    return out;
  }
  const ir::Rule& last = decision.rules[ir::try_order(decision).back()];
  const bool has_test = !last.conditions.empty() || last.has_effective;
  out.gap = has_test && std::ranges::all_of(decision.rules, [&](const ir::Rule& rule) {
              return is_tested_safely(rule, ranges);
            });
  return out;
}

std::vector<Spared> spared_checks(const ir::RuleSet& rule_set, const Proofs& proofs) {
  std::vector<Spared> out(rule_set.decisions.size());
  for (size_t i = 0; i < out.size() && i < proofs.size(); ++i) {
    const ir::Decision& decision = rule_set.decisions[i];
    ir::RangeAnalysis ranges(rule_set, decision);
    out[i] = spare(rule_set, decision, proofs[i], ranges);
  }
  return out;
}

}  // namespace pac::codegen
