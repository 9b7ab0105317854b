#include "runtime/ir/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <numeric>
#include <set>
#include <string>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "runtime/ir/builder.h"
#include "runtime/ir/shape.h"
#include "tests/unit/ir/sample.h"

namespace pac::ir {
namespace {

using Order = std::vector<uint32_t>;

Decision decision_of(HitPolicy policy, const std::vector<int64_t>& priorities,
                     const std::vector<Order>& overrides) {
  Decision decision;
  decision.policy = policy;
  decision.rules.resize(std::max(priorities.size(), overrides.size()));
  for (size_t i = 0; i < priorities.size(); ++i) decision.rules[i].priority = priorities[i];
  for (size_t i = 0; i < overrides.size(); ++i) decision.rules[i].overrides = overrides[i];
  return decision;
}

TEST(Model, EqualPartsShareAnId) {
  RuleSet rs;
  const TypeId a = rs.intern(Type{TypeKind::decimal, false, 2, kNone, TypeId::none});
  const TypeId b = rs.intern(Type{TypeKind::decimal, false, 3, kNone, TypeId::none});
  EXPECT_NE(a, b);
  EXPECT_EQ(rs.intern(Type{TypeKind::decimal, false, 2, kNone, TypeId::none}), a);
  const ConstantId x = rs.intern(Constant{a, false, 7, {}});
  EXPECT_EQ(rs.intern(Constant{a, false, 7, {}}), x);
  EXPECT_NE(rs.intern(Constant{b, false, 7, {}}), x);
  Domain domain;
  domain.has_intervals = true;
  domain.intervals = {{1, 2}};
  const DomainId d = rs.intern(domain);
  EXPECT_EQ(rs.intern(domain), d);
  domain.intervals = {{1, 3}};
  EXPECT_NE(rs.intern(domain), d);
}

TEST(Model, EqualExpressionsShareAnIdAndLeaveNoOperandsBehind) {
  Builder b;
  const ExprId one = b.integer(1);
  const ExprId two = b.integer(2);
  const ExprId in = b.in_set(one, {one, two});
  const size_t operand_count = b.rule_set.operands.size();
  EXPECT_EQ(b.in_set(one, {one, two}), in);
  EXPECT_EQ(b.rule_set.operands.size(), operand_count);
  EXPECT_NE(b.in_set(one, {two, one}), in);
  EXPECT_NE(b.in_set(one, {one}), in);
}

TEST(Model, InterningSeesElementsThatWereAppendedDirectly) {
  RuleSet rs;
  rs.intern(Type{TypeKind::integer, false, 0, kNone, TypeId::none});
  rs.types.push_back(Type{TypeKind::string, false, 0, kNone, TypeId::none});
  EXPECT_EQ(index(rs.intern(Type{TypeKind::string, false, 0, kNone, TypeId::none})), 1u);
  rs.types.clear();
  EXPECT_EQ(index(rs.intern(Type{TypeKind::string, false, 0, kNone, TypeId::none})), 0u);
  EXPECT_EQ(rs.types.size(), 1u);
}

TEST(Model, ManyExpressionsAreInternedInLinearTime) {
  Builder b;
  const TypeId type = b.int_type();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 200'000; ++i) b.number(type, i);
  }
  EXPECT_EQ(b.rule_set.exprs.size(), 200'000u);
}

TEST(Model, OptionalIsTheSameTypeWithAMark) {
  Builder b;
  const TypeId maybe = b.optional(b.date_type());
  EXPECT_TRUE(b.rule_set.type(maybe).optional);
  EXPECT_EQ(b.rule_set.optional(maybe, false), b.date_type());
  EXPECT_EQ(b.rule_set.optional(maybe), maybe);
}

TEST(Model, FindsADecisionByName) {
  test::Sample s = test::sample();
  EXPECT_EQ(index(s.rs().find_decision("loan")), 2u);
  EXPECT_EQ(s.rs().find_decision("nothing"), DecisionId::none);
}

TEST(Model, EqualityComparesExpressionsNotThePlaceOfTheirOperands) {
  Builder a, b;
  const ExprId one = a.integer(1);
  b.integer(1);
  a.in_set(one, {one, one});
  b.rule_set.operands = {9, 9};
  b.in_set(one, {one, one});
  EXPECT_TRUE(a.rule_set == b.rule_set);
  b.in_set(one, {one});
  EXPECT_FALSE(a.rule_set == b.rule_set);
}

TEST(TryOrder, SourceOrderUnlessThePolicySaysOtherwise) {
  const std::vector<int64_t> priorities = {1, 3, 2};
  EXPECT_EQ(try_order(decision_of(HitPolicy::first, priorities, {})), (Order{0, 1, 2}));
  EXPECT_EQ(try_order(decision_of(HitPolicy::by_priority, priorities, {})), (Order{1, 2, 0}));
  EXPECT_EQ(try_order(decision_of(HitPolicy::by_priority, {5, 5, 9, 5}, {})), (Order{2, 0, 1, 3}));
}

TEST(TryOrder, ExceptionsBeforeWhatTheyOverride) {
  // 2 overrides 0; 3 overrides 2: 1 is free, 3 must precede 2, 2 must precede 0.
  EXPECT_EQ(try_order(decision_of(HitPolicy::unique_with_exceptions, {}, {{}, {}, {0}, {2}})),
            (Order{1, 3, 2, 0}));
  EXPECT_EQ(try_order(decision_of(HitPolicy::unique_with_exceptions, {}, {{1}, {}, {0}})),
            (Order{2, 0, 1}));
}

// The definition, word by word: repeatedly the first rule in source whose overriders are all done.
Order naive_order(const Decision& decision) {
  Order order;
  std::set<uint32_t> done;
  while (order.size() < decision.rules.size()) {
    for (uint32_t i = 0; i < decision.rules.size(); ++i) {
      bool ready = !done.contains(i);
      for (uint32_t j = 0; j < decision.rules.size(); ++j) {
        const Order& targets = decision.rules[j].overrides;
        if (std::ranges::find(targets, i) != targets.end() && !done.contains(j)) ready = false;
      }
      if (!ready) continue;
      done.insert(i);
      order.push_back(i);
      break;
    }
  }
  return order;
}

// A random permutation decides who may override whom, so that there are no circles.
Decision random_overrides() {
  const int count = *rc::gen::inRange(1, 12);
  Order rank(count);
  std::iota(rank.begin(), rank.end(), 0u);
  for (int i = count - 1; i > 0; --i) std::swap(rank[i], rank[*rc::gen::inRange(0, i + 1)]);
  Decision decision;
  decision.policy = HitPolicy::unique_with_exceptions;
  decision.rules.resize(count);
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < count; ++j) {
      if (rank[i] < rank[j] && *rc::gen::inRange(0, 4) == 0)
        decision.rules[i].overrides.push_back(j);
    }
  }
  return decision;
}

RC_GTEST_PROP(TryOrder, AgreesWithItsDefinition, ()) {
  const Decision decision = random_overrides();
  RC_ASSERT(try_order(decision) == naive_order(decision));
}

RC_GTEST_PROP(OverrideReach, IsTheTransitiveClosure, ()) {
  const Decision decision = random_overrides();
  const auto reach = override_reach(decision);
  for (uint32_t i = 0; i < decision.rules.size(); ++i) {
    std::set<uint32_t> expected;
    Order pending = decision.rules[i].overrides;
    while (!pending.empty()) {
      const uint32_t rule = pending.back();
      pending.pop_back();
      if (!expected.insert(rule).second) continue;
      for (const uint32_t next : decision.rules[rule].overrides) pending.push_back(next);
    }
    RC_ASSERT(reach[i] == Order(expected.begin(), expected.end()));
  }
}

TEST(TryOrder, IsNearLinear) {
  // A star and a long chain: the naive way would need 10^10 steps.
  Decision decision;
  decision.policy = HitPolicy::unique_with_exceptions;
  decision.rules.resize(100'000);
  for (uint32_t i = 0; i + 1 < decision.rules.size(); ++i) decision.rules[i + 1].overrides = {i};
  const std::clock_t start =
      std::clock();  // of this process: other work on the machine is not counted
  const Order order = try_order(decision);
  EXPECT_EQ(order.front(), 99'999u);
  EXPECT_EQ(order.back(), 0u);
  EXPECT_LT(std::clock() - start, 5 * CLOCKS_PER_SEC);
}

TEST(Shape, NamesAreDistinctAndEveryOpHasOne) {
  std::set<std::string> names;
  for (uint32_t i = 0; i < kOpCount; ++i) names.insert(name(static_cast<Op>(i)));
  EXPECT_EQ(names.size(), kOpCount);
  EXPECT_STREQ(name(Op::call_std), "call_std");
  EXPECT_STREQ(name(Op::some), "some");
  EXPECT_STREQ(name(Op::matches), "matches");
  EXPECT_STREQ(name(TypeKind::record), "record");
  EXPECT_STREQ(name(HitPolicy::permit_overrides), "permit_overrides");
}

TEST(Shape, OperandsComeInTheOrderOfEvaluation) {
  Builder b;
  const ExprId one = b.integer(1), two = b.integer(2), three = b.integer(3);
  std::vector<ExprId> seen;
  for_each_operand(b.rule_set, b.rule_set.expr(b.in_set(three, {one, two})),
                   [&](ExprId id) { seen.push_back(id); });
  EXPECT_EQ(seen, (std::vector<ExprId>{three, one, two}));
}

}  // namespace
}  // namespace pac::ir
