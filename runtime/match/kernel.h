// The precompiled kernels: they find the candidates of a plan (plan.h) from the keys of one input,
// in the order of the table's rows, with the widest vectors that the machine has. Ready as soon as
// the plan is. A Search lives on the stack of one decision; it allocates nothing, throws nothing
// and locks nothing. One thread; the plan may be shared by any number of them.
#pragma once

#include <cstdint>

#include "runtime/match/plan.h"

namespace pac::match {

// Instruction sets that kernels are compiled for, each also in the same object.
enum class Path : uint8_t { plain, avx2, avx512 };
inline constexpr uint32_t kPathCount = 3;

const char* name(Path path);
bool is_supported(Path path);  // by this machine
Path best_path();

// The keys of one input, by column of the table; bit c of `missing`: the value of column c is
// missing, and its key counts for nothing.
struct Keys {
  int64_t key[kMaxColumns];
  uint64_t missing = 0;
};

struct Loops;  // paths.h

class Search {
 public:
  // Plan and keys outlive the search. The machine supports the path.
  Search(const Plan& plan, const Keys& keys, Path path) noexcept;

  // The next row whose tests hold, ascending; ir::kNone after the last.
  uint32_t next() noexcept;

 private:
  // Grids are made of pairs of at most eight columns, of single ones, and of none.
  static constexpr uint32_t kMaxLists =
      PairGrid::kBytes * (PairGrid::kBytes - 1) / 2 + PairGrid::kBytes + 1;
  struct List {
    uint32_t next, end;  // records that were not looked at
    uint32_t row;        // found and not given out yet, or kNone
  };

  bool is_missing(uint32_t column) const noexcept { return (keys_.missing >> column & 1) != 0; }
  bool holds(uint32_t row) const noexcept;
  uint32_t next_of_chain() noexcept;
  void start_rows() noexcept;
  uint32_t next_of_bits() noexcept;
  void start_grid() noexcept;
  uint32_t next_of_grid() noexcept;

  const Plan& plan_;
  const Keys& keys_;
  const Loops& loops_;
  uint32_t row_ = 0;  // chain: the next to test
  // Rows of bits: blocks looked at, where in the last one, and its candidates that are left.
  uint32_t block_ = 0, block_count_ = 0, column_count_ = 0, word_ = 8;
  uint64_t left_[8];
  const uint64_t* bits_[kMaxColumns];  // of this input's cells
  // Pair grid.
  uint32_t list_count_ = 0;
  List lists_[kMaxLists];
  PairGrid::Record input_;
};

}  // namespace pac::match
