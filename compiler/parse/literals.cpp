#include "compiler/parse/literals.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>
#include <vector>

#include "compiler/parse/parse.h"
#include "runtime/base/date.h"

namespace pac::parse {
namespace {

using diag::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

void append_utf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xc0 | (code >> 6));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *out += static_cast<char>(0xe0 | (code >> 12));
    *out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    *out += static_cast<char>(0xf0 | (code >> 18));
    *out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    *out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// At `{` of \u{…}: the bytes it takes, or 0.
size_t decode_code_point(std::string_view rest, uint32_t* code) {
  if (rest.empty() || rest[0] != '{') return 0;
  const size_t close = rest.find('}');
  if (close == std::string_view::npos || close < 2 || close > 7) return 0;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + close, *code, 16);
  if (error != std::errc() || end != rest.data() + close) return 0;
  const bool surrogate = *code >= 0xd800 && *code <= 0xdfff;
  // U+0000 ends strings elsewhere, so no text of the language may hold it.
  return *code == 0 || surrogate || *code > 0x10ffff ? 0 : close + 1;
}

// `_` may stand between digits only.
bool underscores_are_inside(std::string_view digits) {
  for (size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] != '_') continue;
    if (i == 0 || i + 1 == digits.size() || !is_digit(digits[i - 1]) || !is_digit(digits[i + 1]))
      return false;
  }
  return true;
}

bool check_digits(std::string_view digits, Span span, diag::Emitter& emitter) {
  if (!underscores_are_inside(digits)) {
    emitter.emit(Kind::bad_number, span, {{"seen", std::string(digits)}})
        .help("a `_` stands between two digits: 10_000.00");
    return false;
  }
  const auto count = std::count_if(digits.begin(), digits.end(), is_digit);
  if (count <= kMaxDigits) return true;
  emitter.emit(Kind::number_too_large, span, {{"seen", std::string(digits)}})
      .label("has " + std::to_string(count) + " digits")
      .note("a number has at most " + std::to_string(kMaxDigits) + " digits");
  return false;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      out += c;
      continue;
    }
    char code[16];
    std::snprintf(code, sizeof code, "\\u{%x}",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += code;
  }
  return out;
}

DateGuess guess_date(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_digit(text[i])) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  DateGuess guess;
  if (parts.size() != 3) return guess;
  const auto short_part = [](std::string_view p) { return p.size() == 1 || p.size() == 2; };
  if (parts[0].size() == 4 && short_part(parts[1]) && short_part(parts[2])) {
    const int year = number(parts[0]);
    const int month = number(parts[1]);
    const int day = number(parts[2]);
    guess.looks_like_date = true;
    if (is_valid_civil(year, month, day)) {
      char iso[48];
      std::snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, month, day);
      guess.iso = iso;
    }
  } else if (parts[2].size() == 4 && short_part(parts[0]) && short_part(parts[1])) {
    guess.looks_like_date = true;  // day first or month first: only the author knows
  }
  return guess;
}

std::string decode_string(std::string_view literal, Span span, diag::Emitter& emitter) {
  std::string out;
  const std::string_view inside = literal.substr(1, literal.size() - 2);
  out.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      out += inside[i];
      continue;
    }
    const char next = inside[++i];  // the lexer lets no string end in a backslash
    size_t length = 1;
    uint32_t code = 0;
    if (next == '"' || next == '\\') {
      out += next;
    } else if (next == 'n') {
      out += '\n';
    } else if (next == 't') {
      out += '\t';
    } else if (next == 'r') {
      out += '\r';
    } else if (next == 'u' && decode_code_point(inside.substr(i + 1), &code) != 0) {
      append_utf8(code, &out);
      length += decode_code_point(inside.substr(i + 1), &code);
    } else {
      // The escaped character may take several bytes; the place covers all of them.
      while (i + length < inside.size() &&
             (static_cast<unsigned char>(inside[i + length]) & 0xc0) == 0x80)
        ++length;
      const auto begin = static_cast<uint32_t>(span.begin + i);
      const Span place{span.file, begin, static_cast<uint32_t>(begin + 1 + length)};
      auto message = emitter.emit(Kind::bad_escape, place,
                                  {{"seen", "\\" + printable(inside.substr(i, length))}});
      if (next == 'u') {
        message.help(
            "a character by its number is written `\\u{e4}`: one to six hexadecimal digits, not 0");
      } else {
        message.help("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{…}`")
            .help("a backslash itself, as in a pattern, is written `\\\\`");
      }
    }
    i += length - 1;
  }
  return out;
}

bool decode_int(std::string_view digits, bool negative, Span span, diag::Emitter& emitter,
                int64_t* out) {
  if (!check_digits(digits, span, emitter)) return false;
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  const uint64_t limit = negative ? kMax + 1 : kMax;
  uint64_t value = 0;
  for (const char c : digits) {
    if (c == '_') continue;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > (limit - digit) / 10) {
      emitter.emit(Kind::number_too_large, span, {{"seen", std::string(digits)}})
          .label("does not fit an `int`")
          .note("an `int` has 64 bits: at most 9_223_372_036_854_775_807");
      return false;
    }
    value = value * 10 + digit;
  }
  *out = static_cast<int64_t>(negative ? ~value + 1 : value);
  return true;
}

bool check_decimal(std::string_view digits, Span span, diag::Emitter& emitter) {
  const size_t point = digits.find('.');
  if (underscores_are_inside(digits.substr(0, point)) &&
      underscores_are_inside(digits.substr(point + 1))) {
    return check_digits(digits, span, emitter);
  }
  emitter.emit(Kind::bad_number, span, {{"seen", std::string(digits)}})
      .help("a `_` stands between two digits: 10_000.00");
  return false;
}

}  // namespace pac::parse
