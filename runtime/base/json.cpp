#include "runtime/base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/base/text_numbers.h"

namespace pac::json {

Value::Value(Elements elements) noexcept : data_(std::move(elements)) {}
Value::Value(Members members) noexcept : data_(std::move(members)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

Value Value::object() { return Value(Members()); }

Value Value::exact_int(std::int64_t value) {
  if (value >= -kMaxExactInt && value <= kMaxExactInt) return Value(value);
  return Value(std::to_string(value));
}

bool Value::as_bool() const {
  PAC_CHECK(is_bool(), "the JSON value is a boolean");
  return *std::get_if<bool>(&data_);
}

std::int64_t Value::as_int() const {
  PAC_CHECK(is_int(), "the JSON value is an integer");
  return *std::get_if<std::int64_t>(&data_);
}

double Value::as_double() const {
  PAC_CHECK(is_number(), "the JSON value is a number");
  if (const auto* integer = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*integer);
  return std::get_if<Number>(&data_)->value;
}

const std::string& Value::as_string() const {
  PAC_CHECK(is_string(), "the JSON value is a string");
  return *std::get_if<std::string>(&data_);
}

const Elements& Value::elements() const {
  PAC_CHECK(is_array(), "the JSON value is an array");
  return *std::get_if<Elements>(&data_);
}

Elements& Value::elements() {
  PAC_CHECK(is_array(), "the JSON value is an array");
  return *std::get_if<Elements>(&data_);
}

const Members& Value::members() const {
  PAC_CHECK(is_object(), "the JSON value is an object");
  return *std::get_if<Members>(&data_);
}

Members& Value::members() {
  PAC_CHECK(is_object(), "the JSON value is an object");
  return *std::get_if<Members>(&data_);
}

std::string Value::number_text() const {
  PAC_CHECK(is_number(), "the JSON value is a number");
  if (const auto* integer = std::get_if<std::int64_t>(&data_)) return std::to_string(*integer);
  const Number& number = *std::get_if<Number>(&data_);
  if (!number.text.empty()) return number.text;
  std::string text;
  append_double(number.value, &text);
  return text;
}

const Value* Value::find(std::string_view key) const noexcept {
  const auto* members = std::get_if<Members>(&data_);
  if (members == nullptr) return nullptr;
  for (const Member& member : *members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Value& Value::set(std::string_view key, Value value) {
  for (Member& member : members()) {
    if (member.key == key) {
      member.value = std::move(value);
      return *this;
    }
  }
  return add(std::string(key), std::move(value));
}

Value& Value::add(std::string key, Value value) {
  members().push_back(Member{std::move(key), std::move(value)});
  return *this;
}

Value& Value::push_back(Value value) {
  elements().push_back(std::move(value));
  return *this;
}

bool operator==(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number() && a.kind() != b.kind()) return a.as_double() == b.as_double();
  return a.data_ == b.data_;
}

void append_quoted(std::string_view text, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  std::size_t clean_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text, clean_from, i - clean_from);
    clean_from = i + 1;
    out->push_back('\\');
    switch (c) {
      case '\b':
        out->push_back('b');
        break;
      case '\t':
        out->push_back('t');
        break;
      case '\n':
        out->push_back('n');
        break;
      case '\f':
        out->push_back('f');
        break;
      case '\r':
        out->push_back('r');
        break;
      case '"':
      case '\\':
        out->push_back(c);
        break;
      default:
        out->append("u00");
        out->push_back(kHex[c >> 4]);
        out->push_back(kHex[c & 0xF]);
    }
  }
  out->append(text, clean_from);
  out->push_back('"');
}

// ECMA-262, Number::toString: the shortest digits that read back as the same double, laid out
// without an exponent for 10^-7 < |value| < 10^21.
void append_double(double value, std::string* out) {
  PAC_CHECK(std::isfinite(value), "JSON has no infinity and no NaN");
  if (value == 0) {
    out->push_back('0');  // minus zero too
    return;
  }
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  if (text.front() == '-') {
    out->push_back('-');
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  int exponent = 0;
  const std::string_view exponent_text = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits.append(text.substr(2, e - 2));

  const int digit_count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // how many digits stand before the point
  if (point >= digit_count && point <= 21) {
    out->append(digits).append(static_cast<std::size_t>(point - digit_count), '0');
  } else if (point > 0 && point <= 21) {
    out->append(digits, 0, static_cast<std::size_t>(point)).push_back('.');
    out->append(digits, static_cast<std::size_t>(point));
  } else if (point > -6 && point <= 0) {
    out->append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else {
    out->push_back(digits[0]);
    if (digit_count > 1) out->append(".").append(digits, 1);
    out->append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
  }
}

namespace {

// RFC 8785 sorts keys by UTF-16 code units. That is the order of the UTF-8 bytes, except that
// U+E000 to U+FFFF (lead bytes EE, EF) come after the code points above U+FFFF (lead bytes F0 to
// F4), which UTF-16 writes with surrogates.
bool utf16_less(std::string_view a, std::string_view b) noexcept {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(a[i]);
    const auto y = static_cast<unsigned char>(b[i]);
    if (x == y) continue;
    if (x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0)) return x > y;
    return x < y;
  }
  return a.size() < b.size();
}

void append_canonical(const Value& value, std::string* out);

void append_canonical_object(const Members& members, std::string* out) {
  std::vector<const Member*> sorted;
  sorted.reserve(members.size());
  for (const Member& member : members) sorted.push_back(&member);
  const auto less = [](const Member* a, const Member* b) { return utf16_less(a->key, b->key); };
  if (!std::is_sorted(sorted.begin(), sorted.end(), less)) {
    std::sort(sorted.begin(), sorted.end(), less);
  }
  out->push_back('{');
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    PAC_CHECK(i == 0 || sorted[i - 1]->key != sorted[i]->key, "the keys of an object differ");
    if (i > 0) out->push_back(',');
    append_quoted(sorted[i]->key, out);
    out->push_back(':');
    append_canonical(sorted[i]->value, out);
  }
  out->push_back('}');
}

void append_canonical(const Value& value, std::string* out) {
  switch (value.kind()) {
    case Kind::null:
      out->append("null");
      return;
    case Kind::boolean:
      out->append(value.as_bool() ? "true" : "false");
      return;
    case Kind::integer: {
      const std::int64_t integer = value.as_int();
      PAC_CHECK(integer >= -kMaxExactInt && integer <= kMaxExactInt,
                "integers beyond 2^53 - 1 are written as strings (Value::exact_int)");
      char buffer[kIntTextBytes];
      out->append(buffer, format_int(integer, buffer));
      return;
    }
    case Kind::number:
      append_double(value.as_double(), out);
      return;
    case Kind::string:
      append_quoted(value.as_string(), out);
      return;
    case Kind::array: {
      out->push_back('[');
      bool first = true;
      for (const Value& element : value.elements()) {
        if (!first) out->push_back(',');
        first = false;
        append_canonical(element, out);
      }
      out->push_back(']');
      return;
    }
    case Kind::object:
      append_canonical_object(value.members(), out);
      return;
  }
}

}  // namespace

std::string canonical(const Value& value) {
  std::string out;
  append_canonical(value, &out);
  return out;
}

void Writer::separate() {
  if (needs_comma_) out_->push_back(',');
  needs_comma_ = true;
}

Writer& Writer::open(char bracket) {
  separate();
  needs_comma_ = false;
  out_->push_back(bracket);
  return *this;
}

Writer& Writer::close(char bracket) {
  out_->push_back(bracket);
  needs_comma_ = true;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  separate();
  append_quoted(name, out_);
  out_->push_back(':');
  needs_comma_ = false;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  separate();
  append_quoted(text, out_);
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  separate();
  const bool exact = value >= -kMaxExactInt && value <= kMaxExactInt;
  char buffer[kIntTextBytes];
  if (!exact) out_->push_back('"');
  out_->append(buffer, format_int(value, buffer));
  if (!exact) out_->push_back('"');
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_->append(json);
  return *this;
}

}  // namespace pac::json
