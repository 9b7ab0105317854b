#include "runtime/ir/builder.h"

#include <algorithm>

#include "runtime/base/check.h"

namespace pac::ir {

EnumId Builder::enumeration(std::string name, const std::vector<std::string>& values,
                            bool ordered) {
  Enum made{std::move(name), ordered, {}};
  for (const std::string& value : values) made.values.push_back({value, value});
  rule_set.enums.push_back(std::move(made));
  return static_cast<EnumId>(rule_set.enums.size() - 1);
}

RecordId Builder::record(std::string name, std::vector<Field> fields) {
  rule_set.records.push_back({std::move(name), std::move(fields)});
  return static_cast<RecordId>(rule_set.records.size() - 1);
}

DomainId Builder::between(Int128 low, Int128 high) {
  Domain domain;
  domain.has_intervals = true;
  domain.intervals = {{low, high}};
  return rule_set.intern(domain);
}

DomainId Builder::items(int64_t max_items) {
  Domain domain;
  domain.max_items = max_items;
  return rule_set.intern(domain);
}

ParamId Builder::param(std::string name, TypeId type, std::vector<ParamLine> lines) {
  rule_set.params.push_back({std::move(name), type, DomainId::none, {}, std::move(lines)});
  return static_cast<ParamId>(rule_set.params.size() - 1);
}

DutyId Builder::duty(std::string name, RecordId arguments, bool is_advice) {
  rule_set.duties.push_back({std::move(name), is_advice, arguments});
  return static_cast<DutyId>(rule_set.duties.size() - 1);
}

Decision& Builder::decision(std::string name, RecordId input, RecordId output) {
  Decision made;
  made.name = std::move(name);
  made.input = input;
  made.roles.assign(rule_set.record(input).fields.size(), SlotRole::input);
  made.output = output;
  made.result_type = record_type(output);
  made.policy = HitPolicy::unique;
  rule_set.decisions.push_back(std::move(made));
  return rule_set.decisions.back();
}

uint32_t Builder::let(Decision& decision, ExprId value, DomainId domain) {
  decision.lets.push_back({rule_set.expr(value).type, domain, value});
  return static_cast<uint32_t>(decision.lets.size() - 1);
}

Rule& Builder::rule(Decision& decision, std::string name, std::vector<ExprId> conditions,
                    std::vector<ExprId> outcome, int64_t priority) {
  Rule made;
  made.name = std::move(name);
  made.priority = priority;
  made.conditions = std::move(conditions);
  made.outcome = std::move(outcome);
  decision.rules.push_back(std::move(made));
  return decision.rules.back();
}

void Builder::otherwise(Decision& decision, std::vector<ExprId> outcome) {
  decision.has_otherwise = true;
  decision.otherwise.name = "otherwise";
  decision.otherwise.outcome = std::move(outcome);
}

ExprId Builder::constant(const Constant& value) {
  return make(Op::constant, value.type, index(rule_set.intern(value)));
}

ExprId Builder::input(const Decision& decision, uint32_t slot) {
  return make(Op::input, rule_set.record(decision.input).fields[slot].type, slot);
}

ExprId Builder::read(const Decision& decision, uint32_t let) {
  return make(Op::let, decision.lets[let].type, let);
}

ExprId Builder::param(ParamId id, ExprId date) {
  return make(Op::param, rule_set.params[index(id)].type, index(id), index(date));
}

ExprId Builder::field(ExprId record, uint32_t field) {
  const Type& type = rule_set.type_of(record);
  const TypeId of_field = rule_set.record(static_cast<RecordId>(type.ref)).fields[field].type;
  const TypeId result = type.optional ? rule_set.optional(of_field) : of_field;
  return make(Op::field, result, index(record), field);
}

TypeId Builder::result_of(Op op, ExprId a, ExprId b) {
  const Type first = rule_set.type_of(a);
  const TypeId first_id = rule_set.expr(a).type;
  switch (op) {
    case Op::if_:
      return rule_set.expr(b).type;
    case Op::len:
      return int_type();
    case Op::neg:
    case Op::add:
    case Op::mod:
      return first_id;
    case Op::sub:
      return first.kind == rule_set.type_of(b).kind &&
                     (first.kind == TypeKind::date || first.kind == TypeKind::datetime)
                 ? duration_type()
                 : first_id;
    case Op::mul: {
      const Type& second = rule_set.type_of(b);
      if (first.kind == TypeKind::duration || second.kind == TypeKind::duration)
        return duration_type();
      if (first.kind == TypeKind::integer && second.kind == TypeKind::integer) return int_type();
      return decimal_type(first.scale + second.scale);
    }
    case Op::quot:
      return quotient_type(first.scale - rule_set.type_of(b).scale);
    case Op::default_:
      return rule_set.expr(b).type;
    case Op::some:
      return rule_set.optional(first_id);
    case Op::unwrap:
      return rule_set.optional(first_id, false);
    default:
      return bool_type();
  }
}

ExprId Builder::op(Op op, ExprId a, ExprId b, ExprId c, uint32_t extra) {
  return make(op, result_of(op, a, b), index(a), index(b), index(c), extra);
}

ExprId Builder::ops(Op op, const std::vector<ExprId>& operands) {
  TypeId type = TypeId::none;
  if (op == Op::template_) {
    type = string_type();
  } else {
    PAC_CHECK(!operands.empty(), "the element type comes from the first operand");
    type = rule_set.expr(operands[0]).type;
    if (op == Op::make_list) type = list_type(type);
    if (op == Op::make_set) type = set_type(type);
  }
  Expr expr;
  expr.op = op;
  expr.type = type;
  return rule_set.add(expr, operands);
}

ExprId Builder::in_set(ExprId a, const std::vector<ExprId>& members) {
  Expr expr;
  expr.op = Op::in_set;
  expr.type = bool_type();
  expr.a = index(a);
  return rule_set.add(expr, members);
}

ExprId Builder::matches(ExprId a, std::string pattern) {
  const ConstantId id = rule_set.intern(Constant{string_type(), false, 0, std::move(pattern)});
  return make(Op::matches, bool_type(), index(a), index(id));
}

ExprId Builder::round(ExprId a, int digits, Rounding mode) {
  return make(Op::round, decimal_type(digits), index(a), kNone, kNone, static_cast<uint32_t>(mode));
}

ExprId Builder::make_record(RecordId record, const std::vector<ExprId>& fields) {
  Expr expr;
  expr.op = Op::make_record;
  expr.type = record_type(record);
  return rule_set.add(expr, fields);
}

ExprId Builder::call(DecisionId callee, const std::vector<ExprId>& fields) {
  const Decision& decision = rule_set.decision(callee);
  Expr expr;
  expr.op = Op::call;
  expr.type = decision.partial ? rule_set.optional(decision.result_type) : decision.result_type;
  expr.a = index(callee);
  return rule_set.add(expr, fields);
}

ExprId Builder::call_std(std::string name, uint32_t version, TypeId type,
                         const std::vector<ExprId>& arguments) {
  const FunctionRef function{std::move(name), version};
  auto place = std::ranges::find(rule_set.functions, function);
  if (place == rule_set.functions.end()) {
    rule_set.functions.push_back(function);
    place = rule_set.functions.end() - 1;
  }
  Expr expr;
  expr.op = Op::call_std;
  expr.type = type;
  expr.a = static_cast<uint32_t>(place - rule_set.functions.begin());
  return rule_set.add(expr, arguments);
}

ExprId Builder::quantifier(Op op, ExprId list, uint32_t slot, ExprId condition) {
  const TypeId type = op == Op::count ? int_type() : bool_type();
  return make(op, type, index(list), index(condition), slot);
}

ExprId Builder::fold(Op op, ExprId list, uint32_t slot, ExprId projection, ExprId condition) {
  const TypeId item = rule_set.expr(projection).type;
  const TypeId type = op == Op::sum ? item : rule_set.optional(item);
  return make(op, type, index(list), index(condition), slot, index(projection));
}

}  // namespace pac::ir
