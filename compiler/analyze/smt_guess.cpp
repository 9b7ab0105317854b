// Standard functions: Z3 knows bounds of what they answer; what it assumed is computed and, where
// it was wrong, told to it.
#include <algorithm>
#include <optional>

#include "compiler/analyze/call_range.h"
#include "compiler/analyze/smt_encoder.h"
#include "runtime/ir/range.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;
using z3::expr;

expr Smt::Encoder::guess(ExprId id, const ir::Expr& e, const ir::Type& type) {
  const expr value = type.kind == TypeKind::boolean ? fresh_bool("value") : fresh_int("value");
  if (type.kind != TypeKind::boolean && type.kind != TypeKind::string && !is_composite(type) &&
      type.kind != TypeKind::quotient) {
    const ir::Range range = ir::RangeAnalysis(rules_, decision_).range_of(id);
    solver_.add(within(value, {{range.low, range.high}}));
  }
  if (e.op != Op::call_std || !is_computable(e)) return unknown_value(value);
  Guess guess{e, value, {}, {}};
  for (uint32_t i = 0; i < e.operand_count; ++i) {
    guess.arguments.push_back(integer(value_of(rules_.operand(e, i))));
  }
  bound(&guess);
  describe(guess);
  compare_with_others(guess);
  guesses_.push_back(std::move(guess));
  return value;
}

expr Smt::Encoder::unknown_value(const expr& value) {
  has_unknowns_ = true;
  return value;
}

// Functions of numbers alone; zones and holidays are not at hand here.
bool Smt::Encoder::is_computable(const ir::Expr& e) const {
  const ir::FunctionRef& ref = rules_.functions[e.a];
  const stdlib::Function* function = stdlib::find(ref.name, ref.version);
  if (function == nullptr || function->result == stdlib::Kind::text) return false;
  return std::ranges::none_of(function->parameters, [](const stdlib::Parameter& parameter) {
    return parameter.kind == stdlib::Kind::text || parameter.kind == stdlib::Kind::zone ||
           parameter.kind == stdlib::Kind::date_list;
  });
}

// What the ranges of the arguments say of the answer.
void Smt::Encoder::bound(Guess* guess) {
  const ir::FunctionRef& ref = rules_.functions[guess->expr.a];
  const stdlib::Function& function = *stdlib::find(ref.name, ref.version);
  ir::RangeAnalysis ranges(rules_, decision_);
  std::vector<ir::Range> arguments;
  for (uint32_t i = 0; i < guess->expr.operand_count; ++i) {
    arguments.push_back(ranges.range_of(rules_.operand(guess->expr, i)));
  }
  guess->directions = directions_of(function, arguments);
  if (const auto range = range_of_answers(function, arguments)) {
    solver_.add(within(guess->value, {{range->low, range->high}}));
  }
}

// That the answer for `a` is at most that for `b`, as far as the directions tell; where none is
// known, for equal arguments alone.
expr Smt::Encoder::is_at_most(const std::vector<int>& directions, const std::vector<expr>& a,
                              const std::vector<expr>& b) {
  expr out = truth(true);
  for (size_t i = 0; i < a.size(); ++i) {
    const int direction = directions[i];
    out = out && (direction > 0 ? a[i] <= b[i] : direction < 0 ? a[i] >= b[i] : a[i] == b[i]);
  }
  return out;
}

// One function, called twice: equal arguments have equal answers, and larger ones larger answers
// where it grows.
void Smt::Encoder::compare_with_others(const Guess& guess) {
  constexpr size_t kMostCompared = 16;
  if (guess.value.is_bool()) return;
  for (size_t i = 0; i < std::min(guesses_.size(), kMostCompared); ++i) {
    const Guess& other = guesses_[i];
    if (other.expr.a != guess.expr.a || other.directions != guess.directions) continue;
    const auto& mine = guess.arguments;
    const auto& theirs = other.arguments;
    solver_.add(
        z3::implies(is_at_most(guess.directions, mine, theirs), guess.value <= other.value));
    solver_.add(
        z3::implies(is_at_most(guess.directions, theirs, mine), other.value <= guess.value));
  }
}

// Bounds that hold for all arguments and let Z3 guess well.
void Smt::Encoder::describe(const Guess& guess) {
  const std::string& name = rules_.functions[guess.expr.a].name;
  const expr& value = guess.value;
  const auto& arguments = guess.arguments;
  // 400 years have 146,097 days; whole years and months lie within four days of that measure.
  constexpr int kDays = 146'097, kSlack = 4;
  const auto measure = [&](int units_in_400_years) {
    const expr span = arguments[1] - arguments[0];
    const int slack = kSlack * units_in_400_years;
    solver_.add(
        z3::implies(span >= 0, value >= 0 && span * units_in_400_years >= value * kDays - slack &&
                                   span * units_in_400_years <= (value + 1) * kDays + slack));
    solver_.add(z3::implies(span < 0, value <= 0));
  };
  // A first try stays clear of the edges, where only the calendar knows.
  const auto stay_clear = [&](int units_in_400_years) {
    const expr span = (arguments[1] - arguments[0]) * units_in_400_years;
    const int slack = kSlack * units_in_400_years;
    solver_.add(z3::implies(comfort_,
                            span >= value * kDays + slack && span <= (value + 1) * kDays - slack));
  };
  if (name == "whole_years") stay_clear(400);
  if (name == "whole_months") stay_clear(4800);
  if (name == "whole_years") measure(400);
  if (name == "whole_months") measure(4800);
  if (name == "days_between") solver_.add(value == arguments[1] - arguments[0]);
}

// Of arguments for which the function fails nothing is assumed: where the call is not evaluated its
// value does not matter, and where it is the input ends in an error, which is not said here. What
// avoids them is looked for first, as it is what can be confirmed.
bool Smt::Encoder::learn(const z3::model& model) {
  bool is_wrong = false;
  has_failing_call_ = false;
  for (const Guess& guess : guesses_) {
    const ir::FunctionRef& ref = rules_.functions[guess.expr.a];
    std::vector<pac_value> arguments;
    std::vector<expr> values;
    for (const expr& argument : guess.arguments) {
      values.push_back(model.eval(argument, true));
      arguments.emplace_back().number = number_of(values.back());
    }
    const std::vector<int> equal(values.size());
    pac_scratch scratch{};
    pac_value result{};
    if (stdlib::find(ref.name, ref.version)->function(arguments.data(), &result, &scratch) !=
        PAC_E_NONE) {
      has_failing_call_ = true;
      if (!avoids_failures_) continue;
      solver_.add(z3::implies(success_, !is_at_most(equal, guess.arguments, values)));
      knows_failures_ = true;
      is_wrong = true;
      continue;
    }
    const expr actual = guess.value.is_bool() ? truth(result.number != 0) : number(result.number);
    if (z3::eq(model.eval(guess.value, true), actual)) continue;
    is_wrong = true;
    if (guess.value.is_bool()) {
      const expr same = is_at_most(equal, guess.arguments, values);
      solver_.add(z3::implies(same, guess.value == actual));
      continue;
    }
    const auto& directions = guess.directions;
    const expr is_below = is_at_most(directions, guess.arguments, values);
    const expr is_above = is_at_most(directions, values, guess.arguments);
    solver_.add(z3::implies(is_below, guess.value <= actual));
    solver_.add(z3::implies(is_above, guess.value >= actual));
  }
  return is_wrong;
}

}  // namespace pac::analyze
