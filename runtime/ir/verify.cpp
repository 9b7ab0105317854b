#include "runtime/ir/verify.h"

#include <unordered_set>

#include "runtime/abi.h"
#include "runtime/base/utf8.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

Result<void> verify(const RuleSet& rule_set, FindFunction find) {
  return Verifier(rule_set, find).run();
}

Result<void> Verifier::run() {
  const bool is_fine = check_counts() && check_types() && check_fields() && check_names() &&
                       check_enums() && check_domains() && check_constants() &&
                       check_lists_and_zones() && check_exprs() && check_params() && check_decisions();
  if (!is_fine) return std::unexpected(*error_);
  return {};
}

bool Verifier::fail_at(const char* code, const std::string& place, const std::string& what) {
  if (!error_) error_ = Error{code, place.empty() ? what : place + ": " + what};
  return false;
}

bool Verifier::fail_in_decision(const char* code, const std::string& what) {
  std::string place = "decision `" + rs_.decisions[decision_id_].name + "`";
  if (rule_ != nullptr) place += ", rule `" + rule_->name + "`";
  return fail_at(code, place, what);
}

bool Verifier::fail_in_expr(const char* code, uint32_t expr, const std::string& what) {
  return fail_at(code, place_of(expr), what);
}

namespace {

// Whether `target` is among the operands of `root`, at any depth. Nothing is taken for granted here: only
// ids that are in range and smaller than their user's are followed.
bool reaches(const RuleSet& rule_set, ExprId root, uint32_t target) {
  std::vector<uint32_t> pending{index(root)};
  std::unordered_set<uint32_t> seen;
  while (!pending.empty()) {
    const uint32_t id = pending.back();
    pending.pop_back();
    if (id == target) return true;
    if (id >= rule_set.exprs.size() || id < target || !seen.insert(id).second) continue;
    const Expr& expr = rule_set.exprs[id];
    if (static_cast<uint32_t>(expr.op) >= kOpCount) continue;
    if (uint64_t{expr.first_operand} + expr.operand_count > rule_set.operands.size()) continue;
    for_each_operand(rule_set, expr, [&](ExprId operand) {
      if (index(operand) < id) pending.push_back(index(operand));
    });
  }
  return false;
}

}  // namespace

std::string Verifier::place_of(uint32_t expr) const {
  const std::string itself = "expression " + std::to_string(expr);
  // A rule set of 100,000 rules is searched once, on the way out with an error.
  for (const Decision& decision : rs_.decisions) {
    const std::string place = "decision `" + decision.name + "`, ";
    for (const Rule& rule : decision.rules) {
      bool is_user = false;
      for_each_root(rule, [&](ExprId root) { is_user = is_user || reaches(rs_, root, expr); });
      if (is_user) return place + "rule `" + rule.name + "`, " + itself;
    }
    bool is_user = false;
    for_each_root(decision, [&](ExprId root) { is_user = is_user || reaches(rs_, root, expr); });
    if (is_user) return place + itself;
  }
  for (const Param& param : rs_.params) {
    for (const ParamLine& line : param.lines) {
      if (reaches(rs_, line.value, expr)) return "param `" + param.name + "`, " + itself;
    }
  }
  return itself;
}

bool Verifier::check_counts() {
  struct Count { const char* what; size_t count, limit; };
  const Count counts[] = {
      {"types", rs_.types.size(), kMaxTableEntries},
      {"domains", rs_.domains.size(), kMaxTableEntries},
      {"constants", rs_.constants.size(), kMaxTableEntries},
      {"expressions", rs_.exprs.size(), kMaxExprs},
      {"operands", rs_.operands.size(), kMaxOperands},
      {"enums", rs_.enums.size(), kMaxDeclarations},
      {"records", rs_.records.size(), kMaxDeclarations},
      {"params", rs_.params.size(), kMaxDeclarations},
      {"duties", rs_.duties.size(), kMaxDeclarations},
      {"functions", rs_.functions.size(), kMaxFunctions},
      {"time zones", rs_.zones.size(), kMaxZones},
      {"decisions", rs_.decisions.size(), kMaxDecisions},
  };
  const auto check = [&](const std::string& place, const char* what, size_t count, size_t limit) {
    if (count <= limit) return true;
    return fail_at("PAC4101", place,
                   std::to_string(count) + " " + what + "; at most " + std::to_string(limit) +
                       " are allowed");
  };
  for (const Count& each : counts) {
    if (!check("rule set", each.what, each.count, each.limit)) return false;
  }
  for (const Enum& each : rs_.enums) {
    if (!check("enum `" + each.name + "`", "values", each.values.size(), kMaxEnumValues)) return false;
  }
  for (const Record& each : rs_.records) {
    if (!check("record `" + each.name + "`", "fields", each.fields.size(), kMaxFields)) return false;
  }
  for (const Param& each : rs_.params) {
    if (!check("param `" + each.name + "`", "lines", each.lines.size(), kMaxParamLines)) return false;
  }
  for (const Decision& each : rs_.decisions) {
    const std::string place = "decision `" + each.name + "`";
    if (!check(place, "rules", each.rules.size(), kMaxRules)) return false;
    if (!check(place, "lets", each.lets.size(), kMaxLets)) return false;
    if (!check(place, "variable slots", each.var_count, kMaxVars)) return false;
  }
  if (rs_.edition != 1) {
    return fail_at("PAC4115", "rule set",
                   "edition " + std::to_string(rs_.edition) + " is unknown; this version knows edition 1");
  }
  return true;
}

}  // namespace pac::ir
