// Mutation: what tests notice, inputs that tell a mutant, and proofs that none does.
#include "compiler/driver/mutate.h"

#include <gtest/gtest.h>

namespace pac::driver {
namespace {

using State = MutantResult::State;

std::unique_ptr<Compilation> compiled(const std::string& text) {
  auto c = compile_texts({{"t.pac", text}});
  EXPECT_TRUE(c.has_value() && (*c)->checked.has_value());
  return std::move(*c);
}

Mutation mutation_of(const Compilation& c) {
  auto out = mutate(c);
  EXPECT_TRUE(out.has_value());
  return std::move(*out);
}

const MutantResult* find(const Mutation& mutation, const std::string& was, const std::string& now) {
  for (const MutantResult& one : mutation.results) {
    if (one.mutant.was == was && one.mutant.now == now) return &one;
  }
  return nullptr;
}

constexpr const char* kPolicy = R"(package t edition 1
decision d {
  input { score: int in 0 .. 100, level: int in 0 .. 3 }
  output { fine: bool }
  rules first {
    rule high { when score >= 70 then { fine: true } }
    rule odd { when score >= 60 and level > 2 then { fine: true } }
    otherwise { fine: false }
  }
}
)";

TEST(Mutate, KillsWhatTheTestsNotice) {
  const auto c =
      compiled(std::string(kPolicy) +
               "test d \"edge\" { given { score: 70, level: 0 } expect { fine: true } }\n");
  const Mutation mutation = mutation_of(*c);
  const MutantResult* boundary = find(mutation, "score >= 70", "score > 70");
  ASSERT_NE(boundary, nullptr);
  EXPECT_EQ(boundary->state, State::killed);
  EXPECT_EQ(boundary->killed_by, 0u);
  const MutantResult* below = find(mutation, "score >= 70", "score >= 69");
  ASSERT_NE(below, nullptr);
  EXPECT_EQ(below->state, State::survived);
  EXPECT_EQ(json::canonical(below->witness->input), R"({"level":0,"score":69})");
  EXPECT_EQ(mutation.count(State::undecided), 0u);
}

// What an outcome that ranks before hides makes no difference; in a decision that is called too.
TEST(Mutate, KnowsWhatARankingHides) {
  const auto c = compiled(R"(package t edition 1
decision answer {
  input { slow: bool, killed: bool }
  output { class: int, sure: decimal(2) }
  rules by highest sure {
    rule memory { when killed then { class: 1, sure: if slow then 0.70 else 0.90 } }
    rule time { when slow then { class: 2, sure: 0.80 } }
    otherwise { class: 0, sure: 0.00 }
  }
}
decision all {
  input { slow: bool, killed: bool }
  output { is_memory: bool }
  result { is_memory: answer(slow: slow, killed: killed and not slow).class == 1 }
}
)");
  const Mutation mutation = mutation_of(*c);
  const MutantResult* hidden = find(mutation, "0.70", "0.71");
  ASSERT_NE(hidden, nullptr);
  EXPECT_EQ(hidden->state, State::equivalent);
  const MutantResult* shown = find(mutation, "0.90", "0.91");
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(shown->state, State::survived);
}

// A payment between two limits, an hour of a zone, a name in a set and one that is another's.
TEST(Mutate, FindsInputsBehindFunctionsSetsAndTexts) {
  const auto c = compiled(R"(package t edition 1
use std.finance
use std.time
decision loan {
  input { amount: decimal(2) in 1.00 .. 100_000.00, months: int in 1 .. 120 }
  output { heavy: bool }
  let low  = annuity(amount, 0.0740, months, 2, half_up)
  let high = annuity(amount, 0.0960, months, 2, half_up)
  result { heavy: high > 350.00 and low <= 350.00 and months < 30 }
}
decision access {
  context { now: datetime, zone "Europe/Helsinki" }
  input { roles: set<string> max 8 items, asks: string, allows: string, at: datetime }
  output { ok: bool }
  let hour = local_hour(now, "Europe/Helsinki")
  result { ok: "writer" in roles and asks != allows and now - at <= 24 hours and hour in 7 ..< 19 }
}
)");
  const Mutation mutation = mutation_of(*c);
  for (const auto& [was, now] : {std::pair{"high > 350.00", "high >= 350.00"},
                                 {"low <= 350.00", "low < 350.00"},
                                 {"hour in 7 ..< 19", "hour in 7 .. 19"},
                                 {"asks != allows", "asks == allows"}}) {
    const MutantResult* one = find(mutation, was, now);
    ASSERT_NE(one, nullptr) << was;
    EXPECT_EQ(one->state, State::survived) << was << ": " << one->reason;
  }
}

TEST(Mutate, ProvesThatAMistakeMakesNoDifference) {
  const auto c = compiled(R"(package t edition 1
decision d {
  input { n: int in 0 .. 9, e: int in 5 .. 9 }
  output { k: int }
  rules first {
    rule low { when n < 3 then { k: 1 } }
    rule middle { when n in 3 .. 5 then { k: 2 } }
    rule all { when e >= 5 then { k: 3 } }
    otherwise { k: 4 }
  }
}
)");
  const Mutation mutation = mutation_of(*c);
  // What lies below 3 is decided before.
  const MutantResult* wider = find(mutation, "n in 3 .. 5", "n in 2 .. 5");
  ASSERT_NE(wider, nullptr);
  EXPECT_EQ(wider->state, State::equivalent);
  const MutantResult* narrower = find(mutation, "n in 3 .. 5", "n in 3 ..< 5");
  ASSERT_NE(narrower, nullptr);
  EXPECT_EQ(narrower->state, State::survived);
  EXPECT_EQ(mutation.count(State::undecided), 0u);
  const std::string table = mutation_table(*c, mutation);
  EXPECT_NE(table.find("told by"), std::string::npos);
}

// What is missing can't be compared: a mutant that forgets to ask ends in an error, and the proof
// knows it.
TEST(Mutate, AnErrorIsADifference) {
  const auto c = compiled(R"(package t edition 1
decision d {
  input { n: int? in 0 .. 9 }
  output { k: int }
  rules first {
    rule low { when n is present and n >= 0 then { k: 1 } }
    otherwise { k: 4 }
  }
}
)");
  const Mutation mutation = mutation_of(*c);
  const MutantResult* forgets = find(mutation, "n is present", "left out");
  ASSERT_NE(forgets, nullptr);
  EXPECT_EQ(forgets->state, State::survived);
  EXPECT_NE(forgets->mutant_answer.find("\"error\""), std::string::npos);
  const MutantResult* idle = find(mutation, "n >= 0", "left out");
  ASSERT_NE(idle, nullptr);
  EXPECT_EQ(idle->state, State::equivalent);
}

TEST(Mutate, TheScoreLeavesOutWhatIsProvedEquivalent) {
  Mutation mutation;
  for (const State state : {State::killed, State::killed, State::killed, State::survived,
                            State::equivalent, State::invalid}) {
    mutation.results.emplace_back();
    mutation.results.back().state = state;
  }
  EXPECT_DOUBLE_EQ(mutation.score(), 0.75);
}

}  // namespace
}  // namespace pac::driver
