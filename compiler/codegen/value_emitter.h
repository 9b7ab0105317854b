// Lowers what does not depend on a decision: loads and stores by layout, comparisons, domain
// checks. Works on one function, at the insertion point of `b`; what needs control flow leaves it
// in a new block.
#pragma once

#include <initializer_list>
#include <vector>

#include "compiler/codegen/module.h"
#include "compiler/codegen/value.h"

namespace pac::codegen {

struct Incoming {
  Value value;
  llvm::BasicBlock* from = nullptr;
};

class ValueEmitter {
 public:
  // Begins the function: an entry block for stack slots, and the block after it.
  ValueEmitter(ModuleEmitter& emitter, llvm::Function* target);

  ModuleEmitter& m;
  llvm::Function* function;
  llvm::IRBuilder<> b;

  llvm::BasicBlock* block(const char* name);
  void move_to(llvm::BasicBlock* place) { b.SetInsertPoint(place); }
  // A stack slot of the function, taken once however often the code runs.
  llvm::Value* stack(uint32_t size, uint32_t align);
  llvm::Value* call(std::string_view support, std::initializer_list<llvm::Value*> arguments);
  llvm::ConstantInt* int32(uint32_t value) { return llvm::ConstantInt::get(m.i32, value); }
  llvm::ConstantInt* int64(uint64_t value) { return llvm::ConstantInt::get(m.i64, value); }
  llvm::Constant* number(llvm::Type* type, Int128 value);
  llvm::Value* offset(llvm::Value* base, uint64_t bytes);
  llvm::Value* wide(llvm::Value* value);     // to i128
  llvm::Value* address(llvm::Value* value);  // of an i128 (widened) on the stack
  llvm::Value* zero_extend(llvm::Value* flag) { return b.CreateZExt(flag, m.i32); }
  llvm::MDNode* unlikely();
  void mark(uint64_t at);  // where the module has marks
  void copy(llvm::Value* to, llvm::Value* from, uint32_t size, uint32_t align);

  Value load(llvm::Value* from, ir::TypeId type, const ir::Storage& place);
  void store(llvm::Value* to, ir::TypeId type, const ir::Storage& place, const Value& value);
  Value missing(ir::TypeId type);
  Value poison(ir::TypeId type);
  Value merge(const std::vector<Incoming>& incoming);
  // The element of a list at an index (i32).
  llvm::Value* element_address(const Value& list, ir::TypeId list_type, llvm::Value* at);

  Operand operand(const Value& value, ir::TypeId type);
  // Scalars, numbers of any scale; signed predicates.
  llvm::Value* compare(llvm::CmpInst::Predicate predicate, const Operand& x, const Operand& y);
  llvm::Value* equal(const Operand& x, const Operand& y);
  llvm::Value* text_equal(const Value& x, const Value& y);
  llvm::Value* order(const Value& x, const Value& y, ir::TypeId type);  // i32 -1, 0, 1
  llvm::Value* list_contains(const Operand& list, const Operand& item);

  llvm::Value* in_domain(const Value& value, ir::TypeId type, ir::DomainId domain);
  llvm::Value* matches(const Value& text, const std::string& pattern);
  // Whether it is one of them (value_sets.cpp). `in_constants` also takes a value that may be
  // missing; the others have straight code for up to eight runs of numbers, and for bits.
  llvm::Value* in_constants(const Value& value, const ConstantSet& set);
  llvm::Value* in_numbers(llvm::Value* value, std::vector<Int128> numbers);
  llvm::Value* in_texts(const Value& text, std::vector<std::string> texts);

  // for (at = 0; at < count; ++at) body(at, next): `body` ends in a branch to `next` or elsewhere.
  // Afterwards the insertion point is where the loop ran out.
  template <typename Body>
  void loop(llvm::Value* count, Body body) {
    llvm::BasicBlock* before = b.GetInsertBlock();
    llvm::BasicBlock* head = block("loop");
    llvm::BasicBlock* inside = block("item");
    llvm::BasicBlock* next = block("next");
    llvm::BasicBlock* done = block("done");
    b.CreateBr(head);
    move_to(head);
    llvm::PHINode* at = b.CreatePHI(m.i32, 2);
    at->addIncoming(int32(0), before);
    b.CreateCondBr(b.CreateICmpULT(at, count), inside, done);
    move_to(inside);
    body(static_cast<llvm::Value*>(at), next);
    move_to(next);
    at->addIncoming(b.CreateAdd(at, int32(1)), next);
    b.CreateBr(head);
    move_to(done);
  }

 protected:
  llvm::BasicBlock* entry_ = nullptr;

 private:
  llvm::Value* scaled(const Operand& operand, int digits);
  llvm::Value* compare_quotients(llvm::CmpInst::Predicate predicate, const Operand& x,
                                 const Operand& y);
  llvm::Value* equal_lists(const Operand& x, const Operand& y);
  llvm::Value* equal_records(const Value& x, const Value& y, ir::TypeId type);
  llvm::Value* equal_present(const Operand& x, const Operand& y);
  llvm::Value* order_present(const Value& x, const Value& y, ir::TypeId type);
  llvm::Value* order_lists(const Value& x, const Value& y, ir::TypeId type);
  llvm::Value* in_runs(llvm::Value* value, const std::vector<ir::Interval>& runs);
  llvm::Value* in_bits(llvm::Value* value, const std::vector<Int128>& numbers, uint64_t span);
  llvm::Value* in_intervals(llvm::Value* value, const ir::Domain& domain);
  llvm::Value* text_in_domain(const Value& value, const ir::Domain& domain);
  llvm::Value* list_in_domain(const Value& value, const ir::Type& type, ir::DomainId domain);
  llvm::Value* present_in_domain(const Value& value, ir::TypeId type, ir::DomainId domain);
};

}  // namespace pac::codegen
