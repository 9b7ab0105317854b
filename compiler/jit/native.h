// Native code for a loaded rule set: its object, what it is good for, and putting it to use.
// Between runtime/engine, which never sees a compiler, and compiler/codegen, which never sees an
// engine. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "compiler/codegen/proofs.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/loaded_rule_set.h"

namespace pac::jit {

class ObjectCache;  // object_cache.h

// For the proofs, which must hold, run-time checks are left out.
Result<std::string> compile(const engine::LoadedRuleSet& rules, int optimization_level,
                            const codegen::Proofs& proofs = {});
// The name of an object's member in a bundle: processor, LLVM version, level.
std::string native_key(int optimization_level);
// The object must come from compile() for this rule set.
Result<void> use_object(engine::LoadedRuleSet& rules, std::string_view object);
// The object of the bundle where a trusted signature covers one for this machine, else that of the
// cache (null: none), else compiled, and then kept in the cache.
Result<void> make_native(engine::LoadedRuleSet& rules, const engine::Bundle* bundle,
                         int optimization_level, const ObjectCache* cache = nullptr);

}  // namespace pac::jit
