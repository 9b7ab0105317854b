// Region lists: the same inputs said in fewer and wider regions, for people to read. Pure
// functions; any thread.
#pragma once

#include <vector>

#include "compiler/analyze/space.h"

namespace pac::analyze {

// All inputs of one lie in the other.
bool is_within(const Region& inner, const Region& outer);

// Regions with the same inputs all together: each is widened over its neighbours column by column,
// and what the others cover is left out. Those that ask of fewest columns come first. The work is
// bounded; lists that are too long stay as they are.
std::vector<Region> simplified(const Space& space, std::vector<Region> regions);

// What all of them ask alike, and everything of the other columns.
Region common_part(const Space& space, const std::vector<Region>& regions);

}  // namespace pac::analyze
