// The inside of JSON strings. Pure functions; any thread; nothing is allocated outside the arena.
#pragma once

#include <string_view>

#include "runtime/base/arena.h"

namespace pac::engine {

enum class Unescaped : uint8_t {
  ok,
  bad_escape,      // \x, \u12
  lone_surrogate,  // half of a pair
  zero,            // \u0000
  no_memory,
};

// `raw` is what stands between the quotes, already valid UTF-8. Without a backslash *out is `raw`
// itself, else a text in the arena.
Unescaped unescape(std::string_view raw, Arena& arena, std::string_view* out);

// The text between the quotes with which `text` begins, or false where no quote ends it.
bool take_quoted(std::string_view text, std::string_view* out);

}  // namespace pac::engine
