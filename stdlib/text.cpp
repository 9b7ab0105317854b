// std.text. Positions and lengths count code points and begin with 1; nothing here knows a
// language, so case and white space are those of ASCII. Results that have to be written take
// scratch memory, up to PAC_MAX_TEXT bytes each.
#include "runtime/base/utf8.h"
#include "stdlib/call.h"
#include "stdlib/text_arguments.h"

namespace pac::stdlib {
namespace {

constexpr std::size_t kNotFound = static_cast<std::size_t>(-1);

constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr bool continues_code_point(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The byte at which the code point after `count` others begins, from `at` on; the end where there
// are fewer.
std::size_t skip_code_points(std::string_view text, std::size_t at, std::int64_t count) noexcept {
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && continues_code_point(text[at])) ++at;
  }
  return at;
}

// UTF-8 is self-synchronising, so a match of bytes is a match of code points. Straightforward: up
// to text * part steps, with texts bounded by their domains.
std::size_t find_part(std::string_view text, std::string_view part, std::size_t from) noexcept {
  if (part.size() > text.size()) return kNotFound;
  if (part.empty()) return from;
  for (std::size_t at = from; at + part.size() <= text.size(); ++at) {
    if (text[at] == part[0] && std::memcmp(text.data() + at, part.data(), part.size()) == 0)
      return at;
  }
  return kNotFound;
}

// Copies a text, moving the letters first .. first + 25 by `distance`.
uint32_t answer_with_case(std::string_view text, char first, int distance, pac_value* out,
                          pac_scratch* scratch) noexcept {
  char* copy = reserve_text(scratch, text.size());
  if (copy == nullptr) return PAC_E_LIMIT;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool moves = c >= first && c <= first + 25;
    copy[i] = moves ? static_cast<char>(c + distance) : c;
  }
  return answer_part(out, {copy, text.size()});
}

}  // namespace

PAC_STD_FUNCTION(upper_ascii) {
  return answer_with_case(text_at(arguments, 0), 'a', 'A' - 'a', out, scratch);
}

PAC_STD_FUNCTION(lower_ascii) {
  return answer_with_case(text_at(arguments, 0), 'A', 'a' - 'A', out, scratch);
}

// Without leading and trailing space, tab, line feed, vertical tab, form feed and carriage return.
PAC_STD_FUNCTION(trim) {
  std::string_view text = text_at(arguments, 0);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return answer_part(out, text);
}

// `count` code points from the start-th on; fewer where the text ends before.
PAC_STD_FUNCTION(substring) {
  const std::string_view text = text_at(arguments, 0);
  const std::int64_t start = int_at(arguments, 1);
  const std::int64_t count = int_at(arguments, 2);
  if (start < 1 || count < 0) return PAC_E_ARGUMENT;
  const std::size_t begin = skip_code_points(text, 0, start - 1);
  const std::size_t end = skip_code_points(text, begin, count);
  return answer_part(out, {text.data() + begin, end - begin});
}

// The position of the first occurrence, 0 where there is none. The empty text occurs at 1.
PAC_STD_FUNCTION(index_of) {
  const std::string_view text = text_at(arguments, 0);
  const std::size_t at = find_part(text, text_at(arguments, 1), 0);
  if (at == kNotFound) return answer(out, 0);
  return answer(out, count_code_points({text.data(), at}) + 1);
}

// Every occurrence, from left to right, none of them overlapping; what is put in is not searched
// again.
PAC_STD_FUNCTION(replace) {
  const std::string_view text = text_at(arguments, 0);
  const std::string_view part = text_at(arguments, 1);
  const std::string_view by = text_at(arguments, 2);
  if (part.empty()) return PAC_E_ARGUMENT;
  std::size_t size = text.size();
  for (std::size_t at = find_part(text, part, 0); at != kNotFound;
       at = find_part(text, part, at + part.size())) {
    size = size - part.size() + by.size();
  }
  char* copy = reserve_text(scratch, size);
  if (copy == nullptr) return PAC_E_LIMIT;
  char* end = copy;
  std::size_t done = 0;
  for (std::size_t at = find_part(text, part, 0); at != kNotFound;
       at = find_part(text, part, done)) {
    end = append(end, {text.data() + done, at - done});
    end = append(end, by);
    done = at + part.size();
  }
  append(end, {text.data() + done, text.size() - done});
  return answer_part(out, {copy, size});
}

// Filled from the left to `width` code points; unchanged where it has as many already.
PAC_STD_FUNCTION(pad_left) {
  const std::string_view text = text_at(arguments, 0);
  const std::int64_t width = int_at(arguments, 1);
  const std::string_view fill = text_at(arguments, 2);
  if (count_code_points(fill) != 1) return PAC_E_ARGUMENT;
  const std::int64_t length = count_code_points(text);
  if (width <= length) return answer_part(out, text);
  if (width > PAC_MAX_TEXT) return PAC_E_LIMIT;
  const std::int64_t missing = width - length;
  char* copy = reserve_text(scratch, static_cast<std::size_t>(missing) * fill.size() + text.size());
  if (copy == nullptr) return PAC_E_LIMIT;
  char* end = copy;
  for (std::int64_t i = 0; i < missing; ++i) end = append(end, fill);
  end = append(end, text);
  return answer_part(out, {copy, static_cast<std::size_t>(end - copy)});
}

PAC_STD_FUNCTION(is_digits) {
  const std::string_view text = text_at(arguments, 0);
  return answer(out, !text.empty() && all_digits(text) ? 1 : 0);
}

}  // namespace pac::stdlib
