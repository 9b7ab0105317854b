#include "runtime/engine/json_text.h"

#include <bit>
#include <cstring>

#include "runtime/base/utf8.h"
#include "runtime/engine/json_scan.h"

namespace pac::engine {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The four digits after \u; false where there are none.
bool take_unit(std::string_view raw, std::size_t at, char32_t* out) {
  if (raw.size() < at + 4) return false;
  char32_t unit = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = hex_digit(raw[i]);
    if (digit < 0) return false;
    unit = unit * 16 + static_cast<char32_t>(digit);
  }
  *out = unit;
  return true;
}

// The character that a \u at raw[*at] (after the u) means; moves *at past it.
Unescaped take_code_point(std::string_view raw, std::size_t* at, char32_t* out) {
  char32_t unit = 0;
  if (!take_unit(raw, *at, &unit)) return Unescaped::bad_escape;
  *at += 4;
  if (unit == 0) return Unescaped::zero;
  if (unit >= 0xD800 && unit < 0xDC00) {
    char32_t low = 0;
    if (raw.substr(*at, 2) != "\\u") return Unescaped::lone_surrogate;
    if (!take_unit(raw, *at + 2, &low)) return Unescaped::bad_escape;
    if (low < 0xDC00 || low > 0xDFFF) return Unescaped::lone_surrogate;
    *at += 6;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  } else if (!is_scalar_value(unit)) {
    return Unescaped::lone_surrogate;
  }
  *out = unit;
  return Unescaped::ok;
}

char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

}  // namespace

Unescaped unescape(std::string_view raw, Arena& arena, std::string_view* out) {
  const void* first = raw.empty() ? nullptr : std::memchr(raw.data(), '\\', raw.size());
  if (first == nullptr) {
    *out = raw;
    return Unescaped::ok;
  }
  // An escape is never shorter than what it stands for.
  char* const text = arena.allocate_array<char>(raw.size());
  if (text == nullptr) return Unescaped::no_memory;
  std::size_t size = 0;
  for (std::size_t at = 0; at < raw.size();) {
    if (raw[at] != '\\') {
      text[size++] = raw[at++];
      continue;
    }
    if (++at == raw.size()) return Unescaped::bad_escape;
    const char kind = raw[at++];
    if (kind != 'u') {
      const char c = short_escape(kind);
      if (c == 0) return Unescaped::bad_escape;
      text[size++] = c;
      continue;
    }
    char32_t code_point = 0;
    const Unescaped found = take_code_point(raw, &at, &code_point);
    if (found != Unescaped::ok) return found;
    size += static_cast<std::size_t>(encode_utf8(code_point, text + size));
  }
  *out = {text, size};
  return Unescaped::ok;
}

bool take_quoted(std::string_view text, std::string_view* out) {
  if (text.empty() || text[0] != '"') return false;
  std::size_t at = 1;
  for (;;) {
    // Sixteen bytes of neither kind at a time.
    while (text.size() - at >= 16) {
      const __m128i bytes = load_16(text.data() + at);
      const uint32_t found = equal_bits(bytes, '"') | equal_bits(bytes, '\\');
      at += found == 0 ? 16 : static_cast<std::size_t>(std::countr_zero(found));
      if (found != 0) break;
    }
    while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
    if (at >= text.size() || text[at] == '"') break;
    at += 2;
    if (at >= text.size()) return false;
  }
  if (at >= text.size()) return false;
  *out = text.substr(1, at - 1);
  return true;
}

}  // namespace pac::engine
