#include "compiler/driver/goals.h"

#include <algorithm>
#include <optional>

#include "compiler/analyze/phrase.h"
#include "runtime/interp/activation.h"

namespace pac::driver {

using analyze::Point;

namespace {

// For probing what the decision evaluated already: lists and texts of one expression.
constexpr size_t kScratchBytes = size_t{4} << 20;

uint32_t find(const std::unordered_map<uint32_t, uint32_t>& map, uint32_t key) {
  const auto found = map.find(key);
  return found == map.end() ? ir::kNone : found->second;
}

}  // namespace

Goals::Goals(const ir::RuleSet& rules) : rules_(rules) {
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    const auto id = static_cast<ir::DecisionId>(i);
    const ir::Decision& decision = rules.decisions[i];
    OfDecision of;
    if (is_of_another_package(decision.name)) {
      decisions_.push_back(std::move(of));
      continue;
    }
    of.points = analyze::points_of(rules, decision);
    of.first_rule = static_cast<uint32_t>(all_.size());
    of.rule_count = decision.policy == ir::HitPolicy::result
                        ? 1
                        : static_cast<uint32_t>(decision.rules.size()) + decision.has_otherwise;
    for (uint32_t rule = 0; rule < of.rule_count; ++rule) {
      all_.push_back({Goal::Kind::rule, id, rule, ir::kNone, ir::kNone, true});
    }
    for (uint32_t p = 0; p < of.points.size(); ++p) {
      const Point& point = of.points[p];
      of.first_of_point.push_back(static_cast<uint32_t>(all_.size()));
      if (point.kind == Point::Kind::rule) of.rules.emplace(point.rule, p);
      if (point.kind == Point::Kind::let) of.lets.emplace(point.let, p);
      if (point.kind == Point::Kind::choice) of.choices.emplace(ir::index(point.expr), p);
      for (uint32_t atom = 0; atom < point.atoms.size(); ++atom) {
        for (const Goal::Kind kind : {Goal::Kind::value, Goal::Kind::shown}) {
          for (const bool value : {false, true}) {
            all_.push_back({kind, id, point.rule, p, atom, value});
          }
        }
      }
    }
    decisions_.push_back(std::move(of));
  }
}

uint32_t Goals::of_atom(ir::DecisionId decision, uint32_t point, uint32_t atom, Goal::Kind kind,
                        bool value) const {
  return decisions_[ir::index(decision)].first_of_point[point] + 4 * atom +
         (kind == Goal::Kind::shown ? 2u : 0u) + (value ? 1u : 0u);
}

uint32_t Goals::point_of_rule(ir::DecisionId decision, uint32_t rule) const {
  return find(decisions_[ir::index(decision)].rules, rule);
}
uint32_t Goals::point_of_let(ir::DecisionId decision, uint32_t let) const {
  return find(decisions_[ir::index(decision)].lets, let);
}
uint32_t Goals::point_of_choice(ir::DecisionId decision, ir::ExprId choice) const {
  return find(decisions_[ir::index(decision)].choices, ir::index(choice));
}

// ---- Recorder

Recorder::Recorder(const Goals& goals)
    : goals_(goals), marks_(goals.all().size()), scratch_(kScratchBytes) {}

void Recorder::start() {
  for (const uint32_t goal : reached_) marks_[goal] = false;
  reached_.clear();
}

std::vector<uint32_t> Recorder::reached() const {
  std::vector<uint32_t> out = reached_;
  std::ranges::sort(out);
  return out;
}

void Recorder::mark(uint32_t goal) {
  if (marks_[goal]) return;
  marks_[goal] = true;
  reached_.push_back(goal);
}

void Recorder::evaluate(const interp::Activation& activation, uint32_t number) {
  if (number == ir::kNone) return;
  const ir::DecisionId decision = activation.decision_id();
  const Point& point = goals_.points(decision)[number];
  const auto ask = [&](ir::ExprId atom) -> std::optional<bool> {
    pac_scratch scratch{scratch_.data(), scratch_.data() + scratch_.size(), activation.zones()};
    interp::Value value;
    if (activation.probe(atom, scratch, value) != PAC_E_NONE) return std::nullopt;
    return value.is_true();
  };
  const analyze::Evaluation seen = analyze::evaluate(point, ask);
  for (uint32_t atom = 0; atom < seen.atoms.size(); ++atom) {
    if (!seen.atoms[atom]) continue;
    const bool value = *seen.atoms[atom];
    mark(goals_.of_atom(decision, number, atom, Goal::Kind::value, value));
    if (seen.decides[atom]) {
      mark(goals_.of_atom(decision, number, atom, Goal::Kind::shown, value));
    }
  }
}

void Recorder::on_expr(const interp::Activation& activation, ir::ExprId expr) {
  if (activation.decision_id() == ir::DecisionId::none) return;
  if (goals_.rules().expr(expr).op != ir::Op::if_) return;
  evaluate(activation, goals_.point_of_choice(activation.decision_id(), expr));
}

void Recorder::on_rule(const interp::Activation& activation, uint32_t rule, uint32_t item, bool) {
  // Of an empty list nothing was tested, and no item is there to test.
  const bool is_each = activation.decision().rules[rule].each_list != ir::ExprId::none;
  if (is_each && item == ir::kNone) return;
  evaluate(activation, goals_.point_of_rule(activation.decision_id(), rule));
}

void Recorder::on_outcome(const interp::Activation& activation, uint32_t rule, uint32_t,
                          const void*) {
  if (rule >= goals_.rule_count(activation.decision_id())) return;  // of another package
  mark(goals_.of_rule(activation.decision_id(), rule));
}

void Recorder::on_let(const interp::Activation& activation, uint32_t let, pac_error error,
                      const interp::Value&) {
  if (error != PAC_E_NONE) return;
  evaluate(activation, goals_.point_of_let(activation.decision_id(), let));
}

void Recorder::on_leave(const interp::Activation& activation, pac_status status, pac_error,
                        uint32_t) {
  if (status != PAC_OK || activation.decision().policy != ir::HitPolicy::result) return;
  if (goals_.rule_count(activation.decision_id()) == 0) return;  // of another package
  mark(goals_.of_rule(activation.decision_id(), 0));
}

// ---- Words

namespace {

std::string rule_name(const ir::Decision& decision, uint32_t rule) {
  if (decision.policy == ir::HitPolicy::result || rule == ir::kNone) return "result";
  return rule < decision.rules.size() ? decision.rules[rule].name : "otherwise";
}

}  // namespace

GoalWords words_of(const check::Checked& checked, const SourceSet& sources, const Goals& goals,
                   const Goal& goal) {
  GoalWords out;
  const ir::Decision& decision = checked.rules.decision(goal.decision);
  const ir::DecisionSide& side = checked.side.decisions[ir::index(goal.decision)];
  const auto at = [&](Span span) {
    if (!span.has_place()) return;
    out.path = sources.file(span.file).path();
    out.line = sources.file(span.file).location(span.begin).line;
  };
  at(checked.decision_spans[ir::index(goal.decision)]);
  const auto at_rule = [&](uint32_t rule) {
    const auto& spans = checked.rule_spans[ir::index(goal.decision)];
    if (decision.policy != ir::HitPolicy::result && rule < spans.size()) at(spans[rule]);
  };
  at_rule(goal.rule);
  out.rule = rule_name(decision, goal.rule);
  if (goal.point == ir::kNone) return out;
  const Point& point = goals.points(goal.decision)[goal.point];
  out.condition = analyze::phrase(checked.rules, decision, side, point.atoms[goal.atom]);
  if (point.kind == Point::Kind::rule) {
    const auto& places = checked.condition_places[ir::index(goal.decision)];
    const uint32_t condition = point.condition_of[goal.atom];
    if (point.rule < places.size() && condition < places[point.rule].size()) {
      at(places[point.rule][condition].test);
    }
  }
  if (point.let != ir::kNone && point.let < side.lets.size()) {
    const ir::LocalName& let = side.lets[point.let];
    out.rule = "let " + let.name;
    if (let.place.line != 0) out.line = let.place.line;
    if (let.place.file < sources.size()) out.path = sources.file(let.place.file).path();
  }
  return out;
}

}  // namespace pac::driver
