#include "runtime/interp/explain.h"

#include <algorithm>
#include <utility>

#include "runtime/interp/activation.h"
#include "runtime/ir/shape.h"

namespace pac::interp {

using ir::ExprId;
using ir::kNone;
using ir::Op;

bool Explainer::wants(const Activation& at, uint32_t rule) const {
  if (at.depth() > 0) return options_.called_decisions;
  return options_.rule == kNone || options_.rule == rule;
}

// The events of one rule and item come one after the other.
RuleAccount& Explainer::current(uint32_t rule, uint32_t item) {
  std::vector<RuleAccount>& rules = open_.back().rules;
  if (rules.empty() || rules.back().rule != rule || rules.back().item != item) {
    rules.push_back({});
    rules.back().rule = rule;
    rules.back().item = item;
  }
  return rules.back();
}

RuleAccount& Explainer::earlier(uint32_t rule, uint32_t item) {
  for (RuleAccount& about : open_.back().rules) {
    if (about.rule == rule && about.item == item) return about;
  }
  return current(rule, item);
}

void Explainer::on_enter(const Activation& at) {
  open_.push_back({});
  open_.back().decision = at.decision_id();
  open_.back().depth = at.depth();
}

void Explainer::on_condition(const Activation& at, uint32_t rule, uint32_t item, uint32_t condition,
                             pac_error error, bool holds) {
  if (!wants(at, rule)) return;
  RuleAccount& about = current(rule, item);
  add_condition(at, about, condition, true);
  about.conditions.back().error = error;
  about.conditions.back().holds = holds;
  if (error != PAC_E_NONE) about.state = RuleState::failed;
}

void Explainer::on_rule(const Activation& at, uint32_t rule, uint32_t item, bool hit) {
  if (wants(at, rule)) current(rule, item).state = hit ? RuleState::hit : RuleState::missed;
}

void Explainer::on_not_effective(const Activation& at, uint32_t rule) {
  if (wants(at, rule)) current(rule, kNone).state = RuleState::not_effective;
}

void Explainer::on_removed(const Activation& at, uint32_t rule, uint32_t by) {
  if (!wants(at, rule)) return;
  RuleAccount& about = earlier(rule, kNone);
  about.state = RuleState::removed;
  about.removed_by = by;
}

void Explainer::on_outcome(const Activation& at, uint32_t rule, uint32_t item,
                           const void* outcome) {
  if (!wants(at, rule)) return;
  const Program& program = at.program();
  RuleAccount& about = earlier(rule, item);
  about.state = RuleState::hit;
  about.outcome = program.values.format(at.decision().output, outcome);
}

void Explainer::on_let(const Activation& at, uint32_t let, pac_error error, const Value& value) {
  LetAccount about{let, error, {}};
  if (error == PAC_E_NONE)
    about.value = at.program().values.format(at.decision().lets[let].type, value);
  open_.back().lets.push_back(std::move(about));
}

// What was not tested is evaluated now, while the lets and the input are still there.
void Explainer::on_leave(const Activation& at, pac_status status, pac_error error,
                         uint32_t error_rule) {
  DecisionAccount& decision = open_.back();
  decision.status = status;
  decision.error = error;
  decision.error_rule = error_rule;
  std::vector<bool> known(at.decision().rules.size() + 1, false);
  for (const RuleAccount& about : decision.rules) known[about.rule] = true;
  for (uint32_t rule = 0; rule < at.decision().rules.size(); ++rule) {
    if (known[rule] || !wants(at, rule)) continue;
    decision.rules.push_back({});
    decision.rules.back().rule = rule;
  }
  std::ranges::stable_sort(decision.rules, {}, [](const RuleAccount& about) {
    return std::pair(about.rule, about.item);
  });
  for (RuleAccount& about : decision.rules) complete(at, about);
  DecisionAccount done = std::move(decision);
  open_.pop_back();
  if (done.depth == 0 || options_.called_decisions) accounts_.push_back(std::move(done));
}

// A rule under `for each` that was not tried has no item to evaluate its conditions for.
void Explainer::complete(const Activation& at, RuleAccount& about) {
  if (about.rule == at.decision().rules.size()) return;
  const ir::Rule& rule = at.decision().rules[about.rule];
  if (rule.each_list != ExprId::none && about.item == kNone) return;
  for (auto i = static_cast<uint32_t>(about.conditions.size()); i < rule.conditions.size(); ++i) {
    add_condition(at, about, i, false);
  }
}

void Explainer::add_condition(const Activation& at, RuleAccount& about, uint32_t condition,
                              bool tested) {
  const ExprId expr = at.decision().rules[about.rule].conditions[condition];
  ConditionAccount account{expr, tested, false, PAC_E_NONE, {}};
  if (!tested) {
    Value holds;
    account.error = probe(at, about, expr, holds);
    account.holds = account.error == PAC_E_NONE && holds.is_true();
  }
  read(at, about, expr, account.readings);
  about.conditions.push_back(std::move(account));
}

namespace {

// Conditions of people are small; what is generated may share parts many times over.
constexpr size_t kMaxReadings = 64;
constexpr size_t kMaxVisited = 4096;

bool is_reading(Op op) {
  return op == Op::input || op == Op::let || op == Op::param || op == Op::field || op == Op::call ||
         op == Op::var;
}

// The outermost readings of an expression, left to right, each once. The bodies of quantifiers
// speak of their items and are left out, but for the list that they walk.
std::vector<ExprId> readings_of(const ir::RuleSet& rules, ExprId root, uint32_t each_var) {
  std::vector<ExprId> found;
  std::vector<ExprId> visited;
  std::vector<ExprId> stack = {root};
  while (!stack.empty() && found.size() < kMaxReadings && visited.size() < kMaxVisited) {
    const ExprId id = stack.back();
    stack.pop_back();
    if (std::ranges::find(visited, id) != visited.end()) continue;
    visited.push_back(id);
    const ir::Expr& expr = rules.expr(id);
    if (is_reading(expr.op)) {
      if (expr.op != Op::var || expr.a == each_var) found.push_back(id);
      continue;
    }
    const size_t first = stack.size();
    if (ir::shape(expr.op).is_quantifier) {
      stack.push_back(static_cast<ExprId>(expr.a));
    } else {
      ir::for_each_operand(rules, expr, [&](ExprId operand) { stack.push_back(operand); });
    }
    std::reverse(stack.begin() + static_cast<std::ptrdiff_t>(first), stack.end());
  }
  return found;
}

}  // namespace

void Explainer::read(const Activation& at, const RuleAccount& about, ExprId root,
                     std::vector<Reading>& out) {
  const ir::RuleSet& rules = at.program().rules;
  for (const ExprId expr : readings_of(rules, root, at.decision().rules[about.rule].each_var)) {
    Value value;
    Reading reading{expr, probe(at, about, expr, value), {}};
    if (reading.error == PAC_E_NONE) {
      reading.value = at.program().values.format(rules.expr(expr).type, value);
    }
    out.push_back(std::move(reading));
  }
}

pac_error Explainer::probe(const Activation& at, const RuleAccount& about, ExprId expr,
                           Value& out) {
  pac_scratch scratch{scratch_.data(), scratch_.data() + scratch_.size(), at.zones()};
  const ir::Rule& rule = at.decision().rules[about.rule];
  if (about.item == kNone) return at.probe(expr, scratch, out);
  Value list;
  if (const pac_error error = at.probe(rule.each_list, scratch, list)) return error;
  const ir::TypeId element = at.program().rules.type_of(rule.each_list).element;
  const Value item = at.program().values.load_item(element, list.list, about.item);
  return at.probe(expr, rule.each_var, item, scratch, out);
}

}  // namespace pac::interp
