// Pair grids: rows are listed in the squares of two columns' buckets; the lists of the input's
// squares are merged in the order of rows. What stands in a list is filtered by vectors of bytes,
// then its row's tests are made on keys (support.cpp).
#include "compiler/codegen/kernel.h"
#include "compiler/codegen/support_types.h"

namespace pac::codegen {

void KernelEmitter::begin_grid(const std::vector<ColumnKey>& keys) {
  ModuleEmitter& m = f.m;
  const match::PairGrid& grid = plan_.grid;
  llvm::Value* low = f.int64(0);
  std::vector<llvm::Value*> places;
  for (size_t i = 0; i < grid.bytes.size(); ++i) {
    const match::Buckets& buckets = grid.bytes[i];
    llvm::Value* bucket = slot_of(keys[buckets.column], {buckets.bounds, buckets.optional});
    low = f.b.CreateOr(low, f.b.CreateShl(bucket, f.int64(8 * i)));
    ConstantMemory axis;
    axis.reserve(static_cast<uint32_t>(grid.axis[i].size()));
    axis.put(0, grid.axis[i].data(), static_cast<uint32_t>(grid.axis[i].size()));
    llvm::Value* place = at_address(m.i8, m.finish(axis, "axis"), bucket, 1, 1);
    places.push_back(f.b.CreateZExt(place, m.i64));
  }
  // The input's bytes as a record has them: its buckets, then 255 less each.
  query_ = f.stack(16, 16);
  f.b.CreateStore(low, query_);
  f.b.CreateStore(f.b.CreateNot(low), f.offset(query_, 8));
  const auto count = static_cast<uint32_t>(grid.grids.size());
  lists_ = f.stack(static_cast<uint32_t>(sizeof(pac_rt_lists) + count * sizeof(pac_rt_list)), 16);
  f.b.CreateStore(f.int32(count), lists_);
  for (uint32_t i = 0; i < count; ++i) {
    const match::PairGrid::Grid& pair = grid.grids[i];
    llvm::Value* square = pair.a == ir::kNone ? f.int64(0) : places[pair.a];
    square = f.b.CreateNUWMul(square, f.int64(pair.width));
    if (pair.b != ir::kNone) square = f.b.CreateAdd(square, places[pair.b]);
    llvm::Value* first = f.b.CreateInBoundsGEP(m.i32, m.table(pair.first, "squares"), square);
    llvm::Value* list = f.offset(lists_, offsetof(pac_rt_lists, lists) + i * sizeof(pac_rt_list));
    f.b.CreateStore(f.b.CreateLoad(m.i32, first), f.offset(list, offsetof(pac_rt_list, next)));
    f.b.CreateStore(f.b.CreateLoad(m.i32, f.offset(first, 4)),
                    f.offset(list, offsetof(pac_rt_list, end)));
    f.b.CreateStore(f.int32(PAC_NO_RULE), f.offset(list, offsetof(pac_rt_list, row)));
  }
  store_keys(keys);
  plan_grid_tables();
}

// What the tests of a row ask for: numbers, and whether there is one.
void KernelEmitter::store_keys(const std::vector<ColumnKey>& keys) {
  ModuleEmitter& m = f.m;
  const auto count = static_cast<uint32_t>(keys.size());
  keys_ = f.stack(count * 8, 16);
  missing_ = f.stack(count, 16);
  for (uint32_t i = 0; i < count; ++i) {
    llvm::Value* missing = keys[i].present == nullptr
                               ? static_cast<llvm::Value*>(llvm::ConstantInt::get(m.i8, 0))
                               : f.b.CreateZExt(f.b.CreateNot(keys[i].present), m.i8);
    f.b.CreateStore(keys[i].key, f.offset(keys_, uint64_t{i} * 8));
    f.b.CreateStore(missing, f.offset(missing_, i));
  }
}

void KernelEmitter::plan_grid_tables() {
  ModuleEmitter& m = f.m;
  const match::PairGrid& grid = plan_.grid;
  ConstantMemory records;
  const auto size = static_cast<uint32_t>(grid.records.size() * sizeof grid.records[0]);
  records.reserve(size);
  records.put(0, grid.records.data(), size);
  records_ = m.finish(records, "grid_records", 64);
  grid_rows_ = m.table(grid.rows, "grid_rows");
  first_check_ = m.table(plan_.checks.first, "first_check");
  ConstantMemory checks;
  checks.reserve(static_cast<uint32_t>((plan_.checks.checks.size() + 1) * sizeof(pac_rt_check)));
  uint32_t at = 0;
  for (const match::Check& check : plan_.checks.checks) {
    const pac_rt_check one{check.low,
                           check.high,
                           check.column,
                           static_cast<uint8_t>(check.missing ? 1 : 0),
                           static_cast<uint8_t>(check.more ? 1 : 0),
                           0};
    checks.put(at, &one, sizeof one);
    at += static_cast<uint32_t>(sizeof one);
  }
  checks_ = m.finish(checks, "checks", 64);
}

void KernelEmitter::each_of_grid(const Body& body) {
  llvm::BasicBlock* next = f.block("next_of_grid");
  llvm::BasicBlock* some = f.block("row");
  llvm::BasicBlock* done = f.block("no_more_rows");
  f.b.CreateBr(next);
  f.move_to(next);
  llvm::Value* row = f.call("pac_rt_next_of_grid", {lists_, query_, records_, grid_rows_, keys_,
                                                    missing_, first_check_, checks_});
  f.b.CreateCondBr(f.b.CreateICmpEQ(row, f.int32(PAC_NO_RULE)), done, some);
  f.move_to(some);
  body(row, next);
  f.move_to(done);
}

}  // namespace pac::codegen
