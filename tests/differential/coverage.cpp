#include "tests/differential/coverage.h"

#include <algorithm>

#include "stdlib/registry.h"

namespace pac::differential {

using ir::Op;

void Witness::on_enter(const interp::Activation& activation) {
  const uint32_t id = index(activation.decision_id());
  if (entered_[id] == pair_) return;
  entered_[id] = pair_;
  decisions_.push_back(id);
}

void Witness::on_expr(const interp::Activation&, ir::ExprId expr) {
  const uint32_t id = index(expr);
  if (seen_[id] == pair_) return;
  seen_[id] = pair_;
  exprs_.push_back(id);
}

void Witness::on_leave(const interp::Activation& activation, pac_status status, pac_error,
                       uint32_t) {
  if (activation.depth() > 0 && status == PAC_NO_MATCH) callee_without_match_ = true;
}

void Witness::count(const pac_result& result, Coverage& coverage) {
  std::array<bool, ir::kOpCount> ops{};
  std::array<bool, ir::kTypeKindCount> types{};
  std::array<bool, ir::kHitPolicyCount> policies{};
  std::array<bool, ir::kFoldKindCount> folds{};
  std::array<bool, kRoundingCount> roundings{};
  bool optional = false;
  for (const uint32_t id : exprs_) {
    const ir::Expr& expr = rules_.exprs[id];
    ops[static_cast<size_t>(expr.op)] = true;
    types[static_cast<size_t>(rules_.type(expr.type).kind)] = true;
    optional = optional || rules_.type(expr.type).optional;
    if (expr.op == Op::round) roundings[expr.extra] = true;
    if (expr.op == Op::call_std) ++coverage.functions[rules_.functions[expr.a].name];
  }
  for (const uint32_t id : decisions_) {
    const ir::Decision& decision = rules_.decisions[id];
    policies[static_cast<size_t>(decision.policy)] = true;
    for (const ir::Fold& fold : decision.folds) folds[static_cast<size_t>(fold.kind)] = true;
  }
  const auto add = [](const auto& heard, auto& counts) {
    for (size_t i = 0; i < heard.size(); ++i) counts[i] += heard[i] ? 1 : 0;
  };
  add(ops, coverage.ops);
  add(types, coverage.types);
  add(policies, coverage.policies);
  add(folds, coverage.folds);
  add(roundings, coverage.roundings);
  ++coverage.pairs;
  if (result.error < kErrorCount) ++coverage.errors[result.error];
  coverage.no_matches += result.status == PAC_NO_MATCH ? 1 : 0;
  coverage.duties += result.duty_count > 0 ? 1 : 0;
  coverage.optional_values += optional ? 1 : 0;
  coverage.calls_without_match += callee_without_match_ ? 1 : 0;
  callee_without_match_ = false;
  exprs_.clear();
  decisions_.clear();
  ++pair_;
}

std::vector<Coverage::Entry> Coverage::entries() const {
  std::vector<Entry> all;
  for (uint32_t i = 0; i < ir::kOpCount; ++i) {
    all.push_back({std::string("op ") + ir::name(static_cast<Op>(i)), ops[i]});
  }
  for (uint32_t i = 0; i < ir::kTypeKindCount; ++i) {
    all.push_back({std::string("type ") + ir::name(static_cast<ir::TypeKind>(i)), types[i]});
  }
  for (uint32_t i = 0; i < ir::kHitPolicyCount; ++i) {
    all.push_back({std::string("policy ") + ir::name(static_cast<ir::HitPolicy>(i)), policies[i]});
  }
  for (uint32_t i = 1; i < kErrorCount; ++i) {
    all.push_back({"error PAC" + std::to_string(5000 + i), errors[i]});
  }
  return all;
}

std::vector<Coverage::Entry> Coverage::further_entries() const {
  static constexpr const char* kRoundings[] = {"half_up", "half_even", "half_down", "up",
                                               "down",    "ceiling",   "floor"};
  std::vector<Entry> all;
  for (uint32_t i = 0; i < ir::kFoldKindCount; ++i) {
    all.push_back({std::string("fold ") + ir::name(static_cast<ir::FoldKind>(i)), folds[i]});
  }
  for (uint32_t i = 0; i < kRoundingCount; ++i) {
    all.push_back({std::string("rounding ") + kRoundings[i], roundings[i]});
  }
  for (const stdlib::Function& function : stdlib::functions()) {
    const auto found = functions.find(function.name);
    all.push_back(
        {std::string("function ") + function.name, found == functions.end() ? 0 : found->second});
  }
  all.push_back({"without match", no_matches});
  all.push_back({"callee without match", calls_without_match});
  all.push_back({"with duties", duties});
  all.push_back({"with an optional value", optional_values});
  return all;
}

Coverage::Entry Coverage::least_seen() const {
  const std::vector<Entry> all = entries();
  return *std::ranges::min_element(all, {}, &Entry::count);
}

}  // namespace pac::differential
