// Whether a value lies in a domain.
#include <algorithm>

#include "compiler/codegen/value_emitter.h"
#include "runtime/base/regex.h"

namespace pac::codegen {

using ir::TypeKind;

llvm::Value* ValueEmitter::in_domain(const Value& value, ir::TypeId type, ir::DomainId domain) {
  if (domain == ir::DomainId::none) return b.getTrue();
  if (value.present == nullptr) return present_in_domain(value, type, domain);
  llvm::BasicBlock* before = b.GetInsertBlock();
  llvm::BasicBlock* present = block("present");
  llvm::BasicBlock* done = block("checked");
  b.CreateCondBr(value.present, present, done);
  move_to(present);
  llvm::Value* inside = present_in_domain(value, type, domain);
  llvm::BasicBlock* after = b.GetInsertBlock();
  b.CreateBr(done);
  move_to(done);
  return merge({{{b.getTrue(), nullptr, nullptr}, before}, {{inside, nullptr, nullptr}, after}}).a;
}

llvm::Value* ValueEmitter::present_in_domain(const Value& value, ir::TypeId id,
                                             ir::DomainId domain) {
  const ir::Type& type = m.rule_set.type(id);
  switch (type.kind) {
    case TypeKind::string:
      return text_in_domain(value, m.rule_set.domain(domain));
    case TypeKind::list:
    case TypeKind::set:
      return list_in_domain(value, type, domain);
    // A record always lies within its fields' domains: it was bound, or checked when it was made.
    case TypeKind::record:
      return b.getTrue();
    default:
      return in_intervals(value.a, m.rule_set.domain(domain));
  }
}

llvm::Value* ValueEmitter::in_intervals(llvm::Value* value, const ir::Domain& domain) {
  if (!domain.has_intervals) return b.getTrue();
  // Beyond this many a search in a table is shorter than a chain of comparisons.
  constexpr size_t kMostInline = 4;
  llvm::Type* type = value->getType();
  if (domain.intervals.size() > kMostInline) {
    ConstantMemory ends;
    ends.reserve(static_cast<uint32_t>(domain.intervals.size() * 32));
    for (size_t i = 0; i < domain.intervals.size(); ++i) {
      ends.put(static_cast<uint32_t>(i * 32), &domain.intervals[i].low, 16);
      ends.put(static_cast<uint32_t>(i * 32 + 16), &domain.intervals[i].high, 16);
    }
    llvm::Value* inside =
        call("pac_rt_in_intervals", {address(value), m.finish(ends, "intervals"),
                                     int32(static_cast<uint32_t>(domain.intervals.size()))});
    return b.CreateICmpNE(inside, int32(0));
  }
  if (type == m.i1) {
    value = zero_extend(value);
    type = m.i32;
  }
  const unsigned bits = type->getIntegerBitWidth();
  const Int128 most = static_cast<Int128>((UInt128{1} << (bits - 1)) - 1);
  llvm::Value* any = b.getFalse();
  for (const ir::Interval& interval : domain.intervals) {
    if (interval.low > most || interval.high < -most - 1) continue;
    llvm::Value* inside = b.getTrue();
    if (interval.low > -most - 1) inside = b.CreateICmpSGE(value, number(type, interval.low));
    if (interval.high < most) {
      inside = b.CreateAnd(inside, b.CreateICmpSLE(value, number(type, interval.high)));
    }
    any = b.CreateOr(any, inside);
  }
  return any;
}

llvm::Value* ValueEmitter::text_in_domain(const Value& value, const ir::Domain& domain) {
  llvm::Value* inside = b.getTrue();
  if (domain.has_texts) {
    inside = b.CreateAnd(inside, in_texts(value, domain.texts));
  }
  for (const std::string& pattern : domain.patterns)
    inside = b.CreateAnd(inside, matches(value, pattern));
  if (domain.max_chars >= 0) {
    llvm::Value* chars = call("pac_rt_code_points", {value.a, value.b});
    inside =
        b.CreateAnd(inside, b.CreateICmpSLE(chars, int64(static_cast<uint64_t>(domain.max_chars))));
  }
  return inside;
}

llvm::Value* ValueEmitter::list_in_domain(const Value& value, const ir::Type& type,
                                          ir::DomainId id) {
  const ir::Domain& domain = m.rule_set.domain(id);
  llvm::Value* short_enough = b.getTrue();
  if (domain.max_items >= 0 && domain.max_items < 0xffffffff) {
    short_enough = b.CreateICmpULE(value.b, int32(static_cast<uint32_t>(domain.max_items)));
  }
  if (domain.element == ir::DomainId::none) return short_enough;
  llvm::Function* check = m.domain_function(type.element, domain.element, false);
  llvm::BasicBlock* done = block("list_checked");
  std::vector<Incoming> results;
  const uint32_t stride = m.layout.stride(type.element);
  loop(value.b, [&](llvm::Value* at, llvm::BasicBlock* next) {
    llvm::Value* bytes = b.CreateMul(b.CreateZExt(at, m.i64), int64(stride));
    llvm::Value* inside = b.CreateCall(check, {b.CreateInBoundsGEP(m.i8, value.a, bytes)});
    results.push_back({{b.getFalse(), nullptr, nullptr}, b.GetInsertBlock()});
    b.CreateCondBr(inside, next, done);
  });
  results.push_back({{short_enough, nullptr, nullptr}, b.GetInsertBlock()});
  b.CreateBr(done);
  move_to(done);
  return merge(results).a;
}

llvm::Value* ValueEmitter::matches(const Value& text, const std::string& pattern) {
  const Result<Regex> regex = Regex::compile(pattern);
  if (!regex) {
    m.unsupported("the pattern \"" + pattern + "\" can't be compiled: " + regex.error().message);
    return b.getFalse();
  }
  ConstantMemory tables;
  const auto transition_bytes = static_cast<uint32_t>(regex->transitions().size() * 2);
  const uint32_t accepting_at = 256 + transition_bytes;
  tables.reserve(accepting_at + static_cast<uint32_t>(regex->state_count()));
  tables.put(0, regex->byte_classes().data(), 256);
  tables.put(256, regex->transitions().data(), transition_bytes);
  tables.put(accepting_at, regex->accepting().data(), static_cast<uint32_t>(regex->state_count()));
  llvm::Value* base = m.pattern_table(pattern, tables);
  llvm::Value* accepted =
      call("pac_rt_matches",
           {text.a, text.b, base, offset(base, 256), offset(base, accepting_at),
            int32(static_cast<uint32_t>(regex->class_count())), int32(regex->start())});
  return b.CreateICmpNE(accepted, int32(0));
}

}  // namespace pac::codegen
