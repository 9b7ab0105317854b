// Protected fields: shows that a decision depends on one by a pair of inputs that are alike but for
// it, both decided by the interpreter, or says that the contrary is not proved. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/analyze/analysis.h"
#include "compiler/driver/compile.h"
#include "runtime/engine/loaded_rule_set.h"

namespace pac::driver {

// Adds PAC2401 and PAC1423 to the compilation, which has no errors before. `report` is what the
// analysis found in it.
[[nodiscard]] Result<void> say_dependences(Compilation* compilation,
                                           const std::shared_ptr<engine::LoadedRuleSet>& rules,
                                           const analyze::Report& report);

// The same as lines of text, for those who only want to know whether there are any.
[[nodiscard]] Result<std::vector<std::string>> dependences(const check::Checked& checked);

}  // namespace pac::driver
