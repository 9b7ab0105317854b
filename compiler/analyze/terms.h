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

}  // namespace pac::analyze
