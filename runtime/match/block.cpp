#include "runtime/match/block.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "runtime/base/check.h"
#include "runtime/match/block_loops.h"
#include "runtime/match/keys.h"
#include "runtime/match/paths.h"
#include "runtime/match/plan_parts.h"

namespace pac::match {

namespace {

static_assert(kMaxBlockRules <= 32 * kBlockRows, "a bit for each block of a row of bits");

// Exact rows up to this stay in the second-level cache beside the inputs.
constexpr uint64_t kMaxExactBytes = uint64_t{1} << 20;
// Keys of so small a range index a table.
constexpr uint64_t kMaxDirect = 4'096;
constexpr uint64_t kMaxBuckets = 16'384;

uint64_t distance(int64_t low, int64_t high) {
  return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
}

// By the widest buckets in which no more cuts begin than a window holds.
bool make_windows(const std::vector<int64_t>& cuts, BlockColumn* out) {
  const uint64_t span = distance(cuts.front(), cuts.back());
  uint32_t shift = 0;
  while (span >> shift >= kMaxBuckets) ++shift;
  bool found = false;
  for (; shift < 64; ++shift) {
    std::vector<uint32_t> starts;
    size_t next = 0, longest = 0;
    for (uint64_t bucket = 0; bucket <= span >> shift; ++bucket) {
      const size_t begin = next;
      while (next < cuts.size() && distance(cuts.front(), cuts[next]) >> shift == bucket) ++next;
      starts.push_back(static_cast<uint32_t>(begin));
      longest = std::max(longest, next - begin);
    }
    if (longest > BlockColumn::kWindow) break;
    found = true;
    out->shift = shift;
    out->starts = std::move(starts);
  }
  return found;
}

void make_lookup(const std::vector<int64_t>& cuts, const std::vector<uint32_t>& lines,
                 BlockColumn* out) {
  if (cuts.empty()) {
    out->by_key = true;  // of one key: all count as it
    out->lines = lines;
    return;
  }
  const uint64_t span = distance(cuts.front(), cuts.back());
  if (span + 1 < kMaxDirect) {
    out->by_key = true;
    out->low = cuts.front() - 1;  // a cut is never the least key
    out->high = cuts.back();
    size_t reached = 0;
    for (uint64_t i = 0; i <= span + 1; ++i) {
      const auto key = static_cast<int64_t>(static_cast<uint64_t>(out->low) + i);
      while (reached < cuts.size() && cuts[reached] <= key) ++reached;
      out->lines.push_back(lines[reached]);
    }
    return;
  }
  out->low = cuts.front();
  out->high = cuts.back();
  for (const int64_t cut : cuts) out->below.push_back(cut - 1);
  out->by_window = make_windows(cuts, out);
  // No key is greater than what fills a window up.
  out->below.insert(out->below.end(), BlockColumn::kWindow, kMostKey);
  out->lines = lines;
}

BlockColumn make_column(const Plan& plan, const BitColumn& bits) {
  const Column& column = plan.table.columns[bits.column];
  const std::vector<int64_t>& cuts = plan.verify ? bits.bounds : column.cuts;
  BlockColumn made;
  made.column = bits.column;
  const auto line = [&](size_t cell) { return bits.row_of[cell] * plan.words_per_row; };
  // Cells side by side that share their bits become one.
  std::vector<int64_t> kept;
  std::vector<uint32_t> lines{line(0)};
  for (size_t i = 0; i < cuts.size(); ++i) {
    if (line(i + 1) == lines.back()) continue;
    kept.push_back(cuts[i]);
    lines.push_back(line(i + 1));
  }
  make_lookup(kept, lines, &made);
  made.missing_line = line(column.optional ? cuts.size() + 1 : 0);
  return made;
}

void find_lines(const BlockColumn& column, const BlockLoops& loops, const int64_t* keys,
                uint32_t count, uint32_t* lines) noexcept {
  if (column.by_key) {
    const uint64_t last = column.lines.size() - 1;
    for (uint32_t i = 0; i < count; ++i) {
      const int64_t key = std::max(keys[i], column.low);
      lines[i] = column.lines[std::min(distance(column.low, key), last)];
    }
  } else if (column.by_window) {
    loops.by_window(column, keys, count, lines);
  } else {
    const size_t cuts = column.below.size() - BlockColumn::kWindow;
    for (uint32_t i = 0; i < count; ++i) {
      // How many of `below` are less than the key: halves without a branch on what is compared.
      size_t left = cuts, reached = 0;
      while (left > 0) {
        const size_t half = (left + 1) / 2;
        reached += column.below[reached + half - 1] < keys[i] ? half : 0;
        left -= half;
      }
      lines[i] = column.lines[reached];
    }
  }
}

// The share of a column's cells that a test takes.
double share_of(const Table& table, const Test& test) {
  uint32_t cells = 0;
  for (const CellRange& range : test.cells) cells += range.last - range.first + 1;
  return static_cast<double>(cells) / table.columns[test.column].cell_count();
}

// Puts rows side by side that want nearly the same cells of the column in which they are choosiest.
void put_together(Table* table, std::vector<uint32_t>* rank) {
  struct Place {
    uint32_t column = 0, first = 0, last = 0, row = 0;
  };
  std::vector<Place> places;
  for (uint32_t row = 0; row < table->rows.size(); ++row) {
    Place place{0, 0, 0, row};
    double least = 2;
    for (const Test& test : table->rows[row].tests) {
      const double share = share_of(*table, test);
      if (share >= least) continue;
      least = share;
      place.column = test.column + 1;
      place.first = test.cells.empty() ? 0 : test.cells.front().first;
      place.last = test.cells.empty() ? 0 : test.cells.back().last;
    }
    places.push_back(place);
  }
  std::ranges::sort(places, [](const Place& a, const Place& b) {
    return std::tie(a.column, a.first, a.last, a.row) < std::tie(b.column, b.first, b.last, b.row);
  });
  std::vector<Row> rows;
  for (const Place& place : places) {
    rows.push_back(std::move(table->rows[place.row]));
    rank->push_back(place.row);
  }
  table->rows = std::move(rows);
}

std::vector<uint32_t> blocks_of(const BitColumn& bits, uint32_t words_per_row) {
  std::vector<uint32_t> made(bits.words.size() / kBlockWords, 0);
  for (size_t begin = 0; begin < bits.words.size(); begin += words_per_row) {
    for (uint32_t word = 0; word < words_per_row; ++word) {
      if (bits.words[begin + word] != 0)
        made[begin / kBlockWords] |= uint32_t{1} << word / kBlockWords;
    }
  }
  return made;
}

}  // namespace

std::unique_ptr<const BlockPlan> make_block_plan(Table table, const Options& options) {
  if (table.rows.empty() || table.columns.empty() || table.rows.size() > kMaxBlockRules) {
    return nullptr;
  }
  Options wanted = options;
  if (!options.force) {
    wanted.force = true;
    wanted.strategy =
        exact_bytes(table) <= kMaxExactBytes ? Strategy::exact_rows : Strategy::coarse_rows;
  }
  PAC_CHECK(wanted.strategy == Strategy::exact_rows || wanted.strategy == Strategy::coarse_rows,
            "blocks go by rows of bits");
  auto made = std::make_unique<BlockPlan>();
  const bool is_clustered =
      wanted.strategy == Strategy::coarse_rows && table.rows.size() > 2 * kBlockRows;
  if (is_clustered) put_together(&table, &made->rank);
  made->plan = make_plan(std::move(table), wanted);
  for (const BitColumn& bits : made->plan.bits)
    made->columns.push_back(make_column(made->plan, bits));
  for (const BitColumn& bits : made->plan.bits) {
    if (is_clustered) made->blocks.push_back(blocks_of(bits, made->plan.words_per_row));
  }
  return made;
}

BlockSearch::BlockSearch(const BlockPlan& plan, Path path)
    : plan_(plan), path_(path), lines_(plan.columns.size() * kBlockInputs) {}

void BlockSearch::find(const BlockKeys& keys, uint32_t count, bool first_only,
                       BlockFound* found) noexcept {
  const BlockLoops& loops = block_loops_of(path_);
  for (size_t c = 0; c < plan_.columns.size(); ++c) {
    const BlockColumn& column = plan_.columns[c];
    uint32_t* const lines = lines_.data() + c * kBlockInputs;
    find_lines(column, loops, keys.key[column.column], count, lines);
    const uint8_t* const present = keys.present[column.column];
    if (present == nullptr) continue;
    for (uint32_t i = 0; i < count; ++i)
      lines[i] = present[i] == 0 ? column.missing_line : lines[i];
  }
  const uint32_t blocks = plan_.plan.words_per_row / kBlockWords;
  auto* const all_at_once = blocks == 1 ? loops.first_of_one : loops.first_of_two;
  if (!plan_.plan.verify && blocks <= 2 && all_at_once != nullptr) {
    BlockLines rows;
    rows.lines = lines_.data();
    rows.columns = static_cast<uint32_t>(plan_.columns.size());
    for (uint32_t c = 0; c < rows.columns; ++c) rows.words[c] = plan_.plan.bits[c].words.data();
    all_at_once(rows, count, found);
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (plan_.rank.empty()) {
      find_one(keys, i, first_only, found);
    } else {
      find_in_blocks(keys, i, first_only, found);
    }
  }
}

void BlockSearch::find_one(const BlockKeys& keys, uint32_t input, bool first_only,
                           BlockFound* found) noexcept {
  const Plan& plan = plan_.plan;
  const Loops& loops = loops_of(path_);
  const auto columns = static_cast<uint32_t>(plan_.columns.size());
  const uint64_t* bits[kMaxColumns];
  for (uint32_t c = 0; c < columns; ++c) {
    const uint32_t* const line = lines_.data() + c * kBlockInputs + input;
    bits[c] = plan.bits[c].words.data() + line[0];
    if (input + 1 < kBlockInputs) __builtin_prefetch(plan.bits[c].words.data() + line[1]);
  }
  found->first[input] = ir::kNone;
  found->more[input] = 0;
  const uint32_t blocks = plan.words_per_row / kBlockWords;
  uint64_t left[kBlockWords];
  for (uint32_t block = 0; block < blocks; ++block) {
    block = loops.scan(bits, columns, block, blocks, left);
    if (block == blocks) return;
    for (uint32_t word = 0; word < kBlockWords; ++word) {
      for (uint64_t rows = left[word]; rows != 0; rows &= rows - 1) {
        const uint32_t row =
            block * kBlockRows + word * 64 + static_cast<uint32_t>(std::countr_zero(rows));
        if (plan.verify && !holds(keys, input, row)) continue;
        if (found->first[input] != ir::kNone) {
          found->more[input] = 1;
          return;
        }
        found->first[input] = row;
        if (first_only) return;
      }
    }
  }
}

// Where rows are in another order: all that hold are looked at, those that are tried before the
// best one so far.
void BlockSearch::find_in_blocks(const BlockKeys& keys, uint32_t input, bool first_only,
                                 BlockFound* found) noexcept {
  const Plan& plan = plan_.plan;
  const Loops& loops = loops_of(path_);
  const auto columns = static_cast<uint32_t>(plan_.columns.size());
  const uint64_t* bits[kMaxColumns];
  uint32_t open = ~uint32_t{0};
  for (uint32_t c = 0; c < columns; ++c) {
    const uint32_t line = lines_[c * kBlockInputs + input];
    bits[c] = plan.bits[c].words.data() + line;
    open &= plan_.blocks[c][line / kBlockWords];
  }
  found->first[input] = ir::kNone;
  found->more[input] = 0;
  uint32_t least = ir::kNone;
  uint64_t left[kBlockWords];
  for (; open != 0; open &= open - 1) {
    const auto block = static_cast<uint32_t>(std::countr_zero(open));
    if (loops.scan(bits, columns, block, block + 1, left) != block) continue;
    for (uint32_t word = 0; word < kBlockWords; ++word) {
      for (uint64_t rows = left[word]; rows != 0; rows &= rows - 1) {
        const uint32_t row =
            block * kBlockRows + word * 64 + static_cast<uint32_t>(std::countr_zero(rows));
        if (first_only && plan_.rank[row] > least) continue;
        if (plan.verify && !holds(keys, input, row)) continue;
        if (least != ir::kNone) found->more[input] = 1;
        if (plan_.rank[row] > least) continue;
        least = plan_.rank[row];
        found->first[input] = row;
      }
    }
  }
}

bool BlockSearch::holds(const BlockKeys& keys, uint32_t input, uint32_t row) const noexcept {
  const Checks& all = plan_.plan.checks;
  const Check* check = all.checks.data() + all.first[row];
  const Check* const end = all.checks.data() + all.first[row + 1];
  bool holds = false;
  for (; check < end; ++check) {
    const uint8_t* const present = keys.present[check->column];
    const bool missing = present != nullptr && present[input] == 0;
    const int64_t key = keys.key[check->column][input];
    holds = holds || (missing ? check->missing : check->low <= key && key <= check->high);
    if (check->more) continue;
    if (!holds) return false;
    holds = false;
  }
  return true;
}

}  // namespace pac::match
