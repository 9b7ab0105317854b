// Fixed: a policy of tests/fuzz/policies, compiled once for a target. Never freed, so that a target
// may keep it in a function's static. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "runtime/engine/session.h"

namespace pac::fuzz {

struct Fixed {
  std::unique_ptr<driver::Compilation> compilation;
  std::shared_ptr<engine::LoadedRuleSet> interp, native;

  const ir::RuleSet& rules() const { return compilation->checked->rules; }
};

// "rich.pac"; a claim fails where it does not compile.
Fixed make_fixed(std::string_view name);

// Small memories, so that sessions are cheap and their limits are met.
engine::SessionOptions small_session();

}  // namespace pac::fuzz
