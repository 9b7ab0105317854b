// regex: a pattern, a line end, a text. Our automaton and RE2 agree where both take the pattern,
// and the algebra keeps its laws.
#include "runtime/base/regex.h"

#include <re2/re2.h>

#include <algorithm>

#include "runtime/base/utf8.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void compare_with_re2(const Regex& regex, const std::string& pattern, const std::string& text) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 re2(pattern, options);
  if (!re2.ok()) {
    // It bounds the sizes of repetitions in its own way; all else that we take it takes too.
    claim(re2.error_code() == RE2::ErrorRepeatSize || re2.error_code() == RE2::ErrorPatternTooLarge,
          "RE2 takes a pattern that we take", pattern + ": " + re2.error());
    return;
  }
  // Case is folded for ASCII letters only; RE2 folds all, and K to the sign of kelvin.
  if (pattern.find("(?i") != std::string::npos && !(is_ascii(pattern) && is_ascii(text))) return;
  // Texts of the language have no U+0000, so nothing matches one.
  if (text.find('\0') != std::string::npos || !valid_utf8(text)) {
    claim(!regex.matches(text), "only texts match", pattern);
    return;
  }
  claim(regex.matches(text) == RE2::FullMatch(text, re2), "RE2 gives the same answer",
        pattern + "\n" + text);
}

}  // namespace

Verdict run_regex(std::string_view bytes) {
  Bytes in(bytes);
  const std::string pattern(in.until('\n'));
  const std::string text(in.rest());
  // Small, so that an input takes milliseconds; the limit itself is tested elsewhere.
  const RegexLimits limits{500};
  const auto regex = Regex::compile(pattern, limits);
  if (!regex) {
    claim(regex.error().code == "PAC0120" || regex.error().code == "PAC0121", "a known code",
          regex.error().code);
    return Verdict::keep;
  }
  compare_with_re2(*regex, pattern, text);
  const auto shortest = regex->shortest_match();
  claim(shortest.has_value() != regex->is_empty(), "a shortest match where there is one", pattern);
  if (shortest) claim(regex->matches(*shortest), "the shortest match matches", pattern);
  const auto other = Regex::complement(*regex, limits);
  if (!other) return Verdict::keep;
  if (valid_utf8(text) && text.find('\0') == std::string::npos) {
    claim(regex->matches(text) != other->matches(text), "one of the two matches", pattern);
  }
  const auto both = Regex::intersect(*regex, *other, limits);
  claim(both && both->is_empty(), "a language shares nothing with its complement", pattern);
  const auto back = Regex::complement(*other, limits);
  claim(back && same_language(*back, *regex), "twice the complement is the language", pattern);
  const auto literal = Regex::compile(Regex::escape(text), limits);
  if (literal) claim(literal->matches(text), "an escaped text matches itself", text);
  return Verdict::keep;
}

}  // namespace pac::fuzz
