// What belongs to one LLVM module while a rule set is lowered into it: types, literals, tables, and
// the functions made once per type (deep equality, order, domain checks). One module, one thread.
// Emitters do not throw: the first thing that can't be lowered is kept here, and emission goes on
// with poison values.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "compiler/codegen/llvm.h"
#include "compiler/codegen/native.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/model.h"

namespace pac::codegen {

// Bytes of a constant with the addresses in it.
class ConstantMemory {
 public:
  std::vector<uint8_t> bytes;
  std::map<uint32_t, llvm::Constant*> pointers;  // by offset, eight bytes each

  void reserve(uint32_t size) { bytes.resize(size, 0); }
  void put(uint32_t offset, const void* data, uint32_t size);
};

// Members of a set that are all constants.
struct ConstantSet {
  bool is_text = false;
  bool has_missing = false;
  std::vector<Int128> numbers;
  std::vector<std::string> texts;
};

class ModuleEmitter {
 public:
  // `support` is the bitcode of support.cpp and of the standard library, in the same context.
  ModuleEmitter(const ir::RuleSet& rules, const ir::Layout& places, llvm::Module& target,
                llvm::Module& support, const Options& options);

  const ir::RuleSet& rule_set;
  const ir::Layout& layout;
  llvm::Module& module;
  llvm::LLVMContext& context;
  llvm::IntegerType *i1, *i8, *i32, *i64, *i128;
  llvm::PointerType* ptr;
  const uint32_t emitted_max;                     // expressions of one function, as Options says
  const std::optional<match::Strategy> strategy;  // the same
  const uint32_t list_uses_min;                   // the same
  llvm::GlobalVariable* marks = nullptr;  // as Options::marks says; null where nothing is marked

  void add_marks();

  void unsupported(std::string what);
  bool failed() const { return !failure_.empty(); }
  const std::string& failure() const { return failure_; }

  // A function of support.cpp or of the standard library; null (and unsupported) where there is
  // none.
  llvm::Function* support(std::string_view name);
  llvm::Function* memcmp_function();
  llvm::Function* internal_function(const std::string& name, llvm::Type* result,
                                    const std::vector<llvm::Type*>& parameters);

  llvm::Constant* text_data(std::string_view text);
  // Zeros that stand for a missing record.
  llvm::Constant* zeros(uint32_t size);
  llvm::Constant* table(const std::vector<uint32_t>& values, const char* name);
  llvm::Constant* text_table(const std::vector<std::string>& texts);
  // The tables of a pattern, kept once.
  llvm::Constant* pattern_table(const std::string& pattern, const ConstantMemory& tables);
  llvm::Constant* finish(const ConstantMemory& memory, const char* name, uint32_t align = 16);

  // Writes a constant expression as it lies in memory; false where it is not constant.
  bool write_constant(ir::ExprId id, const ir::Storage& storage, ConstantMemory& memory,
                      uint32_t offset);

  std::span<const uint32_t> operands_of(const ir::Expr& expr) const {
    return {rule_set.operands.data() + expr.first_operand, expr.operand_count};
  }
  // Of expressions compared with a value of the type `item`; none where one of them is no constant
  // of it.
  std::optional<ConstantSet> constant_set(ir::TypeId item, std::span<const uint32_t> members) const;

  // i1 equal(ptr, ptr), i32 order(ptr, ptr) on values in memory; i1 check(ptr).
  llvm::Function* equal_function(ir::TypeId type, bool narrow);
  llvm::Function* order_function(ir::TypeId type, bool narrow);
  llvm::Function* domain_function(ir::TypeId type, ir::DomainId domain, bool narrow);

  llvm::Type* scalar_type(const ir::Type& type);  // of a value in registers; decimals i128
  ir::Storage storage(ir::TypeId type, bool narrow) const;

 private:
  bool write_number(const ir::Type& type, Int128 number, const ir::Storage& storage,
                    ConstantMemory& memory, uint32_t offset);
  bool constant_lies_in(ir::ExprId id, ir::DomainId domain) const;
  bool write_list(const ir::Expr& expr, ConstantMemory& memory, uint32_t offset);

  llvm::Module& support_;
  std::string failure_;
  std::map<std::string, llvm::Constant*, std::less<>> texts_;
  std::map<std::string, llvm::Constant*> patterns_;
  std::map<uint32_t, llvm::Constant*> zeros_;
  std::map<std::tuple<int, uint32_t, uint32_t, bool>, llvm::Function*> type_functions_;
};

}  // namespace pac::codegen
