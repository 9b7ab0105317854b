#include "runtime/interp/table_bytes.h"

#include <algorithm>
#include <unordered_map>

#include "runtime/ir/shape.h"

namespace pac::interp {

using ir::ExprId;
using ir::Op;

namespace {

// Aligning an array takes up to 15 bytes.
constexpr uint64_t array_bytes(uint64_t count, uint64_t size) { return count * size + 16; }

class Tables {
 public:
  Tables(const Program& program, uint64_t each_items)
      : program_(program), rules_(program.rules), each_items_(each_items) {}

  uint64_t decision_bytes(uint32_t id) {
    if (const auto known = decisions_.find(id); known != decisions_.end()) return known->second;
    const ir::Decision& decision = rules_.decisions[id];
    Exprs known_exprs;
    uint64_t most = 0;
    const auto look = [&](ExprId root) {
      most = std::max(most, expr_bytes(decision, known_exprs, root));
    };
    for (const ExprId root : decision.assumes) look(root);
    for (const ExprId root : decision.result) look(root);
    for (const ir::Rule& rule : decision.rules) ir::for_each_root(rule, look);
    if (decision.has_otherwise) ir::for_each_root(decision.otherwise, look);
    const uint64_t bytes = own_bytes(id, decision) + most;
    decisions_.emplace(id, bytes);
    return bytes;
  }

 private:
  using Exprs = std::unordered_map<uint32_t, uint64_t>;

  // Lets, variables, rules, contributions, and one outcome with the arguments of one duty at a
  // time.
  uint64_t own_bytes(uint32_t id, const ir::Decision& decision) const {
    uint64_t contributions = 1;
    uint64_t items = 0;
    for (const ir::Rule& rule : decision.rules) {
      const bool each = rule.each_list != ExprId::none;
      contributions += each ? each_items_ : 1;
      items += each ? each_items_ + 16 : 0;
    }
    size_t most_arguments = 0;
    for (const ir::Duty& duty : rules_.duties) {
      most_arguments = std::max(most_arguments, rules_.record(duty.arguments).fields.size());
    }
    const uint64_t outcome_bytes = program_.layout.record(decision.output).size;
    return array_bytes(decision.lets.size(), kLetBytes) +
           array_bytes(decision.var_count, sizeof(Value)) +
           array_bytes(decision.rules.size(), kRuleBytes) + items +
           array_bytes(contributions, kContributionBytes) +
           array_bytes(contributions, outcome_bytes) +
           array_bytes(program_.decisions[id].duty_count, sizeof(pac_duty)) +
           array_bytes(rules_.record(decision.output).fields.size(), sizeof(Value)) +
           array_bytes(most_arguments, sizeof(Value));
  }

  // Depth: as that of the evaluation, which the verifier bounds.
  uint64_t expr_bytes(const ir::Decision& decision, Exprs& known, ExprId id) {
    if (const auto found = known.find(index(id)); found != known.end()) return found->second;
    const ir::Expr& expr = rules_.expr(id);
    uint64_t most = 0;
    ir::for_each_operand(rules_, expr, [&](ExprId operand) {
      most = std::max(most, expr_bytes(decision, known, operand));
    });
    if (expr.op == Op::let) {
      most = std::max(most, expr_bytes(decision, known, decision.lets[expr.a].value));
    }
    if (expr.op == Op::call) {
      const ir::Decision& callee = rules_.decisions[expr.a];
      most = std::max(
          most, array_bytes(program_.layout.record(callee.input).size, 1) + decision_bytes(expr.a));
    }
    // An array of operands; a standard function has one of pac_value as well.
    const uint64_t per_operand = sizeof(Value) + (expr.op == Op::call_std ? sizeof(pac_value) : 0);
    const bool is_test = expr.op == Op::in_set || expr.op == Op::min_of || expr.op == Op::max_of;
    const uint64_t own =
        expr.operand_count == 0 || is_test ? 0 : array_bytes(expr.operand_count, per_operand) + 16;
    known.emplace(index(id), own + most);
    return own + most;
  }

  const Program& program_;
  const ir::RuleSet& rules_;
  const uint64_t each_items_;
  std::unordered_map<uint32_t, uint64_t> decisions_;
};

}  // namespace

uint64_t table_bytes(const Program& program, ir::DecisionId decision, uint64_t each_items) {
  return Tables(program, each_items).decision_bytes(index(decision));
}

}  // namespace pac::interp
