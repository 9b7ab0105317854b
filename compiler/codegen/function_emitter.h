// Lowers expressions of one decision into one function. An expression that can fail branches to the
// function's error block with a code and the rule at fault; what comes after it is reached only
// where it did not. Values already computed are reused wherever their block dominates: scopes
// follow the branches.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/codegen/value_emitter.h"
#include "runtime/abi.h"

namespace pac::codegen {

class DecisionEmitter;
struct ListLanes;

// What a function returns.
enum class Answer : uint8_t {
  code,           // i32: an error code, 0 for none
  code_and_rule,  // i64: an error code in the upper half; in the lower the rule that failed, or hit
  status,         // i32: a pac_status, the error written into the result
};

class FunctionEmitter : public ValueEmitter {
 public:
  FunctionEmitter(DecisionEmitter& owner, llvm::Function* target, Answer answer);

  DecisionEmitter& d;
  llvm::Value* input = nullptr;
  llvm::Value* frame = nullptr;
  llvm::Value* result = nullptr;
  llvm::Value* scratch = nullptr;
  llvm::Value* rule = nullptr;  // at fault where something fails; i32

  // Takes the four pointers from the first arguments of an internal function.
  void take_arguments();
  Value emit(ir::ExprId id);
  void branch(ir::ExprId condition, llvm::BasicBlock* yes, llvm::BasicBlock* no);
  // Goes on only where all conditions hold. Values of the first condition stay known also at `no`.
  void require_all(const std::vector<ir::ExprId>& conditions, llvm::BasicBlock* no);

  void fail_if(llvm::Value* failed, uint32_t code);
  void fail_if_code(llvm::Value* code);
  void check_domain(const Value& value, ir::ExprId id, ir::DomainId domain);
  // The fields of a record: all values, then all domains, then stored.
  void emit_record(const std::vector<ir::ExprId>& fields, ir::RecordId record, llvm::Value* to);
  llvm::Value* scratch_memory(llvm::Value* size, uint32_t align);

  size_t scope() const { return known_order_.size(); }
  void leave(size_t scope);
  void bind(uint32_t slot, const Value& value) { vars_[slot] = value; }

  llvm::Value* load_field(uint32_t record_offset, llvm::Type* type, llvm::Value* base) {
    return b.CreateLoad(type, offset(base, record_offset));
  }
  // Copies what is read of a list's elements into its columns.
  void fill_lanes(const ListLanes& list);
  // Ends the function: fills the error block.
  void finish();

 private:
  Value compute(ir::ExprId id);
  Value normalise(Value value, ir::ExprId id);
  Value constant(const ir::Expr& expr);
  Value read_let(uint32_t index);
  Value read_param(ir::ExprId id);
  llvm::Value* check_first_line(ir::ExprId param);  // the date at which it is read
  Value read_field(ir::ExprId id);
  Value choose(ir::ExprId id);  // if_
  Value with_default(ir::ExprId id);
  Value unwrapped(ir::ExprId id);
  llvm::Value* logic(ir::ExprId id);  // and_, or_
  llvm::Value* comparison(const ir::Expr& expr);
  Operand operand_of(ir::ExprId id);

  Value arithmetic(ir::ExprId id);
  Value add_or_sub(ir::ExprId id);
  Value multiply(ir::ExprId id);
  Value negate(ir::ExprId id);
  Value rescale(ir::ExprId id);
  Value round(ir::ExprId id);
  Value quotient(const ir::Expr& expr);
  Value modulo(const ir::Expr& expr);
  Value extreme(ir::ExprId id);  // min_of, max_of
  Value temporal(const ir::Expr& expr);
  Value checked_decimal(llvm::Value* value, llvm::Value* overflowed);
  Value checked_64(llvm::Intrinsic::ID id, llvm::Value* x, llvm::Value* y);
  Value power_up(llvm::Value* value, int digits, ir::ExprId id);
  Value returned(llvm::Value* code, llvm::Value* slot, llvm::Type* type);

  Value in_set(const ir::Expr& expr);
  std::optional<ConstantSet> constant_list(ir::ExprId id, ir::TypeId item);
  Value text_test(const ir::Expr& expr);
  Value list_test(const ir::Expr& expr);
  Value length(const ir::Expr& expr);
  Value quantifier(ir::ExprId id);
  Value fold(ir::ExprId id);
  template <typename Body>
  void each_item(const ir::Expr& expr, Body body);
  void add_to_sum(ir::ExprId id, llvm::Value* slot, llvm::Type* type);
  struct Lanes;
  ListLanes* lanes_in_use(ir::ExprId id);
  Value over_lanes(ir::ExprId id, ListLanes& list);
  llvm::Value* lanes_there(ListLanes& list);
  llvm::Value* lanes_of(ir::ExprId id, Lanes& lanes);
  llvm::Value* varying_lanes(const ir::Expr& expr, ir::ExprId id, Lanes& lanes);
  llvm::Value* lane_column(ir::ExprId id, const Lanes& lanes);
  llvm::Value* lane_scaled(ir::ExprId id, int digits, Lanes& lanes);
  llvm::Value* compare_lanes(llvm::CmpInst::Predicate predicate, ir::ExprId x, ir::ExprId y,
                             Lanes& lanes);
  llvm::Value* set_lanes(const ir::Expr& expr, Lanes& lanes);
  Value make_record(ir::ExprId id);
  Value make_list(ir::ExprId id);
  Value make_template(const ir::Expr& expr);
  void put_piece(ir::ExprId id, const Value& piece, llvm::Value* start);
  Value call_decision(const ir::Expr& expr);
  Value call_standard(const ir::Expr& expr);

  Value scalar(llvm::Value* value) { return {value, nullptr, nullptr}; }

  Answer answer_;
  std::unordered_map<uint32_t, Value> known_;
  std::vector<uint32_t> known_order_;
  std::unordered_map<uint32_t, Value> vars_;
  std::vector<std::pair<Incoming, llvm::Value*>> failures_;  // code, from; rule
  llvm::BasicBlock* error_ = nullptr;
  uint32_t emitted_ = 0;
};

}  // namespace pac::codegen
