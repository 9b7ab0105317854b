// What a rule that hit says: outcomes and duties. Constant outcomes are rows of a table and cost a
// copy, not code; the rest is in functions of at most 256 rules each, chosen by the rule's index.
#include <algorithm>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/support_types.h"

namespace pac::codegen {

uint32_t DecisionEmitter::outcome_count() const {
  return static_cast<uint32_t>(decision.rules.size()) + (decision.has_otherwise ? 1 : 0);
}

const ir::Rule& DecisionEmitter::rule_at(uint32_t index) const {
  return index < decision.rules.size() ? decision.rules[index] : decision.otherwise;
}

// A few short constant outcomes are stored where their rule hits, one branch per rule. Copied from
// a row of the table they would depend on the input through the row's address, and a caller that
// reads them at once would wait for all of it; behind a branch that was foreseen there is nothing
// to wait for.
bool DecisionEmitter::can_say_at_hit() {
  constexpr uint32_t kMostOutcomes = 16;
  constexpr size_t kMostFields = 8;
  if (has_kernel() || search_kind() != Search::first || outcome_count() > kMostOutcomes)
    return false;
  for (uint32_t i = 0; i < outcome_count(); ++i) {
    const ir::Rule& rule = rule_at(i);
    if (!constant_outcome_[i] || !rule.duties.empty() || rule.outcome.size() > kMostFields)
      return false;
    for (const ir::ExprId field : rule.outcome) {
      if (m.rule_set.expr(field).op != ir::Op::constant) return false;
    }
  }
  return true;
}

void DecisionEmitter::say(FunctionEmitter& f, uint32_t rule, llvm::Value* to) {
  const size_t outer = f.scope();
  f.emit_record(rule_at(rule).outcome, decision.output, to);
  f.leave(outer);
}

void DecisionEmitter::plan_outcomes() {
  if (decision.policy == ir::HitPolicy::result) return;
  const uint32_t count = outcome_count();
  const ir::Record& record = m.rule_set.record(decision.output);
  const ir::RecordLayout& places = m.layout.record(decision.output);
  ConstantMemory rows;
  // Beyond this the table would be larger than the code; nothing that was seen comes near.
  constexpr uint64_t kMostTable = uint64_t{64} << 20;
  const bool has_table = uint64_t{count} * places.size <= kMostTable;
  if (has_table) rows.reserve(count * places.size);
  constant_outcome_.assign(count, false);
  bool any_constant = false;
  for (uint32_t i = 0; i < count; ++i) {
    const ir::Rule& rule = rule_at(i);
    ConstantMemory row;
    row.reserve(places.size);
    bool constant = has_table && rule.outcome.size() == record.fields.size();
    for (size_t field = 0; field < rule.outcome.size() && constant; ++field) {
      constant =
          ranges.lies_in(rule.outcome[field], record.fields[field].domain) &&
          m.write_constant(rule.outcome[field], places.fields[field], row, places.offsets[field]);
    }
    constant_outcome_[i] = constant;
    if (!constant) continue;
    any_constant = true;
    if (places.size != 0) rows.put(i * places.size, row.bytes.data(), places.size);
    for (const auto& [offset, address] : row.pointers)
      rows.pointers[i * places.size + offset] = address;
  }
  says_at_hit_ = can_say_at_hit();
  if (says_at_hit_) return;
  if (any_constant) outcome_rows_ = m.finish(rows, "outcomes");
  for (uint32_t begin = 0; begin < count; begin += kRulesPerGroup) {
    const uint32_t end = std::min(count, begin + kRulesPerGroup);
    bool needs_code = false;
    for (uint32_t i = begin; i < end; ++i) {
      needs_code = needs_code || !constant_outcome_[i] || !rule_at(i).duties.empty();
    }
    llvm::Function* function = nullptr;
    if (needs_code) {
      function = m.internal_function(name_ + ".outcomes" + std::to_string(begin / kRulesPerGroup),
                                     m.i32, {m.ptr, m.ptr, m.ptr, m.ptr, m.i32, m.i32, m.ptr});
      for (unsigned n = 0; n < 4; ++n) function->addParamAttr(n, llvm::Attribute::NoAlias);
    }
    outcome_functions_.push_back(function);
  }
}

void DecisionEmitter::define_outcomes() {
  for (uint32_t i = 0; i < outcome_functions_.size(); ++i) {
    if (outcome_functions_[i] == nullptr) continue;
    const uint32_t begin = i * kRulesPerGroup;
    define_outcome_group(outcome_functions_[i], begin,
                         std::min(outcome_count(), begin + kRulesPerGroup));
  }
}

void DecisionEmitter::define_outcome_group(llvm::Function* function, uint32_t begin, uint32_t end) {
  FunctionEmitter f(*this, function, Answer::code);
  f.take_arguments();
  llvm::Value* index = function->getArg(4);
  llvm::Value* item = function->getArg(5);
  llvm::Value* to = function->getArg(6);
  const uint32_t size = m.layout.record(decision.output).size;
  const uint32_t align = m.layout.record(decision.output).align;
  llvm::BasicBlock* constant = f.block("constant");
  llvm::SwitchInst* choose = f.b.CreateSwitch(index, constant, end - begin);
  for (uint32_t i = begin; i < end; ++i) {
    const ir::Rule& rule = rule_at(i);
    if (constant_outcome_[i] && rule.duties.empty()) continue;
    llvm::BasicBlock* place = f.block("outcome");
    choose->addCase(f.int32(i), place);
    f.move_to(place);
    const size_t outer = f.scope();
    f.rule = f.int32(i);
    if (rule.each_list != ir::ExprId::none) {
      const ir::TypeId list_type = m.rule_set.expr(rule.each_list).type;
      const ir::TypeId element = m.rule_set.type(list_type).element;
      llvm::Value* each = f.offset(each_memory(f), each_of_rule_[i] * sizeof(pac_rt_each));
      const Value list{f.b.CreateLoad(m.ptr, each), nullptr, nullptr};
      f.bind(rule.each_var,
             f.load(f.element_address(list, list_type, item), element, m.layout.value(element)));
    }
    if (constant_outcome_[i])
      f.copy(to, f.offset(outcome_rows_, uint64_t{i} * size), size, align);
    else
      f.emit_record(rule.outcome, decision.output, to);
    emit_duties(f, rule, i);
    f.b.CreateRet(f.int32(0));
    f.leave(outer);
  }
  f.move_to(constant);
  if (outcome_rows_ == nullptr) {
    f.b.CreateUnreachable();
  } else {
    llvm::Value* bytes = f.b.CreateMul(f.b.CreateZExt(index, m.i64), f.int64(size));
    f.copy(to, f.b.CreateInBoundsGEP(m.i8, outcome_rows_, bytes), size, align);
    f.b.CreateRet(f.int32(0));
  }
  f.finish();
}

void DecisionEmitter::emit_duties(FunctionEmitter& f, const ir::Rule& rule, uint32_t index) {
  for (const ir::DutyUse& use : rule.duties) {
    const ir::RecordId record = m.rule_set.duties[ir::index(use.duty)].arguments;
    const ir::RecordLayout& places = m.layout.record(record);
    llvm::Value* slot = f.stack(places.size, places.align);
    f.emit_record(use.arguments, record, slot);
    llvm::BasicBlock* done = f.block("duty_done");
    if (called_) {
      llvm::Value* flag = f.b.CreateLoad(m.i8, f.offset(f.frame, report_offset_));
      llvm::BasicBlock* wanted = f.block("duty_wanted");
      f.b.CreateCondBr(f.b.CreateICmpNE(flag, llvm::ConstantInt::get(m.i8, 0)), wanted, done);
      f.move_to(wanted);
    }
    llvm::Value* kept = f.scratch_memory(f.int64(places.size), places.align);
    f.copy(kept, slot, places.size, places.align);
    f.call("pac_rt_add_duty", {f.result, f.int32(ir::index(use.duty)), f.int32(index), kept});
    f.b.CreateBr(done);
    f.move_to(done);
  }
}

void DecisionEmitter::call_outcome(FunctionEmitter& f, llvm::Value* rule, llvm::Value* item,
                                   llvm::Value* to) {
  const ir::RecordLayout& places = m.layout.record(decision.output);
  const auto copy_row = [&] {
    llvm::Value* bytes = f.b.CreateMul(f.b.CreateZExt(rule, m.i64), f.int64(places.size));
    f.copy(to, f.b.CreateInBoundsGEP(m.i8, outcome_rows_, bytes), places.size, places.align);
  };
  const auto call = [&](llvm::Function* function) {
    llvm::Value* before = f.rule;
    f.rule = rule;
    f.fail_if_code(
        f.b.CreateCall(function, {f.input, f.frame, f.result, f.scratch, rule, item, to}));
    f.rule = before;
  };
  if (outcome_functions_.empty()) return;  // no rules at all
  if (std::ranges::all_of(outcome_functions_, [](llvm::Function* one) { return one == nullptr; })) {
    copy_row();
    return;
  }
  if (outcome_functions_.size() == 1) {
    call(outcome_functions_[0]);
    return;
  }
  llvm::BasicBlock* constant = f.block("constant");
  llvm::BasicBlock* done = f.block("said");
  llvm::Value* group = f.b.CreateUDiv(rule, f.int32(kRulesPerGroup));
  llvm::SwitchInst* choose =
      f.b.CreateSwitch(group, constant, static_cast<unsigned>(outcome_functions_.size()));
  for (uint32_t i = 0; i < outcome_functions_.size(); ++i) {
    if (outcome_functions_[i] == nullptr) continue;
    llvm::BasicBlock* place = f.block("group");
    choose->addCase(f.int32(i), place);
    f.move_to(place);
    call(outcome_functions_[i]);
    f.b.CreateBr(done);
  }
  f.move_to(constant);
  if (outcome_rows_ == nullptr) {
    f.b.CreateUnreachable();
  } else {
    copy_row();
    f.b.CreateBr(done);
  }
  f.move_to(done);
}

}  // namespace pac::codegen
