#include "runtime/engine/batch_kernel.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/base/date.h"
#include "runtime/base/json.h"
#include "runtime/base/utf8.h"
#include "runtime/ir/shape.h"
#include "runtime/match/keys.h"

namespace pac::engine {

namespace {

bool is_of_text(match::KeyKind key) noexcept {
  return key == match::KeyKind::text || key == match::KeyKind::text_id ||
         key == match::KeyKind::ending;
}

int64_t key_of_text(const match::Column& column, std::string_view text) noexcept {
  switch (column.key) {
    case match::KeyKind::text_id:
      return match::key_of_text(text, column.texts);
    case match::KeyKind::ending:
      return match::key_of_ending(text, column.texts, column.lengths);
    case match::KeyKind::text:
      return match::key_of_text(text);
    case match::KeyKind::flag:
    case match::KeyKind::number:
    case match::KeyKind::wide:
      break;
  }
  PAC_CHECK(false, "only columns of texts have keys of texts");
  return 0;
}

using match::kBlockInputs;

// Longer texts, and such as come near the memory of a session, are looked at one by one.
constexpr std::size_t kLongestText = 4'096;

// Whether it has the same value, or error, for every input: it reads nothing.
bool is_constant(const ir::RuleSet& rules, ir::ExprId id) {
  const ir::Expr& expr = rules.expr(id);
  switch (expr.op) {
    case ir::Op::input:
    case ir::Op::let:
    case ir::Op::var:
    case ir::Op::param:
    case ir::Op::call:
    case ir::Op::call_std:
      return false;
    default:
      break;
  }
  bool all = true;
  ir::for_each_operand(rules, expr,
                       [&](ir::ExprId part) { all = all && is_constant(rules, part); });
  return all;
}

bool says_the_same(const ir::RuleSet& rules, const ir::Rule& rule) {
  const auto constant = [&](ir::ExprId id) { return is_constant(rules, id); };
  return std::ranges::all_of(rule.outcome, constant) &&
         std::ranges::all_of(rule.duties, [&](const ir::DutyUse& duty) {
           return std::ranges::all_of(duty.arguments, constant);
         });
}

template <typename T>
void widen(const void* values, std::size_t first, uint32_t count, int64_t* out) noexcept {
  const auto* from = static_cast<const char*>(values) + first * sizeof(T);
  for (uint32_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, from + i * sizeof(T), sizeof value);
    out[i] = value;
  }
}

// Eight bytes at once: none above 0x7f, none of them 0.
bool is_plain_text(const char* text, std::size_t size) noexcept {
  constexpr uint64_t kHigh = 0x8080808080808080u, kOnes = 0x0101010101010101u;
  uint64_t bad = 0;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, text + i, 8);
    bad |= word | (word - kOnes);  // no byte borrows from the next unless one is bad
  }
  bool is_bad = (bad & kHigh) != 0;
  for (; i < size; ++i) is_bad |= static_cast<signed char>(text[i]) <= 0;
  return !is_bad;
}

std::string_view text_at(const Column& column, std::size_t row) noexcept {
  const uint64_t begin = column.offsets[row];
  return {static_cast<const char*>(column.values) + begin, column.offsets[row + 1] - begin};
}

bool is_there(const Column& column, std::size_t row) noexcept {
  return column.present == nullptr || column.present[row] != 0;
}

}  // namespace

std::unique_ptr<BatchKernel> BatchKernel::make(const LoadedRuleSet& rules, ir::DecisionId decision,
                                               const SessionOptions& options) {
  const ir::Decision& ir = rules.rule_set().decision(decision);
  if (!ir.features.empty() || !ir.assumes.empty()) return nullptr;
  const auto same = [&](const ir::Rule& rule) { return says_the_same(rules.rule_set(), rule); };
  // Where few outcomes are constant, little is gained.
  const auto constant = static_cast<std::size_t>(std::ranges::count_if(ir.rules, same));
  if (ir.rules.empty() || constant * 2 < ir.rules.size()) return nullptr;
  std::shared_ptr<const match::BlockPlan> plan = rules.block_plan(decision);
  if (plan == nullptr) return nullptr;
  std::unique_ptr<BatchKernel> made(new BatchKernel(rules, decision, std::move(plan), options));
  return made->find_keys() ? std::move(made) : nullptr;
}

BatchKernel::BatchKernel(const LoadedRuleSet& rules, ir::DecisionId decision,
                         std::shared_ptr<const match::BlockPlan> plan,
                         const SessionOptions& options)
    : rules_(rules),
      decision_(decision),
      options_(options),
      plan_(std::move(plan)),
      first_only_(rules.rule_set().decision(decision).policy == ir::HitPolicy::first),
      path_(rules.finding().path),
      search_(*plan_, path_),
      is_odd_(kBlockInputs, 0),
      missing_(kBlockInputs, 0) {
  const ir::Decision& ir = rules.rule_set().decision(decision);
  for (const match::Row& row : plan_->plan.table.rows) {
    const bool is_told =
        !row.has_each && row.rest.empty() && says_the_same(rules.rule_set(), ir.rules[row.rule]);
    place_of_row_.push_back(is_told ? row.rule : kNoPlace);
  }
  if (!ir.has_otherwise || says_the_same(rules.rule_set(), ir.otherwise)) {
    place_of_none_ = static_cast<uint32_t>(ir.rules.size());
  }
  for (const PathNode& node : rules.shape(decision).input.nodes()) {
    fields_.push_back(field_of(node));
  }
}

// What a field's values may be, as far as one range tells it.
BatchKernel::Field BatchKernel::field_of(const PathNode& node) const {
  const ir::Type& type = *node.slot.type;
  const ir::Domain* domain = node.slot.domain;
  Field field;
  field.optional = type.optional;
  field.is_known = true;
  field.low = match::kLeastKey;
  field.high = match::kMostKey;
  switch (type.kind) {
    case ir::TypeKind::string:
      field.is_text = true;
      field.longest_text = std::min(
          {kLongestText, options_.max_input_bytes,
           options_.input_memory_bytes / (2 * (rules_.shape(decision_).input.nodes().size() + 1))});
      if (domain != nullptr) {
        field.is_known = !domain->has_texts && domain->patterns.empty();
        if (domain->max_chars >= 0) {  // there are no more characters than bytes
          field.longest_text =
              std::min(field.longest_text, static_cast<std::size_t>(domain->max_chars));
        }
      }
      return field;
    case ir::TypeKind::boolean:
    case ir::TypeKind::effect:
      field.low = 0;
      field.high = 1;
      break;
    case ir::TypeKind::enumeration:
      field.low = 0;
      field.high = static_cast<int64_t>(rules_.schema().enumeration_of(type).values.size()) - 1;
      break;
    case ir::TypeKind::date:
      field.low = kMinDate;
      field.high = kMaxDate;
      break;
    case ir::TypeKind::datetime:
      field.low = kMinDatetime;
      field.high = kMaxDatetime;
      break;
    case ir::TypeKind::integer:
      if (domain == nullptr || !domain->has_intervals) {
        field.low = -json::kMaxExactInt;
        field.high = json::kMaxExactInt;
      }
      break;
    case ir::TypeKind::decimal:
    case ir::TypeKind::duration:
      break;
    default:  // records have no column
      field.is_known = type.kind == ir::TypeKind::record;
      return field;
  }
  if (domain == nullptr) return field;
  field.is_known = domain->has_intervals && domain->intervals.size() == 1;
  if (!field.is_known) return field;
  field.low = std::max(field.low, match::key_of(domain->intervals[0].low));
  field.high = std::min(field.high, match::key_of(domain->intervals[0].high));
  return field;
}

// False where a column of the table is no field by itself.
bool BatchKernel::find_keys() {
  const InputShape& input = rules_.shape(decision_).input;
  for (const match::Column& column : plan_->plan.table.columns) {
    if (column.slot == ir::kNone) return false;
    Key key;
    key.slot = input.record().fields[column.slot];
    if (input.roles()[column.slot] == ir::SlotRole::input) {
      for (uint32_t i = 0; i < input.nodes().size() && key.field == ir::kNone; ++i) {
        const PathNode& node = input.nodes()[i];
        if (node.parent == ir::kNone && node.slot.offset == key.slot.offset) key.field = i;
      }
      PAC_CHECK(key.field != ir::kNone, "each input has a path");
    }
    const bool is_text = key.slot.type->kind == ir::TypeKind::string;
    // Columns of the same text may be two: its place among literals and its first bytes.
    if (key.field == ir::kNone || is_text) key.memory.resize(kBlockInputs);
    if (key.field != ir::kNone && !is_text && fields_[key.field].memory.empty()) {
      fields_[key.field].memory.resize(kBlockInputs);
    }
    keys_.push_back(std::move(key));
  }
  for (Field& field : fields_) {
    if (!field.is_text) field.memory.resize(kBlockInputs);
  }
  return true;
}

bool BatchKernel::start(std::span<const Column* const> columns, std::size_t rows,
                        const void* input) {
  rows_ = rows;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    Field& field = fields_[i];
    field.column = columns[i];
    field.numbers = field.memory.data();
    if (field.column == nullptr) continue;
    const ColumnType type = field.column->type;
    if (!field.is_known) return false;
    if (field.is_text != (type == ColumnType::text)) return false;
  }
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    Key& key = keys_[i];
    if (key.field != ir::kNone) {
      key.is_missing = fields_[key.field].column == nullptr;
      continue;
    }
    const interp::Value value =
        rules_.schema().load(key.slot, static_cast<const char*>(input) + key.slot.offset);
    key.is_missing = !value.present;
    const match::Column& column = plan_->plan.table.columns[i];
    int64_t number = 0;
    if (value.present) {
      number =
          is_of_text(column.key) ? key_of_text(column, value.view()) : match::key_of(value.number);
    }
    std::ranges::fill(key.memory, number);
  }
  return true;
}

void BatchKernel::look_at_numbers(Field& field, std::size_t first, uint32_t count) noexcept {
  const Column& column = *field.column;
  field.numbers = field.memory.data();
  switch (column.type) {
    case ColumnType::bool8:
      widen<uint8_t>(column.values, first, count, field.memory.data());
      break;
    case ColumnType::int32:
      widen<int32_t>(column.values, first, count, field.memory.data());
      break;
    case ColumnType::uint32:
      widen<uint32_t>(column.values, first, count, field.memory.data());
      break;
    case ColumnType::int128:
      // What 64 bits don't hold is rare, and looked at by itself.
      for (uint32_t i = 0; i < count; ++i) {
        Int128 number;
        std::memcpy(&number, static_cast<const char*>(column.values) + (first + i) * sizeof number,
                    sizeof number);
        field.memory[i] = static_cast<int64_t>(number);
        if (field.memory[i] != number && is_there(column, first + i)) is_odd_[i] = 1;
      }
      break;
    default: {
      const auto* const numbers = static_cast<const int64_t*>(column.values) + first;
      const bool is_aligned = reinterpret_cast<uintptr_t>(column.values) % alignof(int64_t) == 0;
      if (!is_aligned) widen<int64_t>(column.values, first, count, field.memory.data());
      if (is_aligned) field.numbers = numbers;
    }
  }
  if (!match::lie_outside(path_, field.numbers, count, field.low, field.high)) return;
  for (uint32_t i = 0; i < count; ++i) {
    const bool is_bad = field.numbers[i] < field.low || field.numbers[i] > field.high;
    if (is_bad && is_there(column, first + i)) is_odd_[i] = 1;
  }
}

void BatchKernel::look_at_texts(const Field& field, std::size_t first, uint32_t count) noexcept {
  const Column& column = *field.column;
  const auto* const bytes = static_cast<const char*>(column.values);
  const uint64_t begin = column.offsets[first], end = column.offsets[first + count];
  const bool are_plain = begin <= end && is_plain_text(bytes + begin, end - begin);
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t size = column.offsets[first + i + 1] - column.offsets[first + i];
    is_odd_[i] |= size > field.longest_text && is_there(column, first + i) ? 1 : 0;
  }
  if (are_plain) return;
  for (uint32_t i = 0; i < count; ++i) {
    if (is_odd_[i] != 0 || !is_there(column, first + i)) continue;
    const std::string_view text = text_at(column, first + i);
    is_odd_[i] |= !valid_utf8(text) || text.find('\0') != std::string_view::npos ? 1 : 0;
  }
}

void BatchKernel::read_text_keys(const Field& field, const match::Column& column, std::size_t first,
                                 uint32_t count, int64_t* keys) const noexcept {
  const Column& from = *field.column;
  if (column.key != match::KeyKind::text) {
    for (uint32_t i = 0; i < count; ++i) {
      const bool is_good = is_odd_[i] == 0 && is_there(from, first + i);
      keys[i] = is_good ? key_of_text(column, text_at(from, first + i)) : 0;
    }
    return;
  }
  const auto* const bytes = static_cast<const char*>(from.values);
  const uint64_t end = from.offsets[rows_];
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t begin = from.offsets[first + i];
    const uint64_t size = from.offsets[first + i + 1] - begin;
    if (begin > end || end - begin < match::kTextKeyBytes) [[unlikely]] {
      const bool is_good = is_odd_[i] == 0 && is_there(from, first + i);
      keys[i] = is_good ? match::key_of_text(text_at(from, first + i)) : 0;
      continue;
    }
    uint64_t key;
    std::memcpy(&key, bytes + begin, sizeof key);
    key = __builtin_bswap64(key);
    const uint64_t open = match::kTextKeyBytes - std::min<uint64_t>(size, match::kTextKeyBytes);
    key = open == match::kTextKeyBytes ? 0 : key >> 8 * open << 8 * open;
    keys[i] = static_cast<int64_t>(key ^ uint64_t{1} << 63);
  }
}

void BatchKernel::look(std::size_t first, uint32_t count, uint32_t* places) noexcept {
  std::fill_n(is_odd_.begin(), count, uint8_t{0});
  for (Field& field : fields_) {
    if (field.column == nullptr) continue;
    if (!field.optional && field.column->present != nullptr) {
      for (uint32_t i = 0; i < count; ++i)
        is_odd_[i] |= field.column->present[first + i] == 0 ? 1 : 0;
    }
    if (field.is_text) {
      look_at_texts(field, first, count);
    } else {
      look_at_numbers(field, first, count);
    }
  }
  match::BlockKeys keys;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    Key& key = keys_[i];
    const Field* const field = key.field == ir::kNone ? nullptr : &fields_[key.field];
    const bool is_text = field != nullptr && field->is_text;
    keys.key[i] = field == nullptr || is_text ? key.memory.data() : field->numbers;
    if (key.is_missing) {
      keys.present[i] = missing_.data();
    } else if (field != nullptr) {
      const unsigned char* const present = field->column->present;
      keys.present[i] = present == nullptr ? nullptr : present + first;
      const match::Column& column = plan_->plan.table.columns[i];
      if (is_text) read_text_keys(*field, column, first, count, key.memory.data());
    }
  }
  search_.find(keys, count, first_only_, &found_);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t row = found_.first[i];
    const bool is_open = is_odd_[i] != 0 || (!first_only_ && found_.more[i] != 0);
    const uint32_t place = row == ir::kNone ? place_of_none_ : place_of_row_[row];
    places[i] = is_open ? kNoPlace : place;
  }
}

}  // namespace pac::engine
