// Native code on its own: the loan decision against expected values, at each level and from an
// object that was loaded twice; bytes that repeat; what is refused; many rules.
#include <gtest/gtest.h>

#include "compiler/codegen/native.h"
#include "runtime/ir/builder.h"
#include "runtime/match/plan.h"

namespace pac::codegen {
namespace {

using ir::DecisionId;
using ir::Op;

struct LoanInput {
  int64_t credit_score;
  int64_t amount;
};
struct LoanOutput {
  uint8_t eligible;
  pac_text reason;
};

struct Outcome {
  uint32_t status;
  bool eligible;
  std::string reason;
  uint32_t fired;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

ir::Builder loan(ir::HitPolicy policy) {
  ir::Builder b;
  const auto input =
      b.record("loan.in", {b.field("credit_score", b.int_type(), b.between(300, 850)),
                           b.field("amount", b.decimal_type(2), b.between(1, 100'000'000))});
  const auto output = b.record(
      "loan.out", {b.field("eligible", b.bool_type()), b.field("reason", b.string_type())});
  ir::Decision& d = b.decision("loan", input, output);
  d.policy = policy;
  b.rule(
      d, "good",
      {b.op(Op::ge, b.input(d, 0), b.integer(700)), b.op(Op::le, b.input(d, 1), b.integer(10'000))},
      {b.boolean(true), b.text("good")}, 100);
  b.otherwise(d, {b.boolean(false), b.text("Default deny")});
  return b;
}

std::unique_ptr<NativeCode> compiled(const ir::RuleSet& rules, int level) {
  const ir::Layout layout(rules);
  const auto object = compile_object(rules, layout, {level});
  if (!object) ADD_FAILURE() << object.error().message;
  if (!object) return nullptr;
  auto code = NativeCode::load(*object, rules);
  if (!code) ADD_FAILURE() << code.error().message;
  return code ? std::move(*code) : nullptr;
}

Outcome decide(const NativeCode& code, LoanInput input) {
  LoanOutput output{};
  uint32_t fired[3] = {};
  pac_result result{};
  result.fired = fired;
  pac_scratch scratch{};
  const uint32_t status = code.decide(DecisionId{0})(&input, &output, &result, &scratch);
  EXPECT_EQ(result.status, status);
  EXPECT_EQ(result.fired_count, 1u);
  EXPECT_EQ(result.duty_count, 0u);
  return {status, output.eligible == 1, std::string(output.reason.data, output.reason.size),
          fired[0]};
}

TEST(Native, Loan) {
  for (const auto policy : {ir::HitPolicy::first, ir::HitPolicy::unique, ir::HitPolicy::by_priority,
                            ir::HitPolicy::any}) {
    const ir::Builder b = loan(policy);
    for (const int level : {0, 2}) {
      const auto code = compiled(b.rule_set, level);
      ASSERT_NE(code, nullptr);
      const Outcome good{PAC_OK, true, "good", 0};
      const Outcome deny{PAC_OK, false, "Default deny", 1};
      EXPECT_EQ(decide(*code, {700, 1'000'000}), good);
      EXPECT_EQ(decide(*code, {850, 1}), good);
      EXPECT_EQ(decide(*code, {699, 1'000'000}), deny);
      EXPECT_EQ(decide(*code, {700, 1'000'001}), deny);
    }
  }
}

TEST(Native, ProvedNumbersNeedNoCallsAndNo128Bits) {
  const ir::Builder b = loan(ir::HitPolicy::first);
  const ir::Layout layout(b.rule_set);
  const auto text = llvm_text(b.rule_set, layout, {});
  ASSERT_TRUE(text) << text.error().message;
  const std::string body = text->substr(text->find("@pac_decide_0"));
  EXPECT_EQ(body.find("i128"), std::string::npos) << body;
  EXPECT_EQ(body.find("alloca"), std::string::npos) << body;
  EXPECT_EQ(body.find("call i"), std::string::npos) << body;
}

TEST(Native, EqualInputGivesEqualBytesAndObjectsLoadAgain) {
  const ir::Builder b = loan(ir::HitPolicy::any);
  const ir::Layout layout(b.rule_set);
  const auto one = compile_object(b.rule_set, layout, {});
  const auto two = compile_object(b.rule_set, layout, {});
  ASSERT_TRUE(one && two);
  EXPECT_EQ(*one, *two);
  const auto code = NativeCode::load(*one, b.rule_set);
  const auto again = NativeCode::load(*one, b.rule_set);
  ASSERT_TRUE(code && again);
  EXPECT_EQ(decide(**code, {800, 5}), decide(**again, {800, 5}));
}

TEST(Native, WhatIsNoObjectOfThisRuleSetIsRefused) {
  const ir::Builder b = loan(ir::HitPolicy::first);
  const ir::Layout layout(b.rule_set);
  EXPECT_EQ(NativeCode::load("not an object", b.rule_set).error().code, "PAC4206");
  const auto object = compile_object(b.rule_set, layout, {});
  ASSERT_TRUE(object);
  ir::Builder other = loan(ir::HitPolicy::first);
  other.decision("second", b.rule_set.decisions[0].input, b.rule_set.decisions[0].output);
  EXPECT_EQ(NativeCode::load(*object, other.rule_set).error().code, "PAC4207");
  EXPECT_EQ(compile_object(b.rule_set, layout, {1}).error().code, "PAC4205");
}

TEST(Native, UnknownStandardFunctionsAreRefused) {
  ir::Builder b = loan(ir::HitPolicy::first);
  ir::Decision& d = b.rule_set.decisions[0];
  d.rules[0].conditions = {b.call_std("no_such_function", 1, b.bool_type(), {})};
  const auto object = compile_object(b.rule_set, ir::Layout(b.rule_set), {});
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, "PAC4204");
  EXPECT_NE(object.error().message.find("no_such_function"), std::string::npos);
}

// `n_k = if b then n_(k-1) * (10^12 + k) else n_(k-1)`: the product may overflow, so each level is
// lowered on both paths on which it stands.
TEST(Native, WhatUnfoldsIntoTooMuchIsRefused) {
  ir::Builder b;
  const auto input = b.record("in", {b.field("b", b.bool_type()), b.field("n", b.int_type())});
  ir::Decision& d = b.decision("wide", input, b.record("out", {b.field("x", b.int_type())}));
  ir::ExprId value = b.input(d, 1);
  for (int64_t level = 1; level <= 8; ++level) {
    value = b.op(Op::if_, b.input(d, 0), b.op(Op::mul, value, b.integer(1'000'000'000'000 + level)),
                 value);
  }
  d.policy = ir::HitPolicy::result;
  d.result = {value};
  const ir::Layout layout(b.rule_set);
  const auto with = [&](uint32_t emitted_max) {
    Options options{0};
    options.emitted_max = emitted_max;
    return compile_object(b.rule_set, layout, options);
  };
  EXPECT_EQ(Options{}.emitted_max, 2'000'000u);
  EXPECT_TRUE(with(kMaxEmitted));
  // Fewer than the 255 products that it unfolds into, more than the 25 expressions that it has.
  const auto refused = with(200);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PAC4204");
  EXPECT_NE(refused.error().message.find("`wide`"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("more than 200 steps"), std::string::npos);
}

TEST(Native, KeysNameTheLevel) {
  EXPECT_NE(target_key({0}), target_key({2}));
  EXPECT_EQ(target_key({}), target_key({2}));
  Options forced, older;
  forced.strategy = match::Strategy::exact_rows;
  older.instructions = Instructions::x86_64_v3;
  EXPECT_NE(target_key(forced), target_key({}));
  EXPECT_NE(target_key(older), target_key({}));
  EXPECT_EQ(target_key(forced).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-"),
            std::string::npos);
  EXPECT_EQ(target_key({}).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-"),
            std::string::npos);
}

// More rules than one group holds: each is found, and so are its outcome and the second of two
// hits.
TEST(Native, ManyRules) {
  constexpr int64_t kRules = 1000;
  for (const auto policy :
       {ir::HitPolicy::first, ir::HitPolicy::unique, ir::HitPolicy::by_highest}) {
    ir::Builder b;
    const auto input = b.record("in", {b.field("n", b.int_type()), b.field("m", b.int_type())});
    const auto output = b.record("out", {b.field("x", b.int_type())});
    ir::Decision& d = b.decision("many", input, output);
    d.policy = policy;
    if (policy == ir::HitPolicy::by_highest) d.ranking = {{0, true, {}}};
    for (int64_t i = 0; i < kRules; ++i) {
      const auto hit = b.op(Op::or_, b.op(Op::eq, b.input(d, 0), b.integer(i)),
                            b.op(Op::eq, b.input(d, 1), b.integer(i)));
      // Every third outcome takes code.
      const auto outcome =
          i % 3 == 0 ? b.op(Op::add, b.integer(i), b.input(d, 0)) : b.integer(2 * i);
      b.rule(d, "r" + std::to_string(i), {hit}, {outcome});
    }
    const auto code = compiled(b.rule_set, 0);
    ASSERT_NE(code, nullptr);
    std::vector<uint32_t> fired(kRules + 1);
    pac_result result{};
    result.fired = fired.data();
    pac_scratch scratch{};
    for (const int64_t i : {0, 1, 255, 256, 257, 511, 512, 999}) {
      const int64_t in[2] = {i, -1};
      int64_t out = 0;
      ASSERT_EQ(code->decide(DecisionId{0})(in, &out, &result, &scratch), PAC_OK) << i;
      EXPECT_EQ(out, 2 * i);
      EXPECT_EQ(fired[0], i);
    }
    const int64_t two[2] = {300, 700};
    int64_t out = 0;
    const uint32_t status = code->decide(DecisionId{0})(two, &out, &result, &scratch);
    if (policy == ir::HitPolicy::unique) {
      EXPECT_EQ(status, PAC_ERROR);
      EXPECT_EQ(result.error, PAC_E_OVERLAP);
      EXPECT_EQ(result.error_rule, 300u);
      EXPECT_EQ(result.error_other, 700u);
    } else {
      EXPECT_EQ(out, policy == ir::HitPolicy::first ? 600 : 1400);
    }
    const int64_t none[2] = {-5, -6};
    EXPECT_EQ(code->decide(DecisionId{0})(none, &out, &result, &scratch), PAC_ERROR);
    EXPECT_EQ(result.error, PAC_E_GAP);
    EXPECT_EQ(result.error_rule, PAC_NO_RULE);
    EXPECT_EQ(result.error_path[0], 0u);
    EXPECT_EQ(result.error_depth, 1u);
  }
}

}  // namespace
}  // namespace pac::codegen
