// The cost model: what a search takes, estimated from the data that it would run over. Constants
// were measured on one machine and are the same everywhere, so that plans are, too.
#include <algorithm>
#include <bit>

#include "runtime/match/keys.h"
#include "runtime/match/paths.h"
#include "runtime/match/plan_parts.h"

namespace pac::match {

namespace {

constexpr uint32_t kSamples = 48;
constexpr uint64_t kSeed = 0x70616373616d706c;
// In nanoseconds. What the second-level cache does not hold is far.
constexpr uint64_t kNearBytes = uint64_t{2} << 20;
constexpr double kLookUp = 2;       // of a key in the cuts of a column,
constexpr double kHalving = 2;      // and each time that they are halved
constexpr double kBlockNear = 0.6;  // 512 bits of a column
constexpr double kBlockFar = 3;
constexpr double kVerifyNear = 10;  // a candidate
constexpr double kVerifyFar = 80;
constexpr double kList = 5;      // a list of a pair grid
constexpr double kRecord = 0.5;  // a record of it

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

// The first row that holds, or one past the last.
uint32_t first_hit(const Table& table, const std::vector<uint32_t>& cells) {
  const auto wants = [&](const Test& test) {
    return std::ranges::any_of(test.cells, [&](const CellRange& range) {
      return range.first <= cells[test.column] && cells[test.column] <= range.last;
    });
  };
  uint32_t row = 0;
  for (; row < table.rows.size(); ++row) {
    if (std::ranges::all_of(table.rows[row].tests, wants)) break;
  }
  return row;
}

// How far each sample is searched, in rows.
std::vector<uint32_t> ends_of(const Table& table, bool first_only) {
  std::vector<uint32_t> ends(kSamples, static_cast<uint32_t>(table.rows.size()));
  Sampler sampler(table);
  for (uint32_t i = 0; i < kSamples && first_only; ++i) {
    ends[i] = std::min(ends[i], first_hit(table, sampler.next()) + 1);
  }
  return ends;
}

double look_up_cost(size_t cuts) {
  return kLookUp + kHalving * static_cast<double>(std::bit_width(cuts));
}

// The tests of a row, as rows of `Checks`.
double verify_cost(const Table& table) {
  uint64_t tests = 0;
  for (const Row& row : table.rows) tests += row.tests.size();
  return tests * sizeof(Check) <= kNearBytes ? kVerifyNear : kVerifyFar;
}

// The AND of one row of bits a column, as far as the samples are searched.
double scan_cost(size_t columns, uint64_t bytes, const std::vector<uint32_t>& ends) {
  const double block = bytes <= kNearBytes ? kBlockNear : kBlockFar;
  uint64_t blocks = 0;
  for (const uint32_t end : ends) blocks += (end + kBlockRows - 1) / kBlockRows;
  return static_cast<double>(columns) * static_cast<double>(blocks) / kSamples * block;
}

}  // namespace

double cost_of_exact(const Table& table, uint64_t bytes, bool first_only) {
  double cost = scan_cost(table.columns.size(), bytes, ends_of(table, first_only));
  for (const Column& column : table.columns) cost += look_up_cost(column.cuts.size());
  return cost;
}

double cost_of_rows(const Plan& plan, bool first_only) {
  uint64_t bytes = 0;
  for (const BitColumn& bits : plan.bits) bytes += bits.words.size() * sizeof(uint64_t);
  const std::vector<uint32_t> ends = ends_of(plan.table, first_only);
  Sampler sampler(plan.table);
  std::vector<uint64_t> all(plan.words_per_row);
  uint64_t candidates = 0;
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
    // Whole words are near enough.
    for (uint32_t word = 0; word <= (ends[i] - 1) / 64; ++word) {
      candidates += static_cast<uint64_t>(std::popcount(all[word]));
    }
  }
  double cost = scan_cost(plan.bits.size(), bytes, ends);
  for (const BitColumn& bits : plan.bits) cost += look_up_cost(bits.bounds.size());
  return cost + static_cast<double>(candidates) / kSamples * verify_cost(plan.table);
}

double cost_of_grid(const Plan& plan, bool first_only) {
  const PairGrid& grid = plan.grid;
  const std::vector<uint32_t> ends = ends_of(plan.table, first_only);
  uint64_t records = 0;
  uint64_t candidates = 0;
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
      for (uint32_t place = first[0]; place < first[1] && grid.rows[place] < ends[i]; ++place) {
        const PairGrid::Record& record = grid.records[place];
        bool passes = true;
        for (uint32_t byte = 0; byte < grid.bytes.size(); ++byte) {
          passes = passes && record.low[byte] <= bucket[byte] &&
                   bucket[byte] <= 255u - record.high[byte];
        }
        ++records;
        candidates += passes ? 1 : 0;
      }
    }
  }
  double cost = static_cast<double>(grid.grids.size()) * kList;
  for (const Buckets& buckets : grid.bytes) cost += look_up_cost(buckets.bounds.size());
  return cost + static_cast<double>(records) / kSamples * kRecord +
         static_cast<double>(candidates) / kSamples * verify_cost(plan.table);
}

}  // namespace pac::match
