#include "runtime/engine/input_shape.h"

#include <algorithm>

namespace pac::engine {

InputShape::InputShape(const Schema& schema, const ir::Decision& decision)
    : record_(&schema.record(decision.input)), decision_(&decision) {
  for (uint32_t i = 0; i < record_->fields.size(); ++i) {
    if (decision.roles[i] != ir::SlotRole::input) {
      surroundings_.push_back(i);
      const bool is_required =
          decision.roles[i] == ir::SlotRole::context && !record_->fields[i].type->optional;
      if (is_required) required_context_.push_back(i);
      continue;
    }
    nodes_.push_back({record_->fields[i], std::string(record_->fields[i].name), ir::kNone, 0, 0});
  }
  root_count_ = static_cast<uint32_t>(nodes_.size());
  add_children(schema);
  for (uint32_t i = 0; i < nodes_.size(); ++i) by_text_.push_back(i);
  std::ranges::sort(by_text_, {}, [&](uint32_t i) -> std::string_view { return nodes_[i].text; });
}

// Level by level, so that the children of a record lie side by side.
void InputShape::add_children(const Schema& schema) {
  for (uint32_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].slot.type->kind != ir::TypeKind::record) continue;
    const RecordSchema& record = schema.record_of(*nodes_[i].slot.type);
    nodes_[i].first_child = static_cast<uint32_t>(nodes_.size());
    nodes_[i].child_count = static_cast<uint32_t>(record.fields.size());
    for (const Slot& field : record.fields) {
      PathNode child{field, nodes_[i].text + '.' + std::string(field.name), i, 0, 0};
      child.slot.offset += nodes_[i].slot.offset;
      nodes_.push_back(std::move(child));
    }
  }
}

PathId InputShape::find(std::string_view path) const {
  const auto text_of = [&](uint32_t i) -> std::string_view { return nodes_[i].text; };
  const auto found = std::ranges::lower_bound(by_text_, path, {}, text_of);
  if (found != by_text_.end() && nodes_[*found].text == path) return static_cast<PathId>(*found);
  if (root_count_ != 1 || nodes_[0].slot.type->kind != ir::TypeKind::record) return PathId::none;
  // One comparison per node: a longer path would be built in memory otherwise.
  const std::size_t prefix = nodes_[0].text.size() + 1;
  for (uint32_t i = 1; i < nodes_.size(); ++i) {
    if (std::string_view(nodes_[i].text).substr(prefix) == path) return static_cast<PathId>(i);
  }
  return PathId::none;
}

uint32_t InputShape::find_slot(ir::SlotRole role, std::string_view name) const {
  for (uint32_t i = 0; i < record_->fields.size(); ++i) {
    if (decision_->roles[i] == role && record_->fields[i].name == name) return i;
  }
  return ir::kNone;
}

}  // namespace pac::engine
