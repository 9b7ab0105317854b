// The part of the C interface (pac/pac.h) that loads rule sets and tells of them.
#include <fstream>
#include <iterator>

#include "runtime/engine/bundle.h"
#include "runtime/engine/handles.h"
#include "runtime/engine/load_ir.h"
#include "runtime/engine/pac_c_support.h"
#include "runtime/engine/write.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

using pac::Result;
using pac::engine::Bundle;
using pac::engine::BundleOptions;
using pac::engine::copy_options;
using pac::engine::EngineOptions;
using pac::engine::fill_failure;
using pac::engine::from_c;
using pac::engine::LoadedRuleSet;
using pac::engine::NativeJob;
using pac::engine::TextSink;
using pac::engine::to_c;
using pac::engine::TrustStore;
using pac::engine::without_throwing;

pac_rule_set* pac::engine::make_handle(std::shared_ptr<const LoadedRuleSet> rules,
                                       const EngineOptions& options) {
  auto* handle = new pac_rule_set{std::move(rules), options, {}, {}, {}, {}};
  const auto& rule_set = handle->rules->rule_set();
  for (uint32_t i = 0; i < rule_set.decisions.size(); ++i) {
    char name[2 * ir::kMaxNameBytes + 1];
    TextSink sink(name, sizeof name);
    put_decision_name(rule_set, static_cast<ir::DecisionId>(i), sink);
    handle->decision_names.emplace_back(sink.view());
  }
  return handle;
}

namespace {

// Where no native code can be made, the interpreter decides: an answer is never lost to speed.
void add_native(pac_rule_set& handle, std::shared_ptr<LoadedRuleSet> rules,
                std::shared_ptr<const Bundle> bundle) {
  const EngineOptions& options = handle.options;
  if (options.native == nullptr) return;
  handle.native_job = std::make_unique<NativeJob>(options.native, std::move(rules),
                                                  std::move(bundle), options.native_in_background);
}

pac_native_state told(const pac_rule_set* rules, pac_failure* failure) {
  if (rules == nullptr) return PAC_NATIVE_NONE;
  if (rules->native_job == nullptr) {
    return rules->rules->native() != nullptr ? PAC_NATIVE_READY : PAC_NATIVE_NONE;
  }
  const NativeJob::State state = rules->native_job->state();
  if (state == NativeJob::State::failed) fill_failure(rules->native_job->failure(), failure);
  return static_cast<pac_native_state>(state);
}

static_assert(PAC_NATIVE_FAILED == static_cast<int>(NativeJob::State::failed));

Result<TrustStore> read_trust(const pac_bundle_options& given) {
  if (given.trust_path.data != nullptr) {
    return TrustStore::read(std::string(from_c(given.trust_path.data, given.trust_path.size)));
  }
  if (given.trust.data == nullptr) return TrustStore();
  return TrustStore::parse(from_c(given.trust.data, given.trust.size));
}

// `load` gives the bundle, read with the trust store and the options that the caller named.
template <typename Load>
pac_answer load_bundle(const pac_engine* engine, const pac_bundle_options* options,
                       pac_rule_set** out, pac_failure* failure, Load load) {
  const pac_bundle_options given = copy_options(options);
  return without_throwing([&] {
    const Result<TrustStore> trust = read_trust(given);
    if (!trust) {
      fill_failure(trust.error(), failure);
      return PAC_FAILED;
    }
    BundleOptions wanted;
    wanted.requires_signature = given.requires_signature != 0;
    wanted.finding = engine->options.finding;
    if (given.max_bytes != 0) wanted.max_bytes = given.max_bytes;
    Result<std::unique_ptr<Bundle>> loaded = load(*trust, wanted);
    if (!loaded) {
      fill_failure(loaded.error(), failure);
      return PAC_FAILED;
    }
    const std::shared_ptr<const Bundle> bundle = std::move(*loaded);
    std::unique_ptr<pac_rule_set> made(pac::engine::make_handle(bundle->rules(), engine->options));
    made->bundle_digest = bundle->manifest().bundle_digest;
    for (const auto& signature : bundle->signatures()) {
      if (signature.is_trusted() && made->signer.empty()) made->signer = signature.key_name;
    }
    add_native(*made, bundle->rules(), bundle);
    *out = made.release();
    return PAC_DONE;
  });
}

}  // namespace

extern "C" {

pac_answer pac_rule_set_load_ir(const pac_engine* engine, const char* text, size_t size,
                                pac_rule_set** out, pac_failure* failure) {
  if (engine == nullptr || text == nullptr || out == nullptr) return PAC_MISUSED;
  return without_throwing([&] {
    auto loaded = pac::engine::load_ir(from_c(text, size), engine->options.finding);
    if (!loaded) {
      fill_failure(loaded.error(), failure);
      return PAC_FAILED;
    }
    std::unique_ptr<pac_rule_set> made(pac::engine::make_handle(*loaded, engine->options));
    add_native(*made, std::move(*loaded), nullptr);
    *out = made.release();
    return PAC_DONE;
  });
}

pac_answer pac_rule_set_load_bundle(const pac_engine* engine, const void* bytes, size_t size,
                                    const pac_bundle_options* options, pac_rule_set** out,
                                    pac_failure* failure) {
  if (engine == nullptr || bytes == nullptr || out == nullptr) return PAC_MISUSED;
  return load_bundle(
      engine, options, out, failure, [&](const TrustStore& trust, const BundleOptions& wanted) {
        return Bundle::load(std::string(static_cast<const char*>(bytes), size), trust, wanted);
      });
}

pac_answer pac_rule_set_load_bundle_file(const pac_engine* engine, const char* path, size_t size,
                                         const pac_bundle_options* options, pac_rule_set** out,
                                         pac_failure* failure) {
  if (engine == nullptr || path == nullptr || out == nullptr) return PAC_MISUSED;
  return load_bundle(engine, options, out, failure,
                     [&](const TrustStore& trust, const BundleOptions& wanted) {
                       return Bundle::load_file(std::string(path, size), trust, wanted);
                     });
}

void pac_rule_set_free(pac_rule_set* rules) { delete rules; }

pac_view pac_rule_set_bundle_digest(const pac_rule_set* rules) {
  return rules == nullptr ? pac_view{nullptr, 0} : to_c(rules->bundle_digest);
}

pac_view pac_rule_set_signer(const pac_rule_set* rules) {
  return rules == nullptr ? pac_view{nullptr, 0} : to_c(rules->signer);
}

int pac_rule_set_is_native(const pac_rule_set* rules) {
  return rules != nullptr && rules->rules->native() != nullptr ? 1 : 0;
}

pac_native_state pac_rule_set_native_state(const pac_rule_set* rules, pac_failure* failure) {
  return told(rules, failure);
}

pac_native_state pac_rule_set_wait_native(const pac_rule_set* rules, pac_failure* failure) {
  if (rules != nullptr && rules->native_job != nullptr) rules->native_job->wait();
  return told(rules, failure);
}

uint32_t pac_rule_set_decision_count(const pac_rule_set* rules) {
  return rules == nullptr ? 0 : static_cast<uint32_t>(rules->decision_names.size());
}

pac_view pac_rule_set_decision_name(const pac_rule_set* rules, uint32_t decision) {
  if (decision >= pac_rule_set_decision_count(rules)) return {nullptr, 0};
  return to_c(rules->decision_names[decision]);
}

uint32_t pac_rule_set_find_decision(const pac_rule_set* rules, const char* name, size_t size) {
  if (rules == nullptr) return PAC_NOT_FOUND;
  const pac::ir::DecisionId found = rules->rules->find(from_c(name, size));
  if (found == pac::ir::DecisionId::none ||
      rules->rules->rule_set().decisions[pac::ir::index(found)].is_private) {
    return PAC_NOT_FOUND;
  }
  return pac::ir::index(found);
}

pac_answer pac_rule_set_decision_digest(const pac_rule_set* rules, uint32_t decision,
                                        char (*out)[65]) {
  if (out == nullptr) return PAC_MISUSED;
  (*out)[0] = '\0';
  if (decision >= pac_rule_set_decision_count(rules)) return PAC_MISUSED;
  return without_throwing([&] {
    const std::string digest = pac::ir::function_digest(
        rules->rules->rule_set(), static_cast<pac::ir::DecisionId>(decision), pac::stdlib::find);
    TextSink sink(*out, sizeof *out - 1);
    sink.put(digest);
    (*out)[sink.view().size()] = '\0';
    return PAC_DONE;
  });
}

uint32_t pac_rule_set_find_path(const pac_rule_set* rules, uint32_t decision, const char* path,
                                size_t size) {
  if (decision >= pac_rule_set_decision_count(rules)) return PAC_NOT_FOUND;
  const auto id = static_cast<pac::ir::DecisionId>(decision);
  return pac::ir::index(rules->rules->shape(id).input.find(from_c(path, size)));
}

}  // extern "C"
