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

namespace {

constexpr Int128 kLongestLine = Int128{1} << 60;  // far from where numbers overflow

}  // namespace

expr Smt::Encoder::guess(ExprId id, const ir::Expr& e, const ir::Type& type) {
  if (e.op == Op::call_std) {
    if (const auto time = clock_time(e)) return *time;
  }
  const expr value = type.kind == TypeKind::boolean ? fresh_bool("value") : fresh_int("value");
  if (type.kind != TypeKind::boolean && type.kind != TypeKind::string && !is_composite(type) &&
      type.kind != TypeKind::quotient) {
    const ir::Range range = ir::RangeAnalysis(rules_, decision_).range_of(id);
    solver_.add(within(value, {{range.low, range.high}}));
  }
  if (e.op != Op::call_std || !is_computable(e)) return unknown_value(value);
  Guess guess{e, value, {}, {}, {}, {}};
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

// Functions of numbers alone; holidays are not at hand here.
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
  guess->ranges = arguments;
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

// The answer of the function, nothing where it fails.
std::optional<Int128> Smt::Encoder::answer_of(const Guess& guess,
                                              std::span<const Int128> numbers) const {
  const ir::FunctionRef& ref = rules_.functions[guess.expr.a];
  std::vector<pac_value> arguments;
  for (const Int128 one : numbers) arguments.emplace_back().number = one;
  pac_scratch scratch{};
  pac_value result{};
  if (stdlib::find(ref.name, ref.version)->function(arguments.data(), &result, &scratch) !=
      PAC_E_NONE) {
    return std::nullopt;
  }
  return result.number;
}

// The answer for these arguments says something of all larger and smaller ones too.
void Smt::Encoder::know(const Guess& guess, std::span<const Int128> numbers, Int128 answer) {
  std::vector<expr> values;
  for (const Int128 one : numbers) values.push_back(number(one));
  const expr actual = number(answer);
  solver_.add(
      z3::implies(is_at_most(guess.directions, guess.arguments, values), guess.value <= actual));
  solver_.add(
      z3::implies(is_at_most(guess.directions, values, guess.arguments), guess.value >= actual));
}

// Where one argument alone would have to lie for the answer that was guessed: without it, Z3 walks
// there in steps of one.
void Smt::Encoder::know_edges(const Guess& guess, const std::vector<Int128>& numbers, Int128 actual,
                              Int128 guessed) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (guess.directions[i] == 0) continue;
    const bool goes_up = (guessed > actual) == (guess.directions[i] > 0);
    const auto is_beyond = [&](Int128 answer) {
      return guessed > actual ? answer >= guessed : answer <= guessed;
    };
    std::vector<Int128> near = numbers, far = numbers;
    far[i] = goes_up ? guess.ranges[i].high : guess.ranges[i].low;
    std::optional<Int128> near_answer = actual, far_answer = answer_of(guess, far);
    if (!far_answer || far[i] == near[i]) continue;
    while (is_beyond(*far_answer)) {
      std::vector<Int128> middle = numbers;
      middle[i] = near[i] + (far[i] - near[i]) / 2;
      if (middle[i] == near[i]) break;
      const auto answer = answer_of(guess, middle);
      if (!answer) break;
      (is_beyond(*answer) ? far : near) = middle;
      (is_beyond(*answer) ? far_answer : near_answer) = answer;
    }
    know(guess, near, *near_answer);
    know(guess, far, *far_answer);
  }
}

// Of arguments for which the function fails nothing is assumed: where the call is not evaluated its
// value does not matter, and where it is the input ends in an error, which is not said here. What
// avoids them is looked for first, as it is what can be confirmed.
// Of answers that grow in proportion with the first argument one tells all that are alike but for
// it, to less than two steps.
void Smt::Encoder::know_line(Guess* guess, const std::vector<Int128>& numbers) {
  const ir::FunctionRef& ref = rules_.functions[guess->expr.a];
  if (!is_proportional(*stdlib::find(ref.name, ref.version)) || guess->ranges[0].low < 0) return;
  std::vector<Int128> far = numbers;
  far[0] = std::min(guess->ranges[0].high, kLongestLine);
  if (far[0] <= 0 || !guess->lines.insert(far).second) return;
  const auto answer = answer_of(*guess, far);
  if (!answer) return;
  expr alike = guess->arguments[0] <= number(far[0]);
  for (size_t i = 1; i < numbers.size(); ++i) {
    alike = alike && guess->arguments[i] == number(numbers[i]);
  }
  const expr apart = guess->value * number(far[0]) - guess->arguments[0] * number(*answer);
  const expr most = number(2 * far[0]);
  solver_.add(z3::implies(alike, apart < most && apart > -most));
}

bool Smt::Encoder::learn(const z3::model& model) {
  bool is_wrong = false;
  has_failing_call_ = false;
  for (Guess& guess : guesses_) {
    std::vector<Int128> numbers;
    std::vector<expr> values;
    for (const expr& argument : guess.arguments) {
      values.push_back(model.eval(argument, true));
      numbers.push_back(number_of(values.back()));
    }
    const std::vector<int> equal(values.size());
    const std::optional<Int128> answer = answer_of(guess, numbers);
    if (!answer) {
      has_failing_call_ = true;
      if (!avoids_failures_) continue;
      solver_.add(z3::implies(success_, !is_at_most(equal, guess.arguments, values)));
      knows_failures_ = true;
      is_wrong = true;
      continue;
    }
    const expr actual = guess.value.is_bool() ? truth(*answer != 0) : number(*answer);
    const expr guessed = model.eval(guess.value, true);
    if (z3::eq(guessed, actual)) continue;
    is_wrong = true;
    if (guess.value.is_bool()) {
      const expr same = is_at_most(equal, guess.arguments, values);
      solver_.add(z3::implies(same, guess.value == actual));
      continue;
    }
    know(guess, numbers, *answer);
    know_edges(guess, numbers, *answer, number_of(guessed));
    know_line(&guess, numbers);
  }
  return is_wrong;
}

}  // namespace pac::analyze
