// LoadedRuleSet: a verified rule set with everything that deciding needs: layout, interpreter,
// tables of time zones, shapes of inputs and, where it was given, native code. Constant but for the
// native code, which may be swapped in while others decide; any thread. Shared (std::shared_ptr) by
// the sessions that use it. This folder's headers are not API; services include pac/engine.hpp or
// pac/pac.h instead.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi.h"
#include "runtime/base/result.h"
#include "runtime/base/tz.h"
#include "runtime/engine/answer_plan.h"
#include "runtime/engine/input_shape.h"
#include "runtime/engine/json_plan.h"
#include "runtime/engine/schema.h"
#include "runtime/interp/interpreter.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/model.h"

namespace pac::match {
struct BlockPlan;  // block.h
}

namespace pac::engine {

// Native code of a rule set, made elsewhere, so that this library needs no compiler. Constant; any
// thread.
class NativeFunctions {
 public:
  virtual ~NativeFunctions() = default;
  // Null for a decision that was not compiled: the interpreter then decides.
  virtual pac_decide_fn decide(ir::DecisionId decision) const noexcept = 0;
};

// What the engine knows about one decision besides its IR.
struct DecisionShape {
  DecisionShape(const Schema& schema, const ir::Decision& of) : input(schema, of) {}

  InputShape input;
  const TimeZone* zone = nullptr;  // of the context; null: UTC
  uint32_t output_bytes = 0;
  uint32_t output_align = 1;
  uint32_t duty_count = 0;           // uses of duties in all rules
  std::string answer_head;           // {"decision":"pkg.name","status":"
  std::vector<std::string> assumes;  // as their author would write them, for refusals
};

class LoadedRuleSet {
 public:
  // Verifies the rule set first: PAC41xx. Zones that are not among `zones` come from the machine's
  // tz database (PAC0130, PAC0131): a bundle carries all of its own. `finding`: how the interpreter
  // finds the rules that hit; services take plans, what tests the language goes rule by rule.
  [[nodiscard]] static Result<std::shared_ptr<LoadedRuleSet>> load(
      ir::RuleSet rule_set, std::vector<TimeZone> zones = {}, const interp::Options& finding = {});
  LoadedRuleSet(const LoadedRuleSet&) = delete;
  LoadedRuleSet& operator=(const LoadedRuleSet&) = delete;

  const ir::RuleSet& rule_set() const { return rule_set_; }
  const ir::Layout& layout() const { return layout_; }
  const interp::Interpreter& interpreter() const { return interpreter_; }
  const Schema& schema() const { return schema_; }
  const JsonPlan& json_plan() const { return json_plan_; }
  const AnswerPlan& answer_plan() const { return answer_plan_; }
  const pac_zone* zones() const { return zones_.data(); }
  const DecisionShape& shape(ir::DecisionId id) const { return shapes_[ir::index(id)]; }

  // "pkg.name" or "name"; DecisionId::none where there is none. Private decisions are found too.
  ir::DecisionId find(std::string_view name) const;

  // How the interpreter finds its rules; batches look with the same instructions.
  const interp::Options& finding() const { return finding_; }
  // For batches: the decision's rules as blocks of inputs find them. Made when it is first asked
  // for; null where blocks have nothing to offer.
  std::shared_ptr<const match::BlockPlan> block_plan(ir::DecisionId decision) const;

  // The code stays alive as long as the rule set, since others may be running it.
  void use_native(std::unique_ptr<const NativeFunctions> native);
  const NativeFunctions* native() const noexcept { return native_.load(std::memory_order_acquire); }

 private:
  LoadedRuleSet(ir::RuleSet rule_set, std::vector<TimeZone> zones, const interp::Options& finding);
  const TimeZone* find_zone(std::string_view name) const;
  void add_shapes();

  const ir::RuleSet rule_set_;
  const std::vector<TimeZone> time_zones_;
  const interp::Options finding_;
  ir::Layout layout_;
  interp::Interpreter interpreter_;
  Schema schema_;
  JsonPlan json_plan_;
  AnswerPlan answer_plan_;
  std::vector<pac_zone> zones_;  // by index in RuleSet::zones
  std::vector<DecisionShape> shapes_;
  mutable std::mutex block_mutex_;
  mutable std::vector<std::shared_ptr<const match::BlockPlan>> block_plans_;  // by DecisionId
  mutable std::vector<bool> block_asked_;
  std::mutex native_mutex_;  // of the list, not of reading the pointer
  std::vector<std::unique_ptr<const NativeFunctions>> natives_;
  std::atomic<const NativeFunctions*> native_ = nullptr;
};

}  // namespace pac::engine
