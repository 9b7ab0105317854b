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

  uint32_t below(uint32_t limit) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<uint32_t>((state_ >> 33) % limit);
  }

  void build(HitPolicy policy, uint32_t broken_chance) {
    colours_ = b.enumeration("Colour", {"red", "green", "blue"});
    const ir::RecordId input =
        b.record("in", {b.field("n", b.int_type(), b.between(0, 100)),
                        b.field("m", b.optional(b.int_type())), b.field("c", b.enum_type(colours_)),
                        b.field("s", b.string_type()),
                        b.field("narrow", b.decimal_type(2), b.between(-1000, 1000)),
                        b.field("wide", b.decimal_type(3)), b.field("flag", b.bool_type()),
                        b.field("name", b.optional(b.string_type())),
                        b.field("day", b.date_type(), b.between(0, 400))});
    limit_ = b.param("limit", b.int_type(), {{0, b.integer(20)}, {200, b.integer(60)}});
    const bool effects =
        policy == HitPolicy::deny_overrides || policy == HitPolicy::permit_overrides;
    const ir::RecordId output =
        b.record("out", {b.field("x", effects ? b.effect_type() : b.int_type())});
    ir::Decision& d = b.decision("d", input, output);
    d.policy = policy;
    d.as_of_slot = 8;
    d.roles[8] = ir::SlotRole::context;
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
    switch (below(3)) {
      case 0:
        return number_test(d);
      case 1:
        return text_test(d);
      default:
        return mixed_test(d, n, m);
    }
  }

  ExprId mixed_test(const ir::Decision& d, ExprId n, ExprId m) {
    const auto small = [&] { return b.integer(below(20)); };
    switch (below(9)) {
      case 0:
        return b.op(Op::in_range, n, b.integer(below(60)), b.integer(40 + below(60)), below(4));
      case 1:
        return b.op(Op::lt, b.op(Op::default_, m, small()), small());
      case 2:
        return b.op(Op::and_, b.op(Op::is_present, m), b.op(Op::ge, b.op(Op::unwrap, m), small()));
      case 3:
        return b.op(Op::or_, b.op(Op::not_, b.op(Op::is_present, m)),
                    b.op(Op::ne, b.op(Op::unwrap, m), small()));
      case 4:
        return b.in_set(m, {b.op(Op::some, small()), b.op(Op::some, small()), m_or_missing()});
      case 5:
        return b.op(Op::ne, b.input(d, 2), b.number(b.enum_type(colours_), below(3)));
      case 6:
        return b.op(Op::or_, b.op(Op::lt, n, small()), b.op(Op::gt, n, b.integer(50 + below(50))));
      case 7:
        return b.op(below(2) == 0 ? Op::gt : Op::le, n, b.param(limit_, b.input(d, 8)));
      default:
        return b.op(Op::le, b.op(Op::add, n, n), b.integer(below(200)));
    }
  }

  ExprId m_or_missing() {
    return below(2) == 0 ? b.missing(b.int_type()) : b.op(Op::some, b.integer(below(20)));
  }

  ExprId number_test(const ir::Decision& d) {
    const Op ops[] = {Op::lt, Op::le, Op::gt, Op::ge, Op::eq, Op::ne};
    const Op op = ops[below(6)];
    const int scale = static_cast<int>(below(4));
    const Int128 units = Int128{below(60)} - 30;
    if (below(3) == 0) {
      return b.op(Op::eq, b.input(d, 6), b.boolean(below(2) == 0));
    }
    if (below(2) == 0) return b.op(op, b.input(d, 4), b.decimal(units * pow10(scale) / 10, scale));
    // Now and then beyond 64 bits.
    const Int128 factor = below(3) == 0 ? pow10(20) : pow10(scale);
    return b.op(op, b.decimal(units * factor / 10, scale), b.input(d, 5));
  }

  ExprId text_test(const ir::Decision& d) {
    const std::string texts[] = {"",          "a",         "ab",        "aaaaaaaa",  "aaaaaaaab",
                                 "branch-01", "branch-02", "branch-03", "branch-04", "branch-05"};
    const ExprId text = b.text(texts[below(10)]);
    const ExprId s = b.input(d, 3);
    const ExprId name = b.op(Op::default_, b.input(d, 7), b.text(texts[below(10)]));
    switch (below(5)) {
      case 0:
        return b.op(Op::starts_with, s, text);
      case 1:
        return b.op(Op::starts_with, name, text);
      case 2:
        return b.op(below(2) == 0 ? Op::eq : Op::ne, s, text);
      case 3:
        return b.in_set(name, {text, b.text(texts[below(10)])});
      default:
        return b.op(Op::not_, b.op(Op::eq, name, text));
    }
  }

  void compare() {
    const Value days[] = {number(0), number(199), number(200), number(400)};
    const std::string texts[] = {"",          "a",         "ab",        "aaaaaaaa", "aaaaaaaab",
                                 "branch-01", "branch-03", "branch-07", "b"};
    int errors = 0;
    for (int i = 0; i < inputs_; ++i) {
      Value m = Value::missing();
      if (below(3) != 0)
        m = number(below(100) < large_chance_ ? Int128{INT64_MAX} : Int128{below(25)});
      const Int128 wide = (Int128{below(60)} - 30) * (below(3) == 0 ? pow10(20) : pow10(2));
      const Value name = below(3) == 0 ? Value::missing() : text(texts[below(9)]);
      const std::string line =
          decide(DecisionId{0}, {number(below(101)), m, number(below(3)), text(texts[below(9)]),
                                 number(Int128{below(600)} - 300), number(wide), number(below(2)),
                                 name, days[below(4)]});
      errors += line.starts_with("PAC5001") ? 1 : 0;
      if (HasFailure()) return;
    }
    errors_ += errors;
  }

  int errors_ = 0;
  uint32_t large_chance_ = 10;  // of a value that makes conditions fail
  int inputs_ = 25;

 private:
  ir::EnumId colours_ = ir::EnumId::none;
  ir::ParamId limit_ = ir::ParamId::none;
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
  large_chance_ = 60;
  inputs_ = 6;
  for (int round = 0; round < 8; ++round) {
    for (const HitPolicy policy : {HitPolicy::first, HitPolicy::by_priority, HitPolicy::any}) {
      b = ir::Builder();
      build(policy, 3);
      compare();
      ASSERT_FALSE(HasFailure()) << ir::name(policy) << ", round " << round;
    }
  }
  EXPECT_GT(errors_, 20) << "inputs that make a condition fail";
}

}  // namespace

}  // namespace pac::test
