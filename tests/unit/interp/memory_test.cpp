// Deciding takes no memory but its scratch, and no more of that than it says; the C++ stack stays
// small.
#include "tests/unit/interp/harness.h"

#include <pthread.h>

#include <cstdlib>
#include <cstring>
#include <thread>

#include "tests/allocations.h"

namespace pac::test {

using ir::FoldKind;
using ir::HitPolicy;

class MemoryTest : public Harness {
 protected:
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
  static constexpr size_t kStackBytes = size_t{16} << 20;  // such frames are several times as large
#else
  static constexpr size_t kStackBytes = size_t{2} << 20;  // limits.h: 400 bytes a level
#endif
  // A decision that uses about everything: lets, calls, sets, templates, patterns, quantifiers,
  // duties, `for each`, ranking.
  void build() {
    const ir::RecordId in_record =
        b.record("callee.in", {b.field("n", b.int_type(), b.between(0, 1000))});
    const ir::RecordId out_record = b.record("callee.out", {b.field("name", b.string_type())});
    ir::Decision& callee = b.decision("callee", in_record, out_record);
    b.rule(callee, "only", {}, {b.ops(Op::template_, {b.text("n"), b.input(callee, 0)})});
    const ir::DutyId duty = b.duty("note", b.record("note", {b.field("text", b.string_type())}));

    const ir::RecordId input = b.record(
        "in",
        {b.field("n", b.int_type()), b.field("items", b.list_type(b.int_type()), b.items(100))});
    const ir::RecordId output =
        b.record("out", {b.field("x", b.int_type()), b.field("set", b.set_type(b.string_type()))});
    ir::Decision& d = b.decision("d", input, output);
    d.policy = HitPolicy::collect_list;
    d.result_type = b.list_type(b.record_type(output));
    d.ranking = {{0, true, {}}};
    const uint32_t each = b.var(d);
    const uint32_t v = b.var(d);
    const uint32_t name = b.let(d, b.field(b.call(DecisionId{0}, {b.input(d, 0)}), 0));
    const ExprId item = b.var(b.int_type(), each);
    const ExprId larger =
        b.quantifier(Op::all, b.input(d, 1), v, b.op(Op::le, b.var(b.int_type(), v), b.integer(9)));
    const ExprId set =
        b.ops(Op::make_set, {b.read(d, name), b.text("z"), b.text("a"), b.read(d, name)});
    ir::Rule& rule =
        b.rule(d, "each",
               {larger, b.matches(b.read(d, name), "n[0-9]+"), b.op(Op::gt, item, b.integer(2))},
               {item, set});
    rule.each_list = b.input(d, 1);
    rule.each_var = each;
    b.rule(d, "flat", {b.op(Op::in_list, b.text("a"), set)}, {b.integer(5), set}).duties = {
        {duty, {b.read(d, name)}}};
    load();
  }
  const std::vector<int64_t> items_ = {1, 5, 3, 9, 4};
};

TEST_F(MemoryTest, DecidingAllocatesNothing) {
  build();
  const DecisionId d = b.rule_set.find_decision("d");
  const std::vector<char> input =
      input_record(d, {number(42), Value::of(pac_list{items_.data(), 5, 0})});
  pac_list output{};
  uint32_t fired[3];
  pac_duty duties[4];
  pac_result result{};
  result.fired = fired;
  result.duties = duties;
  const std::uint64_t before = allocations();
  uint32_t status = PAC_ERROR;
  for (int i = 0; i < 10; ++i) {
    pac_scratch scratch = fresh_scratch();
    status = interpreter_->decide(d, input.data(), &output, &result, &scratch);
    for (const auto& [strategy, planned] : planned_) {
      scratch = fresh_scratch();
      status |= planned->decide(d, input.data(), &output, &result, &scratch);
    }
  }
  interpreter_->domains().contains(b.rule_set.decisions[1].result_type, ir::DomainId::none,
                                   Value::of(output));
  const std::uint64_t allocated = allocations() - before;
  EXPECT_EQ(status, uint32_t{PAC_OK});
  EXPECT_EQ(output.count, 5u);
  EXPECT_EQ(result.fired_count, 2u);
  EXPECT_EQ(result.duty_count, 1u);
  EXPECT_EQ(allocated, 0u);
  const std::uint64_t again = allocations();
  ::operator delete(::operator new(1));
  EXPECT_EQ(allocations() - again, 1u) << "the counter counts";
}

TEST_F(MemoryTest, EveryAmountOfScratchGivesTheAnswerOrTheLimit) {
  build();
  const DecisionId d = b.rule_set.find_decision("d");
  const std::vector<Value> inputs = {number(42), Value::of(pac_list{items_.data(), 5, 0})};
  scratch_size = kScratchBytes;
  const std::string answer = decide(d, inputs);
  EXPECT_TRUE(answer.starts_with("ok [{x: 9")) << answer;
  size_t limit_count = 0;
  for (scratch_size = 0; scratch_size < 6000; scratch_size += 8) {
    const std::string got = decide(d, inputs);
    if (got.starts_with("PAC5009")) {
      ++limit_count;
      continue;
    }
    ASSERT_EQ(got, answer) << scratch_size;
  }
  EXPECT_GT(limit_count, 10u);
  EXPECT_LT(limit_count, 600u);
}

TEST_F(MemoryTest, TablesTakeNoMoreThanTheySay) {
  build();
  const DecisionId d = b.rule_set.find_decision("d");
  const uint64_t tables = interpreter_->table_bytes(d, items_.size());
  // On top of the tables: six texts of three bytes, six sets, the outcomes twice, records.
  scratch_size = tables + 2048;
  EXPECT_TRUE(decide(d, {number(42), Value::of(pac_list{items_.data(), 5, 0})}).starts_with("ok"));
  EXPECT_LT(tables, 6000u);
}

TEST_F(MemoryTest, ThreadsShareAnInterpreter) {
  build();
  const DecisionId d = b.rule_set.find_decision("d");
  const std::vector<char> input =
      input_record(d, {number(42), Value::of(pac_list{items_.data(), 5, 0})});
  std::atomic<int> wrong = 0;
  const auto work = [&] {
    std::vector<char> memory(kScratchBytes);
    for (int i = 0; i < 200; ++i) {
      pac_scratch scratch{memory.data(), memory.data() + memory.size(), nullptr};
      pac_list output{};
      uint32_t fired[3];
      pac_duty duties[4];
      pac_result result{};
      result.fired = fired;
      result.duties = duties;
      if (interpreter_->decide(d, input.data(), &output, &result, &scratch) != PAC_OK ||
          output.count != 5)
        ++wrong;
    }
  };
  std::thread a(work), c(work);
  a.join();
  c.join();
  EXPECT_EQ(wrong, 0);
}

// 4096 levels are what the verifier allows (kMaxEvaluationDepth).
TEST_F(MemoryTest, TheDeepestNestingFitsAModestStack) {
  ExprId value = in_int(0);
  const ExprId one = in_int(1);
  ir::Decision& d = b.rule_set.decisions[0];
  for (int level = 1; level < 4096; ++level) {
    value = b.op(Op::add, b.op(Op::if_, in_bool(true), value, one), one);
    level += 1;
    if (level % 400 < 2) value = b.read(d, b.let(d, value));
  }
  load();
  const std::vector<char> input = input_record(DecisionId{0}, values_);
  std::string got;
  auto work = [&] {
    pac_scratch scratch = fresh_scratch();
    Value out;
    const pac_error error =
        interpreter_->evaluate(DecisionId{0}, value, input.data(), &scratch, &out);
    got = error == PAC_E_NONE ? std::to_string(static_cast<int64_t>(out.number)) : code(error);
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  using Work = decltype(work);
  const auto run = [](void* arg) -> void* {
    (*static_cast<Work*>(arg))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &work), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  EXPECT_EQ(got, "2048");
}

}  // namespace pac::test
