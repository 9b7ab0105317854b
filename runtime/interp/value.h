// Value: one value of the language while it is being computed. What it means is said by its static
// type, which stands in the IR; a Value without its type says nothing. It owns no memory: texts,
// lists and records lie in the input record, in the rule set or in scratch memory. Plain data; any
// thread.
#pragma once

#include <string_view>
#include <type_traits>

#include "runtime/abi.h"
#include "runtime/base/wide.h"

namespace pac::interp {

struct Value {
  union {
    Int128 number;  // boolean, integer, decimal, enumeration, effect, date, datetime, duration;
                    // the numerator of a quotient
    pac_text text;
    pac_list list;       // list, set
    const char* record;  // in its layout
  };
  Int128 den = 1;       // of a quotient, never zero
  bool present = true;  // false only for a missing value of an optional type

  Value() noexcept : number(0) {}
  static Value of(Int128 number) noexcept {
    Value value;
    value.number = number;
    return value;
  }
  static Value of(pac_text text) noexcept {
    Value value;
    value.text = text;
    return value;
  }
  static Value of(pac_list list) noexcept {
    Value value;
    value.list = list;
    return value;
  }
  static Value of_quotient(Int128 num, Int128 den) noexcept {
    Value value;
    value.number = num;
    value.den = den;
    return value;
  }
  static Value of_record(const void* record) noexcept {
    Value value;
    value.record = static_cast<const char*>(record);
    return value;
  }
  static Value missing() noexcept {
    Value value;
    value.present = false;
    return value;
  }

  bool is_true() const noexcept { return number != 0; }
  std::string_view view() const noexcept { return {text.data, text.size}; }
};

static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) <= 48);

// The text stays where it is.
inline pac_text text_of(std::string_view text) noexcept {
  return {text.data(), static_cast<uint32_t>(text.size()), 0};
}

}  // namespace pac::interp
