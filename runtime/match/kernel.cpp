#include "runtime/match/kernel.h"

#include <bit>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/match/keys.h"

namespace pac::match {

namespace {

constexpr uint32_t kBlockWords = 8;

// One source for all paths: vectors of a type that the compiler makes of what the path has.
using Vector = uint64_t __attribute__((vector_size(64)));

// The first block from `block` on in which some row is set in all columns: its words go to `out`.
[[gnu::always_inline]] inline uint32_t scan(const uint64_t* const* bits, uint32_t columns,
                                            uint32_t block, uint32_t blocks, uint64_t* out) {
  for (; block < blocks; ++block) {
    Vector all;
    std::memcpy(&all, bits[0] + size_t{block} * kBlockWords, sizeof all);
    for (uint32_t i = 1; i < columns; ++i) {
      Vector other;
      std::memcpy(&other, bits[i] + size_t{block} * kBlockWords, sizeof other);
      all &= other;
    }
    uint64_t any = 0;
    for (uint32_t i = 0; i < kBlockWords; ++i) any |= all[i];
    if (any != 0) {
      std::memcpy(out, &all, sizeof all);
      return block;
    }
  }
  return blocks;
}

uint32_t scan_plain(const uint64_t* const* bits, uint32_t columns, uint32_t block, uint32_t blocks,
                    uint64_t* out) {
  return scan(bits, columns, block, blocks, out);
}

[[gnu::target("avx2")]] uint32_t scan_avx2(const uint64_t* const* bits, uint32_t columns,
                                           uint32_t block, uint32_t blocks, uint64_t* out) {
  return scan(bits, columns, block, blocks, out);
}

[[gnu::target("avx512f")]] uint32_t scan_avx512(const uint64_t* const* bits, uint32_t columns,
                                                uint32_t block, uint32_t blocks, uint64_t* out) {
  return scan(bits, columns, block, blocks, out);
}

using ScanFn = uint32_t (*)(const uint64_t* const*, uint32_t, uint32_t, uint32_t, uint64_t*);
constexpr ScanFn kScans[kPathCount] = {scan_plain, scan_avx2, scan_avx512};

}  // namespace

const char* name(Path path) {
  switch (path) {
    case Path::plain:
      return "plain";
    case Path::avx2:
      return "AVX2";
    case Path::avx512:
      return "AVX-512";
  }
  return "";
}

bool is_supported(Path path) {
  switch (path) {
    case Path::plain:
      return true;
    case Path::avx2:
      return __builtin_cpu_supports("avx2") != 0;
    case Path::avx512:
      return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  }
  return false;
}

Path best_path() {
  if (is_supported(Path::avx512)) return Path::avx512;
  return is_supported(Path::avx2) ? Path::avx2 : Path::plain;
}

Search::Search(const Plan& plan, const Keys& keys, Path path) noexcept
    : plan_(plan), keys_(keys), path_(path) {
  if (plan.strategy == Strategy::chain) return;
  block_count_ = plan.words_per_row / kBlockWords;
  column_count_ = static_cast<uint32_t>(plan.bits.size());
  for (uint32_t i = 0; i < column_count_; ++i) {
    const BitColumn& bits = plan.bits[i];
    const Column& column = plan.table.columns[bits.column];
    const bool missing = (keys.missing >> bits.column & 1) != 0;
    const uint32_t cell = missing ? column.missing_cell() : cell_of(column, keys.key[bits.column]);
    bits_[i] = bits.words.data() + size_t{bits.row_of[cell]} * plan.words_per_row;
  }
}

uint32_t Search::next() noexcept {
  return plan_.strategy == Strategy::chain ? next_of_chain() : next_of_bits();
}

bool Search::holds(uint32_t row) const noexcept {
  const Check* check = plan_.checks.checks.data() + plan_.checks.first[row];
  const Check* const end = plan_.checks.checks.data() + plan_.checks.first[row + 1];
  bool holds = false;
  for (; check < end; ++check) {
    const int64_t key = keys_.key[check->column];
    const bool missing = (keys_.missing >> check->column & 1) != 0;
    holds = holds || (missing ? check->missing : check->low <= key && key <= check->high);
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

uint32_t Search::next_of_bits() noexcept {
  for (;;) {
    for (uint32_t i = 0; i < kBlockWords; ++i) {
      if (left_[i] == 0) continue;
      const auto bit = static_cast<uint32_t>(std::countr_zero(left_[i]));
      left_[i] &= left_[i] - 1;
      return base_ + i * 64 + bit;
    }
    if (block_ >= block_count_) return ir::kNone;
    block_ =
        kScans[static_cast<uint32_t>(path_)](bits_, column_count_, block_, block_count_, left_);
    if (block_ >= block_count_) return ir::kNone;
    base_ = block_ * kBlockWords * 64;
    ++block_;
  }
}

}  // namespace pac::match
