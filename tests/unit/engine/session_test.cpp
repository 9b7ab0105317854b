// From a bound input to the written decision: context, features, assumes, native code.
#include <gtest/gtest.h>

#include "runtime/engine/memory_features.h"
#include "tests/unit/engine/samples.h"

namespace pac::engine::test {
namespace {

constexpr auto kRisk = static_cast<ir::DecisionId>(0);

class SessionTest : public testing::Test {
 protected:
  Context at_now() const {
    Context context;
    context.now_us = kNow;
    return context;
  }
  // The decision as JSON, or what was refused.
  std::string run(std::string_view input, const Context& context,
                  FeatureSource* features = nullptr) {
    if (!session_.bind_json(kRisk, input)) return told(session_);
    if (!session_.prepare(context, features)) return told(session_);
    session_.decide();
    return decision_json(session_);
  }
  std::string run_features(std::string_view json, const Context& context) {
    Result<MemoryFeatures> features = MemoryFeatures::parse(json);
    if (!features) return features.error().code;
    return run(with("720", "600"), context, &*features);
  }

  std::shared_ptr<LoadedRuleSet> rules_ = load(lending());
  Session session_{rules_, {}};
};

constexpr std::string_view kNobody =
    R"({"decision":"lending.risk","status":"ok","output":{"eligible":false,"limit":"0.00"},"fired":["otherwise"]})";
constexpr std::string_view kIndebted =
    R"({"decision":"lending.risk","status":"ok","output":{"eligible":false,"limit":"0.00","reason":"debts"},)"
    R"("fired":["indebted"]})";

TEST_F(SessionTest, WritesADecisionWithItsDuties) {
  EXPECT_EQ(
      run(kGoodInput, at_now()),
      R"({"decision":"lending.risk","status":"ok","output":{"eligible":true,"limit":"5000.00",)"
      R"("reason":"score"},"fired":["good"],)"
      R"("obligations":[{"name":"record_call","args":{"keep_days":30}}],)"
      R"("advice":[{"name":"call_back","args":{"by":"2026-03-02"}}]})");
}

TEST_F(SessionTest, AsOfIsTheDateOfNowInTheZone) {
  EXPECT_NE(run(kGoodInput, at_now()).find("2026-03-02"), std::string::npos);
  Context given = at_now();
  given.as_of = kMarch1;
  EXPECT_NE(run(kGoodInput, given).find("2026-03-01"), std::string::npos);
  given.json = R"({"as_of":"2026-02-28","tenant":"t","protection":null})";
  EXPECT_NE(run(kGoodInput, given).find("2026-02-28"), std::string::npos);
  Context text;
  text.json = R"({"now":"2026-07-01T20:59:59Z"})";
  EXPECT_NE(run(kGoodInput, text).find("2026-07-01"), std::string::npos);
  text.json = R"({"now":"2026-07-01T21:00:00Z"})";  // summer time: three hours
  EXPECT_NE(run(kGoodInput, text).find("2026-07-02"), std::string::npos);
}

TEST_F(SessionTest, RefusesContext) {
  EXPECT_EQ(run(kGoodInput, {}), "PAC5106 context.as_of: as_of is missing, the decision needs it");
  Context early;
  early.as_of = days_from_civil(2024, 12, 31);
  EXPECT_EQ(run(kGoodInput, early),
            "PAC5111 context.as_of: as_of is 2024-12-31, allowed is >= 2025-01-01");
  Context text = at_now();
  text.json = R"({"as_off":"2026-01-01"})";
  EXPECT_EQ(run(kGoodInput, text),
            "PAC5104 context.as_off: \"as_off\" is not a field here, did you mean \"as_of\"?");
  text.json = R"({"caller":7})";
  EXPECT_EQ(run(kGoodInput, text),
            "PAC5108 context.caller: caller is a number, but must be a string");
  text.json = R"({"now":"yesterday"})";
  EXPECT_EQ(run(kGoodInput, text).substr(0, 20), "PAC5114 context.now:");
  text.json = R"([])";
  EXPECT_EQ(run(kGoodInput, text).substr(0, 16), "PAC5108 context:");
  text.json = {};
  text.caller = std::string_view("a\0b", 3);
  EXPECT_EQ(run(kGoodInput, text).substr(0, 23), "PAC5116 context.caller:");
}

TEST_F(SessionTest, AnotherContextMayFollowARefusedOne) {
  ASSERT_TRUE(session_.bind_json(kRisk, kGoodInput));
  EXPECT_FALSE(session_.prepare({}, nullptr));
  ASSERT_TRUE(session_.prepare(at_now(), nullptr)) << told(session_);
  EXPECT_EQ(session_.decide(), PAC_OK);
  ASSERT_TRUE(session_.prepare(at_now(), nullptr));
  EXPECT_EQ(session_.decide(), PAC_OK);
}

TEST_F(SessionTest, ChecksAssumes) {
  EXPECT_EQ(run(with("720", "399"), at_now()), kNobody);
  std::string low = with("720", "399");
  low.replace(low.find("5000.00"), 7, "5000.01");
  EXPECT_EQ(
      run(low, at_now()),
      "PAC5121 : risk assumes `credit_score >= 400 or amount <= 5000.00`, which this input does "
      "not meet");
  EXPECT_EQ(session_.refusals()[0].assume, 0u);
}

TEST_F(SessionTest, ReadsFeatures) {
  EXPECT_EQ(run(with("720", "600"), at_now()), kNobody);
  EXPECT_EQ(run_features("{}", at_now()), kNobody);
  EXPECT_EQ(run_features(R"({"debts":4})", at_now()), kIndebted);
  EXPECT_EQ(run_features(R"({"lending.risk.debts":4,"debts":0})", at_now()), kIndebted);
  EXPECT_EQ(run_features(R"({"debts":{"by_key":{"u1":4}}})", at_now()), kIndebted);
  EXPECT_EQ(run_features(R"({"debts":{"by_key":{"u2":4}}})", at_now()), kNobody);
  EXPECT_EQ(run_features(R"({"debts":{"by_key":{"u1":{"value":4}}}})", at_now()), kIndebted);
  EXPECT_EQ(run_features(R"({"debts":null})", at_now()), kNobody);
}

TEST_F(SessionTest, FeaturesGrowOld) {
  const auto at = [](std::string_view time) {
    return R"({"debts":{"value":4,"at":")" + std::string(time) + R"("}})";
  };
  EXPECT_EQ(run_features(at("2026-03-01T23:30:00Z"), at_now()), kIndebted);
  EXPECT_EQ(run_features(at("2026-01-30T23:30:00Z"), at_now()),
            kIndebted);  // 30 days to the microsecond
  EXPECT_EQ(run_features(at("2026-01-30T23:29:59.999999Z"), at_now()), kNobody);
  EXPECT_EQ(run_features(at("2026-03-01T23:30:00.000001Z"), at_now()), kNobody);  // not yet known
  Context no_now;
  no_now.as_of = kMarch1;
  EXPECT_EQ(run_features(at("2026-03-01T00:00:00Z"), no_now).substr(0, 23),
            "PAC5106 features.debts:");
  EXPECT_EQ(run_features(R"({"debts":{"value":4,"at":"soon"}})", at_now()), "PAC5124");
  EXPECT_EQ(run_features("[1]", at_now()), "PAC5124");
}

TEST_F(SessionTest, RefusesFeaturesThatAreNoValues) {
  EXPECT_EQ(run_features(R"({"debts":101})", at_now()),
            "PAC5111 features.debts: debts is 101, allowed is 0 .. 100");
  EXPECT_EQ(run_features(R"({"debts":[4]})", at_now()),
            "PAC5108 features.debts: debts is a list, but must be an integer");
  EXPECT_EQ(run_features(R"({"debts":9007199254740993})", at_now()).substr(0, 7), "PAC5109");
}

class NoMatch final : public NativeFunctions {
 public:
  pac_decide_fn decide(ir::DecisionId) const noexcept override {
    return [](const void*, void*, pac_result* result, pac_scratch*) -> uint32_t {
      return result->status = PAC_NO_MATCH;
    };
  }
};

TEST_F(SessionTest, UsesNativeCodeOnceItIsThere) {
  EXPECT_NE(run(kGoodInput, at_now()).find("\"ok\""), std::string::npos);
  rules_->use_native(std::make_unique<NoMatch>());
  EXPECT_EQ(run(kGoodInput, at_now()), R"({"decision":"lending.risk","status":"no_match"})");
}

// Two decisions: `half` divides and may fail, `top` calls it.
TEST(Errors, CarryCodeRuleAndPath) {
  ir::Builder b;
  b.rule_set.package = "p";
  const auto input = b.record("in", {b.field("n", b.int_type())});
  const auto output = b.record("out", {b.field("x", b.decimal_type(0))});
  {
    auto& half = b.decision("half", input, output);
    half.policy = ir::HitPolicy::first;
    b.rule(half, "divide", {},
           {b.round(b.op(ir::Op::quot, b.integer(1), b.input(half, 0)), 0, Rounding::half_up)});
    half.has_otherwise = false;
  }
  auto& top = b.decision("top", input, output);
  top.policy = ir::HitPolicy::unique;
  const auto called = b.field(b.call(static_cast<ir::DecisionId>(0), {b.input(top, 0)}), 0);
  b.rule(top, "one", {b.op(ir::Op::ge, b.input(top, 0), b.integer(0))}, {called});
  b.rule(top, "two", {b.op(ir::Op::ge, b.input(top, 0), b.integer(10))}, {called});
  const auto rules = load(b.rule_set);
  ASSERT_NE(rules, nullptr);
  Session session(rules, {});
  const auto run = [&](std::string_view text) {
    EXPECT_TRUE(session.bind_json(static_cast<ir::DecisionId>(1), text) &&
                session.prepare({}, nullptr));
    session.decide();
    return decision_json(session);
  };
  EXPECT_EQ(run(R"({"n":1})"),
            R"({"decision":"p.top","status":"ok","output":{"x":"1"},"fired":["one"]})");
  EXPECT_EQ(run(R"({"n":0})"),
            R"({"decision":"p.top","status":"error","code":"PAC5002","message":"division by zero",)"
            R"("rule":"divide","path":["p.half"]})");
  EXPECT_EQ(
      run(R"({"n":10})"),
      R"({"decision":"p.top","status":"error","code":"PAC5004","message":"two rules hold that must not )"
      R"(hold together, or that give different outcomes","rule":"one","other":"two"})");
  EXPECT_EQ(
      run(R"({"n":-1})"),
      R"({"decision":"p.top","status":"error","code":"PAC5005","message":"no rule covers this input"})");
}

TEST(Writing, SaysHowMuchRoomItTakes) {
  const auto rules = load(lending());
  Session session(rules, {});
  ASSERT_FALSE(session.bind_json(kRisk, "{\"\\u0001\\n\\\"ä\":1}"));
  char small[10];
  TextSink cut(small, sizeof small);
  write_refusal(session.refusals()[0], cut);
  EXPECT_FALSE(cut.fits());
  std::string whole(cut.size(), ' ');
  TextSink sink(whole.data(), whole.size());
  write_refusal(session.refusals()[0], sink);
  EXPECT_TRUE(sink.fits());
  // The message quotes the name and shows control characters as spaces.
  EXPECT_EQ(whole, R"({"status":"refused","path":"\u0001\n\"ä","code":"PAC5104",)"
                   R"("message":"\"  \"ä\" is not a field here"})");
}

TEST(Loading, RefusesWhatCannotRun) {
  ir::RuleSet broken = lending();
  broken.exprs[0].type = static_cast<ir::TypeId>(999);
  const auto damaged = LoadedRuleSet::load(broken);
  ASSERT_FALSE(damaged.has_value());
  EXPECT_EQ(damaged.error().code.substr(0, 5), "PAC41");
  ir::RuleSet nowhere = lending();
  nowhere.decisions[0].zone = nowhere.zones[0] = "Europe/Nowhere";
  EXPECT_FALSE(LoadedRuleSet::load(nowhere).has_value());
}

TEST(Loading, FindsDecisionsWithAndWithoutPackage) {
  const auto rules = load(lending());
  EXPECT_EQ(rules->find("risk"), kRisk);
  EXPECT_EQ(rules->find("lending.risk"), kRisk);
  EXPECT_EQ(rules->find("lending"), ir::DecisionId::none);
  EXPECT_EQ(rules->find("other.risk"), ir::DecisionId::none);
}

}  // namespace
}  // namespace pac::engine::test
