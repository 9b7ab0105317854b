// Internal to the verifier (verify.h): what its parts share. Each check returns false after it has
// noted the first error; later parts rely on what earlier ones have established.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "runtime/ir/limits.h"
#include "runtime/ir/shape.h"
#include "runtime/ir/side.h"
#include "runtime/ir/slot_sets.h"
#include "runtime/ir/verify.h"

namespace pac::ir {

class Verifier {
 public:
  Verifier(const RuleSet& rule_set, FindFunction find, const Side* side = nullptr,
           const Limits& limits = {})
      : rs_(rule_set), find_(find), side_(side), limits_(limits) {}
  Result<void> run();

 private:
  // Owner of a slot that belongs to no let.
  static constexpr uint32_t kOwnedByRules = 0xfffffffe;

  // What is known of an expression, whichever decision reads it.
  struct Facts {
    uint32_t nesting = 0;    // itself and its operands, not through lets and calls
    uint64_t size = 0;       // expressions in it, each counted as often as it is used; saturating
    uint32_t let_count = 0;  // 1 + the largest let that it reads
    uint32_t free = SlotSets::kEmpty;   // variables that it reads and does not bind, with types
    uint32_t bound = SlotSets::kEmpty;  // slots that it binds
    bool has_call = false;
    bool is_constant = false;
  };
  // What is known of it within the decision that is being checked.
  struct InDecision {
    uint32_t decision = kNone;  // for which the rest is valid
    uint32_t depth = 0;         // of its evaluation, through lets and calls
    uint64_t steps = 0;
  };
  struct DecisionFacts {
    uint32_t chain = 0;  // decisions in its longest chain of calls, itself included
    uint32_t depth = 0;
    uint64_t steps = 0;
  };

  // verify_tables.cpp
  bool check_counts();
  bool check_names();
  bool check_types();
  bool check_record(uint32_t id, uint32_t level);
  bool check_enums();
  bool check_domains();
  bool check_constants();
  bool check_constant(const Constant& constant, const std::string& place);
  bool check_fields();
  bool check_lists_and_zones();
  bool check_pattern(const std::string& pattern, const std::string& place);
  bool is_bounded(TypeId type, DomainId domain);
  // What is wrong with this domain for that type; empty: nothing.
  std::string misfit(TypeId type, DomainId domain) const;
  bool check_params();
  bool check_param(const Param& param);
  // Whether a constant expression lies in a domain; its patterns are left to the checker.
  bool lies_in(ExprId value, DomainId domain) const;

  // verify_expr.cpp, verify_ops.cpp
  bool check_exprs();
  bool check_expr(uint32_t id);
  bool check_members(uint32_t id, const Expr& expr);
  bool check_member(uint32_t id, Part part, uint32_t value, const char* what);
  bool check_ops(uint32_t id, const Expr& expr);
  bool note_facts(uint32_t id, const Expr& expr);
  bool note_quantifier(uint32_t id, const Expr& expr, Facts& facts);
  // The reason why these operands or this type don't fit the op; empty: they do.
  std::string op_error(const Expr& expr) const;
  std::string leaf_error(const Expr& expr) const;
  std::string field_error(const Expr& expr) const;
  std::string logic_error(const Expr& expr) const;
  std::string comparison_error(const Expr& expr) const;
  std::string text_error(const Expr& expr) const;
  std::string list_error(const Expr& expr) const;
  std::string sum_error(const Expr& expr) const;      // neg, add, sub, mod
  std::string product_error(const Expr& expr) const;  // mul, quot
  std::string scale_error(const Expr& expr) const;    // rescale, round
  std::string extreme_error(const Expr& expr) const;  // min_of, max_of
  std::string presence_error(const Expr& expr) const;
  std::string quantifier_error(const Expr& expr) const;
  std::string make_error(const Expr& expr) const;
  std::string call_error(const Expr& expr) const;
  std::string std_error(const Expr& expr) const;

  const Type& type_at(uint32_t expr) const { return rs_.types[index(rs_.exprs[expr].type)]; }
  TypeId type_id(uint32_t expr) const { return rs_.exprs[expr].type; }
  bool is_plain(uint32_t expr, TypeKind kind) const;
  bool is_plain_number(uint32_t expr) const;  // int or decimal
  bool is_plain_list(uint32_t expr) const;    // list or set
  bool has_order(TypeId type) const;          // lt and the like, min, max, ranking
  bool is_scalar(TypeId type) const;          // plain, no quotient
  bool are_comparable(TypeId a, TypeId b) const;
  bool is_type(TypeId id, TypeKind kind, bool optional = false) const;
  bool is_optional_of(TypeId optional, TypeId plain) const;

  // verify_decision.cpp, verify_rules.cpp
  bool check_decisions();
  bool check_decision(uint32_t id);
  bool check_slots(const Decision& decision);
  bool check_features(const Decision& decision);
  bool check_inputs_only(const Decision& decision, ExprId root, const char* what);
  bool check_result_type(const Decision& decision);
  bool check_lets(const Decision& decision);
  bool check_body(const Decision& decision);
  bool check_rule(const Decision& decision, const Rule& rule, bool is_otherwise);
  bool check_each(const Decision& decision, const Rule& rule);
  bool check_duties(const Decision& decision, const Rule& rule);
  bool check_outcome(const Decision& decision, const std::vector<ExprId>& outcome);
  bool check_policy(const Decision& decision);
  bool check_ranking(const Decision& decision);
  bool check_folds(const Decision& decision);
  bool check_overrides(const Decision& decision);
  // A root of the decision: its type, its variables, all that it reaches.
  bool check_root(const Decision& decision, ExprId root, TypeId type, const char* what);
  bool check_root_slots(const Decision& decision, ExprId root);
  bool own_slots(const Decision& decision, uint32_t bound_set, uint32_t owner);
  bool reach(const Decision& decision, ExprId root);
  bool reach_one(const Decision& decision, uint32_t id);
  bool note_depth(uint32_t id);

  // verify_side.cpp
  bool check_side();
  bool check_permission(const Permission& permission, const std::string& what);
  bool check_place(const SourcePlace& place, const std::string& what);
  // What the current rule's explanations read.
  bool check_explanations(const Decision& decision, const RuleSide& side);

  // Notes the first error and returns false.
  bool fail_at(const char* code, const std::string& place, const std::string& what);
  bool fail_in_decision(const char* code, const std::string& what);
  bool fail_in_expr(const char* code, uint32_t expr, const std::string& what);
  // "decision `x`, rule `y`, expression 17", by looking for a user of the expression.
  std::string place_of(uint32_t expr) const;

  const RuleSet& rs_;
  FindFunction find_;
  const Side* side_;  // or null
  const Limits limits_;
  std::optional<Error> error_;

  std::vector<uint32_t> type_depths_;
  std::vector<uint32_t> record_depths_;
  std::vector<uint64_t> record_bytes_;
  std::vector<std::optional<bool>> record_bounded_;
  std::vector<uint8_t> record_states_;  // 0 new, 1 being checked, 2 done
  std::vector<Facts> facts_;
  std::vector<InDecision> in_decision_;
  std::vector<DecisionFacts> decision_facts_;
  SlotSets slots_;
  std::unordered_set<std::string> patterns_;  // that compile

  // Of the decision being checked.
  uint32_t decision_id_ = kNone;
  const Rule* rule_ = nullptr;
  std::vector<uint32_t> slot_owners_;  // let, kOwnedByRules or kNone
  std::vector<InDecision> let_facts_;
  DecisionFacts current_;
  uint64_t reached_count_ = 0;  // over all decisions
};

}  // namespace pac::ir
