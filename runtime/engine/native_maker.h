// NativeMaker: gives native code to rule sets that are loaded through pac/pac.h. The library
// pac_jit has the one there is; without it the interpreter decides, and this library needs no
// compiler. Constant; any thread.
#pragma once

#include "runtime/base/result.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/loaded_rule_set.h"

namespace pac::engine {

class NativeMaker {
 public:
  virtual ~NativeMaker() = default;
  // From the object of the bundle where a trusted signature covers one for this machine, else
  // compiled. `bundle` is null for a rule set that comes from ir.json. A failure leaves the rule
  // set as it was: the interpreter decides then, to the same answers.
  [[nodiscard]] virtual Result<void> make(LoadedRuleSet& rules, const Bundle* bundle) const = 0;
};

}  // namespace pac::engine
