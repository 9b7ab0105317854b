// Layouts and numbers that generated code and support.cpp agree on. Plain data; internal to
// codegen.
#pragma once

#include <stdint.h>

// An error code beside pac_error: a decision that was called has failed and has written its error
// into the result already.
#define PAC_CALLEE_FAILED 256u

#define PAC_NO_EACH 0xffffffffu  // a rule without `for each`
#define PAC_HIT_MARK_SHIFT 30u   // a hit: the rule, and above it a mark from 0 to 3
#define PAC_HIT_RULE 0x3fffffffu

// Which rules hit, in source order once the search is done. `entries` goes on behind the struct:
// room for all rules and `otherwise`.
typedef struct pac_rt_hits {
  uint32_t count;
  uint32_t entries[1];
} pac_rt_hits;

// The items of a `for each` rule and which of them hit.
typedef struct pac_rt_each {
  const void* data;
  uint8_t* hits;
  uint32_t count;
  uint32_t reserved;
} pac_rt_each;

typedef struct pac_rt_cursor {
  uint32_t next_hit, next_item;
  uint32_t rule, item;
} pac_rt_cursor;

// One of a row's tests of a column: the key lies in low .. high, or the value is missing where that
// is wanted; or the next check holds, which is of the same column.
typedef struct pac_rt_check {
  int64_t low, high;
  uint32_t column;
  uint8_t missing, more;
  uint16_t reserved;
} pac_rt_check;

// A list of a pair grid: records from `next` to `end`; `row` is the row found in it and not yet
// given, or PAC_NO_RULE.
typedef struct pac_rt_list {
  uint32_t next, end, row;
} pac_rt_list;

typedef struct pac_rt_lists {
  uint32_t count;
  pac_rt_list lists[1];  // goes on behind the struct
} pac_rt_lists;
