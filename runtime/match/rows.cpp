// Exact and coarse rows: for each column and each of its cells a row of bits that says which rows
// of the table want that cell or don't test the column.
#include <algorithm>
#include <bit>
#include <unordered_map>

#include "runtime/match/plan_parts.h"

namespace pac::match {

namespace {

constexpr uint32_t kVectorBits = 512;
constexpr uint32_t kCoarseBuckets = 64;
constexpr uint32_t kMaxCoarseColumns = 16;

// Bits of one column, cell after cell: what changes from one to the next.
class Sweep {
 public:
  // `buckets`: of each cell, or null where each is one.
  Sweep(const Table& table, uint32_t column, uint32_t cells, const std::vector<uint8_t>* buckets,
        uint32_t words)
      : cells_(cells), words_(words), row_(words, 0) {
    const auto row_count = static_cast<uint32_t>(table.rows.size());
    std::vector<uint32_t> counts(cells_ + 2, 0);
    for_each_flip(table, column, buckets, [&](uint32_t cell, uint32_t) { ++counts[cell + 1]; });
    for (uint32_t cell = 0; cell <= cells_; ++cell) counts[cell + 1] += counts[cell];
    first_ = counts;
    flips_.resize(counts[cells_ + 1]);
    for_each_flip(table, column, buckets,
                  [&](uint32_t cell, uint32_t row) { flips_[counts[cell]++] = row; });
    for (uint32_t row = 0; row < row_count; ++row) flip(row);
  }

  void run(BitColumn* out) {
    std::unordered_multimap<uint64_t, uint32_t> known;  // hash -> row of bits
    out->row_of.reserve(cells_);
    for (uint32_t cell = 0; cell < cells_; ++cell) {
      for (uint32_t i = first_[cell]; i < first_[cell + 1]; ++i) flip(flips_[i]);
      out->row_of.push_back(place_of(known, out));
    }
    out->words.shrink_to_fit();
  }

 private:
  // A row that tests the column is off before the first cell and flips where its ranges begin and
  // end.
  template <typename Visit>
  static void for_each_flip(const Table& table, uint32_t column,
                            const std::vector<uint8_t>* buckets, Visit visit) {
    for (uint32_t row = 0; row < table.rows.size(); ++row) {
      for (const Test& test : table.rows[row].tests) {
        if (test.column != column) continue;
        const std::vector<CellRange>& cells =
            buckets != nullptr ? in_buckets(test, *buckets) : test.cells;
        if (cells.empty() || cells.front().first != 0) visit(0, row);
        for (const CellRange& range : cells) {
          if (range.first != 0) visit(range.first, row);
          visit(range.last + 1, row);
        }
      }
    }
  }

  void flip(uint32_t row) { row_[row / 64] ^= uint64_t{1} << row % 64; }

  uint32_t place_of(std::unordered_multimap<uint64_t, uint32_t>& known, BitColumn* out) const {
    uint64_t hash = 0xcbf29ce484222325;
    for (const uint64_t word : row_) hash = std::rotl((hash ^ word) * 0x9e3779b97f4a7c15, 29);
    const auto [begin, end] = known.equal_range(hash);
    for (auto place = begin; place != end; ++place) {
      if (std::equal(row_.begin(), row_.end(), &out->words[size_t{place->second} * words_])) {
        return place->second;
      }
    }
    const auto fresh = static_cast<uint32_t>(out->words.size() / words_);
    known.emplace(hash, fresh);
    out->words.insert(out->words.end(), row_.begin(), row_.end());
    return fresh;
  }

  const uint32_t cells_;
  const uint32_t words_;
  std::vector<uint64_t> row_;
  std::vector<uint32_t> first_, flips_;  // by cell
};

// Of all cells.
double share_set(const BitColumn& bits, uint32_t words) {
  uint64_t set = 0;
  for (const uint32_t row : bits.row_of) {
    const uint64_t* const begin = &bits.words[size_t{row} * words];
    for (uint32_t i = 0; i < words; ++i) set += static_cast<uint64_t>(std::popcount(begin[i]));
  }
  return static_cast<double>(set) / static_cast<double>(bits.row_of.size());
}

// The columns that leave fewest rows come first.
void put_in_order(uint32_t words, std::vector<BitColumn>* made) {
  std::vector<std::pair<double, BitColumn>> keyed;
  for (BitColumn& bits : *made) {
    const double share = share_set(bits, words);
    keyed.emplace_back(share, std::move(bits));
  }
  std::ranges::stable_sort(keyed, {}, &std::pair<double, BitColumn>::first);
  for (size_t i = 0; i < keyed.size(); ++i) (*made)[i] = std::move(keyed[i].second);
}

}  // namespace

uint32_t words_of(const Table& table) {
  const auto rows = static_cast<uint32_t>(table.rows.size());
  return (rows + kVectorBits - 1) / kVectorBits * (kVectorBits / 64);
}

uint64_t exact_bytes(const Table& table) {
  uint64_t cells = 0;
  for (const Column& column : table.columns) cells += column.cell_count();
  return cells * words_of(table) * sizeof(uint64_t);
}

std::vector<BitColumn> make_exact_rows(const Table& table, uint32_t words) {
  std::vector<BitColumn> made;
  for (uint32_t column = 0; column < table.columns.size(); ++column) {
    BitColumn bits;
    bits.column = column;
    const uint32_t cells = table.columns[column].cell_count();
    Sweep(table, column, cells, nullptr, words).run(&bits);
    made.push_back(std::move(bits));
  }
  put_in_order(words, &made);
  return made;
}

std::vector<BitColumn> make_coarse_rows(const Table& table, uint32_t words, uint64_t max_bytes) {
  std::vector<BitColumn> made;
  for (uint32_t column = 0; column < table.columns.size(); ++column) {
    Buckets buckets = make_buckets(table, column, kCoarseBuckets);
    const std::vector<uint8_t> of_cells = buckets_of_cells(table.columns[column], buckets);
    BitColumn bits;
    bits.column = column;
    Sweep(table, column, buckets.count(), &of_cells, words).run(&bits);
    bits.bounds = std::move(buckets.bounds);
    made.push_back(std::move(bits));
  }
  put_in_order(words, &made);
  // Candidates are verified, so the columns that leave most rows can be done without.
  uint64_t bytes = 0;
  for (size_t i = 0; i < made.size(); ++i) {
    bytes += made[i].words.size() * sizeof(uint64_t);
    if (i >= kMaxCoarseColumns || (i > 0 && bytes > max_bytes)) made.resize(i);
  }
  return made;
}

}  // namespace pac::match
