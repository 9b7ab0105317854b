// From a region to a complete input, and to words for it. Both choose what a reader expects to see:
// values near zero, today's dates, missing where nothing is asked. Pure functions.
#pragma once

#include <string>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/space.h"
#include "compiler/analyze/theory.h"
#include "runtime/ir/side.h"

namespace pac::analyze {

// A value of a type within its domain; null where it may be missing, unless it has to be present.
json::Value plain_json(const ir::RuleSet& rules, ir::TypeId type, ir::DomainId domain,
                       bool is_present = false);

// An input within the region; what the model names has its values. The region isn't empty.
Witness complete(const Space& space, const Region& region, const Model& model);

// "score 640 .. 699 and purpose housing"; "" for everything.
// `first`: columns that are spoken of before the others, each once.
std::string words(const Space& space, const ir::DecisionSide& side, const Region& region,
                  const std::vector<uint32_t>& first = {});

}  // namespace pac::analyze
