// Quantifiers and folds over short lists as operations on vectors (list_lanes.h).
#include <limits>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/function_emitter.h"
#include "compiler/codegen/list_lanes.h"
#include "runtime/base/decimal.h"

namespace pac::codegen {

using ir::ExprId;
using ir::Op;

// One quantifier or fold at work.
struct FunctionEmitter::Lanes {
  const ListLanes& list;
  uint32_t slot = 0;
  std::unordered_map<uint32_t, llvm::Value*> known;  // by expression
};

// Fills the columns of a list; the function of that list, made once.
void DecisionEmitter::define_fills() {
  for (const auto& list : lanes_->all()) {
    if (list->fill == nullptr) continue;
    FunctionEmitter f(*this, list->fill, Answer::code);
    f.take_arguments();
    f.fill_lanes(*list);
    f.b.CreateRet(f.int32(0));
    f.finish();
  }
}

llvm::Function* DecisionEmitter::fill_function(ListLanes& list) {
  if (list.fill == nullptr) {
    list.fill = m.internal_function(name_ + ".list" + std::to_string(list.number), m.i32,
                                    {m.ptr, m.ptr, m.ptr, m.ptr});
    list.fill->addFnAttr(llvm::Attribute::NoInline);
    for (unsigned i = 0; i < 4; ++i) list.fill->addParamAttr(i, llvm::Attribute::NoAlias);
  }
  return list.fill;
}

void FunctionEmitter::fill_lanes(const ListLanes& list) {
  const ir::TypeId list_type = m.rule_set.expr(list.list).type;
  const ir::TypeId element = m.rule_set.type(list_type).element;
  const Value items = emit(list.list);
  // A binder has counted them; this keeps a wrong count from writing elsewhere.
  llvm::Value* count = b.CreateBinaryIntrinsic(llvm::Intrinsic::umin, items.b, int32(list.lanes));
  loop(count, [&](llvm::Value* at, llvm::BasicBlock* next) {
    llvm::Value* from = element_address(items, list_type, at);
    const Value item = load(from, element, m.layout.value(element));
    for (const LaneColumn& column : list.columns) {
      Value value = item;
      if (column.field != ir::kNone) {
        const auto record = static_cast<ir::RecordId>(m.rule_set.type(element).ref);
        const ir::RecordLayout& places = m.layout.record(record);
        value =
            load(offset(from, places.offsets[column.field]),
                 m.rule_set.record(record).fields[column.field].type, places.fields[column.field]);
      }
      llvm::Value* one = value.a;
      if (one->getType() == m.i128) one = b.CreateTrunc(one, m.i64);
      if (one->getType() == m.i1) one = b.CreateZExt(one, m.i8);
      b.CreateStore(one, b.CreateInBoundsGEP(one->getType(), offset(frame, column.offset),
                                             b.CreateZExt(at, m.i64)));
    }
    b.CreateBr(next);
  });
  // In two steps, for no shift may be by 64.
  llvm::Value* wide_count = b.CreateZExt(count, m.i64);
  llvm::Value* half = b.CreateLShr(wide_count, 1);
  llvm::Value* there = b.CreateNot(
      b.CreateShl(b.CreateShl(int64(~uint64_t{0}), half), b.CreateSub(wide_count, half)));
  b.CreateStore(there, offset(frame, list.there_offset));
  b.CreateStore(llvm::ConstantInt::get(m.i8, 1), offset(frame, list.state_offset));
}

// Null where the quantifier or fold is a loop. There is no frame in functions of assumptions.
ListLanes* FunctionEmitter::lanes_in_use(ExprId id) {
  return llvm::isa<llvm::ConstantPointerNull>(frame) ? nullptr : d.lanes().of(id);
}

// The bits of the elements that are there, as a number with a bit for each lane.
llvm::Value* FunctionEmitter::lanes_there(ListLanes& list) {
  constexpr uint32_t kListKeys = 0x80000000u;  // no expression has such an id
  const uint32_t key = kListKeys | list.number;
  if (const auto known = known_.find(key); known != known_.end()) return known->second.a;
  llvm::BasicBlock* first_time = block("list");
  llvm::BasicBlock* done = block("list_known");
  llvm::Value* state = b.CreateLoad(m.i8, offset(frame, list.state_offset));
  b.CreateCondBr(b.CreateICmpEQ(state, llvm::ConstantInt::get(m.i8, 0)), first_time, done,
                 unlikely());
  move_to(first_time);
  b.CreateCall(d.fill_function(list), {input, frame, result, scratch});
  b.CreateBr(done);
  move_to(done);
  llvm::Value* there = b.CreateLoad(b.getIntNTy(list.lanes), offset(frame, list.there_offset));
  known_.emplace(key, scalar(there));
  known_order_.push_back(key);
  return there;
}

llvm::Value* FunctionEmitter::lane_column(ExprId id, const Lanes& lanes) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const uint32_t field = expr.op == Op::field ? expr.b : ir::kNone;
  llvm::Type* type = m.scalar_type(m.rule_set.type(expr.type));
  if (type == m.i128) type = m.i64;
  const bool is_flag = type == m.i1;
  if (is_flag) type = m.i8;
  for (const LaneColumn& column : lanes.list.columns) {
    if (column.field != field) continue;
    llvm::Value* read = b.CreateAlignedLoad(llvm::FixedVectorType::get(type, lanes.list.lanes),
                                            offset(frame, column.offset), llvm::Align(16));
    return is_flag ? b.CreateICmpNE(read, llvm::Constant::getNullValue(read->getType())) : read;
  }
  m.unsupported("internal error: an element's field has no column");
  return llvm::PoisonValue::get(llvm::FixedVectorType::get(type, lanes.list.lanes));
}

llvm::Value* FunctionEmitter::lane_scaled(ExprId id, int digits, Lanes& lanes) {
  llvm::Value* value = lanes_of(id, lanes);
  if (digits == 0) return value;
  return b.CreateMul(value,
                     b.CreateVectorSplat(lanes.list.lanes, number(m.i64, pac::pow10(digits))));
}

llvm::Value* FunctionEmitter::compare_lanes(llvm::CmpInst::Predicate predicate, ExprId x, ExprId y,
                                            Lanes& lanes) {
  const int x_scale = m.rule_set.type_of(x).scale, y_scale = m.rule_set.type_of(y).scale;
  const int common = std::max(x_scale, y_scale);
  llvm::Value* left = lane_scaled(x, common - x_scale, lanes);
  llvm::Value* right = lane_scaled(y, common - y_scale, lanes);
  return b.CreateICmp(predicate, left, right);
}

llvm::Value* FunctionEmitter::set_lanes(const ir::Expr& expr, Lanes& lanes) {
  const auto a = static_cast<ExprId>(expr.a);
  llvm::Value* value = lanes_of(a, lanes);
  auto* type = llvm::cast<llvm::VectorType>(value->getType());
  const auto splat = [&](Int128 one) {
    return b.CreateVectorSplat(lanes.list.lanes, number(type->getElementType(), one));
  };
  const ir::Range range = d.ranges.range_of(a);
  llvm::Value* any =
      llvm::Constant::getNullValue(llvm::FixedVectorType::get(m.i1, lanes.list.lanes));
  const std::optional<ConstantSet> set =
      m.constant_set(m.rule_set.expr(a).type, m.operands_of(expr));
  for (const Int128 one : set->numbers) {
    if (range.low <= one && one <= range.high)
      any = b.CreateOr(any, b.CreateICmpEQ(value, splat(one)));
  }
  return any;
}

// The values of an expression, one a lane. Lanes beyond the list hold anything.
llvm::Value* FunctionEmitter::lanes_of(ExprId id, Lanes& lanes) {
  if (const auto known = lanes.known.find(ir::index(id)); known != lanes.known.end())
    return known->second;
  llvm::Value* made = nullptr;
  if (!d.lanes().varies(id, lanes.slot)) {
    llvm::Value* one = emit(id).a;
    if (one->getType() == m.i128) one = b.CreateTrunc(one, m.i64);
    made = b.CreateVectorSplat(lanes.list.lanes, one);
  } else {
    made = varying_lanes(m.rule_set.expr(id), id, lanes);
  }
  lanes.known.emplace(ir::index(id), made);
  return made;
}

llvm::Value* FunctionEmitter::varying_lanes(const ir::Expr& expr, ExprId id, Lanes& lanes) {
  const auto a = static_cast<ExprId>(expr.a);
  const auto c = static_cast<ExprId>(expr.c);
  const auto second = static_cast<ExprId>(expr.b);
  const auto both = [&](auto make) {
    llvm::Value* left = lanes_of(a, lanes);
    return make(left, lanes_of(second, lanes));
  };
  switch (expr.op) {
    case Op::var:
    case Op::field:
      return lane_column(id, lanes);
    case Op::not_:
      return b.CreateNot(lanes_of(a, lanes));
    case Op::and_:
      return both([&](auto* x, auto* y) { return b.CreateAnd(x, y); });
    case Op::or_:
      return both([&](auto* x, auto* y) { return b.CreateOr(x, y); });
    case Op::eq:
      return compare_lanes(llvm::CmpInst::ICMP_EQ, a, second, lanes);
    case Op::ne:
      return compare_lanes(llvm::CmpInst::ICMP_NE, a, second, lanes);
    case Op::lt:
      return compare_lanes(llvm::CmpInst::ICMP_SLT, a, second, lanes);
    case Op::le:
      return compare_lanes(llvm::CmpInst::ICMP_SLE, a, second, lanes);
    case Op::gt:
      return compare_lanes(llvm::CmpInst::ICMP_SGT, a, second, lanes);
    case Op::ge:
      return compare_lanes(llvm::CmpInst::ICMP_SGE, a, second, lanes);
    case Op::in_range: {
      const auto above = (expr.extra & 1) != 0 ? llvm::CmpInst::ICMP_SGT : llvm::CmpInst::ICMP_SGE;
      const auto below = (expr.extra & 2) != 0 ? llvm::CmpInst::ICMP_SLT : llvm::CmpInst::ICMP_SLE;
      llvm::Value* from = compare_lanes(above, a, second, lanes);
      return b.CreateAnd(from, compare_lanes(below, a, c, lanes));
    }
    case Op::in_set:
      return set_lanes(expr, lanes);
    case Op::neg:
      return b.CreateNeg(lanes_of(a, lanes));
    case Op::add:
      return both([&](auto* x, auto* y) { return b.CreateAdd(x, y); });
    case Op::sub:
      return both([&](auto* x, auto* y) { return b.CreateSub(x, y); });
    case Op::mul:
      return both([&](auto* x, auto* y) { return b.CreateMul(x, y); });
    case Op::rescale:
      return lane_scaled(a, m.rule_set.type_of(id).scale - m.rule_set.type_of(a).scale, lanes);
    default:
      m.unsupported(std::string("internal error: `") + ir::name(expr.op) + "` over lanes");
      return lane_column(a, lanes);
  }
}

Value FunctionEmitter::over_lanes(ExprId id, ListLanes& list) {
  const ir::Expr& expr = m.rule_set.expr(id);
  llvm::Type* flags = llvm::FixedVectorType::get(m.i1, list.lanes);
  llvm::Type* bits_type = b.getIntNTy(list.lanes);
  llvm::Value* bits = lanes_there(list);
  Lanes lanes{list, expr.c, {}};
  if (expr.b != ir::kNone) {
    llvm::Value* holds = b.CreateBitCast(lanes_of(static_cast<ExprId>(expr.b), lanes), bits_type);
    bits = b.CreateAnd(bits, expr.op == Op::all ? b.CreateNot(holds) : holds);
  }
  llvm::Constant* none = llvm::ConstantInt::get(bits_type, 0);
  switch (expr.op) {
    case Op::any:
      return scalar(b.CreateICmpNE(bits, none));
    case Op::all:
    case Op::none:
      return scalar(b.CreateICmpEQ(bits, none));
    case Op::count:
      return scalar(b.CreateZExt(b.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, bits), m.i64));
    default:
      break;
  }
  llvm::Value* counts = b.CreateBitCast(bits, flags);
  llvm::Value* values = lanes_of(static_cast<ExprId>(expr.extra), lanes);
  auto* type = llvm::cast<llvm::VectorType>(values->getType());
  if (expr.op == Op::sum) {
    values = b.CreateSelect(counts, values, llvm::Constant::getNullValue(type));
    return scalar(b.CreateAddReduce(values));
  }
  const bool is_max = expr.op == Op::max;
  const unsigned width = type->getScalarSizeInBits();
  const llvm::APInt worst =
      is_max ? llvm::APInt::getSignedMinValue(width) : llvm::APInt::getSignedMaxValue(width);
  values = b.CreateSelect(counts, values, llvm::ConstantInt::get(type, worst));
  Value out;
  out.present = b.CreateICmpNE(bits, none);
  out.a = is_max ? b.CreateIntMaxReduce(values, true) : b.CreateIntMinReduce(values, true);
  out.a = b.CreateSelect(out.present, out.a, llvm::ConstantInt::get(type->getElementType(), 0));
  return out;
}

}  // namespace pac::codegen
