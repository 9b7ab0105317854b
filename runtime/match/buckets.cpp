// Buckets: cells of a column put together, where all of them would be too many.
#include <algorithm>

#include "runtime/match/plan_parts.h"

namespace pac::match {

Buckets make_buckets(const Table& table, uint32_t column, uint32_t most) {
  const std::vector<int64_t>& cuts = table.columns[column].cuts;
  Buckets made{column, {}, table.columns[column].optional};
  const size_t bounds = std::min<size_t>(cuts.size(), most - 1);
  for (size_t i = 1; i <= bounds; ++i) {
    // Ascending, since there are at least as many cuts as bounds.
    made.bounds.push_back(cuts[i * cuts.size() / (bounds + 1)]);
  }
  if (bounds == cuts.size()) made.bounds = cuts;
  return made;
}

uint32_t bucket_of(const std::vector<int64_t>& bounds, int64_t key) noexcept {
  const int64_t* const data = bounds.data();
  size_t count = bounds.size();
  size_t reached = 0;
  while (count > 0) {
    const size_t half = (count + 1) / 2;
    reached += data[reached + half - 1] <= key ? half : 0;
    count -= half;
  }
  return static_cast<uint32_t>(reached);
}

std::vector<uint8_t> buckets_of_cells(const Column& column, const Buckets& buckets) {
  std::vector<uint8_t> made(column.cell_count(), 0);
  size_t bucket = 0;
  for (size_t cell = 1; cell <= column.cuts.size(); ++cell) {
    const bool next =
        bucket < buckets.bounds.size() && buckets.bounds[bucket] == column.cuts[cell - 1];
    bucket += next ? 1 : 0;
    made[cell] = static_cast<uint8_t>(bucket);
  }
  if (column.optional) made.back() = static_cast<uint8_t>(buckets.missing());
  return made;
}

std::vector<CellRange> in_buckets(const Test& test, const std::vector<uint8_t>& bucket_of_cell) {
  std::vector<CellRange> made;
  for (const CellRange& cells : test.cells) {
    const CellRange range{bucket_of_cell[cells.first], bucket_of_cell[cells.last]};
    if (!made.empty() && range.first <= made.back().last + 1) {
      made.back().last = std::max(made.back().last, range.last);
    } else {
      made.push_back(range);
    }
  }
  return made;
}

}  // namespace pac::match
