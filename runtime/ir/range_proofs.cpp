// What the ranges prove: that a value lies within a domain, that an expression cannot fail.
#include <algorithm>

#include "runtime/base/utf8.h"
#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"

namespace pac::ir {

bool lies_in(const Constant& constant, const Domain& domain) {
  if (constant.missing) return true;
  if (domain.has_intervals) {
    return std::ranges::any_of(domain.intervals, [&](const Interval& interval) {
      return constant.number >= interval.low && constant.number <= interval.high;
    });
  }
  if (!domain.patterns.empty()) return false;  // left to the check
  if (domain.max_chars >= 0 && count_code_points(constant.text) > domain.max_chars) return false;
  return !domain.has_texts || std::ranges::binary_search(domain.texts, constant.text);
}

bool RangeAnalysis::lies_in(ExprId id, DomainId domain) {
  const uint64_t key = uint64_t{index(id)} << 32 | index(domain);
  const auto known = lies_in_.find(key);
  if (known != lies_in_.end()) return known->second;
  const bool result = compute_lies_in(id, domain);
  lies_in_[key] = result;
  return result;
}

bool RangeAnalysis::compute_lies_in(ExprId id, DomainId domain) {
  const Expr& expr = rule_set_.expr(id);
  if (domain == DomainId::none) return true;
  const Place place = place_of(id);
  if (place.known && place.domain == domain) return true;
  const Domain& bounds = rule_set_.domain(domain);
  switch (expr.op) {
    case Op::constant:
      return ir::lies_in(rule_set_.constant(static_cast<ConstantId>(expr.a)), bounds);
    case Op::some:
      return lies_in(static_cast<ExprId>(expr.a), domain);
    case Op::if_:
      return lies_in(static_cast<ExprId>(expr.b), domain) &&
             lies_in(static_cast<ExprId>(expr.c), domain);
    default:
      break;
  }
  if (!bounds.has_intervals || !has_range(rule_set_.type(expr.type).kind)) return false;
  const Range range = range_of(id);
  return std::ranges::any_of(bounds.intervals, [&](const Interval& interval) {
    return range.within({interval.low, interval.high});
  });
}

bool RangeAnalysis::cannot_fail(ExprId id) {
  Facts& known = facts_[index(id)];
  if (known.has_failure) return known.cannot_fail;
  if (depth_ >= kMaxDepth) return false;
  ++depth_;
  const bool result = compute_cannot_fail(id);
  --depth_;
  Facts& facts = facts_[index(id)];
  facts.has_failure = true;
  facts.cannot_fail = result;
  return result;
}

bool RangeAnalysis::operands_cannot_fail(const Expr& expr) {
  bool all = true;
  for_each_operand(rule_set_, expr, [&](ExprId id) { all = all && cannot_fail(id); });
  return all;
}

bool RangeAnalysis::compute_cannot_fail(ExprId id) {
  const Expr& expr = rule_set_.expr(id);
  switch (expr.op) {
    case Op::let: {
      const Let& let = decision_.lets[expr.a];
      return cannot_fail(let.value) &&
             (let.domain == DomainId::none || lies_in(let.value, let.domain));
    }
    case Op::param: {
      const Param& param = rule_set_.params[expr.a];
      const auto date = static_cast<ExprId>(expr.b);
      if (param.lines.empty() || range_of(date).low < param.lines[0].from || !cannot_fail(date))
        return false;
      return std::ranges::all_of(param.lines,
                                 [&](const ParamLine& line) { return cannot_fail(line.value); });
    }
    case Op::unwrap: {
      // A required feature is there once the decision has been entered.
      const Expr& read = rule_set_.expr(static_cast<ExprId>(expr.a));
      return read.op == Op::input &&
             std::ranges::any_of(decision_.features, [&](const Feature& feature) {
               return feature.required && feature.slot == read.a;
             });
    }
    case Op::neg:
    case Op::mul:
    case Op::rescale:
    case Op::round:
    case Op::sum:
      if (rule_set_.type(expr.type).kind == TypeKind::quotient) return operands_cannot_fail(expr);
      return cannot_overflow(id) && operands_cannot_fail(expr);
    case Op::add:
    case Op::sub: {
      // date ± duration also wants whole days.
      if (rule_set_.type(expr.type).kind == TypeKind::date) return false;
      return cannot_overflow(id) && operands_cannot_fail(expr);
    }
    case Op::quot:
    case Op::mod: {
      const Range divisor = range_of(static_cast<ExprId>(expr.b));
      return (divisor.low > 0 || divisor.high < 0) && operands_cannot_fail(expr);
    }
    case Op::make_record: {
      // Each field has to lie in its domain.
      const Record& record = rule_set_.records[rule_set_.type(expr.type).ref];
      for (uint32_t i = 0; i < expr.operand_count; ++i) {
        const ExprId field = rule_set_.operand(expr, i);
        if (!cannot_fail(field) || !lies_in(field, record.fields[i].domain)) return false;
      }
      return true;
    }
    case Op::make_list:
    case Op::make_set:
    case Op::template_:
    case Op::call:
    case Op::call_std:
      return false;
    default:
      return operands_cannot_fail(expr);
  }
}

}  // namespace pac::ir
