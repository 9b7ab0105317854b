// Columns through the public interface: each row is answered as by itself, by both engines.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "pac/engine.hpp"
#include "runtime/engine/handles.h"

namespace pac::driver {
namespace {

constexpr const char* kPolicy = R"(package columns edition 1
enum Kind { small, large "LARGE", odd }
record Person { name: string max 12 chars, birth: date >= 1900-01-01 }
record Nick { text: string }
decision rate {
  context { as_of: date, caller: string? }
  input {
    who:    Person
    kind:   Kind?
    amount: decimal(2) in 0.00 .. 1_000.00
    wide:   decimal(20)?
    count:  int
    member: bool
    at:     datetime?
    nick:   Nick?
  }
  output { level: Kind, rate: decimal(4) in 0.0000 .. 1_000.0000, sum: decimal(20)?, text: string?, day: date, on: bool }
  assume count < 1000
  let whom = caller default "nobody"
  rules first {
    rule odd_ones { when kind default small == odd then { level: odd, rate: 0.5000, sum: wide, text: "{who.name} {whom}", day: who.birth, on: member } }
    rule members  { when member and amount > 10.00 then { level: large, rate: round(amount / 7, 4, half_even), sum: missing, text: who.name, day: as_of, on: true } }
    rule late     { when at is present and count > 5 then { level: small, rate: 1, sum: missing, text: missing, day: who.birth, on: false } }
    rule failing  { when count < 0 then { level: small, rate: round(1 / (count + 1), 4, half_even), sum: missing, text: "", day: as_of, on: false } }
  }
}
decision listed {
  input { items: list<int> max 3 items }
  output { n: int }
  result { n: len(items) }
}
)";

class Columns : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    const auto compiled = compile_texts({{"columns.pac", kPolicy}});
    ASSERT_TRUE(compiled.has_value() && (*compiled)->checked);
    auto loaded = load((*compiled)->checked->rules, {GetParam(), 0});
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    rules_ = std::make_unique<pac::RuleSet>(engine::make_handle(*loaded, {}));
    rate_ = *rules_->find("rate");
  }
  pac::FieldId field(std::string_view path) { return *rules_->field(rate_, path); }

  std::unique_ptr<pac::RuleSet> rules_;
  pac::DecisionId rate_{};
};

// Texts one behind the other.
struct Texts {
  std::string bytes;
  std::vector<uint64_t> offsets{0};
  void add(std::string_view text) {
    bytes += text;
    offsets.push_back(bytes.size());
  }
  TextColumn column() const { return {bytes, offsets}; }
};

// One table of inputs, in columns and as JSON.
struct Table {
  Texts names, births, wides;
  std::vector<uint32_t> kinds;
  std::vector<int64_t> amounts, counts, ats;
  std::vector<uint8_t> members, has_kind, has_wide, has_at;
  std::vector<std::string> json;

  void add(std::mt19937_64& random) {
    static constexpr std::string_view kNames[] = {"Ada", "\xC3\x84ke", "",
                                                  "a name that is too long"};
    static constexpr std::string_view kBirths[] = {"1990-01-01", "1890-01-01", "soon",
                                                   "2000-02-29"};
    static constexpr std::string_view kWides[] = {
        "12.50", "123456789012345678.00000000000000000001", "x", "-3"};
    static constexpr std::string_view kKinds[] = {"small", "LARGE", "odd"};
    const uint64_t mostly = random() % 8;
    const auto name = kNames[mostly == 0 ? random() % 4 : random() % 3];
    const auto birth = kBirths[mostly == 1 ? random() % 4 : 0];
    const auto wide = kWides[mostly == 2 ? random() % 4 : random() % 2];
    const auto kind = static_cast<uint32_t>(mostly == 3 ? random() % 4 : random() % 3);
    const auto amount = static_cast<int64_t>(random() % (mostly == 4 ? 200'000 : 100'001));
    const auto count = static_cast<int64_t>(random() % (mostly == 5 ? 2000 : 8)) - 3;
    const auto at = static_cast<int64_t>(random() % 1'000'000'000'000);
    names.add(name);
    births.add(birth);
    wides.add(wide);
    kinds.push_back(kind);
    amounts.push_back(amount);
    counts.push_back(count);
    ats.push_back(at / 1'000'000 * 1'000'000);
    members.push_back(random() % 2);
    has_kind.push_back(random() % 4 != 0);
    has_wide.push_back(random() % 2);
    has_at.push_back(random() % 2);
    const auto cents = std::to_string(amount % 100 + 100).substr(1);
    std::string text = "{\"who\":{\"name\":\"" + std::string(name) + "\",\"birth\":\"" +
                       std::string(birth) + "\"},\"amount\":\"" + std::to_string(amount / 100) +
                       "." + cents + "\",\"count\":" + std::to_string(count) +
                       ",\"member\":" + (members.back() ? "true" : "false");
    if (has_kind.back()) {
      text += ",\"kind\":\"" + std::string(kind < 3 ? kKinds[kind] : "none") + "\"";
    }
    if (has_wide.back()) text += ",\"wide\":\"" + std::string(wide) + "\"";
    if (has_at.back()) text += ",\"at\":\"" + instant(ats.back()) + "\"";
    json.push_back(text + "}");
  }

  static std::string instant(int64_t us) {  // within the first 12 days of 1970
    const int64_t seconds = us / 1'000'000;
    const auto two = [](int64_t n) { return std::to_string(n + 100).substr(1); };
    return "1970-01-" + two(seconds / 86'400 + 1) + "T" + two(seconds / 3600 % 24) + ":" +
           two(seconds / 60 % 60) + ":" + two(seconds % 60) + "Z";
  }
};

template <typename T>
T at(const pac_column& column, size_t row) {
  T value;
  std::memcpy(&value, static_cast<const char*>(column.values) + row * sizeof value, sizeof value);
  return value;
}

TEST_P(Columns, EachRowIsAnsweredAsByItself) {
  std::mt19937_64 random(42);
  Table table;
  for (int i = 0; i < 3000; ++i) table.add(random);
  pac::Batch batch = rules_->batch(rate_);
  batch.column(field("who.name"), table.names.column())
      .column(field("who.birth"), table.births.column())
      .column(field("kind"), table.kinds, table.has_kind)
      .column(field("amount"), table.amounts)
      .column(field("wide"), table.wides.column(), table.has_wide)
      .column(field("count"), table.counts)
      .column(field("member"), table.members)
      .column(field("at"), table.ats, table.has_at);
  pac::Context context;
  context.as_of_days = 20'000;
  context.caller = "desk";
  ASSERT_TRUE(batch.decide(table.json.size(), context)) << batch.fault();
  ASSERT_EQ(batch.rows(), table.json.size());
  const auto level = *batch.find_output("level");
  const auto rate = *batch.find_output("rate");
  const auto text = *batch.find_output("text");
  const pac_column levels = batch.output(level), rates = batch.output(rate),
                   texts = batch.output(text), sums = batch.output(*batch.find_output("sum")),
                   days = batch.output(*batch.find_output("day"));
  EXPECT_FALSE(batch.find_output("nothing").has_value());
  pac::Input input = rules_->input();
  size_t counts[4] = {};
  for (size_t i = 0; i < table.json.size(); ++i) {
    const pac::Decision alone = input.json(rate_, table.json[i]).decide(context);
    ASSERT_EQ(batch.status(i), alone.status()) << table.json[i] << alone.json() << batch.code(i);
    ++counts[static_cast<size_t>(alone.status())];
    const std::string answer = alone.json();
    switch (alone.status()) {
      case pac::Status::ok: {
        EXPECT_EQ(batch.fired(i), alone.fired(0));
        EXPECT_EQ(batch.code(i), 0u);
        std::string own =
            "\"level\":\"" + std::string(batch.output_name(level, at<uint32_t>(levels, i))) + "\"";
        EXPECT_NE(answer.find(own), std::string::npos) << own << answer;
        own = std::to_string(at<int64_t>(rates, i) % 10'000 + 10'000).substr(1);
        own = "\"rate\":\"" + std::to_string(at<int64_t>(rates, i) / 10'000) + "." + own + "\"";
        EXPECT_NE(answer.find(own), std::string::npos) << own << answer;
        EXPECT_EQ(texts.present[i] != 0, answer.find("\"text\":") != std::string::npos);
        EXPECT_EQ(sums.present[i] != 0, answer.find("\"sum\":") != std::string::npos);
        EXPECT_EQ(days.present[i], 1);
        own = "\"text\":\"" +
              std::string(static_cast<const char*>(texts.values) + texts.offsets[i],
                          texts.offsets[i + 1] - texts.offsets[i]) +
              "\"";
        if (texts.present[i] != 0) {
          EXPECT_NE(answer.find(own), std::string::npos) << own << answer;
        }
        break;
      }
      case pac::Status::refused:
        EXPECT_EQ("PAC" + std::to_string(batch.code(i)), alone.refusal(0).code) << table.json[i];
        break;
      default:
        EXPECT_EQ(alone.status() == pac::Status::error ? "PAC" + std::to_string(batch.code(i)) : "",
                  alone.error());
        EXPECT_EQ(batch.fired(i), "");
        EXPECT_EQ(levels.present[i], 0);
    }
  }
  EXPECT_GT(counts[0], 1000u);
  EXPECT_GT(counts[2], 50u);
  EXPECT_GT(counts[3], 300u);
}

TEST_P(Columns, IsUsedAgainWithMoreRowsOrFewer) {
  std::mt19937_64 random(1);
  pac::Batch batch = rules_->batch(rate_);
  pac::Context context;
  context.as_of_days = 20'000;
  for (const size_t rows : {0u, 3u, 1000u, 2u}) {
    Table table;
    for (size_t i = 0; i < rows; ++i) table.add(random);
    batch.column(field("who.name"), table.names.column())
        .column(field("who.birth"), table.births.column())
        .column(field("amount"), table.amounts)
        .column(field("count"), table.counts)
        .column(field("member"), table.members);
    ASSERT_TRUE(batch.decide(rows, context)) << batch.fault();
    EXPECT_EQ(batch.rows(), rows);
  }
  // Without a context each row is refused, for the same reason.
  ASSERT_TRUE(batch.decide(0));
}

TEST_P(Columns, AContextThatIsMissingRefusesEachRow) {
  std::mt19937_64 random(1);
  Table table;
  for (int i = 0; i < 5; ++i) table.add(random);
  pac::Batch batch = rules_->batch(rate_);
  const std::vector<uint8_t> one(5, 1);
  Texts names;
  Texts births;
  for (int i = 0; i < 5; ++i) names.add("Ada"), births.add("1990-01-01");
  const std::vector<int64_t> zeros(5, 0);
  batch.column(field("who.name"), names.column())
      .column(field("who.birth"), births.column())
      .column(field("amount"), zeros)
      .column(field("count"), zeros)
      .column(field("member"), one);
  ASSERT_TRUE(batch.decide(5));
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(batch.status(i), pac::Status::refused);
    EXPECT_EQ(batch.code(i), 5106u);
  }
}

TEST_P(Columns, MisuseIsSaidInWords) {
  const auto fault = [&](pac::DecisionId decision, auto use) {
    pac::Batch batch = rules_->batch(decision);
    use(batch);
    EXPECT_FALSE(batch.decide(1));
    EXPECT_EQ(batch.rows(), 0u);
    return std::string(batch.fault());
  };
  const std::vector<int64_t> ints(1, 0);
  const std::vector<uint8_t> bytes(1, 0);
  Texts text;
  text.add("x");
  EXPECT_EQ(fault(rate_, [](pac::Batch&) {}), "amount has no column");
  EXPECT_EQ(fault(rate_, [&](pac::Batch& b) { b.column(field("who"), text.column()); }),
            "who is a record: give each of its fields a column");
  EXPECT_EQ(fault(rate_, [&](pac::Batch& b) { b.column(field("amount"), bytes); }),
            "a column of this type does not fit amount");
  EXPECT_EQ(fault(rate_, [&](pac::Batch& b) { b.column(pac::FieldId{999}, ints); }),
            "the decision has no input of this number");
  EXPECT_EQ(fault(rate_,
                  [&](pac::Batch& b) {
                    b.column(field("amount"), ints)
                        .column(field("count"), ints)
                        .column(field("member"), bytes)
                        .column(field("who.name"), text.column())
                        .column(field("who.birth"), text.column())
                        .column(field("nick.text"), text.column());
                  }),
            "nick.text lies in a record that may be missing, which has no columns");
  const auto listed = *rules_->find("listed");
  EXPECT_EQ(fault(listed,
                  [&](pac::Batch& b) { b.column(*rules_->field(listed, "items"), text.column()); }),
            "items is a list, which has no columns");
}

INSTANTIATE_TEST_SUITE_P(Engines, Columns, testing::Values(Engine::interp, Engine::native),
                         [](const auto& of) {
                           return of.param == Engine::interp ? "Interpreter" : "Native";
                         });

}  // namespace
}  // namespace pac::driver
