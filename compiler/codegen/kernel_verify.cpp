// Candidates that rows of bits let through are compared with the cells of their tests.
#include <algorithm>
#include <bit>

#include "compiler/codegen/kernel.h"

namespace pac::codegen {

namespace {

bool contains(const match::Test& test, uint32_t cell) {
  return std::ranges::any_of(test.cells, [&](const match::CellRange& range) {
    return cell >= range.first && cell <= range.last;
  });
}

}  // namespace

// Whether the bits say for each cell what the tests say.
bool KernelEmitter::is_exact(size_t number) const {
  const match::BitColumn& bits = plan_.bits[number];
  constexpr uint32_t kMostCells = 128;  // columns of more have several cells to a row of bits
  const uint32_t cells = plan_.table.columns[bits.column].cell_count();
  if (cells > kMostCells) return false;
  for (size_t row = 0; row < plan_.table.rows.size(); ++row) {
    for (const match::Test& test : plan_.table.rows[row].tests) {
      if (test.column != bits.column) continue;
      for (uint32_t cell = 0; cell < cells; ++cell) {
        const uint64_t at = uint64_t{row_of_[number][cell]} * plan_.words_per_row + row / 64;
        if (((bits.words[at] >> row % 64 & 1) != 0) != contains(test, cell)) return false;
      }
    }
  }
  return true;
}

void KernelEmitter::plan_records() {
  const match::Table& table = plan_.table;
  std::vector<uint32_t> lane_of(table.columns.size(), 0);
  for (size_t i = 0; i < plan_.bits.size(); ++i) {
    if (is_exact(i)) lane_of[plan_.bits[i].column] = ir::kNone;
  }
  uint32_t most_cells = 0;
  for (uint32_t column = 0; column < table.columns.size(); ++column) {
    if (lane_of[column] == ir::kNone) continue;
    lane_of[column] = static_cast<uint32_t>(lanes_.size());
    lanes_.push_back(column);
    most_cells = std::max(most_cells, table.columns[column].cell_count());
  }
  if (lanes_.empty()) return;
  // Cells of 16 bits are shifted, so that their order is that of signed numbers.
  const bool is_short = most_cells < 65536;
  lane_ = is_short ? llvm::Type::getInt16Ty(f.m.context) : f.m.i32;
  const uint32_t size = is_short ? 2 : 4;
  const auto lanes = static_cast<uint32_t>(lanes_.size());
  lane_count_ = std::bit_ceil(std::max(2 * lanes, 8u));
  const uint32_t shift = is_short ? 32768 : 0;
  const uint32_t least = is_short ? 0x8000u : 0x80000000u;
  ConstantMemory memory;
  memory.reserve(static_cast<uint32_t>(table.rows.size()) * lane_count_ * size);
  std::vector<uint32_t> several(table.rows.size(), 0);
  std::vector<uint32_t> lists{0};  // place 0 stands for none
  uint32_t at = 0;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    std::vector<uint32_t> record(lane_count_, least);
    std::vector<uint32_t> list;
    uint32_t listed = 0;
    for (const match::Test& test : table.rows[row].tests) {
      const uint32_t lane = lane_of[test.column];
      if (lane == ir::kNone) continue;
      const bool never = test.cells.empty();
      const uint32_t first = never ? most_cells : test.cells.front().first;
      const uint32_t last = never ? 0 : test.cells.back().last;
      record[lane] = first - shift;
      record[lanes + lane] = ~(last - shift);
      if (test.cells.size() < 2) continue;
      ++listed;
      list.insert(list.end(), {lane, static_cast<uint32_t>(test.cells.size())});
      for (const match::CellRange& range : test.cells)
        list.insert(list.end(), {range.first, range.last});
    }
    for (const uint32_t value : record) {
      memory.put(at, &value, size);
      at += size;
    }
    if (listed == 0) continue;
    several[row] = static_cast<uint32_t>(lists.size());
    lists.push_back(listed);
    lists.insert(lists.end(), list.begin(), list.end());
  }
  records_ = f.m.finish(memory, "records", 64);
  if (lists.size() == 1) return;
  several_ = f.m.table(several, "several");
  ranges_ = f.m.table(lists, "ranges");
}

void KernelEmitter::emit_query() {
  const bool is_short = lane_->getBitWidth() == 16;
  const auto lanes = static_cast<uint32_t>(lanes_.size());
  query_ = llvm::Constant::getNullValue(llvm::FixedVectorType::get(lane_, lane_count_));
  for (uint32_t i = 0; i < lanes; ++i) {
    llvm::Value* cell = f.b.CreateTrunc(cells_[i], lane_);
    if (is_short) cell = f.b.CreateXor(cell, llvm::ConstantInt::get(lane_, 0x8000));
    query_ = f.b.CreateInsertElement(query_, cell, uint64_t{i});
    query_ = f.b.CreateInsertElement(query_, f.b.CreateNot(cell), uint64_t{lanes + i});
  }
  if (ranges_ == nullptr) return;
  cells_memory_ = f.stack(lanes * 4, 16);
  for (uint32_t i = 0; i < lanes; ++i)
    f.b.CreateStore(f.b.CreateTrunc(cells_[i], f.m.i32), f.offset(cells_memory_, uint64_t{i} * 4));
}

// Goes on where all tests of the row hold.
void KernelEmitter::verify(llvm::Value* row, llvm::BasicBlock* no) {
  if (lanes_.empty()) return;
  const uint32_t bytes = lane_count_ * lane_->getBitWidth() / 8;
  llvm::Value* place = f.b.CreateZExt(row, f.m.i64);
  llvm::Value* record = at_address(query_->getType(), records_, place, bytes, std::min(bytes, 64u));
  llvm::Value* holds = f.b.CreateICmpSLE(record, query_);
  llvm::Value* mask = f.b.CreateBitCast(holds, f.b.getIntNTy(lane_count_));
  llvm::BasicBlock* yes = f.block("verified");
  f.b.CreateCondBr(f.b.CreateICmpEQ(mask, llvm::Constant::getAllOnesValue(mask->getType())), yes,
                   no);
  f.move_to(yes);
  if (ranges_ == nullptr) return;
  llvm::Value* list = at_address(f.m.i32, several_, place, 4, 4);
  llvm::BasicBlock* look = f.block("several_ranges");
  llvm::BasicBlock* good = f.block("cells_hold");
  f.b.CreateCondBr(f.b.CreateICmpEQ(list, f.int32(0)), good, look);
  f.move_to(look);
  llvm::Value* from = f.b.CreateInBoundsGEP(f.m.i32, ranges_, f.b.CreateZExt(list, f.m.i64));
  llvm::Value* inside = f.call("pac_rt_cells_hold", {cells_memory_, from});
  f.b.CreateCondBr(f.b.CreateICmpNE(inside, f.int32(0)), good, no);
  f.move_to(good);
}

}  // namespace pac::codegen
