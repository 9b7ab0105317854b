// Not a test: how long native code takes to find rules as their number grows, beside a function of
// the same shape that only reads the fields ("touch-8"). Tables of eight fields: four integers, two
// enumerations of 50 values, a flag, a text; two to five conditions a rule; the first rule in force
// decides. Calls depend on each other: the input of a call is chosen with the answer of the one
// before.
//   codegen_kernel_bench [RULES ...] [--chain] [--strategy NAME] [--v2 | --v3 | --v4] [--object
//   FILE]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>
#include <random>

#include "compiler/codegen/native.h"
#include "runtime/interp/interpreter.h"
#include "runtime/ir/builder.h"
#include "runtime/match/plan.h"

namespace {

using namespace pac;

constexpr uint32_t kRange = 1'000'000;
constexpr uint32_t kValues = 50;

struct Input {
  int64_t numbers[4];
  uint32_t first, second;
  uint8_t flag;
  pac_text text;
};
struct Output {
  int64_t rule;
};

std::string pick_text(std::mt19937_64& random, size_t most) {
  std::string text;
  for (size_t size = 1 + random() % most; text.size() < size;)
    text += static_cast<char>('a' + random() % 16);
  return text;
}

struct Rules {
  ir::Builder b;
  std::vector<Input> hits;  // one for each of some rules, which fires it or an earlier one
  std::vector<std::string> texts;
};

void random_input(std::mt19937_64& random, const std::string& text, Input& input) {
  for (int64_t& number : input.numbers) number = static_cast<int64_t>(random() % kRange);
  input.first = static_cast<uint32_t>(random() % kValues);
  input.second = static_cast<uint32_t>(random() % kValues);
  input.flag = random() % 2;
  input.text = {text.data(), static_cast<uint32_t>(text.size()), 0};
}

// One condition on a field that the input meets.
ir::ExprId condition(ir::Builder& b, const ir::Decision& d, uint32_t field, const Input& input,
                     ir::TypeId type, std::mt19937_64& random) {
  const ir::ExprId read = b.input(d, field);
  if (field < 4) {
    const int64_t value = input.numbers[field];
    constexpr int64_t kWidths[] = {2'000, 5'000, 10'000, 20'000, 50'000, 100'000, 200'000, 300'000};
    const int64_t width = kWidths[random() % 8];
    const int64_t low = value - static_cast<int64_t>(random() % static_cast<uint64_t>(width));
    return b.op(ir::Op::in_range, read, b.integer(std::max<int64_t>(low, 0)),
                b.integer(std::max<int64_t>(low, 0) + width - 1));
  }
  if (field < 6) {
    const uint32_t value = field == 4 ? input.first : input.second;
    if (random() % 2 == 0) return b.op(ir::Op::eq, read, b.number(type, value));
    std::vector<ir::ExprId> members{b.number(type, value)};
    for (uint64_t more = random() % 7; more > 0; --more)
      members.push_back(b.number(type, random() % kValues));
    return b.in_set(read, members);
  }
  if (field == 6) return input.flag != 0 ? read : b.op(ir::Op::not_, read);
  const std::string text(input.text.data, std::min<uint32_t>(input.text.size, 1 + random() % 3));
  return b.op(ir::Op::starts_with, read, b.text(text));
}

Rules make_rules(uint32_t count, uint64_t seed, std::vector<Input>& inputs) {
  std::mt19937_64 random(seed);
  Rules rules;
  ir::Builder& b = rules.b;
  std::vector<std::string> names;
  for (uint32_t i = 0; i < kValues; ++i) names.push_back("v" + std::to_string(i));
  const ir::TypeId type = b.enum_type(b.enumeration("kind", names));
  std::vector<ir::Field> fields;
  for (int i = 0; i < 4; ++i)
    fields.push_back(b.field("n" + std::to_string(i), b.int_type(), b.between(0, kRange - 1)));
  fields.push_back(b.field("first", type));
  fields.push_back(b.field("second", type));
  fields.push_back(b.field("flag", b.bool_type()));
  fields.push_back(b.field("text", b.string_type()));
  ir::Decision& d =
      b.decision("table", b.record("in", fields), b.record("out", {b.field("rule", b.int_type())}));
  d.policy = ir::HitPolicy::first;
  rules.texts.resize(count);
  for (uint32_t i = 0; i < count; ++i) {
    rules.texts[i] = pick_text(random, 12);
    Input input{};
    random_input(random, rules.texts[i], input);
    uint32_t order[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    std::shuffle(order, order + 8, random);
    std::vector<ir::ExprId> conditions;
    const uint64_t wanted = 2 + random() % 4;
    for (uint64_t n = 0; n < wanted; ++n)
      conditions.push_back(condition(b, d, order[n], input, type, random));
    b.rule(d, "r" + std::to_string(i), conditions, {b.integer(i)});
    inputs.push_back(input);
  }
  b.otherwise(d, {b.integer(-1)});
  return rules;
}

// Reads the fields, looks each one up, and writes what both say.
uint32_t g_tables[8][256];  // NOLINT: a benchmark's own data
[[gnu::noinline]] uint32_t touch_8(const void* in, void* out, pac_result* result, pac_scratch*) {
  const auto* input = static_cast<const Input*>(in);
  uint32_t sum = 0;
  for (int i = 0; i < 4; ++i)
    sum += g_tables[i][static_cast<uint64_t>(input->numbers[i]) >> 4 & 255];
  sum += g_tables[4][input->first & 255] + g_tables[5][input->second & 255];
  sum += g_tables[6][input->flag];
  sum += g_tables[7][static_cast<uint8_t>(input->text.data[0])];
  static_cast<Output*>(out)->rule = sum & 1023;
  result->status = PAC_OK;
  result->error = PAC_E_NONE;
  result->error_rule = result->error_other = PAC_NO_RULE;
  result->error_depth = 0;
  result->fired_count = 1;
  result->duty_count = 0;
  result->fired[0] = sum & 1023;
  return PAC_OK;
}

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Caller {
  const std::vector<Input>& inputs;
  uint32_t fired[2] = {};
  pac_result result{};
  std::vector<char> memory = std::vector<char>(1 << 24);
  pac_scratch scratch{};

  double ns(pac_decide_fn decide, uint32_t calls) {
    Output output{};
    result.fired = fired;
    uint64_t at = 0;
    const uint64_t mask = inputs.size() - 1;
    const double begin = cpu_seconds();
    for (uint32_t i = 0; i < calls; ++i) {
      scratch = {memory.data(), memory.data() + memory.size(), nullptr};
      decide(&inputs[at], &output, &result, &scratch);
      at = (at * 5 + 12345 + static_cast<uint64_t>(output.rule & 1)) & mask;
    }
    asm volatile("" : : "r"(at) : "memory");
    return (cpu_seconds() - begin) * 1e9 / calls;
  }
};

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

void measure(uint32_t count, const codegen::Options& options, const char* object_path) {
  std::vector<Input> inputs;
  const Rules rules = make_rules(count, 42, inputs);
  std::mt19937_64 random(7);
  std::vector<std::string> texts(2048);
  for (std::string& text : texts) text = pick_text(random, 12);
  std::vector<Input> mixed;
  for (uint32_t i = 0; i < 4096; ++i) {
    Input input = inputs[random() % inputs.size()];
    if (i % 2 == 0) random_input(random, texts[i / 2], input);
    mixed.push_back(input);
  }
  const ir::Layout layout(rules.b.rule_set);
  const double begin = cpu_seconds();
  const auto object = codegen::compile_object(rules.b.rule_set, layout, options);
  const double compiled = cpu_seconds() - begin;
  if (!object) {
    std::printf("%s\n", object.error().message.c_str());
    return;
  }
  if (object_path != nullptr) std::ofstream(object_path, std::ios::binary) << *object;
  const double second = cpu_seconds();
  const auto code = codegen::NativeCode::load(*object, rules.b.rule_set);
  if (!code) {
    std::printf("%s\n", code.error().message.c_str());
    return;
  }
  const double loaded = cpu_seconds() - second;
  const pac_decide_fn decide = (*code)->decide(ir::DecisionId{0});
  // Held against the interpreter first.
  const interp::Interpreter interpreter(rules.b.rule_set, layout);
  Caller caller{mixed};
  caller.result.fired = caller.fired;
  uint32_t otherwise = 0, differ = 0;
  const auto checked = static_cast<uint32_t>(std::min<size_t>(mixed.size(), 20'000'000 / count));
  for (uint32_t i = 0; i < checked; ++i) {
    Output native{}, expected{};
    caller.scratch = {caller.memory.data(), caller.memory.data() + caller.memory.size(), nullptr};
    decide(&mixed[i], &native, &caller.result, &caller.scratch);
    caller.scratch = {caller.memory.data(), caller.memory.data() + caller.memory.size(), nullptr};
    interpreter.decide(ir::DecisionId{0}, &mixed[i], &expected, &caller.result, &caller.scratch,
                       nullptr);
    if (native.rule != expected.rule) ++differ;
    if (expected.rule < 0) ++otherwise;
  }
  std::vector<double> ours, touch;
  const uint32_t calls = count > 5000 ? 40'000 : 200'000;
  for (int round = 0; round < 9; ++round) {
    ours.push_back(caller.ns(decide, calls));
    touch.push_back(caller.ns(&touch_8, 200'000));
  }
  const double one = median(ours), floor = median(touch);
  std::printf(
      "%6u rules: %8.1f ns, touch-8 %5.1f ns, ratio %6.2f; compiled in %.0f ms, loaded in %.1f ms, "
      "%zu bytes; %u of %u differ, %u without a rule\n",
      count, one, floor, one / floor, compiled * 1e3, loaded * 1e3, object->size(), differ, checked,
      otherwise);
}

}  // namespace

int main(int argc, char** argv) {
  codegen::Options options;
  std::vector<uint32_t> counts;
  const char* object = nullptr;
  std::mt19937 random(3);
  for (auto& table : g_tables)
    for (uint32_t& entry : table) entry = random() & 127;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    using codegen::Instructions;
    if (option == "--chain") {
      options.strategy = match::Strategy::chain;
    } else if (option == "--strategy" && i + 1 < argc) {
      const std::string_view wanted = argv[++i];
      for (const auto one : {match::Strategy::exact_rows, match::Strategy::coarse_rows,
                             match::Strategy::pair_grid}) {
        if (wanted == match::name(one)) options.strategy = one;
      }
    } else if (option == "--v2" || option == "--v3" || option == "--v4") {
      options.instructions = option == "--v2"   ? Instructions::x86_64_v2
                             : option == "--v3" ? Instructions::x86_64_v3
                                                : Instructions::x86_64_v4;
    } else if (option == "--object" && i + 1 < argc) {
      object = argv[++i];
    } else {
      counts.push_back(static_cast<uint32_t>(std::strtoul(argv[i], nullptr, 10)));
    }
  }
  if (counts.empty()) counts = {10, 100, 1000};
  for (const uint32_t count : counts) measure(count, options, object);
}
