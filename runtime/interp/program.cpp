#include "runtime/interp/program.h"

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/interp/activation.h"

namespace pac::interp {

using ir::HitPolicy;
using ir::TypeKind;

namespace {

// Memory for the value of one line of a parameter: lists and sets of constants. Doubled until it
// suffices; the limit only ends the doubling, no verified constant expression comes near it.
constexpr size_t kFirstParamBytes = 4096;
constexpr size_t kMaxParamBytes = size_t{1} << 28;

DecisionPlan plan(const ir::RuleSet& rules, const ir::Decision& decision) {
  DecisionPlan plan;
  plan.order = ir::try_order(decision);
  if (decision.policy == HitPolicy::unique_with_exceptions)
    plan.reach = ir::override_reach(decision);
  for (const ir::Feature& feature : decision.features) {
    if (feature.required) plan.required_slots.push_back(feature.slot);
  }
  std::ranges::sort(plan.required_slots);
  if (decision.policy == HitPolicy::deny_overrides ||
      decision.policy == HitPolicy::permit_overrides) {
    const auto& fields = rules.record(decision.output).fields;
    const auto is_effect = [&](const ir::Field& field) {
      return rules.type(field.type).kind == TypeKind::effect;
    };
    const auto column = std::ranges::find_if(fields, is_effect);
    PAC_CHECK(column != fields.end(), "a decision between effects has an output that is one");
    plan.effect_column = static_cast<uint32_t>(column - fields.begin());
  }
  size_t duty_count = decision.otherwise.duties.size();
  for (const ir::Rule& rule : decision.rules) duty_count += rule.duties.size();
  plan.duty_count = static_cast<uint32_t>(duty_count);
  return plan;
}

Value constant_value(const ir::RuleSet& rules, const ir::Constant& constant) {
  if (constant.missing) return Value::missing();
  if (rules.type(constant.type).kind == TypeKind::string) return Value::of(text_of(constant.text));
  return Value::of(constant.number);
}

}  // namespace

Program::Program(const ir::RuleSet& rule_set, const ir::Layout& records, const Options& options)
    : rules(rule_set),
      layout(records),
      path(options.path),
      values(rule_set, records),
      domains(rule_set, values) {
  for (const ir::Constant& constant : rules.constants) {
    constants.push_back(constant_value(rules, constant));
  }
  for (const ir::FunctionRef& ref : rules.functions) {
    functions.push_back(stdlib::find(ref.name, ref.version));
    PAC_CHECK(functions.back() != nullptr, "functions of a verified rule set exist");
  }
  for (const ir::Decision& decision : rules.decisions) decisions.push_back(plan(rules, decision));
  load_patterns();
  load_params();
  load_sets();
  if (options.by_plan) make_plans(options);
}

// Where testing rule by rule costs least, the plain way is taken.
void Program::make_plans(const Options& options) {
  for (size_t i = 0; i < rules.decisions.size(); ++i) {
    if (rules.decisions[i].rules.empty()) continue;
    match::Options wanted = options.plan;
    wanted.first_only = rules.decisions[i].policy == HitPolicy::first;
    auto plan = std::make_unique<const match::Plan>(
        match::make_plan(match::normalize(rules, rules.decisions[i]), wanted));
    if (options.plan.force || plan->strategy != match::Strategy::chain) {
      decisions[i].match = std::move(plan);
    }
  }
}

void Program::load_patterns() {
  patterns.resize(rules.constants.size());
  for (const ir::Expr& expr : rules.exprs) {
    if (expr.op != ir::Op::matches || patterns[expr.b] != nullptr) continue;
    Result<Regex> regex = Regex::compile(rules.constants[expr.b].text);
    PAC_CHECK(regex.has_value(), "patterns of a verified rule set compile");
    patterns[expr.b] = std::make_unique<Regex>(std::move(*regex));
  }
}

// Sets of constants of the type that they are compared with, so that all have one order.
void Program::load_sets() {
  constexpr uint32_t kLarge = 16;
  for (uint32_t id = 0; id < rules.exprs.size(); ++id) {
    const ir::Expr& expr = rules.exprs[id];
    if (expr.op != ir::Op::in_set || expr.operand_count <= kLarge) continue;
    const ir::TypeId type = rules.exprs[expr.a].type;
    std::vector<Value> members;
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      const ir::Expr& member = rules.expr(rules.operand(expr, i));
      if (member.op != ir::Op::constant || member.type != type) break;
      members.push_back(constants[member.a]);
    }
    if (members.size() != expr.operand_count) continue;
    std::ranges::sort(members, [&](const Value& a, const Value& b) {
      return values.compare(type, a, type, b) < 0;
    });
    large_sets.emplace(id, std::move(members));
  }
}

// Lines are constant expressions, so they are evaluated once, here. One that fails is that error
// when read.
void Program::load_params() {
  for (const ir::Param& param : rules.params) {
    std::vector<ParamValue>& lines = params.emplace_back();
    for (const ir::ParamLine& line : param.lines) {
      ParamValue read{line.from, Value(), PAC_E_LIMIT};
      for (size_t bytes = kFirstParamBytes; read.error == PAC_E_LIMIT && bytes <= kMaxParamBytes;
           bytes *= 2) {
        auto memory = std::make_unique<char[]>(bytes);
        pac_scratch scratch{memory.get(), memory.get() + bytes, nullptr};
        Failure failure;
        Activation activation(*this, ir::DecisionId::none, nullptr, scratch, failure, nullptr, 0);
        read.error = activation.evaluate(line.value, read.value);
        if (scratch.next == memory.get()) continue;  // nothing of the value lies there
        param_memory_.push_back(std::move(memory));
      }
      lines.push_back(read);
    }
  }
}

}  // namespace pac::interp
