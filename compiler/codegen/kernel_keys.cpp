// Keys of columns: signed numbers of 64 bits that have the order of the values.
#include <algorithm>
#include <limits>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/kernel.h"
#include "compiler/codegen/text_hash.h"

namespace pac::codegen {

using match::KeyKind;

namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

}  // namespace

ir::Range KernelEmitter::range_of(const match::Column& column) const {
  const ir::RuleSet& rules = f.m.rule_set;
  const ir::Range all{kLeast, kMost};
  switch (column.key) {
    case KeyKind::flag:
      return {0, 1};
    case KeyKind::text_id:
    case KeyKind::ending:
      return {0, static_cast<int64_t>(column.texts.size())};
    case KeyKind::text:
      return all;
    default:
      break;
  }
  const ir::Type& type = rules.type(column.type);
  if (column.slot == ir::kNone) return f.d.ranges.range_of(column.expr).clamp(all);
  const ir::Field& field = rules.record(f.d.decision.input).fields[column.slot];
  ir::Range range = ir::range_of_type(rules, type);
  if (field.domain != ir::DomainId::none) {
    range = range.clamp(ir::range_of_domain(rules, field.domain));
  }
  return range.clamp(all);
}

// A select that must not become a branch: whether a value is there follows from the input.
llvm::Value* KernelEmitter::choose(llvm::Value* condition, llvm::Value* yes, llvm::Value* no) {
  llvm::Value* chosen = f.b.CreateSelect(condition, yes, no);
  if (auto* select = llvm::dyn_cast<llvm::SelectInst>(chosen)) {
    select->setMetadata(llvm::LLVMContext::MD_unpredictable, llvm::MDNode::get(f.m.context, {}));
  }
  return chosen;
}

ColumnKey KernelEmitter::load_key(const match::Column& column) {
  ModuleEmitter& m = f.m;
  Value value;
  if (column.slot != ir::kNone) {
    const ir::RecordLayout& places = m.layout.record(f.d.decision.input);
    const ir::Record& record = m.rule_set.record(f.d.decision.input);
    value = f.load(f.offset(f.input, places.offsets[column.slot]), record.fields[column.slot].type,
                   places.fields[column.slot]);
  } else {
    value = f.emit(column.expr);
  }
  ColumnKey out;
  out.range = range_of(column);
  if (column.optional) out.present = value.present;
  const bool is_text = column.key == KeyKind::text || column.key == KeyKind::text_id ||
                       column.key == KeyKind::ending;
  if (is_text && value.present != nullptr) {
    // Where a text is missing its address means nothing.
    value.a = choose(value.present, value.a, m.zeros(8));
    value.b = choose(value.present, value.b, f.int32(0));
  }
  switch (column.key) {
    case KeyKind::text:
      out.key = text_key(value);
      return out;
    case KeyKind::text_id:
    case KeyKind::ending:
      out.key = text_place(value, column);
      return out;
    default:
      break;
  }
  const ir::TypeKind kind = m.rule_set.type(column.type).kind;
  const bool is_unsigned = kind == ir::TypeKind::boolean || kind == ir::TypeKind::enumeration ||
                           kind == ir::TypeKind::effect;
  if (value.a->getType() == m.i128)
    out.key = saturated(value.a);
  else
    out.key = is_unsigned ? f.b.CreateZExt(value.a, m.i64) : f.b.CreateSExt(value.a, m.i64);
  return out;
}

// A decimal of 128 bits that does not fit 64 becomes the end that it lies beyond.
llvm::Value* KernelEmitter::saturated(llvm::Value* value) {
  llvm::Value* low = f.b.CreateTrunc(value, f.m.i64);
  llvm::Value* fits = f.b.CreateICmpEQ(f.b.CreateSExt(low, f.m.i128), value);
  llvm::Value* negative = f.b.CreateICmpSLT(value, f.number(f.m.i128, 0));
  llvm::Value* end =
      f.b.CreateSelect(negative, f.number(f.m.i64, kLeast), f.number(f.m.i64, kMost));
  return choose(fits, low, end);
}

// The first eight bytes as one number. Eight bytes are read at once where they lie in one page of
// memory, whatever the text's size: what is read of other data is masked out. The address of an
// empty text may be null, or where its page ends.
llvm::Value* KernelEmitter::text_key(const Value& text) {
  ModuleEmitter& m = f.m;
  constexpr uint64_t kPage = 4096;
  llvm::Value* before = f.b.CreateSub(f.b.CreatePtrToInt(text.a, m.i64), f.int64(1));
  llvm::Value* place = f.b.CreateAnd(before, f.int64(kPage - 1));
  llvm::Value* ends_page = f.b.CreateICmpUGT(place, f.int64(kPage - 9));
  llvm::BasicBlock* fast = f.block("text_key");
  llvm::BasicBlock* slow = f.block("end_of_page");
  llvm::BasicBlock* done = f.block("text_read");
  f.b.CreateCondBr(ends_page, slow, fast, f.unlikely());
  f.move_to(fast);
  llvm::Value* read = f.b.CreateAlignedLoad(m.i64, text.a, llvm::Align(1));
  read = f.b.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, read);
  llvm::Value* bytes =
      f.b.CreateBinaryIntrinsic(llvm::Intrinsic::umin, f.b.CreateZExt(text.b, m.i64), f.int64(8));
  // In two steps, for no shift may be by 64.
  llvm::Value* half = f.b.CreateShl(bytes, 2);
  llvm::Value* dropped = f.b.CreateLShr(f.b.CreateLShr(f.int64(~uint64_t{0}), half), half);
  read = f.b.CreateAnd(read, f.b.CreateNot(dropped));
  llvm::BasicBlock* after_fast = f.b.GetInsertBlock();
  f.b.CreateBr(done);
  f.move_to(slow);
  llvm::Value* byte_wise = f.call("pac_rt_text_bytes", {text.a, text.b});
  f.b.CreateBr(done);
  f.move_to(done);
  llvm::Value* key =
      f.merge({{{read, nullptr, nullptr}, after_fast}, {{byte_wise, nullptr, nullptr}, slow}}).a;
  return f.b.CreateXor(key, f.int64(uint64_t{1} << 63));
}

llvm::Value* KernelEmitter::text_place(const Value& text, const match::Column& column) {
  const auto count = static_cast<uint32_t>(column.texts.size());
  uint32_t size = 2;
  while (size < 2 * count) size *= 2;
  std::vector<uint32_t> slots(size, count);
  for (uint32_t i = 0; i < count; ++i) {
    const std::string& one = column.texts[i];
    auto at = static_cast<uint32_t>(text_hash(one.data(), static_cast<uint32_t>(one.size()))) &
              (size - 1);
    while (slots[at] != count) at = (at + 1) & (size - 1);
    slots[at] = i;
  }
  llvm::Constant* const table = f.m.table(slots, "text_slots");
  llvm::Constant* const texts = f.m.text_table(column.texts);
  llvm::Value* found = nullptr;
  if (column.key == KeyKind::ending) {
    found = f.call("pac_rt_text_ending", {text.a, text.b, table, f.int32(size - 1), texts,
                                          f.int32(count), f.m.table(column.lengths, "text_lengths"),
                                          f.int32(static_cast<uint32_t>(column.lengths.size()))});
  } else {
    found = f.call("pac_rt_text_place",
                   {text.a, text.b, table, f.int32(size - 1), texts, f.int32(count)});
  }
  return f.b.CreateZExt(found, f.m.i64);
}

}  // namespace pac::codegen
