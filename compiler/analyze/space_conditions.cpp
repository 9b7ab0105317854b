// Conditions as formulas over literals: which test of which column a comparison is.
#include <algorithm>

#include "compiler/analyze/space.h"
#include "runtime/base/check.h"
#include "runtime/base/decimal.h"
#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

uint32_t Space::add(Formula formula) {
  formulas_.push_back(formula);
  return static_cast<uint32_t>(formulas_.size() - 1);
}

uint32_t Space::join(Kind kind, uint32_t a, uint32_t b) {
  const uint32_t unit = kind == Kind::both ? 0 : 1, zero = 1 - unit;
  if (a == zero || b == zero) return zero;
  if (a == unit || a == b) return b;
  if (b == unit) return a;
  return add({kind, a, b, {}});
}

uint32_t Space::formula(ExprId id, bool holds) {
  const uint64_t key = uint64_t{ir::index(id)} * 2 + (holds ? 1 : 0);
  if (const auto found = memo_.find(key); found != memo_.end()) return found->second;
  const uint32_t out = make_formula(id, holds);
  memo_.emplace(key, out);
  return out;
}

// Columns come in the order in which terms are met. So nothing here stands on the order in which a
// compiler evaluates arguments.
uint32_t Space::make_formula(ExprId id, bool holds) {
  const ir::Expr expr = rules_.expr(id);
  const auto part = [&](uint32_t operand, bool wanted) {
    return formula(static_cast<ExprId>(operand), wanted);
  };
  switch (expr.op) {
    case Op::constant:
      return (rules_.constants[expr.a].number != 0) == holds ? 0 : 1;
    case Op::not_:
      return part(expr.a, !holds);
    case Op::and_:
    case Op::or_: {
      const uint32_t a = part(expr.a, holds);
      return join((expr.op == Op::and_) == holds ? Kind::both : Kind::either, a,
                  part(expr.b, holds));
    }
    case Op::if_: {
      const uint32_t when = part(expr.a, true), then = part(expr.b, holds);
      const uint32_t unless = part(expr.a, false), otherwise = part(expr.c, holds);
      const uint32_t first = join(Kind::both, when, then);
      return join(Kind::either, first, join(Kind::both, unless, otherwise));
    }
    case Op::eq:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return comparison(id, holds);
    case Op::in_set:
      return membership(id, holds);
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::matches:
      return text_test(id, holds);
    case Op::is_present: {
      Test test;
      test.is_missing = true;
      return literal(static_cast<ExprId>(expr.a), test, !holds);
    }
    default:
      return opaque(id, holds);
  }
}

// A boolean that is a column of its own: a field, or what can't be taken apart.
uint32_t Space::opaque(ExprId id, bool holds) {
  Test test;
  test.intervals.push_back({1, 1});
  return literal(id, test, holds);
}

uint32_t Space::literal(ExprId term, const Test& test, bool holds) {
  const uint32_t column = column_of(term);
  const uint32_t number = columns_[column].add_test(test);
  return add({Kind::literal, 0, 0, {column, number, holds}});
}

namespace {

Int128 floor_to(Int128 value, int from, int to) {  // of value / 10^(from - to)
  const Int128 divisor = pow10(from - to);
  const Int128 quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

}  // namespace

// The values of the type for which `value op constant` holds, on the type's grid.
bool Space::intervals_of(Op op, const ir::Type& type, const ir::Constant& constant,
                         Test* out) const {
  const ir::Range all = ir::range_of_type(rules_, type);
  const ir::Type& other = rules_.type(constant.type);
  const int scale = type.kind == TypeKind::decimal ? type.scale : 0;
  const int other_scale = other.kind == TypeKind::decimal ? other.scale : 0;
  if (other.kind == TypeKind::quotient || type.kind == TypeKind::quotient) return false;
  Int128 below = constant.number;  // greatest value of the grid not above the constant
  bool is_exact = true;
  if (other_scale > scale) {
    below = floor_to(constant.number, other_scale, scale);
    is_exact = below * pow10(other_scale - scale) == constant.number;
  } else if (!widen(constant.number, other_scale, scale, &below)) {
    return false;
  }
  const Int128 above = is_exact ? below : below + 1;
  const auto push = [&](Int128 low, Int128 high) {
    low = std::max(low, all.low);
    high = std::min(high, all.high);
    if (low <= high) out->intervals.push_back({low, high});
  };
  switch (op) {
    case Op::eq:
      if (is_exact) push(below, below);
      break;
    case Op::lt:
      push(all.low, is_exact ? below - 1 : below);
      break;
    case Op::le:
      push(all.low, below);
      break;
    case Op::gt:
      push(is_exact ? above + 1 : above, all.high);
      break;
    default:
      push(above, all.high);
      break;
  }
  return true;
}

std::optional<Test> Space::text_test_of(ExprId id, ExprId* subject) const {
  const ir::Expr& expr = rules_.expr(id);
  const auto constant = [&](uint32_t operand) -> const ir::Constant* {
    const ir::Expr& other = rules_.expr(static_cast<ExprId>(operand));
    return other.op == Op::constant ? &rules_.constants[other.a] : nullptr;
  };
  const auto is_text = [&](uint32_t operand) {
    return rules_.type_of(static_cast<ExprId>(operand)).kind == TypeKind::string;
  };
  Test test;
  *subject = static_cast<ExprId>(expr.a);
  switch (expr.op) {
    case Op::eq:
      if (!is_text(expr.a) || constant(expr.b) == nullptr) return std::nullopt;
      test.text = Test::Text::one_of;
      test.texts.push_back(constant(expr.b)->text);
      return test;
    case Op::in_set:
      if (!is_text(expr.a)) return std::nullopt;
      test.text = Test::Text::one_of;
      for (uint32_t i = 0; i < expr.operand_count; ++i) {
        const ir::Constant* member = constant(ir::index(rules_.operand(expr, i)));
        if (member == nullptr) return std::nullopt;
        test.texts.push_back(member->text);
      }
      std::ranges::sort(test.texts);
      test.texts.erase(std::unique(test.texts.begin(), test.texts.end()), test.texts.end());
      return test;
    case Op::matches:
      test.text = Test::Text::matches;
      test.texts.push_back(rules_.constants[expr.b].text);
      return test;
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
      if (constant(expr.b) == nullptr) return std::nullopt;
      test.text = expr.op == Op::starts_with ? Test::Text::starts_with
                  : expr.op == Op::ends_with ? Test::Text::ends_with
                                             : Test::Text::contains;
      test.texts.push_back(constant(expr.b)->text);
      return test;
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge: {
      const ir::Expr& left = rules_.expr(static_cast<ExprId>(expr.a));
      if (left.op != Op::len || !is_text(left.a) || constant(expr.b) == nullptr) {
        return std::nullopt;
      }
      if (!intervals_of(expr.op, rules_.type_of(static_cast<ExprId>(expr.a)), *constant(expr.b),
                        &test) ||
          test.intervals.size() != 1) {
        return std::nullopt;
      }
      *subject = static_cast<ExprId>(left.a);
      test.length = test.intervals[0];
      test.intervals.clear();
      test.text = Test::Text::length;
      return test;
    }
    default:
      return std::nullopt;
  }
}

uint32_t Space::text_test(ExprId id, bool holds) {
  ExprId subject = ExprId::none;
  const auto test = text_test_of(id, &subject);
  return test ? literal(subject, *test, holds) : opaque(id, holds);
}

uint32_t Space::comparison(ExprId id, bool holds) {
  const ir::Expr expr = rules_.expr(id);
  const auto a = static_cast<ExprId>(expr.a), b = static_cast<ExprId>(expr.b);
  const ir::Expr& right = rules_.expr(b);
  const ir::Type type = rules_.type_of(a);
  if (right.op != Op::constant || type.kind == TypeKind::quotient ||
      type.kind == TypeKind::record || type.kind == TypeKind::list || type.kind == TypeKind::set) {
    return opaque(id, holds);
  }
  ExprId subject = ExprId::none;
  if (text_test_of(id, &subject)) return text_test(id, holds);
  Test test;
  if (!intervals_of(expr.op, type, rules_.constants[right.a], &test)) return opaque(id, holds);
  if (test.intervals.empty()) return holds ? 1 : 0;
  return literal(a, test, holds);
}

uint32_t Space::membership(ExprId id, bool holds) {
  const ir::Expr expr = rules_.expr(id);
  const auto a = static_cast<ExprId>(expr.a);
  const ir::Type type = rules_.type_of(a);
  if (type.kind == TypeKind::string) return text_test(id, holds);
  Test test;
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    const ir::Constant& member = rules_.constants[rules_.expr(rules_.operand(expr, i)).a];
    if (!intervals_of(Op::eq, type, member, &test)) return opaque(id, holds);
  }
  std::ranges::sort(test.intervals, {}, &ir::Interval::low);
  std::vector<ir::Interval> joined;
  for (const ir::Interval& interval : test.intervals) {
    if (!joined.empty() && interval.low <= joined.back().high + 1) {
      joined.back().high = std::max(joined.back().high, interval.high);
    } else {
      joined.push_back(interval);
    }
  }
  test.intervals = std::move(joined);
  if (test.intervals.empty()) return holds ? 1 : 0;
  return literal(a, test, holds);
}

}  // namespace pac::analyze
