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

}  // namespace pac::match
