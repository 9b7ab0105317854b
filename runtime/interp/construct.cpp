// Activation: operations that make new values in scratch memory, and calls.
#include <algorithm>
#include <cstring>

#include "runtime/interp/activation.h"
#include "runtime/interp/ruling.h"

namespace pac::interp {

using ir::Op;
using ir::RecordId;
using ir::TypeKind;

// Domains are checked before anything is stored: a value outside may not fit the field's 64 bits.
pac_error Activation::make_record(const Expr& expr, Value& out) noexcept {
  Temporary temporary(scratch_);
  Value* const operands = temporary.take_array<Value>(expr.operand_count);
  if (operands == nullptr) return PAC_E_LIMIT;
  if (const pac_error error = evaluate_operands(expr, operands)) return error;
  const auto record = static_cast<RecordId>(program_.rules.type(expr.type).ref);
  const ir::RecordLayout& layout = program_.layout.record(record);
  char* const place = take_front(scratch_, layout.size, layout.align);
  if (place == nullptr) return PAC_E_LIMIT;
  if (const pac_error error = store_record(record, operands, place)) return error;
  out = Value::of_record(place);
  return PAC_E_NONE;
}

pac_error Activation::store_record(RecordId record, const Value* fields,
                                   char* place) const noexcept {
  const auto& declared = program_.rules.record(record).fields;
  for (uint32_t i = 0; i < declared.size(); ++i) {
    if (!program_.domains.contains(declared[i].type, declared[i].domain, fields[i]))
      return PAC_E_DOMAIN;
  }
  std::memset(place, 0, program_.layout.record(record).size);
  for (uint32_t i = 0; i < declared.size(); ++i)
    program_.values.store_field(record, i, fields[i], place);
  return PAC_E_NONE;
}

pac_error Activation::make_list(const Expr& expr, Value& out) noexcept {
  Temporary temporary(scratch_);
  Value* const items = temporary.take_array<Value>(expr.operand_count);
  if (items == nullptr) return PAC_E_LIMIT;
  if (const pac_error error = evaluate_operands(expr, items)) return error;
  const Values& values = program_.values;
  const ir::TypeId element = program_.rules.type(expr.type).element;
  Value* end = items + expr.operand_count;
  if (expr.op == Op::make_set) {
    const auto compare = [&](const Value& a, const Value& b) {
      return values.compare(element, a, b);
    };
    std::sort(items, end, [&](const Value& a, const Value& b) { return compare(a, b) < 0; });
    end =
        std::unique(items, end, [&](const Value& a, const Value& b) { return compare(a, b) == 0; });
  }
  const auto count = static_cast<uint32_t>(end - items);
  const ir::Storage storage = program_.layout.value(element);
  char* const data = take_front(scratch_, size_t{count} * storage.size, storage.align);
  if (data == nullptr) return PAC_E_LIMIT;
  for (uint32_t i = 0; i < count; ++i) values.store_item(element, items[i], data, i);
  out = Value::of(pac_list{data, count, 0});
  return PAC_E_NONE;
}

pac_error Activation::join_template(const Expr& expr, Value& out) noexcept {
  Temporary temporary(scratch_);
  Value* const parts = temporary.take_array<Value>(expr.operand_count);
  if (parts == nullptr) return PAC_E_LIMIT;
  if (const pac_error error = evaluate_operands(expr, parts)) return error;
  const auto room = static_cast<size_t>(scratch_.end - scratch_.next);
  TextBuffer text(scratch_.next, std::min(room, size_t{PAC_MAX_TEXT}));
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    program_.values.format(type_id(index(program_.rules.operand(expr, i))), parts[i], text);
  }
  if (!text.fits()) return PAC_E_LIMIT;
  scratch_.next += text.size();
  out = Value::of(text_of(text.view()));
  return PAC_E_NONE;
}

// The callee's input record, its lets and its outcomes are temporary; only its result stays.
pac_error Activation::call(const Expr& expr, Value& out) noexcept {
  Temporary temporary(scratch_);
  const auto callee_id = static_cast<ir::DecisionId>(expr.a);
  const ir::Decision& callee = program_.rules.decision(callee_id);
  Value* const operands = temporary.take_array<Value>(expr.operand_count);
  if (operands == nullptr) return PAC_E_LIMIT;
  if (const pac_error error = evaluate_operands(expr, operands)) return error;
  const ir::RecordLayout& layout = program_.layout.record(callee.input);
  char* const input = temporary.take(layout.size, layout.align);
  if (input == nullptr) return PAC_E_LIMIT;
  if (const pac_error error = store_record(callee.input, operands, input)) return error;

  Activation activation(program_, callee_id, input, scratch_, failure_, observer_, depth_ + 1);
  if (const pac_error error = activation.prepare()) return error;
  uint32_t failed = ir::kNone;
  if (const pac_error error = activation.test_assumes(&failed)) return error;
  if (failed != ir::kNone) return PAC_E_DOMAIN;

  const ir::Storage result = program_.layout.value(callee.result_type);
  char* const output = take_front(scratch_, result.size, result.align);
  if (output == nullptr) return PAC_E_LIMIT;
  const pac_status status = rule_on(activation, output, nullptr);
  if (status == PAC_ERROR) return failure_.error;
  out = status == PAC_NO_MATCH ? Value::missing()
                               : program_.values.load(callee.result_type, result, output);
  return PAC_E_NONE;
}

pac_error Activation::call_std(const Expr& expr, Value& out) noexcept {
  Temporary temporary(scratch_);
  Value* const operands = temporary.take_array<Value>(expr.operand_count);
  pac_value* const arguments = temporary.take_array<pac_value>(expr.operand_count);
  if (operands == nullptr || arguments == nullptr) return PAC_E_LIMIT;
  if (const pac_error error = evaluate_operands(expr, operands)) return error;
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    switch (type(index(program_.rules.operand(expr, i))).kind) {
      case TypeKind::string:
        arguments[i].text = operands[i].text;
        break;
      case TypeKind::list:
      case TypeKind::set:
        arguments[i].list = operands[i].list;
        break;
      default:
        arguments[i].number = operands[i].number;
        break;
    }
  }
  pac_value result{};
  const uint32_t error = program_.functions[expr.a]->function(arguments, &result, &scratch_);
  if (error != PAC_E_NONE) return static_cast<pac_error>(error);
  switch (program_.rules.type(expr.type).kind) {
    case TypeKind::string:
      out = Value::of(result.text);
      break;
    case TypeKind::list:
    case TypeKind::set:
      out = Value::of(result.list);
      break;
    default:
      out = Value::of(result.number);
      break;
  }
  return PAC_E_NONE;
}

}  // namespace pac::interp
