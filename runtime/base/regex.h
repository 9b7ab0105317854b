// Regular expressions as minimal deterministic automata over UTF-8 bytes: matching takes one table
// look-up a byte, never backtracks, allocates or locks, and the same tables answer the analyser's
// questions (is it empty, what does it share with another, a shortest example). A Regex is
// immutable once made; any thread may use it.
//
// The syntax is a subset of RE2's: literals, \d \w \s \D \W \S (ASCII), \n \t \r \f \v, \xHH,
// \x{H...}, escaped punctuation, classes with ranges and ^, `.` (not newline), groups (all
// non-capturing), |, * + ? {m} {m,} {m,n} up to 1000, and (?i) (ASCII letters only), (?s) (dot
// takes newline) at the very front. The whole string must match; ^ and $ may stand at the ends and
// change nothing. Refused: backreferences, lookaround, \b, flags elsewhere, \p{...}, [:alpha:].
// Strings of the language contain no U+0000, so no automaton accepts one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac {

struct RegexLimits {
  // Of the minimal automaton. One state a byte of a literal, eight a repetition of `.`: 4096 is
  // beyond what policies were seen to use, and a table of at most 2 MB. At most 65535.
  int max_states = 4096;
};

namespace regex_detail {
struct Dfa;
}

class Regex {
 public:
  using State = std::uint16_t;
  static constexpr State kDead = 0;  // no way on from here; never accepting

  // PAC0120: the pattern is not in the syntax, with the character at fault and what to write
  // instead. PAC0121: the automaton is too large, with what to change.
  [[nodiscard]] static Result<Regex> compile(std::string_view pattern,
                                             const RegexLimits& limits = {});

  // All strings.
  static Regex any_text();
  // The pattern that matches exactly this text.
  static std::string escape(std::string_view literal);

  // Whether the whole of `text` matches; false for anything that is not UTF-8.
  bool matches(std::string_view text) const noexcept {
    std::size_t state = start_;
    for (const char c : text) {
      state = transitions_[state * class_count_ + byte_classes_[static_cast<unsigned char>(c)]];
      if (state == kDead) return false;
    }
    return accepting_[state] != 0;
  }

  // What both accept; what `a` does not accept. PAC0121 as above.
  [[nodiscard]] static Result<Regex> intersect(const Regex& a, const Regex& b,
                                               const RegexLimits& limits = {});
  [[nodiscard]] static Result<Regex> complement(const Regex& a, const RegexLimits& limits = {});

  bool is_empty() const noexcept { return start_ == kDead; }
  // A string of fewest bytes that is accepted, readable characters preferred; none where
  // is_empty().
  std::optional<std::string> shortest_match() const;

  // The tables. State 0 is dead, every other can reach an accepting one; states are numbered
  // breadth first, classes by their first byte, so that equal languages have equal tables.
  std::size_t state_count() const noexcept { return accepting_.size(); }
  std::size_t class_count() const noexcept { return class_count_; }
  State start() const noexcept { return start_; }
  bool is_accepting(State state) const noexcept { return accepting_[state] != 0; }
  std::uint8_t byte_class(std::uint8_t byte) const noexcept { return byte_classes_[byte]; }
  State transition(State state, std::uint8_t byte_class) const noexcept {
    return transitions_[state * class_count_ + byte_class];
  }
  std::span<const State> transitions() const noexcept { return transitions_; }  // row by row
  std::span<const std::uint8_t> accepting() const noexcept { return accepting_; }
  std::span<const std::uint8_t, 256> byte_classes() const noexcept { return byte_classes_; }

  // The pattern it was compiled from; empty for results of the algebra.
  const std::string& pattern() const noexcept { return pattern_; }

  // Whether two accept the same strings.
  friend bool same_language(const Regex& a, const Regex& b) noexcept {
    return a.start_ == b.start_ && a.byte_classes_ == b.byte_classes_ &&
           a.accepting_ == b.accepting_ && a.transitions_ == b.transitions_;
  }

 private:
  Regex() = default;
  static Result<Regex> minimise(const regex_detail::Dfa& dfa, std::string pattern,
                                const RegexLimits& limits);

  std::string pattern_;
  std::array<std::uint8_t, 256> byte_classes_{};
  std::size_t class_count_ = 1;
  State start_ = kDead;
  std::vector<State> transitions_;
  std::vector<std::uint8_t> accepting_;
};

}  // namespace pac
