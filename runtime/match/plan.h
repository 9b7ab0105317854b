// How the rows of a table (table.h) that hold are found: the strategy that the cost model chose,
// and its data. Kernels read it: those of this folder, which are compiled with the runtime, and the
// ones that native code emits with the plan's numbers as constants.
//
// Every strategy gives candidates in the order of the table's rows. A candidate's tests hold unless
// the plan says `verify`, then the kernel still has to test its record. What a row leaves to
// evaluate (`rest`) is always up to the caller.
//
// Immutable once made, so any thread may read it. The same table gives the same plan on any
// machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/match/table.h"

namespace pac::match {

enum class Strategy : uint8_t {
  chain,        // rule by rule; few rules, or nothing to index
  exact_rows,   // a bit per row and cell; the AND of one row of bits a column is the answer
  coarse_rows,  // the same over buckets of cells; candidates are verified
  pair_grid,    // records listed by the cells of two columns; candidates are verified
};

// One column's bits: cell -> row of bits, which cells with equal bits share.
struct BitColumn {
  uint32_t column = 0;           // of the table
  std::vector<uint32_t> row_of;  // one a cell
  std::vector<uint64_t> words;   // rows of Plan::words_per_row; bit r of a row: row r of the table
};

struct Plan {
  Strategy strategy = Strategy::chain;
  std::string reason;  // of the choice, for people: figures that decided it
  Table table;
  uint32_t words_per_row = 0;   // exact_rows, coarse_rows: 64-bit words, a multiple of 8
  std::vector<BitColumn> bits;  // exact_rows, coarse_rows: columns with the fewest bits set first
  bool verify = false;
};

struct Options {
  bool force = false;  // use `strategy` where it can be used at all; for tests and benchmarks
  Strategy strategy = Strategy::chain;
};

Plan make_plan(Table table, const Options& options);

const char* name(Strategy strategy);

}  // namespace pac::match
