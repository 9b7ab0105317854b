// The walk over a decision that finds what may end in an error, in the order in which it is
// evaluated. Internal to failures.cpp and failure_exprs.cpp; failures.h is for everybody else. One
// walk, one thread.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/analyze/failures.h"
#include "compiler/analyze/terms.h"
#include "runtime/abi.h"
#include "runtime/ir/range.h"

namespace pac::analyze::failing {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

inline constexpr size_t kMostFailures = 400;     // of one decision
inline constexpr size_t kMostSites = 16;         // of one failure
inline constexpr size_t kMostRulesBefore = 128;  // whose conditions are taken into account
inline constexpr uint32_t kMostVisits = 200'000;
inline constexpr size_t kMostReads = 64;   // of one let, that are told apart
inline constexpr size_t kMostBefore = 24;  // failures before one, that it is asked to come without

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
  Walk(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId id,
       const CalledFaults& called)
      : called_(called),
        rule_set_(rule_set),
        rules_(working),
        terms_(working),
        decision_(rule_set.decision(id)),
        ranges_(rule_set, decision_),
        bool_(working.intern(ir::Type{})),
        let_reads_(decision_.lets.size()),
        let_ends_(decision_.lets.size()) {
    base_.first = base_.clear = terms_.truth(true);
  }

  Failures run();

 private:
  // ---- Conditions. They stay as the author's expressions are, but for what is plainly true.

  ExprId number(ir::TypeId type, Int128 value) { return terms_.number(type, value); }
  ExprId join(Op op, ExprId a, ExprId b) {
    return rules_.add(ir::Expr{op, bool_, ir::index(a), ir::index(b)});
  }
  ExprId outside(ExprId value, Int128 low, Int128 high);
  ExprId dates(const ir::Rule& rule);
  ExprId fires(const ir::Rule& rule);

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
  ExprId tried(const ir::Rule& rule);

  // That no rule removes this one.
  ExprId kept();

  // What holds outside of all quantifiers where `inner` does within them.
  ExprId lift(ExprId inner);

  // ---- Places.

  // `likely` is none where no failing input is known.
  void add(ExprId expr, pac_error error, ExprId when, ExprId likely, ExprId only,
           ir::DomainId domain = ir::DomainId::none, const std::string& what = "",
           bool is_certain = false);
  FailureSite site_of(ExprId when, ExprId likely, ExprId only);

  // That nothing of what was met before ends the evaluation.
  void mask(ExprId* first, ExprId* clear);

  // The evaluation may end here: what comes later is reached by the inputs for which it does not.
  // In a quantifier that is never sure, since an earlier item may settle it.
  void end(ExprId when, ExprId likely, ExprId only, bool is_certain);

  // What ends the evaluation of a let, wherever it is read.
  Ending ends_of_let();
  ExprId joined(ExprId a, ExprId b) { return a == ExprId::none ? b : terms_.either(a, b); }

  void walk_let(ExprId when);
  void read_let(uint32_t number, ExprId when);
  void add(ExprId expr, pac_error error, ExprId when, ExprId fails) {
    add(expr, error, when, fails, fails);
  }

  bool is_quiet(const ir::Rule& rule);

  // A rule whose conditions were walked.
  struct Tested {
    uint32_t rule;
    ExprId when, outer;
    std::vector<Around> around;
    bool is_exact;
  };

  // Which rules are tested before the outcomes of which are computed: by policy.
  void walk_rules();
  Tested test(const ir::Rule& rule);
  void walk_fired(const Tested& tested);
  void walk_outcome(const std::vector<ExprId>& outcome, ExprId when);
  void walk_duties(const ir::Rule& rule, ExprId when);

  // Sums of contributions.
  void folds();
  void sum_of(uint32_t column, const ir::Field& result);

  // Once beyond every limit it stays there.
  static Int128 plus(Int128 a, Int128 b);

  // value * items, or just beyond the limits.
  static Int128 saturated(Int128 value, Int128 items, const ir::Range& limits);

  // The value has to lie in a domain.
  void within(ExprId value, ir::DomainId id, ExprId when, const std::string& what);

  // ---- Expressions.

  void walk(ExprId id, ExprId when);
  void walk_quantifier(ExprId id, const ir::Expr& e, ExprId when);
  void overflow(ExprId id, const ir::Expr& e, ExprId when);

  // The operation itself; its operands have values.
  void evaluate(ExprId id, const ir::Expr& e, ExprId when);
  void fields(const ir::Expr& e, ir::RecordId record, ExprId when);

  // What the called decision assumes, of the arguments.
  void assumes(ExprId id, const ir::Expr& e, ExprId when);

  // What may go wrong in the called decision and in those that it calls, or in what it assumes.
  void inside(ExprId id, const ir::Expr& e, ExprId when, bool in_assumes);
  void before_first_line(ExprId id, const ir::Expr& e, ExprId when);
  void whole_days(ExprId id, const ir::Expr& e, ExprId when);

  const CalledFaults& called_;
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
  std::map<std::tuple<ExprId, pac_error, ir::DomainId, uint32_t, ir::DecisionId>, size_t> known_;
  std::vector<Around> around_;   // from the outermost in
  ExprId outer_ = ExprId::none;  // what holds around all of them
  uint32_t rule_ = ir::kNone, let_ = ir::kNone;
  ir::DecisionId inside_ = ir::DecisionId::none;  // of what is added
  uint32_t visits_ = 0;
};

}  // namespace pac::analyze::failing
