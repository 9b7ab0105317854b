#include "compiler/codegen/value_emitter.h"

#include "runtime/abi.h"
#include "runtime/base/check.h"

namespace pac::codegen {

using ir::TypeKind;

ValueEmitter::ValueEmitter(ModuleEmitter& emitter, llvm::Function* target)
    : m(emitter), function(target), b(emitter.context) {
  entry_ = llvm::BasicBlock::Create(m.context, "entry", function);
  llvm::BasicBlock* start = block("start");
  move_to(entry_);
  b.CreateBr(start);
  move_to(start);
}

llvm::BasicBlock* ValueEmitter::block(const char* name) {
  return llvm::BasicBlock::Create(m.context, name, function);
}

llvm::Value* ValueEmitter::stack(uint32_t size, uint32_t align) {
  const llvm::IRBuilderBase::InsertPointGuard guard(b);
  b.SetInsertPoint(entry_->getTerminator());
  llvm::AllocaInst* slot = b.CreateAlloca(llvm::ArrayType::get(m.i8, std::max(size, 1u)));
  slot->setAlignment(llvm::Align(align));
  return slot;
}

llvm::Value* ValueEmitter::call(std::string_view support,
                                std::initializer_list<llvm::Value*> arguments) {
  llvm::Function* callee = m.support(support);
  if (callee == nullptr) return llvm::PoisonValue::get(m.i32);
  llvm::FunctionType* type = callee->getFunctionType();
  PAC_CHECK(type->getNumParams() == arguments.size(),
            "a support function gets the arguments it takes");
  size_t i = 0;
  for (llvm::Value* argument : arguments) {
    PAC_CHECK(type->getParamType(i++) == argument->getType(),
              "arguments have the types of support.cpp");
  }
  return b.CreateCall(callee, llvm::ArrayRef<llvm::Value*>(arguments.begin(), arguments.size()));
}

llvm::Constant* ValueEmitter::number(llvm::Type* type, Int128 value) {
  const uint64_t words[] = {static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64)};
  return llvm::ConstantInt::get(m.context,
                                llvm::APInt(128, words).trunc(type->getIntegerBitWidth()));
}

llvm::Value* ValueEmitter::offset(llvm::Value* base, uint64_t bytes) {
  return bytes == 0 ? base : b.CreateConstInBoundsGEP1_64(m.i8, base, bytes);
}

llvm::Value* ValueEmitter::wide(llvm::Value* value) {
  if (value->getType() == m.i128) return value;
  // Booleans are 0 and 1; everything else has a sign.
  return value->getType() == m.i1 ? b.CreateZExt(value, m.i128) : b.CreateSExt(value, m.i128);
}

llvm::Value* ValueEmitter::address(llvm::Value* value) {
  llvm::Value* slot = stack(16, 16);
  b.CreateAlignedStore(wide(value), slot, llvm::Align(16));
  return slot;
}

void ValueEmitter::mark(uint64_t at) {
  if (m.marks != nullptr) b.CreateStore(llvm::ConstantInt::get(m.i8, 1), offset(m.marks, at));
}

llvm::MDNode* ValueEmitter::unlikely() {
  return llvm::MDBuilder(m.context).createUnlikelyBranchWeights();
}

void ValueEmitter::copy(llvm::Value* to, llvm::Value* from, uint32_t size, uint32_t align) {
  b.CreateMemCpy(to, llvm::Align(align), from, llvm::Align(align), size);
}

Value ValueEmitter::load(llvm::Value* from, ir::TypeId id, const ir::Storage& place) {
  const ir::Type& type = m.rule_set.type(id);
  const llvm::Align align(place.align);
  Value value;
  switch (type.kind) {
    case TypeKind::boolean:
      value.a = b.CreateICmpNE(b.CreateLoad(m.i8, from), llvm::ConstantInt::get(m.i8, 0));
      break;
    case TypeKind::decimal:
      value.a = b.CreateAlignedLoad(place.narrow ? m.i64 : m.i128, from, align);
      break;
    case TypeKind::quotient:
      value.a = b.CreateAlignedLoad(m.i128, from, align);
      value.b = b.CreateAlignedLoad(m.i128, offset(from, 16), align);
      break;
    case TypeKind::string:
    case TypeKind::list:
    case TypeKind::set:
      value.a = b.CreateAlignedLoad(m.ptr, from, align);
      value.b = b.CreateAlignedLoad(m.i32, offset(from, 8), align);
      break;
    case TypeKind::record:
      value.a = from;
      break;
    default:
      value.a = b.CreateAlignedLoad(m.scalar_type(type), from, align);
      break;
  }
  if (type.optional) {
    llvm::Value* flag = b.CreateLoad(m.i8, offset(from, place.present_offset));
    value.present = b.CreateICmpNE(flag, llvm::ConstantInt::get(m.i8, 0));
  }
  return value;
}

// What is missing is stored as zeros.
void ValueEmitter::store(llvm::Value* to, ir::TypeId id, const ir::Storage& place,
                         const Value& value) {
  const ir::Type& type = m.rule_set.type(id);
  const llvm::Align align(place.align);
  const auto put = [&](llvm::Value* part, uint32_t at) {
    if (type.optional) {
      part = b.CreateSelect(value.present, part, llvm::Constant::getNullValue(part->getType()));
    }
    b.CreateAlignedStore(part, offset(to, at), align);
  };
  switch (type.kind) {
    case TypeKind::boolean:
      put(b.CreateZExt(value.a, m.i8), 0);
      break;
    case TypeKind::decimal: {
      llvm::Value* part = value.a;
      if (!place.narrow)
        part = wide(part);
      else if (part->getType() == m.i128)
        part = b.CreateTrunc(part, m.i64);
      put(part, 0);
      break;
    }
    case TypeKind::quotient:
      put(value.a, 0);
      put(value.b, 16);
      break;
    case TypeKind::string:
    case TypeKind::list:
    case TypeKind::set: {
      put(value.a, 0);
      // The text's id, or the word behind the count, is zero.
      llvm::Value* size = b.CreateZExt(value.b, m.i64);
      put(size, 8);
      break;
    }
    case TypeKind::record: {
      const uint32_t size = m.layout.record(static_cast<ir::RecordId>(type.ref)).size;
      llvm::Value* from = value.a;
      if (type.optional) from = b.CreateSelect(value.present, from, m.zeros(size));
      copy(to, from, size, place.align);
      break;
    }
    default:
      put(value.a, 0);
      break;
  }
  if (type.optional)
    b.CreateStore(b.CreateZExt(value.present, m.i8), offset(to, place.present_offset));
}

Value ValueEmitter::missing(ir::TypeId id) {
  const ir::Type& type = m.rule_set.type(id);
  Value value;
  value.present = b.getFalse();
  if (type.kind == TypeKind::record) {
    value.a = m.zeros(m.layout.record(static_cast<ir::RecordId>(type.ref)).size);
    return value;
  }
  llvm::Type* part = type.kind == TypeKind::decimal ? m.i64 : m.scalar_type(type);
  value.a = llvm::Constant::getNullValue(part);
  if (part == m.ptr) value.b = int32(0);
  if (type.kind == TypeKind::quotient) value.b = value.a;
  return value;
}

Value ValueEmitter::poison(ir::TypeId id) {
  const ir::Type& type = m.rule_set.type(id);
  Value value;
  value.a = llvm::PoisonValue::get(m.scalar_type(type));
  if (type.kind == TypeKind::string || type.kind == TypeKind::list || type.kind == TypeKind::set) {
    value.b = llvm::PoisonValue::get(m.i32);
  }
  if (type.kind == TypeKind::quotient) value.b = llvm::PoisonValue::get(m.i128);
  if (type.optional) value.present = llvm::PoisonValue::get(m.i1);
  return value;
}

Value ValueEmitter::merge(const std::vector<Incoming>& incoming) {
  const auto part = [&](llvm::Value* Value::* member) -> llvm::Value* {
    llvm::Value* first = incoming[0].value.*member;
    if (first == nullptr) return nullptr;
    bool same = true;
    for (const Incoming& one : incoming) same = same && one.value.*member == first;
    if (same) return first;
    llvm::PHINode* phi = b.CreatePHI(first->getType(), static_cast<unsigned>(incoming.size()));
    for (const Incoming& one : incoming) {
      PAC_CHECK(one.value.*member != nullptr && (one.value.*member)->getType() == first->getType(),
                "values that meet have one form");
      phi->addIncoming(one.value.*member, one.from);
    }
    return phi;
  };
  return {part(&Value::a), part(&Value::b), part(&Value::present)};
}

llvm::Value* ValueEmitter::element_address(const Value& list, ir::TypeId list_type,
                                           llvm::Value* at) {
  const uint32_t stride = m.layout.stride(m.rule_set.type(list_type).element);
  llvm::Value* bytes = b.CreateMul(b.CreateZExt(at, m.i64), int64(stride));
  return b.CreateInBoundsGEP(m.i8, list.a, bytes);
}

Operand ValueEmitter::operand(const Value& value, ir::TypeId type) {
  ir::Range range = ir::range_of_type(m.rule_set, m.rule_set.type(type));
  if (value.a != nullptr && value.a->getType() == m.i64) {
    range = range.clamp({std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()});
  }
  return {value, type, range};
}

}  // namespace pac::codegen
