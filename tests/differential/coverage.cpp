#include "tests/differential/coverage.h"

#include <algorithm>
#include <set>

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
  depth_ = std::max(depth_, activation.depth());
  if (activation.depth() > 0 && status == PAC_NO_MATCH) callee_without_match_ = true;
}

void Tally::add(const ir::RuleSet& rules, const std::vector<uint32_t>& exprs,
                const std::vector<uint32_t>& decisions, const pac_result& result) {
  std::array<bool, ir::kOpCount> ops_seen{};
  std::array<bool, ir::kTypeKindCount> types_seen{};
  std::array<bool, ir::kHitPolicyCount> policies_seen{};
  std::array<bool, ir::kFoldKindCount> folds_seen{};
  std::array<bool, kRoundingCount> roundings_seen{};
  std::set<uint32_t> functions_seen;
  bool optional = false;
  for (const uint32_t id : exprs) {
    const ir::Expr& expr = rules.exprs[id];
    ops_seen[static_cast<size_t>(expr.op)] = true;
    types_seen[static_cast<size_t>(rules.type(expr.type).kind)] = true;
    optional = optional || rules.type(expr.type).optional;
    if (expr.op == Op::round) roundings_seen[expr.extra] = true;
    if (expr.op == Op::call_std) functions_seen.insert(expr.a);
  }
  for (const uint32_t id : decisions) {
    const ir::Decision& decision = rules.decisions[id];
    policies_seen[static_cast<size_t>(decision.policy)] = true;
    for (const ir::Fold& fold : decision.folds) folds_seen[static_cast<size_t>(fold.kind)] = true;
  }
  const auto add_to = [](const auto& seen, auto& counts) {
    for (size_t i = 0; i < seen.size(); ++i) counts[i] += seen[i] ? 1 : 0;
  };
  add_to(ops_seen, ops);
  add_to(types_seen, types);
  add_to(policies_seen, policies);
  add_to(folds_seen, folds);
  add_to(roundings_seen, roundings);
  for (const uint32_t id : functions_seen) ++functions[rules.functions[id].name];
  const uint32_t error = result.status == PAC_ERROR ? result.error : 0;
  if (error < kErrorCount) ++errors[error];
  no_matches += result.status == PAC_NO_MATCH ? 1 : 0;
  duties += result.duty_count > 0 ? 1 : 0;
  optional_values += optional ? 1 : 0;
}

void Witness::count(const pac_result& result, Coverage& coverage) {
  coverage.interpreted.add(rules_, exprs_, decisions_, result);
  coverage.calls_without_match += callee_without_match_ ? 1 : 0;
  coverage.calls_three_deep += depth_ >= 3 ? 1 : 0;
  callee_without_match_ = false;
  depth_ = 0;
  exprs_.clear();
  decisions_.clear();
  ++pair_;
}

void count_marks(const ir::RuleSet& rules, uint8_t* marks, const pac_result& result, Tally& tally) {
  const auto take = [](uint8_t* from, size_t size) {
    std::vector<uint32_t> marked;
    for (uint8_t* at = from; (at = std::find(at, from + size, 1)) != from + size; ++at) {
      marked.push_back(static_cast<uint32_t>(at - from));
      *at = 0;
    }
    return marked;
  };
  const std::vector<uint32_t> exprs = take(marks, rules.exprs.size());
  const std::vector<uint32_t> decisions = take(marks + rules.exprs.size(), rules.decisions.size());
  tally.add(rules, exprs, decisions, result);
}

namespace {

uint64_t calls_of(const Tally& tally, const stdlib::Function& function) {
  const auto found = tally.functions.find(function.name);
  return found == tally.functions.end() ? 0 : found->second;
}

}  // namespace

std::vector<Coverage::Entry> Coverage::entries() const {
  std::vector<Entry> all;
  for (uint32_t i = 0; i < ir::kOpCount; ++i) {
    all.push_back(
        {std::string("op ") + ir::name(static_cast<Op>(i)), interpreted.ops[i], native.ops[i]});
  }
  for (uint32_t i = 0; i < ir::kTypeKindCount; ++i) {
    all.push_back({std::string("type ") + ir::name(static_cast<ir::TypeKind>(i)),
                   interpreted.types[i], native.types[i]});
  }
  for (uint32_t i = 0; i < ir::kHitPolicyCount; ++i) {
    all.push_back({std::string("policy ") + ir::name(static_cast<ir::HitPolicy>(i)),
                   interpreted.policies[i], native.policies[i]});
  }
  for (uint32_t i = 1; i < kErrorCount; ++i) {
    all.push_back(
        {"error PAC" + std::to_string(5000 + i), interpreted.errors[i], native.errors[i]});
  }
  for (const stdlib::Function& function : stdlib::functions()) {
    all.push_back({std::string("function ") + function.name, calls_of(interpreted, function),
                   calls_of(native, function)});
  }
  return all;
}

std::vector<Coverage::Entry> Coverage::further_entries() const {
  static constexpr const char* kRoundings[] = {"half_up", "half_even", "half_down", "up",
                                               "down",    "ceiling",   "floor"};
  std::vector<Entry> all;
  for (uint32_t i = 0; i < ir::kFoldKindCount; ++i) {
    all.push_back({std::string("fold ") + ir::name(static_cast<ir::FoldKind>(i)),
                   interpreted.folds[i], native.folds[i]});
  }
  for (uint32_t i = 0; i < kRoundingCount; ++i) {
    all.push_back(
        {std::string("rounding ") + kRoundings[i], interpreted.roundings[i], native.roundings[i]});
  }
  all.push_back({"without match", interpreted.no_matches, native.no_matches});
  all.push_back({"with duties", interpreted.duties, native.duties});
  all.push_back({"with an optional value", interpreted.optional_values, native.optional_values});
  all.push_back({"out of scratch memory", interpreted.out_of_scratch, native.out_of_scratch});
  all.push_back({"callee without match", calls_without_match, calls_without_match});
  all.push_back({"calls three deep", calls_three_deep, calls_three_deep});
  return all;
}

Coverage::Entry Coverage::least_seen() const {
  const std::vector<Entry> all = entries();
  return *std::ranges::min_element(all, {}, &Entry::count);
}

}  // namespace pac::differential
