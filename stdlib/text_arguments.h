// Reading text arguments and making text results in scratch memory. The same rules as call.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "runtime/abi.h"

namespace pac::stdlib {

inline std::string_view text_at(const pac_value* arguments, int index) noexcept {
  const pac_text& text = arguments[index].text;
  return {text.data, text.size};
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr bool is_upper_letter(char c) noexcept { return c >= 'A' && c <= 'Z'; }

constexpr bool all_digits(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return true;
}

// A result that is part of an argument needs no memory of its own: arguments outlive the decision.
inline uint32_t answer_part(pac_value* out, std::string_view part) noexcept {
  out->text = {part.data(), static_cast<std::uint32_t>(part.size()), 0};
  return PAC_E_NONE;
}

// Room for a text of `size` bytes, or null where it is longer than a text may be or scratch is used
// up.
inline char* reserve_text(pac_scratch* scratch, std::size_t size) noexcept {
  if (size > PAC_MAX_TEXT) return nullptr;
  if (size > static_cast<std::size_t>(scratch->end - scratch->next)) return nullptr;
  char* place = scratch->next;
  scratch->next += size;
  return place;
}

// memcpy with a length of 0 may not be given null pointers, which empty texts can have.
inline char* append(char* at, std::string_view part) noexcept {
  if (!part.empty()) std::memcpy(at, part.data(), part.size());
  return at + part.size();
}

}  // namespace pac::stdlib
