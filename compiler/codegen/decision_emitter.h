// Lowers one decision: its entry, its functions for lets, groups of rules and outcomes, and the hit
// policy around them. Functions have bounded size: a group holds at most 256 rules.
//
// Memory of one evaluation, the frame: for each let a state byte, then the lets' values, then what
// `for each` rules iterate over, then the rules that hit. Functions of a decision take
// (input, frame, result, scratch, ...).
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/function_emitter.h"
#include "compiler/codegen/list_lanes.h"
#include "compiler/codegen/module.h"
#include "compiler/codegen/proofs.h"
#include "runtime/ir/range.h"

namespace pac::match {
struct Plan;
}

namespace pac::codegen {

struct LetPlan {
  bool in_place = false;      // computed where it is read
  uint32_t state_offset = 0;  // in the frame
  uint32_t offset = 0;
};

class DecisionEmitter {
 public:
  using All = std::vector<std::unique_ptr<DecisionEmitter>>;

  DecisionEmitter(ModuleEmitter& emitter, const All& all, ir::DecisionId id, const Proof& proof);
  ~DecisionEmitter();

  ModuleEmitter& m;
  const ir::Decision& decision;
  ir::RangeAnalysis ranges;

  // Makes the functions that other decisions refer to, then all code.
  void declare(bool called_by_others);
  void define();

  uint32_t number() const { return ir::index(id_); }
  DecisionEmitter& other(ir::DecisionId id) const { return *all_[ir::index(id)]; }
  llvm::Function* body() const { return body_; }
  llvm::Function* assumes_function() const { return assumes_; }  // null where there are none
  llvm::Function* let_function(uint32_t index);
  LanePlan& lanes() { return *lanes_; }
  llvm::Function* fill_function(ListLanes& list);
  const LetPlan& let_plan(uint32_t index) const { return lets_[index]; }

  // Straight-line code without a branch, a call or an error: may be computed before it is needed.
  bool is_simple(ir::ExprId id);
  // Groups of rules write the outcome where a rule hits; see outcome.cpp.
  bool says_at_hit() const { return says_at_hit_; }
  // An in_set of numbers that are all constants.
  bool is_constant_set(const ir::Expr& expr) const;

 private:
  enum class Search : uint8_t {
    first,   // the first hit in the order of trying ends it
    unique,  // the first two hits in source order are kept
    marks,   // every hit is marked
    levels,  // the same, until a level of priority has a hit
  };
  struct Group {
    uint32_t begin = 0, end = 0;
  };  // of the order of trying
  struct PlanSearch;  // search_plan.cpp

  // decision_emitter.cpp
  void plan_lets();
  void count_uses(std::vector<uint32_t>& uses) const;
  void plan_frame();
  bool simple(ir::ExprId id);
  uint32_t cost(ir::ExprId id);
  void define_lets();
  void define_assumes();
  void define_entry();
  void define_body();
  void enter(FunctionEmitter& f);
  void emit_result(FunctionEmitter& f);

  void define_fills();  // expr_lanes.cpp

  // search.cpp
  Search search_kind();
  // The rules that hit are listed in the frame.
  static bool keeps_hits(Search kind) { return kind == Search::marks || kind == Search::levels; }
  // `cost_at` is asked for each place in the order.
  static std::vector<Group> groups(uint32_t count,
                                   const std::function<uint32_t(uint32_t)>& cost_at);
  uint32_t cost_of(const std::vector<ir::ExprId>& conditions);
  void define_group(llvm::Function* function, Search kind, const std::vector<uint32_t>& order,
                    Group group);
  void try_rule(FunctionEmitter& f, Search kind, uint32_t rule, llvm::BasicBlock* next);
  bool fires_surely(uint32_t place, size_t rules) const;
  void try_each_item(FunctionEmitter& f, uint32_t rule, llvm::BasicBlock* next);
  void note_hit(FunctionEmitter& f, Search kind, uint32_t rule, llvm::BasicBlock* next);
  llvm::Value* search(FunctionEmitter& f, Search kind);
  llvm::Value* search_chain(FunctionEmitter& f, Search kind);
  llvm::Value* ask_group(FunctionEmitter& f, llvm::Function* group);
  llvm::Value* answer_of_group(FunctionEmitter& f, llvm::Value* answer);
  llvm::Function* group_function(const std::string& name, llvm::Type* last);
  void append_hit(FunctionEmitter& f, llvm::Value* rule);
  bool hits_need_sorting(Search kind) const;
  llvm::Value* refuse_second(FunctionEmitter& f);
  void begin_search(FunctionEmitter& f, Search kind);

  // search_plan.cpp
  void make_plan();
  bool has_kernel() const { return plan_ != nullptr; }
  llvm::Value* search_plan(FunctionEmitter& f, Search kind);
  void take_row(FunctionEmitter& f, Search kind, llvm::Value* row, llvm::BasicBlock* next,
                PlanSearch& state);
  llvm::Value* rule_of_row(FunctionEmitter& f, llvm::Value* row);
  void require_rest(FunctionEmitter& f, llvm::Value* row, llvm::BasicBlock* next);
  void plan_rests();
  void define_rest_group(llvm::Function* function, const std::vector<uint32_t>& rows, Group group);

  // outcome.cpp
  void plan_outcomes();
  void define_outcomes();
  void define_outcome_group(llvm::Function* function, uint32_t begin, uint32_t end);
  void emit_outcome(FunctionEmitter& f, const ir::Rule& rule, uint32_t index, llvm::Value* to);
  void emit_duties(FunctionEmitter& f, const ir::Rule& rule, uint32_t index);
  bool can_say_at_hit();
  void say(FunctionEmitter& f, uint32_t rule, llvm::Value* to);
  // Writes the outcome of a rule (i32; `otherwise` has the index after the last) and notes its
  // duties.
  void call_outcome(FunctionEmitter& f, llvm::Value* rule, llvm::Value* item, llvm::Value* to);
  const ir::Rule& rule_at(uint32_t index) const;
  uint32_t outcome_count() const;

  // policy.cpp, collect.cpp
  void emit_policy(FunctionEmitter& f);
  void emit_single(FunctionEmitter& f, Search kind);
  void emit_survivors(FunctionEmitter& f, Search kind);
  void emit_no_hit(FunctionEmitter& f);
  void emit_agreement(FunctionEmitter& f);
  void emit_ranking(FunctionEmitter& f);
  void emit_effects(FunctionEmitter& f);
  void emit_collect_list(FunctionEmitter& f);
  void emit_collect_folds(FunctionEmitter& f);
  void fold_contribution(FunctionEmitter& f, size_t index, llvm::Value* contribution,
                         llvm::Value* slot, llvm::Value* overflowed, llvm::Value* count,
                         llvm::Value* rule);
  template <typename Body>
  void each_survivor(FunctionEmitter& f, Body body);
  // Writes the ranking keys of an outcome; `bad` (i32 slot) keeps the first rule without a rank.
  void emit_keys(FunctionEmitter& f, llvm::Value* outcome, llvm::Value* keys, llvm::Value* bad,
                 llvm::Value* rule);
  llvm::Value* rank_of(FunctionEmitter& f, const ir::RankedColumn& column, const Value& value,
                       ir::TypeId type, llvm::Value** named);
  void fail_with(FunctionEmitter& f, llvm::Value* failed, uint32_t code, llvm::Value* rule,
                 llvm::Value* other);
  void finish_ok(FunctionEmitter& f, llvm::Value* fired_rule);
  void if_reporting(FunctionEmitter& f, const std::function<void()>& then);
  void write_header(FunctionEmitter& f, uint32_t status);
  void set_counts(FunctionEmitter& f, llvm::Value* fired, bool reset_duties);
  llvm::Value* hits(FunctionEmitter& f) { return f.offset(f.frame, hits_offset_); }
  llvm::Value* each_memory(FunctionEmitter& f) { return f.offset(f.frame, each_offset_); }
  llvm::Value* each_table();

  const All& all_;
  ir::DecisionId id_;
  const Spared spared_;  // by proofs
  std::string name_;
  llvm::Function* body_ = nullptr;
  llvm::Function* assumes_ = nullptr;
  bool called_ = false;
  llvm::Value* output_ = nullptr;
  llvm::Value* search_state_ = nullptr;  // 8 bytes of the body's stack
  llvm::Value* cursor_ = nullptr;        // of the last loop over survivors
  llvm::Value* report_ = nullptr;        // i1: false where another decision calls

  std::unique_ptr<LanePlan> lanes_;
  std::vector<LetPlan> lets_;
  std::vector<llvm::Function*> let_functions_;
  std::unordered_map<uint32_t, bool> simple_;
  std::unordered_map<uint32_t, uint32_t> cost_;
  uint32_t frame_size_ = 0, hits_offset_ = 0, each_offset_ = 0, report_offset_ = 0;
  std::unordered_map<uint32_t, uint32_t> each_of_rule_;
  bool has_duties_ = false;

  std::vector<llvm::Function*>
      outcome_functions_;  // one per kRulesPerGroup rules; null: all constant
  llvm::Constant* outcome_rows_ = nullptr;
  llvm::Constant* rule_names_ = nullptr;
  std::vector<bool> constant_outcome_;
  bool says_at_hit_ = false;

  std::unique_ptr<const match::Plan> plan_;   // null: rules are tried one by one
  llvm::Constant* rule_of_row_ = nullptr;     // u32 a row; null: rows have the order of rules
  llvm::Constant* rest_of_row_ = nullptr;     // u32 a row: its function, from 1; null: one for all
  llvm::Constant* rest_functions_ = nullptr;  // their addresses, where there are several
  std::vector<llvm::Function*> rest_groups_;  // none: nothing is left to evaluate
};

inline constexpr uint32_t kRulesPerGroup = 256;

}  // namespace pac::codegen
