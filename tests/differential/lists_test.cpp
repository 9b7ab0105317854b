// Quantifiers and folds over short lists of the input, as vectors and as loops, and membership in
// sets of constants, against the interpreter: many over one list, with conditions that become
// vectors and others that can't, for each set of instructions.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "runtime/ir/builder.h"
#include "runtime/ir/verify.h"
#include "stdlib/registry.h"
#include "tests/differential/engines.h"
#include "tests/differential/inputs.h"

namespace pac::differential {
namespace {

using codegen::Instructions;
using ir::ExprId;
using ir::HitPolicy;
using ir::Op;
using ir::TypeId;

enum ItemField : uint32_t {
  kAmount,
  kPrice,
  kKind,
  kFlag,
  kDay,
  kSpan,
  kWide,
  kMaybe,
  kName,
  kItemFields
};

enum Slot : uint32_t { kItems, kFew, kNumbers, kDays, kMany, kFactor, kWrapped, kLimit, kSlots };

class ListMaker {
 public:
  explicit ListMaker(uint64_t seed) : random_(seed) {}

  ir::RuleSet make(uint32_t rules) {
    std::vector<std::string> values;
    for (int i = 0; i < 12; ++i) values.push_back("v" + std::to_string(i));
    kind_ = b_.enum_type(b_.enumeration("kind", values));
    item_ = b_.record_type(
        b_.record("item", {b_.field("amount", b_.int_type(), b_.between(-40, 40)),
                           b_.field("price", b_.decimal_type(2), b_.between(0, 5'000)),
                           b_.field("kind", kind_), b_.field("flag", b_.bool_type()),
                           b_.field("day", b_.date_type(), b_.between(20000, 20030)),
                           b_.field("span", b_.duration_type(), b_.between(-1000, 1000)),
                           b_.field("wide", b_.decimal_type(3)),
                           b_.field("maybe", b_.optional(b_.int_type()), b_.between(0, 9)),
                           b_.field("name", b_.string_type())}));
    const TypeId items = b_.list_type(item_);
    const TypeId numbers = b_.list_type(b_.int_type());
    const auto wrapped = b_.record("wrapped", {b_.field("rest", items, b_.items(9))});
    const auto input = b_.record(
        "in", {b_.field("items", items, b_.items(20)), b_.field("few", items, b_.items(3)),
               b_.field("numbers", numbers, b_.items(64)),
               b_.field("days", b_.set_type(b_.date_type()), b_.items(8)),
               b_.field("many", numbers, b_.items(65)),
               b_.field("factor", b_.int_type(), b_.between(-5, 5)),
               b_.field("wrapped", b_.record_type(wrapped)),
               b_.field("limit", b_.decimal_type(1), b_.between(0, 400))});
    const auto output = b_.record(
        "out", {b_.field("value", b_.int_type()), b_.field("best", b_.optional(b_.decimal_type(2))),
                b_.field("first", b_.optional(b_.date_type()))});
    ir::Decision& d = b_.decision("lists", input, output);
    decision_ = &d;
    d.policy = HitPolicy::first;
    for (uint32_t i = 0; i < rules; ++i) {
      std::vector<ExprId> conditions{test()};
      if (random_.percent(50)) conditions.push_back(test());
      if (random_.percent(30)) conditions.push_back(test());
      b_.rule(d, "r" + std::to_string(i), conditions, outcome(i));
    }
    b_.otherwise(d, outcome(rules));
    return b_.rule_set;
  }

 private:
  std::vector<ExprId> outcome(uint32_t rule) {
    const uint32_t slot = b_.var(*decision_), other = b_.var(*decision_);
    const Op fold = random_.pick({Op::min, Op::max});
    return {random_.percent(50) ? b_.integer(rule) : count(list()),
            b_.fold(fold, items(), slot, b_.field(b_.var(item_, slot), kPrice),
                    random_.percent(70) ? condition(slot, 1) : ExprId::none),
            b_.fold(fold, items(), other, b_.field(b_.var(item_, other), kDay))};
  }

  ExprId in(uint32_t slot) { return b_.input(*decision_, slot); }
  ExprId items() {
    return random_.percent(70)   ? in(kItems)
           : random_.percent(50) ? in(kFew)
                                 : b_.field(in(kWrapped), 0);
  }
  ExprId list() {
    return random_.percent(60) ? items() : in(random_.percent(60) ? kNumbers : kMany);
  }
  bool is_items(ExprId list) {
    return b_.rule_set.type(b_.rule_set.type_of(list).element).kind == ir::TypeKind::record;
  }
  ExprId count(ExprId list) {
    const uint32_t slot = b_.var(*decision_);
    return b_.quantifier(Op::count, list, slot, condition_of(list, slot));
  }
  ExprId condition_of(ExprId list, uint32_t slot) {
    return is_items(list) ? condition(slot, 2)
                          : compared(b_.var(b_.int_type(), slot), b_.integer(3));
  }
  ExprId compared(ExprId a, ExprId b) {
    return b_.op(random_.pick({Op::lt, Op::le, Op::gt, Op::ge, Op::eq, Op::ne}), a, b);
  }

  ExprId test() {
    const ExprId of = list();
    const uint32_t slot = b_.var(*decision_);
    switch (random_.below(6)) {
      case 0:
        return compared(count(of), b_.integer(random_.between(0, 4)));
      case 1: {
        const ExprId projection = is_items(of) ? number(slot) : b_.var(b_.int_type(), slot);
        const ExprId sum = b_.fold(Op::sum, of, slot, projection,
                                   random_.percent(60) ? condition_of(of, slot) : ExprId::none);
        return compared(sum, b_.integer(random_.between(-30, 90)));
      }
      case 2: {
        const ExprId day = b_.var(b_.date_type(), slot);
        return b_.quantifier(
            quantifier(), in(kDays), slot,
            compared(day, b_.date(static_cast<int32_t>(random_.between(19990, 20010)))));
      }
      default:
        return b_.quantifier(quantifier(), of, slot, condition_of(of, slot));
    }
  }
  Op quantifier() { return random_.pick({Op::any, Op::all, Op::none}); }

  // Numbers of an item: integers.
  ExprId number(uint32_t slot) {
    const ExprId amount = b_.field(b_.var(item_, slot), kAmount);
    switch (random_.below(5)) {
      case 0:
        return b_.op(Op::mul, amount, in(kFactor));
      case 1:
        return b_.op(Op::add, b_.op(Op::neg, amount), b_.integer(7));
      case 2:
        return b_.op(Op::mod, amount, in(kFactor));  // can fail: no vector
      default:
        return amount;
    }
  }

  ExprId condition(uint32_t slot, int depth) {
    const ExprId item = b_.var(item_, slot);
    const auto field = [&](uint32_t number) { return b_.field(item, number); };
    const auto kind = [&] { return b_.number(kind_, random_.between(0, 11)); };
    if (depth > 0 && random_.percent(40)) {
      const ExprId left = condition(slot, depth - 1), right = condition(slot, depth - 1);
      return random_.percent(25) ? b_.op(Op::not_, left)
                                 : b_.op(random_.pick({Op::and_, Op::or_}), left, right);
    }
    switch (random_.below(kItemFields + 3)) {
      case kAmount:
        return compared(number(slot), b_.integer(random_.between(-20, 20)));
      case kPrice:
        return random_.percent(50) ? compared(field(kPrice), in(kLimit))
                                   : compared(in(kFactor), field(kPrice));
      case kKind:
        return random_.percent(50) ? compared_kind(field(kKind), kind())
                                   : b_.in_set(field(kKind), {kind(), kind(), kind()});
      case kFlag:
        return random_.percent(70) ? field(kFlag) : b_.op(Op::eq, field(kFlag), b_.boolean(false));
      case kDay:
        return b_.op(Op::in_range, field(kDay), b_.date(20003), b_.date(20021),
                     static_cast<uint32_t>(random_.below(4)));
      case kSpan:
        return compared(field(kSpan), b_.number(b_.duration_type(), random_.between(-900, 900)));
      case kWide:  // 128 bits: no vector
        return random_.percent(30) ? compared(field(kWide), in(kLimit)) : field(kFlag);
      case kMaybe:
        return random_.percent(30) ? b_.op(Op::is_present, field(kMaybe)) : field(kFlag);
      case kName:
        return random_.percent(20) ? b_.op(Op::eq, field(kName), b_.text("a")) : field(kFlag);
      case kItemFields:
        return compared(in(kFactor), b_.integer(random_.between(-3, 3)));
      default:
        return b_.in_set(number_or_amount(slot), {b_.integer(1), b_.integer(2), b_.integer(-7)});
    }
  }
  ExprId number_or_amount(uint32_t slot) {
    return random_.percent(80) ? b_.field(b_.var(item_, slot), kAmount) : number(slot);
  }
  ExprId compared_kind(ExprId a, ExprId b) { return b_.op(random_.pick({Op::eq, Op::ne}), a, b); }

  Random random_;
  ir::Builder b_;
  ir::Decision* decision_ = nullptr;
  TypeId kind_ = TypeId::none, item_ = TypeId::none;
};

struct Tried {
  uint64_t decisions = 0, hits = 0, errors = 0;
};

void hold_against_interpreter(const ir::RuleSet& rules, uint64_t seed, uint32_t inputs,
                              const std::vector<codegen::Options>& natives, Tried& tried) {
  const Result<void> verified = ir::verify(rules, stdlib::find);
  ASSERT_TRUE(verified.has_value()) << verified.error().message;
  auto engines = Engines::make(rules, natives);
  ASSERT_TRUE(engines.has_value()) << engines.error().message;
  InputMaker maker(rules, (*engines)->layout(), (*engines)->interpreter());
  Random random(seed);
  std::string expected, got;
  for (uint32_t i = 0; i < inputs; ++i) {
    const char* input = maker.make(ir::DecisionId{0}, random);
    (*engines)->interpret(ir::DecisionId{0}, input, nullptr, expected);
    const bool is_hit = (*engines)->result().status == PAC_OK &&
                        (*engines)->result().fired_count == 1 &&
                        (*engines)->result().fired[0] < rules.decisions[0].rules.size();
    tried.hits += is_hit ? 1 : 0;
    tried.errors += (*engines)->result().status == PAC_ERROR ? 1 : 0;
    ++tried.decisions;
    for (size_t which = 0; which < natives.size(); ++which) {
      (*engines)->run_native(which, ir::DecisionId{0}, input, got);
      ASSERT_EQ(got, expected) << "seed " << seed << ", "
                               << codegen::name(natives[which].instructions) << ", level "
                               << natives[which].optimization_level << ", lists from "
                               << natives[which].list_uses_min << ", input " << i;
    }
  }
}

codegen::Options options(int level, Instructions instructions, uint32_t list_uses_min) {
  codegen::Options made;
  made.optimization_level = level;
  made.instructions = instructions;
  made.list_uses_min = list_uses_min;
  return made;
}

class ListsOf : public testing::TestWithParam<Instructions> {};

TEST_P(ListsOf, AgreeWithTheInterpreter) {
  if (!codegen::has(GetParam())) {
    GTEST_SKIP() << "untested: this machine has no " << codegen::name(GetParam());
  }
  Tried tried;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    const uint64_t mixed = seed * 10 + static_cast<uint64_t>(GetParam());
    const ir::RuleSet rules = ListMaker(mixed).make(12);
    hold_against_interpreter(rules, mixed, 300,
                             {options(2, GetParam(), 1), options(0, GetParam(), 1),
                              options(0, GetParam(), codegen::kListUsesMin)},
                             tried);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tried.hits, tried.decisions / 4);
  std::cout << tried.decisions << " decisions, " << tried.hits << " hits, " << tried.errors
            << " errors\n";
}

INSTANTIATE_TEST_SUITE_P(ListsTest, ListsOf,
                         testing::Values(Instructions::x86_64_v2, Instructions::x86_64_v3,
                                         Instructions::x86_64_v4, Instructions::machine),
                         [](const auto& of) {
                           std::string text = codegen::name(of.param);
                           std::ranges::replace(text, '-', '_');
                           return text;
                         });

// That there are vectors at all: code for lists that are gone over once has none.
TEST(ListsTest, ManyOverOneListBecomeVectors) {
  const ir::RuleSet rules = ListMaker(1).make(8);
  const auto text = [&](uint32_t uses) {
    return *codegen::llvm_text(rules, ir::Layout(rules), options(0, Instructions::machine, uses));
  };
  EXPECT_NE(text(1).find("<32 x i64>"), std::string::npos);
  EXPECT_EQ(text(1).find("<128 x "), std::string::npos);
  EXPECT_EQ(text(1'000).find("<32 x i64>"), std::string::npos);
}

// ---- Sets of constants

// How far apart numbers lie decides how they are searched: runs, bits, a table by hash.
std::vector<Int128> spread(Random& random, uint32_t count, int64_t step) {
  std::vector<Int128> out;
  int64_t at = random.between(-50, 50);
  for (uint32_t i = 0; i < count; ++i) {
    out.push_back(at);
    at += random.between(1, step);
  }
  return out;
}

struct SetMaker {
  ir::Builder b;
  Random random;

  ir::RuleSet make(uint32_t count, int64_t step) {
    const TypeId maybe = b.optional(b.int_type());
    const auto input = b.record(
        "in",
        {b.field("number", b.int_type()), b.field("maybe", maybe), b.field("day", b.date_type()),
         b.field("price", b.decimal_type(2)), b.field("text", b.string_type()),
         b.field("maybe_text", b.optional(b.string_type())),
         b.field("small", b.int_type(), b.between(0, 300)), b.field("day_of_list", b.date_type())});
    const auto output = b.record("out", {b.field("hits", b.int_type())});
    ir::Decision& d = b.decision("sets", input, output);
    d.policy = HitPolicy::collect_list;
    d.result_type = b.list_type(b.record_type(output));
    std::vector<ExprId> numbers, maybes, days, prices, texts, maybe_texts, small;
    for (const Int128 one : spread(random, count, step)) {
      const auto value = static_cast<int64_t>(one);
      numbers.push_back(b.integer(value));
      maybes.push_back(b.op(Op::some, b.integer(value)));
      days.push_back(b.date(static_cast<int32_t>(20000 + value % 5000)));
      const bool is_huge =
          random.percent(5) && random.percent(static_cast<uint32_t>(step % 3 * 50));
      prices.push_back(b.decimal(is_huge ? Int128{value} << 66 : Int128{value}, 2));
      texts.push_back(b.text(word()));
      maybe_texts.push_back(b.op(Op::some, b.text(word())));
      small.push_back(b.integer(value % 300));
    }
    if (random.percent(50)) maybes.push_back(b.missing(b.int_type()));
    if (random.percent(50)) maybe_texts.push_back(b.missing(b.string_type()));
    const std::vector<const std::vector<ExprId>*> sets{&numbers, &maybes,      &days, &prices,
                                                       &texts,   &maybe_texts, &small};
    for (uint32_t slot = 0; slot < sets.size(); ++slot) {
      b.rule(d, "r" + std::to_string(slot), {b.in_set(b.input(d, slot), *sets[slot])},
             {b.integer(slot)});
    }
    const ExprId listed = b.op(Op::in_list, b.input(d, 7), b.ops(Op::make_list, days));
    b.rule(d, "listed", {listed}, {b.integer(7)});
    const auto codes =
        b.param("codes", b.list_type(b.string_type()), {{20000, b.ops(Op::make_list, texts)}});
    b.rule(d, "param", {b.op(Op::in_list, b.input(d, 4), b.param(codes, b.input(d, 7)))},
           {b.integer(8)});
    return b.rule_set;
  }

  std::string word() {
    std::string out;
    for (int64_t size = random.between(0, random.percent(10) ? 80 : 9); size > 0; --size)
      out += static_cast<char>('a' + random.between(0, 3));
    return out;
  }
};

TEST(SetsTest, AgreeWithTheInterpreter) {
  Tried tried;
  uint64_t seed = 1;
  for (const uint32_t count : {1u, 3u, 9u, 40u, 300u}) {
    for (const int64_t step : {int64_t{1}, int64_t{4}, int64_t{5'000}, int64_t{1} << 40}) {
      SetMaker maker{{}, Random(seed)};
      const ir::RuleSet rules = maker.make(count, step);
      hold_against_interpreter(
          rules, seed++, 200,
          {options(0, Instructions::machine, 1), options(2, Instructions::machine, 1)}, tried);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(tried.errors, 0u);  // of the parameter before its first line
  std::cout << tried.decisions << " decisions, " << tried.errors << " errors\n";
}

// What native code takes does not depend on the size of a set.
TEST(SetsTest, CodeDoesNotGrowWithTheSet) {
  const auto lines = [](uint32_t count) {
    SetMaker maker{{}, Random(5)};
    const ir::RuleSet rules = maker.make(count, int64_t{1} << 40);
    const std::string text =
        *codegen::llvm_text(rules, ir::Layout(rules), options(0, Instructions::machine, 1));
    return std::ranges::count(text, '\n');
  };
  EXPECT_LT(lines(2'000), 2 * lines(50));
}

// ---- Texts in texts

// Sixteen bytes are read at once, never one that is not the text's: it lies at the end of a page.
TEST(TextsTest, ContainsAgreesWithTheInterpreter) {
  ir::Builder b;
  ir::Decision& d = b.decision("texts", b.record("in", {b.field("text", b.string_type())}),
                               b.record("out", {b.field("hits", b.int_type())}));
  d.policy = HitPolicy::collect_list;
  d.result_type = b.list_type(b.record_type(d.output));
  for (const char* part :
       {"", "a", "ab", "bab", "aabbab", "abababababababab", "bbbbbbbbbbbbbbbbbba"}) {
    b.rule(d, "r" + std::to_string(d.rules.size()),
           {b.op(Op::contains, b.input(d, 0), b.text(part))},
           {b.integer(static_cast<int64_t>(d.rules.size()))});
  }
  auto engines = Engines::make(b.rule_set, std::vector{options(0, Instructions::x86_64_v2, 1),
                                                       options(2, Instructions::machine, 1)});
  ASSERT_TRUE(engines.has_value()) << engines.error().message;
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  void* memory =
      ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* end = static_cast<char*>(memory) + page;
  ASSERT_EQ(::mprotect(end, page, PROT_NONE), 0);
  Random random(1);
  std::string expected, got;
  for (uint32_t i = 0; i < 600; ++i) {
    const auto size = static_cast<uint32_t>(i % 60);
    for (uint32_t at = 1; at <= size; ++at)
      end[-static_cast<int>(at)] = random.percent(60) ? 'b' : 'a';
    const pac_text text{end - size, size, 0};
    (*engines)->interpret(ir::DecisionId{0}, &text, nullptr, expected);
    for (size_t which = 0; which < 2; ++which) {
      (*engines)->run_native(which, ir::DecisionId{0}, &text, got);
      ASSERT_EQ(got, expected) << std::string(text.data, size);
    }
  }
  ::munmap(memory, 2 * page);
}

}  // namespace
}  // namespace pac::differential
