// Values as inputs have them (JSON) and as authors write them. Pure functions.
#pragma once

#include <string>

#include "runtime/base/json.h"
#include "runtime/ir/model.h"

namespace pac::analyze {

// A number, date, enumeration or boolean of the type.
json::Value to_json(const ir::RuleSet& rules, const ir::Type& type, Int128 value);
std::string to_words(const ir::RuleSet& rules, const ir::Type& type, Int128 value);
std::string quoted(const std::string& text);
// The value within the bounds that surprises a reader least: zero, the first day of 2026.
Int128 plain_value(const ir::Type& type, const ir::Interval& within);

}  // namespace pac::analyze
