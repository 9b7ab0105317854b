// Hit policies that end in one outcome.
#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/policy_loop.h"
#include "compiler/codegen/support_types.h"

namespace pac::codegen {

using ir::HitPolicy;
using ir::TypeKind;

void DecisionEmitter::emit_policy(FunctionEmitter& f) {
  const Search kind = search_kind();
  if (kind == Search::first || kind == Search::unique)
    emit_single(f, kind);
  else
    emit_survivors(f, kind);
  define_outcomes();
}

// At most one rule is left, so its outcome goes straight to the output.
void DecisionEmitter::emit_single(FunctionEmitter& f, Search kind) {
  llvm::Value* rule = search(f, kind);
  if (spared_.gap) {
    if (!says_at_hit_) call_outcome(f, rule, f.int32(0), output_);
    finish_ok(f, rule);
    return;
  }
  llvm::Value* nothing = f.b.CreateICmpEQ(rule, f.int32(PAC_NO_RULE));
  if (decision.has_otherwise && says_at_hit_) {
    const auto otherwise = static_cast<uint32_t>(decision.rules.size());
    llvm::BasicBlock* before = f.b.GetInsertBlock();
    llvm::BasicBlock* none = f.block("no_hit");
    llvm::BasicBlock* said = f.block("said");
    f.b.CreateCondBr(nothing, none, said);
    f.move_to(none);
    say(f, otherwise, output_);
    f.b.CreateBr(said);
    f.move_to(said);
    rule = f.merge({{{rule, nullptr, nullptr}, before},
                    {{f.int32(otherwise), nullptr, nullptr}, none}})
               .a;
  } else if (decision.has_otherwise) {
    rule = f.b.CreateSelect(nothing, f.int32(static_cast<uint32_t>(decision.rules.size())), rule);
  } else {
    llvm::BasicBlock* none = f.block("no_hit");
    llvm::BasicBlock* hit = f.block("hit");
    f.b.CreateCondBr(nothing, none, hit);
    f.move_to(none);
    emit_no_hit(f);
    f.move_to(hit);
  }
  if (!says_at_hit_) call_outcome(f, rule, f.int32(0), output_);
  finish_ok(f, rule);
}

// Ends the decision where no rule fired and there is no `otherwise`.
void DecisionEmitter::emit_no_hit(FunctionEmitter& f) {
  if (!decision.partial) {
    f.call("pac_rt_fail", {f.result, f.int32(PAC_E_GAP), f.int32(PAC_NO_RULE), f.int32(PAC_NO_RULE),
                           f.int32(number())});
    f.b.CreateRet(f.int32(PAC_ERROR));
    return;
  }
  if_reporting(f, [&] {
    write_header(f, PAC_NO_MATCH);
    set_counts(f, f.int32(0), true);
  });
  f.b.CreateRet(f.int32(PAC_NO_MATCH));
}

void DecisionEmitter::emit_survivors(FunctionEmitter& f, Search kind) {
  search(f, kind);
  const auto count = static_cast<uint32_t>(decision.rules.size());
  if (decision.policy == HitPolicy::unique_with_exceptions) {
    std::vector<uint32_t> offsets{0};
    std::vector<uint32_t> targets;
    for (const std::vector<uint32_t>& reach : ir::override_reach(decision)) {
      targets.insert(targets.end(), reach.begin(), reach.end());
      offsets.push_back(static_cast<uint32_t>(targets.size()));
    }
    if (!targets.empty()) {
      f.call("pac_rt_remove_overridden",
             {hits(f), m.table(offsets, "override_offsets"), m.table(targets, "override_targets")});
    }
  }
  const bool collects =
      decision.policy == HitPolicy::collect_list || decision.policy == HitPolicy::collect_folds;
  if (decision.has_otherwise || !collects) {
    llvm::Value* any = f.b.CreateLoad(m.i32, hits(f));
    llvm::BasicBlock* none = f.block("no_hit");
    llvm::BasicBlock* some = f.block("survivors");
    f.b.CreateCondBr(f.b.CreateICmpEQ(any, f.int32(0)), none, some);
    f.move_to(none);
    if (decision.has_otherwise) {
      f.b.CreateStore(f.int32(count), f.offset(hits(f), offsetof(pac_rt_hits, entries)));
      f.b.CreateStore(f.int32(1), hits(f));
      f.b.CreateBr(some);
    } else {
      emit_no_hit(f);
    }
    f.move_to(some);
  }
  switch (decision.policy) {
    case HitPolicy::by_outcome:
    case HitPolicy::by_highest:
      emit_ranking(f);
      return;
    case HitPolicy::deny_overrides:
    case HitPolicy::permit_overrides:
      emit_effects(f);
      return;
    case HitPolicy::collect_list:
      emit_collect_list(f);
      return;
    case HitPolicy::collect_folds:
      emit_collect_folds(f);
      return;
    default:
      emit_agreement(f);
      return;
  }
}

llvm::Value* DecisionEmitter::each_table() {
  if (each_of_rule_.empty()) return llvm::ConstantPointerNull::get(m.ptr);
  std::vector<uint32_t> indices(decision.rules.size() + 1, PAC_NO_EACH);
  for (const auto& [rule, index] : each_of_rule_) indices[rule] = index;
  return m.table(indices, "each_of_rule");
}

// The first survivor's outcome is the decision's; the others must say the same.
void DecisionEmitter::emit_agreement(FunctionEmitter& f) {
  const ir::RecordLayout& places = m.layout.record(decision.output);
  llvm::Value* none = f.int32(PAC_NO_RULE);
  llvm::Value* first = f.stack(4, 4);
  llvm::Value* differs = f.stack(4, 4);
  llvm::Value* other = f.stack(places.size, places.align);
  f.b.CreateStore(none, first);
  f.b.CreateStore(none, differs);
  llvm::Function* equal = m.equal_function(decision.result_type, false);
  each_survivor(f, [&](llvm::Value* rule, llvm::Value* item, llvm::BasicBlock* next) {
    llvm::Value* is_first = f.b.CreateICmpEQ(f.b.CreateLoad(m.i32, first), none);
    call_outcome(f, rule, item, f.b.CreateSelect(is_first, output_, other));
    llvm::BasicBlock* keep = f.block("first_survivor");
    llvm::BasicBlock* compare = f.block("other_survivor");
    llvm::BasicBlock* clash = f.block("clash");
    f.b.CreateCondBr(is_first, keep, compare);
    f.move_to(keep);
    f.b.CreateStore(rule, first);
    f.b.CreateBr(next);
    f.move_to(compare);
    llvm::Value* known = f.b.CreateICmpNE(f.b.CreateLoad(m.i32, differs), none);
    llvm::Value* same = f.b.CreateCall(equal, {output_, other});
    f.b.CreateCondBr(f.b.CreateOr(known, same), next, clash);
    f.move_to(clash);
    f.b.CreateStore(rule, differs);
    f.b.CreateBr(next);
  });
  llvm::Value* chosen = f.b.CreateLoad(m.i32, first);
  llvm::Value* clashing = f.b.CreateLoad(m.i32, differs);
  fail_with(f, f.b.CreateICmpNE(clashing, none), PAC_E_OVERLAP, chosen, clashing);
  if (has_duties_) if_reporting(f, [&] { f.call("pac_rt_keep_duties_of", {f.result, chosen}); });
  finish_ok(f, chosen);
}

// ---- Ranking

// The rank of a value under a column as an i128, smaller is better; *named: whether it has one.
llvm::Value* DecisionEmitter::rank_of(FunctionEmitter& f, const ir::RankedColumn& column,
                                      const Value& value, ir::TypeId type, llvm::Value** named) {
  *named = f.b.getTrue();
  if (column.values.empty()) {
    llvm::Value* key = f.wide(value.a);
    return column.highest ? f.b.CreateNeg(key) : key;  // such a column is never missing
  }
  llvm::BasicBlock* done = f.block("ranked");
  std::vector<Incoming> ranks;
  std::vector<Incoming> known;
  const auto stop = [&](Int128 rank, bool is_named) {
    ranks.push_back({{f.number(m.i128, rank), nullptr, nullptr}, f.b.GetInsertBlock()});
    known.push_back({{f.b.getInt1(is_named), nullptr, nullptr}, f.b.GetInsertBlock()});
  };
  for (size_t i = 0; i < column.values.size(); ++i) {
    const ir::Constant& constant = m.rule_set.constant(column.values[i]);
    Value one;
    if (constant.missing) {
      one = f.missing(constant.type);
    } else if (m.rule_set.type(constant.type).kind == TypeKind::string) {
      one = {m.text_data(constant.text), f.int32(static_cast<uint32_t>(constant.text.size())),
             nullptr};
    } else {
      one.a = f.number(m.scalar_type(m.rule_set.type(constant.type)), constant.number);
    }
    llvm::Value* same = f.equal(f.operand(value, type), f.operand(one, constant.type));
    llvm::BasicBlock* next = f.block("next_rank");
    stop(static_cast<Int128>(i), true);
    f.b.CreateCondBr(same, done, next);
    f.move_to(next);
  }
  stop(static_cast<Int128>(column.values.size()), false);
  f.b.CreateBr(done);
  f.move_to(done);
  *named = f.merge(known).a;
  return f.merge(ranks).a;
}

void DecisionEmitter::emit_keys(FunctionEmitter& f, llvm::Value* outcome, llvm::Value* keys,
                                llvm::Value* bad, llvm::Value* rule) {
  const ir::Record& record = m.rule_set.record(decision.output);
  const ir::RecordLayout& places = m.layout.record(decision.output);
  llvm::Value* all_named = f.b.getTrue();
  for (size_t i = 0; i < decision.ranking.size(); ++i) {
    const ir::RankedColumn& column = decision.ranking[i];
    const ir::TypeId type = record.fields[column.column].type;
    const Value value = f.load(f.offset(outcome, places.offsets[column.column]), type,
                               places.fields[column.column]);
    llvm::Value* named = nullptr;
    llvm::Value* key = rank_of(f, column, value, type, &named);
    f.b.CreateAlignedStore(key, f.offset(keys, i * 16), llvm::Align(16));
    all_named = f.b.CreateAnd(all_named, named);
  }
  llvm::Value* before = f.b.CreateLoad(m.i32, bad);
  llvm::Value* is_first = f.b.CreateICmpEQ(before, f.int32(PAC_NO_RULE));
  llvm::Value* is_bad = f.b.CreateAnd(is_first, f.b.CreateNot(all_named));
  f.b.CreateStore(f.b.CreateSelect(is_bad, rule, before), bad);
}

void DecisionEmitter::emit_ranking(FunctionEmitter& f) {
  const ir::RecordLayout& places = m.layout.record(decision.output);
  const auto columns = static_cast<uint32_t>(decision.ranking.size());
  llvm::Value* none = f.int32(PAC_NO_RULE);
  llvm::Value* best = f.stack(4, 4);
  llvm::Value* bad = f.stack(4, 4);
  llvm::Value* best_keys = f.stack(columns * 16, 16);
  llvm::Value* keys = f.stack(columns * 16, 16);
  llvm::Value* outcome = f.stack(places.size, places.align);
  f.b.CreateStore(none, best);
  f.b.CreateStore(none, bad);
  each_survivor(f, [&](llvm::Value* rule, llvm::Value* item, llvm::BasicBlock* next) {
    call_outcome(f, rule, item, outcome);
    emit_keys(f, outcome, keys, bad, rule);
    llvm::BasicBlock* compare = f.block("compare_ranks");
    llvm::BasicBlock* take = f.block("take");
    f.b.CreateCondBr(f.b.CreateICmpEQ(f.b.CreateLoad(m.i32, best), none), take, compare);
    f.move_to(compare);
    llvm::Value* before = f.call("pac_rt_ranks_before", {keys, best_keys, f.int32(columns)});
    f.b.CreateCondBr(f.b.CreateICmpNE(before, f.int32(0)), take, next);
    f.move_to(take);
    f.copy(output_, outcome, places.size, places.align);
    f.copy(best_keys, keys, columns * 16, 16);
    f.b.CreateStore(rule, best);
    f.b.CreateBr(next);
  });
  llvm::Value* unnamed = f.b.CreateLoad(m.i32, bad);
  fail_with(f, f.b.CreateICmpNE(unnamed, none), PAC_E_DOMAIN, unnamed, none);
  llvm::Value* chosen = f.b.CreateLoad(m.i32, best);
  if (has_duties_) if_reporting(f, [&] { f.call("pac_rt_keep_duties_of", {f.result, chosen}); });
  finish_ok(f, chosen);
}

// ---- Effects

// The overriding effect wins where any survivor has it. A survivor's mark becomes its effect plus
// one, which then says who fired.
void DecisionEmitter::emit_effects(FunctionEmitter& f) {
  const ir::Record& record = m.rule_set.record(decision.output);
  const ir::RecordLayout& places = m.layout.record(decision.output);
  size_t column = 0;
  while (column < record.fields.size() &&
         m.rule_set.type(record.fields[column].type).kind != TypeKind::effect) {
    ++column;
  }
  if (column == record.fields.size()) {
    m.unsupported("decision `" + decision.name + "` has no effect to decide on");
    f.b.CreateUnreachable();
    return;
  }
  const uint32_t overriding = decision.policy == HitPolicy::deny_overrides ? 1 : 0;
  llvm::Value* winner = f.stack(4, 4);  // mark of the winning effect; 0: none yet
  llvm::Value* outcome = f.stack(places.size, places.align);
  f.b.CreateStore(f.int32(0), winner);
  each_survivor(f, [&](llvm::Value* rule, llvm::Value* item, llvm::BasicBlock* next) {
    call_outcome(f, rule, item, outcome);
    const Value effect = f.load(f.offset(outcome, places.offsets[column]),
                                record.fields[column].type, places.fields[column]);
    llvm::Value* mark = f.b.CreateAdd(effect.a, f.int32(1));
    f.call("pac_rt_mark_hit", {hits(f), cursor_, mark});
    llvm::Value* before = f.b.CreateLoad(m.i32, winner);
    llvm::Value* is_first = f.b.CreateICmpEQ(before, f.int32(0));
    llvm::Value* overrides = f.b.CreateAnd(f.b.CreateICmpEQ(mark, f.int32(overriding + 1)),
                                           f.b.CreateICmpNE(before, f.int32(overriding + 1)));
    llvm::BasicBlock* take = f.block("take");
    f.b.CreateCondBr(f.b.CreateOr(is_first, overrides), take, next);
    f.move_to(take);
    f.copy(output_, outcome, places.size, places.align);
    f.b.CreateStore(mark, winner);
    f.b.CreateBr(next);
  });
  if_reporting(f, [&] {
    llvm::Value* mark = f.b.CreateLoad(m.i32, winner);
    write_header(f, PAC_OK);
    f.call("pac_rt_fire_marked", {f.result, hits(f), mark});
    if (has_duties_)
      f.call("pac_rt_keep_duties_marked", {f.result, hits(f), mark});
    else
      f.b.CreateStore(f.int32(0), f.offset(f.result, offsetof(pac_result, duty_count)));
  });
  f.b.CreateRet(f.int32(PAC_OK));
}

}  // namespace pac::codegen
