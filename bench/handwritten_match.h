// What the native code of a table is compared with, by hand in C++, over the same input records and
// with the same answer in pac_result, called through a pointer like native code. All take their
// tables through the scratch argument, which they cast back to HandScratch. Each stands in a
// translation unit of its own, compiled with -O3 -march=native.
//
//   touch_8          loads the eight fields, looks each up in a table, combines: the least that any
//                    table over eight fields does. Its answer means nothing.
//   walk_chain       rule by rule: most selective condition first, fields loaded once
//   call_chain       the same as code, in functions of 256 rules (chain_source.h)
//   exact_rows       for each field the row of rules that its value admits; AND; first
//   coarse_rows      rows for equal parts of each field only, then a look at what is left
//
// The tables are constant once made; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bench/match_sets.h"
#include "runtime/abi.h"

namespace pac::bench {

struct HandScratch {
  pac_scratch base{};  // first: pac_decide_fn hands on its address
  const void* tables = nullptr;
};

// ---- The input as eight numbers: n m k l e f b, and the first eight bytes of the text,
// big-endian, zeros after its end, so that a beginning is a range.
inline uint64_t text_key(const pac_text& text) {
  uint64_t key = 0;
  if (text.size >= 8) {
    __builtin_memcpy(&key, text.data, 8);
    return __builtin_bswap64(key);
  }
  for (uint32_t i = 0; i < text.size; ++i) {
    key |= static_cast<uint64_t>(static_cast<unsigned char>(text.data[i])) << (56 - 8 * i);
  }
  return key;
}

inline void load(const MatchInput& in, uint64_t* x) {
  for (int i = 0; i < 4; ++i) x[i] = static_cast<uint64_t>(in.n[static_cast<size_t>(i)]);
  x[4] = in.e;
  x[5] = in.f;
  x[6] = in.flag;
  x[7] = text_key(in.text);
}

inline uint32_t answer(uint32_t rule, int64_t outcome, void* output, pac_result* result) {
  *static_cast<int64_t*>(output) = outcome;
  result->status = PAC_OK;
  result->error = PAC_E_NONE;
  result->error_rule = PAC_NO_RULE;
  result->error_other = PAC_NO_RULE;
  result->error_depth = 0;
  result->fired_count = 1;
  result->duty_count = 0;
  result->fired[0] = rule;
  return PAC_OK;
}

// What a rule takes of a field, as a range of the eight numbers; of a set of values its hull.
struct Range {
  uint64_t low = 0, high = 0;
};
Range range_of(const MatchRule& rule, int field);
// Outcomes by rule, and 0 for `otherwise`.
std::vector<int64_t> outcomes_of(const MatchSet& set);

// ---- Touch-8.
struct TouchTables {
  static constexpr int kBits = 10;
  uint64_t values[8][1 << kBits];
};
std::unique_ptr<TouchTables> touch_tables(uint32_t seed);
uint32_t touch_8(const void* input, void* output, pac_result* result, pac_scratch* scratch);

// ---- Chains.
struct ChainTest {
  uint64_t low = 0, width = 0;  // taken: x - low <= width
  uint64_t set = 0;  // of an enumeration instead, where it is not 0: a bit for each value
  uint32_t field = 0;
};
struct ChainHead {  // the most selective condition
  uint64_t low = 0, width = 0;
  uint32_t field = 0;
  uint32_t first_rest = 0;  // in ChainTables::rest, up to that of the next head
};
struct ChainTables {
  std::vector<ChainHead> heads;  // one more than there are rules
  std::vector<ChainTest> rest;
  std::vector<int64_t> outcomes;
  int (*code)(const uint64_t* x) = nullptr;  // of call_chain: the rule, or -1
};
ChainTables chain_tables(const MatchSet& set);
uint32_t walk_chain(const void* input, void* output, pac_result* result, pac_scratch* scratch);
uint32_t call_chain(const void* input, void* output, pac_result* result, pac_scratch* scratch);

// ---- Rows. One bit for each rule, a row padded to 512 bits.
struct FieldRows {
  uint64_t low = 0, high = 0;   // values beyond are as these
  uint32_t shift = 0;           // (x - low) >> shift is the bucket
  std::vector<uint32_t> start;  // exact: the first row that a bucket's values may lie in
  std::vector<uint64_t> cuts;   // exact: row i ends before cuts[i]; the last is above all
  const uint64_t* rows = nullptr;
};
struct RowTables {
  FieldRows fields[8];
  uint32_t words = 0;  // of a row
  uint32_t rule_count = 0;
  std::vector<int64_t> outcomes;
  std::vector<Range> ranges;   // eight a rule, to look at what coarse rows leave
  std::vector<uint64_t> sets;  // two a rule, the same
  std::unique_ptr<void, void (*)(void*)> memory{nullptr, nullptr};
  uint64_t bytes = 0;
};
// At most so many bytes of rows, else null. Buckets of 0: exact rows.
std::unique_ptr<RowTables> row_tables(const MatchSet& set, uint32_t buckets, uint64_t max_bytes);
uint32_t exact_rows(const void* input, void* output, pac_result* result, pac_scratch* scratch);
uint32_t coarse_rows(const void* input, void* output, pac_result* result, pac_scratch* scratch);

}  // namespace pac::bench
