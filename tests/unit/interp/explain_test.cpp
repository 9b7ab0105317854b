// Accounts: why, and why not.
#include "tests/unit/interp/harness.h"

#include "runtime/interp/explain.h"

namespace pac::test {

using interp::ConditionAccount;
using interp::DecisionAccount;
using interp::Explainer;
using interp::ExplainOptions;
using interp::RuleAccount;
using interp::RuleState;
using ir::HitPolicy;

class ExplainTest : public Harness {
 protected:
  static std::string told(const RuleAccount& about) {
    static constexpr const char* kStates[] = {"not tried", "not effective", "failed",
                                              "missed",    "hit",           "removed"};
    std::string text = std::to_string(about.rule);
    if (about.item != ir::kNone) text += "[" + std::to_string(about.item) + "]";
    text += std::string(" ") + kStates[static_cast<size_t>(about.state)];
    if (about.removed_by != ir::kNone) text += " by " + std::to_string(about.removed_by);
    for (const ConditionAccount& condition : about.conditions) {
      text += condition.tested ? "; " : "; (untested) ";
      text += condition.error != PAC_E_NONE ? code(condition.error)
              : condition.holds             ? "holds"
                                            : "fails";
      for (const interp::Reading& reading : condition.readings) {
        text += " " + (reading.error != PAC_E_NONE ? code(reading.error) : reading.value);
      }
    }
    return text + (about.outcome.empty() ? "" : " => " + about.outcome);
  }
  ir::Decision& make(HitPolicy policy) {
    const ir::RecordId input = b.record(
        "in",
        {b.field("n", b.int_type()), b.field("items", b.list_type(b.int_type()), b.items(9))});
    ir::Decision& d = b.decision("d", input, b.record("out", {b.field("x", b.int_type())}));
    d.policy = policy;
    return d;
  }
  ExprId at_least(const ir::Decision& d, int64_t value) {
    return b.op(Op::ge, b.input(d, 0), b.integer(value));
  }
  DecisionAccount explain(int64_t n, const std::vector<int64_t>& items = {},
                          ExplainOptions options = {}) {
    Explainer explainer(options);
    decide(b.rule_set.find_decision("d"),
           {number(n), Value::of(pac_list{items.data(), static_cast<uint32_t>(items.size()), 0})},
           &explainer);
    accounts_ = explainer.accounts();
    return accounts_.back();
  }
  std::vector<DecisionAccount> accounts_;
};

TEST_F(ExplainTest, WhyAndWhyNot) {
  ir::Decision& d = make(HitPolicy::first);
  const uint32_t let = b.let(d, b.op(Op::mod, b.integer(10), b.input(d, 0)));
  b.rule(d, "a", {at_least(d, 5), b.op(Op::eq, b.read(d, let), b.integer(0))}, {b.integer(1)});
  b.rule(d, "c", {at_least(d, 0)}, {b.integer(2)});
  b.rule(d, "e", {b.op(Op::eq, b.read(d, let), b.integer(7))}, {b.integer(3)});
  const DecisionAccount three = explain(3);
  ASSERT_EQ(three.rules.size(), 3u);
  EXPECT_EQ(told(three.rules[0]), "0 missed; fails 3; (untested) fails 1");
  EXPECT_EQ(told(three.rules[1]), "1 hit; holds 3 => {x: 2}");
  EXPECT_EQ(told(three.rules[2]), "2 not tried; (untested) fails 1");
  EXPECT_TRUE(three.lets.empty());
  const DecisionAccount zero = explain(0);
  EXPECT_EQ(told(zero.rules[0]), "0 missed; fails 0; (untested) PAC5002 PAC5002");
  const DecisionAccount eight = explain(8);
  ASSERT_EQ(eight.lets.size(), 1u);
  EXPECT_EQ(eight.lets[0].value, "2");
}

TEST_F(ExplainTest, ErrorsAndRemovals) {
  ir::Decision& d = make(HitPolicy::unique_with_exceptions);
  b.rule(d, "a", {at_least(d, 0)}, {b.integer(1)});
  b.rule(d, "c", {b.op(Op::eq, b.op(Op::mod, b.integer(10), b.input(d, 0)), b.integer(0))},
         {b.integer(2)})
      .overrides = {0};
  const DecisionAccount five = explain(5);
  EXPECT_EQ(told(five.rules[0]), "0 removed by 1; holds 5");
  EXPECT_EQ(told(five.rules[1]), "1 hit; holds 5 => {x: 2}");
  const DecisionAccount zero = explain(0);
  EXPECT_EQ(zero.status, PAC_ERROR);
  EXPECT_EQ(zero.error, PAC_E_DIVISION_BY_ZERO);
  EXPECT_EQ(zero.error_rule, 1u);
  EXPECT_EQ(told(zero.rules[0]), "0 not tried; (untested) holds 0");
  EXPECT_EQ(told(zero.rules[1]), "1 failed; PAC5002 0");
}

TEST_F(ExplainTest, ItemsAndOtherwise) {
  ir::Decision& d = make(HitPolicy::collect_list);
  d.result_type = b.list_type(b.record_type(d.output));
  const uint32_t v = b.var(d);
  const ExprId item = b.var(b.int_type(), v);
  ir::Rule& rule =
      b.rule(d, "a", {b.op(Op::gt, item, b.integer(3)), b.op(Op::lt, item, b.integer(9))}, {item});
  rule.each_list = b.input(d, 1);
  rule.each_var = v;
  b.otherwise(d, {b.integer(0)});
  const DecisionAccount some = explain(0, {2, 7});
  ASSERT_EQ(some.rules.size(), 2u);
  EXPECT_EQ(told(some.rules[0]), "0[0] missed; fails 2; (untested) holds 2");
  EXPECT_EQ(told(some.rules[1]), "0[1] hit; holds 7; holds 7 => {x: 7}");
  const DecisionAccount none = explain(0);
  ASSERT_EQ(none.rules.size(), 2u);
  EXPECT_EQ(told(none.rules[0]), "0 missed");
  EXPECT_EQ(told(none.rules[1]), "1 hit => {x: 0}");
}

TEST_F(ExplainTest, OneRuleAndCalledDecisions) {
  const ir::RecordId input = b.record("c.in", {b.field("n", b.int_type())});
  ir::Decision& callee =
      b.decision("callee", input, b.record("c.out", {b.field("y", b.int_type())}));
  callee.policy = HitPolicy::first;
  b.rule(callee, "big", {b.op(Op::ge, b.input(callee, 0), b.integer(100))}, {b.integer(1)});
  b.otherwise(callee, {b.integer(0)});
  ir::Decision& d = make(HitPolicy::first);
  b.rule(d, "a", {at_least(d, 1000)}, {b.integer(1)});
  b.rule(d, "c", {b.op(Op::eq, b.field(b.call(DecisionId{0}, {b.input(d, 0)}), 0), b.integer(0))},
         {b.integer(2)});
  const DecisionAccount both = explain(7);
  ASSERT_EQ(accounts_.size(), 2u);
  EXPECT_EQ(accounts_[0].depth, 1u);
  EXPECT_EQ(told(accounts_[0].rules[0]), "0 missed; fails 7");
  EXPECT_EQ(told(both.rules[1]), "1 hit; holds 0 => {x: 2}");
  const DecisionAccount one = explain(7, {}, {.rule = 0, .called_decisions = false});
  ASSERT_EQ(accounts_.size(), 1u);
  ASSERT_EQ(one.rules.size(), 1u);
  EXPECT_EQ(told(one.rules[0]), "0 missed; fails 7");
}

}  // namespace pac::test
