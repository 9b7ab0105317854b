#include "cli/contract.h"

#include <algorithm>

#include "compiler/driver/bundle_sources.h"

namespace pac::cli {

bool OldContract::open(const po::variables_map& values, const std::string& old,
                       const std::string& path, int* exit) {
  return open_old_version(values, old, path, &old_, exit);
}

const Policy* OldContract::find(const std::string& package, bool is_only) {
  const auto found = std::ranges::find_if(old_.policies, [&](const Policy& policy) {
    return (is_only && old_.policies.size() == 1) || policy.rules().package == package;
  });
  if (found == old_.policies.end()) return nullptr;
  seen_.insert(&*found);
  return &*found;
}

void OldContract::hold(driver::Compilation* compilation, bool is_only) {
  const Policy* policy = find(compilation->checked->rules.package, is_only);
  if (policy == nullptr) return;
  std::unique_ptr<driver::Compilation> sources;
  driver::OldVersion before{&policy->rules(), policy->compilation.get()};
  if (policy->bundle != nullptr) {
    sources = driver::compile_sources_of(*policy->bundle);
    before.sources = sources.get();
  }
  const auto found = driver::check_contract(before, compilation);
  summary_.decisions += found.decisions;
  summary_.breaches += found.breaches;
}

std::unique_ptr<driver::Compilation> OldContract::rest() const {
  auto out = std::make_unique<driver::Compilation>();
  for (const Policy& policy : old_.policies) {
    if (seen_.contains(&policy)) continue;
    for (const ir::Decision& decision : policy.rules().decisions) {
      if (decision.is_private) continue;
      out->emitter.emit(diag::Kind::contract_decision_gone, {}, {{"decision", decision.name}})
          .note("its package `" + policy.rules().package + "` is gone");
    }
  }
  return out;
}

}  // namespace pac::cli
