// Scalars as text: what a JSON token, a CSV cell or a setter says, read by the declared type, and
// the way back. Pure functions, no allocation, any thread. Numbers are read from their digits,
// never through a double.
#pragma once

#include <string_view>

#include "runtime/base/text_numbers.h"
#include "runtime/engine/refusal.h"
#include "runtime/engine/schema.h"
#include "runtime/engine/text_sink.h"

namespace pac::engine {

struct ScalarRead {
  RefusalCode code = RefusalCode::none;  // none: read
  TextStatus status = TextStatus::ok;    // of a number or a time that was not read
};

// `text` by the type of `slot`, which is no string, list, set or record: digits, a wire name,
// `true`, a date. The domain is not tested.
ScalarRead read_scalar(const Schema& schema, const Slot& slot, std::string_view text, Int128* out);

// The quick way for plain numbers, such as -12.50: at most 18 digits, among them no more after the
// point than `scale`, and no exponent. In units of the scale. False says nothing about the number.
bool read_short_number(std::string_view text, int scale, std::int64_t* out);

// Whether software that keeps JSON numbers as doubles could have changed this one on its way: an
// integer beyond 2^53 - 1, any other with more than 15 significant digits. `number` is a JSON
// number.
bool may_be_rounded(std::string_view number);

// The canonical text, without quotes: decimals with exactly `scale` digits, enumerations by wire
// name.
void format_scalar(const Schema& schema, const Slot& slot, Int128 value, TextSink& out);

// Whether canonical JSON writes the value without quotes: booleans, and integers up to 2^53 - 1.
bool is_bare(ir::TypeKind kind, Int128 value);

}  // namespace pac::engine
