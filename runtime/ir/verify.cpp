#include "runtime/ir/verify.h"

#include "runtime/ir/verify_state.h"

namespace pac::ir {

Result<void> verify(const RuleSet& rule_set, FindFunction find, const Limits& limits) {
  return Verifier(rule_set, find, nullptr, limits).run();
}

Result<void> verify(const RuleSet& rule_set, const Side& side, FindFunction find) {
  return Verifier(rule_set, find, &side).run();
}

Result<void> Verifier::run() {
  const bool is_fine = check_counts() && check_types() && check_fields() && check_names() &&
                       check_enums() && check_domains() && check_constants() &&
                       check_lists_and_zones() && check_side() && check_exprs() && check_params() &&
                       check_decisions();
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

// Looks for the users of an expression. Nothing is taken for granted here: only ids that are in
// range and smaller than their user's are followed. What was seen once without success is not
// looked at again.
class UserSearch {
 public:
  UserSearch(const RuleSet& rule_set, uint32_t target)
      : rs_(rule_set), target_(target), seen_(rule_set.exprs.size(), false) {}

  // Whether the target is `root` or among its operands, at any depth.
  bool reaches(ExprId root) {
    std::vector<uint32_t> pending{index(root)};
    while (!pending.empty()) {
      const uint32_t id = pending.back();
      pending.pop_back();
      if (id == target_) return true;
      if (id >= rs_.exprs.size() || id < target_ || seen_[id]) continue;
      seen_[id] = true;
      const Expr& expr = rs_.exprs[id];
      if (static_cast<uint32_t>(expr.op) >= kOpCount) continue;
      if (uint64_t{expr.first_operand} + expr.operand_count > rs_.operands.size()) continue;
      for_each_operand(rs_, expr, [&](ExprId operand) {
        if (index(operand) < id) pending.push_back(index(operand));
      });
    }
    return false;
  }

 private:
  const RuleSet& rs_;
  uint32_t target_;
  std::vector<bool> seen_;
};

}  // namespace

std::string Verifier::place_of(uint32_t expr) const {
  const std::string itself = "expression " + std::to_string(expr);
  UserSearch search(rs_, expr);
  for (const Decision& decision : rs_.decisions) {
    const std::string place = "decision `" + decision.name + "`, ";
    bool is_user = false;
    for (const Rule& rule : decision.rules) {
      for_each_root(rule, [&](ExprId root) { is_user = is_user || search.reaches(root); });
      if (is_user) return place + "rule `" + rule.name + "`, " + itself;
    }
    for_each_root(decision, [&](ExprId root) { is_user = is_user || search.reaches(root); });
    if (is_user) return place + itself;
  }
  for (const Param& param : rs_.params) {
    for (const ParamLine& line : param.lines) {
      if (search.reaches(line.value)) return "param `" + param.name + "`, " + itself;
    }
  }
  return itself;
}

bool Verifier::check_counts() {
  struct Count {
    const char* what;
    size_t count, limit;
  };
  const Count counts[] = {
      {"types", rs_.types.size(), limits_.table_entries},
      {"domains", rs_.domains.size(), limits_.table_entries},
      {"constants", rs_.constants.size(), limits_.table_entries},
      {"expressions", rs_.exprs.size(), limits_.exprs},
      {"operands", rs_.operands.size(), limits_.operands},
      {"enums", rs_.enums.size(), limits_.declarations},
      {"records", rs_.records.size(), limits_.declarations},
      {"params", rs_.params.size(), limits_.declarations},
      {"duties", rs_.duties.size(), limits_.declarations},
      {"functions", rs_.functions.size(), kMaxFunctions},
      {"time zones", rs_.zones.size(), kMaxZones},
      {"decisions", rs_.decisions.size(), limits_.decisions},
  };
  const auto check = [&](const std::string& place, const char* what, size_t count, size_t limit) {
    if (count <= limit) return true;
    return fail_at(
        "PAC4101", place,
        std::to_string(count) + " " + what + "; at most " + std::to_string(limit) + " are allowed");
  };
  for (const Count& each : counts) {
    if (!check("rule set", each.what, each.count, each.limit)) return false;
  }
  for (const Enum& each : rs_.enums) {
    if (!check("enum `" + each.name + "`", "values", each.values.size(), kMaxEnumValues))
      return false;
  }
  for (const Record& each : rs_.records) {
    if (!check("record `" + each.name + "`", "fields", each.fields.size(), kMaxFields))
      return false;
  }
  for (const Param& each : rs_.params) {
    if (!check("param `" + each.name + "`", "lines", each.lines.size(), kMaxParamLines))
      return false;
  }
  for (const Decision& each : rs_.decisions) {
    const std::string place = "decision `" + each.name + "`";
    if (!check(place, "rules", each.rules.size(), limits_.rules)) return false;
    if (!check(place, "lets", each.lets.size(), kMaxLets)) return false;
    if (!check(place, "variable slots", each.var_count, kMaxVars)) return false;
  }
  if (rs_.edition != 1) {
    return fail_at(
        "PAC4115", "rule set",
        "edition " + std::to_string(rs_.edition) + " is unknown; this version knows edition 1");
  }
  return true;
}

}  // namespace pac::ir
