// The loops of blocks that are compiled once for each instruction set. Internal to runtime/match.
#pragma once

#include <cstdint>

#include "runtime/match/block.h"

namespace pac::match {

// The rows of bits of a block: column c of input i has words[c] + lines[c * kBlockInputs + i].
struct BlockLines {
  const uint64_t* words[kMaxColumns];
  const uint32_t* lines = nullptr;
  uint32_t columns = 0;
};

struct BlockLoops {
  // A column's places in BitColumn::words, by its window of cuts.
  void (*by_window)(const BlockColumn& column, const int64_t* keys, uint32_t count,
                    uint32_t* lines) noexcept;
  // Of rows of bits of two blocks (kBlockWords), and of one; null: one by one, by Loops::scan.
  void (*first_of_two)(const BlockLines& rows, uint32_t count, BlockFound* found) noexcept;
  void (*first_of_one)(const BlockLines& rows, uint32_t count, BlockFound* found) noexcept;
  bool (*outside)(const int64_t* numbers, uint32_t count, int64_t low, int64_t high) noexcept;
};

const BlockLoops& block_loops_of(Path path) noexcept;

}  // namespace pac::match
