// Checks of single values, shared by every way in which values come in: JSON, CSV, setters, structs
// of generated code. Each returns whether the reader goes on (Report). No allocation; any thread.
#pragma once

#include "runtime/base/arena.h"
#include "runtime/engine/report.h"
#include "runtime/engine/schema.h"

namespace pac::engine {

// A scalar or a text against the domain of its slot; an integer without one against +-(2^53 - 1).
bool check_domain(const Slot& slot, const interp::Value& value, Report& report);

// Whether the type has such a value at all: an enumeration's index, a date between the years 1 and
// 9999.
bool fits_type(const Schema& schema, const Slot& slot, Int128 number);

// Text that may become a value: UTF-8 without U+0000.
bool check_text(std::string_view text, Report& report);

// The number of items of a list or set.
bool check_count(const Slot& slot, uint64_t count, Report& report);

// Sorts the items of a set and refuses repeats; uses the arena for as long as it works.
bool sort_set(const Slot& slot, pac_list list, Arena& arena, Report& report);

// A value that lies in memory and was written by somebody else, at any depth: bytes that are no
// value of the type, domains, order of sets. The memory itself must be readable.
bool check_stored(const Slot& slot, const void* at, Report& report);

}  // namespace pac::engine
