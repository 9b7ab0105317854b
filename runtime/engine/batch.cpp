#include "runtime/engine/batch.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/engine/batch_columns.h"
#include "runtime/engine/batch_kernel.h"
#include "runtime/engine/check_value.h"
#include "runtime/engine/json_quick.h"
#include "runtime/engine/write.h"

namespace pac::engine {

namespace {

// What a column of a field holds, but for texts, which any scalar may have.
ColumnType type_of(const Slot& slot) {
  switch (slot.type->kind) {
    case ir::TypeKind::boolean:
      return ColumnType::bool8;
    case ir::TypeKind::date:
      return ColumnType::int32;
    case ir::TypeKind::enumeration:
    case ir::TypeKind::effect:
      return ColumnType::uint32;
    case ir::TypeKind::decimal:
      return slot.storage.narrow ? ColumnType::int64 : ColumnType::int128;
    case ir::TypeKind::string:
      return ColumnType::text;
    default:
      return ColumnType::int64;
  }
}

bool is_single(const Slot& slot) {
  return is_scalar(slot.type->kind) || slot.type->kind == ir::TypeKind::string;
}

bool takes(const Slot& slot, ColumnType type) {
  if (type == type_of(slot) || type == ColumnType::text) return true;
  return slot.type->kind == ir::TypeKind::decimal &&
         (type == ColumnType::int64 || type == ColumnType::int128);
}

RefusalCode code_where_no_value(ir::TypeKind kind) {
  switch (kind) {
    case ir::TypeKind::date:
      return RefusalCode::not_a_date;
    case ir::TypeKind::datetime:
      return RefusalCode::not_a_datetime;
    case ir::TypeKind::enumeration:
    case ir::TypeKind::effect:
      return RefusalCode::unknown_value;
    default:
      return RefusalCode::not_a_number;
  }
}

template <typename T>
T value_at(const Column& column, std::size_t row) {
  T value;
  std::memcpy(&value, static_cast<const char*>(column.values) + row * sizeof value, sizeof value);
  return value;
}

Int128 number_at(const Column& column, std::size_t row) {
  switch (column.type) {
    case ColumnType::bool8:
      return value_at<uint8_t>(column, row);
    case ColumnType::int32:
      return value_at<int32_t>(column, row);
    case ColumnType::uint32:
      return value_at<uint32_t>(column, row);
    case ColumnType::int64:
      return value_at<int64_t>(column, row);
    default:
      return value_at<Int128>(column, row);
  }
}

}  // namespace

std::size_t size_of(ColumnType type) {
  constexpr std::size_t kSizes[] = {1, 4, 4, 8, 16, 0};
  return kSizes[static_cast<std::size_t>(type)];
}

Batch::Batch(std::shared_ptr<const LoadedRuleSet> rules, ir::DecisionId decision,
             const SessionOptions& options)
    : decision_(decision), session_(std::move(rules), options) {
  const LoadedRuleSet& loaded = session_.rules();
  inputs_.resize(loaded.shape(decision).input.nodes().size());
  const ir::Decision& ir = loaded.rule_set().decision(decision);
  const Slot result = loaded.schema().value(ir.result_type);
  // A list of contributions has no columns.
  if (result.type->kind == ir::TypeKind::record) add_outputs(result, "", 0, {});
  if (options.finds_in_blocks && context_can_stay()) {
    kernel_ = BatchKernel::make(loaded, decision, options);
  }
  if (kernel_ == nullptr) return;
  columns_.resize(inputs_.size());
  places_.resize(match::kBlockInputs);
  const uint32_t places = kernel_->place_count();
  answers_.is_known.resize(places);
  answers_.status.resize(places);
  answers_.fired.resize(places);
  answers_.codes.resize(places);
  for (auto& output : outputs_) {
    output->known_present.resize(places);
    if (output->type == ColumnType::text) output->known_texts.resize(places);
    output->known_values.resize(places * size_of(output->type));
  }
}

Batch::~Batch() = default;

void Batch::add_outputs(const Slot& slot, const std::string& path, uint32_t offset,
                        std::vector<uint32_t> parents) {
  if (slot.type->kind == ir::TypeKind::record) {
    if (slot.type->optional) parents.push_back(offset + slot.storage.present_offset);
    for (const Slot& field : rules().schema().record_of(*slot.type).fields) {
      const std::string name = (path.empty() ? "" : path + ".") + std::string(field.name);
      add_outputs(field, name, offset + field.offset, parents);
    }
    return;
  }
  if (!is_single(slot)) return;
  auto made = std::make_unique<Output>();
  made->slot = slot;
  made->path = path;
  made->offset = offset;
  made->parents = std::move(parents);
  made->type = type_of(slot);
  outputs_.push_back(std::move(made));
}

Batch::Fault Batch::set_column(PathId path, const Column& column) {
  const InputShape& shape = rules().shape(decision_).input;
  if (ir::index(path) >= shape.nodes().size()) return "the decision has no input of this number";
  const PathNode& node = shape.node(path);
  if (node.slot.type->kind == ir::TypeKind::record) {
    return node.text + " is a record: give each of its fields a column";
  }
  if (!is_single(node.slot)) return node.text + " is a list, which has no columns";
  if (!takes(node.slot, column.type)) {
    return "a column of this type does not fit " + node.text;
  }
  const bool needs_offsets = column.type == ColumnType::text && column.offsets == nullptr;
  if (needs_offsets) return "the column of texts for " + node.text + " has no offsets";
  auto input = std::make_unique<Input>();
  input->node = &node;
  input->column = column;
  const bool is_known = rules().json_plan().cell(node.slot, &input->quick);
  PAC_CHECK(is_known, "scalars and texts of inputs can be read by themselves");
  inputs_[ir::index(path)] = std::move(input);
  return {};
}

void Batch::clear_columns() {
  for (auto& input : inputs_) input = nullptr;
}

// Whether each row has what the decision needs, as far as that can be told of all rows.
Batch::Fault Batch::check_columns() const {
  const auto& nodes = rules().shape(decision_).input.nodes();
  std::vector<bool> may_miss(nodes.size());
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const PathNode& node = nodes[i];
    const bool parent_may_miss = node.parent != ir::kNone && may_miss[node.parent];
    may_miss[i] = parent_may_miss || node.slot.type->optional;
    if (node.slot.type->kind == ir::TypeKind::record) continue;
    if (inputs_[i] == nullptr && !may_miss[i]) return node.text + " has no column";
    if (inputs_[i] != nullptr && parent_may_miss) {
      return node.text + " lies in a record that may be missing, which has no columns";
    }
  }
  return {};
}

void Batch::make_room(std::size_t rows) {
  status_.resize(rows);
  fired_.resize(rows);
  codes_.resize(rows);
  for (auto& output : outputs_) {
    output->present.resize(rows);
    output->used = 0;
    if (output->type == ColumnType::text) {
      output->offsets.resize(rows + 1);
    } else {
      output->values.resize(rows * size_of(output->type));
    }
  }
}

Batch::Fault Batch::decide(std::size_t rows, const Context& context, FeatureSource* features) {
  make_room(0);
  if (Fault fault = check_columns(); !fault.empty()) return fault;
  for (const auto& input : inputs_) {
    if (input != nullptr && input->column.values == nullptr && rows > 0 &&
        input->column.type != ColumnType::text) {
      return "the column for " + input->node->text + " has no values";
    }
  }
  make_room(rows);
  run_rows(rows, context, features);
  return {};
}

// Texts of the context lie in the memory of the input, which each row takes anew.
bool Batch::context_can_stay() const {
  const InputShape& input = rules().shape(decision_).input;
  for (std::size_t i = 0; i < input.roles().size(); ++i) {
    const bool is_text = input.record().fields[i].type->kind == ir::TypeKind::string;
    if (input.roles()[i] == ir::SlotRole::context && is_text) return false;
  }
  return true;
}

void Batch::run_rows(std::size_t rows, const Context& context, FeatureSource* features) {
  const bool may_keep = context_can_stay();
  bool keeps_context = false;
  std::size_t row = 0;
  while (row < rows && !(keeps_context && kernel_ != nullptr)) {
    const bool is_ready = run_row(row++, context, features, keeps_context);
    keeps_context = keeps_context || (may_keep && is_ready);
  }
  if (row < rows) run_blocks(row, rows, context, features);
}

bool Batch::run_row(std::size_t row, const Context& context, FeatureSource* features,
                    bool keeps_context) {
  session_.begin_row(decision_, keeps_context);
  Report report = session_.row_report();
  bool is_ready = bind_row(row, report) && session_.refusals().empty();
  if (is_ready) {
    session_.end_row();
    is_ready =
        keeps_context ? session_.prepare_again(features) : session_.prepare(context, features);
  }
  if (!is_ready) {
    status_[row] = kRefused;
    fired_[row] = kNoRule;
    codes_[row] = static_cast<uint32_t>(session_.refusals()[0].code);
    note_outputs(row, false);
    return false;
  }
  note_outcome(row, session_.decide());
  return true;
}

bool Batch::bind_row(std::size_t row, Report& report) {
  const Schema& schema = rules().schema();
  for (const auto& input : inputs_) {
    if (input == nullptr) continue;
    const Column& column = input->column;
    const Slot& slot = input->node->slot;
    char* const at = session_.row_memory() + slot.offset;
    if (column.present != nullptr && column.present[row] == 0) {
      if (slot.type->optional) continue;
      report.missing();
      return false;
    }
    if (column.type == ColumnType::text) {
      const uint64_t begin = column.offsets[row];
      const std::string_view text(static_cast<const char*>(column.values) + begin,
                                  column.offsets[row + 1] - begin);
      if (!session_.put_cell(input->quick, text, at, report)) return false;
      continue;
    }
    const Int128 number = number_at(column, row);
    const QuickSlot& quick = input->quick;
    const bool is_good = quick.kind == QuickKind::number && quick.domain == QuickDomain::range &&
                         number >= quick.low && number <= quick.high;
    if (is_good) {
      schema.store(slot, interp::Value::of(number), at);
      continue;
    }
    if (!fits_type(schema, slot, number)) {
      report.other(code_where_no_value(slot.type->kind), "the number is no value of the type");
      return false;
    }
    // A narrow decimal is stored when its domain was seen to hold.
    const interp::Value value = interp::Value::of(number);
    if (!check_domain(slot, value, report)) return false;
    schema.store(slot, value, at);
  }
  return true;
}

void Batch::note_outcome(std::size_t row, pac_status status) {
  const pac_result& result = session_.result();
  status_[row] = static_cast<uint8_t>(status);
  const bool has_rule = status == PAC_OK && result.fired_count > 0;
  fired_[row] = has_rule ? result.fired[0] : kNoRule;
  codes_[row] = status == PAC_ERROR ? 5000 + result.error : 0;
  note_outputs(row, status == PAC_OK);
}

void Batch::note_outputs(std::size_t row, bool has_output) {
  const Schema& schema = rules().schema();
  const auto* const result = static_cast<const char*>(session_.output());
  for (auto& output : outputs_) {
    interp::Value value = interp::Value::missing();
    const bool is_there = has_output && std::ranges::all_of(output->parents, [&](uint32_t at) {
                            return result[at] != 0;
                          });
    if (is_there) value = schema.load(output->slot, result + output->offset);
    output->present[row] = value.present ? 1 : 0;
    if (output->type == ColumnType::text) {
      const std::string_view text = value.present ? value.view() : std::string_view();
      output->put_text(row, text);
      continue;
    }
    const Int128 number = value.present ? value.number : 0;
    const std::size_t size = size_of(output->type);
    std::memcpy(output->values.data() + row * size, &number, size);  // little end first
  }
}

uint32_t Batch::find_output(std::string_view path) const {
  for (uint32_t i = 0; i < outputs_.size(); ++i) {
    if (outputs_[i]->path == path) return i;
  }
  return ir::kNone;
}

Column Batch::output(uint32_t output) const {
  const Output& of = *outputs_[output];
  Column out;
  out.type = of.type;
  out.values = of.values.data();
  out.offsets = of.type == ColumnType::text ? of.offsets.data() : nullptr;
  out.present = of.present.data();
  return out;
}

std::string_view Batch::output_name(uint32_t output, uint32_t value) const {
  const ir::Type& type = *outputs_[output]->slot.type;
  if (type.kind == ir::TypeKind::effect) return value == 0 ? "permit" : value == 1 ? "deny" : "";
  if (type.kind != ir::TypeKind::enumeration) return {};
  const auto& values = rules().schema().enumeration_of(type).values;
  return value < values.size() ? std::string_view(values[value].wire) : std::string_view();
}

}  // namespace pac::engine
