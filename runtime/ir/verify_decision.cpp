// One decision: its slots, features and lets, and everything that its roots reach.
#include <algorithm>
#include <unordered_set>

#include "runtime/abi.h"
#include "runtime/ir/print.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

namespace {

// Expressions reached, summed over all decisions: a few seconds of work.
constexpr uint64_t kMaxReached = 128'000'000;

}  // namespace

bool Verifier::check_decisions() {
  in_decision_.assign(rs_.exprs.size(), {});
  decision_facts_.assign(rs_.decisions.size(), {});
  for (uint32_t id = 0; id < rs_.decisions.size(); ++id) {
    decision_id_ = id;
    rule_ = nullptr;
    if (!check_decision(id)) return false;
  }
  return true;
}

bool Verifier::check_decision(uint32_t id) {
  const Decision& decision = rs_.decisions[id];
  slot_owners_.assign(decision.var_count, kNone);
  let_facts_.assign(decision.lets.size(), {});
  current_ = {.chain = 1, .depth = 1, .steps = 1};
  if (static_cast<uint32_t>(decision.policy) >= kHitPolicyCount) {
    return fail_in_decision("PAC4110", "unknown hit policy");
  }
  if (!check_slots(decision) || !check_features(decision) || !check_result_type(decision))
    return false;
  for (const ExprId assume : decision.assumes) {
    if (!check_inputs_only(decision, assume, "an assume")) return false;
    if (!is_plain(index(assume), TypeKind::boolean)) {
      return fail_in_decision("PAC4103", "an assume is no bool");
    }
  }
  if (!check_lets(decision) || !check_body(decision)) return false;
  rule_ = nullptr;
  if (current_.chain > PAC_MAX_CALL_DEPTH) {
    return fail_in_decision("PAC4111", "a chain of more than " +
                                           std::to_string(PAC_MAX_CALL_DEPTH) +
                                           " decisions call each other");
  }
  if (current_.depth > kMaxEvaluationDepth) {
    return fail_in_decision("PAC4112", "its expressions nest too deep through lets and calls");
  }
  if (current_.steps >= limits_.steps)
    return fail_in_decision("PAC4112", "it takes too many steps");
  decision_facts_[id] = current_;
  return true;
}

bool Verifier::check_slots(const Decision& decision) {
  const std::vector<Field>& fields = rs_.record(decision.input).fields;
  if (decision.roles.size() != fields.size()) {
    return fail_in_decision("PAC4109", "there is not one role per input");
  }
  for (size_t i = 0; i < decision.roles.size(); ++i) {
    if (static_cast<uint32_t>(decision.roles[i]) >= kSlotRoleCount) {
      return fail_in_decision("PAC4109", "unknown role of an input");
    }
    if (i > 0 && decision.roles[i] < decision.roles[i - 1]) {
      return fail_in_decision("PAC4109", "inputs come before context, context before features");
    }
  }
  const auto is_context = [&](uint32_t slot, TypeKind kind) {
    return slot == kNone || (slot < fields.size() && decision.roles[slot] == SlotRole::context &&
                             is_type(fields[slot].type, kind));
  };
  if (!is_context(decision.as_of_slot, TypeKind::date)) {
    return fail_in_decision("PAC4109", "`as_of` is no date of the context");
  }
  if (!is_context(decision.now_slot, TypeKind::datetime)) {
    return fail_in_decision("PAC4109", "`now` is no datetime of the context");
  }
  return true;
}

bool Verifier::check_features(const Decision& decision) {
  const std::vector<Field>& fields = rs_.record(decision.input).fields;
  const auto feature_count = std::ranges::count(decision.roles, SlotRole::feature);
  if (static_cast<size_t>(feature_count) != decision.features.size()) {
    return fail_in_decision("PAC4109", "there is not one feature per slot for features");
  }
  // Slots of features are the last ones, so one per slot in ascending order means exactly these.
  uint32_t slot = static_cast<uint32_t>(fields.size() - decision.features.size());
  for (const Feature& feature : decision.features) {
    const std::string what = "feature `" + feature.name + "`";
    if (feature.slot != slot)
      return fail_in_decision("PAC4109", what + " does not have the next slot");
    if (!rs_.type(fields[slot].type).optional) {
      return fail_in_decision("PAC4109", what + " has a slot that is not optional");
    }
    if (feature.max_age_us < -1)
      return fail_in_decision("PAC4109", what + " has a negative maximum age");
    if (!check_inputs_only(decision, feature.key, "a feature's key")) return false;
    if (type_at(index(feature.key)).kind == TypeKind::quotient) {
      return fail_in_decision("PAC4103", what + " has a quotient as its key");
    }
    ++slot;
  }
  return true;
}

// Evaluated before the decision is entered: it may read inputs, context and params, and nothing
// else.
bool Verifier::check_inputs_only(const Decision& decision, ExprId root, const char* what) {
  if (index(root) >= rs_.exprs.size()) {
    return fail_in_decision("PAC4102", std::string(what) + " is an expression that does not exist");
  }
  const Facts& facts = facts_[index(root)];
  if (facts.let_count > 0 || facts.has_call) {
    return fail_in_decision("PAC4109", std::string(what) + " reads a let or calls a decision");
  }
  if (!check_root(decision, root, type_id(index(root)), what)) return false;
  // Each is walked on its own, since lets and rules may share parts of it.
  std::vector<uint32_t> pending{index(root)};
  std::unordered_set<uint32_t> seen;
  while (!pending.empty()) {
    const uint32_t id = pending.back();
    pending.pop_back();
    if (!seen.insert(id).second) continue;
    if (++reached_count_ > kMaxReached) {
      return fail_in_decision("PAC4101", "the decisions together have too many expressions");
    }
    const Expr& expr = rs_.exprs[id];
    if (expr.op == Op::input && decision.roles[expr.a] == SlotRole::feature) {
      return fail_in_decision("PAC4109", std::string(what) + " reads a feature");
    }
    for_each_operand(rs_, expr, [&](ExprId operand) { pending.push_back(index(operand)); });
  }
  return true;
}

bool Verifier::check_lets(const Decision& decision) {
  for (uint32_t i = 0; i < decision.lets.size(); ++i) {
    const Let& let = decision.lets[i];
    const std::string what = "let " + std::to_string(i);
    if (index(let.value) >= rs_.exprs.size() || index(let.type) >= rs_.types.size() ||
        (let.domain != DomainId::none && index(let.domain) >= rs_.domains.size())) {
      return fail_in_decision("PAC4102", what + " refers to what does not exist");
    }
    const std::string problem = misfit(let.type, let.domain);
    if (!problem.empty()) return fail_in_decision("PAC4106", what + " has " + problem);
    if (facts_[index(let.value)].let_count > i) {
      return fail_in_decision("PAC4113", what + " reads itself or a later let");
    }
    if (!own_slots(decision, facts_[index(let.value)].bound, i)) return false;
    if (!check_root(decision, let.value, let.type, what.c_str())) return false;
    let_facts_[i] = in_decision_[index(let.value)];
  }
  return true;
}

bool Verifier::check_root(const Decision& decision, ExprId root, TypeId type, const char* what) {
  if (index(root) >= rs_.exprs.size()) {
    return fail_in_decision("PAC4102", std::string(what) + " is an expression that does not exist");
  }
  if (type_id(index(root)) != type) {
    return fail_in_decision("PAC4103", std::string(what) + " has type " +
                                           type_text(rs_, type_id(index(root))) + "; " +
                                           type_text(rs_, type) + " is wanted");
  }
  if (!reach(decision, root) || !check_root_slots(decision, root)) return false;
  current_.depth = std::max(current_.depth, in_decision_[index(root)].depth + 1);
  current_.steps = std::min(current_.steps + in_decision_[index(root)].steps, limits_.steps);
  return true;
}

bool Verifier::check_root_slots(const Decision& decision, ExprId root) {
  const Facts& facts = facts_[index(root)];
  const uint32_t each_var = rule_ == nullptr ? kNone : rule_->each_var;
  for (const uint64_t element : slots_.elements(facts.free)) {
    const uint32_t slot = SlotSets::slot_of(element);
    if (slot != each_var || root == rule_->each_list) {
      return fail_in_decision("PAC4113",
                              "variable " + std::to_string(slot) + " is read and not bound");
    }
    if (SlotSets::type_of(element) != index(type_at(index(rule_->each_list)).element)) {
      return fail_in_decision("PAC4113", "the variable of `for each` is read with another type");
    }
  }
  for (const uint64_t element : slots_.elements(facts.bound)) {
    const uint32_t slot = SlotSets::slot_of(element);
    if (slot >= decision.var_count) {
      return fail_in_decision("PAC4113", "variable " + std::to_string(slot) + " does not exist");
    }
    if (slot == each_var) {
      return fail_in_decision("PAC4113", "the variable of `for each` is bound again in its rule");
    }
  }
  return true;
}

// A let may be evaluated in the middle of any expression, so it must not touch a slot that is in
// use.
bool Verifier::own_slots(const Decision& decision, uint32_t bound_set, uint32_t owner) {
  for (const uint64_t element : slots_.elements(bound_set)) {
    const uint32_t slot = SlotSets::slot_of(element);
    if (slot >= decision.var_count) {
      return fail_in_decision("PAC4113", "variable " + std::to_string(slot) + " does not exist");
    }
    uint32_t& known = slot_owners_[slot];
    if (known != kNone && known != owner) {
      return fail_in_decision(
          "PAC4113", "variable " + std::to_string(slot) + " is bound in a let and elsewhere");
    }
    known = owner;
  }
  return true;
}

// All that the root reaches and that this decision has not reached before, operands first.
bool Verifier::reach(const Decision& decision, ExprId root) {
  if (in_decision_[index(root)].decision == decision_id_) return true;
  std::vector<uint32_t> found{index(root)};
  in_decision_[index(root)] = {decision_id_, 0, 0};
  for (size_t next = 0; next < found.size(); ++next) {
    for_each_operand(rs_, rs_.exprs[found[next]], [&](ExprId operand) {
      InDecision& known = in_decision_[index(operand)];
      if (known.decision == decision_id_) return;
      known = {decision_id_, 0, 0};
      found.push_back(index(operand));
    });
  }
  reached_count_ += found.size();
  if (reached_count_ > kMaxReached) {
    return fail_in_decision("PAC4101", "the decisions together have too many expressions");
  }
  std::ranges::sort(found);
  return std::ranges::all_of(
      found, [&](uint32_t id) { return reach_one(decision, id) && note_depth(id); });
}

bool Verifier::reach_one(const Decision& decision, uint32_t id) {
  const Expr& expr = rs_.exprs[id];
  switch (expr.op) {
    case Op::input: {
      const std::vector<Field>& fields = rs_.record(decision.input).fields;
      if (expr.a >= fields.size())
        return fail_in_decision("PAC4102", "an input that does not exist is read");
      if (fields[expr.a].type == expr.type) return true;
      return fail_in_decision(
          "PAC4103", "input `" + fields[expr.a].name + "` is read as " + type_text(rs_, expr.type));
    }
    case Op::let:
      if (expr.a >= decision.lets.size()) {
        return fail_in_decision("PAC4102", "a let that does not exist is read");
      }
      if (decision.lets[expr.a].type == expr.type) return true;
      return fail_in_decision(
          "PAC4103", "let " + std::to_string(expr.a) + " is read as " + type_text(rs_, expr.type));
    case Op::call:
      if (expr.a < decision_id_) return true;
      return fail_in_decision("PAC4111", "it calls `" + rs_.decisions[expr.a].name +
                                             "`, which does not come before it");
    default:
      return true;
  }
}

bool Verifier::note_depth(uint32_t id) {
  const Expr& expr = rs_.exprs[id];
  uint32_t depth = 0;
  uint64_t steps = 1;
  for_each_operand(rs_, expr, [&](ExprId operand) {
    depth = std::max(depth, in_decision_[index(operand)].depth);
    steps = std::min(steps + in_decision_[index(operand)].steps, limits_.steps);
  });
  if (expr.op == Op::let)
    depth = let_facts_[expr.a].depth;  // its steps count once, where it is declared
  if (expr.op == Op::call) {
    const DecisionFacts& callee = decision_facts_[expr.a];
    depth = std::max(depth, callee.depth);
    steps = std::min(steps + callee.steps, limits_.steps);
    current_.chain = std::max(current_.chain, callee.chain + 1);
  }
  in_decision_[id].depth = depth + 1;
  in_decision_[id].steps = steps;
  return true;
}

}  // namespace pac::ir
