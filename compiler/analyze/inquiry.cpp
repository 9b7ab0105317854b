#include "compiler/analyze/inquiry.h"

#include <algorithm>

#include "runtime/ir/phrase.h"

namespace pac::analyze {

using ir::HitPolicy;

namespace {

// Of rules, then what assumes leave out.
std::vector<const Box*> all_boxes(const Space& space) {
  std::vector<const Box*> out;
  for (const Box& box : space.rule_boxes()) out.push_back(&box);
  for (const Box& box : space.excluded()) out.push_back(&box);
  return out;
}

}  // namespace

Inquiry::Inquiry(ir::RuleSet& working, const Flat& flat, const ir::DecisionSide& side,
                 const Options& options, Report* report)
    : working_(working),
      flat_(flat),
      side_(side),
      options_(options),
      report_(report),
      terms_(working),
      space_(working, flat),
      boxes_(all_boxes(space_)),
      theory_(space_),
      pairs_(space_, space_.rule_boxes()),
      cover_(space_, boxes_),
      boxes_of_rule_(flat.rules.size()),
      reach_(ir::override_reach(decision())),
      first_finding_(report->findings.size()) {
  for (size_t i = space_.rule_boxes().size(); i < boxes_.size(); ++i) {
    excluded_.push_back(static_cast<uint32_t>(i));
  }
  for (uint32_t i = 0; i < space_.rule_boxes().size(); ++i) {
    boxes_of_rule_[space_.rule_boxes()[i].owner].push_back(i);
  }
}

bool Inquiry::comes_before(uint32_t other, uint32_t rule) const {
  switch (decision().policy) {
    case HitPolicy::first:
      return other < rule;
    case HitPolicy::by_priority:
      return decision().rules[other].priority > decision().rules[rule].priority;
    case HitPolicy::unique_with_exceptions:
      return std::ranges::binary_search(reach_[other], rule);
    default:
      return false;
  }
}

bool Inquiry::is_clash(uint32_t a, uint32_t b) {
  if (a == b) return false;
  if (decision().policy == HitPolicy::unique) return true;
  if (decision().policy == HitPolicy::by_priority &&
      decision().rules[a].priority != decision().rules[b].priority) {
    return false;
  }
  if (decision().policy == HitPolicy::unique_with_exceptions &&
      (comes_before(a, b) || comes_before(b, a))) {
    return false;
  }
  return differing(a, b) != terms_.truth(false);
}

ir::ExprId Inquiry::differing(uint32_t a, uint32_t b) {
  ir::ExprId same = terms_.truth(true);
  const auto& x = flat_.rules[a].outcome;
  const auto& y = flat_.rules[b].outcome;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] != y[i]) same = terms_.both(same, terms_.compare(ir::Op::eq, x[i], y[i]));
  }
  return terms_.not_of(same);
}

void Inquiry::add_before(uint32_t number, uint32_t rule, std::vector<uint32_t>* active) {
  if (decision().policy == HitPolicy::any || decision().policy == HitPolicy::unique) return;
  // Boxes stand in the order of their rules.
  if (decision().policy == HitPolicy::first) {
    pairs_.up_to(number, &near_);
  } else {
    pairs_.around(number, &near_);
  }
  for (const uint32_t i : near_) {
    const uint32_t owner = boxes_[i]->owner;
    if (owner != rule && comes_before(owner, rule)) active->push_back(i);
  }
}

Coverage Inquiry::search(const Region& region, const std::vector<uint32_t>& active,
                         const Cover::Visit& visit) {
  int64_t steps = options_.steps_per_question;
  const Coverage out = cover_.search(region, active, &steps, visit);
  count_steps(steps);
  return out;
}

Coverage Inquiry::find(const Region& region, const std::vector<uint32_t>& active,
                       const Cover::Visit& visit) {
  int64_t steps = options_.steps_per_question;
  const int64_t splitting = std::min(steps, options_.steps_of_splitting);
  Coverage out = Coverage::out_of_budget;
  if (splitting > 0) {
    const std::vector<bool> marks = cover_.marks();
    int64_t left = splitting;
    out = cover_.find(region, active, &left, visit);
    steps -= splitting - left;
    if (out == Coverage::out_of_budget) cover_.set_marks(marks);
  }
  if (out == Coverage::out_of_budget && steps > 0) {
    out = find_by_clauses(region, active, &steps, visit);
  }
  if (out == Coverage::out_of_budget && steps > 0) {
    out = cover_.find(region, active, &steps, visit);
  }
  count_steps(steps);
  return out;
}

Coverage Inquiry::find_by_clauses(const Region& region, const std::vector<uint32_t>& active,
                                  int64_t* steps, const Cover::Visit& visit) {
  if (clauses_ == nullptr) clauses_ = std::make_unique<SmtCover>(space_, boxes_);
  const Coverage out = clauses_->find(region, active, steps, visit);
  for (const uint32_t box : clauses_->used()) cover_.mark(box);
  return out;
}

void Inquiry::count_steps(int64_t left) {
  report_->steps += static_cast<uint64_t>(options_.steps_per_question - std::max<int64_t>(left, 0));
}

bool Inquiry::is_covered(const std::vector<uint32_t>& boxes, const std::vector<uint32_t>& rules) {
  std::vector<uint32_t> active = excluded_;
  for (const uint32_t rule : rules) {
    active.insert(active.end(), boxes_of_rule_[rule].begin(), boxes_of_rule_[rule].end());
  }
  const auto visit = [&](const Region& part) {
    return theory_.solve(part).possible == Possible::no;
  };
  return std::ranges::all_of(boxes, [&](uint32_t number) {
    return find(space_.region_of(*boxes_[number]), active, visit) == Coverage::covered;
  });
}

Finding& Inquiry::add(FindingKind kind, std::vector<uint32_t> rules) {
  Finding finding;
  finding.kind = kind;
  finding.decision = flat_.decision;
  finding.rules = std::move(rules);
  report_->findings.push_back(std::move(finding));
  return report_->findings.back();
}

void Inquiry::unknown(std::vector<uint32_t> rules, std::string reason) {
  add(FindingKind::unknown, std::move(rules)).reason = std::move(reason);
}

void Inquiry::unknown(std::vector<uint32_t> rules, const TheoryAnswer& answer) {
  Finding& finding = add(FindingKind::unknown, std::move(rules));
  finding.reason = answer.reason;
  blame(&finding, answer);
}

void Inquiry::blame(Finding* finding, const TheoryAnswer& answer) const {
  finding->spent = answer.spent;
  if (answer.expression == ir::ExprId::none) return;
  finding->expression = ir::phrase(working_, decision(), answer.expression);
}

TheoryAnswer Inquiry::out_of_steps(std::string what) const {
  TheoryAnswer out;
  out.reason = std::move(what);
  out.spent = std::to_string(options_.steps_per_question) + " steps of this search";
  return out;
}

}  // namespace pac::analyze
