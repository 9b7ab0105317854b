// InputShape: the input record of one decision as those see it who fill it in field by field: paths
// ("applicant.monthly.income"), which of them are required, where they lie. Built at load, owned by
// the loaded rule set, constant; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/schema.h"

namespace pac::engine {

// A field that can be set, at any depth of records; fields inside of lists have none.
enum class PathId : uint32_t { none = ir::kNone };

struct PathNode {
  Slot slot;         // its offset counts from the start of the input record
  std::string text;  // the whole path
  uint32_t parent = ir::kNone;
  uint32_t first_child = 0, child_count = 0;  // of a record, side by side
};

class InputShape {
 public:
  InputShape(const Schema& schema, const ir::Decision& decision);

  const RecordSchema& record() const { return *record_; }
  const std::vector<ir::SlotRole>& roles() const { return decision_->roles; }
  // The slots that are no inputs, and the context among them that must be given.
  const std::vector<uint32_t>& surroundings() const { return surroundings_; }
  const std::vector<uint32_t>& required_context() const { return required_context_; }
  // The inputs of the decision (no context, no features) come first, in order.
  const std::vector<PathNode>& nodes() const { return nodes_; }
  uint32_t root_count() const { return root_count_; }
  const PathNode& node(PathId id) const { return nodes_[ir::index(id)]; }
  // Where the only input is a record, its name may be left out. PathId::none: there is no such
  // path.
  PathId find(std::string_view path) const;

  // A field of the input record by role and name; ir::kNone: none.
  uint32_t find_slot(ir::SlotRole role, std::string_view name) const;

 private:
  void add_children(const Schema& schema);

  const RecordSchema* record_;
  const ir::Decision* decision_;
  std::vector<uint32_t> surroundings_, required_context_;
  std::vector<PathNode> nodes_;
  std::vector<uint32_t> by_text_;  // indices of nodes, sorted by text
  uint32_t root_count_ = 0;
};

}  // namespace pac::engine
