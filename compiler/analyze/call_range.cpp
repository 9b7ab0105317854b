#include "compiler/analyze/call_range.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace pac::analyze {

namespace {

constexpr size_t kMostArguments = 8;
// A power of a rate below -1 would swing with its exponent; these refuse such rates. The interest
// and the payments of a loan are rounded once, not month by month.
constexpr std::string_view kMonotone[] = {
    "annuity",     "annuity_principal", "total_interest", "compound", "floor_int",
    "ceiling_int", "trunc_int",         "round_int",      "to_int",   "year"};

struct Direction {
  std::string_view function;
  std::vector<int> arguments;
};

// Whatever the ranges.
const std::vector<Direction>& always() {
  static const std::vector<Direction> kAll = {{"whole_years", {-1, 1, 0}},
                                              {"whole_months", {-1, 1}},
                                              {"days_between", {-1, 1}},
                                              {"add_days", {1, 1}},
                                              {"add_months", {1, 1, 0}},
                                              {"add_years", {1, 1, 0}},
                                              {"year", {1}},
                                              {"iso_year", {1}},
                                              {"first_of_month", {1}},
                                              {"last_of_month", {1}},
                                              {"end_of_quarter", {1}},
                                              {"easter", {1}},
                                              {"floor_int", {1, 0}},
                                              {"ceiling_int", {1, 0}},
                                              {"trunc_int", {1, 0}},
                                              {"to_int", {1, 0}},
                                              {"round_int", {1, 0, 0}},
                                              {"sign", {1, 0}}};
  return kAll;
}

// (amount, scale, rate, scale, periods, digits, mode) of std.finance, for an amount that is not
// negative: how the answer changes with rate and periods.
std::optional<std::pair<int, int>> of_finance(std::string_view name, const ir::Range& rate) {
  if (name == "annuity") return std::pair(1, -1);
  if (name == "annuity_principal") return std::pair(-1, 1);
  if (name == "total_interest") return std::pair(1, 1);
  const int with_periods = rate.low >= 0 ? 1 : 0;
  if (name == "compound") return std::pair(1, with_periods);
  if (name == "present_value") return std::pair(-1, -with_periods);
  return std::nullopt;
}

}  // namespace

std::vector<int> directions_of(const stdlib::Function& function,
                               std::span<const ir::Range> arguments) {
  const auto& known = always();
  const auto found = std::ranges::find(known, function.name, &Direction::function);
  if (found != known.end() && found->arguments.size() == arguments.size()) return found->arguments;
  std::vector<int> out(arguments.size());
  constexpr size_t kAmount = 0, kRate = 2, kPeriods = 4, kFinance = 7;
  if (arguments.size() != kFinance) return out;
  const auto finance = of_finance(function.name, arguments[kRate]);
  if (!finance) return out;
  out[kAmount] = 1;
  const ir::Range& amount = arguments[kAmount];
  const int sign = amount.low >= 0 ? 1 : amount.high <= 0 ? -1 : 0;
  out[kRate] = sign * finance->first;
  out[kPeriods] = sign * finance->second;
  return out;
}

bool is_proportional(const stdlib::Function& function) {
  return of_finance(function.name, {0, 0}).has_value();
}

std::optional<ir::Range> range_of_answers(const stdlib::Function& function,
                                          std::span<const ir::Range> arguments) {
  if (std::ranges::find(kMonotone, function.name) == std::end(kMonotone)) return std::nullopt;
  if (arguments.size() > kMostArguments) return std::nullopt;
  std::optional<ir::Range> out;
  for (uint32_t ends = 0; ends < uint32_t{1} << arguments.size(); ++ends) {
    std::vector<pac_value> values(arguments.size());
    for (size_t i = 0; i < values.size(); ++i) {
      values[i].number = (ends >> i & 1) != 0 ? arguments[i].high : arguments[i].low;
    }
    pac_scratch scratch{};
    pac_value result{};
    if (function.function(values.data(), &result, &scratch) != PAC_E_NONE) return std::nullopt;
    const ir::Range one{result.number, result.number};
    out = out ? out->hull(one) : one;
  }
  return out;
}

}  // namespace pac::analyze
