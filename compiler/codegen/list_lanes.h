// Short lists as vectors. Where several quantifiers or folds of a decision go over the same short
// list of the input, what they read of its elements is copied once into columns of the frame, and
// each of them becomes a few operations on vectors, a lane for each element: no loop, no branch.
// Only tests that can't fail and are cheap qualify, so that nobody sees that all elements are
// looked at. Belongs to one DecisionEmitter; one thread.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/llvm.h"
#include "runtime/ir/model.h"

namespace pac::codegen {

class DecisionEmitter;

struct LaneColumn {
  ir::ExprId read = ir::ExprId::none;  // the variable, or a field of it; one that stands for all
  uint32_t field = ir::kNone;          // kNone: the element itself
  uint32_t offset = 0;                 // in the frame
};

struct ListLanes {
  ir::ExprId list = ir::ExprId::none;
  uint32_t number = 0;
  uint32_t lanes = 0;         // 8, 16, 32 or 64
  uint32_t uses = 0;          // quantifiers and folds
  uint32_t state_offset = 0;  // in the frame: a byte that is 0 until the columns are filled
  uint32_t there_offset = 0;  // eight bytes: a bit for each element that is there
  std::vector<LaneColumn> columns;
  llvm::Function* fill = nullptr;  // made when something asks for it
};

class LanePlan {
 public:
  explicit LanePlan(DecisionEmitter& owner) : d_(owner) {}

  // Finds them; those with fewer uses than `least_uses` are left to loops.
  void plan(uint32_t least_uses);
  // Take room in the frame, from `size` on.
  void place_states(uint32_t& size);
  void place_columns(uint32_t& size);
  // Of a quantifier or fold; null where it is a loop.
  ListLanes* of(ir::ExprId id);
  std::vector<std::unique_ptr<ListLanes>>& all() { return all_; }

  // Whether it depends on the variable of that slot.
  bool varies(ir::ExprId id, uint32_t slot);

 private:
  bool qualifies(ir::ExprId id);
  bool is_path(ir::ExprId list) const;
  bool fits(ir::ExprId id);
  bool compares(ir::ExprId a, ir::ExprId b);
  bool scales(ir::ExprId id, int digits);
  bool is_narrow(ir::ExprId id);
  void add(ir::ExprId id);

  DecisionEmitter& d_;
  std::vector<std::unique_ptr<ListLanes>> all_;
  std::unordered_map<uint32_t, ListLanes*> of_list_, of_fold_;
  // Of the quantifier at work.
  uint32_t slot_ = ir::kNone, steps_ = 0;
  std::vector<LaneColumn> reads_;
};

}  // namespace pac::codegen
