// How much scratch memory the interpreter's own tables take at most in one decision. Internal to
// interp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/interp/program.h"

namespace pac::interp {

// Upper bounds of the sizes of what activation.h and ruling.cpp take from the back of the scratch.
inline constexpr size_t kLetBytes = 64;
inline constexpr size_t kRuleBytes = 40;
inline constexpr size_t kContributionBytes = 32;

// Counted for all rules hitting, and for `for each` over lists of `each_items`.
uint64_t table_bytes(const Program& program, ir::DecisionId decision, uint64_t each_items);

}  // namespace pac::interp
