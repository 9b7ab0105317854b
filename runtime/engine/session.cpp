#include "runtime/engine/session.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/engine/check_value.h"
#include "runtime/engine/json_quick.h"

namespace pac::engine {

namespace {

// The largest of everything that any decision of the rule set needs.
struct Sizes {
  std::size_t input = 1, output = 1, fired = 1, duties = 1, fields = 1, paths = 1;
};

Sizes sizes_of(const LoadedRuleSet& rules) {
  Sizes sizes;
  const auto& decisions = rules.rule_set().decisions;
  for (uint32_t i = 0; i < decisions.size(); ++i) {
    const DecisionShape& shape = rules.shape(static_cast<ir::DecisionId>(i));
    sizes.input = std::max<std::size_t>(sizes.input, shape.input.record().size);
    sizes.output = std::max<std::size_t>(sizes.output, shape.output_bytes);
    sizes.fired = std::max(sizes.fired, decisions[i].rules.size() + 1);
    sizes.duties = std::max<std::size_t>(sizes.duties, shape.duty_count);
    sizes.fields = std::max(sizes.fields, shape.input.record().fields.size());
    sizes.paths = std::max(sizes.paths, shape.input.nodes().size());
  }
  return sizes;
}

constexpr std::size_t kRecordAlign = 16;  // of 128-bit decimals, the strictest there is

std::size_t record_bytes(const Sizes& sizes) {
  return sizes.input + sizes.output + sizes.fired * sizeof(uint32_t) +
         sizes.duties * sizeof(pac_duty) + 4 * kRecordAlign;
}

}  // namespace

Session::Session(std::shared_ptr<const LoadedRuleSet> rule_set, const SessionOptions& options)
    : rule_set_(std::move(rule_set)),
      options_(options),
      input_memory_(options.input_memory_bytes),
      records_(record_bytes(sizes_of(*rule_set_))),
      scratch_(new char[options.scratch_bytes]),
      reader_(options.max_input_bytes),
      refusals_(options.max_refusals),
      refusals_capacity_(options.max_refusals) {
  const Sizes sizes = sizes_of(*rule_set_);
  set_fields_.resize(sizes.paths);
  seen_.resize((sizes.fields + 63) / 64);
  input_ = static_cast<char*>(records_.allocate(sizes.input, kRecordAlign));
  output_ = static_cast<char*>(records_.allocate(sizes.output, kRecordAlign));
  result_.fired = records_.allocate_array<uint32_t>(sizes.fired);
  result_.duties = records_.allocate_array<pac_duty>(sizes.duties);
  PAC_CHECK(input_ != nullptr && output_ != nullptr && result_.fired != nullptr &&
                result_.duties != nullptr,
            "the memory of a session was counted right");
}

void Session::begin_row(ir::DecisionId decision, bool keeps_context) {
  if (!keeps_context) return start(decision);
  PAC_CHECK(decision_ == decision, "the rows are of one decision");
  state_ = State::idle;
  refusals_.clear();
  input_memory_.reset();
  const InputShape& input = shape().input;
  for (std::size_t i = 0; i < input.roles().size(); ++i) {
    if (input.roles()[i] == ir::SlotRole::context) continue;
    const Slot& slot = input.record().fields[i];
    std::memset(input_ + slot.offset, 0, slot.storage.size);
  }
}

bool Session::put_cell(const QuickSlot& slot, std::string_view text, char* at, Report& told) {
  if (text.size() <= options_.max_input_bytes &&
      read_cell_quickly(slot, text, rule_set_->schema(), input_memory_, at)) {
    return true;
  }
  std::memset(at, 0, slot.slot.storage.size);
  return put_parsed(slot.slot, at, text, told);
}

void Session::start(ir::DecisionId decision) {
  PAC_CHECK(ir::index(decision) < rule_set_->rule_set().decisions.size(),
            "the decision is one of the rule set");
  decision_ = decision;
  state_ = State::idle;
  refusals_.clear();
  input_memory_.reset();
  std::memset(input_, 0, shape().input.record().size);
  std::ranges::fill(seen_, 0);
  now_us_.reset();
  undeclared_now_ = {};
}

RootFields Session::root_fields(ir::SlotRole role) const {
  RootFields fields;
  fields.record = &shape().input.record();
  fields.roles = shape().input.roles();
  fields.role = role;
  if (options_.reads_quickly) fields.quick = rule_set_->json_plan().root(decision_, role);
  return fields;
}

bool Session::end(bool go_on, State state) {
  PAC_CHECK(go_on || !refusals_.empty(), "what stops is said");
  // A context that is refused leaves the input bound: another one may do.
  state_ = refusals_.empty() ? state : (state == State::ready ? State::bound : State::idle);
  return refusals_.empty();
}

bool Session::bind_json(ir::DecisionId decision, std::string_view text) {
  start(decision);
  Report told = report();
  const RootFields fields = root_fields(ir::SlotRole::input);
  return end(reader_.read_object(text, fields, input_, input_memory_, told), State::bound);
}

std::size_t Session::bind_leading_json(ir::DecisionId decision, std::string_view text) {
  start(decision);
  const RootFields fields = root_fields(ir::SlotRole::input);
  const std::size_t size =
      reader_.read_leading(text, fields, input_, input_memory_, rule_set_->schema());
  if (size > 0) state_ = State::bound;
  return size;
}

void Session::bind_same(ir::DecisionId decision, const Session& other) {
  PAC_CHECK(other.is_bound(), "the other session has an input");
  start(decision);
  const RecordSchema& schema = shape().input.record();
  PAC_CHECK(other.shape().input.record().size == schema.size, "the inputs lie alike");
  std::memcpy(input_, other.input_, schema.size);
  state_ = State::bound;
}

bool Session::bind_cells(ir::DecisionId decision, std::span<const QuickSlot> columns,
                         std::span<const CsvCell> cells, bool are_padded) {
  start(decision);
  const Schema& schema = rule_set_->schema();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Slot& slot = columns[i].slot;
    if (slot.type == nullptr) continue;
    const std::string_view text = cells[i].text;
    if (text.empty() && !(cells[i].quoted && slot.type->kind == ir::TypeKind::string)) {
      if (!slot.type->optional) return false;
      continue;
    }
    if (text.size() > options_.max_input_bytes) return false;
    char* const at = input_ + slot.offset;
    if (!(are_padded ? read_padded_cell_quickly(columns[i], text, schema, input_memory_, at)
                     : read_cell_quickly(columns[i], text, schema, input_memory_, at))) {
      return false;
    }
  }
  state_ = State::bound;
  return true;
}

bool Session::bind_struct(ir::DecisionId decision, const void* record, std::size_t size) {
  start(decision);
  Report told = report();
  const RecordSchema& schema = shape().input.record();
  if (size != schema.size) {
    told.other(RefusalCode::wrong_type,
               "the struct has another size than the input record: it was generated from another "
               "version of the rules");
    return end(false, State::bound);
  }
  std::memcpy(input_, record, size);
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    const Slot& slot = schema.fields[i];
    if (shape().input.roles()[i] != ir::SlotRole::input) {
      std::memset(input_ + slot.offset, 0, slot.storage.size);
      continue;
    }
    told.enter(slot.name);
    const bool go_on = check_stored(slot, input_ + slot.offset, told);
    told.leave();
    if (!go_on) return end(false, State::bound);
  }
  return end(true, State::bound);
}

void Session::refuse(RefusalCode code, std::string_view path, std::string_view message) {
  Report told = report();
  if (!path.empty()) told.enter(path);
  told.other(code, message);
  state_ = State::idle;
}

pac_scratch Session::fresh_scratch() {
  return {scratch_.get(), scratch_.get() + options_.scratch_bytes, rule_set_->zones()};
}

pac_status Session::decide() {
  PAC_CHECK(state_ == State::ready || state_ == State::decided, "an input was bound and prepared");
  state_ = State::decided;
  pac_scratch scratch = fresh_scratch();
  std::memset(output_, 0, shape().output_bytes);
  const NativeFunctions* native = rule_set_->native();
  const pac_decide_fn function = native == nullptr ? nullptr : native->decide(decision_);
  const uint32_t status = function != nullptr ? function(input_, output_, &result_, &scratch)
                                              : rule_set_->interpreter().decide(
                                                    decision_, input_, output_, &result_, &scratch);
  return static_cast<pac_status>(status);
}

pac_status Session::explain(interp::Observer& observer) {
  PAC_CHECK(state_ == State::ready || state_ == State::decided, "an input was bound and prepared");
  state_ = State::decided;
  pac_scratch scratch = fresh_scratch();
  std::memset(output_, 0, shape().output_bytes);
  return static_cast<pac_status>(
      rule_set_->interpreter().decide(decision_, input_, output_, &result_, &scratch, &observer));
}

}  // namespace pac::engine
