// Evaluations that some input may end in an error. What the ranges of values don't prove safe is
// put to the prover: it is reached, and it fails. One place, one finding; expressions that are
// alike but for their constants, as in the rows of a table, are one place.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "compiler/analyze/called_faults.h"
#include "compiler/analyze/failures.h"
#include "compiler/analyze/phrase.h"
#include "compiler/analyze/questions.h"
#include "compiler/analyze/space.h"
#include "compiler/analyze/terms.h"
#include "compiler/analyze/theory.h"
#include "compiler/analyze/witness.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

namespace {

constexpr size_t kMostCandidates = 4;  // of one finding
constexpr size_t kMostQuestions = 24;  // of one finding
constexpr size_t kMostHard = 8;        // questions without an answer, of one decision
constexpr int kMaxDepth = 12;          // to which expressions are compared

struct Site {
  const Failure* failure = nullptr;
  uint32_t rule = ir::kNone;
  uint32_t likely = ir::kNone, only = ir::kNone;  // by number of the rule that asks
  uint32_t first = ir::kNone, clear = ir::kNone;
  ExprId condition = ExprId::none;  // as the author wrote it
};

struct Group {
  std::vector<const Failure*> failures;
  std::vector<Site> sites;
};

// An expression without its constants.
std::string shape_of(const ir::RuleSet& rules, ExprId id, int depth = 0) {
  const ir::Expr& e = rules.expr(id);
  if (e.op == Op::constant || depth > kMaxDepth) return "#";
  std::string out = std::string(ir::name(e.op)) + "/" + std::to_string(ir::index(e.type));
  const ir::OpShape& parts = ir::shape(e.op);
  if (parts.a != ir::Part::expr) out += " " + std::to_string(e.a);
  if (parts.b == ir::Part::field) out += " " + std::to_string(e.b);
  out += "(";
  ir::for_each_operand(rules, e,
                       [&](ExprId part) { out += shape_of(rules, part, depth + 1) + ","; });
  return out + ")";
}

// What expressions of a decision read, record and field, through lets and calls.
class Reads {
 public:
  using Fields = std::set<std::pair<uint32_t, uint32_t>>;
  Reads(const ir::RuleSet& rule_set, const ir::RuleSet& working)
      : rule_set_(rule_set), working_(working) {}

  void add(const ir::Decision& decision, ExprId root, Fields* out) {
    std::vector<ExprId> pending{root};
    std::set<ExprId> seen;
    while (!pending.empty()) {
      const ExprId id = pending.back();
      pending.pop_back();
      if (!seen.insert(id).second) continue;
      const ir::Expr& e = working_.expr(id);
      if (e.op == Op::input) out->emplace(ir::index(decision.input), e.a);
      if (e.op == Op::let) pending.push_back(decision.lets[e.a].value);
      if (e.op == Op::field) {
        out->emplace(working_.type_of(static_cast<ExprId>(e.a)).ref, e.b);
      }
      if (e.op == Op::call) out->merge(Fields(of_decision(e.a)));
      ir::for_each_operand(working_, e, [&](ExprId part) { pending.push_back(part); });
    }
  }

 private:
  const Fields& of_decision(uint32_t number) {
    if (const auto found = known_.find(number); found != known_.end()) return found->second;
    // A question about a called decision reads what that one does.
    const bool is_question = number >= rule_set_.decisions.size();
    const ir::Decision& decision =
        is_question ? working_.decisions[number] : rule_set_.decisions[number];
    Fields out;
    ir::for_each_root(decision, [&](ExprId id) {
      if (id != ExprId::none) add(decision, id, &out);
    });
    return known_[number] = std::move(out);
  }

  const ir::RuleSet& rule_set_;
  const ir::RuleSet& working_;
  std::map<uint32_t, Fields> known_;
};

class MayError {
 public:
  MayError(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId id,
           const ir::DecisionSide& side, Report* report)
      : working_(working),
        terms_(working),
        id_(id),
        original_(rule_set.decision(id)),
        side_(side),
        report_(report),
        called_(find_called_faults(rule_set, working, id, *report)),
        failures_(find_failures(rule_set, working, id, called_)),
        reads_(rule_set, working) {}

  void run() {
    if (failures_.all.empty() && failures_.left_out == 0) return;
    const ir::Decision flattened = working_.decision(id_);
    make_groups();
    working_.decisions[ir::index(id_)] = asked_;
    const Flat flat = flatten(working_, id_);
    flat_ = &flat;
    space_.emplace(working_, flat);
    theory_.emplace(*space_);
    region_ = with_features();
    for (const Group& group : groups_) answer(group);
    working_.decisions[ir::index(id_)] = flattened;
    if (failures_.left_out > 0) {
      Finding& finding = add(FindingKind::unknown);
      finding.error = PAC_E_LIMIT;
      finding.reason = "there are more expressions that may end in an error than are looked at";
    }
  }

 private:
  void make_groups() {
    asked_ = original_;
    asked_.policy = ir::HitPolicy::first;
    asked_.rules.clear();
    asked_.has_otherwise = false;
    asked_.otherwise = {};
    asked_.result.clear();
    asked_.folds.clear();
    asked_.ranking.clear();
    // What a called decision assumes brings variables of its own.
    for (const ir::Decision& each : working_.decisions) asked_.var_count += each.var_count;
    std::map<std::tuple<pac_error, std::string, uint32_t, std::string>, size_t> numbers;
    for (const Failure& failure : failures_.all) {
      const auto key =
          std::tuple(failure.error, failure.what, failure.let, shape_of(working_, failure.expr));
      const auto [at, is_new] = numbers.emplace(key, groups_.size());
      if (is_new) groups_.emplace_back();
      Group& group = groups_[at->second];
      group.failures.push_back(&failure);
      for (const FailureSite& site : failure.sites) {
        Site& one = group.sites.emplace_back();
        one.failure = &failure;
        one.rule = site.rule;
        one.likely = site.likely == site.only ? ir::kNone : ask(site.likely);
        one.only = ask(site.only);
        one.first = ask(site.first);
        one.clear = ask(site.clear);
        one.condition = site.only;
      }
    }
    for (const ir::Feature& feature : original_.features) {
      if (!feature.required) continue;  // a column, so that it can be asked to be there
      const ir::TypeId type = working_.record(original_.input).fields[feature.slot].type;
      const ExprId input = working_.add(ir::Expr{Op::input, type, feature.slot});
      ask(working_.add(ir::Expr{Op::is_present, working_.intern(ir::Type{}), ir::index(input)}));
    }
  }

  uint32_t ask(ExprId condition) {
    if (condition == ExprId::none) return ir::kNone;
    const auto [known, is_new] =
        numbers_.emplace(condition, static_cast<uint32_t>(asked_.rules.size()));
    if (!is_new) return known->second;
    asked_.rules.emplace_back().conditions = {condition};
    return known->second;
  }

  // All inputs with the features that have to be there.
  Region with_features() const {
    Region out = space_->everything();
    for (uint32_t i = 0; i < out.sets.size(); ++i) {
      const Column& column = space_->columns()[i];
      if (!column.path || !column.is_optional || !column.path->fields.empty()) continue;
      const auto feature =
          std::ranges::find(original_.features, column.path->slot, &ir::Feature::slot);
      if (feature == original_.features.end() || !feature->required) continue;
      out.sets[i] = out.sets[i].subtract(CellSet::of(0, 0));
    }
    return out;
  }

  ExprId condition_of(uint32_t number) const { return flat_->rules[number].condition; }

  TheoryAnswer solve(ExprId condition) {
    for (const ExprId assume : flat_->assumes) condition = terms_.both(assume, condition);
    TheoryAnswer out;
    out.possible = Possible::no;
    if (condition == terms_.truth(false)) return out;
    if (hard_ >= kMostHard) {
      out.possible = Possible::unknown;
      out.reason = "other expressions of the decision took all the steps there are";
      return out;
    }
    out = theory_->solve(region_, condition);
    if (out.possible == Possible::unknown) ++hard_;
    return out;
  }

  // What was found of a group.
  struct Answer {
    std::vector<Place> places;
    std::vector<ExprId> exprs;  // that fail, of the sites that are open
    std::vector<uint32_t> rules;
    const Failure* shown = nullptr;
    std::string reason;
  };

  void answer(const Group& group) {
    Answer out;
    Reads::Fields reads;
    size_t asked = 0;
    for (const Site& site : group.sites) {
      if (++asked > kMostQuestions) {
        out.reason = "it stands in too many rules";
        reads_.add(original_, site.condition, &reads);
        continue;
      }
      if (!is_open(site, &out)) continue;
      reads_.add(original_, site.condition, &reads);
      if (out.shown == nullptr) out.shown = site.failure;
      if (std::ranges::find(out.exprs, site.failure->expr) == out.exprs.end()) {
        out.exprs.push_back(site.failure->expr);
      }
      if (site.rule != ir::kNone && std::ranges::find(out.rules, site.rule) == out.rules.end()) {
        out.rules.push_back(site.rule);
      }
    }
    for (const Failure* failure : group.failures) {
      if (!failure->has_more_sites) continue;
      out.reason = "it stands in too many rules";
      reads_.add(original_, failure->expr, &reads);
    }
    if (out.shown == nullptr && out.reason.empty()) return;
    if (out.shown == nullptr) out.shown = group.failures[0];
    report_group(std::move(out));
    report_->findings.back().reads = std::move(reads);
  }

  // Whether an input may end in the error here, which first may mean: before any other error. First
  // by inputs that meet as little else as possible.
  bool is_open(const Site& site, Answer* out) {
    // The last of these proves, where no input is found, that there is none.
    std::vector<std::pair<uint32_t, uint32_t>> questions;
    if (site.likely != ir::kNone) questions.emplace_back(site.likely, site.clear);
    if (site.clear != site.first) questions.emplace_back(site.only, site.clear);
    questions.emplace_back(site.only, site.first);
    std::string reason;
    bool is_open = false;
    for (const auto& [number, mask] : questions) {
      const TheoryAnswer answer = solve(terms_.both(condition_of(number), condition_of(mask)));
      is_open = answer.possible != Possible::no;
      if (answer.possible == Possible::unknown) reason = answer.reason;
      if (answer.possible != Possible::yes) continue;
      if (out->places.size() < kMostCandidates) {
        out->places.push_back({"", complete(*space_, region_, answer.model)});
      }
      break;
    }
    if (is_open && out->reason.empty()) out->reason = reason;
    return is_open;
  }

  void report_group(Answer answer) {
    const Failure& failure = *answer.shown;
    Finding& finding = add(answer.places.empty() ? FindingKind::unknown : FindingKind::may_error);
    finding.rules = std::move(answer.rules);
    finding.places = std::move(answer.places);
    finding.reason = std::move(answer.reason);
    finding.error = failure.error;
    finding.let = failure.let;
    finding.inside = failure.inside;
    if (!failure.is_within) finding.exprs = std::move(answer.exprs);
    if (failure.inside != ir::DecisionId::none) {
      finding.text = phrase(working_, original_, side_, failure.expr);
      finding.exprs.clear();
    } else if (failure.error == PAC_E_DOMAIN) {
      const bool is_let = failure.what.empty() && failure.let < side_.lets.size();
      finding.text = is_let ? "`" + side_.lets[failure.let].name + "`" : failure.what;
    } else if (!failure.what.empty()) {
      const bool is_call = working_.expr(failure.expr).op == Op::call;
      finding.text = is_call ? phrase(working_, original_, side_, failure.expr) : failure.what;
      finding.exprs.clear();
    } else {
      finding.text = phrase(working_, original_, side_, failure.expr);
    }
  }

  Finding& add(FindingKind kind) {
    Finding finding;
    finding.kind = kind;
    finding.decision = id_;
    report_->findings.push_back(std::move(finding));
    return report_->findings.back();
  }

  ir::RuleSet& working_;
  Terms terms_;
  const ir::DecisionId id_;
  const ir::Decision& original_;
  const ir::DecisionSide& side_;
  Report* report_;
  const CalledFaults called_;
  const Failures failures_;
  Reads reads_;
  std::vector<Group> groups_;
  ir::Decision asked_;
  std::map<ExprId, uint32_t> numbers_;  // of rules that ask
  const Flat* flat_ = nullptr;
  std::optional<Space> space_;
  std::optional<Theory> theory_;
  Region region_;
  size_t hard_ = 0;
};

}  // namespace

void find_may_error(const ir::RuleSet& rule_set, ir::RuleSet& working, ir::DecisionId decision,
                    const ir::DecisionSide& side, Report* report) {
  MayError(rule_set, working, decision, side, report).run();
  working.decisions.resize(rule_set.decisions.size());  // without the questions
}

}  // namespace pac::analyze
