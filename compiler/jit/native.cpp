#include "compiler/jit/native.h"

#include "compiler/codegen/native.h"
#include "compiler/jit/object_cache.h"
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
  explicit Maker(std::optional<ObjectCache> cache) : cache_(std::move(cache)) {}
  Result<void> make(engine::LoadedRuleSet& rules, const engine::Bundle* bundle) const override {
    return make_native(rules, bundle, kOptimization, cache_ ? &*cache_ : nullptr);
  }

 private:
  const std::optional<ObjectCache> cache_;
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
                         int optimization_level, const ObjectCache* cache) {
  if (bundle != nullptr) {
    const auto object = bundle->native_object(native_key(optimization_level));
    if (object && use_object(rules, *object)) return {};
  }
  std::string name;
  if (cache != nullptr) {
    name = object_name(rules.rule_set(), at_level(optimization_level));
    const auto object = cache->find(name);
    if (object && use_object(rules, *object)) return {};
  }
  const auto object = compile(rules, optimization_level);
  if (!object) return std::unexpected(object.error());
  if (Result<void> used = use_object(rules, *object); !used) return used;
  // Where it can't be kept, it is compiled again next time.
  if (cache != nullptr && !cache->store(name, *object)) return {};
  return {};
}

}  // namespace pac::jit

extern "C" {

pac_answer pac_engine_use_jit(pac_engine* engine) {
  return pac_engine_use_jit_with(engine, nullptr, nullptr);
}

pac_answer pac_engine_use_jit_with(pac_engine* engine, const pac_jit_options* options,
                                   pac_failure* failure) {
  if (engine == nullptr) return PAC_MISUSED;
  const pac_jit_options given = pac::engine::copy_options(options);
  return pac::engine::without_throwing([&] {
    std::optional<pac::jit::ObjectCache> cache;
    if (given.uses_cache != 0) {
      pac::jit::ObjectCache::Options wanted;
      wanted.folder = given.cache_folder.data != nullptr
                          ? std::string(given.cache_folder.data, given.cache_folder.size)
                          : pac::jit::ObjectCache::folder_of_environment();
      if (given.cache_max_bytes != 0) wanted.max_bytes = given.cache_max_bytes;
      if (!wanted.folder.empty()) {  // PAC_CACHE=off, or nowhere to put it
        auto opened = pac::jit::ObjectCache::open(wanted);
        if (!opened) {
          pac::engine::fill_failure(opened.error(), failure);
          return PAC_FAILED;
        }
        cache.emplace(std::move(*opened));
      }
    }
    engine->options.native = std::make_shared<pac::jit::Maker>(std::move(cache));
    engine->options.native_in_background = given.in_background != 0;
    return PAC_DONE;
  });
}

}  // extern "C"
