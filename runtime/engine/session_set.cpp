// The part of Session that takes an input field by field.
#include <algorithm>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/base/decimal.h"
#include "runtime/engine/check_value.h"
#include "runtime/engine/session.h"

namespace pac::engine {

namespace {

std::string_view words_for(ir::TypeKind kind) {
  switch (kind) {
    case ir::TypeKind::boolean:
      return "true or false";
    case ir::TypeKind::integer:
      return "an integer";
    case ir::TypeKind::decimal:
      return "a decimal number";
    case ir::TypeKind::date:
      return "a date";
    case ir::TypeKind::datetime:
      return "an instant";
    case ir::TypeKind::duration:
      return "a duration";
    default:
      return "a value of another kind";
  }
}

bool is_list(const Slot& slot) {
  return slot.type->kind == ir::TypeKind::list || slot.type->kind == ir::TypeKind::set;
}

RefusalCode code_of_misfit(ir::TypeKind kind) {
  if (kind == ir::TypeKind::date) return RefusalCode::not_a_date;
  if (kind == ir::TypeKind::datetime) return RefusalCode::not_a_datetime;
  return RefusalCode::not_a_number;
}

}  // namespace

void Session::begin(ir::DecisionId decision) {
  start(decision);
  std::fill_n(set_fields_.begin(), shape().input.nodes().size(), SetField{});
  state_ = State::setting;
}

void Session::enter_path(Report& told, const PathNode& node) const {
  if (node.parent != ir::kNone) enter_path(told, shape().input.nodes()[node.parent]);
  told.enter(node.slot.name);
}

template <typename Put>
bool Session::put(PathId path, Put put_value) {
  PAC_CHECK(state_ == State::setting, "begin() comes before the setters");
  PAC_CHECK(ir::index(path) < shape().input.nodes().size(),
            "the path is one of the decision's inputs");
  const PathNode& node = shape().input.node(path);
  char* const at = input_ + node.slot.offset;
  std::memset(at, 0, node.slot.storage.size);
  forget(ir::index(path));
  set_fields_[ir::index(path)].is_set = true;
  const uint32_t refused = refusals_.size();
  Report told = report();
  enter_path(told, node);
  put_value(node.slot, at, told);
  return refusals_.size() == refused && !refusals_.full();
}

// A record that is set as a whole takes the place of what was set in it.
void Session::forget(uint32_t index) {
  const PathNode& node = shape().input.nodes()[index];
  set_fields_[index] = {};
  for (uint32_t i = 0; i < node.child_count; ++i) forget(node.first_child + i);
}

bool Session::set(PathId path, ir::TypeKind kind, Int128 value) {
  return put(path, [&](const Slot& slot, char* at, Report& told) {
    return put_number(slot, at, kind, value, told);
  });
}

bool Session::set_text(PathId path, std::string_view text) {
  return put(path, [&](const Slot& slot, char* at, Report& told) {
    return put_text(slot, at, text, told);
  });
}

bool Session::set_enum(PathId path, std::string_view wire_name) {
  return put(path, [&](const Slot& slot, char* at, Report& told) {
    if (slot.type->kind != ir::TypeKind::enumeration && slot.type->kind != ir::TypeKind::effect) {
      return told.wrong_type(slot, "a name");
    }
    return put_parsed(slot, at, wire_name, told);
  });
}

bool Session::set_missing(PathId path) {
  return put(path, [](const Slot& slot, char*, Report& told) {
    return slot.type->optional || told.null_value();
  });
}

bool Session::set_parsed(PathId path, std::string_view text) {
  return put(path, [&](const Slot& slot, char* at, Report& told) {
    return put_parsed(slot, at, text, told);
  });
}

bool Session::set_json(PathId path, std::string_view json) {
  return put(path, [&](const Slot& slot, char* at, Report& told) {
    return reader_.read_value(json, slot, at, input_memory_, told);
  });
}

bool Session::set_empty(PathId path) {
  return put(path, [&](const Slot& slot, char* at, Report& told) {
    if (!is_list(slot)) return told.wrong_type(slot, "a list");
    rule_set_->schema().store(slot, interp::Value::of(pac_list{at, 0, 0}), at);
    return true;
  });
}

bool Session::put_number(const Slot& slot, char* at, ir::TypeKind kind, Int128 value,
                         Report& told) {
  if (kind == ir::TypeKind::integer && slot.type->kind == ir::TypeKind::decimal) {
    if (!widen(value, 0, slot.type->scale, &value)) {
      return told.other(RefusalCode::not_a_number, "the number has more than 38 digits");
    }
  } else if (kind != slot.type->kind) {
    return told.wrong_type(slot, words_for(kind));
  }
  if (!fits_type(rule_set_->schema(), slot, value)) {
    return told.other(code_of_misfit(kind), "the number is no value of the type");
  }
  rule_set_->schema().store(slot, interp::Value::of(value), at);
  return check_domain(slot, interp::Value::of(value), told);
}

bool Session::put_text(const Slot& slot, char* at, std::string_view text, Report& told) {
  if (slot.type->kind != ir::TypeKind::string) return told.wrong_type(slot, "a string");
  if (!check_text(text, told)) return false;
  if (text.size() > options_.max_input_bytes) {
    return told.too_large("the text is too long", options_.max_input_bytes);
  }
  char* const copy = input_memory_.allocate_array<char>(text.size() + 1);
  if (copy == nullptr) return no_memory(told);
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  const interp::Value value = interp::Value::of(interp::text_of({copy, text.size()}));
  rule_set_->schema().store(slot, value, at);
  return check_domain(slot, value, told);
}

bool Session::put_parsed(const Slot& slot, char* at, std::string_view text, Report& told) {
  if (slot.type->kind == ir::TypeKind::string) return put_text(slot, at, text, told);
  if (!is_scalar(slot.type->kind)) return reader_.read_value(text, slot, at, input_memory_, told);
  Int128 number = 0;
  const ScalarRead read = read_scalar(rule_set_->schema(), slot, text, &number);
  if (read.code != RefusalCode::none) return told.scalar(slot, read, text);
  rule_set_->schema().store(slot, interp::Value::of(number), at);
  return check_domain(slot, interp::Value::of(number), told);
}

// ---- Lists
// ------------------------------------------------------------------------------------------

// Zeroed room for one more item, or null (and refused).
char* Session::next_item(const PathNode& node, SetField& state, Report& told) {
  const Schema& schema = rule_set_->schema();
  char* const at = input_ + node.slot.offset;
  const Slot element = schema.element(node.slot);
  const std::size_t stride = element.storage.size;
  const interp::Value old = schema.load(node.slot, at);
  pac_list list = old.present ? old.list : pac_list{};
  if (!check_count(node.slot, uint64_t{list.count} + 1, told)) return nullptr;
  if (list.count >= state.item_capacity) {
    const uint32_t capacity = std::max(4u, 2 * list.count);
    auto* grown =
        static_cast<char*>(input_memory_.allocate(capacity * stride, element.storage.align));
    if (grown == nullptr) {
      no_memory(told);
      return nullptr;
    }
    if (list.count > 0) std::memcpy(grown, list.data, list.count * stride);
    list.data = grown;
    state.item_capacity = capacity;
  }
  char* const item = static_cast<char*>(const_cast<void*>(list.data)) + list.count * stride;
  std::memset(item, 0, stride);
  ++list.count;
  schema.store(node.slot, interp::Value::of(list), at);
  return item;
}

template <typename Put>
bool Session::append_item(PathId path, Put put_value) {
  PAC_CHECK(state_ == State::setting, "begin() comes before the setters");
  PAC_CHECK(ir::index(path) < shape().input.nodes().size(),
            "the path is one of the decision's inputs");
  const PathNode& node = shape().input.node(path);
  SetField& state = set_fields_[ir::index(path)];
  const uint32_t refused = refusals_.size();
  Report told = report();
  enter_path(told, node);
  if (!is_list(node.slot)) return told.wrong_type(node.slot, "a list"), false;
  state.is_set = true;
  char* const item = next_item(node, state, told);
  if (item == nullptr) return false;
  told.enter(rule_set_->schema().load(node.slot, input_ + node.slot.offset).list.count - 1);
  put_value(rule_set_->schema().element(node.slot), item, told);
  return refusals_.size() == refused && !refusals_.full();
}

bool Session::append(PathId path, ir::TypeKind kind, Int128 value) {
  return append_item(path, [&](const Slot& slot, char* at, Report& told) {
    return put_number(slot, at, kind, value, told);
  });
}

bool Session::append_text(PathId path, std::string_view text) {
  return append_item(path, [&](const Slot& slot, char* at, Report& told) {
    return put_text(slot, at, text, told);
  });
}

bool Session::append_parsed(PathId path, std::string_view text) {
  return append_item(path, [&](const Slot& slot, char* at, Report& told) {
    return put_parsed(slot, at, text, told);
  });
}

bool Session::append_json(PathId path, std::string_view json) {
  return append_item(path, [&](const Slot& slot, char* at, Report& told) {
    return reader_.read_value(json, slot, at, input_memory_, told);
  });
}

// ---- The end
// ----------------------------------------------------------------------------------------

bool Session::has_set_part(uint32_t index) const {
  const PathNode& node = shape().input.nodes()[index];
  if (set_fields_[index].is_set) return true;
  for (uint32_t i = 0; i < node.child_count; ++i) {
    if (has_set_part(node.first_child + i)) return true;
  }
  return false;
}

bool Session::finish_leaf(const PathNode& node, const SetField& state, Report& told) {
  if (!state.is_set) return node.slot.type->optional || told.missing();
  if (state.item_capacity == 0 || node.slot.type->kind != ir::TypeKind::set) return true;
  const interp::Value value = rule_set_->schema().load(node.slot, input_ + node.slot.offset);
  return value.list.count < 2 || sort_set(node.slot, value.list, input_memory_, told);
}

bool Session::finish_nodes(uint32_t first, uint32_t count, Report& told) {
  for (uint32_t index = first; index < first + count; ++index) {
    const PathNode& node = shape().input.nodes()[index];
    const bool is_record = node.slot.type->kind == ir::TypeKind::record;
    bool go_on = true;
    told.enter(node.slot.name);
    if (!is_record) {
      go_on = finish_leaf(node, set_fields_[index], told);
    } else if (!set_fields_[index].is_set && (!node.slot.type->optional || has_set_part(index))) {
      if (node.slot.type->optional) input_[node.slot.offset + node.slot.storage.present_offset] = 1;
      go_on = finish_nodes(node.first_child, node.child_count, told);
    }
    told.leave();
    if (!go_on) return false;
  }
  return true;
}

bool Session::finish() {
  PAC_CHECK(state_ == State::setting, "begin() comes before finish()");
  if (refusals_.full()) return end(false, State::bound);
  Report told = report();
  return end(finish_nodes(0, shape().input.root_count(), told), State::bound);
}

}  // namespace pac::engine
