#include "runtime/match/block_loops.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "runtime/match/paths.h"

namespace pac::match {

namespace {

static_assert(BlockColumn::kWindow == 8, "one vector of 512 bits, two of 256");

// Where the window of a key's bucket begins.
uint32_t window_of(const BlockColumn& column, int64_t key) noexcept {
  const int64_t place = std::min(std::max(key, column.low), column.high);
  const uint64_t above = static_cast<uint64_t>(place) - static_cast<uint64_t>(column.low);
  return column.starts[above >> column.shift];
}

void by_window_plain(const BlockColumn& column, const int64_t* keys, uint32_t count,
                     uint32_t* lines) noexcept {
  for (uint32_t i = 0; i < count; ++i) {
    const int64_t key = keys[i];
    const uint32_t start = window_of(column, key);
    const int64_t* const below = column.below.data() + start;
    uint32_t reached = start;
    for (uint32_t n = 0; n < BlockColumn::kWindow; ++n) reached += key > below[n] ? 1 : 0;
    lines[i] = column.lines[reached];
  }
}

[[gnu::target("avx2,popcnt")]] void by_window_avx2(const BlockColumn& column, const int64_t* keys,
                                                   uint32_t count, uint32_t* lines) noexcept {
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t start = window_of(column, keys[i]);
    const auto* const below = reinterpret_cast<const __m256i*>(column.below.data() + start);
    const __m256i key = _mm256_set1_epi64x(keys[i]);
    const __m256i low = _mm256_cmpgt_epi64(key, _mm256_loadu_si256(below));
    const __m256i high = _mm256_cmpgt_epi64(key, _mm256_loadu_si256(below + 1));
    const int mask = _mm256_movemask_pd(_mm256_castsi256_pd(low)) |
                     _mm256_movemask_pd(_mm256_castsi256_pd(high)) << 4;
    lines[i] =
        column.lines[start + static_cast<uint32_t>(std::popcount(static_cast<uint32_t>(mask)))];
  }
}

[[gnu::target("avx512f,popcnt")]] void by_window_avx512(const BlockColumn& column,
                                                        const int64_t* keys, uint32_t count,
                                                        uint32_t* lines) noexcept {
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t start = window_of(column, keys[i]);
    const __m512i below = _mm512_loadu_si512(column.below.data() + start);
    const uint32_t mask = _mm512_cmpgt_epi64_mask(_mm512_set1_epi64(keys[i]), below);
    lines[i] = column.lines[start + static_cast<uint32_t>(std::popcount(mask))];
  }
}

// ---- The first row, without a branch on what was found. A block's words that have a bit set are
// pressed to the front of the vector; the first of them has the first row.

[[gnu::target("avx512f,avx512bw,bmi")]] inline uint64_t first_word(const __m512i& words,
                                                                   uint32_t mask) noexcept {
  const __m512i pressed = _mm512_maskz_compress_epi64(static_cast<__mmask8>(mask), words);
  return static_cast<uint64_t>(_mm_cvtsi128_si64(_mm512_maskz_extracti32x4_epi32(15, pressed, 0)));
}

[[gnu::target("avx512f,avx512bw,bmi")]] void first_of_one_avx512(const BlockLines& rows,
                                                                 uint32_t count,
                                                                 BlockFound* found) noexcept {
  for (uint32_t i = 0; i < count; ++i) {
    __m512i all = _mm512_set1_epi64(-1);
    const uint32_t* line = rows.lines + i;
    for (uint32_t c = 0; c < rows.columns; ++c, line += kBlockInputs)
      all = _mm512_and_si512(all, _mm512_loadu_si512(rows.words[c] + *line));
    const uint32_t mask = _mm512_test_epi64_mask(all, all);
    const uint64_t bits = first_word(all, mask);
    const auto word = static_cast<uint32_t>(std::countr_zero(mask));
    const uint32_t row = word * 64 + static_cast<uint32_t>(std::countr_zero(bits));
    found->first[i] = mask == 0 ? ir::kNone : row;
    found->more[i] = static_cast<uint8_t>((mask & (mask - 1)) != 0 || (bits & (bits - 1)) != 0);
  }
}

[[gnu::target("avx512f,avx512bw,bmi")]] void first_of_two_avx512(const BlockLines& rows,
                                                                 uint32_t count,
                                                                 BlockFound* found) noexcept {
  for (uint32_t i = 0; i < count; ++i) {
    __m512i low = _mm512_set1_epi64(-1), high = low;
    const uint32_t* line = rows.lines + i;
    for (uint32_t c = 0; c < rows.columns; ++c, line += kBlockInputs) {
      const uint64_t* const words = rows.words[c] + *line;
      low = _mm512_and_si512(low, _mm512_loadu_si512(words));
      high = _mm512_and_si512(high, _mm512_loadu_si512(words + kBlockWords));
    }
    const uint32_t low_mask = _mm512_test_epi64_mask(low, low);
    const uint32_t high_mask = _mm512_test_epi64_mask(high, high);
    const uint32_t mask = low_mask | high_mask << kBlockWords;
    const uint64_t low_bits = first_word(low, low_mask);
    const uint64_t high_bits = first_word(high, high_mask);
    const uint64_t bits = low_bits != 0 ? low_bits : high_bits;
    const auto word = static_cast<uint32_t>(std::countr_zero(mask));
    const uint32_t row = word * 64 + static_cast<uint32_t>(std::countr_zero(bits));
    found->first[i] = mask == 0 ? ir::kNone : row;
    found->more[i] = static_cast<uint8_t>((mask & (mask - 1)) != 0 || (bits & (bits - 1)) != 0);
  }
}

// ---- Numbers outside

bool outside_plain(const int64_t* numbers, uint32_t count, int64_t low, int64_t high) noexcept {
  bool found = false;
  for (uint32_t i = 0; i < count; ++i) found |= numbers[i] < low || numbers[i] > high;
  return found;
}

[[gnu::target("avx2")]] bool outside_avx2(const int64_t* numbers, uint32_t count, int64_t low,
                                          int64_t high) noexcept {
  const __m256i least = _mm256_set1_epi64x(low), most = _mm256_set1_epi64x(high);
  __m256i found = _mm256_setzero_si256();
  uint32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const __m256i four = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(numbers + i));
    found = _mm256_or_si256(
        found, _mm256_or_si256(_mm256_cmpgt_epi64(least, four), _mm256_cmpgt_epi64(four, most)));
  }
  return _mm256_testz_si256(found, found) == 0 || outside_plain(numbers + i, count - i, low, high);
}

[[gnu::target("avx512f")]] bool outside_avx512(const int64_t* numbers, uint32_t count, int64_t low,
                                               int64_t high) noexcept {
  const __m512i least = _mm512_set1_epi64(low), most = _mm512_set1_epi64(high);
  uint32_t found = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m512i eight = _mm512_loadu_si512(numbers + i);
    found |= static_cast<uint32_t>(_mm512_cmpgt_epi64_mask(least, eight)) |
             static_cast<uint32_t>(_mm512_cmpgt_epi64_mask(eight, most));
  }
  return found != 0 || outside_plain(numbers + i, count - i, low, high);
}

constexpr BlockLoops kLoops[kPathCount] = {
    {by_window_plain, nullptr, nullptr, outside_plain},
    {by_window_avx2, nullptr, nullptr, outside_avx2},
    {by_window_avx512, first_of_two_avx512, first_of_one_avx512, outside_avx512}};

}  // namespace

const BlockLoops& block_loops_of(Path path) noexcept { return kLoops[static_cast<uint32_t>(path)]; }

bool lie_outside(Path path, const int64_t* numbers, uint32_t count, int64_t low,
                 int64_t high) noexcept {
  return block_loops_of(path).outside(numbers, count, low, high);
}

}  // namespace pac::match
