// Binding is shared by the engines, and so is what surrounds a decision: random JSON inputs of
// random programs are refused with the same code at the same path, or decided to the same report,
// in a session that runs the interpreter and in one that runs native code.
#include <gtest/gtest.h>

#include <iostream>

#include "compiler/codegen/native.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/engine/session.h"
#include "runtime/engine/write.h"
#include "tests/differential/answer.h"
#include "tests/differential/generator.h"

namespace pac::differential {
namespace {

class Functions : public engine::NativeFunctions {
 public:
  explicit Functions(std::unique_ptr<codegen::NativeCode> code) : code_(std::move(code)) {}
  pac_decide_fn decide(ir::DecisionId id) const noexcept override { return code_->decide(id); }

 private:
  std::unique_ptr<codegen::NativeCode> code_;
};

// A value that fits the type more often than not.
std::string json_value(const ir::RuleSet& rules, ir::TypeId id, Random& random) {
  const ir::Type& type = rules.type(id);
  if (random.percent(5)) return random.pick({"null", "true", "[]", "{}", "\"x\"", "1e9", "-0"});
  if (type.optional && random.percent(30)) return "null";
  switch (type.kind) {
    case ir::TypeKind::boolean:
      return random.percent(50) ? "true" : "false";
    case ir::TypeKind::integer:
    case ir::TypeKind::decimal:
      return std::to_string(random.between(-3, 12));
    case ir::TypeKind::string:
      return random.pick({"\"\"", "\"a\"", "\"abc\"", "\"red\"", "\"\\u00e4\\ud83d\\ude00\""});
    case ir::TypeKind::enumeration:
      return '"' + random.pick(rules.enums[type.ref].values).wire + '"';
    case ir::TypeKind::effect:
      return random.percent(50) ? "\"permit\"" : "\"deny\"";
    case ir::TypeKind::date:
      return "\"2024-10-0" + std::to_string(random.between(0, 9)) + '"';
    case ir::TypeKind::datetime:
      return "\"2024-10-0" + std::to_string(random.between(1, 9)) + "T01:00:00Z\"";
    case ir::TypeKind::duration:
      return random.pick({"\"PT0S\"", "\"PT86400S\"", "\"PT1.5S\"", "\"-PT60S\""});
    case ir::TypeKind::list:
    case ir::TypeKind::set: {
      std::string items;
      for (int64_t count = random.between(0, 3); count > 0; --count) {
        items += (items.empty() ? "" : ",") + json_value(rules, type.element, random);
      }
      return "[" + items + "]";
    }
    default: {
      std::string fields;
      for (const ir::Field& field : rules.record(static_cast<ir::RecordId>(type.ref)).fields) {
        if (random.percent(2)) continue;
        fields += (fields.empty() ? "\"" : ",\"") + field.name + "\":";
        fields += json_value(rules, field.type, random);
      }
      return "{" + fields + "}";
    }
  }
}

std::string json_of(const ir::RuleSet& rules, const ir::Decision& decision, ir::SlotRole role,
                    Random& random) {
  const std::vector<ir::Field>& fields = rules.record(decision.input).fields;
  std::string text;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (decision.roles[i] != role || random.percent(2)) continue;
    text += (text.empty() ? "\"" : ",\"") + fields[i].name + "\":";
    text += json_value(rules, fields[i].type, random);
  }
  return "{" + text + "}";
}

// Everything that a caller can see.
std::string outcome(engine::Session& session, ir::DecisionId id, const std::string& input,
                    const std::string& context, uint32_t& decided) {
  engine::Context surroundings;
  surroundings.now_us = int64_t{20000} * 86400 * 1000000;
  surroundings.json = context;
  if (session.bind_json(id, input) && session.prepare(surroundings, nullptr)) {
    ++decided;
    session.decide();
    std::string answer;
    tell_answer(session.rules().rule_set(), session.rules().layout(), id, session.result(),
                session.output(), answer);
    return answer;
  }
  std::string answer = "refused";
  for (uint32_t i = 0; i < session.refusals().size(); ++i) {
    const engine::Refusal& refusal = session.refusals()[i];
    answer += ' ' + std::string(engine::code_text(refusal.code)) + " at " +
              std::string(refusal.path.view()) + ": " + std::string(refusal.message.view());
  }
  return answer;
}

TEST(BindingTest, InputsAreRefusedOrDecidedAlikeInBothEngines) {
  constexpr uint32_t kPrograms = 8;
  uint32_t decided = 0;
  uint32_t refused = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const ir::RuleSet rules = Generator(seed).generate(kPrograms);
    auto plain = engine::LoadedRuleSet::load(rules);
    auto fast = engine::LoadedRuleSet::load(rules);
    ASSERT_TRUE(plain.has_value()) << plain.error().message;
    ASSERT_TRUE(fast.has_value()) << fast.error().message;
    const auto object = codegen::compile_object(rules, (*fast)->layout(), {0});
    ASSERT_TRUE(object.has_value()) << object.error().message;
    auto code = codegen::NativeCode::load(*object, rules);
    ASSERT_TRUE(code.has_value()) << code.error().message;
    (*fast)->use_native(std::make_unique<Functions>(std::move(*code)));
    engine::SessionOptions options;
    options.max_refusals = 3;
    engine::Session interpreting(*plain, options);
    engine::Session native(*fast, options);
    Random random(seed);
    for (uint32_t number = 0; number < kPrograms; ++number) {
      const auto id = static_cast<ir::DecisionId>(number);
      for (int i = 0; i < 60; ++i) {
        const std::string input = json_of(rules, rules.decision(id), ir::SlotRole::input, random);
        const std::string context =
            json_of(rules, rules.decision(id), ir::SlotRole::context, random);
        uint32_t native_decided = 0;
        const uint32_t before = decided;
        const std::string expected = outcome(interpreting, id, input, context, decided);
        EXPECT_EQ(outcome(native, id, input, context, native_decided), expected)
            << "seed " << seed << ", decision " << number << ", " << input << " " << context;
        refused += decided == before ? 1 : 0;
      }
    }
  }
  std::cout << decided << " decided, " << refused << " refused\n";
  EXPECT_GT(decided, 50u);
  EXPECT_GT(refused, 50u);
}

}  // namespace
}  // namespace pac::differential
