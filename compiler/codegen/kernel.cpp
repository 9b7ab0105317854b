// Rows of bits: one a column, all of them at once by `and`, and the rows of the table that are
// left.
#include "compiler/codegen/kernel.h"

#include <algorithm>
#include <bit>

#include "compiler/codegen/decision_emitter.h"

namespace pac::codegen {

KernelEmitter::KernelEmitter(FunctionEmitter& function, const match::Plan& plan, std::string name)
    : f(function), plan_(plan), name_(std::move(name)) {
  const auto rows = static_cast<uint32_t>(plan.table.rows.size());
  const uint32_t used = std::max(1u, (rows + 63) / 64);
  word_count_ = used <= kMostUnrolled ? std::bit_ceil(used)
                                      : (used + kMostUnrolled - 1) / kMostUnrolled * kMostUnrolled;
  chunk_words_ = std::min(word_count_, kMostUnrolled);
}

void KernelEmitter::begin() {
  // All loads before the first search: they wait for nothing.
  std::vector<ColumnKey> keys;
  for (const match::Column& column : plan_.table.columns) keys.push_back(load_key(column));
  if (plan_.strategy == match::Strategy::pair_grid) {
    begin_grid(keys);
    return;
  }
  for (const match::BitColumn& bits : plan_.bits) row_of_.push_back(row_of_cells(bits));
  if (plan_.verify) plan_records();
  cells_.assign(lanes_.size(), nullptr);
  std::vector<uint32_t> cell_delays(lanes_.size(), 0);
  for (size_t i = 0; i < lanes_.size(); ++i) {
    const match::Column& column = plan_.table.columns[lanes_[i]];
    cells_[i] = slot_of(keys[lanes_[i]], {column.cuts, column.optional});
    cell_delays[i] = delay_;
  }
  std::vector<llvm::Value*> lines;
  std::vector<std::pair<uint32_t, size_t>> order;  // how late a line is known, its column
  for (size_t i = 0; i < plan_.bits.size(); ++i) {
    const match::BitColumn& bits = plan_.bits[i];
    const auto lane = std::ranges::find(lanes_, bits.column);
    llvm::Value* line = nullptr;
    if (lane == lanes_.end()) {
      line = line_of(keys[bits.column], i);
    } else {
      const auto at = static_cast<size_t>(lane - lanes_.begin());
      line = line_at(cells_[at], row_of_[i], bits);
      delay_ = cell_delays[at];
    }
    const match::KeyKind key = plan_.table.columns[bits.column].key;
    const bool is_text = key == match::KeyKind::text || key == match::KeyKind::text_id ||
                         key == match::KeyKind::ending;
    lines.push_back(line);
    order.emplace_back(delay_ + (is_text ? 2 : 0), i);
  }
  // What is known late is joined last.
  std::ranges::sort(order);
  for (const auto& [delay, at] : order) lines_.push_back(lines[at]);
  if (!lanes_.empty()) emit_query();
}

// Where rows of bits stand for buckets of cells, a cell has its bucket's.
std::vector<uint32_t> KernelEmitter::row_of_cells(const match::BitColumn& bits) const {
  if (plan_.strategy != match::Strategy::coarse_rows) return bits.row_of;
  const match::Column& column = plan_.table.columns[bits.column];
  std::vector<uint32_t> row_of{bits.row_of[0]};
  for (const int64_t cut : column.cuts) {
    const auto above = std::ranges::upper_bound(bits.bounds, cut);
    row_of.push_back(bits.row_of[static_cast<size_t>(above - bits.bounds.begin())]);
  }
  if (column.optional) row_of.push_back(bits.row_of[bits.bounds.size() + 1]);
  return row_of;
}

llvm::Value* KernelEmitter::line_at(llvm::Value* slot, const std::vector<uint32_t>& row_of,
                                    const match::BitColumn& bits) {
  constexpr uint64_t kSmall = 8192;
  const uint64_t size = uint64_t{word_count_} * 8;
  const uint64_t own = bits.words.size() / plan_.words_per_row;
  const uint64_t by_slot = row_of.size() * size;
  const bool direct = by_slot <= kSmall || row_of.size() <= 2 * own;
  const uint64_t rows = direct ? row_of.size() : own;
  if (rows * size > uint64_t{1} << 31) {
    f.m.unsupported("the tables of decision `" + f.d.decision.name + "` take more than 2 GiB");
    return f.m.zeros(8);
  }
  ConstantMemory memory;
  memory.reserve(static_cast<uint32_t>(rows * size));
  const uint32_t copied = std::min(word_count_, plan_.words_per_row);
  for (uint32_t i = 0; i < rows; ++i) {
    const uint32_t from = direct ? row_of[i] : i;
    memory.put(static_cast<uint32_t>(i * size),
               bits.words.data() + uint64_t{from} * plan_.words_per_row, copied * 8);
  }
  llvm::Constant* table = f.m.finish(memory, "bits", 64);
  if (!direct) {
    std::vector<uint32_t> offsets;
    for (const uint32_t row : row_of) offsets.push_back(static_cast<uint32_t>(row * size));
    slot = f.b.CreateZExt(at_address(f.m.i32, f.m.table(offsets, "row_of"), slot, 4, 4), f.m.i64);
    return f.b.CreateInBoundsGEP(f.m.i8, table, slot);
  }
  return f.b.CreateInBoundsGEP(f.m.i8, table, f.b.CreateNUWMul(slot, f.int64(size)));
}

// The bits of a chunk (its number, or null for the only one) that are set in every column's row.
llvm::Value* KernelEmitter::conjunction(llvm::Type* type, llvm::Value* chunk) {
  const uint32_t bytes = chunk_words_ * 8;
  llvm::Value* all = nullptr;
  for (llvm::Value* line : lines_) {
    llvm::Value* from = line;
    if (chunk != nullptr)
      from = f.b.CreateInBoundsGEP(f.m.i8, line, f.b.CreateNUWMul(chunk, f.int64(bytes)));
    llvm::Value* one = f.b.CreateAlignedLoad(type, from, llvm::Align(std::min(bytes, 64u)));
    all = all == nullptr ? one : f.b.CreateAnd(all, one);
  }
  if (all != nullptr) return all;
  // No rule tests anything: every row holds.
  const auto rows = static_cast<uint32_t>(plan_.table.rows.size());
  ConstantMemory memory;
  memory.reserve(word_count_ * 8);
  for (uint32_t row = 0; row < rows; ++row)
    memory.bytes[row / 8] = static_cast<uint8_t>(memory.bytes[row / 8] | 1u << row % 8);
  llvm::Value* from = f.m.finish(memory, "bits", 64);
  if (chunk != nullptr)
    from = f.b.CreateInBoundsGEP(f.m.i8, from, f.b.CreateNUWMul(chunk, f.int64(bytes)));
  return f.b.CreateAlignedLoad(type, from, llvm::Align(std::min(bytes, 64u)));
}

// The number of zeros below the lowest bit; all of them where none is set.
llvm::Value* KernelEmitter::cttz(llvm::Value* bits) {
  return f.b.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, bits, f.b.getFalse());
}

KernelEmitter::First KernelEmitter::first() {
  ModuleEmitter& m = f.m;
  if (word_count_ == 1) {
    llvm::Value* bits = conjunction(m.i64, nullptr);
    return {f.b.CreateTrunc(cttz(bits), m.i32), f.b.CreateICmpEQ(bits, f.int64(0))};
  }
  if (word_count_ == 2) {
    llvm::Value* both = conjunction(m.i128, nullptr);
    llvm::Value* low = f.b.CreateTrunc(both, m.i64);
    llvm::Value* high = f.b.CreateTrunc(f.b.CreateLShr(both, 64), m.i64);
    llvm::Value* in_high = f.b.CreateICmpEQ(low, f.int64(0));
    llvm::Value* bits = choose(in_high, high, low);
    llvm::Value* base = choose(in_high, f.int64(64), f.int64(0));
    llvm::Value* row = f.b.CreateOr(base, cttz(bits));
    return {f.b.CreateTrunc(row, m.i32), f.b.CreateICmpEQ(bits, f.int64(0))};
  }
  llvm::Value* all = conjunction(words(word_count_), nullptr);
  llvm::Value* set = f.b.CreateICmpNE(all, llvm::Constant::getNullValue(all->getType()));
  llvm::Value* mask = f.b.CreateZExt(f.b.CreateBitCast(set, f.b.getIntNTy(word_count_)), m.i64);
  // A word of the vector by its number goes through memory. Where there is none, the first is read.
  llvm::Value* slot = f.stack(word_count_ * 8, 64);
  f.b.CreateAlignedStore(all, slot, llvm::Align(64));
  llvm::Value* none = f.b.CreateICmpEQ(mask, f.int64(0));
  llvm::Value* word = cttz(f.b.CreateOr(mask, f.int64(uint64_t{1} << (word_count_ - 1))));
  llvm::Value* bits =
      f.b.CreateAlignedLoad(m.i64, f.b.CreateInBoundsGEP(m.i64, slot, word), llvm::Align(8));
  llvm::Value* row = f.b.CreateOr(f.b.CreateShl(word, 6), cttz(bits));
  return {f.b.CreateTrunc(row, m.i32), none};
}

void KernelEmitter::each(const Body& body) {
  if (plan_.strategy == match::Strategy::pair_grid) {
    each_of_grid(body);
    return;
  }
  const uint32_t chunks = word_count_ / chunk_words_;
  llvm::BasicBlock* done = f.block("no_more_rows");
  if (chunks == 1) {
    each_chunk(nullptr, body, done);
    f.move_to(done);
    return;
  }
  llvm::BasicBlock* before = f.b.GetInsertBlock();
  llvm::BasicBlock* head = f.block("chunk");
  llvm::BasicBlock* next = f.block("next_chunk");
  f.b.CreateBr(head);
  f.move_to(head);
  llvm::PHINode* chunk = f.b.CreatePHI(f.m.i64, 2);
  chunk->addIncoming(f.int64(0), before);
  each_chunk(chunk, body, next);
  f.move_to(next);
  llvm::Value* after = f.b.CreateAdd(chunk, f.int64(1));
  chunk->addIncoming(after, next);
  f.b.CreateCondBr(f.b.CreateICmpULT(after, f.int64(chunks)), head, done);
  f.move_to(done);
}

void KernelEmitter::each_chunk(llvm::Value* chunk, const Body& body, llvm::BasicBlock* next_chunk) {
  ModuleEmitter& m = f.m;
  if (word_count_ == 1) {
    llvm::Value* bits = conjunction(m.i64, nullptr);
    llvm::BasicBlock* some = f.block("some_row");
    f.b.CreateCondBr(f.b.CreateICmpEQ(bits, f.int64(0)), next_chunk, some);
    f.move_to(some);
    each_bit(f.int32(0), bits, body, next_chunk);
    return;
  }
  llvm::Value* all = conjunction(words(chunk_words_), chunk);
  llvm::Value* set = f.b.CreateICmpNE(all, llvm::Constant::getNullValue(all->getType()));
  llvm::Value* mask = f.b.CreateZExt(f.b.CreateBitCast(set, f.b.getIntNTy(chunk_words_)), m.i64);
  llvm::Value* slot = f.stack(chunk_words_ * 8, 64);
  llvm::BasicBlock* fill = f.block("some_word");
  llvm::BasicBlock* some = f.block("word");
  llvm::BasicBlock* next_word = f.block("next_word");
  f.b.CreateCondBr(f.b.CreateICmpEQ(mask, f.int64(0)), next_chunk, fill);
  f.move_to(fill);
  f.b.CreateAlignedStore(all, slot, llvm::Align(64));
  f.b.CreateBr(some);
  f.move_to(some);
  llvm::PHINode* left = f.b.CreatePHI(m.i64, 2);
  left->addIncoming(mask, fill);
  llvm::Value* word = cttz(left);
  llvm::Value* bits =
      f.b.CreateAlignedLoad(m.i64, f.b.CreateInBoundsGEP(m.i64, slot, word), llvm::Align(8));
  llvm::Value* number = word;
  if (chunk != nullptr)
    number = f.b.CreateAdd(f.b.CreateNUWMul(chunk, f.int64(chunk_words_)), word);
  each_bit(f.b.CreateTrunc(f.b.CreateShl(number, 6), m.i32), bits, body, next_word);
  f.move_to(next_word);
  llvm::Value* others = f.b.CreateAnd(left, f.b.CreateSub(left, f.int64(1)));
  left->addIncoming(others, next_word);
  f.b.CreateCondBr(f.b.CreateICmpEQ(others, f.int64(0)), next_chunk, some);
}

// `bits` has one set. Ends in a branch to `next_word` once there is none left.
void KernelEmitter::each_bit(llvm::Value* first_row, llvm::Value* bits, const Body& body,
                             llvm::BasicBlock* next_word) {
  ModuleEmitter& m = f.m;
  llvm::BasicBlock* before = f.b.GetInsertBlock();
  llvm::BasicBlock* head = f.block("row");
  llvm::BasicBlock* next = f.block("next_row");
  f.b.CreateBr(head);
  f.move_to(head);
  llvm::PHINode* left = f.b.CreatePHI(m.i64, 2);
  left->addIncoming(bits, before);
  llvm::Value* row = f.b.CreateOr(first_row, f.b.CreateTrunc(cttz(left), m.i32));
  if (plan_.verify) verify(row, next);
  body(row, next);
  f.move_to(next);
  llvm::Value* others = f.b.CreateAnd(left, f.b.CreateSub(left, f.int64(1)));
  left->addIncoming(others, next);
  f.b.CreateCondBr(f.b.CreateICmpEQ(others, f.int64(0)), next_word, head);
}

}  // namespace pac::codegen
