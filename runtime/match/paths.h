// The inner loops of kernels, compiled once for each instruction set. Internal to runtime/match.
#pragma once

#include <cstdint>

#include "runtime/match/kernel.h"

namespace pac::match {

inline constexpr uint32_t kBlockWords = 8;  // of rows of bits, looked at at once
inline constexpr uint32_t kBlockRows = kBlockWords * 64;

struct Loops {
  // The first block from `block` on in which some row is set in all columns: its words go to `out`;
  // `blocks` where there is none.
  uint32_t (*scan)(const uint64_t* const* bits, uint32_t columns, uint32_t block, uint32_t blocks,
                   uint64_t* out) noexcept;
  // The first record from `next` on that passes for the input; `end` where there is none. Reads up
  // to three records past `end`.
  uint32_t (*filter)(const PairGrid::Record* records, uint32_t next, uint32_t end,
                     const PairGrid::Record& input) noexcept;
};

const Loops& loops_of(Path path) noexcept;

}  // namespace pac::match
