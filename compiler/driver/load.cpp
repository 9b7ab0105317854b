#include "compiler/driver/load.h"

#include <optional>

#include "compiler/jit/native.h"
#include "compiler/jit/object_cache.h"

namespace pac::driver {

namespace {

// With the user's cache of objects; where it can't be trusted, everything is compiled.
Result<void> make_native(engine::LoadedRuleSet& rules, const engine::Bundle* bundle, int level) {
  const std::string folder = jit::ObjectCache::folder_of_environment();
  if (folder.empty()) return jit::make_native(rules, bundle, level);
  const Result<jit::ObjectCache> cache = jit::ObjectCache::open({folder});
  return jit::make_native(rules, bundle, level, cache ? &*cache : nullptr);
}

}  // namespace

Result<std::string> compile_native(const engine::LoadedRuleSet& rules, int optimization_level) {
  return jit::compile(rules, optimization_level);
}

std::string native_key(int optimization_level) { return jit::native_key(optimization_level); }

Result<void> use_native(engine::LoadedRuleSet& rules, std::string_view object) {
  return jit::use_object(rules, object);
}

Result<std::shared_ptr<engine::LoadedRuleSet>> load(const ir::RuleSet& rules,
                                                    const LoadOptions& options) {
  auto loaded = engine::LoadedRuleSet::load(rules);
  if (!loaded || options.engine == Engine::interp) return loaded;
  const auto made = make_native(**loaded, nullptr, options.optimization_level);
  if (!made) return std::unexpected(made.error());
  return loaded;
}

Result<std::shared_ptr<engine::LoadedRuleSet>> load(const engine::Bundle& bundle,
                                                    const LoadOptions& options) {
  const auto& rules = bundle.rules();
  if (options.engine == Engine::interp) return rules;
  const auto made = make_native(*rules, &bundle, options.optimization_level);
  if (!made) return std::unexpected(made.error());
  return rules;
}

}  // namespace pac::driver
