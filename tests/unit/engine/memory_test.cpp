// After a session is made, the path from JSON to JSON allocates nothing; and sessions of one rule
// set may run side by side (the thread sanitizer looks on where the build has it).
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "runtime/engine/memory_features.h"
#include "tests/allocations.h"
#include "tests/unit/engine/echo.h"

namespace pac::engine::test {
namespace {

constexpr auto kFirst = static_cast<ir::DecisionId>(0);

TEST(Memory, TheCounterCounts) {
  const uint64_t before = pac::test::allocations();
  std::string text(100, 'x');
  EXPECT_GT(pac::test::allocations(), before) << text;
}

TEST(Memory, FromJsonToJsonNothingIsAllocated) {
  const auto rules = load(lending());
  Session session(rules, {});
  MemoryFeatures features = *MemoryFeatures::parse(
      R"({"debts":{"by_key":{"u1":{"value":4,"at":"2026-02-28T00:00:00Z"}}}})");
  const std::string escaped = with("u1", "\\u00751");
  const std::string refused = with("720", "900");
  Context context;
  context.now_us = kNow;
  context.json = R"({"caller":"café"})";
  char buffer[4096];
  const uint64_t before = pac::test::allocations();
  for (int i = 0; i < 10; ++i) {
    for (const std::string_view text : {kGoodInput, std::string_view(escaped)}) {
      ASSERT_TRUE(session.bind_json(kFirst, text));
      ASSERT_TRUE(session.prepare(context, &features));
      ASSERT_EQ(session.decide(), PAC_OK);
      TextSink sink(buffer, sizeof buffer);
      write_decision(session, sink);
      ASSERT_TRUE(sink.fits());
    }
    ASSERT_FALSE(session.bind_json(kFirst, refused));
    TextSink sink(buffer, sizeof buffer);
    write_refusal(session.refusals()[0], sink);
  }
  EXPECT_EQ(pac::test::allocations() - before, 0u);
}

TEST(Memory, ValuesOfAllTypesNeedNoAllocation) {
  Session session(load(echo()), {});
  std::vector<std::string> texts;
  for (uint64_t seed = 0; seed < 50; ++seed) texts.push_back(EchoText(seed, false).input());
  static char buffer[1 << 16];
  const uint64_t before = pac::test::allocations();
  for (const std::string& text : texts) {
    ASSERT_TRUE(session.bind_json(kFirst, text));
    ASSERT_TRUE(session.prepare({}, nullptr));
    ASSERT_EQ(session.decide(), PAC_OK);
    TextSink sink(buffer, sizeof buffer);
    write_decision(session, sink);
  }
  EXPECT_EQ(pac::test::allocations() - before, 0u);
}

TEST(Memory, SettersAllocateNothing) {
  const auto rules = load(lending());
  Session session(rules, {});
  const InputShape& shape = rules->shape(kFirst).input;
  const PathId id = shape.find("applicant.id"), birth = shape.find("applicant.birth"),
               monthly = shape.find("applicant.monthly"), score = shape.find("credit_score"),
               amount = shape.find("amount"), purpose = shape.find("purpose");
  const uint64_t before = pac::test::allocations();
  session.begin(kFirst);
  session.set_text(id, "u1");
  session.set_date(birth, 0);
  session.set_empty(monthly);
  session.set_int(score, 720);
  session.set_decimal(amount, 100);
  session.set_enum(purpose, "housing");
  ASSERT_TRUE(session.finish()) << told(session);
  EXPECT_EQ(pac::test::allocations() - before, 0u);
}

TEST(Threads, SessionsOfOneRuleSetRunSideBySide) {
  const auto rules = load(lending());
  Context context;
  context.now_us = kNow;
  const std::string bad = with("720", "900");
  const std::string low = with("720", "500");
  std::atomic<int> wrong = 0;
  const auto work = [&] {
    Session session(rules, {});
    char buffer[1024];
    for (int i = 0; i < 500; ++i) {
      if (session.bind_json(kFirst, bad)) ++wrong;
      const bool good = i % 2 == 0;
      if (!session.bind_json(kFirst, good ? kGoodInput : std::string_view(low)) ||
          !session.prepare(context, nullptr) || session.decide() != PAC_OK) {
        ++wrong;
        continue;
      }
      TextSink sink(buffer, sizeof buffer);
      write_decision(session, sink);
      const bool eligible = sink.view().find("\"eligible\":true") != std::string_view::npos;
      if (eligible != good) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace pac::engine::test
