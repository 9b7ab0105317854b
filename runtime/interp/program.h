// Program: a verified rule set and everything the interpreter works out about it once, at load: the
// order in which rules are tried, what overrides reach, values of parameters and constants,
// compiled patterns, functions of the standard library. Immutable after construction; any thread.
// Internal to interp: others use interpreter.h.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "runtime/base/regex.h"
#include "runtime/interp/domain.h"
#include "runtime/interp/interpreter.h"
#include "runtime/interp/values.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/model.h"
#include "stdlib/registry.h"

namespace pac::interp {

struct ParamValue {
  int32_t from = 0;
  Value value;
  pac_error error = PAC_E_NONE;  // of the constant expression
};

struct DecisionPlan {
  std::vector<uint32_t> order;               // ir::try_order
  std::vector<std::vector<uint32_t>> reach;  // ir::override_reach, under unique_with_exceptions
  std::vector<uint32_t> required_slots;      // of features that must be there, ascending
  uint32_t effect_column = ir::kNone;        // under deny_overrides and permit_overrides
  uint32_t duty_count = 0;                   // uses in all rules: the room in pac_result::duties
  std::unique_ptr<const match::Plan> match;  // null: rule by rule
};

struct Program {
  Program(const ir::RuleSet& rules, const ir::Layout& layout, const Options& options);

  const ir::RuleSet& rules;
  const ir::Layout& layout;
  const match::Path path;  // of the kernels that search plans
  Values values;
  Domains domains;
  std::vector<Value> constants;                    // by ConstantId
  std::vector<std::unique_ptr<Regex>> patterns;    // by ConstantId, null where it is no pattern
  std::vector<const stdlib::Function*> functions;  // by index in RuleSet::functions
  std::vector<std::vector<ParamValue>> params;     // by ParamId, lines by date
  std::vector<DecisionPlan> decisions;
  // Of large sets written down, by the in_set: the members in their order.
  std::unordered_map<uint32_t, std::vector<Value>> large_sets;

 private:
  void load_patterns();
  void load_params();
  void load_sets();
  void make_plans(const Options& options);
  std::vector<std::unique_ptr<char[]>> param_memory_;
};

}  // namespace pac::interp
