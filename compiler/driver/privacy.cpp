#include "compiler/driver/privacy.h"

#include <algorithm>

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

bool Privacy::hides_field(ir::RecordId record, uint32_t field) {
  return !discloses_ && note(field_is_private(ir::index(record), field));
}

bool Privacy::hides_path(ir::DecisionId decision, std::string_view path) {
  uint32_t record = ir::index(rules_.decision(decision).input);
  while (!discloses_ && !path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    const std::string_view name = step.substr(0, step.find('['));
    const auto& fields = rules_.records[record].fields;
    const auto at = std::ranges::find(fields, name, &ir::Field::name);
    if (at == fields.end()) return false;
    const auto index = static_cast<uint32_t>(at - fields.begin());
    const ir::FieldSide& side = side_.records[record].fields[index];
    if (!side.pii.empty()) return note(!side.disclosed);
    const ir::Type* type = &rules_.type(at->type);
    while (type->element != ir::TypeId::none) type = &rules_.type(type->element);
    if (type->kind != ir::TypeKind::record) return false;
    record = type->ref;
  }
  return false;
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
  if (e.op == Op::field) {
    if (field_is_private(record_of(e.a), e.b)) return true;
    if (rules_.type(e.type).kind == ir::TypeKind::boolean) return false;
    const ir::Expr* base = &rules_.expr(static_cast<ir::ExprId>(e.a));
    while (base->op == Op::unwrap || base->op == Op::let) {
      base = &rules_.expr(base->op == Op::let ? decision.lets[base->a].value
                                              : static_cast<ir::ExprId>(base->a));
    }
    return base->op == Op::call && is_private_result(decision, *base, e.b);
  }
  if (e.op == Op::var) return holds_private(e.type);
  if (e.op == Op::let) return is_private(decision, decision.lets[e.a].value);
  if (rules_.type(e.type).kind == ir::TypeKind::boolean) return false;
  bool found = false;
  ir::for_each_operand(rules_, e,
                       [&](ir::ExprId part) { found = found || is_private(decision, part); });
  return found;
}

// What a called decision gives in a field: by its own rules, or from what it is handed. A record
// that it is handed has its marks with it.
bool Privacy::is_private_result(const ir::Decision& decision, const ir::Expr& call,
                                uint32_t field) {
  for (uint32_t i = 0; i < call.operand_count; ++i) {
    const ir::ExprId operand = rules_.operand(call, i);
    if (rules_.type_of(operand).kind != ir::TypeKind::record && is_private(decision, operand))
      return true;
  }
  const ir::Decision& callee = rules_.decisions[call.a];
  // Folds and lists give other fields than the rules; what they are made of counts for all.
  const bool is_whole = callee.policy == ir::HitPolicy::collect_folds;
  const auto gives = [&](const std::vector<ir::ExprId>& outcome) {
    for (uint32_t i = 0; i < outcome.size(); ++i) {
      if ((is_whole || i == field) && is_private(callee, outcome[i])) return true;
    }
    return false;
  };
  return gives(callee.result) || gives(callee.otherwise.outcome) ||
         std::ranges::any_of(callee.rules, gives, &ir::Rule::outcome);
}

}  // namespace pac::driver
