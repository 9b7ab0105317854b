// Rows that a batch tells apart many at once (runtime/engine/batch_kernel.h) get the outcomes that
// they get one by one: refused ones, odd ones, and those whose answer was learned from another.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "runtime/engine/batch.h"

namespace pac::driver {
namespace {

constexpr const char* kPolicy = R"(package blocks edition 1
enum Kind { small, large, odd }
record Person { name: string max 8 chars }
decision rate {
  context { as_of: date }
  input {
    age:    int in 18 .. 99
    amount: decimal(2) in 0.00 .. 9_999.99
    kind:   Kind
    member: bool?
    note:   string max 12 chars
    free:   int
    who:    Person
  }
  output { level: Kind, text: string?, rate: decimal(4) in 0.0000 .. 9.9999, note: string }
  rules first {
    rule old    { when as_of >= 2026-01-01 and age >= 90 then { level: odd, text: missing, rate: 0.1000, note: "old" } }
    rule ends   { when age > 85 and note ends_with "kl" then { level: odd, text: "ends", rate: 0.3000, note: "kl" } }
    rule finish { when age > 85 and note ends_with "c" then { level: odd, text: "ends", rate: 0.4000, note: "c" } }
    rule final  { when age > 85 and note ends_with "hcho" then { level: odd, text: "ends", rate: 0.5000, note: "o" } }
    rule last   { when age > 85 and note ends_with "zz" then { level: odd, text: "ends", rate: 0.6000, note: "zz" } }
    rule same   { when note == "echo" then { level: small, text: "said", rate: 1, note: note } }
    rule wide   { when amount > 5_000.00 and kind in {small, odd} then { level: large, text: "wide", rate: 2.5000, note: "" } }
    rule loyal  { when member is present and member and note starts_with "ab" then { level: large, text: "\u{e4}", rate: 0.7500, note: "loyal" } }
    rule plenty { when free > 1_000_000 then { level: small, text: missing, rate: 9.9999, note: "plenty" } }
    rule young  { when age < 30 and not (kind == large) then { level: small, text: "young", rate: 0.0001, note: "young" } }
    rule other  { when age < 60 then { level: odd, text: "other", rate: 0.2000, note: "other" } }
  }
}
)";

struct Texts {
  std::string bytes;
  std::vector<uint64_t> offsets{0};
  void add(std::string_view text) {
    bytes += text;
    offsets.push_back(bytes.size());
  }
};

struct Table {
  std::vector<int64_t> ages, amounts, frees;
  std::vector<uint32_t> kinds;
  std::vector<uint8_t> members, has_member, has_age;
  Texts notes, names;

  // `oddity`: of a hundred rows, so many are refused or unusual, each in one way.
  Table(uint64_t seed, size_t rows, uint32_t oddity) {
    std::mt19937_64 random(seed);
    static constexpr std::string_view kNotes[] = {
        "", "echo", "abc", "ab", "abcdefghijkl", "\xC3\xA4\xC3\xB6", "zz"};
    for (size_t i = 0; i < rows; ++i) {
      const uint64_t odd = random() % 100 < oddity ? 1 + random() % 8 : 0;
      ages.push_back(odd == 1 ? 17 : 18 + static_cast<int64_t>(random() % 82));
      amounts.push_back(odd == 2 ? 1'000'000 : static_cast<int64_t>(random() % 1'000'000));
      kinds.push_back(odd == 3 ? 3 : static_cast<uint32_t>(random() % 3));
      frees.push_back(odd == 4 ? int64_t{1} << 60 : static_cast<int64_t>(random() % 1'100'000));
      members.push_back(static_cast<uint8_t>(random() % 2));
      has_member.push_back(random() % 3 != 0);
      has_age.push_back(odd == 5 ? 0 : 1);
      notes.add(odd == 6   ? std::string_view("\xff\xfe")
                : odd == 7 ? std::string_view("a\0b", 3)
                : odd == 8 ? std::string_view("thirteen char")
                           : kNotes[random() % 7]);
      names.add(random() % 50 == 0 && oddity > 0 ? "too long a name" : "name");
    }
  }

  void give(engine::Batch& batch) const {
    const engine::InputShape& shape = batch.rules().shape(batch.decision()).input;
    const auto set = [&](const char* field, engine::ColumnType type, const void* values,
                         const uint64_t* offsets = nullptr, const uint8_t* present = nullptr) {
      EXPECT_EQ(batch.set_column(shape.find(field), {type, values, offsets, present}), "");
    };
    using enum engine::ColumnType;
    set("age", int64, ages.data(), nullptr, has_age.data());
    set("amount", int64, amounts.data());
    set("kind", uint32, kinds.data());
    set("member", bool8, members.data(), nullptr, has_member.data());
    set("note", text, notes.bytes.data(), notes.offsets.data());
    set("free", int64, frees.data());
    set("who.name", text, names.bytes.data(), names.offsets.data());
  }
};

// Everything that a batch says.
std::vector<std::string> outcomes(const engine::Batch& batch) {
  std::vector<std::string> out;
  for (size_t row = 0; row < batch.rows(); ++row) {
    std::string text = std::to_string(batch.status()[row]) + " " +
                       std::to_string(batch.fired()[row]) + " " +
                       std::to_string(batch.codes()[row]);
    for (uint32_t i = 0; i < batch.output_count(); ++i) {
      const engine::Column column = batch.output(i);
      const auto* const values = static_cast<const char*>(column.values);
      const size_t size = engine::size_of(column.type);
      text += column.present[row] != 0 ? " +" : " -";
      if (column.type == engine::ColumnType::text) {
        const uint64_t begin = column.offsets[row];
        text.append(values + begin, column.offsets[row + 1] - begin);
      } else {
        text.append(values + row * size, size);
      }
    }
    out.push_back(std::move(text));
  }
  return out;
}

class Blocks : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    const auto compiled = compile_texts({{"blocks.pac", kPolicy}});
    ASSERT_TRUE(compiled.has_value() && (*compiled)->checked);
    auto loaded = load((*compiled)->checked->rules, {GetParam(), 0});
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    rules_ = *loaded;
    rate_ = rules_->find("rate");
  }
  static engine::Context as_of(int32_t days) {
    engine::Context context;
    context.as_of = days;
    return context;
  }
  std::shared_ptr<engine::LoadedRuleSet> rules_;
  ir::DecisionId rate_{};
};

TEST_P(Blocks, SayWhatRowsSayOneByOne) {
  engine::SessionOptions plain;
  plain.finds_in_blocks = false;
  engine::Batch blocks(rules_, rate_, {}), one_by_one(rules_, rate_, plain);
  const int32_t days[] = {20'000, 20'600, 20'000};  // before and after the rule for the old
  size_t told = 0, refused = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const Table table(seed, seed == 12 ? 1 : 100 * seed + 57, seed % 3 == 0 ? 30 : 0);
    table.give(blocks);
    table.give(one_by_one);
    const engine::Context context = as_of(days[seed % 3]);
    ASSERT_EQ(blocks.decide(table.ages.size(), context, nullptr), "");
    ASSERT_EQ(one_by_one.decide(table.ages.size(), context, nullptr), "");
    const auto expected = outcomes(one_by_one), got = outcomes(blocks);
    for (size_t row = 0; row < expected.size(); ++row)
      ASSERT_EQ(got[row], expected[row]) << "seed " << seed << ", row " << row;
    told += expected.size();
    refused += static_cast<size_t>(std::ranges::count(blocks.status(), engine::Batch::kRefused));
  }
  EXPECT_GT(told, 5000u);
  EXPECT_GT(refused, 300u);
}

// A context that is refused refuses all rows, in blocks as well, and the next one may be good.
TEST_P(Blocks, AContextThatIsRefused) {
  engine::Batch batch(rules_, rate_, {});
  const Table table(5, 600, 0);
  table.give(batch);
  ASSERT_EQ(batch.decide(600, {}, nullptr), "");
  EXPECT_EQ(std::ranges::count(batch.status(), engine::Batch::kRefused), 600);
  ASSERT_EQ(batch.decide(600, as_of(20'000), nullptr), "");
  EXPECT_EQ(std::ranges::count(batch.status(), engine::Batch::kRefused), 0);
}

// The last text may end where its memory does.
TEST_P(Blocks, NothingIsReadBehindTheLastText) {
  engine::Batch batch(rules_, rate_, {});
  const Table table(6, 3, 0);
  table.give(batch);
  const auto bytes = std::make_unique<char[]>(3);
  std::copy_n("abz", 3, bytes.get());
  const uint64_t offsets[] = {0, 0, 2, 3};
  const auto note = rules_->shape(rate_).input.find("note");
  ASSERT_EQ(batch.set_column(note, {engine::ColumnType::text, bytes.get(), offsets, nullptr}), "");
  ASSERT_EQ(batch.decide(3, as_of(20'000), nullptr), "");
  EXPECT_EQ(std::ranges::count(batch.status(), engine::Batch::kRefused), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Blocks, testing::Values(Engine::interp, Engine::native),
                         [](const auto& engine) {
                           return engine.param == Engine::interp ? "Interpreter" : "Native";
                         });

}  // namespace
}  // namespace pac::driver
