// What is known of the answers of a standard function from the ranges of its arguments: between
// which values they lie, and how they change with each argument. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "runtime/ir/range.h"
#include "stdlib/registry.h"

namespace pac::analyze {

// All answers for arguments within these ranges, where the call succeeds. Only of functions that
// grow or shrink with each argument for itself, whichever way, so that the least and the greatest
// answer stand at ends of the ranges. Nothing for others, and where the function fails at an end.
std::optional<ir::Range> range_of_answers(const stdlib::Function& function,
                                          std::span<const ir::Range> arguments);

// Of each argument: 1 where the answer grows or stays as the argument grows, -1 where it shrinks or
// stays, 0 where neither is known. It holds for all arguments within the ranges for which the call
// succeeds.
std::vector<int> directions_of(const stdlib::Function& function,
                               std::span<const ir::Range> arguments);

// Whether the answer is the first argument times what the others make, rounded once to a whole
// number: then the answers f(a) and f(b) for arguments that are not negative and alike but for the
// first have |f(a) * b - f(b) * a| < 2 * max(a, b).
bool is_proportional(const stdlib::Function& function);

}  // namespace pac::analyze
