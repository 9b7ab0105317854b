#include <algorithm>
#include <cstdlib>
#include <cstring>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

#include "bench/handwritten_match.h"

namespace pac::bench {

namespace {

constexpr uint32_t kRowBits = 512;
constexpr uint32_t kRowWords = kRowBits / 64;
constexpr uint32_t kExactBuckets = 4096;
constexpr uint32_t kLanes = 8;  // cuts that are compared at once

// How many of eight cuts are not above the value, without a branch.
uint32_t cuts_passed(const uint64_t* cuts, uint64_t value) {
#ifdef __AVX512F__
  const __m512i all = _mm512_loadu_si512(cuts);
  return static_cast<uint32_t>(__builtin_popcount(
      _mm512_cmple_epu64_mask(all, _mm512_set1_epi64(static_cast<long long>(value)))));
#else
  uint32_t out = 0;
  for (uint32_t i = 0; i < kLanes; ++i) out += cuts[i] <= value ? 1 : 0;
  return out;
#endif
}

Range all_values(const MatchSet& set, int field) {
  if (field < 4) return {0, static_cast<uint64_t>(kMatchTop)};
  if (field < 6) return {0, kMatchValues - 1};
  if (field == 6) return {0, 1};
  Range out{UINT64_MAX, 0};  // of beginnings: what the rules name, and a value on either side
  for (const MatchRule& rule : set.rules) {
    if (!rule.tests(7)) continue;
    const Range one = range_of(rule, 7);
    out = {std::min(out.low, one.low - 1), std::max(out.high, one.high + 1)};
  }
  return out.low <= out.high ? out : Range{0, 1};
}

bool is_enumeration(int field) { return field == 4 || field == 5; }

// Where the answer of a field may change, and how values find their row.
uint32_t plan_field(const MatchSet& set, int field, uint32_t buckets, FieldRows& out) {
  const Range all = all_values(set, field);
  out.low = all.low;
  out.high = all.high;
  const uint64_t wanted = buckets == 0 ? kExactBuckets : buckets;
  while ((all.high - all.low) >> out.shift >= wanted) ++out.shift;
  const auto last_bucket = static_cast<uint32_t>((all.high - all.low) >> out.shift);
  if ((field >= 4 && field < 7) || buckets != 0) return last_bucket + 1;
  for (const MatchRule& rule : set.rules) {
    if (!rule.tests(field)) continue;
    const Range range = range_of(rule, field);
    if (range.low > all.low) out.cuts.push_back(range.low);
    if (range.high < all.high) out.cuts.push_back(range.high + 1);
  }
  std::ranges::sort(out.cuts);
  out.cuts.erase(std::unique(out.cuts.begin(), out.cuts.end()), out.cuts.end());
  const auto rows = static_cast<uint32_t>(out.cuts.size()) + 1;
  // Few cuts are compared all at once.
  if (out.cuts.size() <= kLanes) out.shift = 63;
  for (uint64_t bucket = 0; bucket <= (all.high - all.low) >> out.shift; ++bucket) {
    const auto first = std::ranges::upper_bound(out.cuts, all.low + (bucket << out.shift));
    out.start.push_back(static_cast<uint32_t>(first - out.cuts.begin()));
  }
  out.cuts.insert(out.cuts.end(), kLanes, UINT64_MAX);
  return rows;
}

// Of a value within the field's.
template <bool kIsExact>
uint32_t row_within(const FieldRows& field, uint64_t value) {
  const uint64_t bucket = (value - field.low) >> field.shift;
  if (!kIsExact) return static_cast<uint32_t>(bucket);
  uint32_t row = field.start[bucket];
  uint32_t passed = cuts_passed(field.cuts.data() + row, value);
  while (passed == kLanes) [[unlikely]] {
    row += kLanes;
    passed = cuts_passed(field.cuts.data() + row, value);
  }
  return row + passed;
}

uint32_t row_of(const FieldRows& field, uint64_t value) {
  const uint64_t within = std::clamp(value, field.low, field.high);
  return field.start.empty() ? row_within<false>(field, within) : row_within<true>(field, within);
}

void fill_rows(const MatchSet& set, int field, uint32_t row_count, uint32_t words, FieldRows& out,
               uint64_t* rows) {
  std::vector<uint64_t> untested(words);
  for (size_t i = 0; i < set.rules.size(); ++i) {
    if (!set.rules[i].tests(field)) untested[i / 64] |= uint64_t{1} << i % 64;
  }
  for (uint32_t row = 0; row < row_count; ++row) {
    std::memcpy(rows + uint64_t{row} * words, untested.data(), words * 8);
  }
  out.rows = rows;
  for (size_t i = 0; i < set.rules.size(); ++i) {
    const MatchRule& rule = set.rules[i];
    if (!rule.tests(field)) continue;
    const Range range = range_of(rule, field);
    const uint64_t taken = field == 4 ? rule.e : field == 5 ? rule.f : UINT64_MAX;
    const uint32_t last = row_of(out, range.high);
    for (uint32_t row = row_of(out, range.low); row <= last; ++row) {
      // Rows of an enumeration are its values, unless they stand for several.
      if (is_enumeration(field) && out.shift == 0 && (taken >> row & 1) == 0) continue;
      rows[uint64_t{row} * words + i / 64] |= uint64_t{1} << i % 64;
    }
  }
}

const RowTables& tables_of(pac_scratch* scratch) {
  return *static_cast<const RowTables*>(reinterpret_cast<const HandScratch*>(scratch)->tables);
}

// What the rows of 512 rules have in common: a bit for each word that is not zero, and the words.
#ifdef __AVX512F__
struct Common {
  __m512i left;
  uint32_t words;

  Common(const uint64_t* const* rows, uint32_t at) : left(_mm512_load_si512(rows[0] + at)) {
    for (int i = 1; i < 8; ++i) left = _mm512_and_si512(left, _mm512_load_si512(rows[i] + at));
    words = _mm512_test_epi64_mask(left, left);
  }
  // The first of `some` words.
  uint64_t first(uint32_t some) const {
    return static_cast<uint64_t>(_mm512_maskz_compress_epi64(static_cast<__mmask8>(some), left)[0]);
  }
};
#else
struct Common {
  uint64_t left[kRowWords];
  uint32_t words = 0;

  Common(const uint64_t* const* rows, uint32_t at) {
    for (uint32_t k = 0; k < kRowWords; ++k) {
      left[k] = rows[0][at + k];
      for (int i = 1; i < 8; ++i) left[k] &= rows[i][at + k];
      words |= left[k] != 0 ? 1u << k : 0;
    }
  }
  uint64_t first(uint32_t some) const { return left[__builtin_ctz(some | 1u << 7)]; }
};
#endif

bool takes(const RowTables& tables, uint32_t rule, const uint64_t* x) {
  const Range* ranges = tables.ranges.data() + uint64_t{rule} * 8;
  bool out = (tables.sets[rule * 2] >> x[4] & tables.sets[rule * 2 + 1] >> x[5] & 1) != 0;
  for (int i = 0; i < 8; ++i) out &= x[i] - ranges[i].low <= ranges[i].high - ranges[i].low;
  return out;
}

// The first rule of the 512, or the count of rules: without a branch on whether there is one, since
// nobody foresees that.
uint32_t first_rule(const RowTables& tables, const Common& common, uint32_t at) {
  uint32_t words = common.words;
  asm("" : "+r"(words));  // else the compiler makes a branch of it
  const auto word = static_cast<uint32_t>(__builtin_ctz(words | 1u << 8));
  const uint64_t bits = common.first(words) | uint64_t{words == 0};
  const uint32_t rule = (at + word) * 64 + static_cast<uint32_t>(__builtin_ctzll(bits));
  return rule < tables.rule_count ? rule : tables.rule_count;
}

uint32_t find_exact(const RowTables& tables, const uint64_t* const* rows) {
  uint32_t at = 0;
  for (; at + kRowWords < tables.words; at += kRowWords) {
    const Common common(rows, at);
    if (common.words != 0) return first_rule(tables, common, at);
  }
  return first_rule(tables, Common(rows, at), at);
}

uint32_t find_coarse(const RowTables& tables, const uint64_t* const* rows, const uint64_t* x) {
  for (uint32_t at = 0; at < tables.words; at += kRowWords) {
    const Common common(rows, at);
    for (uint32_t words = common.words; words != 0; words &= words - 1) {
      const uint32_t first = (at + static_cast<uint32_t>(__builtin_ctz(words))) * 64;
      for (uint64_t bits = common.first(words); bits != 0; bits &= bits - 1) {
        const uint32_t rule = first + static_cast<uint32_t>(__builtin_ctzll(bits));
        if (takes(tables, rule, x)) return rule;
      }
    }
  }
  return tables.rule_count;
}

template <bool kIsExact>
uint32_t decide(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const RowTables& tables = tables_of(scratch);
  uint64_t x[8];
  load(*static_cast<const MatchInput*>(input), x);
  const uint64_t* rows[8];
  const auto look_up = [&](int i, uint64_t row) {
    rows[i] = tables.fields[i].rows + row * tables.words;
  };
  for (int i = 0; i < 4; ++i) look_up(i, row_within<kIsExact>(tables.fields[i], x[i]));
  for (int i = 4; i < 7; ++i) look_up(i, x[i]);  // a row for each value
  const FieldRows& text = tables.fields[7];
  look_up(7, row_within<kIsExact>(text, x[7] < text.low    ? text.low
                                        : x[7] > text.high ? text.high
                                                           : x[7]));
  const uint32_t rule = kIsExact ? find_exact(tables, rows) : find_coarse(tables, rows, x);
  return answer(rule, tables.outcomes[rule], output, result);
}

}  // namespace

std::unique_ptr<RowTables> row_tables(const MatchSet& set, uint32_t buckets, uint64_t max_bytes) {
  auto out = std::make_unique<RowTables>();
  const auto rules = static_cast<uint32_t>(set.rules.size());
  out->rule_count = rules;
  out->outcomes = outcomes_of(set);
  out->words = (rules + kRowBits - 1) / kRowBits * kRowWords;
  uint32_t counts[8];
  for (int field = 0; field < 8; ++field) {
    counts[field] = plan_field(set, field, buckets, out->fields[field]);
    out->bytes += uint64_t{counts[field]} * out->words * 8;
  }
  if (out->bytes > max_bytes) return nullptr;
  out->memory = {std::aligned_alloc(64, out->bytes), std::free};
  auto* rows = static_cast<uint64_t*>(out->memory.get());
  for (int field = 0; field < 8; ++field) {
    fill_rows(set, field, counts[field], out->words, out->fields[field], rows);
    rows += uint64_t{counts[field]} * out->words;
  }
  for (const MatchRule& rule : set.rules) {
    for (int field = 0; field < 8; ++field) out->ranges.push_back(range_of(rule, field));
    out->sets.push_back(rule.e);
    out->sets.push_back(rule.f);
  }
  return out;
}

uint32_t exact_rows(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  return decide<true>(input, output, result, scratch);
}

uint32_t coarse_rows(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  return decide<false>(input, output, result, scratch);
}

}  // namespace pac::bench
