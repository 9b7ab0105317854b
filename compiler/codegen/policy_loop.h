// The loop over the survivors of a search. Internal to policy.cpp and collect.cpp.
#pragma once

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/support_types.h"

namespace pac::codegen {

// Runs body(rule, item, next) for each hit in source order; the body ends in branches to `next`.
template <typename Body>
void DecisionEmitter::each_survivor(FunctionEmitter& f, Body body) {
  llvm::Value* cursor = f.stack(sizeof(pac_rt_cursor), 4);
  cursor_ = cursor;
  f.b.CreateMemSet(cursor, llvm::ConstantInt::get(m.i8, 0), sizeof(pac_rt_cursor),
                   llvm::MaybeAlign(4));
  llvm::Value* table = each_table();
  llvm::BasicBlock* next = f.block("next_survivor");
  llvm::BasicBlock* inside = f.block("survivor");
  llvm::BasicBlock* done = f.block("all_survivors");
  f.b.CreateBr(next);
  f.move_to(next);
  llvm::Value* found = f.call("pac_rt_next_hit", {hits(f), table, each_memory(f), cursor});
  f.b.CreateCondBr(f.b.CreateICmpNE(found, f.int32(0)), inside, done);
  f.move_to(inside);
  llvm::Value* rule = f.b.CreateLoad(m.i32, f.offset(cursor, offsetof(pac_rt_cursor, rule)));
  llvm::Value* item = f.b.CreateLoad(m.i32, f.offset(cursor, offsetof(pac_rt_cursor, item)));
  body(rule, item, next);
  f.move_to(done);
}

}  // namespace pac::codegen
