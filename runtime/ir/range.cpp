#include "runtime/ir/range.h"

#include <algorithm>
#include <limits>

#include "runtime/base/date.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/shape.h"

namespace pac::ir {
namespace {

constexpr Int128 kMax128 = static_cast<Int128>(~UInt128{0} >> 1);
constexpr Int128 kMin128 = -kMax128 - 1;
constexpr Int128 kMax64 = std::numeric_limits<int64_t>::max();
constexpr Int128 kMin64 = std::numeric_limits<int64_t>::min();
constexpr Range kEverything{kMin128, kMax128};

// Saturating, so that a result beyond 128 bits stays beyond every type's limits.
Int128 plus(Int128 a, Int128 b) {
  Int128 sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? kMin128 : kMax128;
}

Int128 minus(Int128 a, Int128 b) {
  Int128 difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return a < 0 ? kMin128 : kMax128;
}

Int128 times(Int128 a, Int128 b) {
  Int128 product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) != (b < 0) ? kMin128 : kMax128;
}

Range add(const Range& a, const Range& b) { return {plus(a.low, b.low), plus(a.high, b.high)}; }
Range subtract(const Range& a, const Range& b) {
  return {minus(a.low, b.high), minus(a.high, b.low)};
}

Range multiply(const Range& a, const Range& b) {
  const Int128 corners[] = {times(a.low, b.low), times(a.low, b.high), times(a.high, b.low),
                            times(a.high, b.high)};
  return {*std::ranges::min_element(corners), *std::ranges::max_element(corners)};
}

// The range at a scale larger by `digits`.
Range scale_up(const Range& range, int digits) {
  if (digits < 0 || digits > kMaxScale) return kEverything;
  return multiply(range, {pow10(digits), pow10(digits)});
}

bool is_number(TypeKind kind) { return kind == TypeKind::integer || kind == TypeKind::decimal; }

}  // namespace

bool Range::fits_64() const { return low >= kMin64 && high <= kMax64; }

Range Range::hull(const Range& other) const {
  return {std::min(low, other.low), std::max(high, other.high)};
}

Range Range::clamp(const Range& limits) const {
  if (low > limits.high || high < limits.low) return limits;
  return {std::max(low, limits.low), std::min(high, limits.high)};
}

bool has_range(TypeKind kind) {
  return kind != TypeKind::quotient && kind != TypeKind::string && kind != TypeKind::list &&
         kind != TypeKind::set && kind != TypeKind::record;
}

Range range_of_type(const RuleSet& rule_set, const Type& type) {
  switch (type.kind) {
    case TypeKind::boolean:
    case TypeKind::effect:
      return {0, 1};
    case TypeKind::integer:
    case TypeKind::duration:
      return {kMin64, kMax64};
    case TypeKind::decimal:
      return {-kMaxDecimal, kMaxDecimal};
    case TypeKind::date:
      return {kMinDate, kMaxDate};
    case TypeKind::datetime:
      return {kMinDatetime, kMaxDatetime};
    case TypeKind::enumeration: {
      const size_t count = rule_set.enumeration(static_cast<EnumId>(type.ref)).values.size();
      return {0, count == 0 ? 0 : static_cast<Int128>(count) - 1};
    }
    default:
      return kEverything;
  }
}

Range range_of_domain(const RuleSet& rule_set, DomainId domain) {
  if (domain == DomainId::none) return kEverything;
  const Domain& bounds = rule_set.domain(domain);
  if (!bounds.has_intervals || bounds.intervals.empty()) return kEverything;
  return {bounds.intervals.front().low, bounds.intervals.back().high};
}

RangeAnalysis::RangeAnalysis(const RuleSet& rule_set, const Decision& decision)
    : rule_set_(rule_set), decision_(decision), lists_of_var_(decision.var_count) {
  std::vector<ExprId> pending;
  std::unordered_map<uint32_t, bool> seen;
  const auto push = [&](ExprId id) {
    if (id != ExprId::none && seen.emplace(index(id), true).second) pending.push_back(id);
  };
  const auto bind = [&](uint32_t slot, ExprId list) {
    if (slot < lists_of_var_.size()) lists_of_var_[slot].push_back(list);
  };
  for_each_root(decision, push);
  for (const Rule& rule : decision.rules) {
    if (rule.each_list != ExprId::none) bind(rule.each_var, rule.each_list);
  }
  while (!pending.empty()) {
    const Expr& expr = rule_set.expr(pending.back());
    pending.pop_back();
    for_each_operand(rule_set, expr, push);
    if (expr.op >= Op::any && expr.op <= Op::max) bind(expr.c, static_cast<ExprId>(expr.a));
  }
}

Range RangeAnalysis::exact_range_of(ExprId id) {
  Facts& known = facts_[index(id)];
  if (known.has_exact) return known.exact;
  if (depth_ >= kMaxDepth) return kEverything;
  ++depth_;
  const Range range = compute(id);
  --depth_;
  Facts& facts = facts_[index(id)];  // compute() may have moved the table
  facts.has_exact = true;
  facts.exact = range;
  return range;
}

Range RangeAnalysis::range_of(ExprId id) {
  return exact_range_of(id).clamp(range_of_type(rule_set_, rule_set_.type_of(id)));
}

bool RangeAnalysis::cannot_overflow(ExprId id) {
  const Type& type = rule_set_.type_of(id);
  return has_range(type.kind) && exact_range_of(id).within(range_of_type(rule_set_, type));
}

Range RangeAnalysis::compute(ExprId id) {
  const Expr& expr = rule_set_.expr(id);
  const Type& type = rule_set_.type(expr.type);
  if (!has_range(type.kind)) return kEverything;
  const auto a = static_cast<ExprId>(expr.a);
  switch (expr.op) {
    case Op::constant: {
      const Int128 number = rule_set_.constant(static_cast<ConstantId>(expr.a)).number;
      return {number, number};
    }
    case Op::let: {
      const Let& let = decision_.lets[expr.a];
      return range_of(let.value).clamp(range_of_domain(rule_set_, let.domain));
    }
    case Op::param: {
      const Param& param = rule_set_.params[expr.a];
      if (param.lines.empty()) return kEverything;
      Range range = range_of(param.lines[0].value);
      for (const ParamLine& line : param.lines) range = range.hull(range_of(line.value));
      return range;
    }
    case Op::var: {
      if (expr.a >= lists_of_var_.size() || lists_of_var_[expr.a].empty()) return kEverything;
      Range range = element_range(lists_of_var_[expr.a][0]);
      for (const ExprId list : lists_of_var_[expr.a]) range = range.hull(element_range(list));
      return range;
    }
    case Op::input:
    case Op::field: {
      if (expr.op == Op::field && rule_set_.expr(a).op == Op::make_record) {
        return range_of(rule_set_.operand(rule_set_.expr(a), expr.b));
      }
      const Place place = place_of(id);
      return place.known ? range_of_domain(rule_set_, place.domain) : kEverything;
    }
    case Op::if_:
      return range_of(static_cast<ExprId>(expr.b)).hull(range_of(static_cast<ExprId>(expr.c)));
    case Op::default_:
      return range_of(a).hull(range_of(static_cast<ExprId>(expr.b)));
    case Op::some:
    case Op::unwrap:
      return range_of(a);
    case Op::round:
      return compute_round(expr);
    case Op::mod:
      return compute_mod(expr);
    case Op::min_of:
    case Op::max_of: {
      Range range = range_of(rule_set_.operand(expr, 0));
      for (uint32_t i = 1; i < expr.operand_count; ++i) {
        const Range next = range_of(rule_set_.operand(expr, i));
        range = expr.op == Op::min_of
                    ? Range{std::min(range.low, next.low), std::min(range.high, next.high)}
                    : Range{std::max(range.low, next.low), std::max(range.high, next.high)};
      }
      return range;
    }
    case Op::len:
    case Op::count:
    case Op::sum:
    case Op::min:
    case Op::max:
      return compute_fold(expr);
    default:
      return compute_arithmetic(expr);
  }
}

Range RangeAnalysis::compute_arithmetic(const Expr& expr) {
  const Type& type = rule_set_.type(expr.type);
  const auto a = static_cast<ExprId>(expr.a);
  const auto b = static_cast<ExprId>(expr.b);
  switch (expr.op) {
    case Op::neg:
      return subtract({0, 0}, range_of(a));
    case Op::add:
    case Op::sub: {
      if (!is_number(type.kind)) return compute_temporal(expr);
      return expr.op == Op::add ? add(range_of(a), range_of(b))
                                : subtract(range_of(a), range_of(b));
    }
    case Op::mul:
      return multiply(range_of(a), range_of(b));
    case Op::rescale:
      return scale_up(range_of(a), type.scale - rule_set_.type_of(a).scale);
    default:
      return kEverything;
  }
}

// Sums and differences of dates, datetimes and durations.
Range RangeAnalysis::compute_temporal(const Expr& expr) {
  const auto a = static_cast<ExprId>(expr.a);
  const auto b = static_cast<ExprId>(expr.b);
  const Range left = range_of(a);
  Range right = range_of(b);
  const TypeKind left_kind = rule_set_.type_of(a).kind;
  const TypeKind right_kind = rule_set_.type_of(b).kind;
  if (left_kind == TypeKind::date && right_kind == TypeKind::date) {
    return multiply(subtract(left, right), {kMicrosPerDay, kMicrosPerDay});
  }
  if (left_kind == TypeKind::date) right = {right.low / kMicrosPerDay, right.high / kMicrosPerDay};
  if (right_kind == TypeKind::date ||
      (right_kind == TypeKind::datetime && left_kind != right_kind)) {
    return kEverything;  // duration + date is not written that way round
  }
  return expr.op == Op::add ? add(left, right) : subtract(left, right);
}

Range RangeAnalysis::compute_round(const Expr& expr) {
  const int to_scale = rule_set_.type(expr.type).scale;
  const auto a = static_cast<ExprId>(expr.a);
  const Type& from = rule_set_.type_of(a);
  const auto mode = static_cast<Rounding>(expr.extra);
  if (is_number(from.kind)) {
    // Rounding is monotone, so the ends of the interval go to the ends of the result.
    const Range range = range_of(a);
    Range rounded = kEverything;
    if (!pac::round(range.low, from.scale, to_scale, mode, &rounded.low)) rounded.low = kMin128;
    if (!pac::round(range.high, from.scale, to_scale, mode, &rounded.high)) rounded.high = kMax128;
    return rounded;
  }
  const Expr& quotient = rule_set_.expr(a);
  if (quotient.op != Op::quot) return kEverything;
  const Range num = range_of(static_cast<ExprId>(quotient.a));
  const Range den = range_of(static_cast<ExprId>(quotient.b));
  // Only the usual case: a divisor that is known to be positive. |x / y| <= |x| / low(y).
  const Int128 least = std::max<Int128>(den.low, 1);
  if (den.low < 0 || num.low == kMin128) return kEverything;
  const Int128 most =
      std::max(num.low < 0 ? -num.low : num.low, num.high < 0 ? -num.high : num.high);
  const int shift = to_scale - from.scale;
  Range magnitude{0, most};
  if (shift > 0) magnitude = scale_up(magnitude, shift);
  const Int128 bound = plus(magnitude.high == kMax128 ? kMax128 : magnitude.high / least, 1);
  return {num.low < 0 ? -bound : 0, num.high > 0 ? bound : 0};
}

Range RangeAnalysis::compute_mod(const Expr& expr) {
  const Range dividend = range_of(static_cast<ExprId>(expr.a));
  const Range divisor = range_of(static_cast<ExprId>(expr.b));
  Range range{std::min<Int128>(plus(divisor.low, 1), 0),
              std::max<Int128>(minus(divisor.high, 1), 0)};
  if (divisor.low > 0 && dividend.low >= 0) range.high = std::min(range.high, dividend.high);
  return range;
}

Range RangeAnalysis::compute_fold(const Expr& expr) {
  const auto a = static_cast<ExprId>(expr.a);
  switch (expr.op) {
    case Op::len: {
      if (rule_set_.type_of(a).kind != TypeKind::string) return {0, max_items_of(a)};
      const Place place = place_of(a);
      const int64_t chars = place.known && place.domain != DomainId::none
                                ? rule_set_.domain(place.domain).max_chars
                                : -1;
      return {0, chars >= 0 ? Int128{chars} : Int128{std::numeric_limits<uint32_t>::max()}};
    }
    case Op::count:
      return {0, max_items_of(a)};
    case Op::sum: {
      const Range one = range_of(static_cast<ExprId>(expr.extra));
      const Int128 most = max_items_of(a);
      // Every prefix counts, for a sum overflows at the first that does not fit.
      return {std::min<Int128>(0, times(one.low, most)),
              std::max<Int128>(0, times(one.high, most))};
    }
    default:
      return range_of(static_cast<ExprId>(expr.extra));  // min, max
  }
}

Range RangeAnalysis::element_range(ExprId list) {
  const Expr& expr = rule_set_.expr(list);
  if (expr.op == Op::make_list || expr.op == Op::make_set) {
    if (expr.operand_count == 0) return {0, 0};
    Range range = range_of(rule_set_.operand(expr, 0));
    for (uint32_t i = 1; i < expr.operand_count; ++i) {
      range = range.hull(range_of(rule_set_.operand(expr, i)));
    }
    return range;
  }
  const Place place = place_of(list);
  if (!place.known || place.domain == DomainId::none) return kEverything;
  return range_of_domain(rule_set_, rule_set_.domain(place.domain).element);
}

int64_t RangeAnalysis::max_items_of(ExprId list) {
  constexpr int64_t kMost = std::numeric_limits<uint32_t>::max();
  const Expr& expr = rule_set_.expr(list);
  if (expr.op == Op::make_list || expr.op == Op::make_set) return expr.operand_count;
  const Place place = place_of(list);
  if (!place.known || place.domain == DomainId::none) return kMost;
  const int64_t items = rule_set_.domain(place.domain).max_items;
  return items < 0 ? kMost : items;
}

RangeAnalysis::Place RangeAnalysis::place_of(ExprId id) {
  const Expr& expr = rule_set_.expr(id);
  const auto a = static_cast<ExprId>(expr.a);
  switch (expr.op) {
    case Op::input:
      return {true, rule_set_.record(decision_.input).fields[expr.a].domain};
    case Op::field: {
      // Every record lies within its fields' domains, however it was made.
      const auto record = static_cast<RecordId>(rule_set_.type_of(a).ref);
      return {true, rule_set_.record(record).fields[expr.b].domain};
    }
    case Op::let: {
      const Let& let = decision_.lets[expr.a];
      return let.domain != DomainId::none ? Place{true, let.domain} : place_of(let.value);
    }
    case Op::var: {
      if (expr.a >= lists_of_var_.size() || lists_of_var_[expr.a].size() != 1) return {};
      const Place list = place_of(lists_of_var_[expr.a][0]);
      if (!list.known || list.domain == DomainId::none) return {};
      return {true, rule_set_.domain(list.domain).element};
    }
    case Op::some:
    case Op::unwrap:
      return place_of(a);
    default:
      return {};
  }
}

}  // namespace pac::ir
