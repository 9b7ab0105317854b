// Arithmetic. Where the range analysis proves that nothing can overflow, plain instructions of the
// width that the result needs; otherwise checked ones.
#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/function_emitter.h"
#include "runtime/base/date.h"
#include "runtime/base/decimal.h"

namespace pac::codegen {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

bool is_64(llvm::Value* a, llvm::Value* b) {
  return a->getType()->isIntegerTy(64) && b->getType()->isIntegerTy(64);
}

}  // namespace

Value FunctionEmitter::arithmetic(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  switch (expr.op) {
    case Op::neg:
      return negate(id);
    case Op::add:
    case Op::sub:
      return add_or_sub(id);
    case Op::mul:
      return multiply(id);
    case Op::quot:
      return quotient(expr);
    case Op::rescale:
      return rescale(id);
    case Op::round:
      return round(id);
    case Op::mod:
      return modulo(expr);
    case Op::min_of:
    case Op::max_of:
      return extreme(id);
    default:
      break;
  }
  m.unsupported(std::string("native code does not know the operation `") + ir::name(expr.op) + "`");
  return poison(expr.type);
}

// A 64-bit operation that is `overflow` where the result does not fit.
Value FunctionEmitter::checked_64(llvm::Intrinsic::ID id, llvm::Value* x, llvm::Value* y) {
  llvm::Value* pair = b.CreateBinaryIntrinsic(id, x, y);
  fail_if(b.CreateExtractValue(pair, 1), PAC_E_OVERFLOW);
  return scalar(b.CreateExtractValue(pair, 0));
}

Value FunctionEmitter::checked_decimal(llvm::Value* value, llvm::Value* overflowed) {
  llvm::Value* above = b.CreateICmpSGT(value, number(m.i128, kMaxDecimal));
  llvm::Value* below = b.CreateICmpSLT(value, number(m.i128, -kMaxDecimal));
  fail_if(b.CreateOr(overflowed, b.CreateOr(above, below)), PAC_E_OVERFLOW);
  return scalar(value);
}

// What a support function has put into a stack slot, after its code was looked at.
Value FunctionEmitter::returned(llvm::Value* code, llvm::Value* slot, llvm::Type* type) {
  fail_if_code(code);
  return scalar(b.CreateLoad(type, slot));
}

Value FunctionEmitter::negate(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  llvm::Value* value = emit(static_cast<ExprId>(expr.a)).a;
  llvm::Value* zero = number(value->getType(), 0);
  if (m.rule_set.type(expr.type).kind == TypeKind::decimal) {
    // The limits are symmetric; only the smallest of 64 bits needs more room.
    return scalar(b.CreateSub(number(m.i128, 0), wide(value)));
  }
  if (d.ranges.cannot_overflow(id)) return scalar(b.CreateNSWSub(zero, value));
  return checked_64(llvm::Intrinsic::ssub_with_overflow, zero, value);
}

Value FunctionEmitter::add_or_sub(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const TypeKind kind = m.rule_set.type(expr.type).kind;
  const TypeKind left_kind = m.rule_set.type_of(static_cast<ExprId>(expr.a)).kind;
  if (left_kind == TypeKind::date || left_kind == TypeKind::datetime) return temporal(expr);
  const bool is_add = expr.op == Op::add;
  llvm::Value* x = emit(static_cast<ExprId>(expr.a)).a;
  llvm::Value* y = emit(static_cast<ExprId>(expr.b)).a;
  const bool safe = d.ranges.cannot_overflow(id);
  if (kind != TypeKind::decimal || (is_64(x, y) && d.ranges.exact_range_of(id).fits_64())) {
    if (safe) return scalar(is_add ? b.CreateNSWAdd(x, y) : b.CreateNSWSub(x, y));
    return checked_64(
        is_add ? llvm::Intrinsic::sadd_with_overflow : llvm::Intrinsic::ssub_with_overflow, x, y);
  }
  x = wide(x);
  y = wide(y);
  if (safe) return scalar(is_add ? b.CreateNSWAdd(x, y) : b.CreateNSWSub(x, y));
  llvm::Value* pair = b.CreateBinaryIntrinsic(
      is_add ? llvm::Intrinsic::sadd_with_overflow : llvm::Intrinsic::ssub_with_overflow, x, y);
  return checked_decimal(b.CreateExtractValue(pair, 0), b.CreateExtractValue(pair, 1));
}

Value FunctionEmitter::temporal(const ir::Expr& expr) {
  const TypeKind left = m.rule_set.type_of(static_cast<ExprId>(expr.a)).kind;
  const TypeKind right = m.rule_set.type_of(static_cast<ExprId>(expr.b)).kind;
  llvm::Value* x = emit(static_cast<ExprId>(expr.a)).a;
  llvm::Value* y = emit(static_cast<ExprId>(expr.b)).a;
  // Differences of dates and instants always fit: the calendar is shorter than a duration can be.
  if (left == TypeKind::date && right == TypeKind::date) {
    llvm::Value* days = b.CreateNSWSub(b.CreateSExt(x, m.i64), b.CreateSExt(y, m.i64));
    return scalar(b.CreateNSWMul(days, int64(static_cast<uint64_t>(kMicrosPerDay))));
  }
  if (left == TypeKind::datetime && right == TypeKind::datetime)
    return scalar(b.CreateNSWSub(x, y));
  llvm::Value* negate = int32(expr.op == Op::sub ? 1 : 0);
  llvm::Value* slot = stack(8, 8);
  if (left == TypeKind::date)
    return returned(call("pac_rt_add_days", {x, y, negate, slot}), slot, m.i32);
  return returned(call("pac_rt_add_duration", {x, y, negate, slot}), slot, m.i64);
}

Value FunctionEmitter::multiply(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  llvm::Value* x = emit(static_cast<ExprId>(expr.a)).a;
  llvm::Value* y = emit(static_cast<ExprId>(expr.b)).a;
  const bool safe = d.ranges.cannot_overflow(id);
  if (m.rule_set.type(expr.type).kind != TypeKind::decimal) {
    return safe ? scalar(b.CreateNSWMul(x, y))
                : checked_64(llvm::Intrinsic::smul_with_overflow, x, y);
  }
  if (safe && is_64(x, y) && d.ranges.exact_range_of(id).fits_64())
    return scalar(b.CreateNSWMul(x, y));
  if (safe) return scalar(b.CreateNSWMul(wide(x), wide(y)));
  llvm::Value* slot = stack(16, 16);
  return returned(call("pac_rt_mul", {address(x), address(y), slot}), slot, m.i128);
}

// The value times 10^digits, checked where `id` (whose result it is) can overflow.
Value FunctionEmitter::power_up(llvm::Value* value, int digits, ExprId id) {
  if (digits == 0) return scalar(value);
  const Int128 power = pac::pow10(digits);
  if (d.ranges.cannot_overflow(id)) {
    if (value->getType() == m.i64 && digits <= 18 && d.ranges.exact_range_of(id).fits_64()) {
      return scalar(b.CreateNSWMul(value, number(m.i64, power)));
    }
    return scalar(b.CreateNSWMul(wide(value), number(m.i128, power)));
  }
  llvm::Value* slot = stack(16, 16);
  return returned(call("pac_rt_mul", {address(value), address(number(m.i128, power)), slot}), slot,
                  m.i128);
}

Value FunctionEmitter::rescale(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const auto a = static_cast<ExprId>(expr.a);
  const ir::Type& type = m.rule_set.type(expr.type);
  llvm::Value* value = emit(a).a;
  const int digits = type.scale - m.rule_set.type_of(a).scale;
  if (type.kind == TypeKind::quotient) {
    if (digits != 0) m.unsupported("a number becomes a quotient at its own scale only");
    return {wide(value), number(m.i128, 1), nullptr};
  }
  if (digits < 0 || digits > kMaxScale) {
    m.unsupported("`rescale` goes to a larger scale, at most 38");
    return poison(expr.type);
  }
  return power_up(value, digits, id);
}

Value FunctionEmitter::quotient(const ir::Expr& expr) {
  const auto divisor = static_cast<ExprId>(expr.b);
  llvm::Value* num = wide(emit(static_cast<ExprId>(expr.a)).a);
  llvm::Value* den = wide(emit(divisor).a);
  const ir::Range range = d.ranges.range_of(divisor);
  if (range.low <= 0 && range.high >= 0) {
    fail_if(b.CreateICmpEQ(den, number(m.i128, 0)), PAC_E_DIVISION_BY_ZERO);
  }
  return {num, den, nullptr};
}

Value FunctionEmitter::round(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const auto a = static_cast<ExprId>(expr.a);
  const ir::Type& from = m.rule_set.type_of(a);
  const int to_scale = m.rule_set.type(expr.type).scale;
  const Value value = emit(a);
  llvm::Value* from_scale = int32(static_cast<uint32_t>(int{from.scale}));
  llvm::Value* digits = int32(static_cast<uint32_t>(to_scale));
  llvm::Value* mode = int32(expr.extra);
  if (from.kind == TypeKind::quotient) {
    llvm::Value* slot = stack(16, 16);
    llvm::Value* code = call("pac_rt_round_quotient",
                             {address(value.a), address(value.b), from_scale, digits, mode, slot});
    return returned(code, slot, m.i128);
  }
  const int cut = from.scale - to_scale;
  if (cut <= 0) return power_up(value.a, -cut, id);
  if (value.a->getType() == m.i64 && cut <= 18) {
    return scalar(
        call("pac_rt_round64", {value.a, int64(static_cast<uint64_t>(pac::pow10(cut))), mode}));
  }
  llvm::Value* slot = stack(16, 16);
  llvm::Value* code = call("pac_rt_round", {address(value.a), from_scale, digits, mode, slot});
  return returned(code, slot, m.i128);
}

Value FunctionEmitter::modulo(const ir::Expr& expr) {
  const auto divisor = static_cast<ExprId>(expr.b);
  llvm::Value* x = emit(static_cast<ExprId>(expr.a)).a;
  llvm::Value* y = emit(divisor).a;
  const ir::Range range = d.ranges.range_of(divisor);
  if (range.low <= 0 && range.high >= 0) {
    fail_if(b.CreateICmpEQ(y, number(y->getType(), 0)), PAC_E_DIVISION_BY_ZERO);
  }
  if (is_64(x, y)) return scalar(call("pac_rt_mod64", {x, y}));
  llvm::Value* slot = stack(16, 16);
  return returned(call("pac_rt_mod", {address(x), address(y), slot}), slot, m.i128);
}

Value FunctionEmitter::extreme(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  std::vector<Operand> operands;
  bool any_wide = false;
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    operands.push_back(operand_of(m.rule_set.operand(expr, i)));
    any_wide = any_wide || operands[i].value.a->getType() == m.i128;
  }
  // One width for all while they are compared: the least of them may fit 64 bits where others
  // don't.
  for (Operand& one : operands) {
    if (any_wide) one.value.a = wide(one.value.a);
  }
  const auto better = expr.op == Op::max_of ? llvm::CmpInst::ICMP_SGT : llvm::CmpInst::ICMP_SLT;
  Operand best = operands[0];
  for (size_t i = 1; i < operands.size(); ++i) {
    llvm::Value* replaces = compare(better, operands[i], best);
    best.range = best.range.hull(operands[i].range);
    best.value.a = b.CreateSelect(replaces, operands[i].value.a, best.value.a);
    if (best.value.b != nullptr)
      best.value.b = b.CreateSelect(replaces, operands[i].value.b, best.value.b);
  }
  return best.value;
}

}  // namespace pac::codegen
