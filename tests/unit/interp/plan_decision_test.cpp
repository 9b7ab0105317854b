// Decisions of many rules under each hit policy: by plan and rule by rule the answers are the same
// (Harness::decide compares them), errors in conditions included.
#include <algorithm>

#include "tests/unit/interp/harness.h"

namespace pac::test {

using ir::HitPolicy;

namespace {

class PlanDecisionTest : public Harness {
 protected:
  static constexpr uint32_t kRules = 90;
  static constexpr int kInputs = 25;

  uint32_t below(uint32_t limit) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<uint32_t>((state_ >> 33) % limit);
  }

  void build(HitPolicy policy, uint32_t broken_chance) {
    colours_ = b.enumeration("Colour", {"red", "green", "blue"});
    const ir::RecordId input = b.record(
        "in", {b.field("n", b.int_type(), b.between(0, 100)),
               b.field("m", b.optional(b.int_type())), b.field("c", b.enum_type(colours_)),
               b.field("s", b.string_type()), b.field("day", b.date_type(), b.between(0, 400))});
    const bool effects =
        policy == HitPolicy::deny_overrides || policy == HitPolicy::permit_overrides;
    const ir::RecordId output =
        b.record("out", {b.field("x", effects ? b.effect_type() : b.int_type())});
    ir::Decision& d = b.decision("d", input, output);
    d.policy = policy;
    d.as_of_slot = 4;
    d.roles[4] = ir::SlotRole::context;
    d.partial = true;
    if (policy == HitPolicy::collect_list) d.result_type = b.list_type(b.record_type(output));
    if (policy == HitPolicy::by_highest) d.ranking = {{0, true, {}}};
    for (uint32_t i = 0; i < kRules; ++i) add_rule(d, i, effects, broken_chance);
  }

  void add_rule(ir::Decision& d, uint32_t number, bool effects, uint32_t broken_chance) {
    std::vector<ExprId> conditions;
    for (uint32_t i = 1 + below(3); i > 0; --i) conditions.push_back(condition(d, broken_chance));
    const ExprId outcome =
        effects ? b.effect(below(2) == 0) : b.integer(below(2) == 0 ? 1 : number);
    ir::Rule& rule = b.rule(d, "r" + std::to_string(number), conditions, {outcome},
                            d.policy == HitPolicy::by_priority ? below(4) : 0);
    if (below(4) == 0) {
      rule.has_effective = true;
      rule.effective_from = static_cast<int32_t>(below(300));
      rule.effective_to = rule.effective_from + static_cast<int32_t>(below(200));
    }
    if (d.policy == HitPolicy::unique_with_exceptions) {
      for (uint32_t i = below(3); i > 0 && number > 0; --i) {
        const uint32_t target = below(number);
        if (std::ranges::find(rule.overrides, target) == rule.overrides.end()) {
          rule.overrides.push_back(target);
        }
      }
    }
  }

  ExprId condition(const ir::Decision& d, uint32_t broken_chance) {
    const ExprId n = b.input(d, 0);
    const ExprId m = b.input(d, 1);
    if (below(100) < broken_chance) {  // fails for a large m
      const ExprId value = b.op(Op::default_, m, b.integer(0));
      return b.op(Op::gt, b.op(Op::mul, value, b.integer(1000)), b.integer(below(9000)));
    }
    switch (below(6)) {
      case 0:
        return b.op(Op::in_range, n, b.integer(below(60)), b.integer(40 + below(60)));
      case 1:
        return b.op(Op::lt, b.op(Op::default_, m, b.integer(below(20))), b.integer(below(20)));
      case 2:
        return b.op(Op::and_, b.op(Op::is_present, m),
                    b.op(Op::ge, b.op(Op::unwrap, m), b.integer(below(20))));
      case 3:
        return b.op(Op::ne, b.input(d, 2), b.number(b.enum_type(colours_), below(3)));
      case 4:
        return b.op(Op::starts_with, b.input(d, 3), b.text(std::string(below(3), 'a')));
      default:
        return b.op(Op::le, b.op(Op::add, n, n), b.integer(below(200)));
    }
  }

  void compare() {
    const Value days[] = {number(0), number(100), number(250), number(400)};
    const std::string texts[] = {"", "a", "ab", "aaaaaaaaaaaa", "b"};
    int errors = 0;
    for (int i = 0; i < kInputs; ++i) {
      Value m = Value::missing();
      if (below(3) != 0) m = number(below(10) == 0 ? Int128{INT64_MAX} : Int128{below(25)});
      const std::string line = decide(DecisionId{0}, {number(below(101)), m, number(below(3)),
                                                      text(texts[below(5)]), days[below(4)]});
      errors += line.starts_with("PAC5001") ? 1 : 0;
      if (HasFailure()) return;
    }
    errors_ += errors;
  }

  int errors_ = 0;

 private:
  ir::EnumId colours_ = ir::EnumId::none;
  uint64_t state_ = 7;
};

TEST_F(PlanDecisionTest, EveryHitPolicyGivesTheSameAnswer) {
  for (const HitPolicy policy :
       {HitPolicy::unique, HitPolicy::unique_with_exceptions, HitPolicy::any, HitPolicy::first,
        HitPolicy::by_priority, HitPolicy::by_highest, HitPolicy::collect_list,
        HitPolicy::deny_overrides, HitPolicy::permit_overrides}) {
    b = ir::Builder();
    build(policy, 0);
    compare();
    ASSERT_FALSE(HasFailure()) << ir::name(policy);
  }
}

TEST_F(PlanDecisionTest, ErrorsComeInTheOrderOfTheRules) {
  for (const HitPolicy policy : {HitPolicy::first, HitPolicy::by_priority, HitPolicy::any}) {
    b = ir::Builder();
    build(policy, 8);
    compare();
    ASSERT_FALSE(HasFailure()) << ir::name(policy);
  }
  EXPECT_GT(errors_, 2) << "inputs that make a condition fail";
}

}  // namespace

}  // namespace pac::test
