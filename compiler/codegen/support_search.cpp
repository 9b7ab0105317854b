// What generated code calls to find rules: lists of those that hit, cells and texts of kernels,
// pair grids. Compiled to bitcode as support.cpp is, under the same rules: it allocates nothing,
// throws nothing and calls nothing but memcpy, memmove, memset and memcmp.
#include <stdint.h>
#include <string.h>

#include "compiler/codegen/number_hash.h"
#include "compiler/codegen/support_types.h"
#include "compiler/codegen/text_hash.h"
#include "runtime/abi.h"

namespace {

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

// The place of the longest of those texts that the text ends with, or their number where it ends
// with none.
uint32_t pac_rt_text_ending(const char* text, uint32_t size, const uint32_t* slots, uint32_t mask,
                            const pac_text* texts, uint32_t count, const uint32_t* lengths,
                            uint32_t length_count) {
  for (uint32_t i = 0; i < length_count; ++i) {
    if (lengths[i] > size) continue;
    const char* ending = text + (size - lengths[i]);
    const uint32_t found = pac_rt_text_place(ending, lengths[i], slots, mask, texts, count);
    if (found != count) return found;
  }
  return count;
}

// Whether the number is in a table of numbers (number_hash.h).
uint32_t pac_rt_number_in(int64_t number, const int64_t* slots, uint32_t bits, uint64_t factor) {
  const pac::codegen::NumberPlaces places = pac::codegen::number_places(number, factor, bits);
  const bool is_first = slots[places.first] == number;
  const bool is_second = slots[places.second] == number;
  return static_cast<uint32_t>(is_first) | static_cast<uint32_t>(is_second);
}

// Whether the text is one of a table of texts: `ends` says where in `texts` each ends, from the
// second on.
uint32_t pac_rt_text_in(const char* text, uint32_t size, const uint64_t* slots, uint64_t mask,
                        const uint32_t* ends, const char* texts, uint64_t lengths) {
  const uint32_t length = size < pac::codegen::kTextLengths ? size : pac::codegen::kTextLengths;
  if ((lengths >> length & 1) == 0) return 0;
  const uint64_t hash = pac::codegen::text_hash(text, size);
  for (uint64_t at = hash & mask; slots[at] != 0; at = (at + 1) & mask) {
    if (((slots[at] ^ hash) & pac::codegen::kTextHashTag) != 0) continue;
    const auto place = static_cast<uint32_t>(slots[at]);
    if (ends[place] - ends[place - 1] != size) continue;
    if (memcmp(texts + ends[place - 1], text, size) == 0) return 1;
  }
  return 0;
}

// The key of a text that ends near the end of a page, byte by byte.
[[gnu::cold, gnu::noinline]] uint64_t pac_rt_text_bytes(const char* text, uint32_t size) {
  uint64_t key = 0;
  for (uint32_t i = 0; i < 8; ++i)
    key = key << 8 | (i < size ? static_cast<unsigned char>(text[i]) : 0u);
  return key;
}

}  // extern "C"
