// The cost model: what a search takes, estimated from the data that it would run over. Constants
// were measured on one machine and are the same everywhere, so that plans are, too.
#include <algorithm>
#include <bit>

#include "runtime/match/keys.h"
#include "runtime/match/plan_parts.h"

namespace pac::match {

namespace {

constexpr uint32_t kSamples = 48;
constexpr uint64_t kSeed = 0x70616373616d706c;
// In nanoseconds.
constexpr double kLookUp = 6;       // of a key in the cuts of a column
constexpr double kBlockNear = 0.7;  // 512 bits of a column that the second-level cache holds
constexpr double kBlockFar = 2.2;   // that it does not
constexpr double kVerify = 12;      // a candidate
constexpr double kList = 9;         // a list of a pair grid
constexpr double kRecord = 1.2;     // a record of it
constexpr uint64_t kNearBytes = uint64_t{1} << 20;

// Every other input aims at a row: it has what the row wants, anything else at random.
class Sampler {
 public:
  explicit Sampler(const Table& table) : table_(table), cells_(table.columns.size()) {}

  // By column.
  const std::vector<uint32_t>& next() {
    for (size_t i = 0; i < cells_.size(); ++i) cells_[i] = below(table_.columns[i].cell_count());
    if ((++count_ & 1) == 0) return cells_;
    const Row& row = table_.rows[below(static_cast<uint32_t>(table_.rows.size()))];
    for (const Test& test : row.tests) {
      if (test.cells.empty()) continue;
      const CellRange range = test.cells[below(static_cast<uint32_t>(test.cells.size()))];
      cells_[test.column] = range.first + below(range.last - range.first + 1);
    }
    return cells_;
  }

 private:
  uint32_t below(uint32_t limit) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<uint32_t>((state_ >> 33) % limit);
  }

  const Table& table_;
  std::vector<uint32_t> cells_;
  uint64_t state_ = kSeed;
  uint32_t count_ = 0;
};

uint32_t bucket_of_cell(const Table& table, uint32_t column, const std::vector<int64_t>& bounds,
                        uint32_t missing, uint32_t cell) {
  const Column& of = table.columns[column];
  if (of.optional && cell == of.missing_cell()) return missing;
  return bucket_of(bounds, keys_of(of, {cell, cell}).low);
}

// The look-ups and the AND of one row of bits a column.
double scan_cost(size_t columns, uint32_t words, uint64_t bytes) {
  const double block = bytes <= kNearBytes ? kBlockNear : kBlockFar;
  return static_cast<double>(columns) * (kLookUp + words / 8 * block);
}

}  // namespace

double cost_of_exact(const Table& table, uint64_t bytes) {
  return scan_cost(table.columns.size(), words_of(table), bytes);
}

Cost cost_of_rows(const Plan& plan) {
  uint64_t bytes = 0;
  for (const BitColumn& bits : plan.bits) bytes += bits.words.size() * sizeof(uint64_t);
  Cost cost;
  cost.nanoseconds = scan_cost(plan.bits.size(), plan.words_per_row, bytes);
  Sampler sampler(plan.table);
  std::vector<uint64_t> all(plan.words_per_row);
  for (uint32_t i = 0; i < kSamples; ++i) {
    const std::vector<uint32_t>& cells = sampler.next();
    std::ranges::fill(all, ~uint64_t{0});
    for (const BitColumn& bits : plan.bits) {
      const uint32_t bucket =
          bucket_of_cell(plan.table, bits.column, bits.bounds,
                         static_cast<uint32_t>(bits.row_of.size()) - 1, cells[bits.column]);
      const uint64_t* const row = &bits.words[size_t{bits.row_of[bucket]} * plan.words_per_row];
      for (uint32_t word = 0; word < plan.words_per_row; ++word) all[word] &= row[word];
    }
    for (const uint64_t word : all) cost.candidates += std::popcount(word);
  }
  cost.candidates /= kSamples;
  cost.nanoseconds += cost.candidates * kVerify;
  return cost;
}

Cost cost_of_grid(const Plan& plan) {
  const PairGrid& grid = plan.grid;
  Cost cost;
  uint64_t records = 0;
  uint64_t lists = 0;
  Sampler sampler(plan.table);
  for (uint32_t i = 0; i < kSamples; ++i) {
    const std::vector<uint32_t>& cells = sampler.next();
    uint32_t bucket[PairGrid::kBytes + 1] = {};
    for (uint32_t byte = 0; byte < grid.bytes.size(); ++byte) {
      const Buckets& buckets = grid.bytes[byte];
      bucket[byte] = bucket_of_cell(plan.table, buckets.column, buckets.bounds, buckets.missing(),
                                    cells[buckets.column]);
    }
    for (const PairGrid::Grid& pair : grid.grids) {
      const uint32_t a = pair.a == ir::kNone ? 0 : grid.axis[pair.a][bucket[pair.a]];
      const uint32_t b = pair.b == ir::kNone ? 0 : grid.axis[pair.b][bucket[pair.b]];
      const uint32_t* const first = pair.first.data() + a * pair.width + b;
      records += first[1] - first[0];
      ++lists;
      for (uint32_t place = first[0]; place < first[1]; ++place) {
        bool passes = true;
        for (uint32_t byte = 0; byte < grid.bytes.size(); ++byte) {
          const PairGrid::Record& record = grid.records[place];
          passes = passes && record.low[byte] <= bucket[byte] &&
                   bucket[byte] <= 255u - record.high[byte];
        }
        cost.candidates += passes ? 1 : 0;
      }
    }
  }
  cost.candidates /= kSamples;
  cost.nanoseconds = static_cast<double>(grid.bytes.size()) * kLookUp +
                     static_cast<double>(lists) / kSamples * kList +
                     static_cast<double>(records) / kSamples * kRecord + cost.candidates * kVerify;
  return cost;
}

}  // namespace pac::match
