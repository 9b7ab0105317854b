#include "compiler/analyze/called_faults.h"

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/analyze/terms.h"
#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

namespace {

using ir::ExprId;
using ir::HitPolicy;
using ir::Op;

class Finder {
 public:
  Finder(const ir::RuleSet& rule_set, ir::RuleSet& working, const Report& report)
      : rule_set_(rule_set),
        working_(working),
        terms_(working),
        report_(report),
        bool_(working.intern(ir::Type{})) {}

  CalledFaults run(ir::DecisionId caller) {
    // Callees stand before callers, so that what fails deeper inside is known first.
    for (const uint32_t called : called_by(ir::index(caller))) {
      auto faults = of(called);
      if (!faults.empty()) out_.emplace(called, std::move(faults));
    }
    return std::move(out_);
  }

 private:
  std::set<uint32_t> called_by(uint32_t decision) const {
    std::set<uint32_t> out;
    std::set<ExprId> seen;
    std::vector<ExprId> pending;
    const auto push = [&](ExprId id) {
      if (id != ExprId::none && seen.insert(id).second) pending.push_back(id);
    };
    ir::for_each_root(rule_set_.decisions[decision], push);
    while (!pending.empty()) {
      const ir::Expr& e = rule_set_.expr(pending.back());
      pending.pop_back();
      if (e.op == Op::call && out.insert(e.a).second) {
        ir::for_each_root(rule_set_.decisions[e.a], push);
      }
      ir::for_each_operand(rule_set_, e, push);
    }
    return out;
  }

  std::vector<CalledFault> of(uint32_t number) {
    const ir::Decision& called = rule_set_.decisions[number];
    std::vector<CalledFault> out;
    of_assumes(called, &out);
    bool may_fail = false, may_gap = false, may_clash = false, is_clash_open = false;
    Pairs clashing;
    for (const Finding& finding : report_.findings) {
      if (ir::index(finding.decision) != number) continue;
      const bool is_unknown = finding.kind == FindingKind::unknown;
      may_fail = may_fail || finding.kind == FindingKind::may_error ||
                 (is_unknown && finding.error != PAC_E_NONE);
      const bool is_open = is_unknown && finding.error == PAC_E_NONE;
      may_gap = may_gap || is_open || finding.kind == FindingKind::gap;
      is_clash_open = is_clash_open || is_open;
      if (finding.kind != FindingKind::overlap && finding.kind != FindingKind::conflict) continue;
      may_clash = true;
      add_pairs(finding.rules, &clashing);
    }
    if (may_fail) of_evaluation(called, find_failures(rule_set_, working_, id(number), out_), &out);
    if (is_clash_open) add_all_pairs(called, &clashing);
    if ((may_clash || is_clash_open) && can_clash(called.policy)) {
      out.push_back(clash(called, clashing));
    }
    if (may_gap && can_gap(called)) out.push_back(gap(called));
    return out;
  }

  static ir::DecisionId id(uint32_t number) { return static_cast<ir::DecisionId>(number); }

  static bool can_clash(HitPolicy policy) {
    return policy == HitPolicy::unique || policy == HitPolicy::any ||
           policy == HitPolicy::by_priority || policy == HitPolicy::unique_with_exceptions;
  }

  static bool can_gap(const ir::Decision& decision) {
    return !decision.partial && !decision.has_otherwise && decision.policy != HitPolicy::result &&
           decision.policy != HitPolicy::collect_list &&
           decision.policy != HitPolicy::collect_folds;
  }

  // ---- Questions, as decisions over the same input with one output: whether it goes wrong.

  ir::Decision question(const ir::Decision& about) {
    ir::Record answer;
    answer.name = about.name + "?";
    answer.fields.push_back({"fails", bool_, ir::DomainId::none, ""});
    working_.records.push_back(std::move(answer));
    ir::Decision out;
    out.name = about.name + "?";
    out.input = about.input;
    out.roles = about.roles;
    out.output = static_cast<ir::RecordId>(working_.records.size() - 1);
    ir::Type type;
    type.kind = ir::TypeKind::record;
    type.ref = ir::index(out.output);
    out.result_type = working_.intern(type);
    out.zone = about.zone;
    out.as_of_slot = about.as_of_slot;
    out.now_slot = about.now_slot;
    out.features = about.features;
    out.lets = about.lets;
    out.var_count = about.var_count;
    out.policy = HitPolicy::first;
    out.has_otherwise = true;
    return out;
  }

  ir::DecisionId add(ir::Decision question) {
    working_.decisions.push_back(std::move(question));
    return id(static_cast<uint32_t>(working_.decisions.size() - 1));
  }

  CalledFault gap(const ir::Decision& called) {
    ir::Decision asked = question(called);
    for (const ir::Rule& rule : called.rules) {
      ir::Rule one = rule;
      one.outcome = {terms_.truth(false)};
      one.duties.clear();
      one.overrides.clear();
      asked.rules.push_back(std::move(one));
    }
    asked.otherwise.outcome = {terms_.truth(true)};
    return {PAC_E_GAP, add(std::move(asked)), true};
  }

  // ---- Rules that clash.

  using Pairs = std::set<std::pair<uint32_t, uint32_t>>;
  static constexpr size_t kMostPairs = 400;  // in one question

  // A finding names one rule with those that clash with it; among these, pairs that do not clash do
  // no harm.
  static void add_pairs(const std::vector<uint32_t>& rules, Pairs* out) {
    for (const uint32_t a : rules) {
      for (const uint32_t b : rules) {
        if (a < b && out->size() <= kMostPairs) out->emplace(a, b);
      }
    }
  }

  static void add_all_pairs(const ir::Decision& decision, Pairs* out) {
    std::vector<uint32_t> all(decision.rules.size());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    add_pairs(all, out);
  }

  // Where there are too many pairs, or rules for items, it may happen for any input.
  CalledFault clash(const ir::Decision& called, const Pairs& pairs) {
    const bool has_each = std::ranges::any_of(
        called.rules, [](const ir::Rule& rule) { return rule.each_list != ExprId::none; });
    if (pairs.size() > kMostPairs || has_each) return {PAC_E_OVERLAP};
    ir::Decision asked = question(called);
    const auto reach = ir::override_reach(called);
    for (const auto& [a, b] : pairs) {
      const auto condition = clashes(called, reach, a, b);
      if (!condition) continue;
      ir::Rule& one = asked.rules.emplace_back();
      one.conditions = {*condition};
      one.outcome = {terms_.truth(true)};
    }
    asked.otherwise.outcome = {terms_.truth(false)};
    return {PAC_E_OVERLAP, add(std::move(asked)), true};
  }

  // That both are left where rules that come before are taken away, and disagree. Nothing where one
  // of both always comes before the other.
  std::optional<ExprId> clashes(const ir::Decision& called,
                                const std::vector<std::vector<uint32_t>>& reach, uint32_t a,
                                uint32_t b) {
    const int64_t priority = called.rules[a].priority;
    const bool has_priorities = called.policy == HitPolicy::by_priority;
    if (has_priorities && priority != called.rules[b].priority) return std::nullopt;
    const auto overrides = [&](uint32_t x, uint32_t y) {
      return called.policy == HitPolicy::unique_with_exceptions &&
             std::ranges::binary_search(reach[x], y);
    };
    if (overrides(a, b) || overrides(b, a)) return std::nullopt;
    const ExprId first = hit(called, a);
    ExprId out = terms_.both(first, hit(called, b));
    for (uint32_t i = 0; i < called.rules.size(); ++i) {
      const bool is_before = (has_priorities && called.rules[i].priority > priority) ||
                             overrides(i, a) || overrides(i, b);
      if (is_before) out = terms_.both(out, terms_.not_of(hit(called, i)));
    }
    if (called.policy == HitPolicy::unique) return out;
    ExprId same = terms_.truth(true);
    for (size_t i = 0; i < called.rules[a].outcome.size(); ++i) {
      const ExprId x = called.rules[a].outcome[i], y = called.rules[b].outcome[i];
      if (x == y) continue;
      same = terms_.both(same, working_.add(ir::Expr{Op::eq, bool_, ir::index(x), ir::index(y)}));
    }
    return terms_.both(out, terms_.not_of(same));
  }

  ExprId hit(const ir::Decision& called, uint32_t number) {
    const ir::Rule& rule = called.rules[number];
    ExprId out = terms_.truth(true);
    if (rule.has_effective) {
      const ir::TypeId date = working_.record(called.input).fields[called.as_of_slot].type;
      const ExprId as_of = working_.add(ir::Expr{Op::input, date, called.as_of_slot});
      const ExprId from = terms_.number(date, rule.effective_from);
      out = terms_.in_range(as_of, from, terms_.number(date, rule.effective_to), 0);
    }
    for (const ExprId id : rule.conditions) out = terms_.both(out, id);
    return out;
  }

  // One question for each error. What is looked for is what can fail, which may be more than does.
  void of_evaluation(const ir::Decision& called, const Failures& failures,
                     std::vector<CalledFault>* out, bool is_assume = false) {
    std::set<pac_error> errors;
    for (const Failure& failure : failures.all) errors.insert(failure.error);
    for (const pac_error error : errors) {
      ir::Decision asked = question(called);
      bool is_whole = failures.left_out == 0, is_sure = true;
      for (const Failure& failure : failures.all) {
        if (failure.error != error) continue;
        is_whole = is_whole && !failure.has_more_sites;
        for (const FailureSite& site : failure.sites) {
          ir::Rule& one = asked.rules.emplace_back();
          one.conditions = {site.first, site.only};
          one.outcome = {terms_.truth(true)};
          is_sure = is_sure && site.is_sure;
        }
      }
      asked.otherwise.outcome = {terms_.truth(false)};
      CalledFault fault{error};
      fault.is_assume = is_assume;
      // What follows a call is not reached then, whichever error it is.
      fault.is_exact = is_whole && is_sure;
      if (is_whole) fault.question = add(std::move(asked));
      out->push_back(fault);
    }
  }

  // An assume that itself can't be evaluated ends the caller, before the called decision begins.
  void of_assumes(const ir::Decision& called, std::vector<CalledFault>* out) {
    ir::RangeAnalysis ranges(rule_set_, called);
    if (std::ranges::all_of(called.assumes, [&](ExprId one) { return ranges.cannot_fail(one); })) {
      return;
    }
    ir::RuleSet extended = rule_set_;
    ir::Decision all = called;
    all.policy = HitPolicy::result;
    all.lets.clear();
    all.rules.clear();
    all.has_otherwise = false;
    all.otherwise = {};
    all.result = called.assumes;
    all.assumes.clear();
    ir::Record outcome;
    outcome.name = called.name + "?";
    for (size_t i = 0; i < all.result.size(); ++i) {
      outcome.fields.push_back(
          {"a" + std::to_string(i), extended.expr(all.result[i]).type, ir::DomainId::none, ""});
    }
    // Under one number in both, as expressions and types are.
    working_.records.push_back(outcome);
    all.output = static_cast<ir::RecordId>(working_.records.size() - 1);
    extended.records.resize(working_.records.size());
    extended.records.back() = std::move(outcome);
    extended.decisions.push_back(all);
    const auto last = id(static_cast<uint32_t>(extended.decisions.size() - 1));
    of_evaluation(all, find_failures(extended, working_, last, out_), out, true);
  }

  const ir::RuleSet& rule_set_;
  ir::RuleSet& working_;
  Terms terms_;
  const Report& report_;
  const ir::TypeId bool_;
  CalledFaults out_;
};

}  // namespace

CalledFaults find_called_faults(const ir::RuleSet& rule_set, ir::RuleSet& working,
                                ir::DecisionId caller, const Report& report) {
  return Finder(rule_set, working, report).run(caller);
}

}  // namespace pac::analyze
