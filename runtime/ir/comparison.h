// What the comparing operations mean. Pure functions.
#pragma once

#include "runtime/ir/model.h"

namespace pac::ir {

// The operation that says the same with its sides exchanged.
constexpr Op mirrored(Op op) {
  switch (op) {
    case Op::lt:
      return Op::gt;
    case Op::le:
      return Op::ge;
    case Op::gt:
      return Op::lt;
    case Op::ge:
      return Op::le;
    default:
      return op;
  }
}

// Whether it is true of two values of which the first stands before (below 0), at or behind the
// second. A comparing operation.
constexpr bool holds(Op op, int order) {
  switch (op) {
    case Op::eq:
      return order == 0;
    case Op::ne:
      return order != 0;
    case Op::lt:
      return order < 0;
    case Op::le:
      return order <= 0;
    case Op::gt:
      return order > 0;
    default:
      return order >= 0;
  }
}

}  // namespace pac::ir
