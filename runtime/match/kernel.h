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

class Search {
 public:
  // Plan and keys outlive the search.
  Search(const Plan& plan, const Keys& keys, Path path) noexcept;

  // The next candidate, ascending, whose tests hold; ir::kNone after the last.
  uint32_t next() noexcept;

 private:
  uint32_t next_of_chain() noexcept;
  uint32_t next_of_bits() noexcept;
  bool holds(uint32_t row) const noexcept;

  const Plan& plan_;
  const Keys& keys_;
  const Path path_;
  uint32_t row_ = 0;                      // chain: the next to test
  uint32_t block_ = 0, block_count_ = 0;  // of 512 rows: the next to look at
  uint32_t base_ = 0;                     // the first row of `left_`
  uint32_t column_count_ = 0;
  uint64_t left_[8] = {};              // candidates of the block looked at last
  const uint64_t* bits_[kMaxColumns];  // the rows of bits of this input's cells
};

}  // namespace pac::match
