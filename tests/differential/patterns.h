// Regular expressions for domains and `matches`, each with texts that it matches as a whole, so
// that what the generator makes of them can be met. Constants.
#pragma once

#include <string_view>
#include <vector>

namespace pac::differential {

struct Pattern {
  const char* pattern;
  std::vector<std::string_view> matching;
};

inline const Pattern kPatterns[] = {
    {"[a-z]*", {"", "a", "abc", "zz", "qqqqqqqqqq"}},
    {"a.*", {"a", "abc", "a\xc3\xa4\xf0\x9f\x98\x80"}},
    {"", {""}},
    {".", {"a", "0", "\xf0\x9f\x98\x80", "\xcc\x88"}},
    {"(red|green)", {"red", "green"}},
    {"[0-9]{2,4}", {"12", "00", "9999"}},
    {".*\xc3\xa4?", {"", "abc", "\xc3\xa4", "A\xcc\x88"}},
    {"[^a]+", {"b", "\xd7\xa9\xd7\x9c", " x "}},
    {"a?b?c?", {"", "a", "abc", "c"}},
    {"\\{[a-z]+\\}", {"{x}", "{abc}"}},
    {"[\xd7\x90-\xd7\xaa]+", {"\xd7\x90", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"}},
    {"[\xf0\x9f\x98\x80-\xf0\x9f\x99\x8f]*", {"", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81"}},
    {"(a|ab)(c|bcd)?", {"a", "abc", "abcd", "ab"}},
};

}  // namespace pac::differential
