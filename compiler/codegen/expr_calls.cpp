// Calls: of other decisions and of the standard library.
#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/function_emitter.h"
#include "compiler/codegen/support_types.h"
#include "stdlib/registry.h"

namespace pac::codegen {

using ir::ExprId;
using ir::TypeKind;

// The caller fills the callee's input record and checks it, then the callee decides with the
// caller's result: it writes there only where it fails.
Value FunctionEmitter::call_decision(const ir::Expr& expr) {
  DecisionEmitter& callee = d.other(static_cast<ir::DecisionId>(expr.a));
  const ir::Decision& decision = callee.decision;
  const ir::RecordLayout& places = m.layout.record(decision.input);
  std::vector<ExprId> arguments;
  for (uint32_t i = 0; i < expr.operand_count; ++i)
    arguments.push_back(m.rule_set.operand(expr, i));
  llvm::Value* record = stack(places.size, places.align);
  emit_record(arguments, decision.input, record);
  if (llvm::Function* assumes = callee.assumes_function()) {
    fail_if_code(
        b.CreateCall(assumes, {record, llvm::ConstantPointerNull::get(m.ptr), result, scratch}));
  }
  const ir::Storage place = m.layout.value(decision.result_type);
  llvm::Value* output = stack(place.size, std::max(place.align, 8u));
  if (decision.partial) {
    // Where nothing matches, what is read of the missing record must be something.
    b.CreateMemSet(output, llvm::ConstantInt::get(m.i8, 0), place.size,
                   llvm::MaybeAlign(place.align));
  }
  llvm::Value* status =
      b.CreateCall(callee.body(), {record, output, result, scratch, b.getFalse()});
  fail_if(b.CreateICmpEQ(status, int32(PAC_ERROR)), PAC_CALLEE_FAILED);
  Value value = load(output, decision.result_type, place);
  if (decision.partial) value.present = b.CreateICmpEQ(status, int32(PAC_OK));
  return value;
}

Value FunctionEmitter::call_standard(const ir::Expr& expr) {
  const ir::FunctionRef& ref = m.rule_set.functions[expr.a];
  const stdlib::Function* known = stdlib::find(ref.name, ref.version);
  llvm::Function* code = known == nullptr ? nullptr : m.support(known->symbol);
  if (code == nullptr) {
    m.unsupported("native code has no standard function `" + ref.name + "` of version " +
                  std::to_string(ref.version));
    return poison(expr.type);
  }
  std::vector<Value> arguments;
  for (uint32_t i = 0; i < expr.operand_count; ++i)
    arguments.push_back(emit(m.rule_set.operand(expr, i)));
  llvm::Value* values = stack(std::max(expr.operand_count, 1u) * sizeof(pac_value), 16);
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    const Value& one = arguments[i];
    llvm::Value* at = offset(values, i * sizeof(pac_value));
    if (one.b == nullptr) {
      b.CreateAlignedStore(wide(one.a), at, llvm::Align(16));
    } else {
      b.CreateAlignedStore(one.a, at, llvm::Align(16));
      b.CreateAlignedStore(b.CreateZExt(one.b, m.i64), offset(at, 8), llvm::Align(8));
    }
  }
  llvm::Value* out = stack(sizeof(pac_value), 16);
  fail_if_code(b.CreateCall(code, {values, out, scratch}));
  const ir::Type& type = m.rule_set.type(expr.type);
  if (type.optional || type.kind == TypeKind::record || type.kind == TypeKind::quotient) {
    m.unsupported(std::string("a standard function can't give a ") + ir::name(type.kind));
    return poison(expr.type);
  }
  if (m.scalar_type(type) == m.ptr) {
    return {b.CreateLoad(m.ptr, out), b.CreateLoad(m.i32, offset(out, 8)), nullptr};
  }
  llvm::Value* number = b.CreateAlignedLoad(m.i128, out, llvm::Align(16));
  llvm::Type* target = m.scalar_type(type);
  return scalar(target == m.i128 ? number : b.CreateTrunc(number, target));
}

}  // namespace pac::codegen
