// Decisions without folding: every hit policy but `collect`, with overlaps, gaps and the rule at
// fault.
#include "tests/unit/interp/harness.h"

namespace pac::test {

using ir::HitPolicy;

class HitPolicyTest : public Harness {
 protected:
  // One int input `n`, output { x: int in 0 .. 100 }.
  ir::Decision& make(HitPolicy policy) {
    const ir::RecordId input = b.record("in", {b.field("n", b.int_type())});
    const ir::RecordId output = b.record("out", {b.field("x", b.int_type(), b.between(0, 100))});
    ir::Decision& d = b.decision("d", input, output);
    d.policy = policy;
    return d;
  }
  ExprId n() { return b.input(b.rule_set.decisions.back(), 0); }
  ExprId at_least(int64_t value) { return b.op(Op::ge, n(), b.integer(value)); }
  ExprId fails() { return b.op(Op::eq, b.op(Op::mod, n(), b.integer(0)), n()); }
  ExprId failing_number() { return b.op(Op::mod, n(), b.integer(0)); }
  std::string run(int64_t n) { return decide(b.rule_set.find_decision("d"), {number(n)}); }
};

TEST_F(HitPolicyTest, ResultHasNoRules) {
  ir::Decision& d = make(HitPolicy::result);
  d.result = {b.op(Op::add, n(), b.integer(1))};
  EXPECT_EQ(run(4), "ok {x: 5}");
  EXPECT_EQ(run(100), "PAC5006 in d");
  EXPECT_EQ(run(INT64_MAX), "PAC5001 in d");
}

TEST_F(HitPolicyTest, Unique) {
  ir::Decision& d = make(HitPolicy::unique);
  b.rule(d, "low", {b.op(Op::lt, n(), b.integer(10))}, {b.integer(1)});
  b.rule(d, "high", {at_least(8)}, {b.integer(2)});
  EXPECT_EQ(run(5), "ok {x: 1} by low");
  EXPECT_EQ(run(20), "ok {x: 2} by high");
  EXPECT_EQ(run(9), "PAC5004 at low, high in d");
}

TEST_F(HitPolicyTest, UniqueSeesAnOverlapBeforeAnyOutcome) {
  ir::Decision& d = make(HitPolicy::unique);
  b.rule(d, "never", {at_least(1000)}, {b.integer(0)});
  b.rule(d, "a", {}, {failing_number()});
  b.rule(d, "b", {at_least(5)}, {b.integer(2)});
  b.rule(d, "c", {at_least(5)}, {b.integer(2)});
  EXPECT_EQ(run(7), "PAC5004 at a, b in d") << "also where outcomes agree";
  EXPECT_EQ(run(1), "PAC5002 at a in d");
}

TEST_F(HitPolicyTest, GapsPartialDecisionsAndOtherwise) {
  ir::Decision& d = make(HitPolicy::unique);
  b.rule(d, "a", {at_least(5)}, {b.integer(1)});
  EXPECT_EQ(run(1), "PAC5005 in d");
  d.partial = true;
  EXPECT_EQ(run(1), "no_match");
  b.otherwise(d, {n()});
  EXPECT_EQ(run(1), "ok {x: 1} by otherwise");
  EXPECT_EQ(run(-1), "PAC5006 at otherwise in d");
  EXPECT_EQ(run(6), "ok {x: 1} by a");
}

TEST_F(HitPolicyTest, ConditionsFailInTryOrder) {
  ir::Decision& d = make(HitPolicy::unique);
  b.rule(d, "a", {at_least(5), fails()}, {b.integer(1)});
  b.rule(d, "b", {}, {b.integer(2)});
  EXPECT_EQ(run(1), "ok {x: 2} by b") << "conditions after a false one are not tested";
  EXPECT_EQ(run(5), "PAC5002 at a in d") << "every rule is tested, and an error is never skipped";
}

TEST_F(HitPolicyTest, First) {
  ir::Decision& d = make(HitPolicy::first);
  b.rule(d, "a", {at_least(10)}, {b.integer(1)});
  b.rule(d, "b", {at_least(5)}, {b.integer(2)});
  b.rule(d, "c", {fails()}, {b.integer(3)});
  EXPECT_EQ(run(20), "ok {x: 1} by a");
  EXPECT_EQ(run(7), "ok {x: 2} by b");
  EXPECT_EQ(run(1), "PAC5002 at c in d");
}

TEST_F(HitPolicyTest, AnyMustAgree) {
  ir::Decision& d = make(HitPolicy::any);
  b.rule(d, "a", {at_least(1)}, {b.integer(5)});
  b.rule(d, "b", {at_least(2)}, {b.integer(5)});
  b.rule(d, "c", {at_least(3)}, {b.integer(6)});
  EXPECT_EQ(run(2), "ok {x: 5} by a");
  EXPECT_EQ(run(3), "PAC5004 at a, c in d");
  b.rule(d, "e", {at_least(3)}, {failing_number()});
  EXPECT_EQ(run(3), "PAC5002 at e in d") << "all outcomes come before agreement";
}

TEST_F(HitPolicyTest, PrioritiesGoLevelByLevel) {
  ir::Decision& d = make(HitPolicy::by_priority);
  b.rule(d, "last", {fails()}, {b.integer(9)}, 1);
  b.rule(d, "a", {at_least(5)}, {b.integer(1)}, 10);
  b.rule(d, "top", {at_least(10)}, {b.integer(2)}, 20);
  b.rule(d, "b", {at_least(6)}, {b.integer(1)}, 10);
  b.rule(d, "c", {at_least(7)}, {b.integer(3)}, 10);
  EXPECT_EQ(run(10), "ok {x: 2} by top");
  EXPECT_EQ(run(5), "ok {x: 1} by a");
  EXPECT_EQ(run(6), "ok {x: 1} by a") << "the first in source of those that agree";
  EXPECT_EQ(run(7), "PAC5004 at a, c in d");
  EXPECT_EQ(run(1), "PAC5002 at last in d");
}

TEST_F(HitPolicyTest, ALevelIsTestedWhole) {
  ir::Decision& d = make(HitPolicy::by_priority);
  b.rule(d, "a", {}, {b.integer(1)}, 10);
  b.rule(d, "b", {fails()}, {b.integer(1)}, 10);
  EXPECT_EQ(run(1), "PAC5002 at b in d");
}

TEST_F(HitPolicyTest, ExceptionsRemoveWhatTheyOverride) {
  ir::Decision& d = make(HitPolicy::unique_with_exceptions);
  b.rule(d, "base", {}, {b.integer(1)});
  b.rule(d, "mid", {at_least(5)}, {b.integer(2)}).overrides = {0};
  b.rule(d, "top", {at_least(10)}, {b.integer(3)}).overrides = {1};
  EXPECT_EQ(run(1), "ok {x: 1} by base");
  EXPECT_EQ(run(5), "ok {x: 2} by mid");
  EXPECT_EQ(run(10), "ok {x: 3} by top");
}

TEST_F(HitPolicyTest, ARuleReachesThroughOverridesWhetherOrNotThoseBetweenFire) {
  ir::Decision& d = make(HitPolicy::unique_with_exceptions);
  b.rule(d, "base", {}, {b.integer(1)});
  b.rule(d, "mid", {at_least(100)}, {b.integer(2)}).overrides = {0};
  b.rule(d, "top", {at_least(10)}, {b.integer(3)}).overrides = {1};
  EXPECT_EQ(run(10), "ok {x: 3} by top");
}

TEST_F(HitPolicyTest, UnrelatedHitsMustAgree) {
  ir::Decision& d = make(HitPolicy::unique_with_exceptions);
  b.rule(d, "base", {}, {b.integer(1)});
  b.rule(d, "x", {at_least(5)}, {b.integer(2)}).overrides = {0};
  b.rule(d, "y", {at_least(6)}, {b.integer(2)}).overrides = {0};
  b.rule(d, "z", {at_least(7)}, {b.integer(3)});
  EXPECT_EQ(run(6), "ok {x: 2} by x");
  EXPECT_EQ(run(7), "PAC5004 at x, z in d");
}

TEST_F(HitPolicyTest, ExceptionsAreTestedBeforeWhatTheyOverride) {
  ir::Decision& d = make(HitPolicy::unique_with_exceptions);
  b.rule(d, "base", {b.op(Op::lt, b.op(Op::add, n(), n()), b.integer(INT64_MAX))}, {b.integer(1)});
  b.rule(d, "top", {fails()}, {b.integer(3)}).overrides = {0};
  EXPECT_EQ(run(INT64_MAX), "PAC5002 at top in d");
}

TEST_F(HitPolicyTest, EffectiveDatesBoundARule) {
  const ir::RecordId input =
      b.record("in", {b.field("n", b.int_type()), b.field("as_of", b.date_type())});
  const ir::RecordId output = b.record("out", {b.field("x", b.int_type())});
  ir::Decision& d = b.decision("d", input, output);
  d.policy = HitPolicy::unique_with_exceptions;
  d.as_of_slot = 1;
  d.roles[1] = ir::SlotRole::context;
  b.rule(d, "base", {}, {b.integer(1)});
  ir::Rule& late = b.rule(d, "late", {fails()}, {b.integer(2)});
  late.conditions.clear();
  late.overrides = {0};
  late.has_effective = true;
  late.effective_from = 100;
  late.effective_to = 200;
  const auto at = [&](int32_t day) { return decide(ir::DecisionId{0}, {number(1), number(day)}); };
  EXPECT_EQ(at(99), "ok {x: 1} by base");
  EXPECT_EQ(at(100), "ok {x: 2} by late");
  EXPECT_EQ(at(200), "ok {x: 2} by late");
  EXPECT_EQ(at(201), "ok {x: 1} by base");
  b.rule_set.decisions[0].rules[1].conditions = {fails()};
  EXPECT_EQ(at(201), "ok {x: 1} by base") << "the dates are tested before the conditions";
}

TEST_F(HitPolicyTest, LetsAndParametersAreTheRulesFault) {
  ir::Decision& d = make(HitPolicy::first);
  const uint32_t column = b.let(d, b.op(Op::mod, b.integer(10), n()));
  b.rule(d, "a", {at_least(50)}, {b.integer(1)});
  b.rule(d, "b", {b.op(Op::eq, b.read(d, column), b.integer(0))}, {b.integer(2)});
  b.otherwise(d, {b.integer(3)});
  EXPECT_EQ(run(50), "ok {x: 1} by a") << "a let that nothing reads is not evaluated";
  EXPECT_EQ(run(5), "ok {x: 2} by b");
  EXPECT_EQ(run(3), "ok {x: 3} by otherwise");
  EXPECT_EQ(run(0), "PAC5002 at b in d");
}

// ---- Ranking
// --------------------------------------------------------------------------------------------

class RankingTest : public Harness {
 protected:
  // Output { routing: string, score: int }.
  ir::Decision& make(HitPolicy policy) {
    const ir::RecordId input = b.record("in", {b.field("n", b.int_type())});
    const ir::RecordId output =
        b.record("out", {b.field("routing", b.string_type()), b.field("score", b.int_type())});
    ir::Decision& d = b.decision("d", input, output);
    d.policy = policy;
    return d;
  }
  void add(ir::Decision& d, const char* name, int64_t from, const char* routing, int64_t score) {
    b.rule(d, name, {b.op(Op::ge, b.input(d, 0), b.integer(from))},
           {b.text(routing), b.integer(score)});
  }
  ir::ConstantId named(const char* value) {
    return static_cast<ir::ConstantId>(b.rule_set.expr(b.text(value)).a);
  }
  std::string run(int64_t n) { return decide(ir::DecisionId{0}, {number(n)}); }
};

TEST_F(RankingTest, ByOutcome) {
  ir::Decision& d = make(HitPolicy::by_outcome);
  d.ranking = {{0, false, {named("decline"), named("refer"), named("accept")}}};
  add(d, "a", 0, "accept", 1);
  add(d, "r", 10, "refer", 2);
  add(d, "d1", 20, "decline", 3);
  add(d, "d2", 20, "decline", 4);
  EXPECT_EQ(run(5), "ok {routing: \"accept\", score: 1} by a");
  EXPECT_EQ(run(15), "ok {routing: \"refer\", score: 2} by r");
  EXPECT_EQ(run(25), "ok {routing: \"decline\", score: 3} by d1") << "source order settles ties";
}

TEST_F(RankingTest, SeveralColumns) {
  ir::Decision& d = make(HitPolicy::by_outcome);
  d.ranking = {{0, false, {named("decline"), named("accept")}}, {1, true, {}}};
  add(d, "a", 0, "decline", 1);
  add(d, "c", 0, "accept", 9);
  add(d, "e", 10, "decline", 5);
  EXPECT_EQ(run(5), "ok {routing: \"decline\", score: 1} by a");
  EXPECT_EQ(run(15), "ok {routing: \"decline\", score: 5} by e");
}

TEST_F(RankingTest, AValueThatTheListDoesNotName) {
  ir::Decision& d = make(HitPolicy::by_outcome);
  d.ranking = {{0, false, {named("decline"), named("accept")}}};
  add(d, "a", 0, "decline", 1);
  add(d, "c", 10, "other", 9);
  add(d, "e", 10, "else", 9);
  EXPECT_EQ(run(5), "ok {routing: \"decline\", score: 1} by a");
  EXPECT_EQ(run(15), "PAC5006 at c in d");
}

TEST_F(RankingTest, ByHighest) {
  ir::Decision& d = make(HitPolicy::by_highest);
  d.ranking = {{1, true, {}}};
  add(d, "low", 0, "x", -3);
  add(d, "a", 5, "y", 3);
  add(d, "c", 6, "z", 7);
  add(d, "e", 7, "w", 7);
  EXPECT_EQ(run(1), "ok {routing: \"x\", score: -3} by low");
  EXPECT_EQ(run(5), "ok {routing: \"y\", score: 3} by a");
  EXPECT_EQ(run(7), "ok {routing: \"z\", score: 7} by c");
}

// ---- Effects and duties
// ---------------------------------------------------------------------------------

class EffectTest : public Harness {
 protected:
  ir::Decision& make(HitPolicy policy) {
    const ir::RecordId input = b.record("in", {b.field("n", b.int_type())});
    const ir::RecordId output = b.record("out", {b.field("effect", b.effect_type())});
    keep_ = b.duty("keep", b.record("keep", {b.field("days", b.int_type(), b.between(0, 30)),
                                             b.field("why", b.string_type())}));
    ir::Decision& d = b.decision("d", input, output);
    d.policy = policy;
    return d;
  }
  ir::Rule& add(ir::Decision& d, const char* name, int64_t from, bool deny) {
    return b.rule(d, name, {b.op(Op::ge, b.input(d, 0), b.integer(from))}, {b.effect(deny)});
  }
  ir::DutyUse keep(ExprId days, const char* why) { return {keep_, {days, b.text(why)}}; }
  std::string run(int64_t n) { return decide(ir::DecisionId{0}, {number(n)}); }
  ir::DutyId keep_{};
};

TEST_F(EffectTest, DenyOverrides) {
  ir::Decision& d = make(HitPolicy::deny_overrides);
  add(d, "p1", 0, false).duties = {keep(b.integer(1), "p1")};
  add(d, "d1", 10, true).duties = {keep(b.integer(2), "first"), keep(b.integer(3), "second")};
  add(d, "p2", 0, false);
  add(d, "d2", 10, true).duties = {keep(b.integer(4), "third")};
  EXPECT_EQ(run(1), "ok {effect: permit} by p1, p2; keep {days: 1, why: \"p1\"} of p1");
  EXPECT_EQ(run(10),
            "ok {effect: deny} by d1, d2; keep {days: 2, why: \"first\"} of d1; "
            "keep {days: 3, why: \"second\"} of d1; keep {days: 4, why: \"third\"} of d2");
  EXPECT_EQ(run(-1), "PAC5005 in d");
  b.otherwise(b.rule_set.decisions[0], {b.effect(true)});
  b.rule_set.decisions[0].otherwise.duties = {keep(b.integer(5), "default")};
  EXPECT_EQ(run(-1),
            "ok {effect: deny} by otherwise; keep {days: 5, why: \"default\"} of otherwise");
}

TEST_F(EffectTest, PermitOverrides) {
  ir::Decision& d = make(HitPolicy::permit_overrides);
  add(d, "d1", 0, true);
  add(d, "p1", 10, false);
  add(d, "d2", 0, true);
  EXPECT_EQ(run(1), "ok {effect: deny} by d1, d2");
  EXPECT_EQ(run(10), "ok {effect: permit} by p1");
}

TEST_F(EffectTest, DutiesFailEvenOfRulesThatLose) {
  ir::Decision& d = make(HitPolicy::deny_overrides);
  add(d, "p", 0, false).duties = {keep(b.input(d, 0), "n")};
  add(d, "d1", 10, true);
  EXPECT_EQ(run(20), "ok {effect: deny} by d1");
  EXPECT_EQ(run(31), "PAC5006 at p in d");
  const ExprId bad = b.op(Op::mod, b.input(b.rule_set.decisions[0], 0), b.integer(0));
  b.rule_set.decisions[0].rules[0].duties = {keep(b.integer(99), "outside"), keep(bad, "n")};
  EXPECT_EQ(run(1), "PAC5006 at p in d") << "a duty's domains come before the next duty";
  b.rule_set.decisions[0].rules[0].duties = {keep(bad, "n"), keep(b.integer(99), "outside")};
  EXPECT_EQ(run(1), "PAC5002 at p in d");
}

TEST_F(EffectTest, OutcomesComeFieldByFieldThenDomainsThenDuties) {
  const ir::RecordId input = b.record("in", {b.field("n", b.int_type())});
  const ir::RecordId output =
      b.record("out", {b.field("x", b.int_type(), b.between(0, 9)), b.field("y", b.int_type())});
  const ir::DutyId duty = b.duty("note", b.record("note", {b.field("n", b.int_type())}));
  ir::Decision& d = b.decision("d", input, output);
  const ExprId n = b.input(d, 0);
  const ExprId bad = b.op(Op::mod, n, b.integer(0));
  const ExprId overflow = b.op(Op::add, n, b.integer(INT64_MAX));
  ir::Rule& rule = b.rule(d, "r", {}, {b.integer(10), bad});
  rule.duties = {{duty, {overflow}}};
  EXPECT_EQ(run(1), "PAC5002 at r in d");
  b.rule_set.decisions[0].rules[0].outcome = {b.integer(10), n};
  EXPECT_EQ(run(1), "PAC5006 at r in d");
  b.rule_set.decisions[0].rules[0].outcome = {b.integer(9), n};
  EXPECT_EQ(run(1), "PAC5001 at r in d");
  EXPECT_EQ(run(0), "ok {x: 9, y: 0} by r; note {n: 9223372036854775807} of r");
}

}  // namespace pac::test
