// Not a test: how long the two-rule loan decision takes natively, against the same rules written by
// hand in C++; and how long compiling takes as the number of rules grows. `codegen_loan_bench text`
// prints the LLVM IR, `codegen_loan_bench object FILE` writes the object for a disassembler,
// `codegen_loan_bench loan` leaves out compiling.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>

#include "compiler/codegen/native.h"
#include "runtime/ir/builder.h"

namespace {

using namespace pac;
using Clock = std::chrono::steady_clock;

struct Input {
  int64_t credit_score;
  int64_t amount;
};
struct Output {
  uint8_t eligible;
  pac_text reason;
};

constexpr char kGood[] = "High score, low amount";
constexpr char kBad[] = "Default deny";

// What a careful programmer would write for the same ABI.
[[gnu::noinline]] uint32_t by_hand(const void* in, void* out, pac_result* result, pac_scratch*) {
  const auto* input = static_cast<const Input*>(in);
  auto* output = static_cast<Output*>(out);
  const bool good = input->credit_score >= 700 && input->amount <= 10'000'00;
  output->eligible = good;
  output->reason = good ? pac_text{kGood, sizeof kGood - 1, 0} : pac_text{kBad, sizeof kBad - 1, 0};
  result->status = PAC_OK;
  result->error = PAC_E_NONE;
  result->error_rule = result->error_other = PAC_NO_RULE;
  result->error_depth = 0;
  result->fired_count = 1;
  result->duty_count = 0;
  result->fired[0] = good ? 0 : 1;
  return PAC_OK;
}

void make_loan(ir::Builder& b) {
  const auto input =
      b.record("loan.in", {b.field("credit_score", b.int_type(), b.between(300, 850)),
                           b.field("amount", b.decimal_type(2), b.between(1, 100'000'000))});
  const auto output = b.record(
      "loan.out", {b.field("eligible", b.bool_type()), b.field("reason", b.string_type())});
  ir::Decision& d = b.decision("loan", input, output);
  d.policy = ir::HitPolicy::first;
  const auto good = b.op(ir::Op::and_, b.op(ir::Op::ge, b.input(d, 0), b.integer(700)),
                         b.op(ir::Op::le, b.input(d, 1), b.integer(10'000)));
  b.rule(d, "high_score_low_amount", {good}, {b.boolean(true), b.text(kGood)});
  b.otherwise(d, {b.boolean(false), b.text(kBad)});
}

double ns_per_call(pac_decide_fn decide, const std::vector<Input>& inputs) {
  Output output{};
  uint32_t fired[2];
  pac_result result{};
  result.fired = fired;
  pac_scratch scratch{};
  double best = 1e9;
  for (int round = 0; round < 30; ++round) {
    const auto begin = Clock::now();
    for (int n = 0; n < 200; ++n) {
      for (const Input& input : inputs) {
        decide(&input, &output, &result, &scratch);
        asm volatile("" : : "r"(&output), "r"(&result) : "memory");
      }
    }
    const std::chrono::duration<double, std::nano> took = Clock::now() - begin;
    best = std::min(best, took.count() / (200.0 * static_cast<double>(inputs.size())));
  }
  return best;
}

void compile_many(uint32_t count, int level) {
  ir::Builder b;
  std::vector<ir::Field> fields;
  for (int i = 0; i < 8; ++i)
    fields.push_back(b.field("f" + std::to_string(i), b.int_type(), b.between(0, 1'000'000)));
  const auto input = b.record("many.in", fields);
  const auto output =
      b.record("many.out", {b.field("x", b.int_type()), b.field("why", b.string_type())});
  ir::Decision& d = b.decision("many", input, output);
  d.policy = ir::HitPolicy::first;
  std::mt19937_64 random(42);
  const auto pick = [&](uint64_t n) { return static_cast<uint32_t>(random() % n); };
  for (uint32_t i = 0; i < count; ++i) {
    std::vector<ir::ExprId> conditions;
    for (int n = 0; n < 3; ++n) {
      conditions.push_back(
          b.op(n == 0 ? ir::Op::ge : ir::Op::lt, b.input(d, pick(8)), b.integer(pick(1'000'000))));
    }
    b.rule(d, "r" + std::to_string(i), conditions,
           {b.integer(i), b.text("rule " + std::to_string(i))});
  }
  b.otherwise(d, {b.integer(-1), b.text("none")});
  const ir::Layout layout(b.rule_set);
  const std::clock_t begin = std::clock();
  const auto object = codegen::compile_object(b.rule_set, layout, codegen::Options{level});
  const double compiled = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC * 1e3;
  if (!object) {
    std::printf("%s\n", object.error().message.c_str());
    return;
  }
  const std::clock_t second = std::clock();
  const auto code = codegen::NativeCode::load(*object, b.rule_set);
  std::printf("%6u rules, level %d: compiled in %.0f ms, loaded in %.1f ms, %zu bytes%s\n", count,
              level, compiled, static_cast<double>(std::clock() - second) / CLOCKS_PER_SEC * 1e3,
              object->size(), code ? "" : code.error().message.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  ir::Builder b;
  make_loan(b);
  const ir::Layout layout(b.rule_set);
  if (argc > 1 && std::strcmp(argv[1], "text") == 0) {
    std::fputs(codegen::llvm_text(b.rule_set, layout, {}).value_or("failed").c_str(), stdout);
    return 0;
  }
  const auto object = codegen::compile_object(b.rule_set, layout, {});
  if (!object) {
    std::printf("%s\n", object.error().message.c_str());
    return 1;
  }
  if (argc > 2) {
    std::ofstream(argv[2], std::ios::binary) << *object;
    return 0;
  }
  const auto code = codegen::NativeCode::load(*object, b.rule_set);
  if (!code) {
    std::printf("%s\n", code.error().message.c_str());
    return 1;
  }
  std::mt19937_64 random(1);
  std::vector<Input> inputs(4096);
  for (Input& input : inputs) {
    input = {static_cast<int64_t>(300 + random() % 551),
             static_cast<int64_t>(1 + random() % 2'000'000)};
  }
  const double hand = ns_per_call(&by_hand, inputs);
  const double native = ns_per_call((*code)->decide(ir::DecisionId{0}), inputs);
  std::printf("by hand %.2f ns, native %.2f ns, ratio %.2f\n", hand, native, native / hand);
  if (argc > 1 && std::strcmp(argv[1], "loan") == 0) return 0;
  for (const uint32_t count : {1u, 100u, 1'000u, 10'000u}) {
    compile_many(count, 2);
    compile_many(count, 0);
  }
}
