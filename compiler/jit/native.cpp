#include "compiler/jit/native.h"

#include "compiler/codegen/native.h"
#include "pac/jit.h"
#include "runtime/engine/handles.h"
#include "runtime/engine/pac_c_support.h"

namespace pac::jit {

namespace {

constexpr int kOptimization = 2;

class JitFunctions final : public engine::NativeFunctions {
 public:
  explicit JitFunctions(std::unique_ptr<codegen::NativeCode> code) : code_(std::move(code)) {}
  pac_decide_fn decide(ir::DecisionId id) const noexcept override { return code_->decide(id); }

 private:
  std::unique_ptr<codegen::NativeCode> code_;
};

class Maker final : public engine::NativeMaker {
 public:
  Result<void> make(engine::LoadedRuleSet& rules, const engine::Bundle* bundle) const override {
    return make_native(rules, bundle, kOptimization);
  }
};

codegen::Options at_level(int optimization_level) {
  codegen::Options options;
  options.optimization_level = optimization_level;
  return options;
}

}  // namespace

Result<std::string> compile(const engine::LoadedRuleSet& rules, int optimization_level,
                            const codegen::Proofs& proofs) {
  codegen::Options options = at_level(optimization_level);
  options.proofs = proofs;
  return codegen::compile_object(rules.rule_set(), rules.layout(), options);
}

std::string native_key(int optimization_level) {
  return codegen::target_key(at_level(optimization_level));
}

Result<void> use_object(engine::LoadedRuleSet& rules, std::string_view object) {
  auto code = codegen::NativeCode::load(object, rules.rule_set());
  if (!code) return std::unexpected(code.error());
  rules.use_native(std::make_unique<JitFunctions>(std::move(*code)));
  return {};
}

Result<void> make_native(engine::LoadedRuleSet& rules, const engine::Bundle* bundle,
                         int optimization_level) {
  if (bundle != nullptr) {
    const auto object = bundle->native_object(native_key(optimization_level));
    if (object && use_object(rules, *object)) return {};
  }
  const auto object = compile(rules, optimization_level);
  if (!object) return std::unexpected(object.error());
  return use_object(rules, *object);
}

}  // namespace pac::jit

extern "C" pac_answer pac_engine_use_jit(pac_engine* engine) {
  if (engine == nullptr) return PAC_MISUSED;
  return pac::engine::without_throwing([&] {
    engine->options.native = std::make_shared<pac::jit::Maker>();
    return PAC_DONE;
  });
}
