// Equality and order of values: numbers of any scale, texts, lists, records, optional values.
#include <algorithm>

#include "compiler/codegen/value_emitter.h"
#include "runtime/base/decimal.h"

namespace pac::codegen {

using ir::TypeKind;

namespace {

bool is_number(TypeKind kind) {
  return kind == TypeKind::integer || kind == TypeKind::decimal || kind == TypeKind::quotient;
}

bool fits_128(const ir::Range& range, int digits) {
  if (digits > kMaxScale) return false;
  const Int128 limit = pac::pow10(kMaxScale) / pac::pow10(digits);
  return range.low >= -limit && range.high <= limit;
}

bool fits_64(const ir::Range& range, int digits) {
  if (digits > 18) return false;
  const Int128 power = pac::pow10(digits);
  return range.fits_64() && ir::Range{range.low * power, range.high * power}.fits_64();
}

}  // namespace

// The number at a scale larger by `digits`, or null where no 128 bits hold it for sure.
llvm::Value* ValueEmitter::scaled(const Operand& operand, int digits) {
  llvm::Value* value = operand.value.a;
  if (digits == 0) return value;
  if (value->getType() == m.i64 && fits_64(operand.range, digits)) {
    return b.CreateNSWMul(value, number(m.i64, pac::pow10(digits)));
  }
  if (!fits_128(operand.range, digits)) return nullptr;
  return b.CreateNSWMul(wide(value), number(m.i128, pac::pow10(digits)));
}

llvm::Value* ValueEmitter::compare_quotients(llvm::CmpInst::Predicate predicate, const Operand& x,
                                             const Operand& y) {
  const auto denominator = [&](const Operand& one) {
    return address(one.value.b != nullptr ? one.value.b : number(m.i128, 1));
  };
  const auto scale = [&](const Operand& one) {
    return int32(static_cast<uint32_t>(int{m.rule_set.type(one.type).scale}));
  };
  llvm::Value* sign = call(
      "pac_rt_compare_quotients",
      {address(x.value.a), denominator(x), scale(x), address(y.value.a), denominator(y), scale(y)});
  return b.CreateICmp(predicate, sign, int32(0));
}

llvm::Value* ValueEmitter::compare(llvm::CmpInst::Predicate predicate, const Operand& x,
                                   const Operand& y) {
  const ir::Type& x_type = m.rule_set.type(x.type);
  const ir::Type& y_type = m.rule_set.type(y.type);
  llvm::Value* left = x.value.a;
  llvm::Value* right = y.value.a;
  if (is_number(x_type.kind)) {
    if (x_type.kind == TypeKind::quotient || y_type.kind == TypeKind::quotient) {
      return compare_quotients(predicate, x, y);
    }
    const int common = std::max(x_type.scale, y_type.scale);
    left = scaled(x, common - x_type.scale);
    right = scaled(y, common - y_type.scale);
    if (left == nullptr || right == nullptr) {
      llvm::Value* sign = call(
          "pac_rt_compare", {address(x.value.a), int32(static_cast<uint32_t>(int{x_type.scale})),
                             address(y.value.a), int32(static_cast<uint32_t>(int{y_type.scale}))});
      return b.CreateICmp(predicate, sign, int32(0));
    }
  }
  if (left->getType() != right->getType()) {
    left = wide(left);
    right = wide(right);
  }
  // Booleans as numbers: true is above false, also where i1 has a sign.
  if (left->getType() == m.i1) predicate = llvm::ICmpInst::getUnsignedPredicate(predicate);
  return b.CreateICmp(predicate, left, right);
}

llvm::Value* ValueEmitter::text_equal(const Value& x, const Value& y) {
  const auto size_of = [](const Value& v) { return llvm::dyn_cast<llvm::ConstantInt>(v.b); };
  llvm::ConstantInt* known = size_of(y) != nullptr ? size_of(y) : size_of(x);
  llvm::Value* same_size = b.CreateICmpEQ(x.b, y.b);
  if (known != nullptr && known->isZero()) return same_size;
  llvm::BasicBlock* before = b.GetInsertBlock();
  llvm::BasicBlock* bytes = block("bytes");
  llvm::BasicBlock* done = block("compared");
  b.CreateCondBr(same_size, bytes, done);
  move_to(bytes);
  // With a known size the comparison becomes a few loads.
  llvm::Value* size = b.CreateZExt(known != nullptr ? known : x.b, m.i64);
  llvm::Value* difference = b.CreateCall(m.memcmp_function(), {x.a, y.a, size});
  llvm::Value* same = b.CreateICmpEQ(difference, int32(0));
  b.CreateBr(done);
  move_to(done);
  return merge({{{b.getFalse(), nullptr, nullptr}, before}, {{same, nullptr, nullptr}, bytes}}).a;
}

llvm::Value* ValueEmitter::equal(const Operand& x, const Operand& y) {
  llvm::Value* x_present = x.value.present;
  llvm::Value* y_present = y.value.present;
  if (x_present == nullptr && y_present == nullptr) return equal_present(x, y);
  if (x_present == nullptr) x_present = b.getTrue();
  if (y_present == nullptr) y_present = b.getTrue();
  llvm::BasicBlock* before = b.GetInsertBlock();
  llvm::BasicBlock* both = block("both");
  llvm::BasicBlock* done = block("equal");
  llvm::Value* same_presence = b.CreateICmpEQ(x_present, y_present);
  b.CreateCondBr(b.CreateAnd(x_present, y_present), both, done);
  move_to(both);
  llvm::Value* same = equal_present(x, y);
  llvm::BasicBlock* after = b.GetInsertBlock();
  b.CreateBr(done);
  move_to(done);
  return merge({{{same_presence, nullptr, nullptr}, before}, {{same, nullptr, nullptr}, after}}).a;
}

llvm::Value* ValueEmitter::equal_present(const Operand& x, const Operand& y) {
  switch (m.rule_set.type(x.type).kind) {
    case TypeKind::string:
      return text_equal(x.value, y.value);
    case TypeKind::list:
    case TypeKind::set:
      return equal_lists(x, y);
    case TypeKind::record:
      return equal_records(x.value, y.value, x.type);
    default:
      return compare(llvm::CmpInst::ICMP_EQ, x, y);
  }
}

llvm::Value* ValueEmitter::equal_records(const Value& x, const Value& y, ir::TypeId type) {
  const auto id = static_cast<ir::RecordId>(m.rule_set.type(type).ref);
  const ir::Record& record = m.rule_set.record(id);
  const ir::RecordLayout& places = m.layout.record(id);
  llvm::BasicBlock* done = block("records_compared");
  std::vector<Incoming> results;
  for (size_t i = 0; i < record.fields.size(); ++i) {
    const ir::TypeId field = record.fields[i].type;
    const Value left = load(offset(x.a, places.offsets[i]), field, places.fields[i]);
    const Value right = load(offset(y.a, places.offsets[i]), field, places.fields[i]);
    llvm::Value* same = equal(operand(left, field), operand(right, field));
    llvm::BasicBlock* next = block("field");
    results.push_back({{b.getFalse(), nullptr, nullptr}, b.GetInsertBlock()});
    b.CreateCondBr(same, next, done);
    move_to(next);
  }
  results.push_back({{b.getTrue(), nullptr, nullptr}, b.GetInsertBlock()});
  b.CreateBr(done);
  move_to(done);
  return merge(results).a;
}

llvm::Value* ValueEmitter::equal_lists(const Operand& x, const Operand& y) {
  const ir::TypeId element = m.rule_set.type(x.type).element;
  const ir::TypeId other = m.rule_set.type(y.type).element;
  llvm::BasicBlock* items = block("items");
  llvm::BasicBlock* done = block("lists_compared");
  std::vector<Incoming> results{{{b.getFalse(), nullptr, nullptr}, b.GetInsertBlock()}};
  b.CreateCondBr(b.CreateICmpEQ(x.value.b, y.value.b), items, done);
  move_to(items);
  loop(x.value.b, [&](llvm::Value* at, llvm::BasicBlock* next) {
    llvm::Value* left = element_address(x.value, x.type, at);
    llvm::Value* right = element_address(y.value, y.type, at);
    llvm::Value* same = element == other
                            ? b.CreateCall(m.equal_function(element, false), {left, right})
                            : equal(operand(load(left, element, m.layout.value(element)), element),
                                    operand(load(right, other, m.layout.value(other)), other));
    results.push_back({{b.getFalse(), nullptr, nullptr}, b.GetInsertBlock()});
    b.CreateCondBr(same, next, done);
  });
  results.push_back({{b.getTrue(), nullptr, nullptr}, b.GetInsertBlock()});
  b.CreateBr(done);
  move_to(done);
  return merge(results).a;
}

llvm::Value* ValueEmitter::list_contains(const Operand& list, const Operand& item) {
  const ir::TypeId element = m.rule_set.type(list.type).element;
  llvm::BasicBlock* done = block("searched");
  std::vector<Incoming> results;
  loop(list.value.b, [&](llvm::Value* at, llvm::BasicBlock* next) {
    const Value one =
        load(element_address(list.value, list.type, at), element, m.layout.value(element));
    llvm::Value* same = equal(item, operand(one, element));
    results.push_back({{b.getTrue(), nullptr, nullptr}, b.GetInsertBlock()});
    b.CreateCondBr(same, done, next);
  });
  results.push_back({{b.getFalse(), nullptr, nullptr}, b.GetInsertBlock()});
  b.CreateBr(done);
  move_to(done);
  return merge(results).a;
}

// ---- Order, of two values of one type: missing comes first, lists and records go element by
// element.

llvm::Value* ValueEmitter::order(const Value& x, const Value& y, ir::TypeId type) {
  if (x.present == nullptr) return order_present(x, y, type);
  llvm::BasicBlock* before = b.GetInsertBlock();
  llvm::BasicBlock* both = block("both");
  llvm::BasicBlock* done = block("ordered");
  llvm::Value* by_presence = b.CreateSub(zero_extend(x.present), zero_extend(y.present));
  b.CreateCondBr(b.CreateAnd(x.present, y.present), both, done);
  move_to(both);
  llvm::Value* by_value = order_present(x, y, type);
  llvm::BasicBlock* after = b.GetInsertBlock();
  b.CreateBr(done);
  move_to(done);
  return merge({{{by_presence, nullptr, nullptr}, before}, {{by_value, nullptr, nullptr}, after}})
      .a;
}

llvm::Value* ValueEmitter::order_present(const Value& x, const Value& y, ir::TypeId id) {
  const ir::Type& type = m.rule_set.type(id);
  switch (type.kind) {
    case TypeKind::string:
      return call("pac_rt_text_order", {x.a, x.b, y.a, y.b});
    case TypeKind::list:
    case TypeKind::set:
      return order_lists(x, y, id);
    case TypeKind::record: {
      const auto record_id = static_cast<ir::RecordId>(type.ref);
      const ir::Record& record = m.rule_set.record(record_id);
      const ir::RecordLayout& places = m.layout.record(record_id);
      llvm::BasicBlock* done = block("records_ordered");
      std::vector<Incoming> results;
      for (size_t i = 0; i < record.fields.size(); ++i) {
        const ir::TypeId field = record.fields[i].type;
        const Value left = load(offset(x.a, places.offsets[i]), field, places.fields[i]);
        const Value right = load(offset(y.a, places.offsets[i]), field, places.fields[i]);
        llvm::Value* sign = order(left, right, field);
        llvm::BasicBlock* next = block("field");
        results.push_back({{sign, nullptr, nullptr}, b.GetInsertBlock()});
        b.CreateCondBr(b.CreateICmpEQ(sign, int32(0)), next, done);
        move_to(next);
      }
      results.push_back({{int32(0), nullptr, nullptr}, b.GetInsertBlock()});
      b.CreateBr(done);
      move_to(done);
      return merge(results).a;
    }
    default:
      break;
  }
  const Operand left = operand(x, id);
  const Operand right = operand(y, id);
  llvm::Value* above = zero_extend(compare(llvm::CmpInst::ICMP_SGT, left, right));
  llvm::Value* below = zero_extend(compare(llvm::CmpInst::ICMP_SLT, left, right));
  return b.CreateSub(above, below);
}

llvm::Value* ValueEmitter::order_lists(const Value& x, const Value& y, ir::TypeId type) {
  const ir::TypeId element = m.rule_set.type(type).element;
  llvm::BasicBlock* done = block("lists_ordered");
  std::vector<Incoming> results;
  llvm::Value* x_longer = b.CreateICmpUGT(x.b, y.b);
  llvm::Value* y_longer = b.CreateICmpULT(x.b, y.b);
  llvm::Value* common = b.CreateSelect(x_longer, y.b, x.b);
  loop(common, [&](llvm::Value* at, llvm::BasicBlock* next) {
    llvm::Value* sign = b.CreateCall(m.order_function(element, false),
                                     {element_address(x, type, at), element_address(y, type, at)});
    results.push_back({{sign, nullptr, nullptr}, b.GetInsertBlock()});
    b.CreateCondBr(b.CreateICmpEQ(sign, int32(0)), next, done);
  });
  llvm::Value* by_length = b.CreateSub(zero_extend(x_longer), zero_extend(y_longer));
  results.push_back({{by_length, nullptr, nullptr}, b.GetInsertBlock()});
  b.CreateBr(done);
  move_to(done);
  return merge(results).a;
}

}  // namespace pac::codegen
