// Random tables for the tests of plans and kernels, and the plain way to find their rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "runtime/match/kernel.h"
#include "runtime/match/keys.h"

namespace pac::test {

// Small and repeatable; std's distributions differ between libraries.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ * 0x2545f4914f6cdd1d;
  }
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(next() % limit); }
  bool percent(uint32_t chance) { return below(100) < chance; }

 private:
  uint64_t state_;
};

struct Shape {
  uint32_t columns = 4;
  uint32_t rows = 10;
  uint32_t cuts = 20;            // at most, a column
  uint32_t test_chance = 50;     // per cent of rows and columns
  uint32_t missing_chance = 30;  // columns that may be missing
  uint32_t never_chance = 2;
  uint32_t wide_chance = 20;  // tests of about half of all cells
};

inline std::vector<match::CellRange> random_cells(Dice& dice, const Shape& shape, uint32_t count) {
  if (dice.percent(shape.never_chance)) return {};
  std::vector<bool> in(count, false);
  const uint32_t ranges = dice.percent(70) ? 1 : 1 + dice.below(4);
  for (uint32_t i = 0; i < ranges; ++i) {
    const uint32_t first = dice.below(count);
    const uint32_t width = dice.percent(shape.wide_chance) ? count / 2 : dice.below(3);
    for (uint32_t cell = first; cell < std::min(count, first + width + 1); ++cell) in[cell] = true;
  }
  std::vector<match::CellRange> cells;
  for (uint32_t cell = 0; cell < count; ++cell) {
    if (!in[cell]) continue;
    if (cells.empty() || cells.back().last + 1 != cell) cells.push_back({cell, cell});
    cells.back().last = cell;
  }
  if (cells.size() == 1 && cells[0] == match::CellRange{0, count - 1}) cells[0].last = count - 2;
  return cells;
}

inline match::Table random_table(Dice& dice, const Shape& shape) {
  match::Table table;
  for (uint32_t c = 0; c < shape.columns; ++c) {
    match::Column column;
    column.slot = c;
    column.optional = dice.percent(shape.missing_chance);
    const uint32_t cuts = 1 + dice.below(shape.cuts);
    for (uint32_t i = 0; i < cuts; ++i) {
      const auto cut = dice.percent(5) ? static_cast<int64_t>(dice.next())
                                       : static_cast<int64_t>(dice.below(10 * shape.cuts));
      column.cuts.push_back(std::max(cut, match::kLeastKey + 1));
    }
    if (dice.percent(10)) column.cuts.push_back(match::kMostKey);
    std::ranges::sort(column.cuts);
    column.cuts.erase(std::unique(column.cuts.begin(), column.cuts.end()), column.cuts.end());
    table.columns.push_back(std::move(column));
  }
  for (uint32_t r = 0; r < shape.rows; ++r) {
    match::Row row;
    row.rule = r;
    for (uint32_t c = 0; c < shape.columns; ++c) {
      if (!dice.percent(shape.test_chance)) continue;
      row.tests.push_back({c, random_cells(dice, shape, table.columns[c].cell_count())});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Often at a cut or beside it, and often what some row wants.
inline match::Keys random_keys(Dice& dice, const match::Table& table) {
  match::Keys keys;
  const match::Row* const aim =
      dice.percent(60) ? &table.rows[dice.below(static_cast<uint32_t>(table.rows.size()))]
                       : nullptr;
  for (uint32_t c = 0; c < table.columns.size(); ++c) {
    const match::Column& column = table.columns[c];
    uint32_t cell = dice.below(column.cell_count());
    for (const match::Test& test : aim != nullptr ? aim->tests : std::vector<match::Test>{}) {
      if (test.column != c || test.cells.empty()) continue;
      const match::CellRange range =
          test.cells[dice.below(static_cast<uint32_t>(test.cells.size()))];
      cell = range.first + dice.below(range.last - range.first + 1);
    }
    if (column.optional && cell == column.missing_cell()) {
      keys.missing |= uint64_t{1} << c;
      keys.key[c] = static_cast<int64_t>(dice.next());
      continue;
    }
    const match::KeyRange range = match::keys_of(column, {cell, cell});
    keys.key[c] = dice.percent(50) ? range.low : range.high;
  }
  return keys;
}

// Row by row, by the cells alone.
inline std::vector<uint32_t> plain_rows(const match::Table& table, const match::Keys& keys) {
  std::vector<uint32_t> cells;
  for (uint32_t c = 0; c < table.columns.size(); ++c) {
    const match::Column& column = table.columns[c];
    const auto reached = std::ranges::upper_bound(column.cuts, keys.key[c]) - column.cuts.begin();
    const bool missing = (keys.missing >> c & 1) != 0;
    cells.push_back(missing ? column.missing_cell() : static_cast<uint32_t>(reached));
  }
  std::vector<uint32_t> found;
  for (uint32_t r = 0; r < table.rows.size(); ++r) {
    bool holds = true;
    for (const match::Test& test : table.rows[r].tests) {
      const uint32_t cell = cells[test.column];
      holds = holds && std::ranges::any_of(test.cells, [&](const match::CellRange& range) {
                return range.first <= cell && cell <= range.last;
              });
    }
    if (holds) found.push_back(r);
  }
  return found;
}

inline std::vector<uint32_t> searched_rows(const match::Plan& plan, const match::Keys& keys,
                                           match::Path path) {
  std::vector<uint32_t> found;
  match::Search search(plan, keys, path);
  for (uint32_t row = search.next(); row != ir::kNone; row = search.next()) found.push_back(row);
  return found;
}

}  // namespace pac::test
