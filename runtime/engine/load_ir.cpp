#include "runtime/engine/load_ir.h"

#include "runtime/ir/encode.h"

namespace pac::engine {

Result<std::shared_ptr<LoadedRuleSet>> load_ir(std::string_view text,
                                               const interp::Options& finding) {
  Result<ir::RuleSet> rule_set = ir::decode(text);
  if (!rule_set) return std::unexpected(rule_set.error());
  return LoadedRuleSet::load(std::move(*rule_set), {}, finding);
}

}  // namespace pac::engine
