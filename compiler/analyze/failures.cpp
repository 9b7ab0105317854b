#include "compiler/analyze/failures.h"

#include <algorithm>

#include "compiler/analyze/failing_value.h"
#include "compiler/analyze/failure_walk.h"
#include "runtime/ir/shape.h"

namespace pac::analyze::failing {

Failures Walk::run() {
  const ExprId always = terms_.truth(true);
  for (let_ = 0; let_ < decision_.lets.size(); ++let_) let_ends_[let_] = ends_of_let();
  let_ = rule_ = ir::kNone;
  if (decision_.policy == ir::HitPolicy::result) walk_outcome(decision_.result, always);
  walk_rules();
  if (decision_.has_otherwise && !is_quiet(decision_.otherwise)) {
    rule_ = static_cast<uint32_t>(decision_.rules.size());
    const ExprId when = none_of(rule_, [](const ir::Rule&) { return true; });
    walk_outcome(decision_.otherwise.outcome, when);
    walk_duties(decision_.otherwise, when);
  }
  rule_ = ir::kNone;
  folds();
  for (let_ = static_cast<uint32_t>(decision_.lets.size()); let_-- > 0;) {
    const LetReads reads = let_reads_[let_];
    if (reads.any == ExprId::none) continue;
    base_ = reads;
    ended_.clear();
    walk_let(reads.any);
  }
  return std::move(out_);
}

ExprId Walk::outside(ExprId value, Int128 low, Int128 high) {
  const ir::TypeId type = rules_.expr(value).type;
  const ExprId below = join(Op::lt, value, number(type, low));
  return terms_.either(below, join(Op::gt, value, number(type, high)));
}

ExprId Walk::dates(const ir::Rule& rule) {
  if (!rule.has_effective) return terms_.truth(true);
  const ir::TypeId type = rules_.record(decision_.input).fields[decision_.as_of_slot].type;
  const ExprId as_of = rules_.add(ir::Expr{Op::input, type, decision_.as_of_slot});
  return terms_.not_of(outside(as_of, rule.effective_from, rule.effective_to));
}

ExprId Walk::fires(const ir::Rule& rule) {
  ExprId out = dates(rule);
  for (const ExprId condition : rule.conditions) out = terms_.both(out, condition);
  return out;
}

ExprId Walk::tried(const ir::Rule& rule) {
  const auto count = static_cast<uint32_t>(decision_.rules.size());
  const ExprId in_force = dates(rule);
  if (decision_.policy == ir::HitPolicy::first) {
    return terms_.both(in_force, none_of(rule_, [](const ir::Rule&) { return true; }));
  }
  if (decision_.policy == ir::HitPolicy::by_priority) {
    return terms_.both(in_force, none_of(count, [&](const ir::Rule& other) {
                         return other.priority > rule.priority;
                       }));
  }
  return in_force;
}

ExprId Walk::kept() {
  if (decision_.policy != ir::HitPolicy::unique_with_exceptions) return terms_.truth(true);
  if (reach_.empty()) reach_ = ir::override_reach(decision_);
  ExprId out = terms_.truth(true);
  size_t named = 0;
  for (uint32_t i = 0; i < reach_.size(); ++i) {
    if (!std::ranges::binary_search(reach_[i], rule_)) continue;
    if (decision_.rules[i].each_list != ExprId::none || named >= kMostRulesBefore) {
      is_exact_ = false;
      continue;
    }
    out = terms_.both(out, terms_.not_of(fires(decision_.rules[i])));
    ++named;
  }
  return out;
}

ExprId Walk::lift(ExprId inner) {
  if (around_.empty()) return inner;
  for (size_t i = around_.size(); i-- > 0;) {
    const Around& around = around_[i];
    inner = rules_.add(ir::Expr{Op::any, bool_, ir::index(around.list),
                                ir::index(terms_.both(around.condition, inner)), around.variable});
  }
  return terms_.both(outer_, inner);
}

void Walk::add(ExprId expr, pac_error error, ExprId when, ExprId likely, ExprId only,
               ir::DomainId domain, const std::string& what, bool is_certain) {
  if (only == terms_.truth(false)) return;
  FailureSite site = site_of(when, likely, only);
  site.is_sure = around_.empty() && is_exact_ && likely == only;
  end(when, likely, only, is_certain);
  if (is_let_alone_) return;
  const auto key = std::tuple(expr, error, domain, let_, inside_);
  const auto known = known_.find(key);
  if (known == known_.end() && out_.all.size() >= kMostFailures) {
    ++out_.left_out;
    return;
  }
  const auto at = known != known_.end() ? known->second : out_.all.size();
  if (known == known_.end()) {
    known_.emplace(key, at);
    out_.all.push_back({error, expr, domain, what, let_, !around_.empty(), inside_, {}});
  }
  Failure& failure = out_.all[at];
  if (failure.sites.size() >= kMostSites) {
    failure.has_more_sites = true;
    return;
  }
  failure.sites.push_back(site);
}

FailureSite Walk::site_of(ExprId when, ExprId likely, ExprId only) {
  FailureSite site;
  site.rule = rule_;
  site.only = lift(terms_.both(when, only));
  if (likely != ExprId::none) site.likely = lift(terms_.both(when, likely));
  site.first = base_.first;
  site.clear = base_.clear;
  mask(&site.first, &site.clear);
  return site;
}

void Walk::mask(ExprId* first, ExprId* clear) {
  const size_t begin = ended_.size() > kMostBefore ? ended_.size() - kMostBefore : 0;
  for (size_t i = begin; i < ended_.size(); ++i) {
    const auto [sure, wide] = ended_[i];
    if (sure != ExprId::none) *first = terms_.both(*first, terms_.not_of(sure));
    if (wide != ExprId::none) *clear = terms_.both(*clear, terms_.not_of(wide));
  }
}

void Walk::end(ExprId when, ExprId likely, ExprId only, bool is_certain) {
  Ending ending;
  if (around_.empty() && is_exact_ && (likely == only || is_certain)) {
    ending.sure = likely == ExprId::none ? ExprId::none : terms_.both(when, likely);
  }
  const ExprId wide = only == terms_.truth(true) ? likely : only;
  if (wide != ExprId::none) ending.wide = lift(terms_.both(when, wide));
  ended_.push_back(ending);
}

Ending Walk::ends_of_let() {
  is_let_alone_ = true;
  ended_.clear();
  walk_let(terms_.truth(true));
  Ending out;
  for (const Ending& one : ended_) {
    if (one.sure != ExprId::none) out.sure = joined(out.sure, one.sure);
    if (one.wide != ExprId::none) out.wide = joined(out.wide, one.wide);
  }
  ended_.clear();
  is_let_alone_ = false;
  return out;
}

void Walk::walk_let(ExprId when) {
  const ir::Let& let = decision_.lets[let_];
  walk(let.value, when);
  within(let.value, let.domain, when, "");
}

void Walk::read_let(uint32_t number, ExprId when) {
  const Ending& ending = let_ends_[number];
  LetReads& reads = let_reads_[number];
  const ExprId always = terms_.truth(true);
  if (!is_let_alone_ && reads.first != always) {
    ExprId at = lift(when), first = base_.first, clear = base_.clear;
    mask(&first, &clear);
    // Reads too many to be told apart: any input may be one. Those known stay in `clear`.
    const bool is_known = ++reads.count <= kMostReads;
    reads.any = is_known ? joined(reads.any, at) : always;
    reads.first = is_known ? joined(reads.first, terms_.both(at, first)) : always;
    if (is_known) reads.clear = joined(reads.clear, terms_.both(at, clear));
  }
  Ending out;
  if (ending.sure != ExprId::none && around_.empty() && is_exact_) {
    out.sure = terms_.both(when, ending.sure);
  }
  if (ending.wide != ExprId::none) out.wide = lift(terms_.both(when, ending.wide));
  ended_.push_back(out);
}

bool Walk::is_quiet(const ir::Rule& rule) {
  bool quiet = true;
  ir::for_each_root(rule, [&](ExprId id) { quiet = quiet && ranges_.cannot_fail(id); });
  const auto& fields = rules_.record(decision_.output).fields;
  for (size_t i = 0; i < rule.outcome.size(); ++i) {
    quiet = quiet && ranges_.lies_in(rule.outcome[i], fields[i].domain);
  }
  for (const ir::DutyUse& use : rule.duties) {
    const auto& arguments = rules_.record(rules_.duties[ir::index(use.duty)].arguments).fields;
    for (size_t i = 0; i < use.arguments.size(); ++i) {
      quiet = quiet && ranges_.lies_in(use.arguments[i], arguments[i].domain);
    }
  }
  return quiet;
}

void Walk::walk_rules() {
  const auto order = ir::try_order(decision_);
  const auto ends_batch = [&](size_t next) {
    if (next == order.size() || decision_.policy == ir::HitPolicy::first) return true;
    return decision_.policy == ir::HitPolicy::by_priority &&
           decision_.rules[order[next]].priority != decision_.rules[order[next - 1]].priority;
  };
  std::vector<Tested> batch;
  for (size_t i = 0; i < order.size(); ++i) {
    rule_ = order[i];
    if (!is_quiet(decision_.rules[rule_])) batch.push_back(test(decision_.rules[rule_]));
    if (!ends_batch(i + 1)) continue;
    std::ranges::sort(batch, {}, &Tested::rule);
    const size_t tested = ended_.size();
    for (const Tested& one : batch) walk_fired(one);
    batch.clear();
    // No rule that is tried later is reached once one has fired.
    if (i + 1 < order.size()) ended_.resize(tested);
  }
  around_.clear();
  is_exact_ = true;
}

Walk::Tested Walk::test(const ir::Rule& rule) {
  is_exact_ = true;
  ExprId when = tried(rule);
  if (rule.each_list != ExprId::none) {
    walk(rule.each_list, when);
    outer_ = when;
    around_.push_back({rule.each_list, rule.each_var, terms_.truth(true)});
    when = terms_.truth(true);
  }
  for (const ExprId condition : rule.conditions) {
    walk(condition, when);
    when = terms_.both(when, condition);
  }
  Tested out{rule_, when, outer_, around_, is_exact_};
  around_.clear();
  return out;
}

void Walk::walk_fired(const Tested& tested) {
  rule_ = tested.rule;
  outer_ = tested.outer;
  around_ = tested.around;
  is_exact_ = tested.is_exact;
  const ir::Rule& rule = decision_.rules[rule_];
  const ExprId when = terms_.both(tested.when, kept());
  walk_outcome(rule.outcome, when);
  walk_duties(rule, when);
  around_.clear();
}

void Walk::walk_outcome(const std::vector<ExprId>& outcome, ExprId when) {
  const auto& fields = rules_.record(decision_.output).fields;
  for (const ExprId id : outcome) walk(id, when);
  for (size_t i = 0; i < outcome.size(); ++i) {
    within(outcome[i], fields[i].domain, when, "the output `" + fields[i].name + "`");
  }
}

void Walk::walk_duties(const ir::Rule& rule, ExprId when) {
  for (const ir::DutyUse& use : rule.duties) {
    const ir::Duty& duty = rules_.duties[ir::index(use.duty)];
    const auto& fields = rules_.record(duty.arguments).fields;
    for (const ExprId id : use.arguments) walk(id, when);
    for (size_t i = 0; i < use.arguments.size(); ++i) {
      within(use.arguments[i], fields[i].domain, when,
             "`" + fields[i].name + "` of `" + duty.name + "`");
    }
  }
}

void Walk::folds() {
  if (decision_.policy != ir::HitPolicy::collect_folds) return;
  const auto& results = rules_.records[rules_.type(decision_.result_type).ref].fields;
  for (size_t i = 0; i < decision_.folds.size(); ++i) {
    if (decision_.folds[i].kind == ir::FoldKind::sum) {
      sum_of(decision_.folds[i].column, results[i]);
    }
  }
}

void Walk::sum_of(uint32_t column, const ir::Field& result) {
  const ir::Range limits = ir::range_of_type(rules_, rules_.type(result.type));
  ir::Range range{0, 0};
  ExprId sum = number(result.type, 0), one = ExprId::none;
  bool has_form = decision_.rules.size() <= kMostRulesBefore;
  for (const ir::Rule& rule : decision_.rules) {
    const ExprId value = rule.outcome[column];
    const ir::Range part = ranges_.range_of(value);
    const bool is_each = rule.each_list != ExprId::none;
    const Int128 items = is_each ? ranges_.max_items_of(rule.each_list) : 1;
    range.low = plus(range.low, saturated(std::min<Int128>(part.low, 0), items, limits));
    range.high = plus(range.high, saturated(std::max<Int128>(part.high, 0), items, limits));
    has_form = has_form && !is_each && rules_.expr(value).type == result.type;
    if (!has_form) continue;
    one = value;
    sum = terms_.add(sum, terms_.choose(fires(rule), value, number(result.type, 0)));
  }
  if (range.low >= limits.low && range.high <= limits.high) return;
  const ExprId always = terms_.truth(true);
  const std::string what = "the sum `" + result.name + "`";
  if (has_form && one != ExprId::none) {
    const ExprId fails = outside(sum, limits.low, limits.high);
    add(sum, PAC_E_OVERFLOW, always, fails, fails, ir::DomainId::none, what);
  } else if (!decision_.rules.empty()) {
    add(decision_.rules[0].outcome[column], PAC_E_OVERFLOW, always, ExprId::none, always,
        ir::DomainId::none, what);
  }
}

Int128 Walk::plus(Int128 a, Int128 b) {
  Int128 out = 0;
  return __builtin_add_overflow(a, b, &out) ? a : out;
}

Int128 Walk::saturated(Int128 value, Int128 items, const ir::Range& limits) {
  Int128 out = 0;
  if (!__builtin_mul_overflow(value, items, &out) && out >= limits.low && out <= limits.high) {
    return out;
  }
  return value < 0 ? limits.low - 1 : limits.high + 1;
}

void Walk::within(ExprId value, ir::DomainId id, ExprId when, const std::string& what) {
  if (id == ir::DomainId::none || ranges_.lies_in(value, id)) return;
  const ir::Domain domain = rules_.domain(id);
  if (counts_within(rule_set_, decision_, value, domain)) return;
  ExprId plain = value;
  if (rules_.type_of(value).optional) {
    when = terms_.both(when, rules_.add(ir::Expr{Op::is_present, bool_, ir::index(value)}));
    const ir::TypeId bare = rules_.optional(rules_.expr(value).type, false);
    plain = rules_.add(ir::Expr{Op::unwrap, bare, ir::index(value)});
  }
  const auto [fails, is_whole] = outside_of(rules_, terms_, plain, domain);
  add(value, PAC_E_DOMAIN, when, fails, is_whole ? fails : terms_.truth(true), id, what);
}

}  // namespace pac::analyze::failing

namespace pac::analyze {

Failures find_failures(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId decision,
                       const CalledFaults& called) {
  return failing::Walk(rule_set, working, decision, called).run();
}

}  // namespace pac::analyze
