#include "compiler/analyze/call_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/base/date.h"

namespace pac::analyze {
namespace {

using stdlib::Kind;

constexpr int kScale = 2;

// Ranges of any sign, small enough to be tried and large enough to fail.
ir::Range random_range(Kind kind, std::mt19937_64& random) {
  const auto below = [&](int64_t count) { return static_cast<int64_t>(random() % count); };
  if (kind == Kind::date) {
    const int64_t low = kMinDate + below(kMaxDate - kMinDate - 1'000);
    return {low, low + below(1'000)};
  }
  constexpr int64_t kSizes[] = {2, 15, 150, 3'000, 100'000};
  const int64_t low = below(kSizes[below(5)]) - below(kSizes[below(5)]);
  return {low, low + below(kSizes[below(5)])};
}

std::vector<ir::Range> random_arguments(const stdlib::Function& function, std::mt19937_64& random) {
  std::vector<ir::Range> out;
  for (const stdlib::Parameter& parameter : function.parameters) {
    if (parameter.kind == Kind::option || parameter.kind == Kind::digits) {
      const size_t count = parameter.kind == Kind::digits ? 5 : parameter.options.size();
      const auto constant = static_cast<Int128>(random() % count);
      out.push_back({constant, constant});
      continue;
    }
    out.push_back(random_range(parameter.kind, random));
    if (parameter.kind == Kind::decimal) out.push_back({kScale, kScale});
  }
  return out;
}

// Every answer lies in the range that is given, for arguments of either sign, rates below zero and
// terms of no month, and for all functions of the library of which one is given.
TEST(CallRange, HoldsEveryAnswerOfTheLibrary) {
  constexpr int kRanges = 1'000, kTuples = 40;
  std::mt19937_64 random(11);
  for (const stdlib::Function& function : stdlib::functions()) {
    size_t given = 0, narrow = 0;
    const bool has_text = std::ranges::any_of(function.parameters, [](const auto& parameter) {
      return parameter.kind == Kind::text || parameter.kind == Kind::zone ||
             parameter.kind == Kind::date_list;
    });
    if (has_text) continue;
    for (int i = 0; i < kRanges; ++i) {
      const std::vector<ir::Range> arguments = random_arguments(function, random);
      const auto range = range_of_answers(function, arguments);
      if (!range) continue;
      ++given;
      narrow += range->low != range->high ? 1 : 0;
      for (int k = 0; k < kTuples; ++k) {
        std::vector<pac_value> values(arguments.size());
        for (size_t a = 0; a < values.size(); ++a) {
          const auto span = static_cast<uint64_t>(arguments[a].high - arguments[a].low) + 1;
          values[a].number = arguments[a].low + static_cast<Int128>(random() % span);
        }
        pac_scratch scratch{};
        pac_value answer{};
        if (function.function(values.data(), &answer, &scratch) != PAC_E_NONE) continue;
        ASSERT_TRUE(answer.number >= range->low && answer.number <= range->high)
            << function.name << " of " << static_cast<int64_t>(values[0].number) << ", "
            << static_cast<int64_t>(values[2 % values.size()].number) << " is "
            << static_cast<int64_t>(answer.number) << ", outside of "
            << static_cast<int64_t>(range->low) << " .. " << static_cast<int64_t>(range->high);
      }
    }
    if (std::string_view(function.name) == "compound") {
      EXPECT_GT(given, 20u) << "ranges are given of it, or this test tries nothing";
      EXPECT_GT(narrow, 10u);
    }
  }
}

// Of the functions of loans and of interest, for rates and terms of any kind.
TEST(CallRange, AnswersAreInProportionWhereItIsTold) {
  std::mt19937_64 random(17);
  for (const stdlib::Function& function : stdlib::functions()) {
    if (!is_proportional(function)) continue;
    size_t compared = 0;
    for (int i = 0; i < 4'000; ++i) {
      std::vector<pac_value> one, other;
      for (const ir::Range& range : random_arguments(function, random)) {
        one.emplace_back().number = range.low;
      }
      const auto below = [&](uint64_t count) { return static_cast<Int128>(random() % count); };
      other = one;
      one[0].number = below(100'000);
      other[0].number = below(i % 2 == 0 ? 1'000 : 10'000'000);
      pac_scratch scratch{};
      pac_value x{}, y{};
      if (function.function(one.data(), &x, &scratch) != PAC_E_NONE ||
          function.function(other.data(), &y, &scratch) != PAC_E_NONE) {
        continue;
      }
      ++compared;
      const Int128 a = one[0].number, b = other[0].number, most = 2 * std::max(a, b);
      Int128 left = 0, right = 0;
      if (__builtin_mul_overflow(x.number, b, &left) ||
          __builtin_mul_overflow(y.number, a, &right)) {
        continue;
      }
      ASSERT_TRUE(most == 0 || (left - right < most && right - left < most)) << function.name;
    }
    EXPECT_GT(compared, 100u) << function.name << ": this test tries nothing";
  }
}

// Of two calls that succeed, one with arguments that are no smaller where it grows, no larger where
// it shrinks and equal elsewhere, the answer is no smaller.
TEST(CallRange, AnswersChangeInTheDirectionsThatAreTold) {
  constexpr int kRanges = 200, kPairs = 60;
  std::mt19937_64 random(13);
  size_t told = 0;
  for (const stdlib::Function& function : stdlib::functions()) {
    const bool has_text = std::ranges::any_of(function.parameters, [](const auto& parameter) {
      return parameter.kind == Kind::text || parameter.kind == Kind::zone ||
             parameter.kind == Kind::date_list;
    });
    if (has_text) continue;
    size_t compared = 0;
    bool is_told = false;
    for (int i = 0; i < kRanges; ++i) {
      const std::vector<ir::Range> ranges = random_arguments(function, random);
      const std::vector<int> directions = directions_of(function, ranges);
      ASSERT_EQ(directions.size(), ranges.size()) << function.name;
      if (std::ranges::all_of(directions, [](int d) { return d == 0; })) continue;
      is_told = true;
      for (int k = 0; k < kPairs; ++k) {
        std::vector<pac_value> less(ranges.size()), more(ranges.size());
        for (size_t a = 0; a < ranges.size(); ++a) {
          const auto span = static_cast<uint64_t>(ranges[a].high - ranges[a].low) + 1;
          Int128 x = ranges[a].low + static_cast<Int128>(random() % span);
          Int128 y = k % 2 == 0 ? x : ranges[a].low + static_cast<Int128>(random() % span);
          if (k % 4 == 0 && x < ranges[a].high && random() % 2 == 0) y = x + 1;
          if (directions[a] == 0) y = x;
          if (directions[a] * (y - x) < 0) std::swap(x, y);
          less[a].number = x;
          more[a].number = y;
        }
        pac_scratch scratch{};
        pac_value low{}, high{};
        if (function.function(less.data(), &low, &scratch) != PAC_E_NONE ||
            function.function(more.data(), &high, &scratch) != PAC_E_NONE) {
          continue;
        }
        ++compared;
        ASSERT_TRUE(low.number <= high.number)
            << function.name << " of " << static_cast<int64_t>(less[0].number) << ", "
            << static_cast<int64_t>(less.back().number) << " and of "
            << static_cast<int64_t>(more[0].number) << ", "
            << static_cast<int64_t>(more.back().number);
      }
    }
    if (!is_told) continue;
    ++told;
    EXPECT_GT(compared, 100u) << function.name;
  }
  EXPECT_GE(told, 20u);
}

// What Z3 is told of whole years and months: 400 years have 146,097 days, and a count of units lies
// within four days of that measure.
TEST(CallRange, WholeYearsAndMonthsLieWithinFourDaysOfTheirMeasure) {
  constexpr Int128 kDays = 146'097, kSlack = 4;
  std::mt19937_64 random(12);
  const std::pair<const char*, Int128> measures[] = {{"whole_years", 400}, {"whole_months", 4'800}};
  for (const auto& [name, units] : measures) {
    const stdlib::Function* function = stdlib::find(name);
    ASSERT_NE(function, nullptr);
    for (int i = 0; i < 200'000; ++i) {
      const Int128 from = kMinDate + static_cast<Int128>(random() % (kMaxDate - kMinDate + 1));
      Int128 to = from + static_cast<Int128>(random() % 3'000) - 500;
      if (i % 3 == 0) to = kMinDate + static_cast<Int128>(random() % (kMaxDate - kMinDate + 1));
      if (to < kMinDate || to > kMaxDate) continue;
      std::vector<pac_value> values(function->parameters.size());
      values[0].number = from;
      values[1].number = to;
      pac_scratch scratch{};
      pac_value answer{};
      if (function->function(values.data(), &answer, &scratch) != PAC_E_NONE) continue;
      const Int128 span = to - from, value = answer.number;
      const bool holds = span < 0 ? value <= 0
                                  : value >= 0 && span * units >= value * kDays - kSlack * units &&
                                        span * units <= (value + 1) * kDays + kSlack * units;
      ASSERT_TRUE(holds) << name << " over " << static_cast<int64_t>(span) << " days is "
                         << static_cast<int64_t>(value);
    }
  }
}

}  // namespace
}  // namespace pac::analyze
