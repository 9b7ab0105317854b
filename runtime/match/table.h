// The normal form of a decision's rules: a table of columns and rows. A column reads one value of
// the input and cuts its line into cells; a row says which cells of which columns its rule wants,
// and which of its conditions are left to evaluate. Whatever the author wrote, an if-chain, a table
// or prioritised rules, plans (plan.h) and kernels see only this.
//
// The table says when a rule's conditions hold and leaves everything else to who asks: outcomes,
// hit policies, overlap, effects. It keeps the language's order of errors: a row's tests stand for
// the conditions before the first one that can fail, so they can be tested in any order and beside
// each other; `rest` holds that one and all after it, to be evaluated in order once the tests hold.
//
// Pure data and pure functions of the IR; immutable once made, so any thread may read it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::match {

// How a value becomes a key: a signed 64-bit number that has the order of the values.
enum class KeyKind : uint8_t {
  flag,     // boolean: 0 or 1
  number,   // integer, decimal stored in 64 bits, enumeration, effect, date, datetime, duration
  wide,     // decimal stored in 128 bits, saturated to 64; its cuts lie within them, so that a
            // cut tells the same of the key as of the value
  text,     // the first eight bytes, big endian, zeros after the end, highest bit flipped (texts
            // hold no U+0000, so the bytes of a text order as its key does, and a key tells texts
            // of fewer than eight bytes apart)
  text_id,  // the place of the text in `texts`, or their number where it isn't one of them
  ending,   // the place of the longest of `texts` that the text ends with, or their number where it
            // ends with none
};

struct Column {
  // What it reads: a field of the decision's input record, or where that is ir::kNone an
  // expression, which can't fail and uses no scratch memory.
  uint32_t slot = ir::kNone;
  ir::ExprId expr = ir::ExprId::none;
  ir::TypeId type = ir::TypeId::none;  // of what is read
  KeyKind key = KeyKind::number;
  bool optional = false;           // a missing value has a cell of its own, the last
  std::vector<int64_t> cuts;       // strictly ascending; cell i: the keys k with i cuts <= k
  std::vector<std::string> texts;  // no repeats; text_id: sorted by bytes, ending: from the end on
  std::vector<uint32_t> lengths;   // ending: which there are of texts, longest first
  uint32_t cell_count() const {
    return static_cast<uint32_t>(cuts.size()) + 1 + (optional ? 1 : 0);
  }
  uint32_t missing_cell() const { return static_cast<uint32_t>(cuts.size()) + 1; }
};

struct CellRange {  // inclusive
  uint32_t first = 0, last = 0;
  friend bool operator==(const CellRange&, const CellRange&) = default;
};

// The value's cell must lie in one of the ranges: sorted, disjoint, not adjacent. None: never
// holds. All cells: not a test, and not there.
struct Test {
  uint32_t column = 0;
  std::vector<CellRange> cells;
};

struct Row {
  uint32_t rule = 0;             // index in Decision::rules
  std::vector<Test> tests;       // ascending by column, at most one a column
  bool has_each = false;         // `for each`: the list and all conditions are left to evaluate
  std::vector<ir::ExprId> rest;  // conditions to evaluate where the tests hold, in order
};

struct Table {
  std::vector<Column> columns;  // each is tested by some row
  std::vector<Row> rows;        // in the order in which rules are tried (ir::try_order)
};

// Columns of one table. Beyond that those that most rules test stay, and the conditions on the
// others are evaluated.
inline constexpr uint32_t kMaxColumns = 64;
// Where cells may begin in one column, counted once for each rule that asks for it, and cell ranges
// of one test. A test beyond them is wider than its condition, which is then evaluated too.
inline constexpr uint32_t kMaxCutUses = 4'000'000;
inline constexpr uint32_t kMaxTestRanges = 4'096;
// An expression, also a Boolean one, is a column where at least this many rules ask for it; one in
// so many of the rules.
inline constexpr uint32_t kMinExprUses = 2;
inline constexpr uint32_t kMinExprShare = 128;

// The same of an expression that reads all of a text or a list: one in so many of the rules.
inline constexpr uint32_t kMinSlowExprShare = 8;

// Lower ones are for tests, which could not make what is beyond them in good time.
struct Limits {
  uint32_t columns = kMaxColumns;
  uint32_t cut_uses = kMaxCutUses;
  uint32_t test_ranges = kMaxTestRanges;
};

// Of any decision, one row a rule; empty where it has none.
Table normalize(const ir::RuleSet& rule_set, const ir::Decision& decision,
                const Limits& limits = {});

}  // namespace pac::match
