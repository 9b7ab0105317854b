// What a mutant says instead: the operator beside, the value next to it.
#include "compiler/analyze/mutant_edit.h"
#include "runtime/base/date.h"

namespace pac::analyze {

using ir::Op;
using ir::TypeKind;

namespace {

// Authors write durations and instants to the second.
Int128 step_of(const ir::Type& type) {
  return type.kind == TypeKind::duration || type.kind == TypeKind::datetime ? kMicrosPerSecond : 1;
}

bool has_steps(TypeKind kind) {
  return kind == TypeKind::integer || kind == TypeKind::decimal || kind == TypeKind::date ||
         kind == TypeKind::datetime || kind == TypeKind::duration;
}

}  // namespace

Op opposite(Op op) {
  switch (op) {
    case Op::eq:
      return Op::ne;
    case Op::ne:
      return Op::eq;
    case Op::lt:
      return Op::ge;
    case Op::le:
      return Op::gt;
    case Op::gt:
      return Op::le;
    case Op::ge:
      return Op::lt;
    case Op::any:
      return Op::none;
    case Op::none:
      return Op::any;
    default:
      return op;
  }
}

Op beside(Op op) {
  switch (op) {
    case Op::lt:
      return Op::le;
    case Op::le:
      return Op::lt;
    case Op::gt:
      return Op::ge;
    default:
      return Op::gt;
  }
}

std::optional<ir::Constant> shifted(const ir::RuleSet& rules, const ir::Constant& constant,
                                    int sign) {
  const ir::Type& type = rules.type(constant.type);
  if (constant.missing || !has_steps(type.kind)) return std::nullopt;
  ir::Constant out = constant;
  out.number += sign * step_of(type);
  return out;
}

std::optional<ir::Constant> next_value(const ir::RuleSet& rules, const ir::Constant& constant) {
  const ir::Type& type = rules.type(constant.type);
  if (constant.missing) return std::nullopt;
  ir::Constant out = constant;
  switch (type.kind) {
    case TypeKind::boolean:
    case TypeKind::effect:
      out.number = 1 - constant.number;
      return out;
    case TypeKind::enumeration: {
      const auto count = static_cast<Int128>(rules.enums[type.ref].values.size());
      if (count < 2) return std::nullopt;
      out.number = (constant.number + 1) % count;
      return out;
    }
    default:
      return shifted(rules, constant, 1);
  }
}

}  // namespace pac::analyze
