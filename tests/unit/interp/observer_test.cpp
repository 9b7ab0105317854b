// Observers: what they hear, in which order, and that probing changes nothing.
#include "tests/unit/interp/harness.h"

#include "runtime/interp/activation.h"

namespace pac::test {

using interp::Activation;
using interp::Observer;
using ir::HitPolicy;

namespace {

std::string at(uint32_t item) { return item == ir::kNone ? "" : "[" + std::to_string(item) + "]"; }

// Writes down each event as a word.
class Recorder : public Observer {
 public:
  std::string heard;

  void on_enter(const Activation& a) override { say("enter " + a.decision().name); }
  void on_condition(const Activation&, uint32_t rule, uint32_t item, uint32_t condition,
                    pac_error error, bool holds) override {
    say(std::to_string(rule) + at(item) + "." + std::to_string(condition) +
        (error != PAC_E_NONE ? code(error)
         : holds             ? "+"
                             : "-"));
  }
  void on_rule(const Activation&, uint32_t rule, uint32_t item, bool hit) override {
    say(std::to_string(rule) + at(item) + (hit ? " hit" : " miss"));
  }
  void on_not_effective(const Activation&, uint32_t rule) override {
    say(std::to_string(rule) + " not effective");
  }
  void on_removed(const Activation&, uint32_t rule, uint32_t by) override {
    say(std::to_string(rule) + " removed by " + std::to_string(by));
  }
  void on_outcome(const Activation& a, uint32_t rule, uint32_t item, const void* outcome) override {
    const interp::Values& values = a.program().values;
    const Value x = values.load_field(a.decision().output, 0, outcome);
    say(std::to_string(rule) + at(item) + " gives " +
        values.format(a.program().rules.record(a.decision().output).fields[0].type, x));
  }
  void on_let(const Activation& a, uint32_t let, pac_error error, const Value& value) override {
    say("let " + std::to_string(let) + " = " +
        (error != PAC_E_NONE ? code(error)
                             : a.program().values.format(a.decision().lets[let].type, value)));
  }
  void on_leave(const Activation& a, pac_status status, pac_error error, uint32_t rule) override {
    say("leave " + a.decision().name + " " + std::to_string(status));
    if (error != PAC_E_NONE) say(code(error) + " at " + std::to_string(rule));
  }

 protected:
  void say(const std::string& word) { heard += (heard.empty() ? "" : "; ") + word; }
};

}  // namespace

class ObserverTest : public Harness {
 protected:
  ir::Decision& make(HitPolicy policy) {
    const ir::RecordId input =
        b.record("in", {b.field("n", b.int_type()),
                        b.field("items", b.list_type(b.int_type()), b.items(100)),
                        b.field("as_of", b.date_type())});
    const ir::RecordId output = b.record("out", {b.field("x", b.int_type())});
    ir::Decision& d = b.decision("d", input, output);
    d.policy = policy;
    d.as_of_slot = 2;
    d.roles[2] = ir::SlotRole::context;
    return d;
  }
  ExprId at_least(const ir::Decision& d, int64_t value) {
    return b.op(Op::ge, b.input(d, 0), b.integer(value));
  }
  std::string hear(int64_t n, const std::vector<int64_t>& items = {}) {
    Recorder recorder;
    decide(b.rule_set.find_decision("d"),
           {number(n), Value::of(pac_list{items.data(), static_cast<uint32_t>(items.size()), 0}),
            number(0)},
           &recorder);
    return recorder.heard;
  }
};

TEST_F(ObserverTest, HearsRulesConditionsAndLetsInOrder) {
  ir::Decision& d = make(HitPolicy::first);
  const uint32_t let = b.let(d, b.op(Op::mod, b.integer(10), b.input(d, 0)));
  b.rule(d, "a", {at_least(d, 5), b.op(Op::eq, b.read(d, let), b.integer(0))}, {b.integer(1)});
  b.rule(d, "c", {at_least(d, 0)}, {b.read(d, let)});
  b.rule(d, "e", {}, {b.integer(3)});
  EXPECT_EQ(hear(5), "enter d; 0.0+; let 0 = 0; 0.1+; 0 hit; 0 gives 1; leave d 0");
  EXPECT_EQ(hear(3), "enter d; 0.0-; 0 miss; 1.0+; 1 hit; let 0 = 1; 1 gives 1; leave d 0");
  EXPECT_EQ(hear(0),
            "enter d; 0.0-; 0 miss; 1.0+; 1 hit; let 0 = PAC5002; leave d 2; PAC5002 at 1");
}

TEST_F(ObserverTest, HearsOverridesDatesAndOtherwise) {
  ir::Decision& d = make(HitPolicy::unique_with_exceptions);
  b.rule(d, "a", {}, {b.integer(1)});
  b.rule(d, "c", {at_least(d, 5)}, {b.integer(2)}).overrides = {0};
  ir::Rule& dated = b.rule(d, "e", {}, {b.integer(2)});
  dated.has_effective = true;
  dated.effective_from = dated.effective_to = 1'000;
  EXPECT_EQ(hear(5),
            "enter d; 1.0+; 1 hit; 0 hit; 2 not effective; 0 removed by 1; 1 gives 2; leave d 0");
}

TEST_F(ObserverTest, HearsItemsAndCalledDecisions) {
  ir::Decision& callee =
      b.decision("callee", b.record("c.in", {}), b.record("c.out", {b.field("y", b.int_type())}));
  callee.policy = HitPolicy::result;
  callee.result = {b.integer(6)};
  ir::Decision& d = make(HitPolicy::collect_list);
  d.result_type = b.list_type(b.record_type(d.output));
  const uint32_t v = b.var(d);
  const ExprId limit = b.field(b.call(DecisionId{0}, {}), 0);
  ir::Rule& rule =
      b.rule(d, "a", {b.op(Op::gt, b.var(b.int_type(), v), limit)}, {b.var(b.int_type(), v)});
  rule.each_list = b.input(d, 1);
  rule.each_var = v;
  EXPECT_EQ(hear(0, {5, 9}),
            "enter d; enter callee; leave callee 0; 0[0].0-; 0[0] miss; enter callee; leave callee "
            "0; 0[1].0+; "
            "0[1] hit; 0[1] gives 9; leave d 0");
}

namespace {

// Probes every condition of every rule when the decision is over.
class Prober : public Recorder {
 public:
  void on_leave(const Activation& a, pac_status, pac_error, uint32_t) override {
    std::vector<char> memory(4096);
    for (const ir::Rule& rule : a.decision().rules) {
      for (const ExprId condition : rule.conditions) {
        pac_scratch scratch{memory.data(), memory.data() + memory.size(), nullptr};
        Value holds;
        const pac_error error = a.probe(condition, scratch, holds);
        say(rule.name + (error != PAC_E_NONE ? code(error) : holds.is_true() ? "+" : "-"));
      }
    }
  }
};

}  // namespace

TEST_F(ObserverTest, ProbingTellsWhatWasNotTestedAndChangesNothing) {
  ir::Decision& d = make(HitPolicy::first);
  const uint32_t let = b.let(d, b.op(Op::mod, b.integer(10), b.input(d, 0)));
  b.rule(d, "a", {at_least(d, 0)}, {b.integer(1)});
  b.rule(d, "c", {b.op(Op::eq, b.read(d, let), b.integer(1)), at_least(d, 50)}, {b.integer(2)});
  Prober prober;
  EXPECT_EQ(decide(DecisionId{0}, {number(3), Value::of(pac_list{}), number(0)}, &prober),
            "ok {x: 1} by a");
  EXPECT_TRUE(prober.heard.ends_with("a+; c+; c-")) << prober.heard;
  EXPECT_EQ(prober.heard.find("let"), std::string::npos) << "probes are not heard";
  Prober failing;
  EXPECT_EQ(decide(DecisionId{0}, {number(0), Value::of(pac_list{}), number(0)}, &failing),
            "ok {x: 1} by a");
  EXPECT_TRUE(failing.heard.ends_with("a+; cPAC5002; c-")) << failing.heard;
}

TEST_F(ObserverTest, AProbeCanBindAVariable) {
  ir::Decision& d = make(HitPolicy::first);
  const uint32_t v = b.var(d);
  const ExprId large = b.op(Op::gt, b.var(b.int_type(), v), b.integer(10));
  b.rule(d, "a", {b.quantifier(Op::any, b.input(d, 1), v, large)}, {b.integer(1)});
  b.otherwise(d, {b.integer(0)});
  class Binder : public Recorder {
   public:
    ExprId expr{};
    void on_leave(const Activation& a, pac_status, pac_error, uint32_t) override {
      std::vector<char> memory(4096);
      for (const int64_t item : {5, 50}) {
        pac_scratch scratch{memory.data(), memory.data() + memory.size(), nullptr};
        Value holds;
        ASSERT_EQ(a.probe(expr, 0, number(item), scratch, holds), PAC_E_NONE);
        say(holds.is_true() ? "yes" : "no");
      }
    }
  } binder;
  binder.expr = large;
  const std::vector<int64_t> items = {5};
  decide(DecisionId{0}, {number(3), Value::of(pac_list{items.data(), 1, 0}), number(0)}, &binder);
  EXPECT_TRUE(binder.heard.ends_with("no; yes")) << binder.heard;
}

}  // namespace pac::test
