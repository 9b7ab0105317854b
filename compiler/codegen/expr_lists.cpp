// Texts, lists and records; quantifiers and folds over lists. Membership is in expr_sets.cpp.
#include <algorithm>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/function_emitter.h"
#include "runtime/base/decimal.h"

namespace pac::codegen {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

// ---- Texts

Value FunctionEmitter::text_test(const ir::Expr& expr) {
  const Value text = emit(static_cast<ExprId>(expr.a));
  if (expr.op == Op::matches) {
    return scalar(matches(text, m.rule_set.constant(static_cast<ir::ConstantId>(expr.b)).text));
  }
  const Value part = emit(static_cast<ExprId>(expr.b));
  const char* test = expr.op == Op::starts_with ? "pac_rt_starts_with"
                     : expr.op == Op::ends_with ? "pac_rt_ends_with"
                                                : "pac_rt_contains";
  return scalar(b.CreateICmpNE(call(test, {text.a, text.b, part.a, part.b}), int32(0)));
}

Value FunctionEmitter::length(const ir::Expr& expr) {
  const auto a = static_cast<ExprId>(expr.a);
  const Value value = emit(a);
  if (m.rule_set.type_of(a).kind == TypeKind::string) {
    return scalar(call("pac_rt_code_points", {value.a, value.b}));
  }
  return scalar(b.CreateZExt(value.b, m.i64));
}

// ---- Quantifiers and folds

// Runs body(next) with the variable bound to each element in order.
template <typename Body>
void FunctionEmitter::each_item(const ir::Expr& expr, Body body) {
  const auto list_id = static_cast<ExprId>(expr.a);
  const ir::TypeId list_type = m.rule_set.expr(list_id).type;
  const ir::TypeId element = m.rule_set.type(list_type).element;
  const Value list = emit(list_id);
  loop(list.b, [&](llvm::Value* at, llvm::BasicBlock* next) {
    const size_t outer = scope();
    bind(expr.c, load(element_address(list, list_type, at), element, m.layout.value(element)));
    body(next);
    leave(outer);
  });
}

Value FunctionEmitter::quantifier(ExprId id) {
  if (ListLanes* list = lanes_in_use(id)) return over_lanes(id, *list);
  const ir::Expr& expr = m.rule_set.expr(id);
  const bool stops_when = expr.op != Op::all;  // the condition's value that settles it
  const bool settled = expr.op == Op::any;
  llvm::BasicBlock* stop = block("settled");
  llvm::BasicBlock* done = block("quantified");
  each_item(expr, [&](llvm::BasicBlock* next) {
    branch(static_cast<ExprId>(expr.b), stops_when ? stop : next, stops_when ? next : stop);
  });
  llvm::BasicBlock* ran_out = b.GetInsertBlock();
  b.CreateBr(done);
  move_to(stop);
  b.CreateBr(done);
  move_to(done);
  return merge({{scalar(b.getInt1(!settled)), ran_out}, {scalar(b.getInt1(settled)), stop}});
}

void FunctionEmitter::add_to_sum(ExprId id, llvm::Value* slot, llvm::Type* type) {
  const ir::Expr& expr = m.rule_set.expr(id);
  llvm::Value* one = emit(static_cast<ExprId>(expr.extra)).a;
  if (type == m.i64 && one->getType() == m.i128)
    one = b.CreateTrunc(one, m.i64);  // of an empty list
  llvm::Value* before = b.CreateLoad(type, slot);
  llvm::Value* after = nullptr;
  if (d.ranges.cannot_overflow(id)) {
    after = b.CreateNSWAdd(before, type == m.i128 ? wide(one) : one);
  } else if (type == m.i64) {
    after = checked_64(llvm::Intrinsic::sadd_with_overflow, before, one).a;
  } else {
    llvm::Value* pair =
        b.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_with_overflow, before, wide(one));
    after = checked_decimal(b.CreateExtractValue(pair, 0), b.CreateExtractValue(pair, 1)).a;
  }
  b.CreateStore(after, slot);
}

Value FunctionEmitter::fold(ExprId id) {
  if (ListLanes* list = lanes_in_use(id)) return over_lanes(id, *list);
  const ir::Expr& expr = m.rule_set.expr(id);
  const bool extreme = expr.op == Op::min || expr.op == Op::max;
  const ir::Storage place = m.layout.value(expr.type);
  const bool is_decimal = m.rule_set.type(expr.type).kind == TypeKind::decimal;
  // A sum of which every prefix is known to fit 64 bits is made in 64 bits.
  llvm::Type* type = is_decimal && !d.ranges.exact_range_of(id).fits_64() ? m.i128 : m.i64;
  llvm::Value* slot = stack(std::max(place.size, 16u), 16);
  if (extreme)
    store(slot, expr.type, place, missing(expr.type));
  else
    b.CreateStore(number(type, 0), slot);
  each_item(expr, [&](llvm::BasicBlock* next) {
    if (expr.b != ir::kNone) {
      llvm::BasicBlock* counts = block("counts");
      branch(static_cast<ExprId>(expr.b), counts, next);
      move_to(counts);
    }
    if (expr.op == Op::count) {
      b.CreateStore(b.CreateNSWAdd(b.CreateLoad(type, slot), number(type, 1)), slot);
    } else if (expr.op == Op::sum) {
      add_to_sum(id, slot, type);
    } else {
      const auto projection = static_cast<ExprId>(expr.extra);
      Operand one = operand_of(projection);
      const Value best = load(slot, expr.type, place);
      const Operand best_operand{
          {best.a, best.b, nullptr}, expr.type, operand(best, expr.type).range};
      const auto better = expr.op == Op::max ? llvm::CmpInst::ICMP_SGT : llvm::CmpInst::ICMP_SLT;
      llvm::Value* replaces =
          b.CreateOr(b.CreateNot(best.present), compare(better, one, best_operand));
      llvm::BasicBlock* replace = block("replace");
      b.CreateCondBr(replaces, replace, next);
      move_to(replace);
      one.value.present = b.getTrue();
      store(slot, expr.type, place, one.value);
    }
    b.CreateBr(next);
  });
  return extreme ? load(slot, expr.type, place) : scalar(b.CreateLoad(type, slot));
}

// ---- Composites

Value FunctionEmitter::make_record(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const auto record_id = static_cast<ir::RecordId>(m.rule_set.type(expr.type).ref);
  const ir::RecordLayout& places = m.layout.record(record_id);
  ConstantMemory memory;
  memory.reserve(places.size);
  if (m.write_constant(id, m.layout.value(expr.type), memory, 0))
    return scalar(m.finish(memory, "record"));
  std::vector<ExprId> fields;
  for (uint32_t i = 0; i < expr.operand_count; ++i) fields.push_back(m.rule_set.operand(expr, i));
  llvm::Value* slot = stack(places.size, places.align);
  emit_record(fields, record_id, slot);
  return scalar(slot);
}

Value FunctionEmitter::make_list(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const ir::TypeId element = m.rule_set.type(expr.type).element;
  const ir::Storage place = m.layout.value(element);
  const uint32_t stride = m.layout.stride(element);
  llvm::Value* count = int32(expr.operand_count);
  if (expr.operand_count == 0) return {llvm::ConstantPointerNull::get(m.ptr), count, nullptr};
  constexpr uint64_t kMostConstant = uint64_t{64} << 20;
  ConstantMemory items;
  bool constant =
      expr.op == Op::make_list && uint64_t{stride} * expr.operand_count <= kMostConstant;
  if (constant) items.reserve(stride * expr.operand_count);
  for (uint32_t i = 0; i < expr.operand_count && constant; ++i) {
    constant = m.write_constant(m.rule_set.operand(expr, i), place, items, i * stride);
  }
  if (constant) return {m.finish(items, "list"), count, nullptr};
  std::vector<Value> values;
  for (uint32_t i = 0; i < expr.operand_count; ++i)
    values.push_back(emit(m.rule_set.operand(expr, i)));
  llvm::Value* data = scratch_memory(int64(uint64_t{stride} * expr.operand_count), place.align);
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    store(offset(data, uint64_t{i} * stride), element, place, values[i]);
  }
  if (expr.op == Op::make_set) {
    llvm::Value* spare = stack(stride, place.align);
    count = call("pac_rt_make_set",
                 {data, count, int32(stride), spare, m.order_function(element, false)});
  }
  return {data, count, nullptr};
}

// ---- Templates

Value FunctionEmitter::make_template(const ir::Expr& expr) {
  std::vector<Value> pieces;
  for (uint32_t i = 0; i < expr.operand_count; ++i)
    pieces.push_back(emit(m.rule_set.operand(expr, i)));
  llvm::Value* start = b.CreateLoad(m.ptr, scratch);
  for (uint32_t i = 0; i < expr.operand_count; ++i)
    put_piece(m.rule_set.operand(expr, i), pieces[i], start);
  llvm::Value* end = b.CreateLoad(m.ptr, scratch);
  llvm::Value* size = b.CreateSub(b.CreatePtrToInt(end, m.i64), b.CreatePtrToInt(start, m.i64));
  return {start, b.CreateTrunc(size, m.i32), nullptr};
}

void FunctionEmitter::put_piece(ExprId id, const Value& piece, llvm::Value* start) {
  const ir::Type& type = m.rule_set.type_of(id);
  const auto put_text = [&](llvm::Value* data, llvm::Value* size) {
    fail_if_code(call("pac_rt_put_text", {scratch, start, data, size}));
  };
  if (type.optional) m.unsupported("a template joins values that may not be missing");
  switch (type.kind) {
    case TypeKind::string:
      put_text(piece.a, piece.b);
      return;
    case TypeKind::boolean:
      put_text(b.CreateSelect(piece.a, m.text_data("true"), m.text_data("false")),
               b.CreateSelect(piece.a, int32(4), int32(5)));
      return;
    case TypeKind::integer:
      fail_if_code(call("pac_rt_put_int", {scratch, start, piece.a}));
      return;
    case TypeKind::decimal:
      fail_if_code(call("pac_rt_put_decimal", {scratch, start, address(piece.a),
                                               int32(static_cast<uint32_t>(int{type.scale}))}));
      return;
    case TypeKind::date:
      fail_if_code(call("pac_rt_put_date", {scratch, start, piece.a}));
      return;
    case TypeKind::datetime:
      fail_if_code(call("pac_rt_put_datetime", {scratch, start, piece.a}));
      return;
    case TypeKind::duration:
      fail_if_code(call("pac_rt_put_duration", {scratch, start, piece.a}));
      return;
    case TypeKind::effect:
      put_text(b.CreateSelect(b.CreateICmpEQ(piece.a, int32(1)), m.text_data("deny"),
                              m.text_data("permit")),
               b.CreateSelect(b.CreateICmpEQ(piece.a, int32(1)), int32(4), int32(6)));
      return;
    case TypeKind::enumeration: {
      std::vector<std::string> wires;
      for (const ir::EnumValue& value :
           m.rule_set.enumeration(static_cast<ir::EnumId>(type.ref)).values) {
        wires.push_back(value.wire);
      }
      llvm::Value* entry =
          b.CreateInBoundsGEP(m.i8, m.text_table(wires),
                              b.CreateMul(b.CreateZExt(piece.a, m.i64), int64(sizeof(pac_text))));
      put_text(b.CreateLoad(m.ptr, entry),
               b.CreateLoad(m.i32, offset(entry, offsetof(pac_text, size))));
      return;
    }
    default:
      m.unsupported(std::string("a template can't hold a ") + ir::name(type.kind));
      return;
  }
}

}  // namespace pac::codegen
