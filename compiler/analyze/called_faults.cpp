#include "compiler/analyze/called_faults.h"

#include <algorithm>
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
    bool may_fail = false, may_gap = false, may_clash = false;
    for (const Finding& finding : report_.findings) {
      if (ir::index(finding.decision) != number) continue;
      const bool is_unknown = finding.kind == FindingKind::unknown;
      may_fail = may_fail || finding.kind == FindingKind::may_error ||
                 (is_unknown && finding.error != PAC_E_NONE);
      const bool is_open = is_unknown && finding.error == PAC_E_NONE;
      may_gap = may_gap || is_open || finding.kind == FindingKind::gap;
      may_clash = may_clash || is_open || finding.kind == FindingKind::overlap ||
                  finding.kind == FindingKind::conflict;
    }
    if (may_fail) of_evaluation(called, find_failures(rule_set_, working_, id(number), out_), &out);
    if (may_clash && can_clash(called.policy)) out.push_back({PAC_E_OVERLAP});
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

  // One question for each error. What is looked for is what can fail, which may be more than does.
  void of_evaluation(const ir::Decision& called, const Failures& failures,
                     std::vector<CalledFault>* out, bool is_assume = false) {
    std::set<pac_error> errors;
    for (const Failure& failure : failures.all) errors.insert(failure.error);
    for (const pac_error error : errors) {
      ir::Decision asked = question(called);
      bool is_whole = failures.left_out == 0;
      for (const Failure& failure : failures.all) {
        if (failure.error != error) continue;
        is_whole = is_whole && !failure.has_more_sites;
        for (const FailureSite& site : failure.sites) {
          ir::Rule& one = asked.rules.emplace_back();
          one.conditions = {site.first, site.only};
          one.outcome = {terms_.truth(true)};
        }
      }
      asked.otherwise.outcome = {terms_.truth(false)};
      CalledFault fault{error};
      fault.is_assume = is_assume;
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
