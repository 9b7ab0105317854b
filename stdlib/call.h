// How a function of the standard library reads its arguments and gives its answer (registry.h has
// the convention). Part of the functions' sources, which are compiled twice: for the interpreter
// and, as LLVM bitcode, into native code. So neither this header nor anything it includes
// allocates, throws or calls into a library; memcpy and memcmp are the exceptions.
#pragma once

#include <cstdint>

#include "runtime/abi.h"
#include "runtime/base/date.h"
#include "runtime/base/decimal.h"

// Defines a function of the library: its body returns a pac_error.
#define PAC_STD_FUNCTION(name)                                                    \
  extern "C" uint32_t pac_std_##name([[maybe_unused]] const pac_value* arguments, \
                                     [[maybe_unused]] pac_value* out,             \
                                     [[maybe_unused]] pac_scratch* scratch)

namespace pac::stdlib {

inline std::int64_t int_at(const pac_value* arguments, int index) noexcept {
  return static_cast<std::int64_t>(arguments[index].number);
}

inline std::int32_t date_at(const pac_value* arguments, int index) noexcept {
  return static_cast<std::int32_t>(arguments[index].number);
}

template <typename Option>
Option option_at(const pac_value* arguments, int index) noexcept {
  return static_cast<Option>(static_cast<std::uint8_t>(arguments[index].number));
}

// A decimal argument takes two values: the number and its scale.
struct Decimal {
  Int128 value;
  int scale;
};

inline Decimal decimal_at(const pac_value* arguments, int index) noexcept {
  return {arguments[index].number, static_cast<int>(arguments[index + 1].number)};
}

inline uint32_t answer(pac_value* out, Int128 number) noexcept {
  out->number = number;
  return PAC_E_NONE;
}

inline uint32_t answer_date(pac_value* out, std::int64_t date) noexcept {
  if (!is_valid_date(date)) return PAC_E_DATE_RANGE;
  return answer(out, date);
}

// An integer that may be outside 64 bits.
inline uint32_t answer_int(pac_value* out, Int128 number) noexcept {
  if (number != static_cast<std::int64_t>(number)) return PAC_E_OVERFLOW;
  return answer(out, number);
}

}  // namespace pac::stdlib
