#include "compiler/analyze/failures.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/analyze/failing_call.h"
#include "compiler/analyze/failing_value.h"
#include "compiler/analyze/terms.h"
#include "runtime/base/date.h"
#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

constexpr size_t kMostFailures = 400;     // of one decision
constexpr size_t kMostSites = 16;         // of one failure
constexpr size_t kMostRulesBefore = 128;  // whose conditions are taken into account
constexpr uint32_t kMostVisits = 200'000;
constexpr size_t kMostReads = 64;   // of one let, that are told apart
constexpr size_t kMostBefore = 24;  // failures before one, that it is asked to come without

// A quantifier, or a `for each`, around the expression that is looked at.
struct Around {
  ExprId list = ExprId::none;
  uint32_t variable = ir::kNone;
  ExprId condition = ExprId::none;  // of what is inside
};

// What ends the evaluation before a place is reached: sure to (none: not known), and what may.
struct Ending {
  ExprId sure = ExprId::none, wide = ExprId::none;
};

// When a let is read, all reads joined: at all, without what surely ends the evaluation before, and
// without what may.
struct LetReads {
  ExprId any = ExprId::none, first = ExprId::none, clear = ExprId::none;
  size_t count = 0;
};

class Walk {
 public:
  Walk(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId id)
      : rule_set_(rule_set),
        rules_(working),
        terms_(working),
        decision_(rule_set.decision(id)),
        ranges_(rule_set, decision_),
        bool_(working.intern(ir::Type{})),
        let_reads_(decision_.lets.size()),
        let_ends_(decision_.lets.size()) {
    base_.first = base_.clear = terms_.truth(true);
  }

  Failures run() {
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

 private:
  // ---- Conditions. They stay as the author's expressions are, but for what is plainly true.

  ExprId number(ir::TypeId type, Int128 value) { return terms_.number(type, value); }
  ExprId join(Op op, ExprId a, ExprId b) {
    return rules_.add(ir::Expr{op, bool_, ir::index(a), ir::index(b)});
  }
  ExprId outside(ExprId value, Int128 low, Int128 high) {
    const ir::TypeId type = rules_.expr(value).type;
    return terms_.either(join(Op::lt, value, number(type, low)),
                         join(Op::gt, value, number(type, high)));
  }

  ExprId dates(const ir::Rule& rule) {
    if (!rule.has_effective) return terms_.truth(true);
    const ir::TypeId type = rules_.record(decision_.input).fields[decision_.as_of_slot].type;
    const ExprId as_of = rules_.add(ir::Expr{Op::input, type, decision_.as_of_slot});
    return terms_.not_of(outside(as_of, rule.effective_from, rule.effective_to));
  }

  ExprId fires(const ir::Rule& rule) {
    ExprId out = dates(rule);
    for (const ExprId condition : rule.conditions) out = terms_.both(out, condition);
    return out;
  }

  // That none of the rules before `end` fires that `counts`. Weaker where there are too many: then
  // an input may be found that isn't confirmed.
  template <typename Counts>
  ExprId none_of(uint32_t end, Counts counts) {
    ExprId when = terms_.truth(true);
    size_t named = 0;
    for (uint32_t i = end; i-- > 0;) {
      const ir::Rule& rule = decision_.rules[i];
      if (!counts(rule)) continue;
      if (rule.each_list != ExprId::none || named >= kMostRulesBefore) {
        is_exact_ = false;
        if (named >= kMostRulesBefore) break;
        continue;
      }
      when = terms_.both(when, terms_.not_of(fires(rule)));
      ++named;
    }
    return when;
  }

  // That the rule is tried.
  ExprId tried(const ir::Rule& rule) {
    const auto count = static_cast<uint32_t>(decision_.rules.size());
    if (decision_.policy == ir::HitPolicy::first) {
      return terms_.both(dates(rule), none_of(rule_, [](const ir::Rule&) { return true; }));
    }
    if (decision_.policy == ir::HitPolicy::by_priority) {
      return terms_.both(dates(rule), none_of(count, [&](const ir::Rule& other) {
                           return other.priority > rule.priority;
                         }));
    }
    return dates(rule);
  }

  // That no rule removes this one.
  ExprId kept() {
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

  // What holds outside of all quantifiers where `inner` does within them.
  ExprId lift(ExprId inner) {
    if (around_.empty()) return inner;
    for (size_t i = around_.size(); i-- > 0;) {
      const Around& around = around_[i];
      inner =
          rules_.add(ir::Expr{Op::any, bool_, ir::index(around.list),
                              ir::index(terms_.both(around.condition, inner)), around.variable});
    }
    return terms_.both(outer_, inner);
  }

  // ---- Places.

  // `likely` is none where no failing input is known.
  void add(ExprId expr, pac_error error, ExprId when, ExprId likely, ExprId only,
           ir::DomainId domain = ir::DomainId::none, const std::string& what = "",
           bool is_certain = false) {
    if (only == terms_.truth(false)) return;
    const FailureSite site = site_of(when, likely, only);
    end(when, likely, only, is_certain);
    if (is_let_alone_) return;
    const auto key = std::tuple(expr, error, domain, let_);
    const auto known = known_.find(key);
    if (known == known_.end() && out_.all.size() >= kMostFailures) {
      ++out_.left_out;
      return;
    }
    const auto at = known != known_.end() ? known->second : out_.all.size();
    if (known == known_.end()) {
      known_.emplace(key, at);
      out_.all.push_back({error, expr, domain, what, let_, !around_.empty(), {}});
    }
    Failure& failure = out_.all[at];
    if (failure.sites.size() >= kMostSites) {
      failure.has_more_sites = true;
      return;
    }
    failure.sites.push_back(site);
  }

  FailureSite site_of(ExprId when, ExprId likely, ExprId only) {
    FailureSite site;
    site.rule = rule_;
    site.only = lift(terms_.both(when, only));
    if (likely != ExprId::none) site.likely = lift(terms_.both(when, likely));
    site.first = base_.first;
    site.clear = base_.clear;
    mask(&site.first, &site.clear);
    return site;
  }

  // That nothing of what was met before ends the evaluation.
  void mask(ExprId* first, ExprId* clear) {
    const size_t begin = ended_.size() > kMostBefore ? ended_.size() - kMostBefore : 0;
    for (size_t i = begin; i < ended_.size(); ++i) {
      const auto [sure, wide] = ended_[i];
      if (sure != ExprId::none) *first = terms_.both(*first, terms_.not_of(sure));
      if (wide != ExprId::none) *clear = terms_.both(*clear, terms_.not_of(wide));
    }
  }

  // The evaluation may end here: what comes later is reached by the inputs for which it does not.
  // In a quantifier that is never sure, since an earlier item may settle it.
  void end(ExprId when, ExprId likely, ExprId only, bool is_certain) {
    Ending ending;
    if (around_.empty() && is_exact_ && (likely == only || is_certain)) {
      ending.sure = likely == ExprId::none ? ExprId::none : terms_.both(when, likely);
    }
    const ExprId wide = only == terms_.truth(true) ? likely : only;
    if (wide != ExprId::none) ending.wide = lift(terms_.both(when, wide));
    ended_.push_back(ending);
  }

  // What ends the evaluation of a let, wherever it is read.
  Ending ends_of_let() {
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

  ExprId joined(ExprId a, ExprId b) { return a == ExprId::none ? b : terms_.either(a, b); }

  void walk_let(ExprId when) {
    const ir::Let& let = decision_.lets[let_];
    walk(let.value, when);
    within(let.value, let.domain, when, "");
  }

  void read_let(uint32_t number, ExprId when) {
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

  void add(ExprId expr, pac_error error, ExprId when, ExprId fails) {
    add(expr, error, when, fails, fails);
  }

  bool is_quiet(const ir::Rule& rule) {
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

  // A rule whose conditions were walked.
  struct Tested {
    uint32_t rule;
    ExprId when, outer;
    std::vector<Around> around;
    bool is_exact;
  };

  // Which rules are tested before the outcomes of which are computed: by policy.
  void walk_rules() {
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

  Tested test(const ir::Rule& rule) {
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

  void walk_fired(const Tested& tested) {
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

  void walk_outcome(const std::vector<ExprId>& outcome, ExprId when) {
    const auto& fields = rules_.record(decision_.output).fields;
    for (const ExprId id : outcome) walk(id, when);
    for (size_t i = 0; i < outcome.size(); ++i) {
      within(outcome[i], fields[i].domain, when, "the output `" + fields[i].name + "`");
    }
  }

  void walk_duties(const ir::Rule& rule, ExprId when) {
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

  // Sums of contributions.
  void folds() {
    if (decision_.policy != ir::HitPolicy::collect_folds) return;
    const auto& results = rules_.records[rules_.type(decision_.result_type).ref].fields;
    for (size_t i = 0; i < decision_.folds.size(); ++i) {
      if (decision_.folds[i].kind == ir::FoldKind::sum) {
        sum_of(decision_.folds[i].column, results[i]);
      }
    }
  }

  void sum_of(uint32_t column, const ir::Field& result) {
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

  // Once beyond every limit it stays there.
  static Int128 plus(Int128 a, Int128 b) {
    Int128 out = 0;
    return __builtin_add_overflow(a, b, &out) ? a : out;
  }

  // value * items, or just beyond the limits.
  static Int128 saturated(Int128 value, Int128 items, const ir::Range& limits) {
    Int128 out = 0;
    if (!__builtin_mul_overflow(value, items, &out) && out >= limits.low && out <= limits.high) {
      return out;
    }
    return value < 0 ? limits.low - 1 : limits.high + 1;
  }

  // The value has to lie in a domain.
  void within(ExprId value, ir::DomainId id, ExprId when, const std::string& what) {
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

  // ---- Expressions.

  void walk(ExprId id, ExprId when) {
    if (id == ExprId::none || ranges_.cannot_fail(id)) return;
    if (++visits_ > kMostVisits) {
      ++out_.left_out;
      return;
    }
    const ir::Expr e = rules_.expr(id);
    const auto a = static_cast<ExprId>(e.a), b = static_cast<ExprId>(e.b),
               c = static_cast<ExprId>(e.c);
    switch (e.op) {
      case Op::let:
        read_let(e.a, when);
        return;
      case Op::and_:
        walk(a, when);
        walk(b, terms_.both(when, a));
        return;
      case Op::or_:
        walk(a, when);
        walk(b, terms_.both(when, terms_.not_of(a)));
        return;
      case Op::if_:
        walk(a, when);
        walk(b, terms_.both(when, a));
        walk(c, terms_.both(when, terms_.not_of(a)));
        return;
      case Op::default_:
        walk(a, when);
        walk(b, terms_.both(when, terms_.not_of(rules_.add(ir::Expr{Op::is_present, bool_, e.a}))));
        return;
      case Op::any:
      case Op::all:
      case Op::none:
      case Op::count:
      case Op::sum:
      case Op::min:
      case Op::max:
        walk_quantifier(id, e, when);
        return;
      default:
        ir::for_each_operand(rules_, e, [&](ExprId operand) { walk(operand, when); });
        evaluate(id, e, when);
    }
  }

  void walk_quantifier(ExprId id, const ir::Expr& e, ExprId when) {
    const auto list = static_cast<ExprId>(e.a), condition = static_cast<ExprId>(e.b);
    walk(list, when);
    const ExprId outer_before = outer_;
    const std::vector<Around> around_before = around_;
    if (around_.empty()) {
      outer_ = when;
    } else {
      around_.back().condition = terms_.both(around_.back().condition, when);
    }
    around_.push_back({list, e.c, terms_.truth(true)});
    walk(condition, terms_.truth(true));
    if (e.op >= Op::sum) {
      walk(static_cast<ExprId>(e.extra),
           condition == ExprId::none ? terms_.truth(true) : condition);
    }
    around_ = around_before;
    outer_ = outer_before;
    if (e.op != Op::sum || ranges_.cannot_overflow(id)) return;
    if (is_part_of_input(rules_, decision_, list)) return overflow(id, e, when);
    add(id, PAC_E_OVERFLOW, when, ExprId::none, terms_.truth(true));
  }

  void overflow(ExprId id, const ir::Expr& e, ExprId when) {
    const ir::Type type = rules_.type(e.type);
    const ir::Range range = ir::range_of_type(rules_, type);
    const bool is_day = type.kind == TypeKind::date || type.kind == TypeKind::datetime;
    add(id, is_day ? PAC_E_DATE_RANGE : PAC_E_OVERFLOW, when, outside(id, range.low, range.high));
  }

  // The operation itself; its operands have values.
  void evaluate(ExprId id, const ir::Expr& e, ExprId when) {
    switch (e.op) {
      case Op::param:
        before_first_line(id, e, when);
        return;
      case Op::neg:
      case Op::mul:
      case Op::rescale:
      case Op::round:
      case Op::add:
      case Op::sub:
        if (rules_.type(e.type).kind != TypeKind::quotient && !ranges_.cannot_overflow(id)) {
          overflow(id, e, when);
        }
        if (rules_.type(e.type).kind == TypeKind::date) whole_days(id, e, when);
        return;
      case Op::quot:
      case Op::mod: {
        const auto divisor = static_cast<ExprId>(e.b);
        const ir::Range range = ranges_.range_of(divisor);
        if (range.low > 0 || range.high < 0) return;
        const ExprId zero = number(rules_.expr(divisor).type, 0);
        add(id, PAC_E_DIVISION_BY_ZERO, when, join(Op::eq, divisor, zero));
        return;
      }
      case Op::make_record:
        fields(e, static_cast<ir::RecordId>(rules_.type(e.type).ref), when);
        return;
      case Op::call:
        fields(e, rules_.decisions[e.a].input, when);
        assumes(id, e, when);
        return;
      case Op::call_std:
        for (const FailingCall& call : failing_calls(rules_, ranges_, id)) {
          add(id, call.error, when, call.likely, call.only, ir::DomainId::none, "",
              call.is_certain);
        }
        return;
      default:
        return;  // memory for texts and lists is not looked at
    }
  }

  void fields(const ir::Expr& e, ir::RecordId record, ExprId when) {
    const std::vector<ir::Field> all = rules_.record(record).fields;
    for (uint32_t i = 0; i < e.operand_count; ++i) {
      within(rules_.operand(e, i), all[i].domain, when, "`" + all[i].name + "`");
    }
  }

  // What the called decision assumes, of the arguments.
  void assumes(ExprId id, const ir::Expr& e, ExprId when) {
    const std::vector<ExprId> all = rules_.decisions[e.a].assumes;
    for (const ExprId assume : all) {
      const ExprId fails = terms_.not_of(with_arguments(rules_, assume, e, decision_.var_count));
      add(id, PAC_E_DOMAIN, when, fails, fails, ir::DomainId::none,
          "what `" + rules_.decisions[e.a].name + "` is called with");
    }
  }

  void before_first_line(ExprId id, const ir::Expr& e, ExprId when) {
    const ir::Param& param = rules_.params[e.a];
    const auto date = static_cast<ExprId>(e.b);
    if (param.lines.empty() || ranges_.range_of(date).low >= param.lines[0].from) return;
    const ExprId first = number(rules_.expr(date).type, param.lines[0].from);
    add(id, PAC_E_PARAM, when, join(Op::lt, date, first));
  }

  void whole_days(ExprId id, const ir::Expr& e, ExprId when) {
    const auto duration = static_cast<ExprId>(e.b);
    if (rules_.type_of(duration).kind != TypeKind::duration) return;
    if (const ir::Constant* days = terms_.constant(duration)) {
      if (days->number % kMicrosPerDay == 0) return;
    }
    const ir::TypeId type = rules_.expr(duration).type;
    const ExprId rest = rules_.add(
        ir::Expr{Op::mod, type, ir::index(duration), ir::index(number(type, kMicrosPerDay))});
    add(id, PAC_E_ARGUMENT, when, terms_.not_of(join(Op::eq, rest, number(type, 0))));
  }

  const ir::RuleSet& rule_set_;
  ir::RuleSet& rules_;
  Terms terms_;
  const ir::Decision& decision_;
  ir::RangeAnalysis ranges_;
  ir::TypeId bool_;
  std::vector<LetReads> let_reads_;
  std::vector<Ending> let_ends_;
  std::vector<Ending> ended_;  // what was met on the way to where the walk is
  LetReads base_;              // of the let that is walked
  bool is_let_alone_ = false;  // only what ends a let is looked for
  bool is_exact_ = true;       // the condition under which the walk is here
  std::vector<std::vector<uint32_t>> reach_;
  Failures out_;
  std::map<std::tuple<ExprId, pac_error, ir::DomainId, uint32_t>, size_t> known_;
  std::vector<Around> around_;   // from the outermost in
  ExprId outer_ = ExprId::none;  // what holds around all of them
  uint32_t rule_ = ir::kNone, let_ = ir::kNone;
  uint32_t visits_ = 0;
};

}  // namespace

Failures find_failures(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId decision) {
  return Walk(rule_set, working, decision).run();
}

}  // namespace pac::analyze
