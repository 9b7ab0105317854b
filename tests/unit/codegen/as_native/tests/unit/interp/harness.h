// Stands in for the interpreter's own test harness when its tests are built once more for native
// code: what they run is run by the interpreter, then natively at each level, and all must tell the
// same.
#pragma once

#include "compiler/codegen/native.h"

#define Harness InterpretedHarness
#include "../../../../../interp/harness.h"
#undef Harness

namespace pac::test {

class Harness : public InterpretedHarness {
 protected:
  std::string eval(ExprId expr) {
    const std::string expected = InterpretedHarness::eval(expr);
    const ir::Type type = b.rule_set.type_of(expr);
    if (type.kind == ir::TypeKind::quotient) return expected;  // no output holds one
    if (is_limit(expected)) return expected;
    // A decision whose result is the expression.
    ir::RuleSet changed = b.rule_set;
    ir::Decision& decision = changed.decisions[0];
    changed.records.push_back(
        {"eval.out", {{"x", b.rule_set.expr(expr).type, ir::DomainId::none, {}}}});
    decision.output = static_cast<ir::RecordId>(changed.records.size() - 1);
    decision.result_type = changed.intern(
        ir::Type{ir::TypeKind::record, false, 0, index(decision.output), TypeId::none});
    decision.policy = ir::HitPolicy::result;
    decision.rules.clear();
    decision.has_otherwise = false;
    decision.result = {expr};
    const std::vector<char> record = input_record(DecisionId{0}, values_);
    for (const int level : {0, 2}) {
      if (!compile(changed, level)) return "not compiled";
      Run run(changed.decisions[0], *native_layout_, *this);
      const uint32_t status = run.decide(*code_, DecisionId{0}, record);
      std::string told = code(run.result.error);
      if (status == PAC_OK) {
        const auto& storage = native_layout_->record(decision.output).fields[0];
        const interp::Values values(changed, *native_layout_);
        told = values.format(b.rule_set.expr(expr).type,
                             values.load(b.rule_set.expr(expr).type, storage, run.output.data()));
      }
      EXPECT_EQ(told, expected) << "native code at level " << level;
    }
    return expected;
  }

  std::string decide(DecisionId id, const std::vector<Value>& inputs,
                     interp::Observer* observer = nullptr) {
    const std::string expected = InterpretedHarness::decide(id, inputs, observer);
    if (is_limit(expected)) return expected;
    const std::vector<char> record = input_record(id, inputs);
    for (const int level : {0, 2}) {
      if (!compile(b.rule_set, level)) return "not compiled";
      const ir::Decision& decision = b.rule_set.decision(id);
      Run run(decision, *native_layout_, *this);
      const uint32_t status = run.decide(*code_, id, record);
      EXPECT_EQ(run.result.status, status);
      const std::string told = status == PAC_OK
                                   ? this->told(decision, run.output.data(), run.result)
                                   : told_failure(decision, run.result);
      EXPECT_EQ(told, expected) << "native code at level " << level;
    }
    return expected;
  }

 private:
  // Room for what one decision gives.
  struct Run {
    Run(const ir::Decision& decision, const ir::Layout& layout, Harness& owner)
        : size(layout.value(decision.result_type).size),
          output(size + 64, '\x55'),
          fired(decision.rules.size() + 1, 0xdead),
          duties(64),
          scratch(owner.fresh_scratch()) {
      result.fired = fired.data();
      result.duties = duties.data();
      result.fired_count = result.duty_count = result.error_depth = 77;
    }
    uint32_t decide(const codegen::NativeCode& code, DecisionId id,
                    const std::vector<char>& record) {
      const uint32_t status = code.decide(id)(record.data(), output.data(), &result, &scratch);
      for (size_t i = size; i < output.size(); ++i)
        EXPECT_EQ(output[i], '\x55') << "written past the output";
      return status;
    }
    size_t size;
    std::vector<char> output;
    std::vector<uint32_t> fired;
    std::vector<pac_duty> duties;
    pac_result result{};
    pac_scratch scratch;
  };

  // Where a test makes memory scarce: how much is needed is each engine's own affair.
  bool is_limit(const std::string& told) const {
    return scratch_size != kScratchBytes && told.starts_with("PAC5009");
  }

  bool compile(const ir::RuleSet& rules, int level) {
    native_layout_ = std::make_unique<ir::Layout>(rules);
    const Result<std::string> object =
        codegen::compile_object(rules, *native_layout_, codegen::Options{level});
    EXPECT_TRUE(object.has_value()) << object.error().code << " " << object.error().message;
    if (!object) return false;
    auto loaded = codegen::NativeCode::load(*object, rules);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    if (!loaded) return false;
    code_ = std::move(*loaded);
    return true;
  }

  std::unique_ptr<ir::Layout> native_layout_;
  std::unique_ptr<codegen::NativeCode> code_;
};

}  // namespace pac::test
