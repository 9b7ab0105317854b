// JSON as this project reads and writes it. Reading is stricter than RFC 8259: a document that two
// readers could take to mean different things (doubled keys, lone surrogates, U+0000, trailing
// text) is refused. Writing is RFC 8785 (canonical), so that equal values have equal bytes and
// digests. Values are plain data with value semantics; reading one from many threads is safe.
// Nothing here throws on bad input.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/base/result.h"

namespace pac::json {

// The largest integer that a double, and so every JSON reader, keeps exactly: 2^53 - 1. Larger ones
// are written as strings.
inline constexpr std::int64_t kMaxExactInt = 9'007'199'254'740'991;

enum class Kind : std::uint8_t { null, boolean, integer, number, string, array, object };

class Value;
struct Member;
using Elements = std::vector<Value>;
using Members = std::vector<Member>;  // in the order written

class Value {
 public:
  // Defined below: clang wants to see all of Member before it makes any of the variant.
  Value() noexcept;
  Value(bool value) noexcept;
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Value(T value);
  Value(double value);
  Value(std::string value) noexcept;
  Value(std::string_view value);
  Value(const char* value);
  Value(Elements elements) noexcept;
  Value(Members members) noexcept;
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  static Value array() { return Value(Elements()); }
  static Value object();
  // An integer of any size: a JSON integer up to kMaxExactInt, a string of digits beyond.
  static Value exact_int(std::int64_t value);

  Kind kind() const noexcept { return static_cast<Kind>(data_.index()); }
  bool is_null() const noexcept { return kind() == Kind::null; }
  bool is_bool() const noexcept { return kind() == Kind::boolean; }
  bool is_int() const noexcept { return kind() == Kind::integer; }
  bool is_number() const noexcept { return is_int() || kind() == Kind::number; }
  bool is_string() const noexcept { return kind() == Kind::string; }
  bool is_array() const noexcept { return kind() == Kind::array; }
  bool is_object() const noexcept { return kind() == Kind::object; }

  // Each takes a value of its kind; anything else is a bug of the caller (PAC_CHECK).
  bool as_bool() const;
  std::int64_t as_int() const;
  double as_double() const;  // of an integer too
  const std::string& as_string() const;
  const Elements& elements() const;
  Elements& elements();
  const Members& members() const;
  Members& members();

  // The digits of a number as they were read, so that a decimal never passes through a double.
  std::string number_text() const;

  // The member of that name; nullptr where there is none or this is no object. Linear in the
  // members: go through members() where an object is used as a large map.
  const Value* find(std::string_view key) const noexcept;

  // Adds a member or replaces its value; the place of a replaced member is kept.
  Value& set(std::string_view key, Value value);
  // Adds a member that is known to be new: a doubled key is not noticed.
  Value& add(std::string key, Value value);
  Value& push_back(Value value);

  // Equal kinds and contents, members in the same order; numbers compare by value.
  friend bool operator==(const Value& a, const Value& b);

 private:
  friend class Parser;
  // Everything written as a number that is not an integer up to kMaxExactInt in size.
  struct Number {
    double value = 0;
    std::string text;  // as read; empty where made from a double
    friend bool operator==(const Number& a, const Number& b) noexcept { return a.value == b.value; }
  };

  // In the order of Kind.
  std::variant<std::monostate, bool, std::int64_t, Number, std::string, Elements, Members> data_;
};

struct Member {
  std::string key;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

inline Value::Value() noexcept = default;
inline Value::Value(bool value) noexcept : data_(value) {}
template <std::integral T>
  requires(!std::same_as<T, bool>)
Value::Value(T value) : data_(static_cast<std::int64_t>(value)) {
  PAC_CHECK(std::in_range<std::int64_t>(value), "a JSON integer has 64 bits and a sign");
}
inline Value::Value(double value) : data_(Number{value, {}}) {}
inline Value::Value(std::string value) noexcept : data_(std::move(value)) {}
inline Value::Value(std::string_view value) : data_(std::string(value)) {}
inline Value::Value(const char* value) : data_(std::string(value)) {}

struct Limits {
  std::size_t max_bytes = 256u << 20;  // four times the largest compiled rule set foreseen
  int max_depth = 128;                 // bounds the recursion of reader, writer and destructor
};

// Strict, whole text; no byte order mark. The message names line and byte.
// Codes: PAC0110 (not JSON, or refused), PAC0111 (a limit).
[[nodiscard]] Result<Value> parse(std::string_view text, const Limits& limits = {});

// RFC 8785. Every number in `value` is finite and integers are within kMaxExactInt (PAC_CHECK).
std::string canonical(const Value& value);

// Appends the text as a JSON string with quotes, escaped as RFC 8785 says. `text` is valid UTF-8.
void append_quoted(std::string_view text, std::string* out);

// Appends a finite double as ECMAScript prints it.
void append_double(double value, std::string* out);

// Writes one JSON text front to back into a string that the caller owns and may reuse; commas and
// colons are its business, the order of calls is the caller's. Integers beyond kMaxExactInt become
// strings.
class Writer {
 public:
  explicit Writer(std::string* out) noexcept : out_(out) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& key(std::string_view name);
  Writer& string(std::string_view text);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  Writer& value(const Value& value) { return raw(canonical(value)); }
  // Text that is JSON already.
  Writer& raw(std::string_view json);

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();

  std::string* out_;
  bool needs_comma_ = false;
};

}  // namespace pac::json
