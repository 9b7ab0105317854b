// Expressions as terms of Z3: numbers as integers on the grid of their type.
#include <algorithm>

#include "compiler/analyze/smt_encoder.h"
#include "runtime/base/date.h"
#include "runtime/base/decimal.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;
using z3::expr;

namespace {

constexpr Int128 kLetters = 26;  // texts that are held against each other are each a letter

}  // namespace

expr Smt::Encoder::value_of(ExprId id) {
  if (const auto found = values_.find(ir::index(id)); found != values_.end()) return found->second;
  const expr out = encode(id);
  values_.emplace(ir::index(id), out);
  return out;
}

expr Smt::Encoder::encode(ExprId id) {
  const ir::Expr e = rules_.expr(id);
  const ir::Type type = rules_.type_of(id);
  const auto part = [&](uint32_t operand) { return value_of(static_cast<ExprId>(operand)); };
  if (!is_composite(type)) {
    if (const auto path = path_of(rules_, id)) return leaf_of(*path).value;
    if (Leaf* leaf = item_leaf(id)) return leaf->value;
  }
  const bool is_number =
      !is_composite(type) && type.kind != TypeKind::string && type.kind != TypeKind::quotient;
  switch (e.op) {
    case Op::constant:
      if (type.kind == TypeKind::boolean) return truth(rules_.constants[e.a].number != 0);
      if (is_number) return number(rules_.constants[e.a].number);
      break;
    case Op::not_:
      return !boolean(part(e.a));
    case Op::and_:
      return boolean(part(e.a)) && boolean(part(e.b));
    case Op::or_:
      return boolean(part(e.a)) || boolean(part(e.b));
    case Op::if_:
      if (is_number) {
        const expr when = boolean(part(e.a));
        const expr then = part(e.b), otherwise = part(e.c);
        return z3::ite(when, then, otherwise);
      }
      break;
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::in_set:
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::matches: {
      ExprId subject = ExprId::none;
      if (space_.text_test_of(id, &subject)) return text_test(id);
      if (e.op == Op::in_set) return membership(e);
      if (e.op >= Op::eq && e.op <= Op::ge) return comparison(e);
      break;
    }
    case Op::in_list:
      return in_list(e);
    case Op::is_present:
      return present_of(static_cast<ExprId>(e.a));
    case Op::some:
    case Op::unwrap:
      return part(e.a);
    case Op::default_:
      if (is_number) {
        const expr is_there = present_of(static_cast<ExprId>(e.a));
        const expr value = part(e.a), otherwise = part(e.b);
        return z3::ite(is_there, value, otherwise);
      }
      break;
    case Op::neg:
      return -integer(part(e.a));
    case Op::add:
    case Op::sub:
    case Op::mul:
      return arithmetic(e);
    case Op::rescale:
      if (is_number) return scaled(static_cast<ExprId>(e.a), type.scale);
      break;
    case Op::round:
      return rounded(e, type);
    case Op::mod:
      return modulo(e);
    case Op::min_of:
    case Op::max_of:
      return extreme(e);
    case Op::len:
    case Op::any:
    case Op::all:
    case Op::none:
    case Op::count:
    case Op::sum:
    case Op::min:
    case Op::max:
      return quantifier(id, e, type);
    default:
      break;
  }
  return guess(id, e, type);
}

int Smt::Encoder::scale_of(ExprId id) const {
  const ir::Type& type = rules_.type_of(id);
  return type.kind == TypeKind::decimal ? type.scale : 0;
}

expr Smt::Encoder::scaled(ExprId id, int scale) {
  const expr value = integer(value_of(id));
  const int digits = scale - scale_of(id);
  return digits == 0 ? value : value * number(pow10(digits));
}

namespace {

expr ordered(Op op, const expr& a, const expr& b) {
  switch (op) {
    case Op::eq:
      return a == b;
    case Op::ne:
      return a != b;
    case Op::lt:
      return a < b;
    case Op::le:
      return a <= b;
    case Op::gt:
      return a > b;
    default:
      return a >= b;
  }
}

}  // namespace

expr Smt::Encoder::comparison(const ir::Expr& e) {
  const auto a = static_cast<ExprId>(e.a), b = static_cast<ExprId>(e.b);
  const ir::Type& type = rules_.type_of(a);
  if (type.optional || is_composite(type)) return anything();
  if (type.kind == TypeKind::string) {
    const auto same = compare_texts(e);
    return same ? *same : anything();
  }
  if (type.kind == TypeKind::boolean) {
    const expr same = boolean(value_of(a)) == boolean(value_of(b));
    return e.op == Op::eq ? same : !same;
  }
  if (type.kind == TypeKind::quotient || rules_.type_of(b).kind == TypeKind::quotient) {
    return compare_quotients(e);
  }
  const int scale = std::max(scale_of(a), scale_of(b));
  return ordered(e.op, scaled(a, scale), scaled(b, scale));
}

// Two texts of the input of which nothing is asked but whether they are the same.
std::optional<expr> Smt::Encoder::compare_texts(const ir::Expr& e) {
  if (e.op != Op::eq && e.op != Op::ne) return std::nullopt;
  Leaf* a = plain_text(static_cast<ExprId>(e.a));
  Leaf* b = plain_text(static_cast<ExprId>(e.b));
  if (a == nullptr || b == nullptr) return std::nullopt;
  for (Leaf* leaf : {a, b}) {
    if (leaf->is_compared) continue;
    if (compared_ == kLetters) return std::nullopt;
    ++compared_;
    leaf->is_compared = true;
    solver_.add(leaf->value >= 0 && leaf->value < number(kLetters));
  }
  return e.op == Op::eq ? a->value == b->value : a->value != b->value;
}

// A text of the input that may be any letter; null for others.
Smt::Encoder::Leaf* Smt::Encoder::plain_text(ExprId id) {
  const auto path = path_of(rules_, bare(id));
  if (!path) return nullptr;
  const ir::DomainId id_of_domain = space_.field_of(*path).domain;
  if (id_of_domain != ir::DomainId::none) {
    const ir::Domain& domain = rules_.domain(id_of_domain);
    if (domain.has_texts || !domain.patterns.empty() || domain.max_chars == 0) return nullptr;
  }
  Leaf& leaf = leaf_of(*path);
  return leaf.texts == nullptr ? &leaf : nullptr;
}

std::optional<Smt::Encoder::Quotient> Smt::Encoder::quotient(ExprId id) {
  const ir::Expr e = rules_.expr(id);
  const auto part = [&](uint32_t operand) {
    return integer(value_of(static_cast<ExprId>(operand)));
  };
  if (e.op == Op::quot) return Quotient{part(e.a), part(e.b), rules_.type_of(id).scale};
  if (e.op == Op::rescale) {
    return Quotient{part(e.a), number(1), scale_of(static_cast<ExprId>(e.a))};
  }
  if (rules_.type_of(id).kind == TypeKind::quotient) return std::nullopt;
  return Quotient{integer(value_of(id)), number(1), scale_of(id)};
}

expr Smt::Encoder::sign_of(const expr& value) {
  const expr is_negative = value < 0;
  const expr minus = number(-1), plus = number(1);
  return z3::ite(is_negative, minus, plus);
}

// num / den * 10^-scale on both sides, multiplied by the denominators.
expr Smt::Encoder::compare_quotients(const ir::Expr& e) {
  const auto x = quotient(static_cast<ExprId>(e.a)), y = quotient(static_cast<ExprId>(e.b));
  if (!x || !y) return anything();
  const int scale = std::max(x->scale, y->scale);
  if (scale - std::min(x->scale, y->scale) > kMaxScale) return anything();
  const expr sign = sign_of(x->den);
  const expr signs = sign * sign_of(y->den);
  const expr left = x->num * number(pow10(scale - x->scale)) * y->den * signs;
  const expr right = y->num * number(pow10(scale - y->scale)) * x->den * signs;
  return x->den != 0 && y->den != 0 && ordered(e.op, left, right);
}

expr Smt::Encoder::membership(const ir::Expr& e) {
  expr any = truth(false);
  for (uint32_t i = 0; i < e.operand_count; ++i) {
    any = any || comparison({Op::eq, e.type, e.a, ir::index(rules_.operand(e, i))});
  }
  return any;
}

// By the cells that the text's column was cut into.
expr Smt::Encoder::text_test(ExprId id) {
  ExprId subject = ExprId::none;
  const auto test = space_.text_test_of(id, &subject);
  subject = bare(subject);
  const Leaf* leaf = nullptr;
  if (const auto path = path_of(rules_, subject)) {
    leaf = &leaf_of(*path);
  } else {
    leaf = item_leaf(subject);
  }
  if (leaf == nullptr || leaf->texts == nullptr) return anything();
  const auto found = std::ranges::find(leaf->texts->tests, *test);
  if (found == leaf->texts->tests.end()) return anything();
  const auto number_of_test = static_cast<uint32_t>(found - leaf->texts->tests.begin());
  std::vector<ir::Interval> cells;
  const CellSet set = leaf->texts->cells_of(number_of_test, true);
  for (const Run& run : set.runs()) cells.push_back({run.first, run.last});
  return within(leaf->value, cells);
}

expr Smt::Encoder::arithmetic(const ir::Expr& e) {
  const auto a = static_cast<ExprId>(e.a), b = static_cast<ExprId>(e.b);
  const TypeKind left = rules_.type_of(a).kind, right = rules_.type_of(b).kind;
  const expr x = integer(value_of(a));
  expr y = integer(value_of(b));
  if (e.op == Op::mul) return x * y;
  if (left == TypeKind::date && right == TypeKind::date) return (x - y) * number(kMicrosPerDay);
  if (left == TypeKind::date && right == TypeKind::duration) y = y / number(kMicrosPerDay);
  return e.op == Op::add ? x + y : x - y;
}

expr Smt::Encoder::rounded(const ir::Expr& e, const ir::Type& type) {
  const auto q = quotient(static_cast<ExprId>(e.a));
  const expr out = fresh_int("round");
  if (!q) return unknown_value(out);
  const int shift = type.scale - q->scale;
  if (shift > kMaxScale || -shift > kMaxScale) return unknown_value(out);
  const expr num = shift >= 0 ? q->num * number(pow10(shift)) : q->num;
  const expr den = shift < 0 ? q->den * number(pow10(-shift)) : q->den;
  const expr sign = sign_of(den);
  solver_.add(z3::implies(den != 0, nearest(e.extra, num * sign, den * sign, out)));
  return out;
}

// out is num / den rounded; den is positive.
expr Smt::Encoder::nearest(uint32_t mode, const expr& num, const expr& den, const expr& out) {
  const expr below = out * den <= num && num < (out + 1) * den;
  const expr above = (out - 1) * den < num && num <= out * den;
  const expr rest = num * 2 - out * den * 2;
  const expr is_near = rest >= -den && rest <= den;
  switch (static_cast<Rounding>(mode)) {
    case Rounding::floor:
      return below;
    case Rounding::ceiling:
      return above;
    case Rounding::down:
      return z3::ite(num >= 0, below, above);
    case Rounding::up:
      return z3::ite(num >= 0, above, below);
    case Rounding::half_up:
      return is_near && z3::ite(num >= 0, rest != den, rest != -den);
    case Rounding::half_down:
      return is_near && z3::ite(num >= 0, rest != -den, rest != den);
    default:
      return is_near && z3::implies(rest == den || rest == -den, z3::mod(out, number(2)) == 0);
  }
}

// With the sign of the divisor; Z3's rest is never negative.
expr Smt::Encoder::modulo(const ir::Expr& e) {
  const expr a = integer(value_of(static_cast<ExprId>(e.a)));
  const expr b = integer(value_of(static_cast<ExprId>(e.b)));
  const expr rest = z3::mod(a, b);
  return z3::ite(b > 0 || rest == 0, rest, rest + b);
}

expr Smt::Encoder::extreme(const ir::Expr& e) {
  expr out = integer(value_of(rules_.operand(e, 0)));
  for (uint32_t i = 1; i < e.operand_count; ++i) {
    const expr next = integer(value_of(rules_.operand(e, i)));
    out = z3::ite(e.op == Op::min_of ? next < out : next > out, next, out);
  }
  return out;
}

}  // namespace pac::analyze
