// A value of the language in registers. Which members are set depends on its type:
//   boolean i1 · integer, datetime, duration i64 · date, enumeration, effect i32 · decimal i128 or i64   a
//   string, list, set: pointer in a, i32 bytes or elements in b · quotient: numerator a, denominator b
//   record: pointer to its memory in a, readable even where the record is missing
//   an optional type also sets `present` (i1); a and b then mean nothing where it is false.
// A decimal is in an i64 exactly where the range analysis proves that it fits. Plain value of the emitters.
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
