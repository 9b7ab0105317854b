// From a checked rule set to one that decides: the engine's LoadedRuleSet, with native code where
// it is asked for. Native code is made by compiler/codegen, which the engine itself never sees.
#pragma once

#include <memory>

#include "runtime/engine/bundle.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/ir/model.h"

namespace pac::driver {

enum class Engine : uint8_t { interp, native };

struct LoadOptions {
  Engine engine = Engine::native;
  int optimization_level = 2;  // of native code: 0 or 2
};

Result<std::shared_ptr<engine::LoadedRuleSet>> load(const ir::RuleSet& rules,
                                                    const LoadOptions& options);

// The rule set of a bundle. Its native object is used where a trusted signature covers it and it
// was made for this machine; otherwise native code is compiled from the IR.
Result<std::shared_ptr<engine::LoadedRuleSet>> load(const engine::Bundle& bundle,
                                                    const LoadOptions& options);

// Native code on its own: its object, what it is good for (the name of its member in a bundle), and
// putting it to use. The object must come from compile_native for this rule set.
Result<std::string> compile_native(const engine::LoadedRuleSet& rules, int optimization_level);
std::string native_key(int optimization_level);
Result<void> use_native(engine::LoadedRuleSet& rules, std::string_view object);

}  // namespace pac::driver
