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

Result<std::shared_ptr<engine::LoadedRuleSet>> load(const ir::RuleSet& rules,
                                                    const LoadOptions& options) {
  auto loaded = engine::LoadedRuleSet::load(rules);
  if (!loaded || options.engine == Engine::interp) return loaded;
  codegen::Options native;
  native.optimization_level = options.optimization_level;
  auto object = codegen::compile_object((*loaded)->rule_set(), (*loaded)->layout(), native);
  if (!object) return std::unexpected(object.error());
  auto code = codegen::NativeCode::load(*object, (*loaded)->rule_set());
  if (!code) return std::unexpected(code.error());
  (*loaded)->use_native(std::make_unique<JitFunctions>(std::move(*code)));
  return loaded;
}

}  // namespace pac::driver
