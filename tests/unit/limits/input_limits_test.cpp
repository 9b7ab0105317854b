// The limits of an input: at the limit it is bound, one beyond it is refused with the row's code.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "runtime/engine/csv_binder.h"
#include "runtime/engine/memory_features.h"
#include "tests/unit/engine/samples.h"

namespace pac::engine::test {
namespace {

constexpr auto kFirst = static_cast<ir::DecisionId>(0);

// A decision with nothing but these inputs.
std::shared_ptr<LoadedRuleSet> rules_of(ir::Builder& b, std::vector<ir::Field> inputs) {
  ir::Decision& d = b.decision("d", b.record("in", std::move(inputs)),
                               b.record("out", {b.field("ok", b.bool_type())}));
  d.policy = ir::HitPolicy::result;
  d.result = {b.boolean(true)};
  return load(b.rule_set);
}

// The code of the first refusal; empty: bound.
std::string refusal(Session& session, std::string_view text) {
  if (session.bind_json(kFirst, text)) return "";
  return std::string(code_text(session.refusals()[0].code));
}

TEST(LimitsOfAnInput, BytesOfJson) {
  Session session(load(lending()), {});
  const SessionOptions options;
  EXPECT_EQ(options.max_input_bytes, std::size_t{1} << 20);
  std::string text(kGoodInput);
  text.resize(options.max_input_bytes, ' ');
  EXPECT_EQ(refusal(session, text), "");
  Context context;
  context.now_us = kNow;
  std::string surroundings = R"({"caller":"a"})";
  surroundings.resize(options.max_input_bytes, ' ');
  context.json = surroundings;
  EXPECT_TRUE(session.prepare(context, nullptr)) << told(session);
  surroundings += ' ';
  context.json = surroundings;
  EXPECT_FALSE(session.prepare(context, nullptr));
  EXPECT_EQ(code_text(session.refusals()[0].code), "PAC5102");
  text += ' ';
  EXPECT_EQ(refusal(session, text), "PAC5102");
}

// Where the memory ends is found by halving: below it every size is refused, from it on none.
TEST(LimitsOfAnInput, MemoryOfABoundInput) {
  const auto rules = load(lending());
  const auto refused_with = [&](std::size_t bytes) {
    SessionOptions options;
    options.input_memory_bytes = bytes;
    Session session(rules, options);
    return refusal(session, kGoodInput);
  };
  std::size_t low = kGoodInput.size(), high = 1 << 16;
  ASSERT_EQ(refused_with(high), "");
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (refused_with(middle).empty() ? high : low) = middle;
  }
  EXPECT_EQ(refused_with(low), "PAC5102");
  EXPECT_EQ(SessionOptions().input_memory_bytes, std::size_t{16} << 20);
}

// The longest text of the smallest numbers: the default holds it with room to spare.
TEST(LimitsOfAnInput, TheDefaultMemoryHoldsTheLargestInput) {
  ir::Builder b;
  const std::size_t count = (SessionOptions().max_input_bytes - 8) / 2;
  const auto items = b.items(static_cast<int64_t>(count));
  const ir::TypeId list = b.list_type(b.decimal_type(0));
  Session session(rules_of(b, {b.field("l", list, items)}), {});
  std::string text = R"({"l":[0)";
  for (std::size_t i = 1; i < count - 1; ++i) text += ",0";
  text += "]}";
  ASSERT_GT(text.size(), SessionOptions().max_input_bytes - 16);
  EXPECT_EQ(refusal(session, text), "");
}

CsvReader::Source source(std::string text) {
  return [text = std::move(text), at = std::size_t{0}](char* buffer, std::size_t capacity) mutable {
    const std::size_t size = std::min(capacity, text.size() - at);
    text.copy(buffer, size, at);
    at += size;
    return size;
  };
}

TEST(LimitsOfAnInput, ARowOfCsv) {
  EXPECT_EQ(CsvReader::kMaxRowBytes, std::size_t{1} << 20);
  const auto read = [](std::string row) {
    CsvReader reader(source(std::move(row) + "\nnext\n"));
    const CsvRow first = reader.next();
    EXPECT_EQ(reader.next(), CsvRow::row);
    EXPECT_EQ(reader.cells()[0].text, "next");
    return first;
  };
  EXPECT_EQ(read(std::string(CsvReader::kMaxRowBytes, 'a')), CsvRow::row);
  EXPECT_EQ(read(std::string(CsvReader::kMaxRowBytes + 1, 'a')), CsvRow::too_long);
  EXPECT_EQ(read(std::string(CsvReader::kMaxRowBytes, ',')), CsvRow::row);
  EXPECT_EQ(read(std::string(CsvReader::kMaxRowBytes + 1, ',')), CsvRow::too_long);
}

TEST(LimitsOfAnInput, ARowOfCsvBeyondItIsRefused) {
  ir::Builder b;
  Session session(rules_of(b, {b.field("s", b.string_type())}), {});
  const std::string fits(SessionOptions().max_input_bytes, 'a');
  CsvBinder rows(session, kFirst, source("s\n" + fits + "\n" + fits + "a\nb\n"));
  ASSERT_TRUE(rows.read_header()) << told(session);
  EXPECT_EQ(rows.next(), CsvBinder::Row::bound) << told(session);
  ASSERT_EQ(rows.next(), CsvBinder::Row::refused);
  EXPECT_EQ(code_text(session.refusals()[0].code), "PAC5132");
  EXPECT_EQ(rows.next(), CsvBinder::Row::bound) << told(session);
}

TEST(LimitsOfAnInput, AnIntWithoutADomain) {
  ir::Builder b;
  Session session(rules_of(b, {b.field("x", b.int_type())}), {});
  EXPECT_EQ(refusal(session, R"({"x":9007199254740991})"), "");
  EXPECT_EQ(refusal(session, R"({"x":"-9007199254740991"})"), "");
  EXPECT_EQ(refusal(session, R"({"x":"9007199254740992"})"), "PAC5111");
  EXPECT_EQ(refusal(session, R"({"x":"-9007199254740992"})"), "PAC5111");
}

TEST(LimitsOfAnInput, CollectedRefusals) {
  EXPECT_EQ(kCollectedRefusals, 100u);
  SessionOptions options;
  options.max_refusals = kCollectedRefusals;
  Session all(load(lending()), options), one(load(lending()), {});
  const auto unknown = [](int count) {
    std::string text(kGoodInput.substr(0, kGoodInput.size() - 1));
    for (int i = 0; i < count; ++i) text += ",\"unknown" + std::to_string(i) + "\":1";
    return text + "}";
  };
  for (const int count : {99, 100, 101, 1000}) {
    EXPECT_EQ(refusal(all, unknown(count)), "PAC5104");
    EXPECT_EQ(all.refusals().size(), static_cast<uint32_t>(std::min(count, 100)));
    EXPECT_EQ(refusal(one, unknown(count)), "PAC5104");
    EXPECT_EQ(one.refusals().size(), 1u);
  }
}

// What a decision makes: one text, and all texts and lists together.
TEST(LimitsOfAnInput, ScratchOfADecisionIsTheDocumentedOne) {
  EXPECT_EQ(SessionOptions().scratch_bytes, std::size_t{4} << 20);
  EXPECT_EQ(PAC_MAX_TEXT, 65'535u);
}

}  // namespace
}  // namespace pac::engine::test
