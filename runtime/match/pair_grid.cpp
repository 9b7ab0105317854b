// Pair grids: every row stands where two of its tests meet. Which two is chosen row by row: those
// that the fewest inputs pass, among the pairs that many rows choose, without too many copies.
#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "runtime/match/plan_parts.h"

namespace pac::match {

namespace {

constexpr uint32_t kByteBuckets = 253;  // and one of a missing value; 254 and 255 are no bucket
constexpr uint32_t kAxisPlaces = 64;    // along an axis, at most
constexpr uint32_t kMaxCopies = 16;     // of a row, in its grid
constexpr uint32_t kPadding = 4;        // records that a vector reads past the last
// A pair is a grid where at least this many rows want it, and one in so many of the rows.
constexpr size_t kMinPairRows = 16;
constexpr size_t kMinPairShare = 256;

// A place along an axis that a row wants, and the buckets there.
struct Spot {
  uint8_t place = 0;
  uint8_t low = 0, high = 0;
};

// What a row asks of one of the columns that have a byte.
struct Reach {
  uint32_t byte = 0;
  uint8_t low = 0, high = 0;  // of all its buckets
  double share = 1;           // of the axis
  uint32_t first_spot = 0, spot_count = 0;
};

using Pair = std::pair<uint32_t, uint32_t>;  // bytes, kNone for none

class GridMaker {
 public:
  explicit GridMaker(const Table& table) : table_(table) {}

  PairGrid make() {
    choose_bytes();
    reaches_.resize(table_.rows.size());
    for (size_t row = 0; row < table_.rows.size(); ++row) add_reaches(row);
    choose_pairs();
    fill();
    return std::move(grid_);
  }

 private:
  // The columns whose tests leave fewest rows over all rows.
  void choose_bytes() {
    std::vector<double> worth(table_.columns.size(), 0);
    for (const Row& row : table_.rows) {
      for (const Test& test : row.tests) {
        double cells = 0;
        for (const CellRange& range : test.cells) cells += range.last - range.first + 1;
        worth[test.column] += 1 - cells / table_.columns[test.column].cell_count();
      }
    }
    std::vector<uint32_t> order(worth.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](uint32_t i) { return worth[i]; });
    if (order.size() > PairGrid::kBytes) order.resize(PairGrid::kBytes);
    std::ranges::sort(order);
    byte_of_.assign(table_.columns.size(), ir::kNone);
    for (const uint32_t column : order) add_byte(column);
  }

  void add_byte(uint32_t column) {
    byte_of_[column] = static_cast<uint32_t>(grid_.bytes.size());
    Buckets buckets = make_buckets(table_, column, kByteBuckets);
    cells_.push_back(buckets_of_cells(table_.columns[column], buckets));
    // Places along the axis: as many buckets each as it takes.
    const uint32_t plain = buckets.count() - (buckets.optional ? 1 : 0);
    const uint32_t per_place = (plain + kAxisPlaces - 1) / kAxisPlaces;
    std::array<uint8_t, 256> axis{};
    for (uint32_t bucket = 0; bucket < plain; ++bucket) {
      axis[bucket] = static_cast<uint8_t>(bucket / per_place);
    }
    uint32_t size = axis[plain - 1] + 1u;
    if (buckets.optional) axis[buckets.missing()] = static_cast<uint8_t>(size++);
    grid_.axis.push_back(axis);
    grid_.axis_size.push_back(size);
    grid_.bytes.push_back(std::move(buckets));
  }

  void add_reaches(size_t row) {
    for (const Test& test : table_.rows[row].tests) {
      const uint32_t byte = byte_of_[test.column];
      if (byte == ir::kNone || test.cells.empty()) continue;
      Reach reach;
      reach.byte = byte;
      reach.low = cells_[byte][test.cells.front().first];
      reach.high = cells_[byte][test.cells.back().last];
      reach.first_spot = static_cast<uint32_t>(spots_.size());
      add_spots(test, byte, reach.first_spot);
      reach.spot_count = static_cast<uint32_t>(spots_.size()) - reach.first_spot;
      reach.share = static_cast<double>(reach.spot_count) / grid_.axis_size[byte];
      // Too wide to stand along this axis: its byte is all that is kept.
      if (reach.spot_count > kMaxCopies) spots_.resize(reach.first_spot);
      reaches_[row].push_back(reach);
    }
  }

  // Ranges that meet in one place are one there, so that no row is twice in a square.
  void add_spots(const Test& test, uint32_t byte, uint32_t first) {
    for (const CellRange& cells : test.cells) {
      const uint32_t last = cells_[byte][cells.last];
      for (uint32_t bucket = cells_[byte][cells.first]; bucket <= last; ++bucket) {
        const uint8_t place = grid_.axis[byte][bucket];
        const auto at = static_cast<uint8_t>(bucket);
        if (spots_.size() == first || spots_.back().place != place) {
          spots_.push_back({place, at, at});
        }
        spots_.back().high = std::max(spots_.back().high, at);
      }
    }
  }

  // The pair of a row's tests that the fewest inputs pass, among `allowed` where there are any.
  Pair best_pair(size_t row, const std::map<Pair, uint32_t>* allowed) const {
    Pair best{ir::kNone, ir::kNone};
    double least = 2;
    const auto weigh = [&](Pair pair, double share, uint32_t copies) {
      if (share >= least || copies > kMaxCopies) return;
      if (allowed != nullptr && !allowed->contains(pair)) return;
      best = pair;
      least = share;
    };
    for (const Reach& a : reaches_[row]) {
      weigh({a.byte, ir::kNone}, a.share, a.spot_count);
      for (const Reach& b : reaches_[row]) {
        if (a.byte >= b.byte) continue;
        weigh({a.byte, b.byte}, a.share * b.share, a.spot_count * b.spot_count);
      }
    }
    return best;
  }

  void choose_pairs() {
    std::map<Pair, size_t> wanted;
    for (size_t row = 0; row < reaches_.size(); ++row) ++wanted[best_pair(row, nullptr)];
    const size_t few = std::max(kMinPairRows, table_.rows.size() / kMinPairShare);
    for (const auto& [pair, count] : wanted) {
      if (count >= few || pair.first == ir::kNone) place_of(pair);
    }
    pair_of_.resize(reaches_.size());
    for (size_t row = 0; row < reaches_.size(); ++row) {
      pair_of_[row] = place_of(best_pair(row, &places_));
    }
  }

  uint32_t place_of(Pair pair) {
    const auto [place, is_new] = places_.emplace(pair, static_cast<uint32_t>(grid_.grids.size()));
    if (is_new) {
      PairGrid::Grid grid{pair.first, pair.second, 1, {}};
      const uint32_t height = pair.first == ir::kNone ? 1 : grid_.axis_size[pair.first];
      if (pair.second != ir::kNone) grid.width = grid_.axis_size[pair.second];
      grid.first.assign(size_t{height} * grid.width + 1, 0);
      grid_.grids.push_back(std::move(grid));
    }
    return place->second;
  }

  std::span<const Spot> spots_of(size_t row, uint32_t byte) const {
    static constexpr Spot kOnly{};
    if (byte == ir::kNone) return {&kOnly, 1};
    const auto reach = std::ranges::find(reaches_[row], byte, &Reach::byte);
    return {spots_.data() + reach->first_spot, reach->spot_count};
  }

  // visit(square, the spots on its two axes)
  template <typename Visit>
  void for_each_square(size_t row, Visit visit) {
    const PairGrid::Grid& grid = grid_.grids[pair_of_[row]];
    for (const Spot& a : spots_of(row, grid.a)) {
      for (const Spot& b : spots_of(row, grid.b)) visit(a.place * grid.width + b.place, a, b);
    }
  }

  // Lists of all grids one after the other, counted first and then filled in the order of the rows.
  void fill() {
    for (size_t row = 0; row < reaches_.size(); ++row) {
      auto& first = grid_.grids[pair_of_[row]].first;
      for_each_square(row, [&](uint32_t square, const Spot&, const Spot&) { ++first[square]; });
    }
    uint32_t next = 0;
    for (PairGrid::Grid& grid : grid_.grids) {
      for (uint32_t& first : grid.first) next += std::exchange(first, next);
    }
    grid_.records.resize(next + kPadding);
    grid_.rows.resize(next);
    std::vector<std::vector<uint32_t>> places;
    for (const PairGrid::Grid& grid : grid_.grids) places.push_back(grid.first);
    for (size_t row = 0; row < reaches_.size(); ++row) {
      PairGrid::Record record = record_of(row);
      const PairGrid::Grid& grid = grid_.grids[pair_of_[row]];
      for_each_square(row, [&](uint32_t square, const Spot& a, const Spot& b) {
        const uint32_t place = places[pair_of_[row]][square]++;
        narrow(grid.a, a, &record);
        narrow(grid.b, b, &record);
        grid_.records[place] = record;
        grid_.rows[place] = static_cast<uint32_t>(row);
      });
    }
    for (uint32_t i = next; i < next + kPadding; ++i) grid_.records[i].low.fill(255);
  }

  // To what the row wants in this square.
  static void narrow(uint32_t byte, const Spot& spot, PairGrid::Record* record) {
    if (byte == ir::kNone) return;
    record->low[byte] = spot.low;
    record->high[byte] = static_cast<uint8_t>(255 - spot.high);
  }

  PairGrid::Record record_of(size_t row) const {
    PairGrid::Record record;
    record.low.fill(0);
    record.high.fill(0);
    for (const Reach& reach : reaches_[row]) {
      record.low[reach.byte] = reach.low;
      record.high[reach.byte] = static_cast<uint8_t>(255 - reach.high);
    }
    return record;
  }

  const Table& table_;
  PairGrid grid_;
  std::vector<uint32_t> byte_of_;            // by column
  std::vector<std::vector<uint8_t>> cells_;  // by byte: cell -> bucket
  std::vector<Spot> spots_;                  // of all reaches
  std::vector<std::vector<Reach>> reaches_;  // by row
  std::map<Pair, uint32_t> places_;          // -> grid
  std::vector<uint32_t> pair_of_;            // by row: grid
};

}  // namespace

PairGrid make_pair_grid(const Table& table) { return GridMaker(table).make(); }

}  // namespace pac::match
