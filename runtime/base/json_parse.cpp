// The reader is written by hand rather than over simdjson: the tree it builds dominates the time
// anyway, and the digits of numbers, doubled keys and the place of every error are needed as well.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "runtime/base/json.h"
#include "runtime/base/utf8.h"

namespace pac::json {

class Parser {
 public:
  Parser(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  Result<Value> run() {
    if (text_.size() > limits_.max_bytes) {
      return pac::fail("PAC0111", "the JSON text has " + std::to_string(text_.size()) +
                                      " bytes, more than the limit of " +
                                      std::to_string(limits_.max_bytes));
    }
    if (const std::size_t at = find_invalid_utf8(text_); at != text_.size()) {
      at_ = at;
      refuse("this byte is not UTF-8; save the file as UTF-8");
      return std::unexpected(std::move(*error_));
    }
    Value value;
    skip_space();
    if (read_value(&value, 0)) {
      skip_space();
      if (at_ == text_.size()) return value;
      refuse("text after the end of the value; one JSON value is read, remove the rest");
    }
    return std::unexpected(std::move(*error_));
  }

 private:
  // Records the first error at the current byte; always false.
  bool refuse(std::string_view what, const char* code = "PAC0110") {
    if (error_) return false;
    const auto line =
        1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
    error_ = Error{code, "JSON line " + std::to_string(line) + ", byte " + std::to_string(at_) +
                             ": " + std::string(what)};
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
      ++at_;
    }
  }

  bool read_value(Value* out, int depth) {
    switch (peek()) {
      case '{':
        return read_object(out, depth);
      case '[':
        return read_array(out, depth);
      case '"': {
        std::string text;
        if (!read_string(&text)) return false;
        out->data_.emplace<std::string>(std::move(text));
        return true;
      }
      case 't':
        return read_word("true", Value(true), out);
      case 'f':
        return read_word("false", Value(false), out);
      case 'n':
        return read_word("null", Value(), out);
      default:
        return read_number(out);
    }
  }

  bool read_word(std::string_view word, Value value, Value* out) {
    if (text_.substr(at_, word.size()) != word) return refuse("a value was expected here");
    at_ += word.size();
    *out = std::move(value);
    return true;
  }

  bool enter(int depth) {
    if (depth < limits_.max_depth) return true;
    return refuse("values are nested deeper than the limit of " + std::to_string(limits_.max_depth),
                  "PAC0111");
  }

  bool read_array(Value* out, int depth) {
    if (!enter(depth)) return false;
    ++at_;
    auto& elements = out->data_.emplace<Elements>();
    skip_space();
    if (peek() == ']') {
      ++at_;
      return true;
    }
    while (true) {
      skip_space();
      elements.emplace_back();
      if (!read_value(&elements.back(), depth + 1)) return false;
      skip_space();
      const char c = peek();
      if (c != ',' && c != ']') return refuse("`,` or `]` was expected after an element");
      ++at_;
      if (c == ']') return true;
    }
  }

  bool read_object(Value* out, int depth) {
    if (!enter(depth)) return false;
    ++at_;
    auto& members = out->data_.emplace<Members>();
    const std::size_t first_offset = key_offsets_.size();
    skip_space();
    if (peek() == '}') {
      ++at_;
      return true;
    }
    while (true) {
      skip_space();
      if (peek() != '"') return refuse("a key in double quotes was expected");
      key_offsets_.push_back(at_);
      members.emplace_back();
      if (!read_string(&members.back().key)) return false;
      skip_space();
      if (peek() != ':') return refuse("`:` was expected after a key");
      ++at_;
      skip_space();
      if (!read_value(&members.back().value, depth + 1)) return false;
      skip_space();
      const char c = peek();
      if (c != ',' && c != '}') return refuse("`,` or `}` was expected after a member");
      ++at_;
      if (c == '}') break;
    }
    if (!keys_differ(members, first_offset)) return false;
    key_offsets_.resize(first_offset);
    return true;
  }

  bool refuse_doubled(const Members& members, std::size_t index, std::size_t first_offset) {
    at_ = key_offsets_[first_offset + index];
    return refuse("the key \"" + members[index].key +
                  "\" occurs twice in one object; keep one of the two");
  }

  bool keys_differ(const Members& members, std::size_t first_offset) {
    // Pairs are compared directly up to a size where sorting begins to pay.
    constexpr std::size_t kFewMembers = 16;
    if (members.size() <= kFewMembers) {
      for (std::size_t i = 1; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (members[i].key == members[j].key) return refuse_doubled(members, i, first_offset);
        }
      }
      return true;
    }
    std::vector<std::size_t> order(members.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const int by_key = members[a].key.compare(members[b].key);
      return by_key != 0 ? by_key < 0 : a < b;
    });
    std::size_t doubled = members.size();  // the first in the text
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (members[order[i - 1]].key == members[order[i]].key) doubled = std::min(doubled, order[i]);
    }
    return doubled == members.size() || refuse_doubled(members, doubled, first_offset);
  }

  // The first byte from `at` on that ends a run of plain text: a quote, a backslash or a control.
  std::size_t find_special(std::size_t at) const {
    constexpr std::uint64_t kOnes = 0x0101010101010101u;
    constexpr std::uint64_t kTops = 0x8080808080808080u;
    while (text_.size() - at >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text_.data() + at, 8);
      // The top bit of a byte is set where the byte is zero after the exclusive or, or below 0x20;
      // borrows may set too many, never too few, and the loop below looks again.
      const std::uint64_t quote = word ^ kOnes * '"';
      const std::uint64_t slash = word ^ kOnes * '\\';
      const std::uint64_t hits =
          ((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash) | ((word - kOnes * 0x20) & ~word);
      if ((hits & kTops) != 0) break;
      at += 8;
    }
    while (at < text_.size()) {
      const char c = text_[at];
      if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) break;
      ++at;
    }
    return at;
  }

  bool read_string(std::string* out) {
    const std::size_t begin = at_++;
    while (true) {
      const std::size_t end = find_special(at_);
      out->append(text_, at_, end - at_);
      at_ = end;
      if (at_ == text_.size()) {
        at_ = begin;
        return refuse("this string has no closing quote");
      }
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] != '\\') return refuse("a control character in a string; write it as \\u00XX");
      if (!read_escape(out)) return false;
    }
  }

  bool read_escape(std::string* out) {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == 'u') return read_unicode_escape(out);
    constexpr std::string_view kWritten = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const std::size_t which = c == '\0' ? std::string_view::npos : kWritten.find(c);
    if (which == std::string_view::npos) return refuse("no such escape; double the backslash");
    out->push_back(kMeant[which]);
    at_ += 2;
    return true;
  }

  // The four hexadecimal digits of \uXXXX at `at`; -1 where there is no such escape.
  int hex_escape(std::size_t at) const {
    if (at + 6 > text_.size() || text_[at] != '\\' || text_[at + 1] != 'u') return -1;
    int value = 0;
    const char* digits = text_.data() + at + 2;
    const auto [end, status] = std::from_chars(digits, digits + 4, value, 16);
    // from_chars takes a minus sign, which is no digit here.
    return status == std::errc() && end == digits + 4 && digits[0] != '-' ? value : -1;
  }

  bool read_unicode_escape(std::string* out) {
    const int first = hex_escape(at_);
    if (first < 0) return refuse("\\u wants four hexadecimal digits");
    if (first == 0) return refuse("U+0000 is refused in strings");
    auto code_point = static_cast<char32_t>(first);
    std::size_t length = 6;
    if (code_point >= 0xD800 && code_point < 0xE000) {
      const int second = hex_escape(at_ + 6);
      if (code_point >= 0xDC00 || second < 0xDC00 || second > 0xDFFF) {
        return refuse("half of a surrogate pair; write the character itself or both halves");
      }
      code_point = 0x10000 + (code_point - 0xD800) * 0x400 + static_cast<char32_t>(second - 0xDC00);
      length = 12;
    }
    char bytes[4];
    out->append(bytes, static_cast<std::size_t>(encode_utf8(code_point, bytes)));
    at_ += length;
    return true;
  }

  std::size_t skip_digits(std::size_t at) const {
    while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9') ++at;
    return at;
  }

  bool read_number(Value* out) {
    const std::size_t begin = at_;
    const std::size_t whole = begin + (peek() == '-' ? 1 : 0);
    std::size_t end = skip_digits(whole);
    if (end == whole) return refuse("a value was expected here");
    if (text_[whole] == '0' && end - whole > 1) return refuse("a number has no zeros in front");
    bool is_integer = true;
    if (end < text_.size() && text_[end] == '.') {
      is_integer = false;
      const std::size_t fraction = end + 1;
      end = skip_digits(fraction);
      if (end == fraction) return refuse("a digit was expected after the point of a number");
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      is_integer = false;
      std::size_t exponent = end + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      end = skip_digits(exponent);
      if (end == exponent) return refuse("a digit was expected in the exponent of a number");
    }
    const std::string_view digits = text_.substr(begin, end - begin);
    return make_number(digits, is_integer, out);
  }

  bool make_number(std::string_view digits, bool is_integer, Value* out) {
    const char* const first = digits.data();
    const char* const last = first + digits.size();
    std::int64_t integer = 0;
    if (is_integer && std::from_chars(first, last, integer).ec == std::errc() &&
        integer >= -kMaxExactInt && integer <= kMaxExactInt) {
      out->data_ = integer;
      at_ += digits.size();
      return true;
    }
    Value::Number number{0, std::string(digits)};
    if (std::from_chars(first, last, number.value).ec != std::errc() && !is_tiny(digits)) {
      return refuse("a number beyond the range of a double; write it as a string");
    }
    out->data_ = std::move(number);
    at_ += digits.size();
    return true;
  }

  // from_chars reports numbers too close to zero like those too large; the former are zero. Tells
  // them apart by the power of ten of the first digit that counts.
  static bool is_tiny(std::string_view digits) {
    const std::size_t e = std::min(digits.find_first_of("eE"), digits.size());
    const std::string_view mantissa = digits.substr(0, e);
    const std::size_t point = std::min(mantissa.find('.'), e);
    const std::size_t first = mantissa.find_first_of("123456789");
    std::int64_t exponent = 0;
    if (e + 1 < digits.size()) {
      const std::size_t from = e + (digits[e + 1] == '+' ? 2 : 1);
      const char* const last = digits.data() + digits.size();
      if (std::from_chars(digits.data() + from, last, exponent).ec != std::errc()) {
        return digits[from] == '-';  // an exponent beyond 64 bits decides alone
      }
    }
    return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) + exponent < 0;
  }

  std::string_view text_;
  Limits limits_;
  std::size_t at_ = 0;
  std::vector<std::size_t> key_offsets_;  // of the keys of all objects that are open
  std::optional<Error> error_;
};

Result<Value> parse(std::string_view text, const Limits& limits) {
  return Parser(text, limits).run();
}

}  // namespace pac::json
