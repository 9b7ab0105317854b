#include "compiler/driver/load.h"

#include "compiler/codegen/native.h"

namespace pac::driver {

namespace {

class JitFunctions final : public engine::NativeFunctions {
 public:
  explicit JitFunctions(std::unique_ptr<codegen::NativeCode> code) : code_(std::move(code)) {}
  pac_decide_fn decide(ir::DecisionId id) const noexcept override { return code_->decide(id); }

 private:
  std::unique_ptr<codegen::NativeCode> code_;
};

}  // namespace

Result<std::string> compile_native(const engine::LoadedRuleSet& rules, int optimization_level) {
  codegen::Options options;
  options.optimization_level = optimization_level;
  return codegen::compile_object(rules.rule_set(), rules.layout(), options);
}

std::string native_key(int optimization_level) {
  codegen::Options options;
  options.optimization_level = optimization_level;
  return codegen::target_key(options);
}

Result<void> use_native(engine::LoadedRuleSet& rules, std::string_view object) {
  auto code = codegen::NativeCode::load(object, rules.rule_set());
  if (!code) return std::unexpected(code.error());
  rules.use_native(std::make_unique<JitFunctions>(std::move(*code)));
  return {};
}

Result<std::shared_ptr<engine::LoadedRuleSet>> load(const ir::RuleSet& rules,
                                                    const LoadOptions& options) {
  auto loaded = engine::LoadedRuleSet::load(rules);
  if (!loaded || options.engine == Engine::interp) return loaded;
  const auto object = compile_native(**loaded, options.optimization_level);
  if (!object) return std::unexpected(object.error());
  if (const auto used = use_native(**loaded, *object); !used) return std::unexpected(used.error());
  return loaded;
}

Result<std::shared_ptr<engine::LoadedRuleSet>> load(const engine::Bundle& bundle,
                                                    const LoadOptions& options) {
  const auto& rules = bundle.rules();
  if (options.engine == Engine::interp) return rules;
  if (const auto object = bundle.native_object(native_key(options.optimization_level))) {
    if (use_native(*rules, *object)) return rules;
  }
  const auto object = compile_native(*rules, options.optimization_level);
  if (!object) return std::unexpected(object.error());
  if (const auto used = use_native(*rules, *object); !used) return std::unexpected(used.error());
  return rules;
}

}  // namespace pac::driver
