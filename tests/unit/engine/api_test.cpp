// The public interfaces: pac.h as a C caller sees it, engine.hpp over it.
#include <gtest/gtest.h>

#include "pac/engine.hpp"
#include "runtime/engine/handles.h"
#include "runtime/ir/encode.h"
#include "tests/unit/engine/samples.h"

namespace pac::engine::test {
namespace {

int64_t fixed_clock(void*) { return kNow; }

class Api : public testing::Test {
 protected:
  Api() {
    EngineOptions options;
    options.clock = fixed_clock;
    rules_ = std::make_unique<pac::RuleSet>(make_handle(load(lending()), options));
    risk_ = *rules_->find("risk");
  }
  pac::FieldId field(std::string_view path) { return *rules_->field(risk_, path); }

  std::unique_ptr<pac::RuleSet> rules_;
  pac::DecisionId risk_{};
};

TEST_F(Api, DecidesFromJson) {
  EXPECT_EQ(rules_->decision_count(), 1u);
  EXPECT_EQ(rules_->decision_name(risk_), "lending.risk");
  EXPECT_FALSE(rules_->find("nothing").has_value());
  EXPECT_FALSE(rules_->field(risk_, "nothing").has_value());
  pac::Input input = rules_->input();
  const pac::Decision decision = input.json(risk_, kGoodInput).decide();
  ASSERT_EQ(decision.status(), pac::Status::ok) << decision.json();
  EXPECT_TRUE(decision);
  ASSERT_EQ(decision.fired_count(), 1u);
  EXPECT_EQ(decision.fired(0), "good");
  EXPECT_NE(decision.json().find("\"limit\":\"5000.00\""), std::string::npos);
  std::size_t size = 0;
  EXPECT_NE(decision.output(&size), nullptr);
  EXPECT_GT(size, 0u);
  char small[5];
  EXPECT_EQ(decision.write(small, sizeof small), decision.json().size());
}

TEST_F(Api, RefusalsAreNoDecision) {
  pac::Input input = rules_->input();
  ASSERT_EQ(input.json(risk_, kGoodInput).decide().status(), pac::Status::ok);
  const pac::Decision decision = input.json(risk_, with("720", "900")).decide();
  EXPECT_EQ(decision.status(), pac::Status::refused);
  EXPECT_FALSE(decision);
  ASSERT_EQ(decision.refusal_count(), 1u);
  EXPECT_EQ(decision.refusal(0).code, "PAC5111");
  EXPECT_EQ(decision.refusal(0).path, "credit_score");
  EXPECT_EQ(decision.json(), R"({"status":"refused","path":"credit_score","code":"PAC5111",)"
                             R"("message":"credit_score is 900, allowed is 300 .. 850"})");
  EXPECT_EQ(decision.fired_count(), 0u);
  EXPECT_EQ(decision.output(), nullptr);
  EXPECT_EQ(decision.error(), "");
}

TEST_F(Api, TakesFieldsOneByOne) {
  pac::Input input = rules_->input();
  const pac::Decision decision = input.begin(risk_)
                                     .set(field("applicant.id"), "u1")
                                     .set(field("applicant.birth"), "1990-01-01")
                                     .append(field("applicant.monthly"), R"({"amount":1})")
                                     .set(field("credit_score"), 720)
                                     .set_decimal(field("amount"), 500'000)
                                     .set(field("purpose"), "housing")
                                     .set(field("urgent"), true)
                                     .set_missing(field("grade"))
                                     .finish()
                                     .decide();
  EXPECT_EQ(decision.status(), pac::Status::ok) << decision.json();
}

TEST_F(Api, MisuseIsNeverADecision) {
  pac::Input input = rules_->input();
  EXPECT_EQ(input.decide().status(), pac::Status::refused);               // nothing is bound
  EXPECT_EQ(input.begin(risk_).decide().status(), pac::Status::refused);  // not finished
  ASSERT_EQ(input.json(risk_, kGoodInput).decide().status(), pac::Status::ok);
  EXPECT_EQ(input.json(pac::DecisionId{7}, kGoodInput).decide().status(), pac::Status::refused);
  input.begin(risk_).set(field("applicant.id"), "u1").set(pac::FieldId{999}, 1);
  const pac::Decision decision = input.finish().decide();
  EXPECT_EQ(decision.status(), pac::Status::refused);
  ASSERT_EQ(decision.refusal_count(), 1u);
  EXPECT_EQ(decision.refusal(0).code, "PAC5123");
}

TEST_F(Api, ASetterOutsideOfBeginAndFinishSpoilsTheInput) {
  pac::Input input = rules_->input();
  ASSERT_EQ(input.json(risk_, kGoodInput).decide().status(), pac::Status::ok);
  const pac::Decision decision = input.set(field("urgent"), true).decide();
  EXPECT_EQ(decision.status(), pac::Status::refused);
  ASSERT_EQ(decision.refusal_count(), 1u);
  EXPECT_EQ(decision.refusal(0).code, "PAC5123");
}

class Debts final : public pac::Features {
 public:
  bool read(std::string_view feature, std::string_view key, int64_t now_us,
            pac_feature_value* out) noexcept override {
    asked = std::string(feature) + "/" + std::string(key) + "/" + std::to_string(now_us == kNow);
    *out = {{"4", 1}, kNow, 1, 0};
    return true;
  }
  std::string asked;
};

TEST_F(Api, AsksForFeatures) {
  pac::Input input = rules_->input();
  Debts debts;
  pac::Context context;
  context.features = &debts;
  const pac::Decision decision = input.json(risk_, with("720", "600")).decide(context);
  ASSERT_EQ(decision.status(), pac::Status::ok);
  EXPECT_EQ(decision.fired(0), "indebted");
  EXPECT_EQ(debts.asked, "lending.risk.debts/u1/1");
}

TEST_F(Api, InputsOutliveTheirRuleSet) {
  pac::Input input = rules_->input();
  rules_.reset();
  EXPECT_EQ(input.json(risk_, kGoodInput).decide().status(), pac::Status::ok);
}

TEST(Engine, LoadsTheTextOfIr) {
  pac::Options options;
  options.clock = fixed_clock;
  const pac::Engine made(options);
  auto rules = made.load_ir(ir::encode(lending()));
  ASSERT_TRUE(rules.has_value()) << rules.error().code << rules.error().message;
  pac::Input input = rules->input();
  EXPECT_EQ(input.json(*rules->find("risk"), kGoodInput).decide().status(), pac::Status::ok);
}

TEST(CApi, TakesOptionsOfOlderCallersAndNull) {
  pac_engine* engine = nullptr;
  ASSERT_EQ(pac_engine_new(nullptr, &engine), PAC_DONE);
  pac_engine_free(engine);
  pac_engine_options old{};
  old.size_bytes = offsetof(pac_engine_options, input_memory_bytes);
  old.max_input_bytes = 100;
  old.input_memory_bytes = 1;  // not seen
  ASSERT_EQ(pac_engine_new(&old, &engine), PAC_DONE);
  EXPECT_EQ(engine->options.session.max_input_bytes, 100u);
  EXPECT_GT(engine->options.session.input_memory_bytes, 1u);
  pac_rule_set* rules = nullptr;
  pac_failure failure{};
  failure.size_bytes = sizeof failure;
  EXPECT_EQ(pac_rule_set_load_ir(engine, "{}", 2, &rules, &failure), PAC_FAILED);
  EXPECT_EQ(std::string_view(failure.code).substr(0, 3), "PAC");
  EXPECT_NE(failure.message[0], '\0');
  EXPECT_EQ(pac_rule_set_load_ir(nullptr, "{}", 2, &rules, nullptr), PAC_MISUSED);
  EXPECT_EQ(pac_engine_new(nullptr, nullptr), PAC_MISUSED);
  pac_engine_free(engine);
  pac_engine_free(nullptr);
  pac_rule_set_free(nullptr);
  pac_input_free(nullptr);
}

}  // namespace
}  // namespace pac::engine::test
