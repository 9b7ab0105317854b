// Not API; include runtime/base/regex.h instead. The steps of compiling a pattern:
// parse (syntax tree) -> build (automaton over bytes, then deterministic) -> Regex::minimise.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/base/regex.h"

namespace pac::regex_detail {

// Both ends included.
struct CodePointRange {
  char32_t low;
  char32_t high;
};

using NodeId = std::uint32_t;

inline constexpr int kUnbounded = -1;

struct Node {
  enum class Kind : std::uint8_t {
    empty,     // the empty string
    one_of,    // one code point of ranges[first, first + count), sorted and disjoint; possibly none
    sequence,  // children[first, first + count) one after the other
    choice,    // one of the children
    repetition  // one child, `min` to `max` times
  };
  Kind kind = Kind::empty;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  int min = 0;
  int max = 0;
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::vector<CodePointRange> ranges;
  NodeId root = 0;
};

[[nodiscard]] Result<Tree> parse(std::string_view pattern);

// A complete deterministic automaton, not minimal. State 0 is dead.
struct Dfa {
  std::array<std::uint8_t, 256> class_of{};
  std::size_t class_count = 1;
  std::uint32_t start = 0;
  std::vector<std::uint32_t> next;  // next[state * class_count + class]
  std::vector<std::uint8_t> accepting;
};

// How far an automaton may grow before it is minimised: minimising takes away the copies that
// subset and product constructions make, and those were never seen to be more than a few for each
// state that stays.
inline constexpr std::size_t kWorkingStatesPerState = 16;

[[nodiscard]] Result<Dfa> build(const Tree& tree, const RegexLimits& limits);

[[nodiscard]] std::unexpected<Error> too_large();

}  // namespace pac::regex_detail
