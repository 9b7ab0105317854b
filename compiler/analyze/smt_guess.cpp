// Standard functions: Z3 knows bounds of what they answer; what it assumed is computed and, where
// it was wrong, told to it.
#include <algorithm>
#include <optional>
#include <string_view>

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
  Guess guess{e, value, {}};
  for (uint32_t i = 0; i < e.operand_count; ++i) {
    guess.arguments.push_back(integer(value_of(rules_.operand(e, i))));
  }
  if (const auto range = range_of_call(e)) {
    solver_.add(within(value, {{range->low, range->high}}));
  }
  describe(guess);
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

// Of functions that grow or shrink with each argument: between what they give at the ends of their
// arguments' ranges. Nothing for others, and where they fail there.
std::optional<ir::Range> Smt::Encoder::range_of_call(const ir::Expr& e) {
  constexpr size_t kMostArguments = 8;
  static constexpr std::string_view kMonotone[] = {
      "annuity",     "annuity_principal", "total_interest", "compound", "floor_int",
      "ceiling_int", "trunc_int",         "round_int",      "to_int",   "year"};
  const ir::FunctionRef& ref = rules_.functions[e.a];
  if (std::ranges::find(kMonotone, ref.name) == std::end(kMonotone)) return std::nullopt;
  ir::RangeAnalysis ranges(rules_, decision_);
  std::vector<ir::Range> arguments;
  for (uint32_t i = 0; i < e.operand_count; ++i) {
    arguments.push_back(ranges.range_of(rules_.operand(e, i)));
  }
  if (arguments.size() > kMostArguments) return std::nullopt;
  std::optional<ir::Range> out;
  for (uint32_t ends = 0; ends < uint32_t{1} << arguments.size(); ++ends) {
    std::vector<pac_value> values(arguments.size());
    for (size_t i = 0; i < values.size(); ++i) {
      values[i].number = (ends >> i & 1) != 0 ? arguments[i].high : arguments[i].low;
    }
    pac_scratch scratch{};
    pac_value result{};
    if (stdlib::find(ref.name, ref.version)->function(values.data(), &result, &scratch) !=
        PAC_E_NONE) {
      return std::nullopt;
    }
    const ir::Range one{result.number, result.number};
    out = out ? out->hull(one) : one;
  }
  return out;
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

bool Smt::Encoder::learn(const z3::model& model) {
  bool is_wrong = false;
  for (const Guess& guess : guesses_) {
    const ir::FunctionRef& ref = rules_.functions[guess.expr.a];
    std::vector<pac_value> arguments;
    expr same = truth(true);
    for (const expr& argument : guess.arguments) {
      const expr value = model.eval(argument, true);
      pac_value& out = arguments.emplace_back();
      out.number = number_of(value);
      same = same && argument == value;
    }
    pac_scratch scratch{};
    pac_value result{};
    if (stdlib::find(ref.name, ref.version)->function(arguments.data(), &result, &scratch) !=
        PAC_E_NONE) {
      solver_.add(!same);  // an error has no value: the input must be another
      is_wrong = true;
      continue;
    }
    const expr actual = guess.value.is_bool() ? truth(result.number != 0) : number(result.number);
    if (z3::eq(model.eval(guess.value, true), actual)) continue;
    solver_.add(z3::implies(same, guess.value == actual));
    is_wrong = true;
  }
  return is_wrong;
}

}  // namespace pac::analyze
