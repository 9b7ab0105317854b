// Blocks: the rows of a table (table.h) that hold, for many inputs at once. Inputs come as columns
// of keys; each column of the table is looked up for a whole block before rows of bits are joined
// input by input, so that look-ups wait for each other as little as possible. It says of each input
// the first row whose tests hold, and whether another one's do: callers that need more ask a Search
// (kernel.h) or an engine.
//
// A BlockPlan is immutable, so any thread may read it. A BlockSearch is one thread's; it takes its
// memory when it is made and never throws or locks afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/match/kernel.h"
#include "runtime/match/plan.h"

namespace pac::match {

inline constexpr uint32_t kBlockInputs = 256;
// Beyond these rules of one decision rows of bits are no longer the best way, and there is no plan.
inline constexpr uint32_t kMaxBlockRules = 16'384;

// From keys to rows of bits, as places in BitColumn::words. `lines` is indexed by the key itself
// less `low` where `by_key`, else by how many cuts the key reaches. These are found in a window of
// kWindow cuts, which begins where the key's bucket says.
struct BlockColumn {
  static constexpr uint32_t kWindow = 8;
  bool by_key = false;
  bool by_window = false;
  uint32_t column = 0;           // of the table
  int64_t low = 0, high = 0;     // of what is looked up; keys beyond them count as these
  uint32_t shift = 0;            // bucket: key - low, shifted
  std::vector<uint32_t> starts;  // by bucket
  std::vector<int64_t> below;    // the number below each cut: a greater key reaches the cut
  std::vector<uint32_t> lines;
  uint32_t missing_line = 0;
};

struct BlockPlan {
  Plan plan;                         // exact or coarse rows
  std::vector<BlockColumn> columns;  // as Plan::bits
  // Of many rules the plan's table has its rows in another order than that of trying: those that
  // want nearly the same stand together, so that most blocks of bits have none for an input and
  // are passed over. `rank`: by row, its place in the order of trying; empty: its number.
  // `blocks`: by BitColumn and place of a row of bits / kBlockWords, which of its blocks have a
  // bit.
  std::vector<uint32_t> rank;
  std::vector<std::vector<uint32_t>> blocks;
};

// Null where there are too many rules, or nothing to look up. A strategy that is forced must be one
// of rows of bits.
std::unique_ptr<const BlockPlan> make_block_plan(Table table, const Options& options = {});

// Of a block's inputs, by column of the table. A value whose byte in `present` is 0 is missing, and
// its key counts for nothing; null: all are there.
struct BlockKeys {
  std::array<const int64_t*, kMaxColumns> key{};
  std::array<const uint8_t*, kMaxColumns> present{};
};

struct BlockFound {
  // The row of the plan's table that is tried first; ir::kNone: none holds.
  std::array<uint32_t, kBlockInputs> first;
  std::array<uint8_t, kBlockInputs> more;  // not 0: a later one holds as well
};

class BlockSearch {
 public:
  // The plan outlives the search. The machine supports the path.
  BlockSearch(const BlockPlan& plan, Path path);

  // `count` is at most kBlockInputs. Where `first_only`, `more` is left open.
  void find(const BlockKeys& keys, uint32_t count, bool first_only, BlockFound* found) noexcept;

 private:
  void find_one(const BlockKeys& keys, uint32_t input, bool first_only, BlockFound* found) noexcept;
  void find_in_blocks(const BlockKeys& keys, uint32_t input, bool first_only,
                      BlockFound* found) noexcept;
  bool holds(const BlockKeys& keys, uint32_t input, uint32_t row) const noexcept;

  const BlockPlan& plan_;
  const Path path_;
  std::vector<uint32_t> lines_;  // kBlockInputs a column, as BlockPlan::columns
};

// Whether some number of a column lies outside of low .. high. Any number of them.
bool lie_outside(Path path, const int64_t* numbers, uint32_t count, int64_t low,
                 int64_t high) noexcept;

}  // namespace pac::match
