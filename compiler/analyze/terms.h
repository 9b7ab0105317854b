// Terms: makes expressions in a working rule set and simplifies them as they are made, so that a
// comparison ends at a path where it can. The result has the value of the plain expression wherever
// that can be evaluated. One thread.
#pragma once

#include <optional>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::analyze {

class Terms {
 public:
  explicit Terms(ir::RuleSet& rule_set);

  ir::ExprId truth(bool value) const { return value ? true_ : false_; }
  ir::ExprId number(ir::TypeId type, Int128 value);
  ir::ExprId missing(ir::TypeId type);  // of the optional type
  ir::ExprId not_of(ir::ExprId a);
  ir::ExprId both(ir::ExprId a, ir::ExprId b);
  ir::ExprId either(ir::ExprId a, ir::ExprId b);
  ir::ExprId choose(ir::ExprId condition, ir::ExprId a, ir::ExprId b);
  ir::ExprId compare(ir::Op op, ir::ExprId a, ir::ExprId b);
  ir::ExprId in_range(ir::ExprId a, ir::ExprId low, ir::ExprId high, uint32_t ends);
  ir::ExprId in_set(ir::ExprId a, const std::vector<ir::ExprId>& members);
  ir::ExprId field(ir::ExprId record, uint32_t field);
  ir::ExprId is_present(ir::ExprId a);
  ir::ExprId default_of(ir::ExprId a, ir::ExprId otherwise);
  ir::ExprId some(ir::ExprId a);
  ir::ExprId unwrap(ir::ExprId a);
  ir::ExprId rescale(ir::ExprId a, ir::TypeId type);
  ir::ExprId add(ir::ExprId a, ir::ExprId b);
  // The operation with other operands, where these are all that it depends on; nothing for others
  // (constants, inputs, variables, fields, calls …). `part` gives the operand in the place of one
  // of the expression's, `members` those of a set, `type` that of the result.
  template <typename Type, typename Part, typename Members>
  std::optional<ir::ExprId> again(const ir::Expr& expr, const Type& type, const Part& part,
                                  const Members& members);
  // Any other op; the expression's operands are given apart.
  ir::ExprId plain(ir::Expr expr, const std::vector<ir::ExprId>& ops);

  const ir::Constant* constant(ir::ExprId id) const;
  // How many times choices were carried into comparisons; beyond a bound they stay where they are.
  bool may_grow() { return growth_ < kMaxGrowth; }

 private:
  static constexpr uint32_t kMaxGrowth = 200'000;

  const ir::Expr& at(ir::ExprId id) const { return rules_.expr(id); }
  bool is_choice(ir::ExprId id) const { return at(id).op == ir::Op::if_; }
  std::optional<bool> compare_constants(ir::Op op, const ir::Constant& a,
                                        const ir::Constant& b) const;
  ir::ExprId compare_optional(ir::Op op, ir::ExprId a, ir::ExprId b);
  int scale_of(ir::ExprId id) const;

  ir::RuleSet& rules_;
  ir::TypeId bool_;
  ir::ExprId true_, false_;
  uint32_t growth_ = 0;
};

template <typename Type, typename Part, typename Members>
std::optional<ir::ExprId> Terms::again(const ir::Expr& expr, const Type& type, const Part& part,
                                       const Members& members) {
  using ir::ExprId;
  using ir::Op;
  // The order in which operands are made is that of the expression.
  switch (expr.op) {
    case Op::not_:
      return not_of(part(expr.a));
    case Op::and_: {
      const ExprId a = part(expr.a);
      return both(a, part(expr.b));
    }
    case Op::or_: {
      const ExprId a = part(expr.a);
      return either(a, part(expr.b));
    }
    case Op::if_: {
      const ExprId condition = part(expr.a), a = part(expr.b);
      return choose(condition, a, part(expr.c));
    }
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge: {
      const ExprId a = part(expr.a);
      return compare(expr.op, a, part(expr.b));
    }
    case Op::in_range: {
      const ExprId a = part(expr.a), low = part(expr.b);
      return in_range(a, low, part(expr.c), expr.extra);
    }
    case Op::in_set: {
      const ExprId a = part(expr.a);
      return in_set(a, members());
    }
    case Op::is_present:
      return is_present(part(expr.a));
    case Op::default_: {
      const ExprId a = part(expr.a);
      return default_of(a, part(expr.b));
    }
    case Op::some:
      return some(part(expr.a));
    case Op::unwrap:
      return unwrap(part(expr.a));
    case Op::rescale:
      return rescale(part(expr.a), type());
    default:
      return std::nullopt;
  }
}

}  // namespace pac::analyze
