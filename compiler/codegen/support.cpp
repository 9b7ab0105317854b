// What generated code calls: text, exact numbers, sets, hits and results. Compiled to LLVM bitcode
// when pac is built, linked into each module and inlined there; the emitters know these functions
// by name and read their types from the bitcode. So this file allocates nothing, throws nothing and
// calls nothing but memcpy, memmove, memset and memcmp. Everything of 128 bits passes by address,
// which keeps the calling convention of __int128 out of the picture. A function that can fail
// returns a pac_error.
#include <stdint.h>
#include <string.h>

#include <string_view>

#include "compiler/codegen/support_types.h"
#include "compiler/codegen/text_hash.h"
#include "runtime/abi.h"
#include "runtime/base/date.h"
#include "runtime/base/decimal.h"
#include "runtime/base/text_numbers.h"
#include "runtime/base/utf8.h"

namespace {

using pac::Int128;
using pac::UInt128;

uint32_t check(bool ok, pac_error error) { return ok ? PAC_E_NONE : error; }

// Numbers beyond 128 bits are rare and their code is long: it is kept out of line, once a module.
[[gnu::cold, gnu::noinline]] int compare_wide(const pac::Quotient& a, const pac::Quotient& b) {
  return pac::compare_quotients(a, b);
}

[[gnu::cold, gnu::noinline]] bool round_wide(const pac::Quotient& value, int to_scale,
                                             pac::Rounding mode, Int128* out) {
  return pac::round_quotient(value, to_scale, mode, out);
}

// The place of the first hit of that rule or a later one.
uint32_t place_of_hit(const pac_rt_hits& hits, uint32_t rule) {
  uint32_t low = 0;
  uint32_t high = hits.count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if ((hits.entries[middle] & PAC_HIT_RULE) < rule)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool is_target(const uint32_t* targets, uint32_t low, uint32_t high, uint32_t rule) {
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (targets[middle] == rule) return true;
    if (targets[middle] < rule)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

// Records of pair grids are 16 bytes; vectors compare four of them at once.
using Bytes = uint8_t __attribute__((vector_size(64)));
using Words = uint64_t __attribute__((vector_size(64)));
using Mask = bool __attribute__((ext_vector_type(8)));

// The first record from `next` on that has no byte above the input's, or `end`. Records are padded,
// so that reading four of them is always possible.
uint32_t filter(const uint8_t* records, uint32_t next, uint32_t end, const Words& input) {
  constexpr uint32_t kTogether = 4;
  for (; next < end; next += kTogether) {
    Bytes record;
    memcpy(&record, records + uint64_t{next} * 16, sizeof record);
    const auto within = reinterpret_cast<Words>(record <= reinterpret_cast<Bytes>(input));
    const Mask whole = __builtin_convertvector(within == ~Words{}, Mask);
    uint8_t halves = 0;
    memcpy(&halves, &whole, sizeof halves);
    const uint32_t both = halves & (halves >> 1) & 0x55u;
    if (both == 0) continue;
    const uint32_t place = next + (static_cast<uint32_t>(__builtin_ctz(both)) >> 1);
    return place < end ? place : end;
  }
  return end;
}

bool row_holds(const int64_t* keys, const uint8_t* missing, const pac_rt_check* check,
               const pac_rt_check* end) {
  bool holds = false;
  for (; check != end; ++check) {
    const int64_t key = keys[check->column];
    const bool here =
        missing[check->column] != 0 ? check->missing != 0 : key >= check->low && key <= check->high;
    holds = holds || here;
    if (check->more != 0) continue;
    if (!holds) return false;
    holds = false;
  }
  return true;
}

}  // namespace

extern "C" {

// ---- Results

[[gnu::cold, gnu::noinline]] void pac_rt_fail(pac_result* result, uint32_t code, uint32_t rule,
                                              uint32_t other, uint32_t decision) {
  if (code != PAC_CALLEE_FAILED) {
    result->error = code;
    result->error_rule = rule;
    result->error_other = other;
    result->error_depth = 0;
  }
  result->status = PAC_ERROR;
  result->fired_count = 0;
  result->duty_count = 0;
  if (result->error_depth < PAC_MAX_CALL_DEPTH)
    result->error_path[result->error_depth++] = decision;
}

void pac_rt_add_duty(pac_result* result, uint32_t duty, uint32_t rule, const void* arguments) {
  result->duties[result->duty_count++] = {duty, rule, arguments};
}

void pac_rt_keep_duties_of(pac_result* result, uint32_t rule) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < result->duty_count; ++i) {
    if (result->duties[i].rule == rule) result->duties[kept++] = result->duties[i];
  }
  result->duty_count = kept;
}

void pac_rt_keep_duties_marked(pac_result* result, const pac_rt_hits* hits, uint32_t mark) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < result->duty_count; ++i) {
    const pac_duty& duty = result->duties[i];
    const uint32_t hit = hits->entries[place_of_hit(*hits, duty.rule)];
    if (hit >> PAC_HIT_MARK_SHIFT == mark) result->duties[kept++] = duty;
  }
  result->duty_count = kept;
}

void pac_rt_fire_marked(pac_result* result, const pac_rt_hits* hits, uint32_t mark) {
  uint32_t fired = 0;
  for (uint32_t i = 0; i < hits->count; ++i) {
    const uint32_t hit = hits->entries[i];
    if (hit >> PAC_HIT_MARK_SHIFT == mark) result->fired[fired++] = hit & PAC_HIT_RULE;
  }
  result->fired_count = fired;
}

void* pac_rt_alloc(pac_scratch* scratch, uint64_t size, uint64_t align) {
  const auto next = reinterpret_cast<uintptr_t>(scratch->next);
  const auto end = reinterpret_cast<uintptr_t>(scratch->end);
  const uintptr_t place = (next + align - 1) & ~(align - 1);
  if (place < next || place > end || size > end - place) return nullptr;
  scratch->next = reinterpret_cast<char*>(place + size);
  return reinterpret_cast<void*>(place);
}

// ---- Hits

// Hits come in the order in which rules were tried; here they get the order of the source.
void pac_rt_sort_hits(pac_rt_hits* hits) {
  uint32_t* entries = hits->entries;
  const auto sift = [&](uint64_t root, uint64_t end) {
    for (uint64_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
      if (child + 1 < end && entries[child] < entries[child + 1]) ++child;
      if (entries[root] >= entries[child]) return;
      const uint32_t other = entries[root];
      entries[root] = entries[child];
      entries[child] = other;
      root = child;
    }
  };
  const uint64_t count = hits->count;
  for (uint64_t root = count / 2; root > 0; --root) sift(root - 1, count);
  for (uint64_t end = count; end > 1; --end) {
    const uint32_t last = entries[end - 1];
    entries[end - 1] = entries[0];
    entries[0] = last;
    sift(0, end - 1);
  }
}

// Removes from the hits what they override. `targets` holds everything that a rule reaches, sorted,
// so the order in which rules are taken does not matter. Of the targets of a hit and the hits, the
// fewer are looked up in the others.
void pac_rt_remove_overridden(pac_rt_hits* hits, const uint32_t* offsets, const uint32_t* targets) {
  constexpr uint32_t kRemoved = 1u << PAC_HIT_MARK_SHIFT;
  const uint32_t count = hits->count;
  uint32_t* entries = hits->entries;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t rule = entries[i] & PAC_HIT_RULE;
    const uint32_t begin = offsets[rule];
    const uint32_t end = offsets[rule + 1];
    if (end - begin > count) {
      for (uint32_t n = 0; n < count; ++n) {
        if (is_target(targets, begin, end, entries[n] & PAC_HIT_RULE)) entries[n] |= kRemoved;
      }
      continue;
    }
    for (uint32_t n = begin; n < end; ++n) {
      const uint32_t place = place_of_hit(*hits, targets[n]);
      if (place < count && (entries[place] & PAC_HIT_RULE) == targets[n])
        entries[place] |= kRemoved;
    }
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if ((entries[i] & kRemoved) == 0) entries[kept++] = entries[i];
  }
  hits->count = kept;
}

// The number of contributions: a `for each` rule makes one for each item that hit.
uint64_t pac_rt_count_hits(const pac_rt_hits* hits, const uint32_t* each_of_rule,
                           const pac_rt_each* each) {
  if (each_of_rule == nullptr) return hits->count;
  uint64_t total = 0;
  for (uint32_t n = 0; n < hits->count; ++n) {
    const uint32_t rule = hits->entries[n] & PAC_HIT_RULE;
    if (each_of_rule[rule] == PAC_NO_EACH) {
      ++total;
      continue;
    }
    const pac_rt_each& items = each[each_of_rule[rule]];
    for (uint32_t i = 0; i < items.count; ++i) total += items.hits[i];
  }
  return total;
}

// Moves the cursor to the next hit, in source order and within a rule in the order of items. The
// cursor begins with zeros and rests behind the hit that it gave.
uint32_t pac_rt_next_hit(const pac_rt_hits* hits, const uint32_t* each_of_rule,
                         const pac_rt_each* each, pac_rt_cursor* cursor) {
  for (; cursor->next_hit < hits->count; ++cursor->next_hit, cursor->next_item = 0) {
    const uint32_t rule = hits->entries[cursor->next_hit] & PAC_HIT_RULE;
    uint32_t item_count = 1;
    const uint8_t* item_hits = nullptr;
    if (each_of_rule != nullptr && each_of_rule[rule] != PAC_NO_EACH) {
      item_count = each[each_of_rule[rule]].count;
      item_hits = each[each_of_rule[rule]].hits;
    }
    for (; cursor->next_item < item_count; ++cursor->next_item) {
      if (item_hits != nullptr && item_hits[cursor->next_item] == 0) continue;
      cursor->rule = rule;
      cursor->item = cursor->next_item++;
      return 1;
    }
  }
  return 0;
}

// Marks the hit that the cursor gave last.
void pac_rt_mark_hit(pac_rt_hits* hits, const pac_rt_cursor* cursor, uint32_t mark) {
  uint32_t* hit = &hits->entries[cursor->next_hit];
  *hit = (*hit & PAC_HIT_RULE) | (mark << PAC_HIT_MARK_SHIFT);
}

// Whether the cells lie in the ranges of a row's tests: their number, then for each test its cell,
// the number of its ranges, and first and last of each.
uint32_t pac_rt_cells_hold(const uint32_t* cells, const uint32_t* list) {
  const uint32_t tests = *list++;
  for (uint32_t test = 0; test < tests; ++test) {
    const uint32_t cell = cells[*list++];
    const uint32_t count = *list++;
    bool inside = false;
    for (uint32_t i = 0; i < count; ++i, list += 2)
      inside = inside || (cell >= list[0] && cell <= list[1]);
    if (!inside) return 0;
  }
  return 1;
}

// The next row of a pair grid, or PAC_NO_RULE: the least of what the lists have next. A list is
// looked into no farther than to a row beyond the least one found so far.
uint32_t pac_rt_next_of_grid(pac_rt_lists* state, const uint8_t* input, const uint8_t* records,
                             const uint32_t* rows, const int64_t* keys, const uint8_t* missing,
                             const uint32_t* first_check, const pac_rt_check* checks) {
  uint64_t half[2];
  memcpy(half, input, sizeof half);
  const Words wanted{half[0], half[1], half[0], half[1], half[0], half[1], half[0], half[1]};
  uint32_t best = 0;
  uint32_t least = PAC_NO_RULE;
  for (uint32_t i = 0; i < state->count;) {
    pac_rt_list& list = state->lists[i];
    while (list.row == PAC_NO_RULE) {
      list.next = filter(records, list.next, list.end, wanted);
      if (list.next == list.end || rows[list.next] >= least) break;
      const uint32_t row = rows[list.next++];
      if (row_holds(keys, missing, checks + first_check[row], checks + first_check[row + 1]))
        list.row = row;
    }
    if (list.row == PAC_NO_RULE && list.next == list.end) {
      list = state->lists[--state->count];
      continue;
    }
    if (list.row < least) {
      least = list.row;
      best = i;
    }
    ++i;
  }
  if (least != PAC_NO_RULE) state->lists[best].row = PAC_NO_RULE;
  return least;
}

// Whether keys `a` rank before keys `b`: smaller is better, the first column decides.
uint32_t pac_rt_ranks_before(const pac_int128* a, const pac_int128* b, uint32_t column_count) {
  for (uint32_t i = 0; i < column_count; ++i) {
    if (a[i] != b[i]) return a[i] < b[i] ? 1 : 0;
  }
  return 0;
}

// Fills order[0..count) with positions so that equal keys keep their order. `spare` has room for
// `count`.
void pac_rt_rank_order(const pac_int128* keys, uint32_t column_count, uint32_t count,
                       uint32_t* order, uint32_t* spare) {
  for (uint32_t i = 0; i < count; ++i) order[i] = i;
  for (uint64_t width = 1; width < count; width *= 2) {
    for (uint64_t low = 0; low < count; low += 2 * width) {
      const uint64_t middle = low + width < count ? low + width : count;
      const uint64_t high = low + 2 * width < count ? low + 2 * width : count;
      uint64_t left = low;
      uint64_t right = middle;
      for (uint64_t at = low; at < high; ++at) {
        const bool take_right =
            left == middle ||
            (right < high &&
             pac_rt_ranks_before(keys + uint64_t{order[right]} * column_count,
                                 keys + uint64_t{order[left]} * column_count, column_count) != 0);
        spare[at] = take_right ? order[right++] : order[left++];
      }
    }
    memcpy(order, spare, count * sizeof(uint32_t));
  }
}

void pac_rt_gather(char* to, const char* from, const uint32_t* order, uint32_t count,
                   uint32_t stride) {
  for (uint64_t i = 0; i < count; ++i)
    memcpy(to + i * stride, from + uint64_t{order[i]} * stride, stride);
}

// ---- Sets

// Sorts `count` elements and drops repeats; returns how many are left. `spare` holds one element.
uint32_t pac_rt_make_set(char* data, uint32_t count, uint32_t stride, char* spare,
                         int32_t (*compare)(const void*, const void*)) {
  const auto at = [&](uint64_t i) { return data + i * stride; };
  const auto swap = [&](uint64_t i, uint64_t j) {
    memcpy(spare, at(i), stride);
    memcpy(at(i), at(j), stride);
    memcpy(at(j), spare, stride);
  };
  const auto sift = [&](uint64_t root, uint64_t end) {
    for (uint64_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
      if (child + 1 < end && compare(at(child), at(child + 1)) < 0) ++child;
      if (compare(at(root), at(child)) >= 0) return;
      swap(root, child);
      root = child;
    }
  };
  for (uint64_t root = count / 2; root > 0; --root) sift(root - 1, count);
  for (uint64_t end = count; end > 1; --end) {
    swap(0, end - 1);
    sift(0, end - 1);
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (kept != 0 && compare(at(kept - 1), at(i)) == 0) continue;
    if (kept != i) memcpy(at(kept), at(i), stride);
    ++kept;
  }
  return kept;
}

// ---- Dates

uint32_t pac_rt_add_days(int32_t date, int64_t duration, uint32_t negate, int32_t* out) {
  if (duration % pac::kMicrosPerDay != 0) return PAC_E_ARGUMENT;
  const int64_t days = duration / pac::kMicrosPerDay;
  return check(pac::add_days(date, negate != 0 ? -days : days, out), PAC_E_DATE_RANGE);
}

uint32_t pac_rt_add_duration(int64_t datetime, int64_t duration, uint32_t negate, int64_t* out) {
  if (negate != 0) {
    if (duration == INT64_MIN) return PAC_E_DATE_RANGE;
    duration = -duration;
  }
  return check(pac::add_duration(datetime, duration, out), PAC_E_DATE_RANGE);
}

// The last of `count` ascending dates that is not after `date`, or -1.
int32_t pac_rt_line_at(const int32_t* from, uint32_t count, int32_t date) {
  uint32_t low = 0;
  uint32_t high = count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (from[middle] <= date)
      low = middle + 1;
    else
      high = middle;
  }
  return static_cast<int32_t>(low) - 1;
}

// ---- Numbers

uint32_t pac_rt_mul(const pac_int128* a, const pac_int128* b, pac_int128* out) {
  return check(pac::checked_mul(*a, *b, out), PAC_E_OVERFLOW);
}

uint32_t pac_rt_mod(const pac_int128* a, const pac_int128* b, pac_int128* out) {
  return check(pac::mod(*a, *b, out), PAC_E_DIVISION_BY_ZERO);
}

// b is not zero.
int64_t pac_rt_mod64(int64_t a, int64_t b) {
  if (b == -1) return 0;
  const int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

int32_t pac_rt_compare(const pac_int128* a, int32_t scale_a, const pac_int128* b, int32_t scale_b) {
  return pac::compare(*a, scale_a, *b, scale_b);
}

int32_t pac_rt_compare_quotients(const pac_int128* num_a, const pac_int128* den_a, int32_t scale_a,
                                 const pac_int128* num_b, const pac_int128* den_b,
                                 int32_t scale_b) {
  // Most quotients are of small numbers: cross products of 63 bits each fit.
  const auto small = [](Int128 v) { return v == static_cast<int64_t>(v); };
  if (scale_a == scale_b && small(*num_a) && small(*den_a) && small(*num_b) && small(*den_b)) {
    const Int128 left = *num_a * *den_b;
    const Int128 right = *num_b * *den_a;
    const int order = left < right ? -1 : (left > right ? 1 : 0);
    return (*den_a < 0) != (*den_b < 0) ? -order : order;
  }
  return compare_wide({*num_a, *den_a, scale_a}, {*num_b, *den_b, scale_b});
}

uint32_t pac_rt_round(const pac_int128* value, int32_t scale, int32_t to_scale, uint32_t mode,
                      pac_int128* out) {
  return check(pac::round(*value, scale, to_scale, static_cast<pac::Rounding>(mode), out),
               PAC_E_OVERFLOW);
}

// `power` is 10 to the number of digits cut off, at most 10^18.
[[gnu::always_inline]] inline int64_t pac_rt_round64_inline(int64_t value, int64_t power,
                                                            uint32_t mode) {
  const int64_t cut = value / power;
  const int64_t rest = value - cut * power;
  const uint64_t size = rest < 0 ? static_cast<uint64_t>(-rest) : static_cast<uint64_t>(rest);
  const uint64_t other = static_cast<uint64_t>(power) - size;
  const int half = size < other ? -1 : (size > other ? 1 : 0);
  const bool away = rest != 0 && pac::decimal_detail::rounds_away(value < 0, (cut & 1) != 0, half,
                                                                  static_cast<pac::Rounding>(mode));
  return away ? (value < 0 ? cut - 1 : cut + 1) : cut;
}

int64_t pac_rt_round64(int64_t value, int64_t power, uint32_t mode) {
  return pac_rt_round64_inline(value, power, mode);
}

uint32_t pac_rt_round_quotient(const pac_int128* num, const pac_int128* den, int32_t scale,
                               int32_t to_scale, uint32_t mode_number, pac_int128* out) {
  const auto mode = static_cast<pac::Rounding>(mode_number);
  const int shift = to_scale - scale;
  Int128 scaled = 0;
  // The usual case: the numerator at the result's scale fits, so one 128-bit division is enough.
  if (shift >= 0 && shift <= pac::kMaxScale && pac::checked_mul(*num, pac::pow10(shift), &scaled)) {
    const UInt128 numerator = pac::magnitude(scaled);
    const UInt128 denominator = pac::magnitude(*den);
    const UInt128 whole = numerator / denominator;
    const UInt128 rest = numerator - whole * denominator;
    const UInt128 other = denominator - rest;
    const int half = rest < other ? -1 : (rest > other ? 1 : 0);
    const bool negative = (scaled < 0) != (*den < 0);
    return check(pac::decimal_detail::finish(negative, whole, rest == 0, half, mode, out),
                 PAC_E_OVERFLOW);
  }
  return check(round_wide({*num, *den, scale}, to_scale, mode, out), PAC_E_OVERFLOW);
}

// ---- Text

uint32_t pac_rt_text_equal(const char* a, uint32_t a_size, const char* b, uint32_t b_size) {
  return a_size == b_size && memcmp(a, b, a_size) == 0 ? 1 : 0;
}

int32_t pac_rt_text_order(const char* a, uint32_t a_size, const char* b, uint32_t b_size) {
  const int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
  if (order != 0) return order < 0 ? -1 : 1;
  return a_size < b_size ? -1 : (a_size > b_size ? 1 : 0);
}

uint32_t pac_rt_starts_with(const char* a, uint32_t a_size, const char* b, uint32_t b_size) {
  return a_size >= b_size && memcmp(a, b, b_size) == 0 ? 1 : 0;
}

uint32_t pac_rt_ends_with(const char* a, uint32_t a_size, const char* b, uint32_t b_size) {
  return a_size >= b_size && memcmp(a + (a_size - b_size), b, b_size) == 0 ? 1 : 0;
}

uint32_t pac_rt_contains(const char* a, uint32_t a_size, const char* b, uint32_t b_size) {
  if (b_size == 0) return 1;
  for (uint32_t at = 0; b_size <= a_size && at <= a_size - b_size; ++at) {
    if (a[at] == b[0] && memcmp(a + at, b, b_size) == 0) return 1;
  }
  return 0;
}

// Whether the text is one of `count` texts sorted by bytes.
uint32_t pac_rt_text_in(const char* text, uint32_t size, const pac_text* sorted, uint32_t count) {
  uint32_t low = 0;
  uint32_t high = count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const int32_t order = pac_rt_text_order(sorted[middle].data, sorted[middle].size, text, size);
    if (order == 0) return 1;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return 0;
}

// The place of the text in a table of texts (text_hash.h), or their number where it isn't there.
uint32_t pac_rt_text_place(const char* text, uint32_t size, const uint32_t* slots, uint32_t mask,
                           const pac_text* texts, uint32_t count) {
  auto at = static_cast<uint32_t>(pac::codegen::text_hash(text, size)) & mask;
  for (; slots[at] != count; at = (at + 1) & mask) {
    const pac_text& one = texts[slots[at]];
    if (one.size == size && memcmp(one.data, text, size) == 0) return slots[at];
  }
  return count;
}

// The key of a text that ends near the end of a page, byte by byte.
[[gnu::cold, gnu::noinline]] uint64_t pac_rt_text_bytes(const char* text, uint32_t size) {
  uint64_t key = 0;
  for (uint32_t i = 0; i < 8; ++i)
    key = key << 8 | (i < size ? static_cast<unsigned char>(text[i]) : 0u);
  return key;
}

int64_t pac_rt_code_points(const char* text, uint32_t size) {
  return pac::count_code_points(std::string_view(text, size));
}

// Whether the number lies in one of `count` sorted, disjoint intervals.
uint32_t pac_rt_in_intervals(const pac_int128* value, const pac_int128* ends, uint32_t count) {
  uint32_t low = 0;
  uint32_t high = count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (*value < ends[2 * middle])
      high = middle;
    else if (*value > ends[2 * middle + 1])
      low = middle + 1;
    else
      return 1;
  }
  return 0;
}

// Walks the tables of a pac::Regex.
uint32_t pac_rt_matches(const char* text, uint32_t size, const uint8_t* byte_classes,
                        const uint16_t* transitions, const uint8_t* accepting, uint32_t class_count,
                        uint32_t start) {
  uint32_t state = start;
  for (uint32_t i = 0; i < size; ++i) {
    state = transitions[uint64_t{state} * class_count +
                        byte_classes[static_cast<unsigned char>(text[i])]];
    if (state == 0) return 0;
  }
  return accepting[state];
}

// ---- Templates: pieces are put one after the other at scratch->next; `start` is where the text
// begins.

uint32_t pac_rt_put_text(pac_scratch* scratch, const char* start, const char* text, uint32_t size) {
  const auto used = static_cast<uint64_t>(scratch->next - start);
  if (used + size > PAC_MAX_TEXT) return PAC_E_LIMIT;
  if (size > static_cast<uint64_t>(scratch->end - scratch->next)) return PAC_E_LIMIT;
  memcpy(scratch->next, text, size);
  scratch->next += size;
  return PAC_E_NONE;
}

uint32_t pac_rt_put_decimal(pac_scratch* scratch, const char* start, const pac_int128* value,
                            int32_t scale) {
  char text[pac::kDecimalTextBytes];
  return pac_rt_put_text(scratch, start, text,
                         static_cast<uint32_t>(pac::format_decimal(*value, scale, text)));
}

uint32_t pac_rt_put_int(pac_scratch* scratch, const char* start, int64_t value) {
  char text[pac::kIntTextBytes];
  return pac_rt_put_text(scratch, start, text, static_cast<uint32_t>(pac::format_int(value, text)));
}

uint32_t pac_rt_put_date(pac_scratch* scratch, const char* start, int32_t value) {
  char text[pac::kDateTextBytes];
  return pac_rt_put_text(scratch, start, text,
                         static_cast<uint32_t>(pac::format_date(value, text)));
}

uint32_t pac_rt_put_datetime(pac_scratch* scratch, const char* start, int64_t value) {
  char text[pac::kDatetimeTextBytes];
  return pac_rt_put_text(scratch, start, text,
                         static_cast<uint32_t>(pac::format_datetime(value, text)));
}

uint32_t pac_rt_put_duration(pac_scratch* scratch, const char* start, int64_t value) {
  char text[pac::kDurationTextBytes];
  return pac_rt_put_text(scratch, start, text,
                         static_cast<uint32_t>(pac::format_duration(value, text)));
}

}  // extern "C"
