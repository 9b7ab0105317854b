// Loading a rule set from the text of ir.json. Any thread; allocates, reads the machine's tz
// database.
#pragma once

#include <memory>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/engine/loaded_rule_set.h"

namespace pac::engine {

// The codes of ir::decode, ir::verify and LoadedRuleSet::load.
[[nodiscard]] Result<std::shared_ptr<LoadedRuleSet>> load_ir(std::string_view text,
                                                             const interp::Options& finding = {});

}  // namespace pac::engine
