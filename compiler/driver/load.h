// From a checked rule set to one that decides: the engine's LoadedRuleSet, with native code where it is asked
// for. Native code is made by compiler/codegen, which the engine itself never sees.
#pragma once

#include <memory>

#include "runtime/engine/loaded_rule_set.h"
#include "runtime/ir/model.h"

namespace pac::driver {

enum class Engine : uint8_t { interp, native };

struct LoadOptions {
  Engine engine = Engine::native;
  int optimization_level = 2;     // of native code: 0 or 2
};

Result<std::shared_ptr<engine::LoadedRuleSet>> load(const ir::RuleSet& rules,
                                                    const LoadOptions& options);

}  // namespace pac::driver
