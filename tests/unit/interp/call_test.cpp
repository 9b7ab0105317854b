// Calls between decisions, features, assumes.
#include "tests/unit/interp/harness.h"

namespace pac::test {

using ir::HitPolicy;

class CallTest : public Harness {
 protected:
  // callee { n: int in 0 .. 100, m: int } -> { x: int, name: string }; x = 100 mod m by rule
  // `divide` where n >= 10, else gap.
  void SetUp() override {
    const ir::RecordId input = b.record(
        "callee.in", {b.field("n", b.int_type(), b.between(0, 100)), b.field("m", b.int_type())});
    const ir::RecordId output =
        b.record("callee.out", {b.field("x", b.int_type()), b.field("name", b.string_type())});
    ir::Decision& d = b.decision("callee", input, output);
    d.policy = HitPolicy::first;
    const ExprId inverse = b.op(Op::mod, b.integer(100), b.input(d, 1));
    b.rule(d, "divide", {b.op(Op::ge, b.input(d, 0), b.integer(10))},
           {inverse, b.ops(Op::template_, {b.text("n="), b.input(d, 0)})});
  }
  // caller { n: int, m: int } -> { y: int }: rule `all`.
  ir::Decision& make_caller(const char* name = "caller") {
    const ir::RecordId input = b.record(std::string(name) + ".in",
                                        {b.field("n", b.int_type()), b.field("m", b.int_type())});
    const ir::RecordId output = b.record(std::string(name) + ".out", {b.field("y", b.int_type())});
    ir::Decision& d = b.decision(name, input, output);
    d.policy = HitPolicy::first;
    return d;
  }
  ExprId call(const ir::Decision& caller, const char* callee = "callee") {
    return b.call(b.rule_set.find_decision(callee), {b.input(caller, 0), b.input(caller, 1)});
  }
  std::string run(int64_t n, int64_t m, const char* name = "caller") {
    return decide(b.rule_set.find_decision(name), {number(n), number(m)});
  }
};

TEST_F(CallTest, ResultsAreRecords) {
  ir::Decision& d = make_caller();
  b.rule(d, "all", {b.op(Op::eq, b.field(call(d), 1), b.text("n=50"))}, {b.field(call(d), 0)});
  b.otherwise(d, {b.integer(-1)});
  EXPECT_EQ(run(50, 30), "ok {y: 10} by all");
  EXPECT_EQ(run(51, 30), "ok {y: -1} by otherwise");
}

TEST_F(CallTest, ErrorsCarryTheInnermostRuleAndThePath) {
  ir::Decision& d = make_caller();
  b.rule(d, "never", {b.op(Op::lt, b.input(d, 0), b.integer(-1000))}, {b.integer(0)});
  b.rule(d, "all", {}, {b.field(call(d), 0)});
  EXPECT_EQ(run(50, 0), "PAC5002 at divide in callee < caller");
  EXPECT_EQ(run(5, 1), "PAC5005 in callee < caller");
  ir::Decision& outer = make_caller("outer");
  outer.policy = HitPolicy::result;
  outer.result = {b.field(call(outer, "caller"), 0)};
  EXPECT_EQ(run(50, 0, "outer"), "PAC5002 at divide in callee < caller < outer");
  EXPECT_EQ(run(50, 30, "outer"), "ok {y: 10}");
}

TEST_F(CallTest, ArgumentsOutsideTheirDomainAreTheCallersFault) {
  ir::Decision& d = make_caller();
  b.rule(d, "all", {}, {b.field(call(d), 0)});
  EXPECT_EQ(run(101, 1), "PAC5006 at all in caller");
  EXPECT_EQ(run(-1, 1), "PAC5006 at all in caller");
  EXPECT_EQ(run(100, 1), "ok {y: 0} by all");
}

TEST_F(CallTest, AssumesAreTheCallersFaultToo) {
  ir::Decision& callee = b.rule_set.decisions[0];
  callee.assumes = {b.op(Op::le, b.op(Op::mod, b.integer(1), b.input(callee, 1)), b.integer(5)),
                    b.op(Op::lt, b.input(callee, 1), b.integer(50))};
  ir::Decision& d = make_caller();
  b.rule(d, "all", {}, {b.field(call(d), 0)});
  EXPECT_EQ(run(50, 30), "ok {y: 10} by all");
  EXPECT_EQ(run(50, 50), "PAC5006 at all in caller");
  EXPECT_EQ(run(50, 0), "PAC5002 at all in caller") << "an assume that fails is that error";
  EXPECT_EQ(run(101, 0), "PAC5006 at all in caller") << "domains come first";
  EXPECT_EQ(run(101, 0, "callee"), "PAC5002 at divide in callee")
      << "decide() takes assumes as checked";
}

TEST_F(CallTest, AssumesAreCheckedForBinding) {
  ir::Decision& callee = b.rule_set.decisions[0];
  callee.assumes = {b.op(Op::le, b.op(Op::mod, b.integer(1), b.input(callee, 1)), b.integer(5)),
                    b.op(Op::lt, b.input(callee, 1), b.integer(50))};
  load();
  const auto check = [&](int64_t m) {
    pac_scratch scratch = fresh_scratch();
    const std::vector<char> record = input_record(DecisionId{0}, {number(1), number(m)});
    return interpreter_->check_assumes(DecisionId{0}, record.data(), &scratch);
  };
  EXPECT_EQ(check(49).failed, ir::kNone);
  EXPECT_EQ(check(50).failed, 1u);
  EXPECT_EQ(check(50).error, PAC_E_NONE);
  EXPECT_EQ(check(0).failed, 0u);
  EXPECT_EQ(check(0).error, PAC_E_DIVISION_BY_ZERO);
}

TEST_F(CallTest, NoMatchOfAPartialCalleeIsMissing) {
  b.rule_set.decisions[0].partial = true;
  ir::Decision& d = make_caller();
  const ExprId x = b.field(call(d), 0);
  b.rule(d, "all", {}, {b.op(Op::default_, x, b.integer(-1))});
  EXPECT_EQ(run(5, 30), "ok {y: -1} by all");
  EXPECT_EQ(run(50, 30), "ok {y: 10} by all");
  EXPECT_EQ(run(50, 0), "PAC5002 at divide in callee < caller") << "an error is never missing";
}

TEST_F(CallTest, ALetSharesOneCall) {
  ir::Decision& d = make_caller();
  const uint32_t let = b.let(d, call(d));
  b.rule(d, "all", {b.op(Op::ge, b.field(b.read(d, let), 0), b.integer(0))},
         {b.field(b.read(d, let), 0)});
  EXPECT_EQ(run(50, 30), "ok {y: 10} by all");
  EXPECT_EQ(run(50, 0), "PAC5002 at divide in callee < caller");
}

TEST_F(CallTest, CallsInALoopGiveTheirMemoryBack) {
  ir::Decision& d = make_caller();
  const uint32_t v = b.var(d);
  std::vector<ExprId> items;
  for (int i = 0; i < 300; ++i) items.push_back(b.integer(i % 50 + 10));
  const ExprId callee = b.call(DecisionId{0}, {b.var(b.int_type(), v), b.integer(7)});
  b.rule(d, "all", {}, {b.fold(Op::sum, b.ops(Op::make_list, items), v, b.field(callee, 0))});
  // What stays of a call is its record of 32 bytes and a text of four.
  scratch_size = 300 * 48 + 20'000;
  EXPECT_EQ(run(0, 0), "ok {y: 600} by all");
}

TEST_F(CallTest, FeaturesAreRequiredOnEntering) {
  const ir::RecordId input =
      b.record("f.in", {b.field("n", b.int_type()), b.field("score", b.optional(b.int_type())),
                        b.field("risk", b.optional(b.int_type()))});
  const ir::RecordId output = b.record("f.out", {b.field("x", b.int_type())});
  ir::Decision& d = b.decision("f", input, output);
  d.policy = HitPolicy::first;
  d.roles[1] = d.roles[2] = ir::SlotRole::feature;
  d.features = {{1, "score", true, b.input(d, 0), -1}, {2, "risk", false, b.input(d, 0), -1}};
  b.rule(d, "r", {},
         {b.op(Op::add, b.op(Op::unwrap, b.input(d, 1)),
               b.op(Op::default_, b.input(d, 2), b.integer(1)))});
  const DecisionId id = b.rule_set.find_decision("f");
  EXPECT_EQ(decide(id, {number(1), number(5), number(7)}), "ok {x: 12} by r");
  EXPECT_EQ(decide(id, {number(1), number(5), Value::missing()}), "ok {x: 6} by r");
  EXPECT_EQ(decide(id, {number(1), Value::missing(), number(7)}), "PAC5007 in f");
}

TEST_F(CallTest, DutiesAndFiredRulesOfACalleeAreNotReported) {
  const ir::DutyId duty = b.duty("note", b.record("note", {b.field("n", b.int_type())}));
  b.rule_set.decisions[0].rules[0].duties = {
      {duty,
       {b.op(Op::mod, b.integer(9),
             b.op(Op::sub, b.input(b.rule_set.decisions[0], 0), b.integer(60)))}}};
  ir::Decision& d = make_caller();
  b.rule(d, "all", {}, {b.field(call(d), 0)});
  EXPECT_EQ(run(50, 30), "ok {y: 10} by all");
  EXPECT_EQ(run(60, 30), "PAC5002 at divide in callee < caller") << "but they are evaluated";
  EXPECT_EQ(run(50, 30, "callee"), "ok {x: 10, name: \"n=50\"} by divide; note {n: -1} of divide");
}

TEST_F(CallTest, TheDeepestChainOfCalls) {
  std::string callee = "callee";
  for (uint32_t i = 1; i < PAC_MAX_CALL_DEPTH; ++i) {
    const std::string name = "c" + std::to_string(i);
    ir::Decision& d = make_caller(name.c_str());
    d.policy = HitPolicy::result;
    d.result = {b.field(call(d, callee.c_str()), 0)};
    callee = name;
  }
  EXPECT_EQ(run(50, 30, callee.c_str()), "ok {y: 10}");
  const std::string failed = run(50, 0, callee.c_str());
  EXPECT_TRUE(failed.starts_with("PAC5002 at divide in callee < c1 < c2")) << failed;
  EXPECT_TRUE(failed.ends_with("c30 < c31")) << failed;
}

TEST_F(CallTest, AListCanBeTheResult) {
  const ir::RecordId input = b.record("l.in", {b.field("n", b.int_type())});
  const ir::RecordId output = b.record("l.out", {b.field("x", b.int_type())});
  ir::Decision& list = b.decision("list", input, output);
  list.policy = HitPolicy::collect_list;
  list.result_type = b.list_type(b.record_type(output));
  b.rule(list, "a", {}, {b.input(list, 0)});
  b.rule(list, "c", {}, {b.integer(7)});
  ir::Decision& d = make_caller();
  const uint32_t v = b.var(d);
  const ExprId items = b.call(b.rule_set.find_decision("list"), {b.input(d, 0)});
  b.rule(d, "all", {}, {b.fold(Op::sum, items, v, b.field(b.var(b.record_type(output), v), 0))});
  EXPECT_EQ(run(5, 0), "ok {y: 12} by all");
}

}  // namespace pac::test
