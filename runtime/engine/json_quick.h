// The quick way from JSON text to an input record, by a JsonPlan: one pass over the text, which
// takes what good input looks like and nothing else. Whatever it is not sure of (a mistake, but
// also an exponent, an unknown name, 16 digits) it leaves to JsonReader, which defines what is
// accepted and says what is wrong: what this reader takes, that one takes too, to the same bytes.
// Stateless; one thread at a time for each arena; nothing is allocated.
#pragma once

#include <cstdint>

#include "runtime/base/arena.h"
#include "runtime/engine/json_plan.h"
#include "runtime/engine/refusal.h"

namespace pac::engine {

struct QuickTask {
  const QuickRecord* record = nullptr;
  const Schema* schema = nullptr;
  Arena* arena = nullptr;
  Refusals* unread = nullptr;  // what a repeated item of a set is told to; nobody reads it
  const char* end = nullptr;   // where the text ends, behind the object; null: anything follows
  bool absent_is_refused = true;
  uint64_t* seen = nullptr;  // a bit for each field of the input record; null: not asked for
};

// `text` ends with a zero byte and has kScanPadding bytes behind that; `base` is zeroed memory of
// the record. The end of the object with which the text begins, or null: not taken, and everything
// is then as it was.
const char* read_quickly(const char* text, const QuickTask& task, char* base);

// A value by itself, as a cell of a table gives it, in the words of JSON strings; `at` is zeroed
// memory of the slot (JsonPlan::cell). Texts are copied into the arena. False: not taken, and
// memory may hold anything.
bool read_cell_quickly(const QuickSlot& slot, std::string_view text, const Schema& schema,
                       Arena& arena, char* at);
// The same for a text behind which kScanPadding bytes may be read, the first of them no digit.
bool read_padded_cell_quickly(const QuickSlot& slot, std::string_view text, const Schema& schema,
                              Arena& arena, char* at);

}  // namespace pac::engine
