// Which rules hit, rule by rule: groups of at most 256 rules, each a function, in the order of
// trying. Where a plan finds them, search_plan.cpp does it.
#include <algorithm>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/spare.h"
#include "compiler/codegen/support_types.h"

namespace pac::codegen {

using ir::ExprId;
using ir::HitPolicy;

namespace {

// What a group returns where it has found nothing.
constexpr uint64_t kNothing = PAC_NO_RULE;

}  // namespace

DecisionEmitter::Search DecisionEmitter::search_kind() {
  if (spared_.clash) return Search::first;
  switch (decision.policy) {
    case HitPolicy::first:
      return Search::first;
    case HitPolicy::unique:
      return Search::unique;
    case HitPolicy::by_priority:
      return levels_are_plain(decision, ranges) ? Search::first : Search::levels;
    default:
      return Search::marks;
  }
}

uint32_t DecisionEmitter::cost_of(const std::vector<ExprId>& conditions) {
  uint64_t sum = 0;
  for (const ExprId id : conditions) sum += cost(id);
  return static_cast<uint32_t>(std::min<uint64_t>(sum, UINT32_MAX));
}

std::vector<DecisionEmitter::Group> DecisionEmitter::groups(
    uint32_t count, const std::function<uint32_t(uint32_t)>& cost_at) {
  constexpr uint32_t kMostCostOfGroup = 8192;  // about 256 rules of ordinary size
  std::vector<Group> made;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t one = std::min(cost_at(i), kMostCostOfGroup);
    if (made.empty() || made.back().end - made.back().begin == kRulesPerGroup ||
        sum + one > kMostCostOfGroup) {
      made.push_back({i, i});
      sum = 0;
    }
    made.back().end = i + 1;
    sum += one;
  }
  return made;
}

llvm::Function* DecisionEmitter::group_function(const std::string& name, llvm::Type* last) {
  llvm::Function* group =
      m.internal_function(name_ + name, m.i64, {m.ptr, m.ptr, m.ptr, m.ptr, last});
  for (unsigned n = 0; n < 4; ++n) group->addParamAttr(n, llvm::Attribute::NoAlias);
  group->addParamAttr(0, llvm::Attribute::ReadOnly);
  group->addDereferenceableParamAttr(0, m.layout.record(decision.input).size);
  return group;
}

// Calls a group; goes on where it did not fail. Returns the rule that it found, or PAC_NO_RULE.
llvm::Value* DecisionEmitter::ask_group(FunctionEmitter& f, llvm::Function* group) {
  return answer_of_group(f, f.b.CreateCall(group, {f.input, f.frame, f.result, f.scratch,
                                                   says_at_hit_ ? output_ : search_state_}));
}

llvm::Value* DecisionEmitter::answer_of_group(FunctionEmitter& f, llvm::Value* answer) {
  llvm::Value* rule = f.b.CreateTrunc(answer, m.i32);
  llvm::Value* before = f.rule;
  f.rule = rule;
  f.fail_if_code(f.b.CreateTrunc(f.b.CreateLShr(answer, 32), m.i32));
  f.rule = before;
  return rule;
}

// Runs the search. For `first` the value is the rule found, or PAC_NO_RULE; for `unique` the first
// hit, the second having been refused; for the others the hits are listed in the frame and there is
// no value. Where the check for a gap is spared, some rule is found.
llvm::Value* DecisionEmitter::search(FunctionEmitter& f, Search kind) {
  begin_search(f, kind);
  llvm::Value* rule = has_kernel() ? search_plan(f, kind) : search_chain(f, kind);
  if (keeps_hits(kind) && hits_need_sorting(kind)) f.call("pac_rt_sort_hits", {hits(f)});
  return kind == Search::unique ? refuse_second(f) : rule;
}

void DecisionEmitter::begin_search(FunctionEmitter& f, Search kind) {
  search_state_ = f.stack(8, 8);
  if (kind == Search::unique) {
    f.b.CreateStore(f.int32(PAC_NO_RULE), search_state_);
    f.b.CreateStore(f.int32(PAC_NO_RULE), f.offset(search_state_, 4));
  }
  if (keeps_hits(kind)) f.b.CreateStore(f.int32(0), hits(f));
}

// Whether the order of trying is another one than that of the source, among rules that can hit
// together.
bool DecisionEmitter::hits_need_sorting(Search kind) const {
  const std::vector<uint32_t> order = ir::try_order(decision);
  const auto falls = [&](uint32_t one, uint32_t next) {
    return one > next && (kind != Search::levels ||
                          decision.rules[one].priority == decision.rules[next].priority);
  };
  return std::ranges::adjacent_find(order, falls) != order.end();
}

llvm::Value* DecisionEmitter::refuse_second(FunctionEmitter& f) {
  llvm::Value* first = f.b.CreateLoad(m.i32, search_state_);
  llvm::Value* second = f.b.CreateLoad(m.i32, f.offset(search_state_, 4));
  fail_with(f, f.b.CreateICmpNE(second, f.int32(PAC_NO_RULE)), PAC_E_OVERLAP, first, second);
  return first;
}

llvm::Value* DecisionEmitter::search_chain(FunctionEmitter& f, Search kind) {
  const std::vector<uint32_t> order = ir::try_order(decision);
  const std::vector<Group> parts = groups(static_cast<uint32_t>(order.size()), [&](uint32_t at) {
    return cost_of(decision.rules[order[at]].conditions);
  });
  llvm::Value* none = f.int32(PAC_NO_RULE);
  llvm::BasicBlock* done = f.block("searched");
  std::vector<Incoming> found;
  for (size_t i = 0; i < parts.size(); ++i) {
    llvm::Function* group = group_function(".rules" + std::to_string(i), m.ptr);
    group->addFnAttr(parts.size() == 1 ? llvm::Attribute::AlwaysInline : llvm::Attribute::NoInline);
    define_group(group, kind, order, parts[i]);
    llvm::Value* rule = ask_group(f, group);
    if (spared_.gap && i + 1 == parts.size()) {
      found.push_back({{rule, nullptr, nullptr}, f.b.GetInsertBlock()});
      f.b.CreateBr(done);
    } else if (kind == Search::first || kind == Search::levels) {
      llvm::BasicBlock* next = f.block("next_group");
      found.push_back({{rule, nullptr, nullptr}, f.b.GetInsertBlock()});
      f.b.CreateCondBr(f.b.CreateICmpEQ(rule, none), next, done);
      f.move_to(next);
    }
  }
  if (!spared_.gap) {
    found.push_back({{none, nullptr, nullptr}, f.b.GetInsertBlock()});
    f.b.CreateBr(done);
  }
  f.move_to(done);
  return f.merge(found).a;
}

void DecisionEmitter::define_group(llvm::Function* function, Search kind,
                                   const std::vector<uint32_t>& order, Group group) {
  FunctionEmitter f(*this, function, Answer::code_and_rule);
  f.take_arguments();
  for (uint32_t i = group.begin; i < group.end; ++i) {
    llvm::BasicBlock* next = f.block("next_rule");
    if (fires_surely(i, order.size())) {
      f.rule = f.int32(order[i]);
      note_hit(f, kind, order[i], next);
    } else {
      try_rule(f, kind, order[i], next);
    }
    f.move_to(next);
    if (kind != Search::levels) continue;
    const bool level_ends = i + 1 == order.size() || decision.rules[order[i]].priority !=
                                                         decision.rules[order[i + 1]].priority;
    if (!level_ends) continue;
    llvm::BasicBlock* stop = f.block("level_hit");
    llvm::BasicBlock* lower = f.block("lower_level");
    llvm::Value* any = f.b.CreateLoad(m.i32, hits(f));
    f.b.CreateCondBr(f.b.CreateICmpNE(any, f.int32(0)), stop, lower);
    f.move_to(stop);
    f.b.CreateRet(f.int64(0));
    f.move_to(lower);
  }
  f.b.CreateRet(f.int64(kNothing));
  f.finish();
}

// By proof the last rule that is tried fires where none before it has.
bool DecisionEmitter::fires_surely(uint32_t place, size_t rules) const {
  return spared_.gap && place + 1 == rules;
}

// Leaves every path in a return or a branch to `next`.
void DecisionEmitter::try_rule(FunctionEmitter& f, Search kind, uint32_t index,
                               llvm::BasicBlock* next) {
  const ir::Rule& rule = decision.rules[index];
  f.rule = f.int32(index);
  const bool guarded = rule.has_effective || rule.each_list != ExprId::none;
  if (rule.has_effective) {
    if (decision.as_of_slot == ir::kNone) {
      m.unsupported("rule `" + rule.name + "` has dates, but its decision has no as_of");
      f.b.CreateBr(next);
      return;
    }
    const ir::RecordLayout& places = m.layout.record(decision.input);
    llvm::Value* as_of =
        f.b.CreateLoad(m.i32, f.offset(f.input, places.offsets[decision.as_of_slot]));
    llvm::Value* begun = f.b.CreateICmpSGE(as_of, f.number(m.i32, rule.effective_from));
    llvm::Value* not_over = f.b.CreateICmpSLE(as_of, f.number(m.i32, rule.effective_to));
    llvm::BasicBlock* in_force = f.block("in_force");
    f.b.CreateCondBr(f.b.CreateAnd(begun, not_over), in_force, next);
    f.move_to(in_force);
  }
  const size_t outer = f.scope();
  if (rule.each_list != ExprId::none)
    try_each_item(f, index, next);
  else
    f.require_all(rule.conditions, next);
  note_hit(f, kind, index, next);
  if (guarded) f.leave(outer);
}

void DecisionEmitter::try_each_item(FunctionEmitter& f, uint32_t index, llvm::BasicBlock* next) {
  const ir::Rule& rule = decision.rules[index];
  const ir::TypeId list_type = m.rule_set.expr(rule.each_list).type;
  const ir::TypeId element = m.rule_set.type(list_type).element;
  const Value list = f.emit(rule.each_list);
  llvm::Value* item_hits = f.scratch_memory(f.b.CreateZExt(list.b, m.i64), 1);
  llvm::Value* each = f.offset(each_memory(f), each_of_rule_[index] * sizeof(pac_rt_each));
  f.b.CreateStore(list.a, f.offset(each, offsetof(pac_rt_each, data)));
  f.b.CreateStore(item_hits, f.offset(each, offsetof(pac_rt_each, hits)));
  f.b.CreateStore(list.b, f.offset(each, offsetof(pac_rt_each, count)));
  llvm::Value* any = f.stack(4, 4);
  f.b.CreateStore(f.int32(0), any);
  f.loop(list.b, [&](llvm::Value* at, llvm::BasicBlock* next_item) {
    const size_t outer = f.scope();
    f.bind(rule.each_var,
           f.load(f.element_address(list, list_type, at), element, m.layout.value(element)));
    llvm::Value* mark = f.b.CreateInBoundsGEP(m.i8, item_hits, f.b.CreateZExt(at, m.i64));
    f.b.CreateStore(llvm::ConstantInt::get(m.i8, 0), mark);
    f.require_all(rule.conditions, next_item);
    f.b.CreateStore(llvm::ConstantInt::get(m.i8, 1), mark);
    f.b.CreateStore(f.int32(1), any);
    f.b.CreateBr(next_item);
    f.leave(outer);
  });
  llvm::BasicBlock* hit = f.block("some_item");
  f.b.CreateCondBr(f.b.CreateICmpNE(f.b.CreateLoad(m.i32, any), f.int32(0)), hit, next);
  f.move_to(hit);
}

void DecisionEmitter::note_hit(FunctionEmitter& f, Search kind, uint32_t rule,
                               llvm::BasicBlock* next) {
  llvm::Value* state = f.function->getArg(4);
  switch (kind) {
    case Search::first:
      if (says_at_hit_) say(f, rule, state);
      f.b.CreateRet(f.int64(rule));
      return;
    case Search::unique: {
      llvm::Value* none = f.int32(PAC_NO_RULE);
      llvm::Value* first = f.b.CreateLoad(m.i32, state);
      llvm::Value* second = f.b.CreateLoad(m.i32, f.offset(state, 4));
      llvm::Value* is_first = f.b.CreateICmpEQ(first, none);
      llvm::Value* is_second =
          f.b.CreateAnd(f.b.CreateNot(is_first), f.b.CreateICmpEQ(second, none));
      f.b.CreateStore(f.b.CreateSelect(is_first, f.int32(rule), first), state);
      f.b.CreateStore(f.b.CreateSelect(is_second, f.int32(rule), second), f.offset(state, 4));
      break;
    }
    case Search::levels:
    case Search::marks:
      append_hit(f, f.int32(rule));
      break;
  }
  f.b.CreateBr(next);
}

void DecisionEmitter::append_hit(FunctionEmitter& f, llvm::Value* rule) {
  llvm::Value* count = f.b.CreateLoad(m.i32, hits(f));
  llvm::Value* entries = f.offset(hits(f), offsetof(pac_rt_hits, entries));
  llvm::Value* place = f.b.CreateInBoundsGEP(m.i32, entries, f.b.CreateZExt(count, m.i64));
  f.b.CreateStore(rule, place);
  f.b.CreateStore(f.b.CreateAdd(count, f.int32(1)), hits(f));
}

}  // namespace pac::codegen
