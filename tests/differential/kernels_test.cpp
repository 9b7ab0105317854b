// Kernels of match plans (compiler/codegen/kernel.h) against the interpreter: tables of many rules
// over columns of every kind, whose conditions are tests of one value, of several, or can fail;
// under each hit policy, with each strategy forced and for each set of instructions.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iostream>

#include "runtime/ir/builder.h"
#include "runtime/ir/verify.h"
#include "runtime/match/plan.h"
#include "stdlib/registry.h"
#include "tests/differential/batched.h"
#include "tests/differential/engines.h"
#include "tests/differential/inputs.h"

namespace pac::differential {
namespace {

using codegen::Instructions;
using ir::ExprId;
using ir::HitPolicy;
using ir::Op;
using match::Strategy;

enum Slot : uint32_t {
  kAge,     // few values
  kAmount,  // many
  kAny,     // all of 64 bits
  kMaybe,   // an integer that may be missing
  kWide,    // a decimal of 128 bits
  kKind,
  kMaybeKind,
  kFlag,
  kText,
  kMaybeText,
  kDay,
  kHeld,  // a record
  kSlots
};

class TableMaker {
 public:
  // `only_fields`: each condition asks for one field, so that batches can tell rows apart.
  explicit TableMaker(uint64_t seed, bool only_fields = false)
      : random_(seed), kinds_of_condition_(only_fields ? kSlots : kSlots + 3) {}

  // `failing`: of a hundred rules, so many have a condition that can end in an error.
  ir::RuleSet make(uint32_t rules, HitPolicy policy, uint32_t failing) {
    std::vector<std::string> values;
    for (int i = 0; i < 40; ++i) values.push_back("v" + std::to_string(i));
    kind_ = b_.enum_type(b_.enumeration("kind", values));
    const auto held =
        b_.record_type(b_.record("held", {b_.field("age", b_.int_type(), b_.between(18, 118)),
                                          b_.field("text", b_.string_type())}));
    const auto input = b_.record(
        "in",
        {b_.field("age", b_.int_type(), b_.between(18, 118)),
         b_.field("amount", b_.int_type(), b_.between(0, 1'000'000)),
         b_.field("any", b_.int_type()), b_.field("maybe", b_.optional(b_.int_type())),
         b_.field("wide", b_.decimal_type(2)), b_.field("kind", kind_),
         b_.field("maybe_kind", b_.optional(kind_)), b_.field("flag", b_.bool_type()),
         b_.field("text", b_.string_type()), b_.field("maybe_text", b_.optional(b_.string_type())),
         b_.field("day", b_.date_type(), b_.between(19000, 21000)), b_.field("held", held)});
    const bool effects = policy == HitPolicy::deny_overrides;
    const auto output = b_.record(
        "out", {effects ? b_.field("effect", b_.effect_type()) : b_.field("value", b_.int_type())});
    ir::Decision& d = b_.decision("table", input, output);
    decision_ = &d;
    d.policy = policy;
    if (policy == HitPolicy::collect_list) d.result_type = b_.list_type(b_.record_type(output));
    for (uint32_t i = 0; i < rules; ++i) {
      std::vector<ExprId> conditions;
      const int64_t wanted = random_.between(2, 4);
      for (int64_t n = 0; n < wanted; ++n) conditions.push_back(condition());
      if (random_.percent(failing))
        conditions.insert(conditions.begin() + random_.between(0, wanted), fails());
      const int64_t value = policy == HitPolicy::any ? random_.between(0, 1) : int64_t{i};
      b_.rule(d, "r" + std::to_string(i), conditions,
              {effects ? b_.effect(random_.percent(40)) : b_.integer(value)},
              policy == HitPolicy::by_priority ? random_.between(0, rules / 4) : 0);
    }
    if (random_.percent(50)) b_.otherwise(d, {effects ? b_.effect(true) : b_.integer(-1)});
    return b_.rule_set;
  }

 private:
  ExprId slot(uint32_t number) { return b_.input(*decision_, number); }

  ExprId range(ExprId of, int64_t low, int64_t high) {
    const int64_t from = random_.between(low, high);
    const int64_t to = random_.between(from, std::min(high, from + (high - low) / 4));
    switch (random_.below(6)) {
      case 0:
        return b_.op(Op::ge, of, b_.integer(from));
      case 1:
        return b_.op(Op::lt, of, b_.integer(to));
      case 2:
        return b_.op(Op::ne, of, b_.integer(from));
      case 3:
        return b_.in_set(of, {b_.integer(from), b_.integer(to), b_.integer(low)});
      default:
        return b_.op(Op::in_range, of, b_.integer(from), b_.integer(to),
                     static_cast<uint32_t>(random_.below(4)));
    }
  }

  ExprId one_kind() { return b_.number(kind_, random_.between(0, 39)); }
  ExprId one_text() {
    // Some share their first eight bytes.
    static const std::vector<std::string> kTexts = {
        "",          "a",        "ab", "abc",    "abcdefg",     "abcdefgh", "abcdefghi",
        "abcdefghj", "abcdefgz", "b",  "retail", "retail-plus", "zz",       "\xc3\xa9t\xc3\xa9"};
    return b_.text(random_.pick(kTexts));
  }

  ExprId condition() {
    switch (random_.below(kinds_of_condition_)) {
      case kAge:
        return range(slot(kAge), 18, 118);
      case kAmount:
        return range(slot(kAmount), 0, 1'000'000);
      case kAny:
        return range(slot(kAny), -1000, 1000);
      case kMaybe:
        return optional_test(
            kMaybe, [&](ExprId value) { return range(value, -50, 50); }, b_.integer(7));
      case kWide:
        return b_.op(
            random_.pick({Op::lt, Op::ge, Op::eq}), slot(kWide),
            b_.decimal(random_.between(-500, 500) * (random_.percent(5) ? int64_t{1} << 54 : 1),
                       2));
      case kKind:
        return random_.percent(50) ? b_.op(random_.pick({Op::eq, Op::ne}), slot(kKind), one_kind())
                                   : b_.in_set(slot(kKind), {one_kind(), one_kind(), one_kind()});
      case kMaybeKind:
        return optional_test(
            kMaybeKind, [&](ExprId value) { return b_.op(Op::eq, value, one_kind()); }, one_kind());
      case kFlag:
        return random_.percent(50) ? slot(kFlag) : b_.op(Op::not_, slot(kFlag));
      case kText:
        return text_test(slot(kText));
      case kMaybeText:
        return optional_test(
            kMaybeText, [&](ExprId value) { return text_test(value); }, one_text());
      case kDay:
        return b_.op(random_.pick({Op::ge, Op::lt}), slot(kDay),
                     b_.date(static_cast<int32_t>(random_.between(19000, 21000))));
      case kHeld:
        return random_.percent(50) ? range(b_.field(slot(kHeld), 0), 18, 118)
                                   : text_test(b_.field(slot(kHeld), 1));
      case kSlots:  // of two values
        return b_.op(Op::lt, slot(kAge), slot(kAny));
      case kSlots + 1:
        return b_.op(Op::or_, range(slot(kAge), 18, 118), range(slot(kAge), 18, 118));
      default:
        return b_.op(Op::and_, range(slot(kAmount), 0, 1'000'000), range(slot(kAge), 18, 118));
    }
  }

  template <typename Test>
  ExprId optional_test(uint32_t number, Test test, ExprId fallback) {
    const ExprId value = slot(number);
    switch (random_.below(4)) {
      case 0:
        return b_.op(Op::is_present, value);
      case 1:
        return b_.op(Op::not_, b_.op(Op::is_present, value));
      case 2:
        return test(b_.op(Op::default_, value, fallback));
      default:
        return b_.op(Op::and_, b_.op(Op::is_present, value), test(b_.op(Op::unwrap, value)));
    }
  }

  ExprId text_test(ExprId of) {
    switch (random_.below(6)) {
      case 0:
        return b_.op(Op::starts_with, of, one_text());
      case 3:
        return b_.op(Op::ends_with, of, one_text());
      case 4:
        return b_.matches(of, random_.pick({"ab+.*", "abcdefgh[ij]?", "[a-r]etail.*", "(zz|b|)"}));
      case 1:
        return b_.in_set(of, {one_text(), one_text()});
      default:
        return b_.op(random_.pick({Op::eq, Op::ne}), of, one_text());
    }
  }

  // Overflows where the number is large.
  ExprId fails() {
    return b_.op(Op::ge, b_.op(Op::mul, slot(kAny), b_.integer(1000)), b_.integer(-100'000));
  }

  Random random_;
  const uint32_t kinds_of_condition_;
  ir::Builder b_;
  ir::Decision* decision_ = nullptr;
  ir::TypeId kind_ = ir::TypeId::none;
};

struct Tried {
  uint64_t decisions = 0, hits = 0, errors = 0, batched = 0;
};

// Rows of columns, with each strategy of blocks and each set of instructions that there is.
std::vector<std::unique_ptr<Batched>> batches_of(const ir::RuleSet& table) {
  std::vector<std::unique_ptr<Batched>> made;
  for (const Strategy strategy : {Strategy::exact_rows, Strategy::coarse_rows}) {
    for (uint32_t path = 0; path < match::kPathCount; ++path) {
      interp::Options finding;
      finding.plan = {true, strategy};
      finding.path = static_cast<match::Path>(path);
      if (!match::is_supported(finding.path)) continue;
      auto batched = Batched::make(table, finding);
      EXPECT_TRUE(batched.has_value());
      if (batched) made.push_back(std::move(*batched));
    }
  }
  return made;
}

void hold_against_interpreter(uint32_t rules, HitPolicy policy, uint32_t failing,
                              const std::vector<codegen::Options>& natives, Tried& tried) {
  constexpr uint32_t kInputs = 60;
  const uint64_t seed = rules * 31u + static_cast<uint64_t>(policy);
  const ir::RuleSet table = TableMaker(seed).make(rules, policy, failing);
  const Result<void> verified = ir::verify(table, stdlib::find);
  ASSERT_TRUE(verified.has_value()) << verified.error().message;
  auto engines = Engines::make(table, natives);
  ASSERT_TRUE(engines.has_value()) << engines.error().message;
  InputMaker maker(table, (*engines)->layout(), (*engines)->interpreter());
  Random random(seed);
  const std::vector<std::unique_ptr<Batched>> batches = batches_of(table);
  std::string expected, got;
  for (uint32_t i = 0; i < kInputs; ++i) {
    const char* input = maker.make(ir::DecisionId{0}, random);
    for (const auto& batch : batches) batch->add(ir::DecisionId{0}, input);
    (*engines)->interpret(ir::DecisionId{0}, input, nullptr, expected);
    tried.hits += (*engines)->result().status == PAC_OK ? 1 : 0;
    tried.errors += (*engines)->result().status == PAC_ERROR ? 1 : 0;
    ++tried.decisions;
    for (size_t which = 0; which < natives.size(); ++which) {
      (*engines)->run_native(which, ir::DecisionId{0}, input, got);
      ASSERT_EQ(got, expected) << rules << " rules, " << ir::name(policy) << ", "
                               << match::name(*natives[which].strategy) << ", "
                               << codegen::name(natives[which].instructions) << ", level "
                               << natives[which].optimization_level << ", input " << i;
    }
  }
  for (const auto& batch : batches) {
    EXPECT_EQ(batch->decide(ir::DecisionId{0}), "") << rules << " rules, " << ir::name(policy);
    tried.batched += batch->rows() - batch->refused();
  }
}

codegen::Options options(Strategy strategy, Instructions instructions, int level) {
  codegen::Options made;
  made.optimization_level = level;
  made.strategy = strategy;
  made.instructions = instructions;
  return made;
}

constexpr HitPolicy kPolicies[] = {HitPolicy::first,         HitPolicy::unique,
                                   HitPolicy::by_priority,   HitPolicy::any,
                                   HitPolicy::collect_list,  HitPolicy::unique_with_exceptions,
                                   HitPolicy::deny_overrides};

constexpr Strategy kStrategies[] = {Strategy::exact_rows, Strategy::coarse_rows,
                                    Strategy::pair_grid};

class EachPolicy : public testing::TestWithParam<HitPolicy> {};

// Sizes at which a row of bits has one word, two, eight, and more than are looked at in one go;
// where the first rule decides, all sizes.
TEST_P(EachPolicy, AgreesWithTheInterpreter) {
  constexpr Instructions kSets[] = {Instructions::machine, Instructions::x86_64_v2,
                                    Instructions::x86_64_v3, Instructions::x86_64_v4};
  Tried tried;
  uint32_t turn = static_cast<uint32_t>(GetParam());
  std::vector<uint32_t> sizes{6, 65, 300, 1100};
  if (GetParam() == HitPolicy::first) sizes.insert(sizes.end(), {64, 200, 600, 2000});
  for (const uint32_t rules : sizes) {
    std::vector<codegen::Options> natives;
    for (const Strategy strategy : kStrategies) {
      const Instructions set = kSets[turn % 4];
      natives.push_back(options(strategy, codegen::has(set) ? set : Instructions::machine,
                                turn % 3 == 0 ? 2 : 0));
      ++turn;
    }
    hold_against_interpreter(rules, GetParam(), turn % 2 == 0 ? 0 : 15, natives, tried);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tried.hits, 10u);
  std::cout << tried.decisions << " decisions, " << tried.hits << " hits, " << tried.errors
            << " errors, " << tried.batched << " rows of columns\n";
  EXPECT_GT(tried.batched, 300u);
}

INSTANTIATE_TEST_SUITE_P(KernelsTest, EachPolicy, testing::ValuesIn(kPolicies), [](const auto& of) {
  std::string text;
  for (const char c : std::string(ir::name(of.param)))
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) text += c;
  return text;
});

// Where every column of the table is a field, batches look at blocks of rows; one table is decided
// twice, so that the second time most answers are known.
TEST_P(EachPolicy, RowsOfColumnsAgreeWithTheInterpreter) {
  constexpr ir::DecisionId kTable{0};
  uint64_t rows = 0;
  for (const uint32_t rules : {7u, 300u, 1100u}) {
    const uint64_t seed = rules * 7u + static_cast<uint64_t>(GetParam());
    const ir::RuleSet table = TableMaker(seed, true).make(rules, GetParam(), 0);
    const ir::Layout layout(table);
    const interp::Interpreter interpreter(table, layout);
    const auto batches = batches_of(table);
    for (int time = 0; time < 2; ++time) {
      InputMaker maker(table, layout, interpreter);
      Random random(seed);
      for (uint32_t i = 0; i < 80; ++i) {
        const char* input = maker.make(kTable, random);
        for (const auto& batch : batches) batch->add(kTable, input);
      }
      for (const auto& batch : batches) EXPECT_EQ(batch->decide(kTable), "") << rules << " rules";
    }
    for (const auto& batch : batches) {
      EXPECT_TRUE(batch->looks_at_blocks(kTable));
      rows += batch->rows() - batch->refused();
    }
  }
  EXPECT_GT(rows, 500u);
}

class EachSet : public testing::TestWithParam<Instructions> {};

TEST_P(EachSet, AgreesWithTheInterpreter) {
  if (!codegen::has(GetParam())) {
    GTEST_SKIP() << "untested: this machine has no " << codegen::name(GetParam());
  }
  Tried tried;
  for (const uint32_t rules : {7u, 700u}) {
    std::vector<codegen::Options> natives;
    for (const Strategy strategy : kStrategies) natives.push_back(options(strategy, GetParam(), 2));
    hold_against_interpreter(rules, HitPolicy::first, 0, natives, tried);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tried.hits, 10u);
}

INSTANTIATE_TEST_SUITE_P(KernelsTest, EachSet,
                         testing::Values(Instructions::x86_64_v2, Instructions::x86_64_v3,
                                         Instructions::x86_64_v4, Instructions::machine),
                         [](const auto& of) {
                           std::string text = codegen::name(of.param);
                           std::ranges::replace(text, '-', '_');
                           return text;
                         });

// Keys of texts are read eight bytes at once: never beyond the page that the text ends in.
TEST(KernelsTest, NothingIsReadBeyondATextsPage) {
  ir::Builder b;
  ir::Decision& d = b.decision("table", b.record("in", {b.field("text", b.string_type())}),
                               b.record("out", {b.field("value", b.int_type())}));
  d.policy = HitPolicy::first;
  const std::string all = "abcdefghijkl";
  for (uint32_t size = 0; size <= all.size(); ++size) {
    b.rule(d, "r" + std::to_string(size),
           {b.op(Op::eq, b.input(d, 0), b.text(all.substr(all.size() - size)))}, {b.integer(size)});
  }
  b.otherwise(d, {b.integer(-1)});
  auto engines = Engines::make(b.rule_set,
                               std::vector{options(Strategy::exact_rows, Instructions::machine, 0),
                                           options(Strategy::pair_grid, Instructions::machine, 2)});
  ASSERT_TRUE(engines.has_value()) << engines.error().message;
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  void* memory =
      ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* end = static_cast<char*>(memory) + page;
  ASSERT_EQ(::mprotect(end, page, PROT_NONE), 0);
  std::memcpy(end - all.size(), all.data(), all.size());
  std::string expected, got;
  for (uint32_t size = 0; size <= all.size(); ++size) {
    const pac_text text{end - size, size, 0};
    (*engines)->interpret(ir::DecisionId{0}, &text, nullptr, expected);
    for (size_t which = 0; which < 2; ++which) {
      (*engines)->run_native(which, ir::DecisionId{0}, &text, got);
      EXPECT_EQ(got, expected) << size;
    }
  }
  ::munmap(memory, 2 * page);
}

// Upper halves of registers are cleared before returning to code that does not know of them: what
// runs next would be slowed down many times.
TEST(KernelsTest, WideRegistersAreClearedOnReturn) {
  const ir::RuleSet table = TableMaker(3).make(600, HitPolicy::first, 0);
  for (const Instructions set : {Instructions::x86_64_v3, Instructions::x86_64_v4}) {
    const auto object =
        codegen::compile_object(table, ir::Layout(table), options(Strategy::exact_rows, set, 2));
    ASSERT_TRUE(object.has_value()) << object.error().message;
    EXPECT_NE(object->find("\xc5\xf8\x77"), std::string::npos) << codegen::name(set);
  }
}

}  // namespace
}  // namespace pac::differential
