#include "compiler/analyze/difference.h"

#include <algorithm>

#include "compiler/analyze/faults.h"
#include "compiler/analyze/phrase.h"
#include "compiler/analyze/ranking.h"
#include "compiler/analyze/terms.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::HitPolicy;

namespace {

constexpr uint32_t kMostNamed = 200;  // rules that come before, named in one question

}  // namespace

// One mutant. Conditions are over input paths, from the two flat readings of the decision.
class Difference::Asking {
 public:
  Asking(Difference& of, const Mutant& mutant)
      : of_(of),
        mutant_(mutant),
        working_(of.finder_.working()),
        terms_(working_),
        original_(of.rules_.decision(of.id_)),
        changed_(original_) {}

  Candidates find() {
    const auto params = working_.params;
    // The fault conditions become rules behind the others, so that they are flattened too.
    ir::Decision first = original_;
    const bool knows = add_faults(first, original_);
    flat_ = of_.finder_.flatten_as(first);
    result_ = working_.decision(of_.id_).result;
    apply(mutant_, &working_, &changed_);
    ir::Decision second = changed_;
    const bool still_knows = add_faults(second, changed_);
    flat_changed_ = of_.finder_.flatten_as(second);
    result_changed_ = working_.decision(of_.id_).result;
    working_.params = params;
    const ExprId present = features_present();
    const ExprId differs = terms_.both(present, difference());
    Candidates out = of_.finder_.find_flat(flat_, differs);
    if (out.possible == Possible::no && !(knows && still_knows)) {
      out.possible = Possible::unknown;
      out.reason = "`" + cause_ + "` may end in an error, and the mutant may change when";
    }
    return out;
  }

 private:
  bool is_let() const {
    return mutant_.root == Mutant::Root::let || mutant_.root == Mutant::Root::param;
  }

  // ---- Errors.

  bool add_faults(ir::Decision& into, const ir::Decision& of) {
    Faults faults(working_, of, of_.total_);
    ExprId all = terms_.truth(false);
    bool knows = true;
    const auto add = [&](const std::optional<ExprId>& fault) {
      if (fault) {
        all = terms_.either(all, *fault);
      } else {
        knows = false;
        cause_ = phrase(working_, of, of_.side_.decisions[ir::index(of_.id_)], faults.cause());
      }
    };
    const auto add_outcome = [&](const std::vector<ExprId>& outcome,
                                 const std::vector<ExprId>& conditions) {
      for (const ExprId id : outcome) {
        const auto fault = faults.of(id);
        add(fault ? std::optional(terms_.both(conjunction(conditions), *fault)) : fault);
      }
    };
    const bool has_outcome = is_let() || mutant_.root == Mutant::Root::outcome;
    for (uint32_t i = 0; i < of.rules.size(); ++i) {
      if (!is_touched(i)) continue;
      add(faults.of_all(of.rules[i].conditions));
      if (has_outcome) add_outcome(of.rules[i].outcome, of.rules[i].conditions);
      if (of.rules[i].each_list != ExprId::none) add(faults.of(of.rules[i].each_list));
      if (!is_let()) continue;
      for (const ir::DutyUse& use : of.rules[i].duties) {
        for (const ExprId id : use.arguments) add(faults.of(id));
      }
    }
    if (has_outcome && of.has_otherwise) add_outcome(of.otherwise.outcome, {});
    for (const ExprId id : of.result) add(faults.of(id));
    ir::Rule rule;
    rule.conditions = {all};
    into.rules.push_back(rule);
    return knows;
  }

  ExprId conjunction(const std::vector<ExprId>& conditions) {
    ExprId out = terms_.truth(true);
    for (const ExprId id : conditions) out = terms_.both(out, id);
    return out;
  }

  // Rules whose evaluation the mutant may change.
  bool is_touched(uint32_t rule) const {
    if (is_let()) return true;
    if (mutant_.kind == Mutant::Kind::order) {
      return original_.policy == HitPolicy::by_priority || rule == mutant_.rule ||
             rule == mutant_.other;
    }
    if (mutant_.kind == Mutant::Kind::removed) {
      // The changed decision has one rule less; all are looked at.
      return true;
    }
    return rule == mutant_.rule;
  }

  ExprId features_present() {
    ExprId out = terms_.truth(true);
    for (const ir::Feature& feature : original_.features) {
      if (!feature.required) continue;
      const ir::TypeId type = working_.record(original_.input).fields[feature.slot].type;
      const ExprId input = working_.add(ir::Expr{ir::Op::input, type, feature.slot});
      out = terms_.both(out, terms_.is_present(input));
    }
    return out;
  }

  // ---- Answers.

  uint32_t count() const { return static_cast<uint32_t>(original_.rules.size()); }
  ExprId hit(uint32_t rule) const { return flat_.rules[rule].condition; }

  ExprId difference() {
    ExprId out = terms_.either(flat_.rules.back().condition, flat_changed_.rules.back().condition);
    if (original_.policy == HitPolicy::result) {
      return terms_.either(out, outcomes_differ(result_, result_changed_));
    }
    if (mutant_.kind == Mutant::Kind::order) return terms_.either(out, exchanged());
    if (mutant_.kind == Mutant::Kind::removed || mutant_.kind == Mutant::Kind::duty) {
      const ExprId fires = mutant_.rule == count() ? none_hits() : hit(mutant_.rule);
      const ExprId matters =
          mutant_.rule == count() ? fires : terms_.both(counts(mutant_.rule), fires);
      return terms_.either(out, matters);
    }
    for (uint32_t i = 0; i < count(); ++i) {
      const FlatRule& was = flat_.rules[i];
      const FlatRule& is = flat_changed_.rules[i];
      ExprId differs = terms_.truth(false);
      if (was.condition != is.condition) {
        differs = was.is_each ? terms_.either(was.condition, is.condition)
                              : terms_.not_of(same(was.condition, is.condition));
      }
      const ExprId outcome = outcomes_differ(was.outcome, is.outcome);
      differs = terms_.either(differs, terms_.both(was.condition, outcome));
      if (differs != terms_.truth(false)) out = terms_.either(out, terms_.both(counts(i), differs));
    }
    if (original_.has_otherwise) {
      const ExprId outcome =
          outcomes_differ(flat_.otherwise.outcome, flat_changed_.otherwise.outcome);
      if (outcome != terms_.truth(false))
        out = terms_.either(out, terms_.both(none_hits(), outcome));
    }
    return out;
  }

  ExprId same(ExprId a, ExprId b) {
    const ExprId all = terms_.both(a, b);
    const ExprId not_a = terms_.not_of(a), not_b = terms_.not_of(b);
    return terms_.either(all, terms_.both(not_a, not_b));
  }

  ExprId outcomes_differ(const std::vector<ExprId>& a, const std::vector<ExprId>& b) {
    ExprId all = terms_.truth(true);
    for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
      if (a[i] != b[i]) all = terms_.both(all, terms_.compare(ir::Op::eq, a[i], b[i]));
    }
    return terms_.not_of(all);
  }

  ExprId none_hits() {
    ExprId out = terms_.truth(true);
    for (uint32_t i = 0; i < count() && i < kMostNamed; ++i) {
      out = terms_.both(out, terms_.not_of(hit(i)));
    }
    return out;
  }

  // In both, where the mutant has the rule.
  bool is_constant_effect(uint32_t rule, Int128 effect) const {
    return is_constant_effect(flat_.rules[rule], effect) &&
           (!is_in_both() || is_constant_effect(flat_changed_.rules[rule], effect));
  }

  bool is_constant_effect(const FlatRule& rule, Int128 effect) const {
    for (const ExprId id : rule.outcome) {
      const ir::Expr& expr = working_.expr(id);
      if (working_.type(expr.type).kind == ir::TypeKind::effect) {
        return expr.op == ir::Op::constant && working_.constants[expr.a].number == effect;
      }
    }
    return false;
  }

  // That rule `other`, where it hits, makes it all the same whether `rule` hits.
  ExprId hides(uint32_t other, uint32_t rule) {
    switch (original_.policy) {
      case HitPolicy::first:
        return terms_.truth(other < rule);
      case HitPolicy::by_priority: {
        const int64_t a = original_.rules[other].priority, b = original_.rules[rule].priority;
        return terms_.truth(a > b || (a == b && other < rule && is_same_outcome(other, rule)));
      }
      case HitPolicy::any:
        return terms_.truth(other < rule && is_same_outcome(other, rule));
      case HitPolicy::deny_overrides:
        return terms_.truth(is_constant_effect(other, 1) && is_constant_effect(rule, 0));
      case HitPolicy::permit_overrides:
        return terms_.truth(is_constant_effect(other, 0) && is_constant_effect(rule, 1));
      case HitPolicy::by_outcome:
      case HitPolicy::by_highest:
        return outranks(other, rule);
      default:
        return terms_.truth(false);
    }
  }

  // That what `other` yields ranks before what `rule` does, and also before what it yields in the
  // mutant. Of an outcome that the ranking doesn't list nothing is hidden: it is an error.
  ExprId outranks(uint32_t other, uint32_t rule) {
    const auto theirs = ranks_of(working_, terms_, original_, flat_.rules[other].outcome);
    if (!theirs) return terms_.truth(false);
    ExprId out = terms_.truth(true);
    for (const Flat* flat : {&flat_, &flat_changed_}) {
      if (flat == &flat_changed_ && !is_in_both()) continue;
      const auto ranks = ranks_of(working_, terms_, original_, flat->rules[rule].outcome);
      if (!ranks) return terms_.truth(false);
      out = terms_.both(out, beats(terms_, *theirs, *ranks, other < rule));
      for (size_t i = 0; i < ranks->size(); ++i) {
        if (original_.ranking[i].highest) continue;
        const auto count = static_cast<Int128>(original_.ranking[i].values.size());
        const ExprId last = terms_.number(working_.expr((*ranks)[i]).type, -count);
        out = terms_.both(out, terms_.compare(ir::Op::gt, (*ranks)[i], last));
      }
    }
    return out;
  }

  // The rules of the mutant are those of the original, one for one.
  bool is_in_both() const { return mutant_.kind != Mutant::Kind::removed; }

  // Neither has another outcome in the mutant.
  bool is_same_outcome(uint32_t a, uint32_t b) const {
    if (mutant_.root == Mutant::Root::outcome && (a == mutant_.rule || b == mutant_.rule)) {
      return false;
    }
    return !is_let() && flat_.rules[a].outcome == flat_.rules[b].outcome;
  }

  // Whether the rule hits can show in the answer. A rule whose own outcome is changed hides nothing
  // by it: what it did before it does no longer.
  ExprId counts(uint32_t rule) {
    ExprId out = terms_.truth(true);
    uint32_t named = 0;
    for (uint32_t other = 0; other < count() && named < kMostNamed; ++other) {
      if (other == rule) continue;
      const ExprId hidden = hides(other, rule);
      if (hidden == terms_.truth(false)) continue;
      ++named;
      out = terms_.both(out, terms_.not_of(terms_.both(hit(other), hidden)));
    }
    return out;
  }

  // ---- Order.

  ExprId exchanged() {
    const uint32_t a = mutant_.rule, b = mutant_.other;
    if (b == ir::kNone) return not_overridden();
    if (original_.policy == HitPolicy::first) {
      const ExprId counted = counts(a), hit_a = hit(a), hit_b = hit(b);
      return terms_.both(counted, terms_.both(hit_a, hit_b));
    }
    // Where only one of the two hits, and no other rule between them, it decides either way.
    const int64_t high = original_.rules[a].priority, low = original_.rules[b].priority;
    ExprId above = terms_.truth(true), between = terms_.truth(false);
    for (uint32_t i = 0; i < count(); ++i) {
      const int64_t priority = original_.rules[i].priority;
      if (priority > high) above = terms_.both(above, terms_.not_of(hit(i)));
      if (i != a && i != b && low <= priority && priority <= high) {
        between = terms_.either(between, hit(i));
      }
    }
    const ExprId hit_a = hit(a), hit_b = hit(b);
    const ExprId one = terms_.both(terms_.either(hit_a, hit_b), between);
    return terms_.both(above, terms_.either(one, terms_.both(hit_a, hit_b)));
  }

  ExprId not_overridden() {
    const auto before = ir::override_reach(original_), after = ir::override_reach(changed_);
    ExprId out = terms_.truth(false);
    for (uint32_t i = 0; i < before.size(); ++i) {
      for (const uint32_t target : before[i]) {
        if (std::ranges::binary_search(after[i], target)) continue;
        const ExprId hit_i = hit(i), hit_target = hit(target);
        out = terms_.either(out, terms_.both(hit_i, hit_target));
      }
    }
    return out;
  }

  Difference& of_;
  const Mutant& mutant_;
  ir::RuleSet& working_;
  Terms terms_;
  const ir::Decision& original_;
  ir::Decision changed_;
  Flat flat_, flat_changed_;
  std::vector<ExprId> result_, result_changed_;
  std::string cause_;
};

Difference::Difference(const ir::RuleSet& rules, const ir::Side& side, ir::DecisionId decision,
                       std::set<ir::DecisionId> total)
    : rules_(rules),
      side_(side),
      id_(decision),
      total_(std::move(total)),
      finder_(rules, decision) {}

Candidates Difference::find(const Mutant& mutant) { return Asking(*this, mutant).find(); }

}  // namespace pac::analyze
