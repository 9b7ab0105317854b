// The verifier's checks of decisions: slots, features, lets, rules, hit policies, calls.
#include <gtest/gtest.h>

#include "runtime/abi.h"
#include "runtime/ir/limits.h"
#include "tests/unit/ir/damage.h"

namespace pac::ir {
namespace {

using test::refuses;
using test::Sample;
using test::takes;

TEST(VerifyDecision, RecordsAndTypesExist) {
  refuses("PAC4102", "record does not exist", [](Sample& s) { s.loan().input = RecordId{99}; });
  refuses("PAC4102", "record does not exist", [](Sample& s) { s.loan().output = RecordId::none; });
  refuses("PAC4102", "result's type", [](Sample& s) { s.loan().result_type = TypeId{999}; });
  refuses("PAC4102", "duty", [](Sample& s) { s.rs().duties[0].arguments = RecordId{99}; });
  refuses("PAC4110", "hit policy", [](Sample& s) { s.loan().policy = static_cast<HitPolicy>(99); });
}

TEST(VerifyDecision, Slots) {
  refuses("PAC4109", "one role per input", [](Sample& s) { s.loan().roles.pop_back(); });
  refuses("PAC4109", "unknown role",
          [](Sample& s) { s.loan().roles[0] = static_cast<SlotRole>(9); });
  refuses("PAC4109", "come before", [](Sample& s) { s.loan().roles[0] = SlotRole::context; });
  refuses("PAC4109", "`as_of`", [](Sample& s) { s.loan().as_of_slot = 99; });
  refuses("PAC4109", "`as_of`", [](Sample& s) { s.loan().as_of_slot = 5; });
  refuses("PAC4109", "`as_of`", [](Sample& s) { s.limit().roles[0] = SlotRole::input; });
  refuses("PAC4109", "`now`", [](Sample& s) { s.loan().now_slot = 4; });
  refuses("PAC4109", "no greatest number",
          [](Sample& s) { s.rs().records[index(s.loan_in)].fields[2].domain = DomainId::none; });
  refuses("PAC4109", "no greatest number", [](Sample& s) {
    s.rs().records[index(s.loan_in)].fields[2].domain = s.b.items(kMaxListItems + 1);
  });
  refuses("PAC4109", "time zone", [](Sample& s) { s.rs().zones.clear(); });
}

TEST(VerifyDecision, Features) {
  refuses("PAC4109", "one feature per slot", [](Sample& s) { s.loan().features.clear(); });
  refuses("PAC4109", "next slot", [](Sample& s) { s.loan().features[0].slot = 5; });
  refuses("PAC4109", "not optional",
          [](Sample& s) { s.rs().records[index(s.loan_in)].fields[6].type = s.b.int_type(); });
  refuses("PAC4109", "maximum age", [](Sample& s) { s.loan().features[0].max_age_us = -2; });
  refuses("PAC4102", "key", [](Sample& s) { s.loan().features[0].key = ExprId::none; });
  refuses("PAC4109", "key reads a feature",
          [](Sample& s) { s.loan().features[0].key = s.b.input(s.loan(), 6); });
  refuses("PAC4109", "key reads a let",
          [](Sample& s) { s.loan().features[0].key = s.b.read(s.loan(), 0); });
  refuses("PAC4103", "quotient as its key", [](Sample& s) {
    s.loan().features[0].key = s.b.op(Op::quot, s.b.integer(1), s.b.integer(2));
  });
  refuses("PAC4109", "calls a decision", [](Sample& s) {
    const ExprId call = s.b.call(DecisionId{1}, {s.b.input(s.loan(), 4)});
    s.loan().assumes[0] = s.b.op(Op::eq, call, call);
  });
  refuses("PAC4109", "reads a feature",
          [](Sample& s) { s.loan().assumes[0] = s.b.op(Op::is_present, s.b.input(s.loan(), 6)); });
  refuses("PAC4103", "assume is no bool", [](Sample& s) { s.loan().assumes[0] = s.b.integer(1); });
  refuses("PAC4102", "assume", [](Sample& s) { s.loan().assumes[0] = ExprId{9'999}; });
}

TEST(VerifyDecision, InputsAndLetsAreReadAsTheyAre) {
  const auto outcome = [](Sample& s, ExprId reason) { s.loan().rules[0].outcome[1] = reason; };
  const auto read = [](Op op, TypeId type, uint32_t i) {
    return Expr{op, type, i, kNone, kNone, 0, 0, 0};
  };
  refuses("PAC4102", "an input that does not exist",
          [&](Sample& s) { outcome(s, s.rs().add(read(Op::input, s.b.string_type(), 7))); });
  refuses("PAC4103", "`amount` is read as string",
          [&](Sample& s) { outcome(s, s.rs().add(read(Op::input, s.b.string_type(), 0))); });
  refuses("PAC4102", "a let that does not exist",
          [&](Sample& s) { outcome(s, s.rs().add(read(Op::let, s.b.string_type(), 2))); });
  refuses("PAC4103", "let 0 is read as string",
          [&](Sample& s) { outcome(s, s.rs().add(read(Op::let, s.b.string_type(), 0))); });
}

TEST(VerifyDecision, Lets) {
  refuses("PAC4102", "let 0", [](Sample& s) { s.loan().lets[0].value = ExprId{9'999}; });
  refuses("PAC4102", "let 0", [](Sample& s) { s.loan().lets[0].type = TypeId{9'999}; });
  refuses("PAC4102", "let 0", [](Sample& s) { s.loan().lets[0].domain = DomainId{9'999}; });
  refuses("PAC4103", "let 0 has type", [](Sample& s) { s.loan().lets[0].value = s.b.integer(1); });
  refuses("PAC4113", "itself or a later",
          [](Sample& s) { s.loan().lets[0].value = s.b.op(Op::neg, s.b.read(s.loan(), 0)); });
  refuses("PAC4113", "is read and not bound", [](Sample& s) {
    s.loan().var_count = 1;
    s.loan().lets[1].value = s.b.var(s.b.int_type(), 0);
  });
}

TEST(VerifyDecision, SlotsOfVariablesBelongToOneLetOrToTheRules) {
  const auto count = [](Sample& s, uint32_t slot) {
    return s.b.quantifier(Op::count, s.b.input(s.loan(), 2), slot, ExprId::none);
  };
  refuses("PAC4113", "does not exist", [&](Sample& s) { s.b.let(s.loan(), count(s, 0)); });
  refuses("PAC4113", "in a let and elsewhere", [&](Sample& s) {
    s.loan().var_count = 1;
    s.b.let(s.loan(), count(s, 0));
    s.b.let(s.loan(), s.b.op(Op::neg, count(s, 0)));
  });
  refuses("PAC4113", "in a let and elsewhere", [&](Sample& s) {
    s.loan().var_count = 1;
    s.b.let(s.loan(), count(s, 0));
    s.loan().rules[0].conditions.push_back(s.b.op(Op::eq, count(s, 0), s.b.integer(1)));
  });
  refuses("PAC4113", "in a let and elsewhere", [&](Sample& s) {
    s.loan().var_count = 1;
    s.b.let(s.loan(), count(s, 0));
    s.loan().otherwise.outcome[0] = s.b.op(Op::eq, count(s, 0), s.b.integer(1));
  });
  takes([&](Sample& s) {
    s.loan().var_count = 2;
    s.b.let(s.loan(), count(s, 0));
    const ExprId condition = s.b.op(Op::eq, count(s, 1), s.b.integer(1));
    s.loan().rules[0].conditions.push_back(condition);
    s.loan().rules[1].conditions.push_back(condition);
  });
}

TEST(VerifyDecision, Rules) {
  refuses("PAC4103", "rule `base`: a condition is no bool",
          [](Sample& s) { s.loan().rules[0].conditions[0] = s.b.integer(1); });
  refuses("PAC4102", "a condition",
          [](Sample& s) { s.loan().rules[0].conditions[0] = ExprId{9'999}; });
  refuses("PAC4110", "one outcome per output",
          [](Sample& s) { s.loan().rules[0].outcome.pop_back(); });
  refuses("PAC4103", "an outcome has type int; string is wanted",
          [](Sample& s) { s.loan().rules[0].outcome[1] = s.b.integer(1); });
  refuses("PAC4102", "an outcome", [](Sample& s) { s.loan().otherwise.outcome[1] = ExprId::none; });
  refuses("PAC4102", "duty", [](Sample& s) { s.loan().rules[0].duties[0].duty = DutyId{9}; });
  refuses("PAC4110", "argument per field",
          [](Sample& s) { s.loan().rules[0].duties[0].arguments.clear(); });
  refuses("PAC4103", "duty's argument",
          [](Sample& s) { s.loan().rules[0].duties[0].arguments[0] = s.b.integer(1); });
  refuses("PAC4110", "no `as_of`", [](Sample& s) { s.loan().as_of_slot = kNone; });
  refuses("PAC4110", "wrong order", [](Sample& s) { s.loan().rules[1].effective_to = 0; });
  refuses("PAC4110", "out of range", [](Sample& s) { s.loan().rules[1].effective_to = 4'000'000; });
  refuses("PAC4110", "not in force", [](Sample& s) { s.loan().rules[0].effective_to = 1; });
  refuses("PAC4110", "nothing but an outcome", [](Sample& s) { s.loan().otherwise.priority = 1; });
  refuses("PAC4110", "nothing but an outcome", [](Sample& s) { s.loan().otherwise.name = "else"; });
  refuses("PAC4110", "not in force", [](Sample& s) { s.loan().has_otherwise = false; });
}

TEST(VerifyDecision, ForEach) {
  refuses("PAC4113", "without a `for each`", [](Sample& s) { s.loan().rules[0].each_var = 0; });
  refuses("PAC4110", "does not collect", [](Sample& s) {
    s.loan().rules[0].each_list = s.b.input(s.loan(), 2);
    s.loan().rules[0].each_var = 0;
  });
  refuses("PAC4102", "list of `for each`",
          [](Sample& s) { s.score().rules[0].each_list = ExprId{9'999}; });
  refuses("PAC4103", "over a list",
          [](Sample& s) { s.score().rules[0].each_list = s.b.integer(1); });
  refuses("PAC4113", "does not exist", [](Sample& s) { s.score().rules[0].each_var = 2; });
  refuses("PAC4113", "is read and not bound", [](Sample& s) { s.score().rules[0].each_var = 1; });
  refuses("PAC4113", "is read and not bound",
          [](Sample& s) { s.score().rules[1].conditions = s.score().rules[0].conditions; });
  refuses("PAC4113", "another type", [](Sample& s) {
    const ExprId wrong = s.b.var(s.b.bool_type(), 0);
    s.score().rules[0].conditions.push_back(wrong);
  });
  refuses("PAC4113", "bound again in its rule", [](Sample& s) {
    const ExprId inner = s.b.quantifier(Op::any, s.b.input(s.score(), 0), 0, s.b.boolean(true));
    s.score().rules[0].conditions.push_back(inner);
  });
}

TEST(VerifyDecision, ResultsAndPolicies) {
  refuses("PAC4109", "not its output record",
          [](Sample& s) { s.loan().result_type = s.b.int_type(); });
  refuses("PAC4109", "no record", [](Sample& s) {
    s.loan().policy = HitPolicy::collect_folds;
    s.loan().result_type = s.b.int_type();
  });
  refuses("PAC4109", "no list of its output",
          [](Sample& s) { s.score().policy = HitPolicy::collect_list; });
  refuses("PAC4109", "one effect", [](Sample& s) { s.loan().policy = HitPolicy::deny_overrides; });
  refuses("PAC4110", "has no rules",
          [](Sample& s) { s.b.rule(s.limit(), "r", {}, s.limit().result); });
  refuses("PAC4110", "one outcome per output", [](Sample& s) { s.limit().result.clear(); });
  refuses("PAC4110", "no result of its own", [](Sample& s) { s.loan().result = s.limit().result; });
  refuses("PAC4110", "folds under", [](Sample& s) { s.loan().folds = s.score().folds; });
  refuses("PAC4110", "one fold per field", [](Sample& s) { s.score().folds.pop_back(); });
  refuses("PAC4110", "kind of fold",
          [](Sample& s) { s.score().folds[0].kind = static_cast<FoldKind>(9); });
  refuses("PAC4102", "column of a fold", [](Sample& s) { s.score().folds[0].column = 9; });
  refuses("PAC4102", "column of a fold", [](Sample& s) { s.score().folds[1].column = 0; });
  refuses("PAC4103", "`best`", [](Sample& s) { s.score().folds[2].kind = FoldKind::sum; });
  refuses("PAC4103", "`total`", [](Sample& s) { s.score().folds[0].kind = FoldKind::min; });
  refuses("PAC4103", "`hits`", [](Sample& s) { s.score().folds[1].kind = FoldKind::rule_list; });
}

void rank(Sample& s, HitPolicy policy, RankedColumn column) {
  s.loan().policy = policy;
  s.loan().rules[1].overrides.clear();
  s.loan().ranking = {std::move(column)};
}

TEST(VerifyDecision, Rankings) {
  const auto values = [](Sample& s) {
    std::vector<ConstantId> list;
    for (int i = 0; i < 2; ++i)
      list.push_back(s.rs().intern(Constant{s.b.enum_type(s.level), false, i, {}}));
    return list;
  };
  takes([&](Sample& s) { rank(s, HitPolicy::by_outcome, {2, false, values(s)}); });
  takes([&](Sample& s) { rank(s, HitPolicy::by_highest, {2, true, {}}); });
  refuses("PAC4110", "nothing ranks", [&](Sample& s) {
    rank(s, HitPolicy::by_highest, {2, true, {}});
    s.loan().ranking.clear();
  });
  refuses("PAC4110", "a ranking under", [&](Sample& s) { rank(s, HitPolicy::any, {2, true, {}}); });
  refuses("PAC4110", "highest value",
          [&](Sample& s) { rank(s, HitPolicy::by_highest, {1, true, {}}); });
  refuses("PAC4110", "without values",
          [&](Sample& s) { rank(s, HitPolicy::by_outcome, {2, false, {}}); });
  refuses("PAC4102", "ranked column",
          [&](Sample& s) { rank(s, HitPolicy::by_highest, {3, true, {}}); });
  refuses("PAC4102", "ranked value",
          [&](Sample& s) { rank(s, HitPolicy::by_outcome, {2, false, {ConstantId{9'999}}}); });
  refuses("PAC4103", "`ok`",
          [&](Sample& s) { rank(s, HitPolicy::by_outcome, {0, false, values(s)}); });
  refuses("PAC4110", "twice", [&](Sample& s) {
    rank(s, HitPolicy::by_outcome, {2, false, {values(s)[0], values(s)[0]}});
  });
}

TEST(VerifyDecision, Overrides) {
  refuses("PAC4110", "under a hit policy", [](Sample& s) { s.loan().policy = HitPolicy::unique; });
  refuses("PAC4110", "twice", [](Sample& s) { s.loan().rules[1].overrides = {0, 0}; });
  refuses("PAC4102", "overridden", [](Sample& s) { s.loan().rules[1].overrides = {2}; });
  refuses("PAC4110", "circle", [](Sample& s) { s.loan().rules[1].overrides = {1}; });
  refuses("PAC4110", "circle", [](Sample& s) { s.loan().rules[0].overrides = {1}; });
  refuses("PAC4101", "pairs of rules", [](Sample& s) {
    for (uint32_t i = 2; i < 3'000; ++i) {
      s.b.rule(s.loan(), "r" + std::to_string(i), {}, s.loan().rules[0].outcome).overrides = {i -
                                                                                              1};
    }
  });
}

// A decision with one input and one output that is the value of `make(decision)`.
template <typename Make>
DecisionId add_int_decision(Sample& s, const std::string& name, Make make) {
  const RecordId in = s.b.record(name + ".in", {s.b.field("x", s.b.int_type())});
  const RecordId out = s.b.record(name + ".out", {s.b.field("y", s.b.int_type())});
  Decision& d = s.b.decision(name, in, out);
  d.policy = HitPolicy::result;
  d.result = {make(d)};
  return static_cast<DecisionId>(s.rs().decisions.size() - 1);
}

TEST(VerifyCalls, OnlyEarlierDecisions) {
  refuses("PAC4111", "does not come before", [](Sample& s) {
    std::swap(s.score(), s.loan());
    for (Expr& expr : s.rs().exprs) {
      if (expr.op == Op::call && expr.a == 0) expr.a = 2;
    }
  });
}

void chain(Sample& s, uint32_t count) {
  DecisionId last = add_int_decision(s, "d1", [&](Decision& d) { return s.b.input(d, 0); });
  for (uint32_t i = 2; i <= count; ++i) {
    last = add_int_decision(s, "d" + std::to_string(i), [&](Decision& d) {
      return s.b.field(s.b.call(last, {s.b.input(d, 0)}), 0);
    });
  }
}

TEST(VerifyCalls, ChainsAreBounded) {
  takes([](Sample& s) { chain(s, PAC_MAX_CALL_DEPTH); });
  refuses("PAC4111", "chain", [](Sample& s) { chain(s, PAC_MAX_CALL_DEPTH + 1); });
}

TEST(VerifyCalls, StepsAreBounded) {
  refuses("PAC4112", "too many steps", [](Sample& s) {  // 1024^4, through calls
    const auto double_up = [&](ExprId value) {
      for (int i = 0; i < 10; ++i) value = s.b.op(Op::add, value, value);
      return value;
    };
    DecisionId last =
        add_int_decision(s, "d1", [&](Decision& d) { return double_up(s.b.input(d, 0)); });
    for (int i = 2; i <= 4; ++i) {
      last = add_int_decision(s, "d" + std::to_string(i), [&](Decision& d) {
        return double_up(s.b.field(s.b.call(last, {s.b.input(d, 0)}), 0));
      });
    }
  });
  refuses("PAC4112", "too many steps", [](Sample& s) {  // 2^40, within one expression
    add_int_decision(s, "d1", [&](Decision& d) {
      ExprId value = s.b.input(d, 0);
      for (int i = 0; i < 40; ++i) value = s.b.op(Op::add, value, value);
      return value;
    });
  });
}

TEST(VerifyCalls, LetsNestToABoundedDepth) {
  const auto lets = [](Sample& s, uint32_t count) {
    add_int_decision(s, "d1", [&](Decision& d) {
      s.b.let(d, s.b.input(d, 0));
      for (uint32_t i = 1; i < count; ++i) s.b.let(d, s.b.op(Op::neg, s.b.read(d, i - 1)));
      return s.b.read(d, count - 1);
    });
  };
  takes([&](Sample& s) { lets(s, kMaxEvaluationDepth / 2 - 1); });
  refuses("PAC4112", "through lets and calls", [&](Sample& s) { lets(s, kMaxEvaluationDepth); });
}

}  // namespace
}  // namespace pac::ir
