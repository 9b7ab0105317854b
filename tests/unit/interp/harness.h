// What the tests of the interpreter share: a rule set under construction, and its decisions and
// expressions run and told in one line, so that a test reads as a sentence.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/interp/interpreter.h"
#include "runtime/ir/builder.h"
#include "runtime/ir/verify.h"
#include "stdlib/registry.h"

namespace pac::test {

using interp::Value;
using ir::DecisionId;
using ir::ExprId;
using ir::Op;
using ir::TypeId;

inline Value number(Int128 value) { return Value::of(value); }
inline Value text(std::string_view value) { return Value::of(interp::text_of(value)); }

inline std::string code(uint32_t error) { return "PAC" + std::to_string(5000 + error); }

class Harness : public ::testing::Test {
 protected:
  static constexpr size_t kScratchBytes = size_t{1} << 20;

  ir::Builder b;
  std::vector<char> scratch_bytes = std::vector<char>(kScratchBytes);
  size_t scratch_size = kScratchBytes;  // less, to test what happens when it is used up

  // ---- Expressions: inputs of one decision, evaluated on their own ----

  // A new input with its value.
  ExprId in(TypeId type, Value value, ir::DomainId domain = ir::DomainId::none) {
    if (b.rule_set.decisions.empty()) {
      const ir::RecordId input = b.record("d.in", {});
      b.decision("d", input, b.record("d.out", {}));
    }
    ir::Record& record = b.rule_set.records[index(b.rule_set.decisions[0].input)];
    record.fields.push_back(b.field("i" + std::to_string(record.fields.size()), type, domain));
    b.rule_set.decisions[0].roles.push_back(ir::SlotRole::input);
    values_.push_back(value);
    return b.rule_set.add({Op::input, type, static_cast<uint32_t>(values_.size() - 1)});
  }
  ExprId in_int(int64_t value) { return in(b.int_type(), number(value)); }
  ExprId in_bool(bool value) { return in(b.bool_type(), number(value ? 1 : 0)); }
  ExprId in_text(std::string_view value) { return in(b.string_type(), text(value)); }
  ExprId in_decimal(Int128 units, int scale) { return in(b.decimal_type(scale), number(units)); }
  // An expression whose evaluation is an error, PAC5002; a bool.
  ExprId broken() {
    const ExprId quotient = b.op(Op::quot, in_int(1), in_int(0));
    return b.op(Op::eq, quotient, quotient);
  }
  ExprId empty_list(TypeId element) {
    return b.rule_set.add({Op::make_list, b.list_type(element)});
  }
  ExprId ints(const std::vector<int64_t>& values) {
    if (values.empty()) return empty_list(b.int_type());
    std::vector<ExprId> items;
    for (const int64_t value : values) items.push_back(b.integer(value));
    return b.ops(Op::make_list, items);
  }

  // The value as text, or the code of the error.
  std::string eval(ExprId expr) {
    if (b.rule_set.decisions.empty()) in_int(0);
    load();
    const std::vector<char> record = input_record(DecisionId{0}, values_);
    Value value;
    pac_scratch scratch = fresh_scratch();
    const pac_error error =
        interpreter_->evaluate(DecisionId{0}, expr, record.data(), &scratch, &value);
    if (error != PAC_E_NONE) return code(error);
    return interpreter_->values().format(b.rule_set.expr(expr).type, value);
  }

  // ---- Decisions ----

  // "ok {…} by rule, rule; duty {…}", "no_match" or "PAC5004 at rule, rule in decision < decision".
  std::string decide(DecisionId id, const std::vector<Value>& inputs,
                     interp::Observer* observer = nullptr) {
    load();
    const std::vector<char> record = input_record(id, inputs);
    const std::string line = decide_in(*interpreter_, id, record, observer);
    for (const auto& [strategy, planned] : planned_) {
      EXPECT_EQ(decide_in(*planned, id, record, nullptr), line) << match::name(strategy);
    }
    return line;
  }

  // Every strategy of finding rules has to give the same.
  std::string decide_in(const interp::Interpreter& interpreter, DecisionId id,
                        const std::vector<char>& record, interp::Observer* observer) {
    const ir::Decision& decision = b.rule_set.decision(id);
    const ir::Storage storage = layout_->value(decision.result_type);
    std::vector<char> output(storage.size + 64, '\x55');
    std::vector<uint32_t> fired(decision.rules.size() + 1, 0xdead);
    std::vector<pac_duty> duties(64);
    pac_result result{};
    result.fired = fired.data();
    result.duties = duties.data();
    pac_scratch scratch = fresh_scratch();
    const uint32_t status =
        interpreter.decide(id, record.data(), output.data(), &result, &scratch, observer);
    EXPECT_EQ(status, result.status);
    EXPECT_EQ(scratch.end, scratch_bytes.data() + scratch_size) << "temporary memory is given back";
    for (size_t i = storage.size; i < output.size(); ++i) {
      EXPECT_EQ(output[i], '\x55') << "written past the output";
    }
    return status == PAC_OK ? told(decision, output.data(), result)
                            : told_failure(decision, result);
  }

  // A fresh interpreter of the rule set as it now is, which the verifier lets pass.
  void load() {
    const Result<void> verified = ir::verify(b.rule_set, stdlib::find);
    EXPECT_TRUE(verified.has_value()) << verified.error().code << " " << verified.error().message;
    interpreter_.reset();
    planned_.clear();
    layout_ = std::make_unique<ir::Layout>(b.rule_set);
    interpreter_ = std::make_unique<interp::Interpreter>(b.rule_set, *layout_);
    using match::Strategy;
    for (const Strategy strategy :
         {Strategy::chain, Strategy::exact_rows, Strategy::coarse_rows, Strategy::pair_grid}) {
      const interp::Options options{true, {true, strategy}, match::best_path()};
      planned_.emplace_back(strategy,
                            std::make_unique<interp::Interpreter>(b.rule_set, *layout_, options));
    }
  }
  std::vector<char> input_record(DecisionId id, const std::vector<Value>& inputs) {
    const ir::RecordId record = b.rule_set.decision(id).input;
    std::vector<char> bytes(layout_->record(record).size, '\x77');
    for (uint32_t i = 0; i < inputs.size(); ++i) {
      interpreter_->values().store_field(record, i, inputs[i], bytes.data());
    }
    return bytes;
  }
  pac_scratch fresh_scratch() {
    return {scratch_bytes.data(), scratch_bytes.data() + scratch_size, nullptr};
  }

  std::unique_ptr<ir::Layout> layout_;
  std::unique_ptr<interp::Interpreter> interpreter_;
  std::vector<std::pair<match::Strategy, std::unique_ptr<interp::Interpreter>>> planned_;
  std::vector<Value> values_;

 protected:
  std::string rule_name(const ir::Decision& decision, uint32_t rule) {
    return rule == decision.rules.size() ? "otherwise" : decision.rules[rule].name;
  }
  std::string told(const ir::Decision& decision, const char* output, const pac_result& result) {
    const interp::Values& values = interpreter_->values();
    const Value value =
        values.load(decision.result_type, layout_->value(decision.result_type), output);
    std::string line = "ok " + values.format(decision.result_type, value);
    for (uint32_t i = 0; i < result.fired_count; ++i) {
      line += (i == 0 ? " by " : ", ") + rule_name(decision, result.fired[i]);
    }
    for (uint32_t i = 0; i < result.duty_count; ++i) {
      const ir::Duty& duty = b.rule_set.duties[result.duties[i].duty];
      const TypeId type = b.record_type(duty.arguments);
      line += "; " + duty.name + " " +
              values.format(type, Value::of_record(result.duties[i].arguments)) + " of " +
              rule_name(decision, result.duties[i].rule);
    }
    return line;
  }
  std::string told_failure(const ir::Decision& decision, const pac_result& result) {
    EXPECT_EQ(result.fired_count, 0u);
    EXPECT_EQ(result.duty_count, 0u);
    if (result.status == PAC_NO_MATCH) return "no_match";
    EXPECT_GT(result.error_depth, 0u);
    const ir::Decision& innermost =
        result.error_depth == 0 ? decision : b.rule_set.decisions[result.error_path[0]];
    std::string line = code(result.error);
    if (result.error_rule != PAC_NO_RULE) line += " at " + rule_name(innermost, result.error_rule);
    if (result.error_other != PAC_NO_RULE) line += ", " + rule_name(innermost, result.error_other);
    for (uint32_t i = 0; i < result.error_depth; ++i) {
      line += (i == 0 ? " in " : " < ") + b.rule_set.decisions[result.error_path[i]].name;
    }
    return line;
  }
};

}  // namespace pac::test
