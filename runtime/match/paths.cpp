#include "runtime/match/paths.h"

#include <immintrin.h>

#include <bit>
#include <cstring>

#include "runtime/base/check.h"

namespace pac::match {

namespace {

// One source for the scans of all paths: vectors that the compiler makes of what the path has.
using Vector = uint64_t __attribute__((vector_size(64)));

[[gnu::always_inline]] inline uint32_t scan(const uint64_t* const* bits, uint32_t columns,
                                            uint32_t block, uint32_t blocks,
                                            uint64_t* out) noexcept {
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
                    uint64_t* out) noexcept {
  return scan(bits, columns, block, blocks, out);
}

[[gnu::target("avx2")]] uint32_t scan_avx2(const uint64_t* const* bits, uint32_t columns,
                                           uint32_t block, uint32_t blocks,
                                           uint64_t* out) noexcept {
  return scan(bits, columns, block, blocks, out);
}

[[gnu::target("avx512f")]] uint32_t scan_avx512(const uint64_t* const* bits, uint32_t columns,
                                                uint32_t block, uint32_t blocks,
                                                uint64_t* out) noexcept {
  for (; block < blocks; ++block) {
    __m512i all = _mm512_loadu_si512(bits[0] + size_t{block} * kBlockWords);
    for (uint32_t i = 1; i < columns; ++i) {
      all = _mm512_and_si512(all, _mm512_loadu_si512(bits[i] + size_t{block} * kBlockWords));
    }
    if (_mm512_test_epi64_mask(all, all) != 0) {
      _mm512_storeu_si512(out, all);
      return block;
    }
  }
  return blocks;
}

// A record passes where all of its sixteen bytes are at most the input's.
uint32_t filter_plain(const PairGrid::Record* records, uint32_t next, uint32_t end,
                      const PairGrid::Record& input) noexcept {
  const __m128i value = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&input));
  for (; next < end; ++next) {
    const __m128i record = _mm_loadu_si128(reinterpret_cast<const __m128i*>(records + next));
    const __m128i holds = _mm_cmpeq_epi8(_mm_min_epu8(record, value), record);
    if (_mm_movemask_epi8(holds) == 0xffff) return next;
  }
  return end;
}

[[gnu::target("avx2")]] uint32_t filter_avx2(const PairGrid::Record* records, uint32_t next,
                                             uint32_t end, const PairGrid::Record& input) noexcept {
  const __m256i value =
      _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(&input)));
  for (; next < end; next += 2) {
    const __m256i pair = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(records + next));
    const __m256i holds = _mm256_cmpeq_epi8(_mm256_min_epu8(pair, value), pair);
    const auto mask = static_cast<uint32_t>(_mm256_movemask_epi8(holds));
    if ((mask & 0xffff) == 0xffff) return next;
    if (mask >> 16 == 0xffff) return next + 1 < end ? next + 1 : end;
  }
  return end;
}

[[gnu::target("avx512f,avx512bw")]] uint32_t filter_avx512(const PairGrid::Record* records,
                                                           uint32_t next, uint32_t end,
                                                           const PairGrid::Record& input) noexcept {
  const __m512i value = _mm512_maskz_broadcast_i32x4(
      0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(&input)));
  for (; next < end; next += 4) {
    const __m512i four = _mm512_loadu_si512(records + next);
    // A bit for each byte that is too small for its record; sixteen zeros: the record passes.
    const uint64_t fails = _mm512_cmpgt_epu8_mask(four, value);
    for (uint32_t i = 0; i < 4; ++i) {
      if ((fails >> 16 * i & 0xffff) == 0) return next + i < end ? next + i : end;
    }
  }
  return end;
}

constexpr Loops kLoops[kPathCount] = {
    {scan_plain, filter_plain}, {scan_avx2, filter_avx2}, {scan_avx512, filter_avx512}};

}  // namespace

const Loops& loops_of(Path path) noexcept { return kLoops[static_cast<uint32_t>(path)]; }

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

}  // namespace pac::match
