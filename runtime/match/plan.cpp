#include "runtime/match/plan.h"

#include "runtime/match/keys.h"
#include "runtime/match/plan_parts.h"

namespace pac::match {

namespace {

// Below so many rows the vector work of looking up cells costs more than testing them.
constexpr size_t kChainRows = 5;

uint64_t bytes_of(const Plan& plan) {
  uint64_t bytes =
      plan.table.columns.size() * sizeof(Column) + plan.table.rows.size() * sizeof(Row) +
      plan.checks.first.size() * sizeof(uint32_t) + plan.checks.checks.size() * sizeof(Check);
  for (const Column& column : plan.table.columns) {
    bytes += column.cuts.size() * sizeof(int64_t);
    for (const std::string& text : column.texts) bytes += sizeof text + text.size();
  }
  for (const Row& row : plan.table.rows) {
    bytes += row.tests.size() * sizeof(Test) + row.rest.size() * sizeof(ir::ExprId);
    for (const Test& test : row.tests) bytes += test.cells.size() * sizeof(CellRange);
  }
  for (const BitColumn& bits : plan.bits) {
    bytes += bits.row_of.size() * sizeof(uint32_t) + bits.words.size() * sizeof(uint64_t);
  }
  return bytes;
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
  } else {
    plan.strategy = Strategy::exact_rows;
    plan.words_per_row = words_of(plan.table);
    plan.bits = make_exact_rows(plan.table, plan.words_per_row);
  }
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
