// Hit policies that gather what all survivors say.
#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/policy_loop.h"

namespace pac::codegen {

using ir::FoldKind;
using ir::TypeKind;

namespace {

// Slots of the loop that appends each rule once to the fired ones.
struct Firing {
  llvm::Value* count;
  llvm::Value* last;
};

Firing begin_firing(FunctionEmitter& f) {
  const Firing firing{f.stack(4, 4), f.stack(4, 4)};
  f.b.CreateStore(f.int32(0), firing.count);
  f.b.CreateStore(f.int32(PAC_NO_RULE), firing.last);
  return firing;
}

void fire(FunctionEmitter& f, const Firing& firing, llvm::Value* rule) {
  llvm::BasicBlock* append = f.block("fires");
  llvm::BasicBlock* done = f.block("fired");
  f.b.CreateCondBr(f.b.CreateICmpEQ(f.b.CreateLoad(f.m.i32, firing.last), rule), done, append);
  f.move_to(append);
  llvm::Value* list = f.b.CreateLoad(f.m.ptr, f.offset(f.result, offsetof(pac_result, fired)));
  llvm::Value* count = f.b.CreateLoad(f.m.i32, firing.count);
  f.b.CreateStore(rule, f.b.CreateInBoundsGEP(f.m.i32, list, f.b.CreateZExt(count, f.m.i64)));
  f.b.CreateStore(f.b.CreateAdd(count, f.int32(1)), firing.count);
  f.b.CreateStore(rule, firing.last);
  f.b.CreateBr(done);
  f.move_to(done);
}

}  // namespace

void DecisionEmitter::emit_collect_list(FunctionEmitter& f) {
  const ir::RecordLayout& places = m.layout.record(decision.output);
  const auto columns = static_cast<uint32_t>(decision.ranking.size());
  llvm::Value* none = f.int32(PAC_NO_RULE);
  llvm::Value* total = f.call("pac_rt_count_hits", {hits(f), each_table(), each_memory(f)});
  llvm::Value* bytes = f.b.CreateMul(total, f.int64(places.size));
  llvm::Value* data = f.scratch_memory(bytes, places.align);
  llvm::Value* keys = nullptr;
  if (columns != 0)
    keys = f.scratch_memory(f.b.CreateMul(total, f.int64(uint64_t{columns} * 16)), 16);
  llvm::Value* made = f.stack(8, 8);
  llvm::Value* bad = f.stack(4, 4);
  f.b.CreateStore(f.int64(0), made);
  f.b.CreateStore(none, bad);
  const Firing firing = begin_firing(f);
  each_survivor(f, [&](llvm::Value* rule, llvm::Value* item, llvm::BasicBlock* next) {
    llvm::Value* at = f.b.CreateLoad(m.i64, made);
    llvm::Value* to = f.b.CreateInBoundsGEP(m.i8, data, f.b.CreateMul(at, f.int64(places.size)));
    call_outcome(f, rule, item, to);
    if (columns != 0) {
      llvm::Value* own = f.b.CreateMul(at, f.int64(uint64_t{columns} * 16));
      emit_keys(f, to, f.b.CreateInBoundsGEP(m.i8, keys, own), bad, rule);
    }
    f.b.CreateStore(f.b.CreateAdd(at, f.int64(1)), made);
    if_reporting(f, [&] { fire(f, firing, rule); });
    f.b.CreateBr(next);
  });
  llvm::Value* count = f.b.CreateTrunc(total, m.i32);
  if (columns != 0) {
    llvm::Value* unnamed = f.b.CreateLoad(m.i32, bad);
    fail_with(f, f.b.CreateICmpNE(unnamed, none), PAC_E_DOMAIN, unnamed, none);
    llvm::Value* order_bytes = f.b.CreateMul(total, f.int64(4));
    llvm::Value* order = f.scratch_memory(order_bytes, 4);
    llvm::Value* spare = f.scratch_memory(order_bytes, 4);
    llvm::Value* sorted = f.scratch_memory(bytes, places.align);
    f.call("pac_rt_rank_order", {keys, f.int32(columns), count, order, spare});
    f.call("pac_rt_gather", {sorted, data, order, count, f.int32(places.size)});
    data = sorted;
  }
  f.store(output_, decision.result_type, m.layout.value(decision.result_type),
          {data, count, nullptr});
  if_reporting(f, [&] {
    write_header(f, PAC_OK);
    set_counts(f, f.b.CreateLoad(m.i32, firing.count), !has_duties_);
  });
  f.b.CreateRet(f.int32(PAC_OK));
}

// Takes one contribution into one fold. `slot` holds what was gathered so far.
void DecisionEmitter::fold_contribution(FunctionEmitter& f, size_t index, llvm::Value* contribution,
                                        llvm::Value* slot, llvm::Value* overflowed,
                                        llvm::Value* count, llvm::Value* rule) {
  const ir::Fold& fold = decision.folds[index];
  if (fold.kind == FoldKind::count) return;  // the number of contributions is at hand
  if (fold.kind == FoldKind::rule_list) {
    std::vector<std::string> names;
    for (uint32_t i = 0; i < outcome_count(); ++i) names.push_back(rule_at(i).name);
    if (rule_names_ == nullptr) rule_names_ = m.text_table(names);
    llvm::Value* from = f.b.CreateInBoundsGEP(
        m.i8, rule_names_, f.b.CreateMul(f.b.CreateZExt(rule, m.i64), f.int64(16)));
    llvm::Value* data = f.b.CreateLoad(m.ptr, slot);
    f.copy(f.b.CreateInBoundsGEP(m.i8, data, f.b.CreateMul(count, f.int64(16))), from, 16, 8);
    return;
  }
  const ir::RecordLayout& places = m.layout.record(decision.output);
  const ir::TypeId type = m.rule_set.record(decision.output).fields[fold.column].type;
  if (m.rule_set.type(type).optional) {
    m.unsupported("a fold over a column that may be missing");
    return;
  }
  Value value =
      f.load(f.offset(contribution, places.offsets[fold.column]), type, places.fields[fold.column]);
  if (fold.kind == FoldKind::sum) {
    const bool wide = m.rule_set.type(type).kind == TypeKind::decimal;
    llvm::Type* kind = wide ? m.i128 : m.i64;
    llvm::Value* one = wide ? f.wide(value.a) : value.a;
    llvm::Value* pair =
        f.b.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_with_overflow,
                                  f.b.CreateAlignedLoad(kind, slot, llvm::Align(16)), one);
    llvm::Value* sum = f.b.CreateExtractValue(pair, 0);
    llvm::Value* too_large = f.b.CreateExtractValue(pair, 1);
    if (wide) {
      too_large = f.b.CreateOr(too_large, f.b.CreateICmpSGT(sum, f.number(m.i128, kMaxDecimal)));
      too_large = f.b.CreateOr(too_large, f.b.CreateICmpSLT(sum, f.number(m.i128, -kMaxDecimal)));
    }
    // The first prefix that does not fit decides; what comes after it no longer matters.
    llvm::Value* before = f.b.CreateLoad(m.i8, overflowed);
    f.b.CreateStore(f.b.CreateOr(before, f.b.CreateZExt(too_large, m.i8)), overflowed);
    f.b.CreateAlignedStore(sum, slot, llvm::Align(16));
    return;
  }
  const ir::TypeId best_type =
      m.rule_set.record(static_cast<ir::RecordId>(m.rule_set.type(decision.result_type).ref))
          .fields[index]
          .type;
  const ir::Storage place = m.layout.value(best_type);
  const Value best = f.load(slot, best_type, place);
  const auto better =
      fold.kind == FoldKind::max ? llvm::CmpInst::ICMP_SGT : llvm::CmpInst::ICMP_SLT;
  llvm::Value* replaces =
      f.compare(better, f.operand(value, type), f.operand({best.a, best.b, nullptr}, best_type));
  replaces = f.b.CreateOr(f.b.CreateNot(best.present), replaces);
  llvm::Value* kept = best.a;
  llvm::Value* next = value.a;
  if (kept->getType() != next->getType()) {
    kept = f.wide(kept);
    next = f.wide(next);
  }
  f.store(slot, best_type, place, {f.b.CreateSelect(replaces, next, kept), nullptr, f.b.getTrue()});
}

void DecisionEmitter::emit_collect_folds(FunctionEmitter& f) {
  const auto result_id = static_cast<ir::RecordId>(m.rule_set.type(decision.result_type).ref);
  const ir::Record& result = m.rule_set.record(result_id);
  const ir::RecordLayout& result_places = m.layout.record(result_id);
  const ir::RecordLayout& places = m.layout.record(decision.output);
  llvm::Value* total = f.call("pac_rt_count_hits", {hits(f), each_table(), each_memory(f)});
  std::vector<llvm::Value*> slots;
  for (size_t i = 0; i < decision.folds.size(); ++i) {
    const FoldKind kind = decision.folds[i].kind;
    const ir::TypeId type = result.fields[i].type;
    slots.push_back(f.stack(std::max(m.layout.value(type).size, 16u), 16));
    if (kind == FoldKind::rule_list) {
      f.b.CreateStore(f.scratch_memory(f.b.CreateMul(total, f.int64(16)), 8), slots[i]);
    } else if (kind == FoldKind::min || kind == FoldKind::max) {
      if (!m.rule_set.type(type).optional)
        m.unsupported("`min` and `max` of a collection may be missing");
      else
        f.store(slots[i], type, m.layout.value(type), f.missing(type));
    } else {
      f.b.CreateAlignedStore(f.number(m.i128, 0), slots[i], llvm::Align(16));
    }
  }
  llvm::Value* overflowed = f.stack(1, 1);
  llvm::Value* made = f.stack(8, 8);
  llvm::Value* contribution = f.stack(places.size, places.align);
  f.b.CreateStore(llvm::ConstantInt::get(m.i8, 0), overflowed);
  f.b.CreateStore(f.int64(0), made);
  const Firing firing = begin_firing(f);
  each_survivor(f, [&](llvm::Value* rule, llvm::Value* item, llvm::BasicBlock* next) {
    call_outcome(f, rule, item, contribution);
    llvm::Value* at = f.b.CreateLoad(m.i64, made);
    for (size_t i = 0; i < decision.folds.size() && !m.failed(); ++i) {
      fold_contribution(f, i, contribution, slots[i], overflowed, at, rule);
    }
    f.b.CreateStore(f.b.CreateAdd(at, f.int64(1)), made);
    if_reporting(f, [&] { fire(f, firing, rule); });
    f.b.CreateBr(next);
  });
  llvm::Value* none = f.int32(PAC_NO_RULE);
  llvm::Value* too_large =
      f.b.CreateICmpNE(f.b.CreateLoad(m.i8, overflowed), llvm::ConstantInt::get(m.i8, 0));
  fail_with(f, too_large, PAC_E_OVERFLOW, none, none);
  for (size_t i = 0; i < decision.folds.size() && !m.failed(); ++i) {
    const ir::TypeId type = result.fields[i].type;
    Value value;
    switch (decision.folds[i].kind) {
      case FoldKind::count:
        value.a = total;
        break;
      case FoldKind::rule_list:
        value = {f.b.CreateLoad(m.ptr, slots[i]), f.b.CreateTrunc(total, m.i32), nullptr};
        break;
      case FoldKind::sum:
        value.a =
            f.b.CreateAlignedLoad(m.scalar_type(m.rule_set.type(type)), slots[i], llvm::Align(16));
        break;
      default:
        value = f.load(slots[i], type, m.layout.value(type));
        break;
    }
    if (result_places.fields[i].narrow) m.unsupported("a fold has no domain");
    f.store(f.offset(output_, result_places.offsets[i]), type, result_places.fields[i], value);
  }
  if_reporting(f, [&] {
    write_header(f, PAC_OK);
    set_counts(f, f.b.CreateLoad(m.i32, firing.count), !has_duties_);
  });
  f.b.CreateRet(f.int32(PAC_OK));
}

}  // namespace pac::codegen
