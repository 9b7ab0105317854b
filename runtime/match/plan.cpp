#include "runtime/match/plan.h"

#include <cmath>

#include "runtime/match/keys.h"
#include "runtime/match/plan_parts.h"

namespace pac::match {

namespace {

// Below so many rows the vector work of looking up cells costs more than testing them.
constexpr size_t kChainRows = 5;
// Exact rows as small as the first bound are best whatever the rules are; up to the second one they
// are estimated beside the others.
constexpr uint64_t kNearExactBytes = uint64_t{128} << 10;
constexpr uint64_t kMaxExactBytes = uint64_t{8} << 20;
// Below so many rules a pair grid has nothing to gain.
constexpr size_t kGridRows = 4'000;

uint64_t bytes_of(const Plan& plan) {
  uint64_t bytes =
      plan.table.columns.size() * sizeof(Column) + plan.table.rows.size() * sizeof(Row) +
      plan.checks.first.size() * sizeof(uint32_t) + plan.checks.checks.size() * sizeof(Check);
  for (const Column& column : plan.table.columns) {
    bytes += column.cuts.size() * sizeof(int64_t);
    for (const std::string& text : column.texts) bytes += sizeof(std::string) + text.size();
  }
  for (const Row& row : plan.table.rows) {
    bytes += row.tests.size() * sizeof(Test) + row.rest.size() * sizeof(ir::ExprId);
    for (const Test& test : row.tests) bytes += test.cells.size() * sizeof(CellRange);
  }
  for (const BitColumn& bits : plan.bits) {
    bytes += bits.row_of.size() * sizeof(uint32_t) + bits.words.size() * sizeof(uint64_t);
  }
  for (const PairGrid::Grid& pair : plan.grid.grids) bytes += pair.first.size() * sizeof(uint32_t);
  bytes += plan.grid.records.size() * sizeof(PairGrid::Record) +
           plan.grid.rows.size() * sizeof(uint32_t);
  return bytes;
}

std::string whole(double value) { return std::to_string(std::llround(value)); }

std::string kib(uint64_t bytes) { return std::to_string((bytes + 1023) / 1024) + " KiB"; }

void make_exact(Plan* plan) {
  plan->strategy = Strategy::exact_rows;
  plan->words_per_row = words_of(plan->table);
  plan->bits = make_exact_rows(plan->table, plan->words_per_row);
}

void make_coarse(Plan* plan, const Options& options) {
  plan->strategy = Strategy::coarse_rows;
  plan->words_per_row = words_of(plan->table);
  plan->bits = make_coarse_rows(plan->table, plan->words_per_row, options.coarse_bytes);
  plan->verify = true;
}

void make_grid(Plan* plan) {
  plan->strategy = Strategy::pair_grid;
  plan->words_per_row = 0;
  plan->bits.clear();
  plan->grid = make_pair_grid(plan->table);
  plan->verify = true;
}

void make_forced(Plan* plan, const Options& options) {
  const Strategy strategy = options.strategy;
  if (strategy == Strategy::exact_rows) make_exact(plan);
  if (strategy == Strategy::coarse_rows) make_coarse(plan, options);
  if (strategy == Strategy::pair_grid) make_grid(plan);
  plan->reason = "asked for";
}

// Exact rows are too large, or may be: the least estimate wins, an earlier one where they are
// equal.
void choose(Plan* plan, const Options& options, uint64_t exact) {
  const size_t rules = plan->table.rows.size();
  make_coarse(plan, options);
  const double coarse = cost_of_rows(*plan, options.first_only);
  double least = coarse;
  std::string others;
  if (rules >= kGridRows) {
    std::vector<BitColumn> bits = std::move(plan->bits);
    const uint32_t words = plan->words_per_row;
    make_grid(plan);
    const double grid = cost_of_grid(*plan, options.first_only);
    others += ", pair grid " + whole(grid);
    if (grid < least) {
      least = grid;
    } else {
      plan->strategy = Strategy::coarse_rows;
      plan->grid = PairGrid();
      plan->bits = std::move(bits);
      plan->words_per_row = words;
    }
  }
  if (exact <= kMaxExactBytes) {
    // What rows of bits take follows from their size alone.
    const double estimate = cost_of_exact(plan->table, exact, options.first_only);
    others += ", exact rows " + whole(estimate);
    if (estimate <= least) {
      plan->grid = PairGrid();
      plan->verify = false;
      make_exact(plan);
    }
  }
  plan->reason = std::to_string(rules) + " rules, exact rows would take " + kib(exact) +
                 "; estimated ns: coarse rows " + whole(coarse) + others;
}

}  // namespace

Checks make_checks(const Table& table) {
  Checks made;
  made.first.push_back(0);
  for (const Row& row : table.rows) {
    for (const Test& test : row.tests) {
      const Column& column = table.columns[test.column];
      for (const CellRange& range : test.cells) {
        const bool missing = column.optional && range.last == column.missing_cell();
        Check check{1, 0, test.column, missing, true};
        if (!missing || range.first != range.last) {
          const KeyRange keys = keys_of(column, {range.first, range.last - (missing ? 1 : 0)});
          check.low = keys.low;
          check.high = keys.high;
        }
        made.checks.push_back(check);
      }
      if (test.cells.empty()) made.checks.push_back({1, 0, test.column, false, true});
      made.checks.back().more = false;
    }
    made.first.push_back(static_cast<uint32_t>(made.checks.size()));
  }
  return made;
}

Plan make_plan(Table table, const Options& options) {
  Plan plan;
  plan.table = std::move(table);
  const size_t rows = plan.table.rows.size();
  const bool indexable = rows > 0 && !plan.table.columns.empty();
  const bool wanted = options.force ? options.strategy != Strategy::chain : rows > kChainRows;
  if (!indexable || !wanted) {
    plan.checks = make_checks(plan.table);
    plan.reason = indexable ? "few rules: testing each of them costs least"
                            : "no condition asks for one value of the input";
  } else if (options.force) {
    make_forced(&plan, options);
  } else if (const uint64_t exact = exact_bytes(plan.table); exact <= kNearExactBytes) {
    make_exact(&plan);
    plan.reason = std::to_string(rows) + " rules, exact rows take at most " + kib(exact);
  } else {
    choose(&plan, options, exact);
  }
  if (plan.verify) plan.checks = make_checks(plan.table);
  plan.bytes = bytes_of(plan);
  return plan;
}

const char* name(Strategy strategy) {
  switch (strategy) {
    case Strategy::chain:
      return "chain";
    case Strategy::exact_rows:
      return "exact rows";
    case Strategy::coarse_rows:
      return "coarse rows";
    case Strategy::pair_grid:
      return "pair grid";
  }
  return "";
}

}  // namespace pac::match
