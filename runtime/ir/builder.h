// Builds rule sets by hand, for tests of the engines and of the tools that read IR. The checker
// does not use it. It infers result types, which the verifier then checks; it proves nothing
// itself.
//
//   ir::Builder b;
//   const auto score = b.field("score", b.int_type(), b.between(300, 850));
//   auto& d = b.decision("risk", b.record("risk.in", {score}), b.record("risk.out", {b.field("ok",
//   b.bool_type())})); d.policy = ir::HitPolicy::first; b.rule(d, "good", {b.op(ir::Op::ge,
//   b.input(d, 0), b.integer(700))}, {b.boolean(true)}); b.otherwise(d, {b.boolean(false)});
//   b.rule_set  // done
//
// A reference to a Decision is valid until the next call of decision().
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::ir {

class Builder {
 public:
  RuleSet rule_set;

  // ---- Types
  TypeId bool_type() { return scalar(TypeKind::boolean); }
  TypeId int_type() { return scalar(TypeKind::integer); }
  TypeId string_type() { return scalar(TypeKind::string); }
  TypeId date_type() { return scalar(TypeKind::date); }
  TypeId datetime_type() { return scalar(TypeKind::datetime); }
  TypeId duration_type() { return scalar(TypeKind::duration); }
  TypeId effect_type() { return scalar(TypeKind::effect); }
  TypeId decimal_type(int scale) { return scaled(TypeKind::decimal, scale); }
  TypeId quotient_type(int scale) { return scaled(TypeKind::quotient, scale); }
  TypeId list_type(TypeId element) { return composite(TypeKind::list, element); }
  TypeId set_type(TypeId element) { return composite(TypeKind::set, element); }
  TypeId record_type(RecordId id) { return reference(TypeKind::record, index(id)); }
  TypeId enum_type(EnumId id) { return reference(TypeKind::enumeration, index(id)); }
  TypeId optional(TypeId type) { return rule_set.optional(type); }

  // ---- Declarations
  EnumId enumeration(std::string name, const std::vector<std::string>& values,
                     bool ordered = false);
  Field field(std::string name, TypeId type, DomainId domain = DomainId::none) {
    return Field{std::move(name), type, domain, {}};
  }
  RecordId record(std::string name, std::vector<Field> fields);
  DomainId between(Int128 low, Int128 high);
  DomainId items(int64_t max_items);  // of a list or set
  ParamId param(std::string name, TypeId type, std::vector<ParamLine> lines);
  DutyId duty(std::string name, RecordId arguments, bool is_advice = false);
  // All slots are inputs, the result is the output record: change the members for anything else.
  Decision& decision(std::string name, RecordId input, RecordId output);
  uint32_t let(Decision& decision, ExprId value, DomainId domain = DomainId::none);
  uint32_t var(Decision& decision) { return decision.var_count++; }
  Rule& rule(Decision& decision, std::string name, std::vector<ExprId> conditions,
             std::vector<ExprId> outcome, int64_t priority = 0);
  void otherwise(Decision& decision, std::vector<ExprId> outcome);

  // ---- Constants
  ExprId number(TypeId type, Int128 value) { return constant({type, false, value, {}}); }
  ExprId boolean(bool value) { return number(bool_type(), value ? 1 : 0); }
  ExprId integer(int64_t value) { return number(int_type(), value); }
  ExprId decimal(Int128 units, int scale) { return number(decimal_type(scale), units); }
  ExprId date(int32_t days) { return number(date_type(), days); }
  ExprId effect(bool deny) { return number(effect_type(), deny ? 1 : 0); }
  ExprId text(std::string value) { return constant({string_type(), false, 0, std::move(value)}); }
  ExprId missing(TypeId type) { return constant({optional(type), true, 0, {}}); }
  ExprId constant(const Constant& value);

  // ---- Expressions
  ExprId input(const Decision& decision, uint32_t slot);
  ExprId read(const Decision& decision, uint32_t let);  // a let
  ExprId var(TypeId type, uint32_t slot) { return make(Op::var, type, slot); }
  ExprId param(ParamId id, ExprId date);
  ExprId field(ExprId record, uint32_t field);
  // Any op whose a, b and c are expressions, and in_set, min_of, max_of, make_list, make_set,
  // template_ (all `ops`). `extra` as in model.h.
  ExprId op(Op op, ExprId a, ExprId b = ExprId::none, ExprId c = ExprId::none, uint32_t extra = 0);
  ExprId ops(Op op, const std::vector<ExprId>& operands);
  ExprId in_set(ExprId a, const std::vector<ExprId>& members);
  ExprId matches(ExprId a, std::string pattern);
  ExprId rescale(ExprId a, TypeId type) { return make(Op::rescale, type, index(a)); }
  ExprId round(ExprId a, int digits, Rounding mode);
  ExprId make_record(RecordId record, const std::vector<ExprId>& fields);
  ExprId call(DecisionId callee, const std::vector<ExprId>& fields);
  ExprId call_std(std::string name, uint32_t version, TypeId type,
                  const std::vector<ExprId>& arguments);
  // any, all, none, count (condition may be none there).
  ExprId quantifier(Op op, ExprId list, uint32_t slot, ExprId condition);
  // sum, min, max of `projection` over the items for which `condition` (may be none) holds.
  ExprId fold(Op op, ExprId list, uint32_t slot, ExprId projection,
              ExprId condition = ExprId::none);

 private:
  TypeId scalar(TypeKind kind) {
    return rule_set.intern(Type{kind, false, 0, kNone, TypeId::none});
  }
  TypeId scaled(TypeKind kind, int scale) {
    return rule_set.intern(Type{kind, false, static_cast<int16_t>(scale), kNone, TypeId::none});
  }
  TypeId composite(TypeKind kind, TypeId element) {
    return rule_set.intern(Type{kind, false, 0, kNone, element});
  }
  TypeId reference(TypeKind kind, uint32_t ref) {
    return rule_set.intern(Type{kind, false, 0, ref, TypeId::none});
  }
  ExprId make(Op op, TypeId type, uint32_t a = kNone, uint32_t b = kNone, uint32_t c = kNone,
              uint32_t extra = 0) {
    return rule_set.add(Expr{op, type, a, b, c, extra, 0, 0});
  }
  TypeId result_of(Op op, ExprId a, ExprId b);
};

}  // namespace pac::ir
