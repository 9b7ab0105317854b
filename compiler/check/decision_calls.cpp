// Calls of decisions: arguments, context and features that go with them.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

// ---- Decisions ----------------------------------------------------------------------------------

ir::ExprId Checker::pass_context(DecisionState& callee, const Slot& slot, Span span) {
  const ir::ExprId own = context_slot(slot.name);
  const std::string name(slot.name);
  if (own == ir::ExprId::none) {
    emit(Kind::needs_context, span,
         {{"callee", std::string(callee.ast->name.text)}, {"name", name}})
        .also(slot.span, "declared here")
        .help("a caller declares what its callees read: `context { " + name + ": … }`");
    return own;
  }
  if (rules_.expr(own).type != slot.type.id) {
    emit(Kind::type_mismatch, span,
         {{"seen", "`" + name + "` of type " + show(rules_.expr(own).type)},
          {"wanted", show(slot.type)}});
    return ir::ExprId::none;
  }
  return own;
}

Typed Checker::call_decision(const ast::Expr& e, DecisionState& callee) {
  DecisionState* caller = scope_.decision;
  if (caller == nullptr) {
    emit(Kind::not_constant, e.span);
    return bad(e.span);
  }
  if (!check_decision(callee)) return bad(e.span);
  caller->depth = std::max(caller->depth, callee.depth + 1);
  if (caller->depth > PAC_MAX_CALL_DEPTH) {
    emit(Kind::limit_exceeded, e.span,
         {{"what", "calls of decisions one inside the other"},
          {"limit", static_cast<int64_t>(PAC_MAX_CALL_DEPTH)}});
    return bad(e.span);
  }
  std::vector<ir::ExprId> ops(callee.slots.size(), ir::ExprId::none);
  bool ok = call_arguments(e, callee, ops);
  for (uint32_t i = 0; i < callee.slots.size() && ok; ++i) {
    if (callee.slots[i].role != ir::SlotRole::context) continue;
    ops[i] = pass_context(callee, callee.slots[i], e.span);
    ok = ops[i] != ir::ExprId::none;
  }
  for (const auto& feature : callee.ir.features) {
    if (!ok) break;
    ops[feature.slot] = inherit_feature(callee, feature, ops, e.span);
    ok = ops[feature.slot] != ir::ExprId::none;
  }
  if (!ok) return bad(e.span);
  if (std::find(caller->callees.begin(), caller->callees.end(), &callee) == caller->callees.end()) {
    caller->callees.push_back(&callee);
  }
  Type type{callee.ir.result_type, {}};
  if (callee.ast->partial) type.id = rules_.optional(type.id);
  ir::Expr expr;
  expr.op = ir::Op::call;
  expr.type = type.id;
  expr.a = ir::index(callee.id);
  return typed(rules_.add(expr, ops), type, e.span);
}

bool Checker::call_arguments(const ast::Expr& e, DecisionState& callee,
                             std::vector<ir::ExprId>& ops) {
  const std::string name(callee.ast->name.text);
  std::vector<std::string> names;
  for (const auto& slot : callee.slots) {
    if (slot.role == ir::SlotRole::input) names.emplace_back(slot.name);
  }
  bool ok = true;
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    const ast::Arg& arg = scope_module_->args_of(e)[i];
    uint32_t at = 0;
    if (arg.name.empty()) {
      if (names.size() != 1 || e.arg_count != 1) {
        emit(Kind::unnamed_argument, node(arg.value).span, {{"name", name}})
            .help("write `" + (i < names.size() ? names[i] : std::string("name")) + ": …`");
        return false;
      }
    } else {
      while (at < callee.slots.size() && !(callee.slots[at].role == ir::SlotRole::input &&
                                           callee.slots[at].name == arg.name.text)) {
        ++at;
      }
      if (at == callee.slots.size()) {
        auto builder =
            emit(Kind::unknown_field, arg.name.span,
                 {{"name", std::string(arg.name.text)}, {"type", "the input of " + name}});
        hint_nearest(builder, arg.name.text, names);
        ok = false;
        continue;
      }
    }
    if (ops[at] != ir::ExprId::none) {
      emit(Kind::duplicate_name, arg.name.span, {{"name", std::string(arg.name.text)}});
      ok = false;
      continue;
    }
    const Slot slot = callee.slots[at];
    const Typed value = coerce(expression(arg.value, {slot.type}), slot.type, node(arg.value).span);
    ok = ok && value.ok();
    if (value.ok())
      check_constant_domain(value, slot.domain, "`" + std::string(slot.name) + "`", slot.span);
    ops[at] = value.id;
  }
  std::string absent;
  for (uint32_t i = 0; i < callee.slots.size() && ok; ++i) {
    const Slot& slot = callee.slots[i];
    if (slot.role != ir::SlotRole::input || ops[i] != ir::ExprId::none) continue;
    if (optional(slot.type)) {
      ir::Constant c;
      c.type = slot.type.id;
      c.missing = true;
      ops[i] = make_constant(c);
      continue;
    }
    if (!absent.empty()) absent += ", ";
    absent += "`" + std::string(slot.name) + "`";
  }
  if (!absent.empty()) {
    emit(Kind::fields_absent, e.span, {{"names", absent}, {"what", "the call of " + name}});
    ok = false;
  }
  return ok;
}

// The callee's feature as a slot of the caller's own input record, with its key in the caller's
// terms, so that all features are known before any rule runs.
ir::ExprId Checker::inherit_feature(DecisionState& callee, const ir::Feature& feature,
                                    const std::vector<ir::ExprId>& arguments, Span span) {
  DecisionState& caller = *scope_.decision;
  const Slot from = callee.slots[feature.slot];
  const ir::ExprId key = substitute(feature.key, arguments);
  if (key == ir::ExprId::none) {
    emit(Kind::feature_key, span,
         {{"name", std::string(from.name)}, {"callee", std::string(callee.ast->name.text)}})
        .also(from.span, "the feature")
        .help(
            "pass a field of the caller's input, so that the feature can be read before rules run");
    return ir::ExprId::none;
  }
  const ir::TypeId stored = rules_.optional(from.type.id);
  for (const auto& own : caller.ir.features) {
    if (own.name == feature.name && own.max_age_us == feature.max_age_us && same(own.key, key)) {
      return make(ir::Op::input, stored, static_cast<ir::ExprId>(own.slot));
    }
  }
  Slot slot = from;
  slot.role = ir::SlotRole::feature;
  slot.required_feature = false;  // it is the callee that requires it
  ir::Feature inherited = feature;
  inherited.slot = static_cast<uint32_t>(caller.slots.size());
  inherited.key = key;
  inherited.required = false;
  // No author writes this name; it only has to differ from those that one does write.
  std::string name = std::string(callee.ast->name.text) + "_" + std::string(from.name);
  while (caller.slot_of.contains(std::string_view(name)) ||
         std::find(caller.inherited_names.begin(), caller.inherited_names.end(), name) !=
             caller.inherited_names.end()) {
    name += "_";
  }
  caller.inherited_names.push_back(std::move(name));
  caller.slots.push_back(slot);
  caller.ir.features.push_back(inherited);
  return make(ir::Op::input, stored, static_cast<ir::ExprId>(inherited.slot));
}

// A key over the callee's inputs, rewritten over the caller's; none where it needs more than inputs
// and context.
ir::ExprId Checker::substitute(ir::ExprId key, const std::vector<ir::ExprId>& arguments) {
  const ir::Expr e = rules_.expr(key);
  switch (e.op) {
    case ir::Op::constant:
      return key;
    case ir::Op::input:
      return only_inputs(arguments[e.a]) ? arguments[e.a] : ir::ExprId::none;
    case ir::Op::field:
    case ir::Op::unwrap: {
      const ir::ExprId base = substitute(static_cast<ir::ExprId>(e.a), arguments);
      if (base == ir::ExprId::none) return base;
      ir::Expr out = e;
      out.a = ir::index(base);
      return rules_.add(out);
    }
    default:
      return ir::ExprId::none;
  }
}

bool Checker::only_inputs(ir::ExprId id) const {
  const ir::Expr& e = rules_.expr(id);
  switch (e.op) {
    case ir::Op::constant:
      return true;
    case ir::Op::input:
      return scope_.decision->slots[e.a].role != ir::SlotRole::feature;
    case ir::Op::field:
    case ir::Op::unwrap:
      return only_inputs(static_cast<ir::ExprId>(e.a));
    default:
      return false;
  }
}

bool Checker::same(ir::ExprId a, ir::ExprId b) const {
  if (a == b) return true;
  const ir::Expr& x = rules_.expr(a);
  const ir::Expr& y = rules_.expr(b);
  if (x.op != y.op || x.type != y.type || x.b != y.b) return false;
  if (x.op == ir::Op::constant || x.op == ir::Op::input) return x.a == y.a;
  return (x.op == ir::Op::field || x.op == ir::Op::unwrap) &&
         same(static_cast<ir::ExprId>(x.a), static_cast<ir::ExprId>(y.a));
}

}  // namespace pac::check
