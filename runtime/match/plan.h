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

#include <array>
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
  std::vector<int64_t> bounds;   // coarse_rows: the cuts that are kept, strictly ascending; between
                                 // them lie the buckets, a missing value has the last
  std::vector<uint32_t> row_of;  // one a cell; coarse_rows: one a bucket
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

// Buckets of a column, as in BitColumn.
struct Buckets {
  uint32_t column = 0;
  std::vector<int64_t> bounds;
  bool optional = false;
  uint32_t count() const { return static_cast<uint32_t>(bounds.size()) + 1 + (optional ? 1 : 0); }
  uint32_t missing() const { return static_cast<uint32_t>(bounds.size()) + 1; }
};

// pair_grid. Each row of the table stands in one grid, in the lists of all squares that its tests
// of the grid's two axes reach, in order; a list holds what the rows want of up to eight columns in
// 16 bytes each, which vectors compare with the input's at once.
struct PairGrid {
  static constexpr uint32_t kBytes = 8;
  // The lowest bucket that a row wants, and 255 less the highest one: it passes where none is above
  // the input's bytes, which are its bucket and 255 less it.
  struct Record {
    std::array<uint8_t, kBytes> low, high;
  };
  struct Grid {
    uint32_t a = ir::kNone, b = ir::kNone;  // in `bytes`; kNone: one wide
    uint32_t width = 1;                     // squares along b
    std::vector<uint32_t> first;            // of `records`; one a square, and one more
  };
  std::vector<Buckets> bytes;                  // of at most kBytes columns, at most 254 each
  std::vector<std::array<uint8_t, 256>> axis;  // by byte: bucket -> place along an axis
  std::vector<uint32_t> axis_size;             // by byte
  std::vector<Grid> grids;
  std::vector<Record> records;  // and some after the last that never pass
  std::vector<uint32_t> rows;   // of the table, one a record
};

struct Plan {
  Strategy strategy = Strategy::chain;
  std::string reason;  // of the choice, for people: figures that decided it
  Table table;
  uint32_t words_per_row = 0;   // exact_rows, coarse_rows: 64-bit words, a multiple of 8
  std::vector<BitColumn> bits;  // exact_rows, coarse_rows: columns with the fewest bits set first
  PairGrid grid;                // pair_grid
  Checks checks;                // chain, and where `verify` is set
  bool verify = false;
  uint64_t bytes = 0;  // of the memory that all of it takes
};

struct Options {
  bool force = false;  // use `strategy` where it can be used at all; for tests and benchmarks
  Strategy strategy = Strategy::chain;
  // The caller wants no rows beyond the first that holds (the hit policy `first`), so the cost
  // model counts no farther.
  bool first_only = false;
  // Of coarse rows: beyond that those columns go without that leave most rules. Less is for tests.
  uint64_t coarse_bytes = uint64_t{256} << 20;
};

Plan make_plan(Table table, const Options& options);

const char* name(Strategy strategy);

}  // namespace pac::match
