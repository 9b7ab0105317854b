// Whether a value is one of a set of constants. Code never grows with the set: runs of neighbours
// are compared, dense numbers are bits of a table, others and texts lie in a table by their hash.
#include <algorithm>
#include <optional>

#include "compiler/codegen/number_hash.h"
#include "compiler/codegen/text_hash.h"
#include "compiler/codegen/value_emitter.h"

namespace pac::codegen {

namespace {

constexpr size_t kMostRuns = 8;         // compared one after the other
constexpr size_t kFewTexts = 2;         // the same
constexpr uint64_t kSmallSpan = 4'096;  // of bits, whatever their number
constexpr uint64_t kBitsPerNumber = 64;

std::vector<ir::Interval> runs_of(const std::vector<Int128>& numbers) {
  std::vector<ir::Interval> out;
  for (const Int128 one : numbers) {
    if (!out.empty() && out.back().high + 1 == one)
      out.back().high = one;
    else
      out.push_back({one, one});
  }
  return out;
}

struct NumberTable {
  std::vector<int64_t> slots;
  uint32_t bits = 0;
  uint64_t factor = 0;
};

// Puts each number at one of its two places, moving others to their second one; false where that
// goes in circles.
bool fill(const std::vector<int64_t>& numbers, NumberTable& table) {
  constexpr uint32_t kFree = 0xffffffff;
  std::vector<uint32_t> owner(table.slots.size(), kFree);
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    uint32_t at_work = i;
    uint64_t place = number_places(numbers[i], table.factor, table.bits).first;
    for (uint32_t moves = 0; at_work != kFree; ++moves) {
      constexpr uint32_t kMostMoves = 500;
      if (moves == kMostMoves) return false;
      std::swap(at_work, owner[place]);
      if (at_work == kFree) break;
      const NumberPlaces places = number_places(numbers[at_work], table.factor, table.bits);
      place = places.first == place ? places.second : places.first;
    }
  }
  // What is free holds a number of the set: to find it there is as good as at its own place.
  for (size_t at = 0; at < owner.size(); ++at) {
    table.slots[at] = numbers[owner[at] == kFree ? 0 : owner[at]];
  }
  return true;
}

NumberTable number_table(const std::vector<int64_t>& numbers) {
  NumberTable table;
  table.bits = 4;
  while ((uint64_t{1} << table.bits) * 2 < numbers.size() * 5) ++table.bits;
  table.factor = 0xd6e8feb86659fd93u;
  for (uint32_t tries = 0;; ++tries) {
    constexpr uint32_t kMostTries = 8;
    if (tries != 0 && tries % kMostTries == 0) ++table.bits;
    table.slots.assign(size_t{1} << table.bits, 0);
    if (fill(numbers, table)) return table;
    table.factor = table.factor * 0x5851f42d4c957f2du | 1;
  }
}

}  // namespace

llvm::Value* ValueEmitter::in_runs(llvm::Value* value, const std::vector<ir::Interval>& runs) {
  llvm::Type* type = value->getType();
  llvm::Value* any = b.getFalse();
  for (const ir::Interval& run : runs) {
    llvm::Value* inside = nullptr;
    if (run.low == run.high) {
      inside = b.CreateICmpEQ(value, number(type, run.low));
    } else {
      inside = b.CreateICmpULE(b.CreateSub(value, number(type, run.low)),
                               number(type, run.high - run.low));
    }
    any = b.CreateOr(any, inside);
  }
  return any;
}

llvm::Value* ValueEmitter::in_bits(llvm::Value* value, const std::vector<Int128>& numbers,
                                   uint64_t span) {
  std::vector<uint32_t> words(static_cast<size_t>(span / 32 + 1), 0);
  for (const Int128 one : numbers) {
    const auto bit = static_cast<uint64_t>(one - numbers.front());
    words[bit / 32] |= uint32_t{1} << (bit % 32);
  }
  llvm::Value* bit = b.CreateSub(value, number(m.i64, numbers.front()));
  llvm::Value* inside = b.CreateICmpULE(bit, int64(span));
  bit = b.CreateSelect(inside, bit, int64(0));
  llvm::Value* at = b.CreateInBoundsGEP(m.i32, m.table(words, "bits"), b.CreateLShr(bit, 5));
  llvm::Value* word = b.CreateLoad(m.i32, at);
  llvm::Value* shifted = b.CreateLShr(word, b.CreateTrunc(b.CreateAnd(bit, int64(31)), m.i32));
  return b.CreateAnd(inside, b.CreateTrunc(shifted, m.i1));
}

llvm::Value* ValueEmitter::in_numbers(llvm::Value* value, std::vector<Int128> numbers) {
  llvm::Type* type = value->getType();
  if (type == m.i1) {
    value = zero_extend(value);
    type = m.i32;
  }
  const unsigned bits = type->getIntegerBitWidth();
  const Int128 most = static_cast<Int128>((UInt128{1} << (bits - 1)) - 1);
  std::erase_if(numbers, [&](Int128 one) { return one > most || one < -most - 1; });
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const std::vector<ir::Interval> runs = runs_of(numbers);
  if (runs.size() <= kMostRuns) return in_runs(value, runs);
  constexpr Int128 kLeast64 = std::numeric_limits<int64_t>::min();
  constexpr Int128 kMost64 = std::numeric_limits<int64_t>::max();
  if (numbers.front() < kLeast64 || numbers.back() > kMost64) {
    ir::Domain domain;
    domain.has_intervals = true;
    domain.intervals = runs;
    return in_intervals(value, domain);
  }
  llvm::Value* fits = b.getTrue();
  if (type == m.i128) {
    llvm::Value* low = b.CreateTrunc(value, m.i64);
    fits = b.CreateICmpEQ(b.CreateSExt(low, m.i128), value);
    value = low;
  } else {
    value = b.CreateSExt(value, m.i64);
  }
  const auto span = static_cast<uint64_t>(numbers.back() - numbers.front());
  if (span < std::max<uint64_t>(kSmallSpan, kBitsPerNumber * numbers.size())) {
    return b.CreateAnd(fits, in_bits(value, numbers, span));
  }
  std::vector<int64_t> narrow;
  for (const Int128 one : numbers) narrow.push_back(static_cast<int64_t>(one));
  const NumberTable table = number_table(narrow);
  ConstantMemory memory;
  const auto size = static_cast<uint32_t>(table.slots.size() * sizeof(int64_t));
  memory.reserve(size);
  memory.put(0, table.slots.data(), size);
  llvm::Value* found = call("pac_rt_number_in", {value, m.finish(memory, "numbers", 64),
                                                 int32(table.bits), int64(table.factor)});
  return b.CreateAnd(fits, b.CreateICmpNE(found, int32(0)));
}

llvm::Value* ValueEmitter::in_texts(const Value& text, std::vector<std::string> texts) {
  std::ranges::sort(texts);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (texts.empty()) return b.getFalse();
  if (texts.size() <= kFewTexts) {
    llvm::Value* any = b.getFalse();
    for (const std::string& one : texts) {
      const Value other{m.text_data(one), int32(static_cast<uint32_t>(one.size())), nullptr};
      any = b.CreateOr(any, text_equal(text, other));
    }
    return any;
  }
  uint64_t size = 4;
  while (size < 2 * texts.size()) size *= 2;
  std::vector<uint64_t> slots(size, 0);
  std::vector<uint32_t> ends{0};
  std::string bytes;
  uint64_t lengths = 0;
  for (const std::string& one : texts) {
    const auto length = static_cast<uint32_t>(one.size());
    const uint64_t hash = text_hash(one.data(), length);
    uint64_t at = hash & (size - 1);
    while (slots[at] != 0) at = (at + 1) & (size - 1);
    slots[at] = (hash & kTextHashTag) | ends.size();
    bytes += one;
    ends.push_back(static_cast<uint32_t>(bytes.size()));
    lengths |= uint64_t{1} << std::min(length, kTextLengths);
  }
  ConstantMemory memory;
  memory.reserve(static_cast<uint32_t>(size * sizeof(uint64_t)));
  memory.put(0, slots.data(), static_cast<uint32_t>(size * sizeof(uint64_t)));
  llvm::Value* found =
      call("pac_rt_text_in", {text.a, text.b, m.finish(memory, "text_slots", 64), int64(size - 1),
                              m.table(ends, "text_ends"), m.text_data(bytes), int64(lengths)});
  return b.CreateICmpNE(found, int32(0));
}

llvm::Value* ValueEmitter::in_constants(const Value& value, const ConstantSet& set) {
  const auto is_one = [&](const Value& present) {
    return set.is_text ? in_texts(present, set.texts) : in_numbers(present.a, set.numbers);
  };
  if (value.present == nullptr) return is_one(value);
  Value there = value;
  if (set.is_text) {
    // Where a text is missing its address means nothing.
    there.a = b.CreateSelect(value.present, value.a, m.zeros(8));
    there.b = b.CreateSelect(value.present, value.b, int32(0));
  }
  return b.CreateSelect(value.present, is_one(there), b.getInt1(set.has_missing));
}

std::optional<ConstantSet> ModuleEmitter::constant_set(ir::TypeId item,
                                                       std::span<const uint32_t> members) const {
  ConstantSet out;
  const ir::Type& type = rule_set.type(item);
  out.is_text = type.kind == ir::TypeKind::string;
  if (!out.is_text && (!ir::has_range(type.kind) || type.kind == ir::TypeKind::quotient)) return {};
  for (const uint32_t member : members) {
    const ir::Expr* expr = &rule_set.exprs[member];
    if (expr->op == ir::Op::some) expr = &rule_set.exprs[expr->a];
    if (expr->op != ir::Op::constant) return {};
    const ir::Constant& constant = rule_set.constants[expr->a];
    const ir::Type& given = rule_set.type(constant.type);
    if (given.kind != type.kind || given.scale != type.scale || given.ref != type.ref) return {};
    if (constant.missing)
      out.has_missing = true;
    else if (out.is_text)
      out.texts.push_back(constant.text);
    else
      out.numbers.push_back(constant.number);
  }
  return out;
}

}  // namespace pac::codegen
