#include "compiler/analyze/failing_call.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "runtime/base/date.h"
#include "runtime/ir/builder.h"
#include "stdlib/registry.h"

namespace pac::analyze {
namespace {

using stdlib::Kind;

constexpr int kScale = 2;

bool is_of_numbers(const stdlib::Function& function) {
  return !function.errors.empty() &&
         std::ranges::all_of(function.parameters, [](const stdlib::Parameter& parameter) {
           return parameter.kind == Kind::integer || parameter.kind == Kind::decimal ||
                  parameter.kind == Kind::date || parameter.kind == Kind::duration ||
                  parameter.kind == Kind::datetime || parameter.kind == Kind::option ||
                  parameter.kind == Kind::digits;
         });
}

// One call of a function with arguments of random ranges.
struct Call {
  ir::Builder builder;
  std::vector<ir::Interval> ranges;  // of each operand
  ir::ExprId expr = ir::ExprId::none;

  Call(const stdlib::Function& function, std::mt19937_64& random) {
    ir::Builder& b = builder;
    std::vector<ir::Field> fields;
    std::vector<std::pair<ir::TypeId, ir::Interval>> operands;  // an input, or a constant
    for (const stdlib::Parameter& parameter : function.parameters) {
      const auto type = parameter.kind == Kind::decimal    ? b.decimal_type(kScale)
                        : parameter.kind == Kind::date     ? b.date_type()
                        : parameter.kind == Kind::datetime ? b.datetime_type()
                        : parameter.kind == Kind::duration ? b.duration_type()
                                                           : b.int_type();
      if (parameter.kind == Kind::option || parameter.kind == Kind::digits) {
        const size_t count = parameter.kind == Kind::digits ? 5 : parameter.options.size();
        const auto value = static_cast<Int128>(random() % count);
        operands.push_back({type, {value, value}});
        continue;
      }
      operands.push_back({type, range_of(parameter.kind, random)});
      if (parameter.kind == Kind::decimal) operands.push_back({b.int_type(), {kScale, kScale}});
    }
    for (const auto& [type, range] : operands) {
      ranges.push_back(range);
      const std::string name = "x" + std::to_string(fields.size());
      if (range.low != range.high) {
        fields.push_back(b.field(name, type, b.between(range.low, range.high)));
      }
    }
    auto& d = b.decision("d", b.record("in", fields), b.record("out", {}));
    std::vector<ir::ExprId> arguments;
    uint32_t slot = 0;
    for (const auto& [type, range] : operands) {
      arguments.push_back(range.low == range.high ? b.number(type, range.low) : b.input(d, slot++));
    }
    expr = b.call_std(function.name, function.version, b.int_type(), arguments);
  }

  static ir::Interval range_of(Kind kind, std::mt19937_64& random) {
    const auto below = [&](int64_t count) { return static_cast<int64_t>(random() % count); };
    if (kind == Kind::date) {
      const int64_t low = kMinDate + below(kMaxDate - kMinDate - 400);
      return {low, std::min<int64_t>(low + 1 + below(2) * below(1'000'000) + below(300), kMaxDate)};
    }
    if (kind == Kind::datetime) return {below(1'000'000), 1'000'001 + below(1'000'000'000'000)};
    constexpr int64_t kSizes[] = {3, 40, 1'500, 100'000, 4'000'000'000'000'000'000};
    const int64_t size = kSizes[below(5)];
    const int64_t low = below(3) == 0 ? -below(size) : below(std::min<int64_t>(size, 20));
    return {low, low + 1 + below(size)};
  }
};

// What fails for some arguments fails at an end of their ranges, or is tried whole: a call of which
// nothing is said never fails.
TEST(FailingCall, MissesNoErrorOfTheLibrary) {
  std::mt19937_64 random(7);
  size_t failed = 0, safe = 0;
  for (const stdlib::Function& function : stdlib::functions()) {
    if (!is_of_numbers(function)) continue;
    for (int round = 0; round < 40; ++round) {
      Call call(function, random);
      ir::RangeAnalysis ranges(call.builder.rule_set, call.builder.rule_set.decisions[0]);
      ir::RuleSet working = call.builder.rule_set;
      std::set<uint32_t> known;
      for (const FailingCall& one : failing_calls(working, ranges, call.expr)) {
        known.insert(one.error);
        EXPECT_NE(one.only, ir::ExprId::none);
      }
      safe += known.empty() ? 1 : 0;
      for (int i = 0; i < 60; ++i) {
        std::vector<pac_value> arguments(call.ranges.size());
        for (size_t k = 0; k < arguments.size(); ++k) {
          const ir::Interval& range = call.ranges[k];
          const auto width = static_cast<uint64_t>(range.high - range.low) + 1;
          arguments[k].number = range.low + static_cast<Int128>(random() % width);
        }
        pac_scratch scratch{};
        pac_value out{};
        const uint32_t error = function.function(arguments.data(), &out, &scratch);
        if (error == PAC_E_NONE) continue;
        ++failed;
        EXPECT_TRUE(known.contains(error)) << function.name << " ends in error " << error;
      }
    }
  }
  EXPECT_GT(failed, 1000u);
  EXPECT_GT(safe, 50u);
}

}  // namespace
}  // namespace pac::analyze
