// pac build: what it refuses, what it finds, and that the same sources give the same bytes.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/bundle/schema.h"
#include "compiler/driver/witness.h"
#include "runtime/base/json.h"
#include "tests/unit/bundle/sample.h"

namespace pac::driver::test {
namespace {

TEST(Build, SameSourcesSameBytes) {
  const auto key = key_of(1);
  const BuildOptions options{true, "1", {&key}};
  const Built first = built(options), second = built(options);
  ASSERT_FALSE(first.bytes.empty());
  EXPECT_EQ(first.bytes, second.bytes);
  EXPECT_EQ(first.test_count, 1u);
}

TEST(Build, AComment_ChangesTheBundleDigestOnly) {
  const Built first = built({false, "1", {}});
  const Built second = built({false, "1", {}}, std::string(kPolicy) + "// a comment\n");
  EXPECT_NE(first.digest, second.digest);
  const auto a = engine::Bundle::load(first.bytes, {}), b = engine::Bundle::load(second.bytes, {});
  ASSERT_TRUE(a.has_value() && b.has_value());
  EXPECT_EQ((*a)->manifest().decisions, (*b)->manifest().decisions);
}

TEST(Build, NativeObjectsAndSignaturesAreOutsideTheDigest) {
  const auto key = key_of(1);
  EXPECT_EQ(built({true, "1", {&key}}).digest, built({false, "2", {}}).digest);
}

TEST(Build, FindsAWitnessForEachRule) {
  const Built out = built({false, "1", {}});
  EXPECT_TRUE(out.without.empty()) << out.without[0];
  EXPECT_EQ(out.witness_count, 3u);
}

TEST(Build, NamesRulesWithoutAWitness) {
  std::string text = kPolicy;
  const std::string rule = "rule far { when land default \"\" == \"Iceland\"";
  text.replace(text.find(rule), rule.size(), "rule far { when score > 700 and score < 701");
  EXPECT_EQ(built({false, "1", {}}, text).without, std::vector<std::string>{"limit.far"});
}

TEST(Build, AFailedTestRefusesTheBundle) {
  std::string text = kPolicy;
  text.replace(text.find("{ granted: true } by"), 17, "{ granted: false }");
  const Built out = built({true, "1", {}}, text);
  EXPECT_TRUE(out.bytes.empty());
  ASSERT_EQ(out.problems.size(), 1u);
  EXPECT_NE(out.problems[0].find("granted: expected false, got true"), std::string::npos)
      << out.problems[0];
}

TEST(Witnesses, TellWhenAnAnswerChanged) {
  const auto bundle = engine::Bundle::load(built({false, "1", {}}).bytes, {});
  ASSERT_TRUE(bundle.has_value());
  const auto& rules = (*bundle)->rules();
  auto file = decode_witnesses(rules->rule_set(), *(*bundle)->member(engine::kWitnessesMember));
  ASSERT_TRUE(file.has_value()) << file.error().message;
  ASSERT_EQ(file->generated.size(), 3u);
  auto same = compare_answers(rules, file->generated, Engine::interp);
  ASSERT_TRUE(same.has_value());
  EXPECT_TRUE(same->empty());
  file->generated[0].answer = "{}";
  EXPECT_EQ(compare_answers(rules, file->generated, Engine::interp)->size(), 1u);
  EXPECT_FALSE(decode_witnesses(rules->rule_set(), "{}").has_value());
}

TEST(Schema, SaysTypesAndDomains) {
  const auto c = compiled();
  const auto input = json::parse(bundle::input_schema(c->checked->rules, ir::DecisionId{0}));
  ASSERT_TRUE(input.has_value());
  const json::Value* properties = input->find("properties");
  ASSERT_NE(properties, nullptr);
  EXPECT_EQ(
      json::canonical(*properties->find("score")),
      R"({"anyOf":[{"maximum":850,"minimum":300,"type":"integer"},{"pattern":"^-?(0|[1-9][0-9]*)$","type":"string"}]})");
  EXPECT_EQ(json::canonical(*input->find("required")), R"(["score","amount"])");
  EXPECT_EQ(properties->find("as_of"), nullptr);
  EXPECT_EQ(properties->find("amount")->find("anyOf")->elements()[0].find("maximum")->as_double(),
            1000.0);
  const std::string output = bundle::output_schema(c->checked->rules, ir::DecisionId{0});
  EXPECT_NE(output.find(R"("granted":{"type":"boolean"})"), std::string::npos) << output;
}

}  // namespace
}  // namespace pac::driver::test
