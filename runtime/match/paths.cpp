#include "runtime/match/paths.h"

#include <immintrin.h>

#include <cstring>

#include "runtime/base/check.h"

namespace pac::match {

namespace {

uint32_t scan_plain(const uint64_t* const* bits, uint32_t columns, uint32_t block, uint32_t blocks,
                    uint64_t* out) noexcept {
  constexpr uint32_t kParts = 4;
  for (; block < blocks; ++block) {
    const auto part = [&](uint32_t column, uint32_t i) {
      const uint64_t* const words = bits[column] + size_t{block} * kBlockWords + i * 2;
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(words));
    };
    __m128i all[kParts] = {part(0, 0), part(0, 1), part(0, 2), part(0, 3)};
    for (uint32_t column = 1; column < columns; ++column) {
      for (uint32_t i = 0; i < kParts; ++i) all[i] = _mm_and_si128(all[i], part(column, i));
    }
    const __m128i any = _mm_or_si128(_mm_or_si128(all[0], all[1]), _mm_or_si128(all[2], all[3]));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(any, _mm_setzero_si128())) != 0xffff) {
      std::memcpy(out, all, sizeof all);
      return block;
    }
  }
  return blocks;
}

[[gnu::target("avx2")]] uint32_t scan_avx2(const uint64_t* const* bits, uint32_t columns,
                                           uint32_t block, uint32_t blocks,
                                           uint64_t* out) noexcept {
  for (; block < blocks; ++block) {
    const auto* const first =
        reinterpret_cast<const __m256i*>(bits[0] + size_t{block} * kBlockWords);
    __m256i low = _mm256_loadu_si256(first);
    __m256i high = _mm256_loadu_si256(first + 1);
    for (uint32_t column = 1; column < columns; ++column) {
      const auto* const other =
          reinterpret_cast<const __m256i*>(bits[column] + size_t{block} * kBlockWords);
      low = _mm256_and_si256(low, _mm256_loadu_si256(other));
      high = _mm256_and_si256(high, _mm256_loadu_si256(other + 1));
    }
    const __m256i any = _mm256_or_si256(low, high);
    if (_mm256_testz_si256(any, any) == 0) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), low);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out) + 1, high);
      return block;
    }
  }
  return blocks;
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
