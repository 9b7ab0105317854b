#include "runtime/match/kernel.h"

#include <bit>

#include "runtime/base/check.h"
#include "runtime/match/keys.h"
#include "runtime/match/paths.h"
#include "runtime/match/plan_parts.h"

namespace pac::match {

Search::Search(const Plan& plan, const Keys& keys, Path path) noexcept
    : plan_(plan), keys_(keys), loops_(loops_of(path)) {
  if (plan.strategy == Strategy::exact_rows || plan.strategy == Strategy::coarse_rows) start_rows();
  if (plan.strategy == Strategy::pair_grid) start_grid();
}

uint32_t Search::next() noexcept {
  switch (plan_.strategy) {
    case Strategy::chain:
      return next_of_chain();
    case Strategy::pair_grid:
      return next_of_grid();
    default:
      break;
  }
  for (;;) {
    const uint32_t row = next_of_bits();
    if (row == ir::kNone || !plan_.verify || holds(row)) return row;
  }
}

bool Search::holds(uint32_t row) const noexcept {
  const Check* check = plan_.checks.checks.data() + plan_.checks.first[row];
  const Check* const end = plan_.checks.checks.data() + plan_.checks.first[row + 1];
  bool holds = false;
  for (; check < end; ++check) {
    const int64_t key = keys_.key[check->column];
    holds = holds ||
            (is_missing(check->column) ? check->missing : check->low <= key && key <= check->high);
    if (check->more) continue;
    if (!holds) return false;
    holds = false;
  }
  return true;
}

uint32_t Search::next_of_chain() noexcept {
  while (row_ < plan_.table.rows.size()) {
    if (holds(row_++)) return row_ - 1;
  }
  return ir::kNone;
}

// ---- Rows of bits

void Search::start_rows() noexcept {
  block_count_ = plan_.words_per_row / kBlockWords;
  column_count_ = static_cast<uint32_t>(plan_.bits.size());
  for (uint32_t i = 0; i < column_count_; ++i) {
    const BitColumn& bits = plan_.bits[i];
    const Column& column = plan_.table.columns[bits.column];
    uint32_t cell = static_cast<uint32_t>(bits.row_of.size()) - 1;  // of a missing value
    if (!is_missing(bits.column)) {
      const int64_t key = keys_.key[bits.column];
      cell = plan_.verify ? bucket_of(bits.bounds, key) : cell_of(column, key);
    }
    bits_[i] = bits.words.data() + size_t{bits.row_of[cell]} * plan_.words_per_row;
  }
}

uint32_t Search::next_of_bits() noexcept {
  for (;;) {
    for (; word_ < kBlockWords; ++word_) {
      uint64_t& left = left_[word_];
      if (left == 0) continue;
      const auto bit = static_cast<uint32_t>(std::countr_zero(left));
      left &= left - 1;
      return (block_ - 1) * kBlockRows + word_ * 64 + bit;
    }
    if (block_ >= block_count_) return ir::kNone;
    block_ = loops_.scan(bits_, column_count_, block_, block_count_, left_);
    if (block_ >= block_count_) return ir::kNone;
    ++block_;
    word_ = 0;
  }
}

// ---- Pair grid

void Search::start_grid() noexcept {
  const PairGrid& grid = plan_.grid;
  uint32_t place[PairGrid::kBytes + 1] = {};
  input_.low.fill(0);
  input_.high.fill(255);
  for (uint32_t i = 0; i < grid.bytes.size(); ++i) {
    const Buckets& buckets = grid.bytes[i];
    const uint32_t bucket = is_missing(buckets.column)
                                ? buckets.missing()
                                : bucket_of(buckets.bounds, keys_.key[buckets.column]);
    input_.low[i] = static_cast<uint8_t>(bucket);
    input_.high[i] = static_cast<uint8_t>(255 - bucket);
    place[i] = grid.axis[i][bucket];
  }
  for (const PairGrid::Grid& pair : grid.grids) {
    const uint32_t a = pair.a == ir::kNone ? 0 : place[pair.a];
    const uint32_t b = pair.b == ir::kNone ? 0 : place[pair.b];
    const uint32_t* const first = pair.first.data() + a * pair.width + b;
    if (first[0] == first[1]) continue;
    lists_[list_count_++] = {first[0], first[1], ir::kNone};
    __builtin_prefetch(grid.records.data() + first[0]);
    __builtin_prefetch(grid.rows.data() + first[0]);
  }
}

// The least row of what the lists have next. A list is looked into no farther than to a row beyond
// the least one found so far.
uint32_t Search::next_of_grid() noexcept {
  const PairGrid& grid = plan_.grid;
  List* best = nullptr;
  uint32_t least = ir::kNone;
  for (uint32_t i = 0; i < list_count_;) {
    List& list = lists_[i];
    while (list.row == ir::kNone) {
      list.next = loops_.filter(grid.records.data(), list.next, list.end, input_);
      if (list.next == list.end || grid.rows[list.next] >= least) break;
      if (holds(grid.rows[list.next])) list.row = grid.rows[list.next];
      ++list.next;
    }
    if (list.row == ir::kNone && list.next == list.end) {
      list = lists_[--list_count_];
      continue;
    }
    if (list.row < least) {
      least = list.row;
      best = &list;
    }
    ++i;
  }
  if (best != nullptr) best->row = ir::kNone;
  return least;
}

}  // namespace pac::match
