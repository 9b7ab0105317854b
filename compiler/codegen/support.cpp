// What generated code calls: text, exact numbers, sets and results; support_search.cpp has the
// rest. Compiled to LLVM bitcode when pac is built, linked into each module and inlined there; the
// emitters know these functions by name and read their types from the bitcode. So this file
// allocates nothing, throws nothing and calls nothing but memcpy, memmove, memset and memcmp.
// Everything of 128 bits passes by address, which keeps the calling convention of __int128 out of
// the picture. A function that can fail returns a pac_error.
#include <stdint.h>
#include <string.h>

#include <string_view>

#include "compiler/codegen/support_types.h"
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

constexpr uint64_t kTogether = 16;
using Bytes = char __attribute__((vector_size(kTogether)));
using Mask = bool __attribute__((ext_vector_type(kTogether)));

// A bit for each of sixteen places that has `first` at `from` and `last` at `to`.
uint32_t ends_at(const char* from, char first, const char* to, char last) {
  Bytes begins, ends;
  memcpy(&begins, from, sizeof begins);
  memcpy(&ends, to, sizeof ends);
  const auto same = (begins == first) & (ends == last);
  const Mask whole = __builtin_convertvector(same, Mask);
  uint16_t bits = 0;
  memcpy(&bits, &whole, sizeof bits);
  return bits;
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

void* pac_rt_alloc(pac_scratch* scratch, uint64_t size, uint64_t align) {
  const auto next = reinterpret_cast<uintptr_t>(scratch->next);
  const auto end = reinterpret_cast<uintptr_t>(scratch->end);
  const uintptr_t place = (next + align - 1) & ~(align - 1);
  if (place < next || place > end || size > end - place) return nullptr;
  scratch->next = reinterpret_cast<char*>(place + size);
  return reinterpret_cast<void*>(place);
}

// ---- Ranks

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

// Sixteen places at once where there are so many: those at which the first and the last byte of
// what is looked for lie are compared whole. The last sixteen overlap the ones before.
uint32_t pac_rt_contains(const char* a, uint32_t a_size, const char* b, uint32_t b_size) {
  if (b_size == 0) return 1;
  if (b_size > a_size) return 0;
  const uint64_t last = a_size - b_size;
  if (last + 1 < kTogether) {
    for (uint64_t at = 0; at <= last; ++at) {
      if (a[at] == b[0] && memcmp(a + at, b, b_size) == 0) return 1;
    }
    return 0;
  }
  const uint64_t last_block = last + 1 - kTogether;
  for (uint64_t at = 0;; at = at + kTogether < last_block ? at + kTogether : last_block) {
    for (uint32_t found = ends_at(a + at, b[0], a + at + b_size - 1, b[b_size - 1]); found != 0;
         found &= found - 1) {
      if (memcmp(a + at + __builtin_ctz(found), b, b_size) == 0) return 1;
    }
    if (at == last_block) return 0;
  }
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
