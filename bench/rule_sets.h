// Policies for the benchmarks of analysis and matching, made from a seed: the same text for the
// same arguments on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pac::bench {

// A tree that cuts the space of all inputs at random until it has so many leaves, one row each, in
// random order; in one of ten rows a cell is then left open. Without the open cells it has neither
// gap nor overlap. Integers of 0 .. 9_999, every fourth column an enumeration of 50 values.
std::string tree_policy(int rows, int columns, uint32_t seed);

// Rules of `fewest` to `most` conditions over eight fields (four integers, two enumerations, a bool
// and the beginning of a text), as policies for access have them. With three or more each, most
// inputs meet `otherwise`; with two, thousands of wide rules overlap, and analysis finds it hard.
std::string sparse_policy(int rules, int fewest, int most, uint32_t seed);

// Filters of packets in the shape that ClassBench gives them (D. Taylor, J. Turner: ClassBench: a
// packet classification benchmark, IEEE/ACM Transactions on Networking 15(3), 2007): prefixes of
// addresses that nest, ports of its five classes (any, high, low, a range, one), protocols. The
// shares are ours.
std::string classbench_policy(int rules, uint32_t seed);

// What analysis finds hard.
std::string wide_policy(int rules, uint32_t seed);    // two wide ranges each of eight columns
std::string chain_policy(int fields, uint32_t seed);  // comparisons between neighbouring fields
std::string regex_policy(int rules, uint32_t seed);   // patterns over one text
std::string fold_policy(int rules, uint32_t seed);    // sums, counts and quantifiers over a list

}  // namespace pac::bench
