// A value of the language in registers. Which members are set depends on its type:
//   boolean i1, integer, datetime and duration i64, date, enumeration and effect i32, decimal i128
//   or i64: in a
//   string, list, set: the pointer in a, bytes or elements (i32) in b
//   quotient: the numerator in a, the denominator in b, both i128
//   record: the pointer to its memory in a, readable even where the record is missing
// An optional type also sets `present` (i1); a and b mean nothing where it is false. A decimal is
// in an i64 exactly where the range analysis proves that it fits. Plain values of the emitters.
#pragma once

#include "compiler/codegen/llvm.h"
#include "runtime/ir/model.h"
#include "runtime/ir/range.h"

namespace pac::codegen {

struct Value {
  llvm::Value* a = nullptr;
  llvm::Value* b = nullptr;
  llvm::Value* present = nullptr;
};

// A value with what is known about it, for comparisons of numbers of different scale.
struct Operand {
  Value value;
  ir::TypeId type = ir::TypeId::none;
  ir::Range range;
};

}  // namespace pac::codegen
