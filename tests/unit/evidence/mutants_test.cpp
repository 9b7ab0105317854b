// Small random decisions: what is proved equivalent gives the same answer to every input, what
// survives is told by its witness.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/driver/mutate.h"
#include "compiler/driver/run_tests.h"
#include "runtime/engine/session.h"
#include "tests/analyze/table.h"

namespace pac::driver {
namespace {

using State = MutantResult::State;

// Every input of a table as JSON.
std::vector<std::string> inputs_of(const ir::RuleSet& rules, const analyze_check::Table& table) {
  std::vector<std::string> out{"{"};
  for (size_t f = 0; f < table.fields.size(); ++f) {
    const analyze_check::Field& field = table.fields[f];
    const ir::Type& type = rules.type(rules.record(rules.decisions.back().input).fields[f].type);
    std::vector<std::string> next;
    for (const std::string& begin : out) {
      for (const std::string& literal : field.literals) {
        const bool is_plain = type.kind == ir::TypeKind::integer ||
                              type.kind == ir::TypeKind::boolean || literal.front() == '"';
        next.push_back(literal == "missing"
                           ? begin
                           : begin + (begin == "{" ? "" : ",") + "\"" + field.name +
                                 "\":" + (is_plain ? literal : "\"" + literal + "\""));
      }
    }
    out = std::move(next);
  }
  for (std::string& one : out) one += "}";
  return out;
}

TEST(Mutants, ProvedEquivalentMeansNoInputTells) {
  size_t equivalent = 0, survived = 0, undecided = 0;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const analyze_check::Table table = analyze_check::make_table(seed);
    auto c = compile_texts({{"t.pac", analyze_check::to_policy(table)}});
    ASSERT_TRUE(c.has_value() && (*c)->checked.has_value());
    const ir::RuleSet& rules = (*c)->checked->rules;
    const auto mutation = mutate(**c);
    ASSERT_TRUE(mutation.has_value());
    survived += mutation->count(State::survived);
    undecided += mutation->count(State::undecided);
    const auto inputs = inputs_of(rules, table);
    if (inputs.size() > 2000) continue;
    auto original = load(rules, {Engine::interp, 2});
    ASSERT_TRUE(original.has_value());
    engine::Session session(*original, small_session());
    std::vector<std::string> answers;
    const auto ask = [&](engine::Session& of, const std::string& input) {
      const auto answer = answer_to(
          of, {static_cast<ir::DecisionId>(rules.decisions.size() - 1), input, "{}", "{}", "", ""});
      EXPECT_TRUE(answer.has_value());
      return *answer;
    };
    for (const std::string& input : inputs) answers.push_back(ask(session, input));
    EXPECT_TRUE(std::ranges::any_of(answers, [](const std::string& one) {
      return one.find("\"ok\"") != std::string::npos;
    })) << answers[0];
    for (const MutantResult& one : mutation->results) {
      if (one.state != State::equivalent) continue;
      ++equivalent;
      auto changed = load(analyze::mutated(rules, one.mutant), {Engine::interp, 2});
      ASSERT_TRUE(changed.has_value());
      engine::Session other(*changed, small_session());
      for (size_t i = 0; i < inputs.size(); ++i) {
        ASSERT_TRUE(looks_same(answers[i], ask(other, inputs[i])))
            << "seed " << seed << "\n"
            << analyze_check::to_policy(table) << one.mutant.was << " -> " << one.mutant.now << "\n"
            << inputs[i] << "\n"
            << answers[i];
      }
    }
  }
  EXPECT_GT(equivalent, 30u);
  EXPECT_GT(survived, 30u);
  // Not all is settled yet (35 when this was written); more would be a step back.
  EXPECT_LE(undecided, 35u);
}

}  // namespace
}  // namespace pac::driver
