// Generator: numbers, texts and times.
#include <algorithm>

#include "tests/differential/generator.h"

namespace pac::differential {

using ir::ExprId;
using ir::Op;
using ir::TypeId;
using ir::TypeKind;

namespace {

constexpr uint32_t kRoundings = static_cast<uint32_t>(Rounding::floor) + 1;

}  // namespace

ExprId Generator::extreme(TypeId type, int depth) {
  std::vector<ExprId> operands;
  const int64_t count = random_.between(2, 4);
  for (int64_t i = 0; i < count; ++i) operands.push_back(expr(type, depth - 1));
  return node(random_.percent(50) ? Op::min_of : Op::max_of, type, operands);
}

ExprId Generator::integer(int depth) {
  const TypeId type = b_.int_type();
  switch (random_.weighted({6, 26, 10, 8, 14, 8, 8, 8, 12})) {
    case 0:
      return node(Op::neg, type, expr(type, depth - 1));
    case 1: {
      const ExprId a = expr(type, depth - 1);
      return node(random_.percent(50) ? Op::add : Op::sub, type, a, expr(type, depth - 1));
    }
    case 2: {
      const ExprId a = expr(type, depth - 1);
      return node(Op::mul, type, a, expr(type, depth - 1));
    }
    case 3: {
      const ExprId a = expr(type, depth - 1);
      return node(Op::mod, type, a, expr(type, depth - 1));
    }
    case 4:
      return node(Op::len, type,
                  random_.percent(40) ? expr(b_.string_type(), depth - 1) : any_list(depth - 1));
    case 5:
      return bind(any_list(depth - 1), [&](ExprId items, uint32_t slot) {
        const ExprId condition = random_.percent(75) ? item_condition(depth - 1) : ExprId::none;
        return node(Op::count, type, items, condition, static_cast<ExprId>(slot));
      });
    case 6:
      return fold(Op::sum, type, depth);
    case 7:
      return extreme(type, depth);
    default: {
      const ExprId made = call_std(type, depth);
      return made != ExprId::none ? made : leaf(type);
    }
  }
}

ExprId Generator::decimal(TypeId type, int depth) {
  const int scale = b_.rule_set.type(type).scale;
  switch (random_.weighted({5, 20, 6, 12, 10, 22, 6, 6, 13})) {
    case 0:
      return node(Op::neg, type, expr(type, depth - 1));
    case 1: {
      const ExprId a = expr(type, depth - 1);
      return node(random_.percent(50) ? Op::add : Op::sub, type, a, expr(type, depth - 1));
    }
    case 2: {
      const ExprId a = expr(type, depth - 1);
      return node(Op::mod, type, a, expr(type, depth - 1));
    }
    case 3: {
      const auto left = static_cast<int>(random_.between(0, scale));
      const auto of_scale = [&](int digits) {
        return digits == 0 && random_.percent(60) ? b_.int_type() : b_.decimal_type(digits);
      };
      const TypeId type_a = random_.percent(40) ? type : of_scale(left);
      TypeId type_b = type_a == type ? b_.int_type() : of_scale(scale - left);
      if (type_a == b_.int_type() && type_b == b_.int_type()) type_b = type;
      const ExprId a = expr(type_a, depth - 1);
      return node(Op::mul, type, a, expr(type_b, depth - 1));
    }
    case 4: {
      const auto from = static_cast<int>(random_.between(0, scale));
      const TypeId source = random_.percent(40) ? b_.int_type() : b_.decimal_type(from);
      return node(Op::rescale, type, expr(source, depth - 1));
    }
    case 5: {
      const TypeId source = random_.percent(50)
                                ? b_.quotient_type(static_cast<int>(random_.between(-4, 6)))
                                : number_type();
      // Each mode in its turn, or a rule set with few roundings would lack some.
      if (roundings_ == 0) roundings_ = static_cast<uint32_t>(random_.below(kRoundings));
      const uint32_t mode = roundings_++ % kRoundings;
      return node(Op::round, type, expr(source, depth - 1), ExprId::none, ExprId::none, mode);
    }
    case 6:
      return fold(Op::sum, type, depth);
    case 7:
      return extreme(type, depth);
    default: {
      const ExprId made = call_std(type, depth);
      return made != ExprId::none ? made : leaf(type);
    }
  }
}

ExprId Generator::quotient(TypeId type, int depth) {
  const int scale = b_.rule_set.type(type).scale;
  if (scale >= 0 && scale <= 38 && random_.percent(15)) {
    const TypeId from = scale == 0 && random_.percent(50) ? b_.int_type() : b_.decimal_type(scale);
    return node(Op::rescale, type, expr(from, depth - 1));
  }
  // a's scale less b's; each 0 .. 38.
  const int low = std::max(0, scale);
  const int high = std::min(38, 38 + scale);
  const auto scale_a = static_cast<int>(random_.between(low, std::min(high, low + 4)));
  const int scale_b = scale_a - scale;
  const auto of_scale = [&](int digits) {
    return digits == 0 && random_.percent(60) ? b_.int_type() : b_.decimal_type(digits);
  };
  const TypeId type_a = of_scale(scale_a);
  const TypeId type_b = of_scale(scale_b);
  const ExprId a = expr(type_a, depth - 1);
  return node(Op::quot, type, a, expr(type_b, depth - 1));
}

ExprId Generator::text(int depth) {
  const TypeId type = b_.string_type();
  if (random_.percent(50)) {
    const ExprId made = call_std(type, depth);
    if (made != ExprId::none) return made;
  }
  std::vector<ExprId> parts;
  const int64_t count = random_.between(0, 4);
  for (int64_t i = 0; i < count; ++i) {
    const TypeId part = scalar_type();
    if (b_.rule_set.type(part).kind == TypeKind::effect) continue;
    parts.push_back(expr(part, depth - 1));
  }
  return node(Op::template_, type, parts);
}

ExprId Generator::date(int depth) {
  const TypeId type = b_.date_type();
  switch (random_.weighted({40, 15, 45})) {
    case 0: {
      const ExprId a = expr(type, depth - 1);
      return node(random_.percent(50) ? Op::add : Op::sub, type, a,
                  expr(b_.duration_type(), depth - 1));
    }
    case 1:
      return extreme(type, depth);
    default: {
      const ExprId made = call_std(type, depth);
      return made != ExprId::none ? made : leaf(type);
    }
  }
}

ExprId Generator::datetime(int depth) {
  const TypeId type = b_.datetime_type();
  switch (random_.weighted({50, 15, 35})) {
    case 0: {
      const ExprId a = expr(type, depth - 1);
      return node(random_.percent(50) ? Op::add : Op::sub, type, a,
                  expr(b_.duration_type(), depth - 1));
    }
    case 1:
      return extreme(type, depth);
    default: {
      const ExprId made = call_std(type, depth);
      return made != ExprId::none ? made : leaf(type);
    }
  }
}

ExprId Generator::duration(int depth) {
  const TypeId type = b_.duration_type();
  switch (random_.weighted({8, 22, 22, 14, 8, 8, 18})) {
    case 0:
      return node(Op::neg, type, expr(type, depth - 1));
    case 1: {
      const ExprId a = expr(type, depth - 1);
      return node(random_.percent(50) ? Op::add : Op::sub, type, a, expr(type, depth - 1));
    }
    case 2: {
      const TypeId point = random_.percent(50) ? b_.date_type() : b_.datetime_type();
      const ExprId a = expr(point, depth - 1);
      return node(Op::sub, type, a, expr(point, depth - 1));
    }
    case 3: {
      const ExprId a = expr(type, depth - 1);
      return node(Op::mul, type, a, expr(b_.int_type(), depth - 1));
    }
    case 4:
      return fold(Op::sum, type, depth);
    case 5:
      return extreme(type, depth);
    default: {
      const ExprId made = call_std(type, depth);
      return made != ExprId::none ? made : leaf(type);
    }
  }
}

}  // namespace pac::differential
