// Which rules hit, where a match plan finds them: the kernel gives the rows whose tests hold in the
// order of trying; what a rule leaves to evaluate is done then, by functions of at most 256 rules.
// So errors keep the language's order: a rule's tests are those of its conditions that come before
// the first that can fail, and no condition of a rule is evaluated before all earlier rules were.
#include <algorithm>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/kernel.h"
#include "compiler/codegen/support_types.h"

namespace pac::codegen {

struct DecisionEmitter::PlanSearch {
  llvm::BasicBlock* done = nullptr;
  std::vector<Incoming> found;           // rules
  llvm::Value* level_end = nullptr;      // i32 slot: the row where the level that hit ends
  llvm::Constant* level_ends = nullptr;  // u32 a row
};

void DecisionEmitter::make_plan() {
  // What is evaluated could not be told from a table.
  if (decision.rules.empty() || m.marks != nullptr) return;
  match::Options options;
  options.force = m.strategy.has_value();
  if (m.strategy) options.strategy = *m.strategy;
  options.first_only = search_kind() == Search::first;
  match::Plan plan = match::make_plan(match::normalize(m.rule_set, decision), options);
  if (plan.strategy != match::Strategy::chain)
    plan_ = std::make_unique<const match::Plan>(std::move(plan));
}

// Runs the search; see search().
llvm::Value* DecisionEmitter::search_plan(FunctionEmitter& f, Search kind) {
  const std::vector<match::Row>& rows = plan_->table.rows;
  plan_rests();
  KernelEmitter kernel(f, *plan_, name_);
  kernel.begin();
  std::vector<uint32_t> rule_of;
  bool in_order = true;
  for (const match::Row& row : rows) {
    in_order = in_order && row.rule == rule_of.size();
    rule_of.push_back(row.rule);
  }
  rule_of.resize(kernel.room(), PAC_NO_RULE);
  if (!in_order) rule_of_row_ = m.table(rule_of, "rule_of_row");
  // By proof the last rule fires where none before it has.
  llvm::Value* otherwise = f.int32(spared_.gap ? rows.back().rule : PAC_NO_RULE);
  if (kind == Search::first && rest_groups_.empty() && kernel.can_tell_first()) {
    const KernelEmitter::First first = kernel.first();
    return kernel.choose(first.none, otherwise, rule_of_row(f, first.row));
  }
  PlanSearch state;
  state.done = f.block("searched");
  if (kind == Search::levels) {
    std::vector<uint32_t> ends(rows.size());
    for (size_t i = rows.size(); i-- > 0;) {
      const bool is_last = i + 1 == rows.size() || decision.rules[rows[i].rule].priority !=
                                                       decision.rules[rows[i + 1].rule].priority;
      ends[i] = is_last ? static_cast<uint32_t>(i + 1) : ends[i + 1];
    }
    state.level_ends = m.table(ends, "level_ends");
    state.level_end = f.stack(4, 4);
    f.b.CreateStore(f.int32(PAC_NO_RULE), state.level_end);
  }
  kernel.each(
      [&](llvm::Value* row, llvm::BasicBlock* next) { take_row(f, kind, row, next, state); });
  state.found.push_back({{otherwise, nullptr, nullptr}, f.b.GetInsertBlock()});
  f.b.CreateBr(state.done);
  f.move_to(state.done);
  return f.merge(state.found).a;
}

llvm::Value* DecisionEmitter::rule_of_row(FunctionEmitter& f, llvm::Value* row) {
  if (rule_of_row_ == nullptr) return row;
  return f.b.CreateLoad(m.i32,
                        f.b.CreateInBoundsGEP(m.i32, rule_of_row_, f.b.CreateZExt(row, m.i64)));
}

// A row whose tests hold. Leaves every path in a branch to `next` or out of the search.
void DecisionEmitter::take_row(FunctionEmitter& f, Search kind, llvm::Value* row,
                               llvm::BasicBlock* next, PlanSearch& state) {
  const auto leave = [&](llvm::Value* rule) {
    state.found.push_back({{rule, nullptr, nullptr}, f.b.GetInsertBlock()});
  };
  if (kind == Search::levels) {
    llvm::Value* end = f.b.CreateLoad(m.i32, state.level_end);
    llvm::BasicBlock* inside = f.block("same_level");
    leave(f.int32(PAC_NO_RULE));
    f.b.CreateCondBr(f.b.CreateICmpUGE(row, end), state.done, inside);
    f.move_to(inside);
  }
  llvm::Value* rule = rule_of_row(f, row);
  require_rest(f, row, next);
  switch (kind) {
    case Search::first:
      leave(rule);
      f.b.CreateBr(state.done);
      return;
    case Search::unique: {
      llvm::BasicBlock* first = f.block("first_hit");
      llvm::BasicBlock* later = f.block("later_hit");
      llvm::Value* known = f.b.CreateLoad(m.i32, search_state_);
      f.b.CreateCondBr(f.b.CreateICmpEQ(known, f.int32(PAC_NO_RULE)), first, later);
      f.move_to(first);
      f.b.CreateStore(rule, search_state_);
      f.b.CreateBr(next);
      f.move_to(later);
      llvm::Value* second = f.offset(search_state_, 4);
      if (rest_groups_.empty()) {
        // Nothing that follows can end in an error, so two hits settle it.
        f.b.CreateStore(rule, second);
        leave(f.int32(PAC_NO_RULE));
        f.b.CreateBr(state.done);
        return;
      }
      llvm::Value* before = f.b.CreateLoad(m.i32, second);
      llvm::Value* is_second = f.b.CreateICmpEQ(before, f.int32(PAC_NO_RULE));
      f.b.CreateStore(f.b.CreateSelect(is_second, rule, before), second);
      break;
    }
    case Search::levels: {
      llvm::Value* place =
          f.b.CreateInBoundsGEP(m.i32, state.level_ends, f.b.CreateZExt(row, m.i64));
      f.b.CreateStore(f.b.CreateLoad(m.i32, place), state.level_end);
      append_hit(f, rule);
      break;
    }
    case Search::marks:
      append_hit(f, rule);
      break;
  }
  f.b.CreateBr(next);
}

// ---- What the tables leave to evaluate

void DecisionEmitter::plan_rests() {
  const std::vector<match::Row>& rows = plan_->table.rows;
  std::vector<uint32_t> with_rest;
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (rows[row].has_each || !rows[row].rest.empty()) with_rest.push_back(row);
  }
  if (with_rest.empty()) return;
  const std::vector<Group> parts =
      groups(static_cast<uint32_t>(with_rest.size()), [&](uint32_t at) {
        const match::Row& row = rows[with_rest[at]];
        return cost_of(row.has_each ? decision.rules[row.rule].conditions : row.rest);
      });
  std::vector<uint32_t> of_row(rows.size(), 0);
  ConstantMemory addresses;
  addresses.reserve(static_cast<uint32_t>(parts.size() * 8));
  for (size_t i = 0; i < parts.size(); ++i) {
    llvm::Function* group = group_function(".rest" + std::to_string(i), m.i32);
    group->addFnAttr(llvm::Attribute::NoInline);
    define_rest_group(group, with_rest, parts[i]);
    rest_groups_.push_back(group);
    addresses.pointers[static_cast<uint32_t>(i * 8)] = group;
    for (uint32_t at = parts[i].begin; at < parts[i].end; ++at)
      of_row[with_rest[at]] = static_cast<uint32_t>(i + 1);
  }
  if (parts.size() > 1) rest_functions_ = m.finish(addresses, "rest_functions");
  if (parts.size() > 1 || with_rest.size() != rows.size())
    rest_of_row_ = m.table(of_row, "rest_of_row");
}

// Returns the rule where what is left of its conditions holds, else PAC_NO_RULE.
void DecisionEmitter::define_rest_group(llvm::Function* function, const std::vector<uint32_t>& rows,
                                        Group group) {
  FunctionEmitter f(*this, function, Answer::code_and_rule);
  f.take_arguments();
  llvm::BasicBlock* no = f.block("does_not_hold");
  llvm::BasicBlock* impossible = f.block("no_such_row");
  llvm::SwitchInst* choose =
      f.b.CreateSwitch(function->getArg(4), impossible, group.end - group.begin);
  for (uint32_t at = group.begin; at < group.end; ++at) {
    const match::Row& row = plan_->table.rows[rows[at]];
    llvm::BasicBlock* place = f.block("rest");
    choose->addCase(f.int32(rows[at]), place);
    f.move_to(place);
    const size_t outer = f.scope();
    f.rule = f.int32(row.rule);
    if (row.has_each)
      try_each_item(f, row.rule, no);
    else
      f.require_all(row.rest, no);
    f.b.CreateRet(f.int64(row.rule));
    f.leave(outer);
  }
  f.move_to(impossible);
  f.b.CreateUnreachable();
  f.move_to(no);
  f.b.CreateRet(f.int64(PAC_NO_RULE));
  f.finish();
}

// Goes on where what is left of the rule's conditions holds.
void DecisionEmitter::require_rest(FunctionEmitter& f, llvm::Value* row, llvm::BasicBlock* next) {
  if (rest_groups_.empty()) return;
  llvm::BasicBlock* holds = f.block("rule_holds");
  llvm::Value* number = nullptr;
  if (rest_of_row_ != nullptr) {
    number = f.b.CreateLoad(m.i32,
                            f.b.CreateInBoundsGEP(m.i32, rest_of_row_, f.b.CreateZExt(row, m.i64)));
    llvm::BasicBlock* evaluate = f.block("evaluate_rest");
    f.b.CreateCondBr(f.b.CreateICmpEQ(number, f.int32(0)), holds, evaluate);
    f.move_to(evaluate);
  }
  llvm::Value* callee = rest_groups_[0];
  if (rest_functions_ != nullptr) {
    llvm::Value* place = f.b.CreateZExt(f.b.CreateSub(number, f.int32(1)), m.i64);
    callee = f.b.CreateLoad(m.ptr, f.b.CreateInBoundsGEP(m.ptr, rest_functions_, place));
  }
  llvm::Value* answer = f.b.CreateCall(rest_groups_[0]->getFunctionType(), callee,
                                       {f.input, f.frame, f.result, f.scratch, row});
  llvm::Value* found = answer_of_group(f, answer);
  f.b.CreateCondBr(f.b.CreateICmpEQ(found, f.int32(PAC_NO_RULE)), next, holds);
  f.move_to(holds);
}

}  // namespace pac::codegen
