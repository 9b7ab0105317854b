// Tables for the benchmarks of matching, made from a seed: as `.pac` text for pac, as structs for
// what is compared with it. The same for the same arguments on every machine. Plain values, owned
// by the caller; any thread.
//
// A rule has two to five conditions over eight fields: four integers (ranges), two enumerations of
// 50 values (one value, or a set of two to eight), a bool and the beginning of a text. It is drawn
// again until it takes at most one in 4 N of all inputs, N being the number of rules: otherwise a
// few wide rules at the head would take everything and the size of a table would not matter. Half
// of the inputs are aimed at a rule anywhere in the table, half are random.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/abi.h"

namespace pac::bench {

inline constexpr int64_t kMatchTop = 999'999;  // of an integer field
inline constexpr int kMatchValues = 50;        // of an enumeration
inline constexpr uint64_t kAllValues = (uint64_t{1} << kMatchValues) - 1;

struct MatchRule {
  std::array<int64_t, 4> low{0, 0, 0, 0};
  std::array<int64_t, 4> high{kMatchTop, kMatchTop, kMatchTop, kMatchTop};
  uint64_t e = kAllValues, f = kAllValues;  // a bit for each value that it takes
  int flag = -1;                            // 0, 1; -1: either
  std::string prefix;
  int64_t outcome = 0;

  bool tests(int field) const;    // in the order of the record: n m k l e f b s
  double share(int field) const;  // of all values of the field that it takes; 1 where untested
  double share() const;
};

// The input record as runtime/ir/layout.h lays it out; the benchmark compares the offsets.
struct MatchInput {
  std::array<int64_t, 4> n{};
  uint32_t e = 0, f = 0;
  uint8_t flag = 0;
  pac_text text{};  // eight to twelve letters
};
static_assert(sizeof(MatchInput) == 64);

enum class MatchShape : uint8_t {
  random,
  same_pair,    // every rule tests one value of both enumerations
  wide,         // five to eight conditions, each of which takes a tenth to a third of its field
  shared_cuts,  // ranges begin and end at the same twelve numbers of their field
};

struct MatchSet {
  MatchShape shape = MatchShape::random;
  std::vector<MatchRule> rules;
};

struct MatchInputs {
  std::vector<MatchInput> records;
  std::vector<char> texts;  // that the records point to
};

MatchSet match_set(MatchShape shape, int rules, uint32_t seed);
MatchInputs match_inputs(const MatchSet& set, size_t count, uint32_t seed);

// A table with the hit policy `first`, row i having the outcome of rule i, and `otherwise => 0`.
std::string to_pac(const MatchSet& set);
std::string to_json(const MatchInput& input);

}  // namespace pac::bench
