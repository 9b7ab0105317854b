// The counters are honest: each engine's are its own, an engine that does not run is noticed, and
// so is an operation that only one of them evaluates.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/ir/builder.h"
#include "stdlib/registry.h"
#include "tests/differential/tester.h"

namespace pac::differential {
namespace {

using ir::ExprId;
using ir::Op;

Plan small_plan() {
  Plan plan;
  plan.inputs = 20;
  plan.shrink = false;
  return plan;
}

// result { f0: i0 + i1 }, both inputs 0 .. 9.
ir::RuleSet sum_of_inputs() {
  ir::Builder b;
  b.rule_set.package = "coverage";
  const ir::DomainId digit = b.between(0, 9);
  const ir::RecordId input =
      b.record("d.in", {b.field("i0", b.int_type(), digit), b.field("i1", b.int_type(), digit)});
  const ir::RecordId output = b.record("d.out", {b.field("f0", b.int_type())});
  ir::Decision& decision = b.decision("d", input, output);
  decision.policy = ir::HitPolicy::result;
  decision.result = {b.op(Op::add, b.input(decision, 0), b.input(decision, 1))};
  return b.rule_set;
}

Coverage::Entry entry(const Report& report, std::string_view name) {
  const std::vector<Coverage::Entry> all = report.coverage.entries();
  const auto found = std::ranges::find(all, name, &Coverage::Entry::name);
  EXPECT_NE(found, all.end()) << name;
  return found == all.end() ? Coverage::Entry{} : *found;
}

TEST(CoverageTest, BothEnginesCountWhatTheyEvaluate) {
  const ir::RuleSet rules = sum_of_inputs();
  Report report;
  run_rules(small_plan(), 1, rules, rules, 1, report);
  ASSERT_TRUE(report.disagreements.empty() && report.refused.empty());
  EXPECT_EQ(report.coverage.pairs, 20u);
  for (const char* name : {"op add", "op input", "type int", "policy result"}) {
    EXPECT_EQ(entry(report, name).interpreted, 20u) << name;
    EXPECT_EQ(entry(report, name).native, 20u) << name;
  }
  for (const char* name : {"op sub", "type date", "policy first", "error PAC5001"}) {
    EXPECT_EQ(entry(report, name).interpreted, 0u) << name;
    EXPECT_EQ(entry(report, name).native, 0u) << name;
  }
}

// Native code gives the same answers and never adds: only its own counter can show that.
TEST(CoverageTest, AnOperationThatOneEngineLeavesOutIsNotCounted) {
  const ir::RuleSet rules = sum_of_inputs();
  ir::RuleSet other = rules;
  const ir::Expr sum = other.expr(other.decisions[0].result[0]);  // x + y becomes x - (-y)
  const ExprId negative = other.add({Op::neg, sum.type, sum.b, ir::kNone, ir::kNone, 0, 0, 0});
  ir::Expr difference = sum;
  difference.op = Op::sub;
  difference.b = index(negative);
  other.decisions[0].result[0] = other.add(difference);
  Report report;
  run_rules(small_plan(), 1, rules, other, 1, report);
  ASSERT_TRUE(report.refused.empty()) << report.refused[0];
  ASSERT_TRUE(report.disagreements.empty()) << report.disagreements[0].to_text();
  EXPECT_EQ(entry(report, "op add").interpreted, 20u);
  EXPECT_EQ(entry(report, "op add").native, 0u);
  EXPECT_EQ(entry(report, "op add").count(), 0u);
  EXPECT_EQ(entry(report, "op sub").interpreted, 0u);
}

// What native code can't compile would run in the interpreter instead; here it is a failure, and
// nothing is counted.
TEST(CoverageTest, AFallbackIsRefusedAndCountsNothing) {
  const ir::RuleSet rules = sum_of_inputs();
  ir::RuleSet other = rules;
  const ExprId sum = other.decisions[0].result[0];
  other.functions.push_back({"no_such_function", 1});
  ir::Expr call{Op::call_std, other.expr(sum).type, 0, ir::kNone, ir::kNone, 0, 0, 0};
  other.decisions[0].result[0] = other.add(call, {sum});
  Report report;
  run_rules(small_plan(), 1, rules, other, 1, report);
  ASSERT_EQ(report.refused.size(), 1u);
  EXPECT_EQ(report.coverage.pairs, 0u);
  EXPECT_EQ(report.coverage.least_seen().count(), 0u);
}

TEST(CoverageTest, OnlyCodeMadeWithMarksHasThem) {
  const ir::RuleSet rules = sum_of_inputs();
  auto engines = Engines::make(rules, rules, {Native::level_0, Native::level_2, Native::marked});
  ASSERT_TRUE(engines.has_value()) << engines.error().message;
  EXPECT_EQ((*engines)->marks(0), nullptr);
  EXPECT_EQ((*engines)->marks(1), nullptr);
  EXPECT_NE((*engines)->marks(2), nullptr);
  EXPECT_NE(codegen::target_key({0, true}), codegen::target_key({0, false}));
}

TEST(CoverageTest, LittleScratchMemoryIsNoticedInBothEngines) {
  Plan plan = small_plan();
  plan.programs = 10;
  const Report report = run(plan);
  EXPECT_TRUE(report.disagreements.empty() && report.refused.empty());
  EXPECT_GT(report.coverage.interpreted.out_of_scratch, 0u);
  EXPECT_GT(report.coverage.native.out_of_scratch, 0u);
}

TEST(CoverageTest, LeastSeenIsTheSmallerOfBothEngines) {
  Coverage coverage;
  for (Tally* tally : {&coverage.interpreted, &coverage.native}) {
    tally->ops.fill(50);
    tally->types.fill(50);
    tally->policies.fill(50);
    tally->errors.fill(50);
    for (const stdlib::Function& function : stdlib::functions()) {
      tally->functions[function.name] = 50;
    }
  }
  EXPECT_EQ(coverage.least_seen().count(), 50u);
  coverage.native.ops[static_cast<size_t>(Op::mod)] = 7;
  EXPECT_EQ(coverage.least_seen().name, "op mod");
  EXPECT_EQ(coverage.least_seen().count(), 7u);
  coverage.interpreted.functions.erase("year");
  EXPECT_EQ(coverage.least_seen().name, "function year");
  EXPECT_EQ(coverage.least_seen().count(), 0u);
}

}  // namespace
}  // namespace pac::differential
