#include "compiler/analyze/faults.h"

#include <algorithm>

#include "compiler/analyze/failing_call.h"
#include "compiler/analyze/failing_value.h"
#include "runtime/ir/shape.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

namespace {

// Sums of so many contributions of this size stay far within their type.
constexpr Int128 kLargestContribution = Int128{1} << 40;
constexpr size_t kMostContributions = size_t{1} << 20;

}  // namespace

Faults::Faults(ir::RuleSet& rules, const ir::Decision& decision,
               const std::set<ir::DecisionId>& total, bool is_proved_present)
    : rules_(rules),
      decision_(decision),
      total_(total),
      is_proved_present_(is_proved_present),
      terms_(rules),
      ranges_(rules, decision) {}

std::optional<ExprId> Faults::of(ExprId id) {
  if (const auto found = memo_.find(id); found != memo_.end()) return found->second;
  const auto out = make(id);
  memo_.emplace(id, out);
  return out;
}

std::optional<ExprId> Faults::of_all(const std::vector<ExprId>& conditions) {
  ExprId out = terms_.truth(false), before = terms_.truth(true);
  for (const ExprId id : conditions) {
    const auto fault = of(id);
    if (!fault) return fault;
    out = terms_.either(out, terms_.both(before, *fault));
    before = terms_.both(before, id);
  }
  return out;
}

std::optional<ExprId> Faults::of_parts(ExprId id) {
  const ir::Expr expr = rules_.expr(id);
  std::vector<ExprId> parts;
  ir::for_each_operand(rules_, expr, [&](ExprId part) { parts.push_back(part); });
  ExprId out = terms_.truth(false);
  for (const ExprId part : parts) {
    const auto fault = of(part);
    if (!fault) return fault;
    out = terms_.either(out, *fault);
  }
  return out;
}

std::optional<ExprId> Faults::make(ExprId id) {
  const ir::Expr expr = rules_.expr(id);
  const auto a = static_cast<ExprId>(expr.a), b = static_cast<ExprId>(expr.b),
             c = static_cast<ExprId>(expr.c);
  switch (expr.op) {
    case Op::and_:
    case Op::or_:
    case Op::default_: {
      const auto first = of(a), second = of(b);
      if (!first || !second) return std::nullopt;
      const ExprId goes_on = expr.op == Op::and_  ? a
                             : expr.op == Op::or_ ? terms_.not_of(a)
                                                  : terms_.not_of(terms_.is_present(a));
      return terms_.either(*first, terms_.both(goes_on, *second));
    }
    case Op::if_: {
      const auto when = of(a), then = of(b), otherwise = of(c);
      if (!when || !then || !otherwise) return std::nullopt;
      const ExprId first = terms_.both(a, *then);
      const ExprId second = terms_.both(terms_.not_of(a), *otherwise);
      return terms_.either(*when, terms_.either(first, second));
    }
    case Op::unwrap: {
      const auto part = of(a);
      if (!part || is_proved_present_) return part;
      return terms_.either(*part, terms_.not_of(terms_.is_present(a)));
    }
    case Op::let: {
      const ir::Let& let = decision_.lets[expr.a];
      const auto value = of(let.value);
      const auto outside = lies_outside(let.value, let.domain);
      if (value && outside) return terms_.either(*value, *outside);
      if (value) cause_ = id;
      return std::nullopt;
    }
    case Op::call:
      return of_call(id, expr);
    case Op::any:
    case Op::all:
    case Op::none:
    case Op::count:
    case Op::sum:
    case Op::min:
    case Op::max: {
      // What fails within speaks of an item and can't be said of the input.
      const auto list = of(a);
      if (!list) return list;
      for (const uint32_t inner :
           {expr.b, expr.op == Op::sum || expr.op == Op::min || expr.op == Op::max ? expr.extra
                                                                                   : ir::kNone}) {
        if (inner == ir::kNone) continue;
        const auto fault = of(static_cast<ExprId>(inner));
        if (!fault || *fault != terms_.truth(false)) {
          cause_ = id;
          return std::nullopt;
        }
      }
      if (expr.op == Op::sum && !cannot_fail_itself(id)) break;
      return list;
    }
    default:
      if (!cannot_fail_itself(id)) break;
      return of_parts(id);
  }
  cause_ = id;
  return std::nullopt;
}

// The operation alone, its operands being there.
bool Faults::cannot_fail_itself(ExprId id) {
  const ir::Expr& expr = rules_.expr(id);
  switch (expr.op) {
    case Op::constant:
    case Op::input:
    case Op::var:
    case Op::field:
    case Op::not_:
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::in_range:
    case Op::in_set:
    case Op::in_list:
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::matches:
    case Op::intersects:
    case Op::subset_of:
    case Op::len:
    case Op::min_of:
    case Op::max_of:
    case Op::is_present:
    case Op::some:
      return true;
    case Op::neg:
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::rescale:
    case Op::round:
      return ranges_.cannot_overflow(id) || ranges_.cannot_fail(id);
    case Op::param:
      return !rules_.params[expr.a].lines.empty() &&
             ranges_.range_of(static_cast<ExprId>(expr.b)).low >=
                 rules_.params[expr.a].lines.front().from;
    case Op::call_std:
      return ranges_.cannot_fail(id) || never_fails(id);
    default:
      return ranges_.cannot_fail(id);
  }
}

// A standard function that takes all that it can be given here, and no memory.
bool Faults::never_fails(ExprId call) {
  const ir::FunctionRef& ref = rules_.functions[rules_.expr(call).a];
  const stdlib::Function* function = stdlib::find(ref.name, ref.version);
  return function != nullptr &&
         std::ranges::find(function->errors, PAC_E_LIMIT) == function->errors.end() &&
         failing_calls(rules_, ranges_, call).empty();
}

// Nothing where that can't be said exactly.
std::optional<ExprId> Faults::lies_outside(ExprId value, ir::DomainId domain) {
  if (domain == ir::DomainId::none || ranges_.lies_in(value, domain)) return terms_.truth(false);
  const ir::Type type = rules_.type_of(value);
  if (type.optional || type.kind == ir::TypeKind::record) return std::nullopt;
  const ir::Domain bounds = rules_.domain(domain);
  const auto [outside, is_whole] = outside_of(rules_, terms_, value, bounds);
  if (outside == ExprId::none || !is_whole) return std::nullopt;
  return outside;
}

// Of the arguments, then of their domains, then of what is assumed of them: nothing else can fail.
std::optional<ExprId> Faults::of_call(ExprId id, const ir::Expr& call) {
  const auto called = static_cast<ir::DecisionId>(call.a);
  const auto parts = of_parts(id);
  if (!parts) return parts;
  cause_ = id;
  if (!is_safe_decision(called)) return std::nullopt;
  ExprId out = *parts;
  const std::vector<ir::Field> fields = rules_.record(rules_.decision(called).input).fields;
  for (uint32_t i = 0; i < call.operand_count; ++i) {
    const auto outside = lies_outside(rules_.operand(call, i), fields[i].domain);
    if (!outside) return std::nullopt;
    out = terms_.either(out, *outside);
  }
  for (const ExprId assume : std::vector(rules_.decision(called).assumes)) {
    out = terms_.either(out, terms_.not_of(with_arguments(rules_, assume, call, 0)));
  }
  return out;
}

bool Faults::speaks_of_items(ExprId id) const {
  bool out = rules_.expr(id).op == Op::var;
  ir::for_each_operand(rules_, rules_.expr(id),
                       [&](ExprId part) { out = out || speaks_of_items(part); });
  return out;
}

bool Faults::is_safe_decision(ir::DecisionId id) {
  const ir::Decision decision = rules_.decision(id);
  if (!decision.features.empty()) return false;
  Faults inside(rules_, decision, total_, true);
  const ExprId never = terms_.truth(false);
  const auto is_safe = [&](ExprId expr) { return inside.of(expr) == never; };
  for (const ExprId assume : decision.assumes) {
    if (!is_safe(assume) || speaks_of_items(assume)) return false;
  }
  const auto& outputs = rules_.record(decision.output).fields;
  const auto is_safe_outcome = [&](const std::vector<ExprId>& outcome) {
    for (size_t i = 0; i < outcome.size(); ++i) {
      if (!is_safe(outcome[i]) || !inside.ranges_.lies_in(outcome[i], outputs[i].domain)) {
        return false;
      }
    }
    return true;
  };
  if (decision.policy == ir::HitPolicy::result) return is_safe_outcome(decision.result);
  if (!total_.contains(id) || decision.rules.size() > kMostContributions) return false;
  for (const ir::Rule& rule : decision.rules) {
    if (rule.each_list != ExprId::none || !std::ranges::all_of(rule.conditions, is_safe) ||
        !is_safe_outcome(rule.outcome)) {
      return false;
    }
  }
  if (decision.has_otherwise && !is_safe_outcome(decision.otherwise.outcome)) return false;
  for (const ir::Fold& fold : decision.folds) {
    if (fold.kind != ir::FoldKind::sum) continue;
    for (const ir::Rule& rule : decision.rules) {
      const ir::Range range = inside.ranges_.range_of(rule.outcome[fold.column]);
      if (range.low < -kLargestContribution || range.high > kLargestContribution) return false;
    }
  }
  return decision.ranking.empty();
}

}  // namespace pac::analyze
