// What makes the data of a plan, strategy by strategy. Internal to runtime/match; pure functions.
#pragma once

#include "runtime/match/plan.h"

namespace pac::match {

Checks make_checks(const Table& table);

// 64-bit words of a row of bits: whole vectors of 512 bits.
uint32_t words_of(const Table& table);
// What exact rows take, at most, in bytes: equal rows of bits are shared.
uint64_t exact_bytes(const Table& table);
std::vector<BitColumn> make_exact_rows(const Table& table, uint32_t words);

// At most `most` buckets, without that of a missing value, with about as many cuts in each.
Buckets make_buckets(const Table& table, uint32_t column, uint32_t most);
uint32_t bucket_of(const std::vector<int64_t>& bounds, int64_t key) noexcept;
// The bucket of each cell.
std::vector<uint8_t> buckets_of_cells(const Column& column, const Buckets& buckets);
// A test's ranges of cells as ranges of buckets, sorted, disjoint, not adjacent.
std::vector<CellRange> in_buckets(const Test& test, const std::vector<uint8_t>& bucket_of_cell);

std::vector<BitColumn> make_coarse_rows(const Table& table, uint32_t words, uint64_t max_bytes);
PairGrid make_pair_grid(const Table& table);

// What a search is estimated to take with data that is there, in nanoseconds on the machine that
// the constants of cost.cpp were measured on, over inputs made of the table with a fixed seed.
// Up to the first row that holds, or over all of them.
double cost_of_exact(const Table& table, uint64_t bytes, bool first_only);
double cost_of_rows(const Plan& plan, bool first_only);
double cost_of_grid(const Plan& plan, bool first_only);

}  // namespace pac::match
