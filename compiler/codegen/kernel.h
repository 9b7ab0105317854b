// Emits the kernel of a match plan (runtime/match/plan.h) into a function of a decision: loads the
// columns' keys, finds their cells, and from rows of bits the table's rows whose tests hold. Its
// code has a fixed size whatever the number of rules: the tables are constant data in the object.
// Cuts of small columns and the sizes of tables are constants in the code.
//
// Nothing here can fail or changes anything but the stack of the function. A value outside of its
// domain finds a wrong row, never memory that is not the table's. Internal to the folder; one
// kernel, one function, one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/codegen/function_emitter.h"
#include "runtime/match/plan.h"

namespace pac::codegen {

// A column's value in registers.
struct ColumnKey {
  llvm::Value* key = nullptr;      // i64
  llvm::Value* present = nullptr;  // i1; null where the column has no cell for a missing value
  ir::Range range;                 // of the key
};

// From keys to the numbers of slots: slot i holds the keys k with i cuts <= k; a missing value has
// the slot after these.
struct SlotMap {
  std::vector<int64_t> cuts;
  bool optional = false;
  uint32_t size() const { return static_cast<uint32_t>(cuts.size()) + 1 + (optional ? 1 : 0); }
};

class KernelEmitter {
 public:
  // The plan is not a chain, and outlives this.
  KernelEmitter(FunctionEmitter& function, const match::Plan& plan, std::string name);

  // Emits the loads and finds each column's row of bits; before anything below.
  void begin();

  // Without a branch: the first row that holds (i32; below room() even where there is none) and
  // whether there is none (i1).
  struct First {
    llvm::Value* row = nullptr;
    llvm::Value* none = nullptr;
  };
  bool can_tell_first() const {
    return plan_.strategy == match::Strategy::exact_rows && !plan_.verify &&
           word_count_ <= kMostUnrolled;
  }
  First first();
  llvm::Value* choose(llvm::Value* condition, llvm::Value* yes, llvm::Value* no);
  uint32_t room() const { return word_count_ * 64 + 1; }

  // Runs body(row, next) for each row that holds, in order: a branch to `next` goes on. Afterwards
  // the insertion point is where there are no more.
  using Body = std::function<void(llvm::Value* row, llvm::BasicBlock* next)>;
  void each(const Body& body);

 private:
  static constexpr uint32_t kMostUnrolled = 16;  // words of bits that are looked at in one go

  // kernel.cpp
  // By the slot's number where that costs little memory, else through a table.
  llvm::Value* line_at(llvm::Value* slot, const std::vector<uint32_t>& row_of,
                       const match::BitColumn& bits);
  std::vector<uint32_t> row_of_cells(const match::BitColumn& bits) const;
  llvm::Value* conjunction(llvm::Type* type, llvm::Value* chunk);
  void each_chunk(llvm::Value* chunk, const Body& body, llvm::BasicBlock* next_chunk);
  void each_bit(llvm::Value* first_row, llvm::Value* bits, const Body& body,
                llvm::BasicBlock* next_word);
  llvm::Value* cttz(llvm::Value* bits);
  llvm::Type* words(uint32_t count) { return llvm::FixedVectorType::get(f.m.i64, count); }

  // kernel_keys.cpp
  ColumnKey load_key(const match::Column& column);
  llvm::Value* text_key(const Value& text);
  llvm::Value* text_place(const Value& text, const match::Column& column);
  llvm::Value* saturated(llvm::Value* value);
  ir::Range range_of(const match::Column& column) const;

  // kernel_rank.cpp: the slot of a key, as an i64
  llvm::Value* slot_of(const ColumnKey& key, const SlotMap& map);
  llvm::Value* rank(const ColumnKey& key, const std::vector<int64_t>& cuts);
  llvm::Value* rank_few(llvm::Value* key, const std::vector<int64_t>& cuts);
  llvm::Value* rank_in_blocks(llvm::Value* key, const std::vector<int64_t>& cuts, llvm::Type* lane);
  llvm::Value* rank_by_bucket(llvm::Value* key, const std::vector<int64_t>& cuts, llvm::Type* lane);
  llvm::Value* rank_by_tree(llvm::Value* key, const std::vector<int64_t>& cuts, llvm::Type* lane);
  // How many of a block's cuts the key reaches.
  llvm::Value* count_reached(llvm::Value* keys, llvm::Value* block);
  llvm::Value* splat(llvm::Value* key, llvm::Type* lane);
  llvm::Constant* cut_table(const std::vector<int64_t>& values, llvm::Type* lane, const char* name);
  llvm::Value* at_address(llvm::Type* type, llvm::Value* table, llvm::Value* index,
                          uint32_t index_size, uint32_t align);
  // The address of the row of bits for a key; `bits` is a place in Plan::bits.
  llvm::Value* line_of(const ColumnKey& key, size_t bits);

  // kernel_verify.cpp: candidates against the cells of their tests
  void plan_records();
  bool is_exact(size_t bits) const;
  void emit_query();
  void verify(llvm::Value* row, llvm::BasicBlock* no);

  // kernel_grid.cpp
  void begin_grid(const std::vector<ColumnKey>& keys);
  void store_keys(const std::vector<ColumnKey>& keys);
  void plan_grid_tables();
  void each_of_grid(const Body& body);

  FunctionEmitter& f;
  const match::Plan& plan_;
  std::string name_;
  uint32_t word_count_ = 0;                    // of a row of bits as it lies in the object
  uint32_t chunk_words_ = 0;                   // of them that are looked at together
  std::vector<std::vector<uint32_t>> row_of_;  // one per BitColumn: row of bits by cell
  std::vector<llvm::Value*> lines_;            // one per BitColumn: the address of its row of bits
  uint32_t delay_ = 0;  // how late the slot that was made last is known: an order

  // Of rows of bits whose candidates are verified. A record holds for each column that the bits
  // don't settle the first cell of the test, then for each the complement of the last, so that one
  // comparison of vectors is enough.
  std::vector<uint32_t> lanes_;      // columns
  std::vector<llvm::Value*> cells_;  // of each column of `lanes_`, i64
  uint32_t lane_count_ = 0;          // of a record: a power of two
  llvm::IntegerType* lane_ = nullptr;
  llvm::Constant* records_ = nullptr;
  llvm::Constant* several_ = nullptr;    // u32 a row: where its tests of several ranges are listed
  llvm::Constant* ranges_ = nullptr;     // the lists; null: no row has such a test
  llvm::Value* query_ = nullptr;         // as a record
  llvm::Value* cells_memory_ = nullptr;  // u32 a lane, where some test has several ranges

  // Of a pair grid, which uses `records_` and `query_` (in memory), too.
  llvm::Value* lists_ = nullptr;
  llvm::Value* keys_ = nullptr;     // i64 a column
  llvm::Value* missing_ = nullptr;  // i8 a column
  llvm::Constant* grid_rows_ = nullptr;
  llvm::Constant* first_check_ = nullptr;
  llvm::Constant* checks_ = nullptr;
};

}  // namespace pac::codegen
