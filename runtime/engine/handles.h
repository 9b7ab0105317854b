// What stands behind the opaque handles of pac/pac.h, for tools of this repository that load rule
// sets in other ways (from a bundle, from the compiler) and hand them to code written against the C
// interface.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pac/pac.h"
#include "runtime/engine/native_job.h"
#include "runtime/engine/session.h"

namespace pac::engine {

struct EngineOptions {
  SessionOptions session;
  int64_t (*clock)(void* data) = nullptr;
  void* clock_data = nullptr;
  std::shared_ptr<const NativeMaker> native;  // of rule sets that are loaded; null: none
  bool native_in_background = false;          // they decide at once, and it takes over later
  interp::Options finding{.by_plan = true};   // where no native code decides
};

// The caller owns the handle and ends it with pac_rule_set_free.
pac_rule_set* make_handle(std::shared_ptr<const LoadedRuleSet> rules, const EngineOptions& options);

}  // namespace pac::engine

struct pac_engine {
  pac::engine::EngineOptions options;
};

struct pac_rule_set {
  std::shared_ptr<const pac::engine::LoadedRuleSet> rules;
  pac::engine::EngineOptions options;
  std::vector<std::string> decision_names;
  std::string bundle_digest, signer;  // empty where it comes from ir.json, or nobody is trusted
  std::unique_ptr<const pac::engine::NativeJob> native_job;  // null: none was asked for
};

struct pac_input {
  pac_input(std::shared_ptr<const pac::engine::LoadedRuleSet> rules,
            const pac::engine::EngineOptions& of)
      : session(std::move(rules), of.session), options(of) {}

  pac::engine::Session session;
  pac::engine::EngineOptions options;
};
