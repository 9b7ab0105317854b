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

// What a row's test of one column asks of the key, for kernels that test rows one by one.
struct Check {
  int64_t low = 0, high = 0;  // the key lies in low .. high,
  uint32_t column = 0;
  bool missing = false;  // or the value is missing where this is set (and in no range where it is),
  bool more = false;     // or the next check holds, which is of the same column
};

// All rows' tests: row r wants checks[first[r]] .. checks[first[r + 1] - 1].
struct Checks {
  std::vector<uint32_t> first;  // one a row, and one more
  std::vector<Check> checks;
};

struct Plan {
  Strategy strategy = Strategy::chain;
  std::string reason;  // of the choice, for people: figures that decided it
  Table table;
  uint32_t words_per_row = 0;   // exact_rows, coarse_rows: 64-bit words, a multiple of 8
  std::vector<BitColumn> bits;  // exact_rows, coarse_rows: columns with the fewest bits set first
  Checks checks;                // chain, and where `verify` is set
  bool verify = false;
  uint64_t bytes = 0;  // of the memory that all of it takes
};

struct Options {
  bool force = false;  // use `strategy` where it can be used at all; for tests and benchmarks
  Strategy strategy = Strategy::chain;
};

Plan make_plan(Table table, const Options& options);

const char* name(Strategy strategy);

}  // namespace pac::match
