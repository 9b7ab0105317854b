#include "compiler/driver/privacy.h"

#include "runtime/ir/shape.h"

namespace pac::driver {

using ir::Op;

bool Privacy::note(bool hidden) {
  has_hidden_ = has_hidden_ || hidden;
  return hidden;
}

bool Privacy::hides(ir::DecisionId decision, ir::ExprId expr) {
  return !discloses_ && note(is_private(rules_.decision(decision), expr));
}

bool Privacy::hides_let(ir::DecisionId decision, uint32_t let) {
  return hides(decision, rules_.decision(decision).lets[let].value);
}

bool Privacy::field_is_private(uint32_t record, uint32_t field) const {
  const ir::FieldSide& side = side_.records[record].fields[field];
  if (!side.pii.empty()) return !side.disclosed;
  return holds_private(rules_.records[record].fields[field].type);
}

bool Privacy::holds_private(ir::TypeId id) const {
  const ir::Type& type = rules_.type(id);
  if (type.element != ir::TypeId::none) return holds_private(type.element);
  if (type.kind != ir::TypeKind::record) return false;
  for (uint32_t i = 0; i < rules_.records[type.ref].fields.size(); ++i) {
    if (field_is_private(type.ref, i)) return true;
  }
  return false;
}

bool Privacy::is_private(const ir::Decision& decision, ir::ExprId id) {
  const auto key = std::pair(&decision, id);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  return known_[key] = compute(decision, rules_.expr(id));
}

bool Privacy::compute(const ir::Decision& decision, const ir::Expr& e) {
  const auto record_of = [&](uint32_t member) {
    return rules_.type_of(static_cast<ir::ExprId>(member)).ref;
  };
  if (e.op == Op::input) return field_is_private(ir::index(decision.input), e.a);
  if (e.op == Op::field) return field_is_private(record_of(e.a), e.b);
  if (e.op == Op::var) return holds_private(e.type);
  if (e.op == Op::let) return is_private(decision, decision.lets[e.a].value);
  if (rules_.type(e.type).kind == ir::TypeKind::boolean) return false;
  bool found = false;
  ir::for_each_operand(rules_, e,
                       [&](ir::ExprId part) { found = found || is_private(decision, part); });
  return found;
}

}  // namespace pac::driver
